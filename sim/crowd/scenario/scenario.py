"""The scenario file: which site, when, and what everybody does there. Written by people, checked when it is read.

Every person lives one *day* of the file: comes in, does its steps in order, and leaves or stays.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, SerializeAsAny, model_validator

from sim.checked import check, read_yaml
from sim.crowd.people.body_index import NEWEST_SET
from sim.crowd.people.people import Aid, Role
from sim.crowd.places.ground import RoomDoor
from sim.crowd.scenario.beats import BEAT_KINDS
from sim.crowd.scenario.beats.base import Beat
from sim.crowd.scenario.beats.place import Clothing, FilePart, SecondsRange
from sim.crowd.scenario.faults import Fault, check_faults
from sim.crowd.traffic.drive import add_stops
from sim.crowd.traffic.vehicles import Road, Vehicle, check_vehicles, is_stop, list_hours
from sim.errors import ScenarioError
from sim.site.model import Identifier, PointXY, Site

SCENARIO_SCHEMA = 1

Doors = Annotated[tuple[Identifier, ...], Field(min_length=1, description="one of these, drawn by the seed")]


class _Step(FilePart):
    """Something to go and do; with `runs` the person runs there."""

    runs: bool = False


class _SpotStep(_Step):
    """A stop at a place that the program finds in a zone, with `near` within 5 m of that walk node."""

    zone: Identifier
    near: Identifier | None = None
    for_s: SecondsRange


class LockerStep(_SpotStep):
    do: Literal["locker"]


class SitStep(_SpotStep):
    do: Literal["sit"]


class TalkStep(_SpotStep):
    """Stand in a ring with one's group, or alone with a phone, out of other people's way."""

    do: Literal["talk", "phone"]


class StandStep(_Step):
    do: Literal["stand"]
    floor: Identifier
    at: PointXY
    facing_deg: float = 0.0
    for_s: SecondsRange


class WalkStep(_Step):
    """Walk by the named walk nodes, in order, without a stop."""

    do: Literal["walk"]
    nodes: tuple[Identifier, ...] = Field(min_length=1)


class AwayStep(_Step):
    """Leave by a door, stay out of sight, and come back by the same door or one of `back`."""

    do: Literal["away"]
    doors: Doors
    for_s: SecondsRange
    back: tuple[Identifier, ...] = ()


class LeaveStep(_Step):
    do: Literal["leave"]
    doors: Doors


Step = Annotated[
    LockerStep | SitStep | TalkStep | StandStep | WalkStep | AwayStep | LeaveStep, Field(discriminator="do")
]


class Arrival(FilePart):
    """How a day begins: through one of `doors` at a time in `at_s`. Without doors: already inside at the first step."""

    doors: tuple[Identifier, ...] = ()
    at_s: SecondsRange = (0.0, 0.0)


class Wear(FilePart):
    """What everybody of a day wears or carries, instead of what the seed would draw."""

    top: Clothing | None = None
    headwear: Clothing | None = None
    bag: Clothing | None = None


class Day(FilePart):
    """What `people` persons do. They come in groups of `group`, which arrive, walk and wait for each other together.

    With `target`, the people of this day are the ones worth tracing: look-alikes are made of them first.
    """

    day_id: Identifier
    people: int = Field(gt=0, le=200)
    role: Role = Role.STUDENT
    group: int = Field(default=1, ge=1, le=4)
    target: bool = False
    aid: Aid = Aid.NONE
    wear: Wear = Wear()
    arrive: tuple[Arrival, ...] = Field(min_length=1, description="groups take these in turn")
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_day(self) -> Self:
        if any(step.do == "leave" for step in self.steps[:-1]):
            raise ValueError("a leave step must be the last one")
        if self.target and self.group > 1:
            raise ValueError("people of a target day come alone: group must be 1")
        if self.aid is not Aid.NONE and any(step.runs for step in self.steps):
            raise ValueError(f"nobody runs with {self.aid.value}: leave out runs, or the day's aid")
        starts_at_a_place = self.steps[0].do in ("locker", "sit", "talk", "phone", "stand")
        if not starts_at_a_place and any(not a.doors for a in self.arrive):
            raise ValueError(f"arrive needs doors, because the first step ({self.steps[0].do}) is no place to begin at")
        return self


def _parse_beat(value: object) -> object:
    if not isinstance(value, dict):
        return value
    kind = value.get("kind")
    if kind not in BEAT_KINDS:
        raise ValueError(f"kind {kind!r} is unknown, expected one of {', '.join(BEAT_KINDS)}")
    return BEAT_KINDS[kind].model_validate(value)


AnyBeat = Annotated[SerializeAsAny[Beat], BeforeValidator(_parse_beat)]


class Scenario(FilePart):
    """A whole scenario file.

    `site` is the site's folder, seen from the scenario file. `start_time` is the site's wall clock at frame 0.
    Of all people, `look_alikes` more than the days ask for are made to resemble targets and to cross their ways.
    """

    schema_version: Literal[1]
    scenario_id: Identifier
    title: str
    site: str
    start_time: datetime
    duration_s: float = Field(gt=0, le=3600)
    fps: float = Field(default=10, ge=5, le=30)
    main_size_wh: tuple[int, int] = (1280, 720)
    seed: int = Field(ge=0)
    bodies: Identifier = Field(default=NEWEST_SET, description="folder of the body set, beside the scenario or shipped")
    look_alikes: int = Field(default=0, ge=0, le=50)
    days: tuple[Day, ...] = Field(min_length=1)
    faults: tuple[Fault, ...] = Field(default=(), description="what is wrong with cameras")
    beats: tuple[AnyBeat, ...] = ()
    vehicles: tuple[Vehicle, ...] = Field(default=(), description="what drives on the road before the school")
    doors_shut: tuple[RoomDoor, ...] = Field(
        default=(), description="kinds of doors that stand shut and open for those who go through"
    )

    @model_validator(mode="after")
    def _check_targets(self) -> Self:
        if self.look_alikes and not any(day.target for day in self.days):
            raise ValueError("look_alikes needs at least one day with target: true")
        names = [day.day_id for day in self.days]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"day_id {twice[0]!r} is used twice")
        return self

    @property
    def frame_count(self) -> int:
        return round(self.duration_s * self.fps)

    @property
    def staff_count(self) -> int:
        return sum(day.people for day in self.days if day.role is Role.STAFF)

    @property
    def target_count(self) -> int:
        return sum(day.people for day in self.days if day.target)

    @property
    def people_count(self) -> int:
        """Everybody, look-alikes and staff included."""
        return sum(day.people for day in self.days) + self.look_alikes


def load_scenario(path: Path) -> Scenario:
    return parse_scenario(read_yaml(path, fault=ScenarioError), source=str(path))


def parse_scenario(data: object, *, source: str) -> Scenario:
    """Check a scenario given as plain data. Raises as `load_scenario`; `source` names it in messages."""
    return check(
        Scenario,
        data,
        source=source,
        newest=SCENARIO_SCHEMA,
        fault=ScenarioError,
        todo="correct the value and try again",
    )


def find_site_folder(path: Path, scenario: Scenario) -> Path:
    return path.parent / scenario.site


def check_scenario(scenario: Scenario, site: Site) -> None:
    """Check that every door, zone, floor, node and camera the scenario names exists at the site."""
    check_faults(scenario.faults, site=site, duration_s=scenario.duration_s, fps=scenario.fps)
    if scenario.vehicles:
        check_vehicles(scenario.vehicles, road=Road(site), duration_s=scenario.duration_s)
        site = add_stops(site)
    _need_vehicles(scenario)
    zones = {space.zone_id for space in site.spaces}
    doors = {node.door for node in site.walk_nodes if node.door is not None}
    nodes = {node.node_id for node in site.walk_nodes}
    floors = {floor.floor_id for floor in site.floors}
    for number, day in enumerate(scenario.days):
        for place, arrival in enumerate(day.arrive):
            _need_doors(f"days.{number}.arrive.{place}.doors", arrival.doors, doors, site)
        for place, step in enumerate(day.steps):
            key = f"days.{number}.steps.{place}"
            match step:
                case LockerStep() | SitStep() | TalkStep():
                    _need(f"{key}.zone", (step.zone,), zones, site)
                    _need(f"{key}.near", (step.near,) if step.near else (), nodes, site)
                case StandStep():
                    _need(f"{key}.floor", (step.floor,), floors, site)
                case WalkStep():
                    _need(f"{key}.nodes", step.nodes, nodes, site)
                case AwayStep():
                    _need_doors(f"{key}.doors", step.doors, doors, site)
                    _need_doors(f"{key}.back", step.back, doors, site)
                case LeaveStep():
                    _need_doors(f"{key}.doors", step.doors, doors, site)
    for number, beat in enumerate(scenario.beats):
        for where in beat.places:
            key = f"beats.{number} ({beat.beat_id})"
            _need(f"{key}.zone", (where.zone,) if where.zone else (), zones, site)
            _need(f"{key}.near", (where.near,) if where.near else (), nodes, site)
            _need(f"{key}.node", (where.node,) if where.node else (), nodes, site)
            _need_doors(f"{key}.door", (where.door,) if where.door else (), doors, site)


def _need_vehicles(scenario: Scenario) -> None:
    served = set(list_hours(scenario.vehicles))
    for number, day in enumerate(scenario.days):
        used = [door for arrival in day.arrive for door in arrival.doors]
        used += [door for step in day.steps if isinstance(step, AwayStep | LeaveStep) for door in step.doors]
        used += [door for step in day.steps if isinstance(step, AwayStep) for door in step.back]
        empty = sorted({door for door in used if is_stop(door)} - served)
        if empty:
            raise ScenarioError(
                f"days.{number} ({day.day_id}): no vehicle stops at {empty[0]!r}",
                todo="add one under vehicles, or choose another door",
            )


def _need_doors(key: str, wanted: tuple[str, ...], usable: set[str], site: Site) -> None:
    closed = {opening.door_id for opening in site.openings} - usable
    for name in wanted:
        if name in closed:
            raise ScenarioError(
                f"{key}: door {name!r} of {site.name} cannot be used, nobody walks there",
                expected=f"one of {', '.join(sorted(usable))}",
                todo="choose another door, or give it a walk node in site.yaml",
            )
    _need(key, wanted, usable, site)


def _need(key: str, wanted: tuple[str, ...], known: set[str], site: Site) -> None:
    for name in wanted:
        if name not in known:
            raise ScenarioError(
                f"{key}: {name!r} is not part of {site.name}", expected=f"one of {', '.join(sorted(known))}"
            )
