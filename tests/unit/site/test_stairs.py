"""Stairs from one rectangle: a school of two floors keeps all promises of shipped ones, and people use its stairs."""

import inspect
from collections.abc import Sequence

import networkx as nx
import numpy as np
import pytest
from shapely.geometry import Point, Polygon

from sim.crowd.crowd import make_crowd
from sim.crowd.generator.draft import Wish, make_draft
from sim.crowd.generator.levels import Level
from sim.crowd.people.body_index import load_body_index
from sim.crowd.people.track import Pose
from sim.crowd.scenario.casting import cast_people
from sim.crowd.scenario.scenario import parse_scenario
from sim.site.drawing import Change, Drawing, apply_changes, make_empty_drawing
from sim.site.drawn_site import list_drawn_problems, make_site
from sim.site.model import PointXY, Site, parse_site
from sim.site.plan import make_floor_plan
from tests.support.painted_hall import BODIES
from tests.unit.site.test_drawn_school import PROMISES

TURNING = ((20.0, 4.0), (24.0, 4.0), (24.0, 11.0), (20.0, 11.0))
STRAIGHT = ((20.0, 4.0), (22.0, 4.0), (22.0, 13.0), (20.0, 13.0))
HALL = ((0.0, 0.0), (40.0, 0.0), (40.0, 4.1), (0.0, 4.1))
ROUND_THE_STAIRS = (
    (0.0, 0.0),
    (40.0, 0.0),
    (40.0, 4.1),
    (26.0, 4.1),
    (26.0, 17.0),
    (20.0, 17.0),
    (20.0, 4.1),
    (0.0, 4.1),
)
"""A hall that goes on behind straight stairs, to where they come up."""


def draw_two_floors(
    *,
    shape: str = "left",
    up_deg: float = 90.0,
    stairs: Sequence[PointXY] | None = TURNING,
    elevation_m: float = 3.6,
    upper_hall: Sequence[PointXY] = HALL,
) -> Drawing:
    """Return it; with `stairs` None nothing joins the floors."""
    halls = {"1": HALL, "2": upper_hall}
    changes = [Change(kind="floors", name="2", now={"name": "Upper floor", "elevation_m": elevation_m})]
    for floor, hall in halls.items():
        room = {"floor": floor, "name": f"Hall {floor}", "polygon": hall}
        changes.append(Change(kind="spaces", name=f"hall-{floor}", now=room))
        for number, x in enumerate(range(3, 40, 6), start=1):
            door = {"floor": floor, "name": f"Room {floor}{number:02d}", "at": (float(x), 0.0)}
            changes.append(Change(kind="doors", name=f"door-{floor}{number}", now=door))
    for name, x in (("Main entrance", 0.0), ("East exit", 40.0)):
        exit_door = {"floor": "1", "name": name, "kind": "exterior", "width_m": 1.8, "at": (x, 2.0)}
        changes.append(Change(kind="doors", name=name.split()[0].lower(), now=exit_door))
    cameras = (("1", 1.0, 1.0, 10.0), ("1", 39.0, 3.0, 190.0), ("2", 1.0, 1.0, 10.0), ("2", 39.0, 3.0, 190.0))
    for number, (floor, x, y, yaw_deg) in enumerate(cameras, start=1):
        camera = {"floor": floor, "name": f"Camera {number}", "at": (x, y), "yaw_deg": yaw_deg}
        changes.append(Change(kind="cameras", name=f"CAM-{number:02d}", now=camera))
    if stairs is not None:
        block = {"floor": "1", "upper": "2", "name": "Main stairs", "polygon": stairs, "up_deg": up_deg, "shape": shape}
        changes.append(Change(kind="stairs", name="stairs-1", now=block))
    return apply_changes(make_empty_drawing("Elm School"), changes)


SCHOOLS = {
    "turning left": draw_two_floors(),
    "turning right, down": draw_two_floors(shape="right", up_deg=-90, stairs=tuple((x, y - 11.0) for x, y in TURNING)),
    "straight": draw_two_floors(shape="straight", stairs=STRAIGHT, upper_hall=ROUND_THE_STAIRS),
    "reaching into the hall": draw_two_floors(stairs=tuple((x, y - 0.6) for x, y in TURNING)),
    "off the hall by a crack": draw_two_floors(stairs=tuple((x, y + 0.3) for x, y in TURNING)),
}


@pytest.fixture(scope="module", params=SCHOOLS, ids=str)
def site(request: pytest.FixtureRequest) -> Site:
    return make_site(SCHOOLS[request.param], site_id="elm")


def test_nothing_is_wrong_with_it(site: Site, request: pytest.FixtureRequest) -> None:
    name = request.node.callspec.params["site"]
    assert list_drawn_problems(SCHOOLS[name], site_id="elm") == ()


