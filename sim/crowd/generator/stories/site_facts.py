"""What a site offers to a story: doors by use, places to stop by kind. Read from the site alone, never from names."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, StrEnum

import numpy as np

from sim.crowd.people.people import Pose
from sim.crowd.places.ground import RoomDoor
from sim.crowd.places.routes import RouteMap
from sim.crowd.places.spots import NEAR_M, Area, Spot, SpotBook
from sim.errors import ScenarioError
from sim.site.model import Opening, Site


class HaltKind(StrEnum):
    LOCKER = "locker"
    SEAT = "seat"
    PHONE = "phone"
    TALK = "talk"
    CLASSROOM = "classroom"
    OFFICE = "office"
    REST_ROOM = "rest room"
    OUTSIDE = "outside"
    DOORWAY = "doorway"


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    kind: HaltKind
    node: str  # walk node that the way there leads by
    zone: str  # where it is; of a halt behind a door, ""
    step: Mapping[str, object]  # the step of a scenario file, without its seconds


MOST_TOGETHER = 3
_MOST_SEATS = 200
_DOOR_AWAY_M = 2.0


class DoorUse(StrEnum):
    OUTSIDE = "outside"
    CLASSROOM = "classroom"
    OFFICE = "office"
    REST_ROOM = "rest room"
    STAIR = "stair"


# doors by which students come from lessons and go to them: stairs lead to classrooms that are not modeled
ROOMS = (DoorUse.CLASSROOM, DoorUse.STAIR)


HIDDEN: Mapping[HaltKind, DoorUse] = {
    HaltKind.CLASSROOM: DoorUse.CLASSROOM,
    HaltKind.OFFICE: DoorUse.OFFICE,
    HaltKind.REST_ROOM: DoorUse.REST_ROOM,
    HaltKind.OUTSIDE: DoorUse.OUTSIDE,
}
"""Halts behind a door, where no camera is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    site: Site
    routes: RouteMap  # its walk graph, of which only the largest connected part counts
    doors: Mapping[DoorUse, tuple[str, ...]]  # door_ids by what lies behind them
    halts: Mapping[HaltKind, tuple[Halt, ...]]  # places to stop by kind; a kind the site has not is missing
    seats: Mapping[str, int]  # seats of each zone that has any

    def list_doors(self, uses: tuple[DoorUse, ...]) -> tuple[str, ...]:
        return tuple(door for use in uses for door in self.doors.get(use, ()))

    def get_door_node(self, door_id: str) -> str:
        return self.routes.get_door_node(door_id)

    def find_zone(self, node_id: str) -> str:
        node = self.routes.nodes[node_id]
        return self.routes.grounds[node.floor].plan.find_zone(node.at) or ""

    def keep_seats(self, least: int) -> "SiteFacts":
        """Return the same without places to sit in zones of fewer than `least` seats."""
        halts = dict(self.halts)
        kept = tuple(halt for halt in halts.pop(HaltKind.SEAT, ()) if self.seats[halt.zone] >= least)
        return replace(self, halts={**halts, HaltKind.SEAT: kept} if kept else halts)


def read_site_facts(site: Site) -> SiteFacts:
    import networkx as nx  # noqa: PLC0415 - loaded when first needed

    routes = RouteMap(site)
    parts = sorted(nx.connected_components(routes.graph), key=lambda part: (-len(part), min(part)))
    reachable = frozenset(parts[0]) if parts else frozenset()
    doors = _list_doors(site, reachable)
    if sum(len(found) for found in doors.values()) < 2:
        raise ScenarioError(
            f"{site.name} has fewer than two doors that people can use",
            expected="walk nodes with `door`, joined to each other by walk_edges",
            todo="add them to site.yaml",
        )
    book, rng = SpotBook(site, routes), np.random.default_rng(0)
    seats: dict[str, int] = {}
    halts: dict[HaltKind, list[Halt]] = {}
    for space in site.spaces:
        nodes = sorted(
            node.node_id
            for node in site.walk_nodes
            if node.node_id in reachable
            and node.door is None
            and routes.grounds[node.floor].plan.find_zone(node.at) == space.zone_id
        )
        if not nodes:
            continue
        for halt in _list_lockers(book, space.zone_id, nodes, rng):
            halts.setdefault(HaltKind.LOCKER, []).append(halt)
        found: list[Spot] = []
        while len(found) < _MOST_SEATS and (one := book.take_seats(Area(zone=space.zone_id), 1, rng)):
            found += one
        if found:
            seats[space.zone_id] = len(found)
            halts.setdefault(HaltKind.SEAT, []).append(_make_seat(space.zone_id, found, nodes, routes))
        if space.kind in ("hall", "lobby", "cafeteria"):
            for halt in _list_quiet(book, space.zone_id, nodes, rng, site=site, routes=routes):
                halts.setdefault(halt.kind, []).append(halt)
    for halt in list_doorways(site, routes, doors.get(DoorUse.CLASSROOM, ())):
        halts.setdefault(HaltKind.DOORWAY, []).append(halt)
    for kind, use in HIDDEN.items():
        for door in doors.get(use, ()):
            step = {"do": "away", "doors": [door]}
            node = routes.get_door_node(door)
            halts.setdefault(kind, []).append(Halt(kind=kind, node=node, zone="", step=step))
    return SiteFacts(
        site=site, routes=routes, doors=doors, halts={kind: tuple(found) for kind, found in halts.items()}, seats=seats
    )


def _list_doors(site: Site, reachable: frozenset[str]) -> dict[DoorUse, tuple[str, ...]]:
    usable = {node.door for node in site.walk_nodes if node.door is not None and node.node_id in reachable}
    found: dict[DoorUse, list[str]] = {}
    for opening in site.openings:
        use = judge_use(opening)
        if opening.door_id in usable and opening.leaf == "open" and use is not None:
            found.setdefault(use, []).append(opening.door_id)
    return {use: tuple(doors) for use, doors in found.items()}


