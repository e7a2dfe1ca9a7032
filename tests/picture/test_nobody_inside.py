"""Nobody's body is within another's: the baked bodies of 10,000 positions, in the poses that are painted."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, cKDTree

from sim.crowd.generator.draft import Wish, make_draft
from sim.crowd.generator.levels import Level
from sim.crowd.people.people import Person
from sim.features.library.footage_build import plan_scenario
from sim.footage.people.bodies import Body
from sim.footage.people.dressing import DressedPerson, dress_poses, hold_body
from sim.footage.people.figure import Figure
from sim.footage.people.motion import Stance, Stances
from sim.site.model import load_site
from tests.support.painted_hall import get_body, make_hall_people

pytestmark = pytest.mark.slow

BIRCH = Path("scenarios/sites/birch-elementary")
EVERY = 8
NEAR_M = 0.95
SKIN_M = 0.04
"""Clothes and flesh give way this far: hands brush a sleeve, hips touch in a crowd."""

FloatArray = NDArray[np.float64]
Posed = tuple[FloatArray, list[NDArray[np.int64]]]


@cache
def dress_anybody(body_id: str) -> DressedPerson:
    """Which poses are mixed does not go by clothes."""
    return dress_poses(get_body(body_id), make_hall_people()[0], (0,))


@cache
def make_parts(person: Person) -> tuple[Figure, Body, list[NDArray[np.int64]]]:
    baked = get_body(person.body_id)
    body = hold_body(baked, person, range(len(baked.pose_names)))
    part = body.part_weights.argmax(axis=1)
    side = body.vertices_m[0][:, 1] > 0
    paired = np.isin(part, [i for i, n in enumerate(body.part_names) if n not in ("head", "neck", "torso")])
    keys = part * 2 + (side & paired)
    return (
        Figure(replace(dress_anybody(person.body_id), person=person)),
        body,
        [np.flatnonzero(keys == key) for key in np.unique(keys)],
    )


def pose(person: Person, stance: Stance) -> Posed:
    figure, body, parts = make_parts(replace(person, later_outfits=()))
    mixed = sum(share * body.vertices_m[row] for row, share in figure.compute_mix(stance))
    c, s = np.cos(stance.heading_rad), np.sin(stance.heading_rad)
    turn = person.height_scale * np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])
    return mixed @ turn + np.asarray(stance.xyz_m), parts


def choose_within(points: FloatArray, others: FloatArray) -> FloatArray:
    return points[((points > others.min(axis=0)) & (points < others.max(axis=0))).all(axis=1)]


def measure_depth_m(mine: Posed, theirs: Posed) -> float:
    deepest, (at, parts) = -1.0, mine
    close = choose_within(theirs[0], at)
    for part in (at[rows] for rows in parts if len(close)):
        near = choose_within(close, part)
        if len(near):
            hull = ConvexHull(part).equations
            deepest = max(deepest, float(-(near @ hull[:, :3].T + hull[:, 3]).max(axis=1).min()))
    return deepest


def list_inside(people: dict[str, Person], stances: list[Stance]) -> Iterator[tuple[str, str]]:
    pairs = sorted(cKDTree([stance.xyz_m for stance in stances]).query_pairs(NEAR_M))
    posed = {each: pose(people[stances[each].person_id], stances[each]) for pair in pairs for each in pair}
    for a, b in pairs:
        if max(measure_depth_m(posed[a], posed[b]), measure_depth_m(posed[b], posed[a])) > SKIN_M:
            yield stances[a].person_id, stances[b].person_id


@pytest.mark.timeout(1800)
def test_nobody_is_inside_anybody_in_ten_thousand_positions(tmp_path: Path) -> None:
    wish = Wish(story="passing", level=Level.HARD, seed=18, minutes=3.0)
    (tmp_path / "dense.yaml").write_text(
        yaml.safe_dump(make_draft(wish, load_site(BIRCH), site_path=str(BIRCH.resolve())).data)
    )
    crowd = plan_scenario(tmp_path / "dense.yaml").plan.crowd
    people, stances, positions = {p.person_id: p for p in crowd.people}, Stances(crowd), 0
    for frame in range(0, crowd.frame_count, EVERY):
        here = stances.get(frame)
        positions += len(here)
        assert list(list_inside(people, here)) == [], frame
    assert len(people) >= 90
    assert positions >= 10_000
