"""A school as a layman draws it: doors from clicks, ways computed. Shipped schools are what would be drawn."""

import inspect
import itertools
import math

import networkx as nx
import numpy as np
import pytest

from sim.errors import SiteError
from sim.services.app.settings import PROJECT
from sim.site.door_leaf import place_door
from sim.site.model import Opening, Site, Space, load_site
from sim.site.plan import make_floor_plan
from sim.site.walk_graph import compute_walk_graph
from tests.contract import test_sites as contract

SITES = PROJECT / "scenarios" / "sites"
CLICK_SD_M = 0.15
FOLDER_PROMISES = {"test_there_is_a_site", "test_folder_bears_the_site_id"}
PROMISES = [
    function
    for name, function in inspect.getmembers(contract, inspect.isfunction)
    if name.startswith("test_") and name not in FOLDER_PROMISES
]


def draw(name: str, *, seed: int) -> Site:
    """A shipped school whose doors are found again from clicks, and whose ways are computed."""
    site = load_site(SITES / name)
    dice = np.random.default_rng(seed)
    doors = []
    for door in site.openings:
        x, y = np.asarray(door.at) + dice.normal(0, CLICK_SD_M, 2)
        found = place_door(site.spaces, (float(x), float(y)), floor_id=door.floor, width_m=door.width_m)
        place = {"at": found.at, "facing_deg": found.facing_deg, "leads_to": found.leads_to}
        doors.append(door.model_copy(update=place))
    drawn = site.model_copy(update={"openings": tuple(doors)})
    graph = compute_walk_graph(drawn)
    assert graph.cut_off == ()
    return drawn.model_copy(update={"walk_nodes": graph.nodes, "walk_edges": graph.edges})


@pytest.fixture(scope="module")
def birch() -> Site:
    return draw("birch-elementary", seed=3)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda function: function.__name__)
def test_a_drawn_school_keeps_the_promises_of_shipped_ones(birch: Site, promise: object) -> None:
    plans = {f.floor_id: make_floor_plan(birch, f.floor_id) for f in birch.floors}
    assert callable(promise)
    promise(**{name: {"site": birch, "plans": plans}[name] for name in inspect.signature(promise).parameters})


def test_every_door_is_found_from_a_click_beside_it(birch: Site) -> None:
    true = {door.door_id: door for door in load_site(SITES / "birch-elementary").openings}
    for door in birch.openings:
        other = true[door.door_id]
        assert math.dist(door.at, other.at) < 4 * CLICK_SD_M
        assert (door.leads_to is None) == (other.leads_to is None)
        # of a wall that two spaces share either side may have it
        assert abs(math.sin(math.radians(door.facing_deg - other.facing_deg))) < 0.02


@pytest.mark.parametrize("name", ["lincoln-high", "maple-ridge"])
def test_floors_are_joined_by_their_stairs(name: str) -> None:
    graph = compute_walk_graph(load_site(SITES / name))
    assert nx.is_connected(nx.Graph(list(graph.edges)))
    assert graph.cut_off == ()
    assert graph == compute_walk_graph(load_site(SITES / name))


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
    """Three places have no triangulation that qhull takes; a first drawing is often that small."""
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


def test_a_wall_that_the_school_shares_with_the_yard_is_the_school_s() -> None:
    rooms = (make_room("yard", 8, kind="outdoor"), make_room("west", 0))
    found = place_door(rooms, (8.03, 2.4), floor_id="1", width_m=1.8)
    assert (found.zone_id, found.leads_to, found.facing_deg) == ("west", "yard", 180.0)


def test_a_door_clicked_at_a_corner_is_moved_until_it_fits() -> None:
    found = place_door((make_room("west", 0),), (0.1, -0.2), floor_id="1", width_m=1.0)
    assert found.at == (0.5, 0.0)


@pytest.mark.parametrize(
    ("at", "width_m", "message"),
    [((4.0, 20.0), 1.0, "no wall near"), ((0.0, 2.0), 6.0, "does not fit"), ((4.0, 2.4), 1.0, "no wall near")],
)
def test_a_door_without_a_wall_is_refused(at: tuple[float, float], width_m: float, message: str) -> None:
    with pytest.raises(SiteError, match=message):
        place_door((make_room("west", 0),), at, floor_id="1", width_m=width_m)


def test_a_room_that_no_door_leads_to_is_named() -> None:
    site = load_site(SITES / "birch-elementary")
    shut = make_room("shed", 200)
    door = Opening(
        door_id="shed-door", name="Shed", floor="1", at=(200, 2.5), facing_deg=0, width_m=1.0, kind="classroom"
    )
    drawn = site.model_copy(update={"spaces": (*site.spaces, shut), "openings": (*site.openings, door)})
    graph = compute_walk_graph(drawn)
    assert set(graph.cut_off) == {"shed", "shed-door"}