def judge_use(opening: Opening) -> DoorUse | None:
    """Return what lies behind a door; None for one between modeled spaces."""
    if opening.leads_to is not None:
        return None
    uses = {
        "gap": DoorUse.OUTSIDE,
        "exterior": DoorUse.OUTSIDE,
        "classroom": DoorUse.CLASSROOM,
        "office": DoorUse.OFFICE,
        "restroom": DoorUse.REST_ROOM,
        "stair": DoorUse.STAIR,
    }
    return uses.get(opening.kind)


def _list_lockers(book: SpotBook, zone: str, nodes: list[str], rng: np.random.Generator) -> list[Halt]:
    return [
        Halt(kind=HaltKind.LOCKER, node=node, zone=zone, step={"do": "locker", "zone": zone, "near": node})
        for node in nodes
        if book.take_lockers(Area(zone=zone, near=node), MOST_TOGETHER, rng)
    ]


def _make_seat(zone: str, seats: list[Spot], nodes: list[str], routes: RouteMap) -> Halt:
    x, y = np.mean([spot.place.at for spot in seats], axis=0)
    middle = (float(x), float(y))
    node = min(nodes, key=lambda n: (round(math.dist(routes.nodes[n].at, middle), 6), n))
    return Halt(kind=HaltKind.SEAT, node=node, zone=zone, step={"do": "sit", "zone": zone})


def _list_quiet(
    book: SpotBook, zone: str, nodes: list[str], rng: np.random.Generator, *, site: Site, routes: RouteMap
) -> list[Halt]:
    """Return where to talk or look at a phone: nodes with room for a group within reach, no two near each other."""
    found: list[Halt] = []
    doors = [(o.floor, o.at) for o in site.openings]
    for node_id in nodes:
        node = routes.nodes[node_id]
        if any(floor == node.floor and math.dist(at, node.at) < _DOOR_AWAY_M for floor, at in doors):
            continue
        if any(math.dist(routes.nodes[halt.node].at, node.at) < NEAR_M for halt in found):
            continue
        if not book.take_ring(Area(zone=zone, near=node_id), MOST_TOGETHER, rng, pose=Pose.STAND):
            continue
        for kind, verb in ((HaltKind.TALK, "talk"), (HaltKind.PHONE, "phone")):
            found.append(Halt(kind=kind, node=node_id, zone=zone, step={"do": verb, "zone": zone, "near": node_id}))
    return found


_BESIDE_M = 0.42
_OUT_M = 0.42
_CLEAR_M = 0.3
_TURN_RAD = 0.9


def list_doorways(site: Site, routes: RouteMap, door_ids: Sequence[str]) -> list[Halt]:
    """Return one place beside each of the doors that has room for it; `facing_deg` is down the hall."""
    found: list[Halt] = []
    for opening in site.openings:
        if opening.door_id not in door_ids:
            continue
        ground, normal = routes.grounds[opening.floor], math.radians(opening.facing_deg)
        for side in (1.0, -1.0):
            along_m = side * (opening.width_m / 2 + _BESIDE_M)
            x = opening.at[0] + _OUT_M * math.cos(normal) - along_m * math.sin(normal)
            y = opening.at[1] + _OUT_M * math.sin(normal) + along_m * math.cos(normal)
            at = (round(x, 3), round(y, 3))
            clear_m = float(ground.compute_clearance_m(np.asarray([at]))[0])
            if clear_m < _CLEAR_M or not ground.plan.is_walkable(at) or not routes.entries.can_reach(opening.floor, at):
                continue
            facing = round(math.degrees(math.remainder(normal + side * _TURN_RAD, 2 * math.pi)))
            step = {"do": "stand", "floor": opening.floor, "at": list(at), "facing_deg": facing}
            node = routes.get_door_node(opening.door_id)
            zone = ground.plan.find_zone(at) or ""
            found.append(Halt(kind=HaltKind.DOORWAY, node=node, zone=zone, step=step))
            break
    return found


class Curb(Enum):
    BRINGS = "brings"
    FETCHES = "fetches"
    PASSED = "passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternHalt:
    kind: HaltKind
    for_s: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    name: str  # part of the day_id
    share: float  # its part of these people, relative to the other patterns
    group: int  # how many come together
    enter: tuple[DoorUse, ...]  # through doors of one of these uses; empty: already inside at the first halt
    window: tuple[float, float]  # when they come, as shares of the recording's length
    halts: tuple[PatternHalt, ...]  # where they stop, in order
    leave: tuple[DoorUse, ...]  # through doors of one of these uses; empty: they stay


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story template: any site, any seed. A new one is a file in `sim.crowd.generator.stories` and a line there."""

    name: str  # as the command line has it
    title: str  # of the recording
    summary: str  # one sentence for the person who chooses
    clock: tuple[int, int]  # hour and minute at which the recording begins
    enter: tuple[DoorUse, ...]  # how targets come in
    leave: tuple[DoorUse, ...]  # how they end
    halts: tuple[HaltKind, ...]  # what targets may stop for
    patterns: tuple[Pattern, ...]  # what everybody else does
    on_the_way: float  # share of the school's students who come through the halls in a recording of the hardest level
    staff_share: float  # staff among all people
    custodians: int = 1  # of these, how many go about the halls with short stops
    curb: Curb = Curb.PASSED  # whether vehicles bring people, fetch them, or only pass
    doors_shut: tuple[RoomDoor, ...] = ("restroom",)  # kinds of doors that stand shut and open for those who go through
