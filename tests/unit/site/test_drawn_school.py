import inspect
import itertools
from collections.abc import Sequence

import networkx as nx
import numpy as np
import pytest
from shapely.geometry import Point, Polygon

from sim.app.settings import PROJECT
from sim.errors import SiteError
from sim.footage.paint.light import choose_lighting
from sim.footage.stills.plan_depth import compute_plan_depth
from sim.site.camera import make_view
from sim.site.checks import list_drawn_problems, make_site
from sim.site.drawing import Change, Drawing, apply_changes, make_empty_drawing
from sim.site.model import PointXY, Site, Space, load_site, parse_site
from sim.site.plan import make_floor_plan, place_door
from sim.site.walk_graph import compute_walk_graph
from tests.contract import test_sites as contract

SITES = PROJECT / "scenarios" / "sites"
PROMISES = [
    function
    for name, function in inspect.getmembers(contract, inspect.isfunction)
    if name.startswith("test_") and "folder" not in inspect.signature(function).parameters
]


def keep(site: Site, promise: object) -> None:
    plans = {f.floor_id: make_floor_plan(site, f.floor_id) for f in site.floors}
    assert callable(promise)
    promise(**{name: {"site": site, "plans": plans}[name] for name in inspect.signature(promise).parameters})


def make_room(zone_id: str, x: float, *, kind: str = "hall") -> Space:
    return Space.model_validate(
        {
            "zone_id": zone_id,
            "name": zone_id.title(),
            "kind": kind,
            "floor": "1",
            "polygon": [(x, 0), (x + 8, 0), (x + 8, 5), (x, 5)],
        }
    )


@pytest.mark.parametrize("has_door", [False, True])
def test_a_first_room_of_any_size_has_ways(*, has_door: bool) -> None:
    birch = load_site(SITES / "birch-elementary")
    floor = birch.floors[0].floor_id
    for width, depth in itertools.product(np.arange(2.0, 9.5, 1.0), np.arange(2.0, 5.5, 0.5)):
        corners = ((0.0, 0.0), (width, 0.0), (width, depth), (0.0, depth))
        space = make_room("hall", 0.0).model_copy(update={"polygon": corners, "floor": floor})
        found = place_door((space,), (width / 2, 0.0), floor_id=floor, width_m=1.0)
        place = {"at": found.at, "facing_deg": found.facing_deg, "zone_id": "hall", "leads_to": None, "floor": floor}
        door = birch.openings[0].model_copy(update=place)
        drawn = {"spaces": (space,), "openings": (door,) if has_door else (), "furnishings": (), "ramps": ()}
        graph = compute_walk_graph(birch.model_copy(update=drawn))
        assert nx.is_empty(nx.Graph(list(graph.edges))) or nx.is_connected(nx.Graph(list(graph.edges))), (width, depth)


def test_a_door_between_two_rooms_leads_from_one_to_the_other() -> None:
    rooms = (make_room("east", 8), make_room("west", 0))
    found = place_door(rooms, (8.2, 2.4), floor_id="1", width_m=1.0)
    assert found.at == (8.0, 2.4)
    assert {found.zone_id, found.leads_to} == {"east", "west"}
    rooms = (make_room("yard", 8, kind="outdoor"), make_room("west", 0))
    found = place_door(rooms, (8.03, 2.4), floor_id="1", width_m=1.8)
    assert (found.zone_id, found.leads_to, found.facing_deg) == ("west", "yard", 180.0), "it is the school's wall"
    found = place_door((make_room("west", 0),), (0.1, -0.2), floor_id="1", width_m=1.0)
    assert found.at == (0.5, 0.0), "clicked at a corner it is moved until it fits"


@pytest.mark.parametrize(
    ("at", "width_m", "message"),
    [((4.0, 20.0), 1.0, "no wall near"), ((0.0, 2.0), 6.0, "does not fit"), ((4.0, 2.4), 1.0, "no wall near")],
)
def test_a_door_without_a_wall_is_refused(at: tuple[float, float], width_m: float, message: str) -> None:
    with pytest.raises(SiteError, match=message):
        place_door((make_room("west", 0),), at, floor_id="1", width_m=width_m)


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
        keep(site, promise)
    ways = nx.Graph(site.walk_edges)
    stairs = {node.node_id for node in site.walk_nodes if Polygon(TURNING).covers(Point(node.at))}
    around = ways.subgraph(set(ways) - stairs)
    for floor in ("1", "2"):
        here = {node.node_id: Point(node.at) for node in site.walk_nodes if node.floor == floor}
        ends = [min(here, key=lambda name, x=x: here[name].distance(Point(x, 8.0))) for x in (2.0, 38.0)]  # type: ignore[misc]
        assert nx.has_path(around, *ends), "people walk around the stairs"


@pytest.mark.parametrize("promise", PROMISES, ids=lambda function: function.__name__)
def test_stairs_keep_the_promises_of_shipped_schools(site: Site, promise: object) -> None:
    keep(site, promise)


def test_nothing_is_wrong_with_stairs_and_a_site_file_keeps_them(site: Site, request: pytest.FixtureRequest) -> None:
    assert list_drawn_problems(SCHOOLS[request.node.callspec.params["site"]], site_id="elm") == ()
    assert parse_site(site.model_dump(mode="json"), source="copy") == site
    tops = [door for door in site.openings if door.floor == "2" and door.kind == "stair"]
    assert [door.leads_to for door in tops] == ["main-stairs"]
    assert [ramp.top_z_m for ramp in site.ramps if ramp.steps][-1] == 3.6


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


def test_people_behind_an_opening_of_a_road_are_whole_and_throw_no_hard_shadow() -> None:
    turn = {"yaw_deg": 200.0, "pitch_deg": -30, "roll_deg": 0, "hfov_deg": 80, "k1": 0}
    drawn = (
        ("spaces", {"kind": "outdoor", "polygon": [(0, 0), (40, 0), (40, 8), (0, 8)]}),
        ("doors", {"kind": "gap", "at": (0, 4), "width_m": 4}),
        ("cameras", {"at": (8, 7), "picture_wh": (960, 540), "found": {"at": (8, 7), "over_floor_m": 6, **turn}}),
    )
    changes = [Change(kind=k, name="CAM-01", now={"floor": "1", "name": k, **now}) for k, now in drawn]  # type: ignore[arg-type]
    site = make_site(apply_changes(make_empty_drawing("Elm"), changes), site_id="elm")
    camera = site.cameras[0]
    body = np.array([(x, 4.0 + side, z) for x in (1.0, -1.5) for side in (-0.3, 0.3) for z in (0.3, 1.7)])
    pixels, depth_m = make_view(camera, size_wh=(960, 540)).compute_pixels(body)
    shown_m = compute_plan_depth(site, camera, size_wh=(960, 540))[tuple(pixels.astype(int).T[::-1])]
    assert (shown_m > depth_m).all(), "no lintel and no walls stand in the open"
    assert choose_lighting(site, camera).sun == 0
