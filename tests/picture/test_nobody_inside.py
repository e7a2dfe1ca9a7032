"""Nobody's body is within another's: the baked bodies of 10,000 positions, in the poses that are painted."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, cKDTree

from sim.crowd.generator.draft import Wish, make_draft
from sim.crowd.generator.levels import Level
from sim.crowd.people.people import Crowd, Person
from sim.features.library.footage_build import PlannedBuild, plan_scenario
from sim.footage.paint.painter import Figures
from sim.footage.people.bodies import Body
from sim.footage.people.dressing import hold_body
from sim.footage.people.figure import Figure
from sim.footage.people.motion import Stance, Stances
from sim.site.model import load_site

NEAR_M = 0.95
SKIN_M = 0.04
"""Clothes and flesh give way this far: hands brush a sleeve, hips touch in a crowd."""

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    frame: int
    people: tuple[str, str]
    depth_m: float


class BodyChecker:
    def __init__(self, crowd: Crowd, bodies: Path) -> None:
        self._figures = Figures(crowd.people, bodies)
        self._stances = Stances(crowd)
        self._known: dict[str, tuple[Figure, Body, list[NDArray[np.int64]]]] = {}
        self._people: dict[str, Person] = {p.person_id: p for p in crowd.people}

    def check(self, frame: int) -> tuple[int, list[Inside]]:
        stances = self._stances.get(frame)
        found: list[Inside] = []
        if len(stances) < 2:
            return len(stances), found
        points = np.asarray([stance.xyz_m for stance in stances])
        for a, b in sorted(cKDTree(points).query_pairs(NEAR_M)):
            depth_m = max(self._measure(stances[a], stances[b]), self._measure(stances[b], stances[a]))
            if depth_m > SKIN_M:
                pair = (stances[a].person_id, stances[b].person_id)
                found.append(Inside(frame=frame, people=pair, depth_m=depth_m))
        return len(stances), found

    def _measure(self, one: Stance, other: Stance) -> float:
        mine, parts = self._pose(one)
        theirs, _ = self._pose(other)
        deepest = -1.0
        for rows in parts:
            low, high = mine[rows].min(axis=0), mine[rows].max(axis=0)
            near = theirs[((theirs > low) & (theirs < high)).all(axis=1)]
            if len(near) == 0:
                continue
            hull = ConvexHull(mine[rows])
            outside_m = (near @ hull.equations[:, :3].T + hull.equations[:, 3]).max(axis=1)
            deepest = max(deepest, float(-outside_m.min()))
        return deepest

    def _pose(self, stance: Stance) -> tuple[FloatArray, list[NDArray[np.int64]]]:
        figure, body, parts = self._get(stance.person_id)
        mixed = np.zeros(body.vertices_m.shape[1:])
        for pose, share in figure.compute_mix(stance):
            mixed += share * body.vertices_m[pose].astype(np.float64)
        mixed *= self._people[stance.person_id].height_scale
        c, s = np.cos(stance.heading_rad), np.sin(stance.heading_rad)
        return mixed @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) + np.asarray(stance.xyz_m), parts

    def _get(self, person_id: str) -> tuple[Figure, Body, list[NDArray[np.int64]]]:
        if person_id not in self._known:
            figure = self._figures.dress(person_id, 0)
            baked, person = figure.dressed.body, figure.dressed.person
            body = hold_body(baked, person, range(len(baked.pose_names)))
            part = body.part_weights.argmax(axis=1)
            side = body.vertices_m[0][:, 1] > 0
            paired = np.isin(part, [i for i, n in enumerate(body.part_names) if n not in ("head", "neck", "torso")])
            keys = part * 2 + (side & paired)
            parts = [np.flatnonzero(keys == key) for key in np.unique(keys)]
            self._known[person_id] = (figure, body, parts)
        return self._known[person_id]


pytestmark = pytest.mark.slow

BIRCH = Path("scenarios/sites/birch-elementary")
EVERY = 8


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> PlannedBuild:
    wish = Wish(story="passing", level=Level.HARD, seed=18, minutes=4.0)
    file = tmp_path_factory.mktemp("dense") / "passing.yaml"
    file.write_text(yaml.safe_dump(make_draft(wish, load_site(BIRCH), site_path=str(BIRCH.resolve())).data))
    return plan_scenario(file)


@pytest.mark.timeout(1800)
def test_nobody_is_inside_anybody_in_ten_thousand_positions(planned: PlannedBuild) -> None:
    crowd = planned.plan.crowd
    checker = BodyChecker(crowd, planned.bodies_folder)
    positions, inside = 0, []
    for frame in range(0, crowd.frame_count, EVERY):
        here, found = checker.check(frame)
        positions += here
        inside += found
    assert len(crowd.people) >= 90
    assert positions >= 10_000
    assert inside == []
