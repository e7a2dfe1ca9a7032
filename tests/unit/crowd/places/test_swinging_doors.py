"""Doors to rooms that open for those who go through, at a shipped school."""

from pathlib import Path

import numpy as np
import pytest

from sim.crowd.crowd import make_crowd
from sim.crowd.generator.draft import Wish, make_draft
from sim.crowd.generator.levels import Level
from sim.crowd.people.track import Crowd, DoorTrack
from sim.crowd.scenario.scenario import Scenario, parse_scenario
from sim.errors import ScenarioError
from sim.site.model import LookSpec, Opening, Site, load_site
from tests.support.walking_hall import STRIDE_M, make_plain_people

FPS = 10.0
ROOM = "a105"


@pytest.fixture(scope="module")
def site() -> Site:
    return load_site(Path("scenarios/sites/maple-ridge"))


def make(**changes: object) -> Scenario:
    days = [
        {
            "day_id": "out-and-in",
            "people": 1,
            "arrive": [{"doors": [ROOM], "at_s": [20, 20.5]}],
            "steps": [{"do": "leave", "doors": ["a103"]}],
        }
    ]
    head = {
        "schema_version": 2,
        "scenario_id": "doors",
        "title": "Doors",
        "site": "sites/maple-ridge",
        "start_time": "2026-10-14T13:20:00",
        "duration_s": 70,
        "fps": FPS,
        "seed": 1,
        "doors_shut": ["classroom"],
        "days": days,
    }
    return parse_scenario(head | changes, source="test scenario")


def walk(scenario: Scenario, site: Site) -> Crowd:
    return make_crowd(
        site=site,
        scenario=scenario,
        people=make_plain_people(scenario),
        stride_m={"plain": STRIDE_M},
        rng=np.random.default_rng(1),
    )


def get_door(crowd: Crowd, door_id: str) -> DoorTrack:
    return next(door for door in crowd.doors if door.door_id == door_id)


def get_opening(site: Site, door_id: str) -> Opening:
    return next(opening for opening in site.openings if opening.door_id == door_id)


def test_a_door_is_open_while_somebody_goes_through_and_shut_before_and_after(site: Site) -> None:
    crowd = walk(make(), site)
    (track,) = crowd.tracks
    for door_id in (ROOM, "a103"):
        share, opening = get_door(crowd, door_id).open_share, get_opening(site, door_id)
        gap_m = np.hypot(*(track.xyz_m[:, :2] - opening.at).T)
        nearest = track.first_frame + int(gap_m.argmin())
        assert gap_m.min() < 0.4
        assert share[nearest] > 0.9
        assert share[0] == share[-1] == 0
        assert 2 < (share > 0).sum() / FPS < 7
        assert np.abs(np.diff(share)).max() < 0.25, "it swings, it does not jump"


def test_who_walks_past_opens_no_door(site: Site) -> None:
    crowd = walk(make(), site)
    (track,) = crowd.tracks
    opened = {door.door_id for door in crowd.doors if door.open_share.any()}
    assert opened == {ROOM, "a103"}
    passed = get_opening(site, "a104")
    assert np.hypot(*(track.xyz_m[:, :2] - passed.at).T).min() < 3.5


def test_nobody_walks_otherwise_for_the_doors(site: Site) -> None:
    with_doors, without = (walk(make(doors_shut=kinds), site) for kinds in (["classroom", "office"], []))
    assert without.doors == ()
    for one, other in zip(with_doors.tracks, without.tracks, strict=True):
        np.testing.assert_array_equal(one.xyz_m, other.xyz_m)


def test_a_door_that_the_school_keeps_shut_stays_as_the_plate_shows_it(site: Site) -> None:
    kept = {opening.door_id for opening in site.openings if opening.leaf == "closed"}
    assert kept
    assert not kept & {door.door_id for door in walk(make(), site).doors}


def test_an_entrance_is_refused_with_what_may_be_named() -> None:
    with pytest.raises(ScenarioError, match="doors_shut") as raised:
        make(doors_shut=["exterior"])
    assert "classroom" in str(raised.value)


def test_class_time_has_its_doors_shut_and_pictures_of_a_school_keep_theirs(site: Site) -> None:
    wish = Wish(story="class-time", level=Level.MEDIUM, seed=3)
    drafted = make_draft(wish, site, site_path="sites/maple-ridge").head
    assert drafted["doors_shut"] == ["classroom", "office", "restroom"]
    look = LookSpec(noise=2.0, blur_px=0.7)
    taken = site.model_copy(update={"cameras": tuple(c.model_copy(update={"look": look}) for c in site.cameras)})
    assert "doors_shut" not in make_draft(wish, taken, site_path="sites/maple-ridge").head