def test_stairs_in_the_middle_of_a_hall_are_drawn_as_the_message_says() -> None:
    deep = ((0.0, 0.0), (40.0, 0.0), (40.0, 17.0), (0.0, 17.0))
    west, east = ((0.0, 0.0), (22.0, 0.0), (22.0, 17.0), (0.0, 17.0)), ((22.0, 0.0), *deep[1:3], (22.0, 17.0))
    drawing = draw_two_floors()
    for floor in ("1", "2"):
        hall = {"floor": floor, "name": f"Hall {floor}", "polygon": deep}
        drawing = apply_changes(drawing, [Change(kind="spaces", name=f"hall-{floor}", now=hall)])
    assert {problem.text.split(".")[0] for problem in list_drawn_problems(drawing, site_id="elm")} == {
        "Main stairs stand in the middle of Hall 1"
    }
    for floor in ("1", "2"):
        head = {"floor": floor}
        gap = head | {"name": "Opening", "kind": "gap"}
        halves = (
            ("spaces", f"hall-{floor}", head | {"name": f"Hall {floor}", "polygon": west}),
            ("spaces", f"east-{floor}", head | {"name": "East half", "polygon": east}),
            ("doors", f"south-{floor}", gap | {"at": (22.0, 2.0), "width_m": 3.8}),
            ("doors", f"north-{floor}", gap | {"at": (22.0, 14.0), "width_m": 5.8}),
        )
        changes = [Change(kind=kind, name=name, now=now) for kind, name, now in halves]
        drawing = apply_changes(drawing, changes)
    assert list_drawn_problems(drawing, site_id="elm") == ()
    site = make_site(drawing, site_id="elm")
    for promise in PROMISES:
        test_stairs_keep_the_promises_of_shipped_schools(site, promise)
    ways = nx.Graph(site.walk_edges)
    stairs = {node.node_id for node in site.walk_nodes if Polygon(TURNING).covers(Point(node.at))}
    around = ways.subgraph(set(ways) - stairs)
    for floor in ("1", "2"):
        here = {node.node_id: Point(node.at) for node in site.walk_nodes if node.floor == floor}
        ends = [min(here, key=lambda name, x=x: here[name].distance(Point(x, 8.0))) for x in (2.0, 38.0)]  # type: ignore[misc]
        assert nx.has_path(around, *ends), "people walk around the stairs"


@pytest.mark.parametrize("promise", PROMISES, ids=lambda function: function.__name__)
def test_stairs_keep_the_promises_of_shipped_schools(site: Site, promise: object) -> None:
    plans = {f.floor_id: make_floor_plan(site, f.floor_id) for f in site.floors}
    assert callable(promise)
    promise(**{name: {"site": site, "plans": plans}[name] for name in inspect.signature(promise).parameters})


def test_a_site_file_keeps_the_stairs(site: Site) -> None:
    assert parse_site(site.model_dump(mode="json"), source="copy") == site
    tops = [door for door in site.openings if door.floor == "2" and door.kind == "stair"]
    assert [door.leads_to for door in tops] == ["main-stairs"]
    assert [ramp.top_z_m for ramp in site.ramps if ramp.steps][-1] == 3.6


def test_people_go_up_and_down() -> None:
    site = make_site(draw_two_floors(), site_id="elm")
    wish = Wish(story="passing", level=Level.MEDIUM, seed=2, people=40, minutes=3.0)
    scenario = parse_scenario(make_draft(wish, site, site_path="here").data, source="draft")
    bodies = load_body_index(BODIES)
    crowd = make_crowd(
        site=site,
        scenario=scenario,
        people=cast_people(scenario=scenario, bodies=bodies, rng=np.random.default_rng(1)),
        stride_m={name: facts.stride_m for name, facts in bodies.items()},
        rng=np.random.default_rng(2),
    )
    climbed = [track for track in crowd.tracks if {"1", "2"} <= set(track.floor)]
    assert len({track.person_id for track in climbed}) >= 5
    poses = {pose for track in climbed for pose in (Pose.STAIRS_UP, Pose.STAIRS_DOWN) if (track.pose == pose).any()}
    assert poses == {Pose.STAIRS_UP, Pose.STAIRS_DOWN}
    for track in climbed:
        assert np.abs(np.diff(track.xyz_m[:, 2])).max() < 0.25, "nobody is lifted from floor to floor"
        assert "main-stairs" in track.zone


@pytest.mark.parametrize(
    ("drawn", "text", "floor"),
    [
        ({"up_deg": 180.0}, "are 4.0 m long and 7.0 m wide", "1"),
        ({"shape": "straight"}, "at least 6.2 m by 1.2 m to rise 3.6 m|No room or hall is drawn at the top", "1"),
        ({"elevation_m": 0.5}, "which is 0.5 m higher", "1"),
        ({"stairs": tuple((x, y + 2.0) for x, y in TURNING)}, "No room or hall is drawn at the foot", "1"),
        ({"stairs": ((20.0, 1.0), (24.0, 1.0), (24.0, 3.0), (20.0, 3.0))}, "Draw Hall 1 as two rooms", "1"),
        ({"stairs": None}, "No stairs lead to Upper floor", "2"),
    ],
)
def test_stairs_that_cannot_be_are_said_in_words_with_their_place(
    drawn: dict[str, object], text: str, floor: str
) -> None:
    found = list_drawn_problems(draw_two_floors(**drawn), site_id="elm")  # type: ignore[arg-type]
    assert [problem.floor for problem in found] == [floor]
    assert any(part in found[0].text for part in text.split("|"))
