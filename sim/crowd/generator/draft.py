"""A whole scenario for a site, a story, a level and a seed, as the data and the remarks of its file."""

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

import numpy as np

from sim.crowd.generator.levels import AIMS, Aims, Level, pick, pick_weighted, split
from sim.crowd.generator.stories import STORIES
from sim.crowd.generator.stories.site_facts import (
    Curb,
    DoorUse,
    Halt,
    HaltKind,
    Pattern,
    SiteFacts,
    Story,
    judge_use,
    read_site_facts,
)
from sim.crowd.generator.ways import Sightlines, Way, WayFinder
from sim.crowd.people.body_index import NEWEST_SET
from sim.crowd.people.people import Kind
from sim.crowd.scenario.scenario import SCENARIO_SCHEMA
from sim.crowd.traffic.drive import add_stops
from sim.crowd.traffic.vehicles import Road, Vehicle, check_vehicles
from sim.errors import ScenarioError
from sim.site.model import Site

DayData = dict[str, Any]

GROUPS_A_DAY = 3
SEAT_SHARE = 0.6
_WAVE_S = 8
_DOORS_A_DAY = 4
_POST_S = ((50.0, 80.0), (60.0, 100.0))
_STAY_S = 3000.0
_ROUND = 12
_ROUND_S = (12.0, 25.0)


class Furniture:
    """Keeps count of seats and of who stands where, so that a site is not asked for more than it has."""

    def __init__(self, facts: SiteFacts, *, busy: Mapping[str, int]) -> None:
        """`busy` says how often targets come through a zone: others are drawn there too."""
        self._facts = facts
        self._busy = busy
        self._left = {zone: int(count * SEAT_SHARE) for zone, count in facts.seats.items()}
        self._used: Counter[str] = Counter()

    def reserve_seats(self, zone: str, count: int) -> None:
        self._left[zone] = self._left.get(zone, 0) - count

    def take(self, kind: HaltKind, count: int, rng: np.random.Generator) -> Halt | None:
        """Return a halt for a number of people; None when the site has no room for it."""
        options = self._facts.halts.get(kind, ())
        if kind is HaltKind.SEAT:
            options = tuple(halt for halt in options if self._left[halt.zone] >= count)
        if not options:
            return None
        crowding = Counter(halt.zone for halt in options)
        weights = [
            (1.0 + self._busy.get(halt.zone, 0)) / crowding[halt.zone] / (1 + self._used[halt.node]) ** 2
            for halt in options
        ]
        halt = pick_weighted(options, weights, rng)
        self._used[halt.node] += 1
        if kind is HaltKind.SEAT:
            self.reserve_seats(halt.zone, count)
        return halt


def make_bystanders(
    story: Story, facts: SiteFacts, furniture: Furniture, *, count: int, duration_s: float, rng: np.random.Generator
) -> list[DayData]:
    patterns = [pattern for pattern in story.patterns if _is_possible(pattern, facts)]
    if not patterns or count < 1:
        return []
    days: list[DayData] = []
    for pattern, people in zip(patterns, split(count, [p.share for p in patterns]), strict=True):
        size = GROUPS_A_DAY * pattern.group
        for number, start in enumerate(range(0, people, size), start=1):
            members = min(size, people - start)
            day_id = f"{pattern.name}-{number}"
            days.append(_make_day(pattern, facts, furniture, day_id, members, duration_s=duration_s, rng=rng))
    return days


def make_staff(
    furniture: Furniture, facts: SiteFacts, *, count: int, custodians: int, rng: np.random.Generator
) -> list[DayData]:
    """Return the days of `count` staff: custodians go about, half of the others stand at doors, half are on duty."""
    days: list[DayData] = []
    free = list(facts.halts.get(HaltKind.DOORWAY, ()))
    for number in range(1, count + 1):
        if number > 1 and number <= 1 + custodians:
            name, steps = f"custodian-{number - 1}", _make_round(furniture, rng)
        elif number % 2 and free:
            halt = free.pop(int(rng.integers(len(free))))
            name, steps = f"teacher-{number}", [{**halt.step, "for_s": [_STAY_S, _STAY_S]}]
        else:
            posts = [furniture.take(HaltKind.TALK, 1, rng) for _ in range(3)]
            spans = (*_POST_S, (_STAY_S, _STAY_S))
            name = f"staff-{number}"
            steps = [{**h.step, "for_s": list(span)} for h, span in zip(posts, spans, strict=True) if h is not None]
        if not steps:
            continue
        days.append({"day_id": name, "people": 1, "role": "staff", "arrive": [{"doors": []}], "steps": steps})
    return days


def _make_round(furniture: Furniture, rng: np.random.Generator) -> list[DayData]:
    stops = [furniture.take(HaltKind.TALK, 1, rng) for _ in range(_ROUND)]
    return [{**halt.step, "for_s": list(_ROUND_S)} for halt in stops if halt is not None]


def _is_possible(pattern: Pattern, facts: SiteFacts) -> bool:
    if pattern.enter and not facts.list_doors(pattern.enter):
        return False
    if pattern.leave and not facts.list_doors(pattern.leave):
        return False
    if not pattern.enter:
        return pattern.halts[0].kind in facts.halts
    return bool(pattern.leave) or any(halt.kind in facts.halts for halt in pattern.halts)


def _make_day(
    pattern: Pattern,
    facts: SiteFacts,
    furniture: Furniture,
    day_id: str,
    members: int,
    *,
    duration_s: float,
    rng: np.random.Generator,
) -> DayData:
    steps: list[DayData] = []
    for wanted in pattern.halts:
        halt = furniture.take(wanted.kind, members, rng) or furniture.take(HaltKind.TALK, members, rng)
        if halt is not None:
            steps.append({**halt.step, "for_s": list(wanted.for_s)})
    if pattern.leave:
        doors = facts.list_doors(pattern.leave)
        chosen = sorted(int(i) for i in rng.choice(len(doors), size=min(_DOORS_A_DAY, len(doors)), replace=False))
        steps.append({"do": "leave", "doors": [doors[i] for i in chosen]})
    day: DayData = {"day_id": day_id, "people": members}
    if pattern.group > 1:
        day["group"] = pattern.group
    day["arrive"] = _make_arrivals(pattern, facts, -(-members // pattern.group), duration_s=duration_s, rng=rng)
    day["steps"] = steps
    return day


def _make_arrivals(
    pattern: Pattern, facts: SiteFacts, groups: int, *, duration_s: float, rng: np.random.Generator
) -> Sequence[DayData]:
    if not pattern.enter:
        return [{"doors": []}]
    arrivals: list[DayData] = []
    doors = facts.list_doors(pattern.enter)
    for _ in range(groups):
        start = round(float(rng.uniform(*pattern.window)) * duration_s)
        arrivals.append({"doors": [pick(doors, rng)], "at_s": [start, start + _WAVE_S]})
    return sorted(arrivals, key=lambda arrival: list(arrival["at_s"]))


Tail = tuple[str, str, Sequence[dict[str, Any]]]

_FIRST_S = (10.0, 20.0)
_PASSES_S = {Curb.BRINGS: (25.0, 45.0), Curb.FETCHES: (25.0, 45.0), Curb.PASSED: (70.0, 140.0)}
_USE_SHARE = 0.5
_OFF_S = (2.0, 20.0)
_EARLY_SHARE = 0.55
_CARS = (Kind.SEDAN, Kind.SUV, Kind.VAN)


def make_traffic(
    story: Story, site: Site, days: Sequence[DayData], *, duration_s: float, rng: np.random.Generator
) -> tuple[Tail, ...]:
    """Return the file's part about vehicles, none without a road; half of those who come or go outside use them.

    `days` are changed in place: where their people come in, or leave.
    """
    road = Road(site)
    if not road.lanes:
        return ()
    rows: list[dict[str, Any]] = []
    reachable = {node.door for node in add_stops(site).walk_nodes}
    stops = [stop for stop in road.stops.values() if stop.stop_id in reachable]
    if story.curb is not Curb.PASSED:
        for stop in stops:
            start_s = float(rng.uniform(*_FIRST_S))
            while start_s < duration_s - 50:
                kind = stop.kind if stop.kind is Kind.BUS else _CARS[int(rng.integers(len(_CARS)))]
                low, high = (45.0, 65.0) if kind is Kind.BUS else (20.0, 30.0)
                end_s = start_s + float(rng.uniform(low, high))
                if story.curb is Curb.FETCHES and kind is Kind.BUS:
                    end_s = duration_s * float(rng.uniform(0.75, 0.85))
                row = {"kind": kind.value, "stop": stop.stop_id, "from_s": round(start_s), "to_s": round(end_s)}
                end_s = _add(rows, row, road, duration_s)
                start_s = max(start_s, end_s) + float(rng.uniform(30.0, 45.0))
        _send_people(story.curb, rows, days, site, duration_s=duration_s, rng=rng)
    passes_s = float(rng.uniform(0, 20))
    while passes_s < duration_s:
        kind = Kind.BUS if story.curb is not Curb.PASSED and rng.random() < 0.3 else _CARS[int(rng.integers(3))]
        _add(rows, {"kind": kind.value, "from_s": round(passes_s)}, road, duration_s)
        passes_s += float(rng.uniform(*_PASSES_S[story.curb]))
    return (("vehicles", "What drives on the road", rows),) if rows else ()


def _add(rows: list[dict[str, Any]], row: dict[str, Any], road: Road, duration_s: float) -> float:
    """Add a vehicle as soon after its time as it is in nobody's way, or leave it out; return until when it stands."""
    for later_s in (0.0, 4.0, 8.0, 13.0, 19.0):
        tried = {key: value + later_s if key in ("from_s", "to_s") else value for key, value in row.items()}
        vehicles = [Vehicle.model_validate(other) for other in (*rows, tried)]
        try:
            check_vehicles(vehicles, road=road, duration_s=duration_s)
        except ScenarioError:
            continue
        rows.append(tried)
        return float(tried.get("to_s", 0.0))
    return float(row.get("to_s", 0.0))


def _send_people(
    curb: Curb,
    rows: Sequence[dict[str, Any]],
    days: Sequence[DayData],
    site: Site,
    *,
    duration_s: float,
    rng: np.random.Generator,
) -> None:
    outside = {o.door_id for o in site.openings if judge_use(o) is DoorUse.OUTSIDE}
    standing = [row for row in rows if "stop" in row]
    weights = np.asarray([4.0 if row["kind"] == Kind.BUS.value else 1.0 for row in standing])
    for day in days if standing else ():
        if curb is Curb.BRINGS:
            for arrival in day["arrive"]:
                if outside.issuperset(arrival["doors"]) and arrival["doors"] and rng.random() < _USE_SHARE:
                    row = standing[int(rng.choice(len(standing), p=weights / weights.sum()))]
                    first = row["from_s"] + _OFF_S[0]
                    arrival["doors"], arrival["at_s"] = [row["stop"]], [first, min(first + _OFF_S[1], row["to_s"] - 6)]
            day["arrive"].sort(key=lambda arrival: list(arrival.get("at_s", ())))
        else:
            last = day["steps"][-1]
            is_early = all(a["doors"] and a["at_s"][1] < _EARLY_SHARE * duration_s for a in day["arrive"])
            leaves = last["do"] == "leave" and outside.issuperset(last["doors"])
            buses = sorted({row["stop"] for row in standing if row["kind"] == Kind.BUS.value})
            if leaves and is_early and buses and rng.random() < _USE_SHARE:
                last["doors"] = [buses[int(rng.integers(len(buses)))]]


BeatData = Mapping[str, Any]

_WAIT_S = [15, 25]
_ROOM_S = 40.0
"""What a beat takes, and what people in the way may cost who come to it."""
_SLOW_M_S = 1.0


def make_beats(
    level: Level,
    ways: Sequence[Way],
    bystanders: Sequence[DayData],
    facts: SiteFacts,
    *,
    duration_s: float,
    rng: np.random.Generator,
) -> tuple[BeatData, ...]:
    """Return the beats: none when easy, a bag that changes hands when medium, also a planted look-alike when hard.

    Only people take part who come alone and through a door, after their first halt, so that nobody's friends wait, and
    who can be there in time; a beat that has not enough of them is left out.
    """
    doors = facts.list_doors(tuple(DoorUse))
    alone = [
        day
        for day in bystanders
        if "group" not in day and day["arrive"][0]["doors"] and len(day["steps"]) > 1
        # who gets off a bus comes by no door of the site
        if set(day["arrive"][0]["doors"]) <= set(doors)
    ]
    quiet = facts.halts.get(HaltKind.TALK, ())
    beats: list[BeatData] = []
    if level is Level.EASY or not quiet:
        return ()
    latest_s = duration_s - _ROOM_S
    where = pick(quiet, rng) if len(alone) >= 2 else None
    pair = [day for day in alone if where is not None and _find_there_s(day, where, facts) <= latest_s][:2]
    if where is not None and len(pair) == 2:
        giver, taker = pair
        alone = [day for day in alone if day not in pair]
        beats.append(
            {
                "kind": "hand-over",
                "beat_id": "bag",
                "giver": {"day": giver["day_id"], "after": 1},
                "taker": {"day": taker["day_id"], "after": 1},
                "where": {"zone": where.zone, "near": where.node},
            }
        )
    if level is Level.HARD and alone:
        number = int(rng.integers(len(ways)))
        passed = [halt for halt in quiet if halt.node in ways[number].nodes] or list(quiet)
        where = pick(passed, rng)
        decoys = [day for day in alone if _find_there_s(day, where, facts, done=0) <= latest_s]
        if not decoys:
            return tuple(beats)
        beats.append(
            {
                "kind": "look-alike",
                "beat_id": "decoy",
                "who": {"day": decoys[0]["day_id"]},
                "of": {"day": f"target-{number + 1}"},
                "where": {"zone": where.zone, "near": where.node},
                "for_s": _WAIT_S,
            }
        )
    return tuple(beats)


def _find_there_s(day: DayData, where: Halt, facts: SiteFacts, *, done: int = 1) -> float:
    """Return when the first person of a day is at a place at the latest, after the first `done` steps."""
    import networkx as nx  # noqa: PLC0415 - loaded when first needed

    arrival = day["arrive"][0]
    steps = day["steps"][:done]
    nodes = [
        next(halt.node for halts in facts.halts.values() for halt in halts if step.items() >= halt.step.items())
        for step in steps
    ]
    starts = [facts.get_door_node(door) for door in arrival["doors"]]
    walks_m = [
        sum(
            nx.shortest_path_length(facts.routes.graph, a, b, weight="weight")
            for a, b in pairwise([start, *nodes, where.node])
        )
        for start in starts
    ]
    return float(arrival["at_s"][1] + sum(step["for_s"][1] for step in steps) + max(walks_m) / _SLOW_M_S)


PEOPLE = (12, 240)
MINUTES = (1.0, 15.0)
MOST_SEED = 2**63 - 1
"""So many that a secret one cannot be found by trying: drafting a scenario takes most of a second."""
MAIN_WH = (1280, 720)
FPS = 10
TITLE_CHARS = 60
_ID_CHARS = 27
_STUDENTS_A_ROOM = 22
_STUDENTS_A_CAMERA = 20
_TARGETS = (4, 10)
_PEOPLE_A_TARGET = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked of a new scenario. Raises ScenarioError: a value is out of range."""

    story: str  # name of a story template
    level: Level  # how hard its drills shall be
    seed: int  # another seed gives another scenario
    people: int | None = None  # everybody together; None: as many as fit level, story and site
    minutes: float | None = None  # length; None: the level's
    title: str = ""  # of the recording; "": the story's
    again: int = 0  # how many drafts for the same wish turned out not to come about

    def __post_init__(self) -> None:
        if self.story not in STORIES:
            raise ScenarioError(f"the story {self.story!r} is unknown", expected=f"one of {', '.join(STORIES)}")
        if not 0 <= self.seed <= MOST_SEED:
            raise ScenarioError(f"the seed is {self.seed}", expected=f"0 to {MOST_SEED}")
        if self.people is not None and not PEOPLE[0] <= self.people <= PEOPLE[1]:
            raise ScenarioError(f"{self.people} people were asked for", expected=f"{PEOPLE[0]} to {PEOPLE[1]}")
        if self.minutes is not None and not MINUTES[0] <= self.minutes <= MINUTES[1]:
            raise ScenarioError(
                f"{self.minutes:g} minutes were asked for", expected=f"{MINUTES[0]:g} to {MINUTES[1]:g}"
            )
        if len(self.title) > TITLE_CHARS or not all(char.isprintable() for char in self.title):
            raise ScenarioError(
                f"the title {self.title!r} cannot be used", expected=f"at most {TITLE_CHARS} printable characters"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Days of the file under one remark; `remarks` has one more for each day, or ""."""

    remark: str
    days: tuple[DayData, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    wish: Wish  # what was asked for
    head: Mapping[str, Any]  # the keys before the days
    sections: tuple[Section, ...]  # the days
    tail: tuple[tuple[str, str, Sequence[Mapping[str, Any]]], ...]  # the keys after them, with a remark each
    ways: tuple[Way, ...]  # what the targets do, in the order of their days

    @property
    def data(self) -> dict[str, Any]:
        """The scenario as `sim.crowd.scenario.scenario.parse_scenario` reads it."""
        days = [day for section in self.sections for day in section.days]
        return {**self.head, "days": days, **{key: list(rows) for key, _, rows in self.tail}}


def make_draft(wish: Wish, site: Site, *, site_path: str) -> Draft:
    """Return a scenario that meets the wish as far as the site allows. The same wish and site give the same draft."""
    story, aims = STORIES[wish.story], AIMS[wish.level]
    chance = [wish.seed, zlib.crc32(f"{wish.story} {wish.level}".encode()), *([wish.again] if wish.again else [])]
    rng = np.random.default_rng(chance)
    facts = read_site_facts(site)
    people = wish.people or count_people(story, aims, count_students(site))
    duration_s = round((wish.minutes or aims.minutes) * 60)
    targets = int(np.clip(people // _PEOPLE_A_TARGET, *_TARGETS))
    targets = min(targets, people // (2 + aims.look_alikes))
    look_alikes = targets * aims.look_alikes
    staff = max(1, round(people * story.staff_share))
    seats_a_stop = 1 + 2 * aims.look_alikes
    finder = WayFinder(facts.keep_seats(4 * seats_a_stop), Sightlines(site, size_wh=MAIN_WH))
    ways = finder.find(story, aims, count=targets, duration_s=duration_s, rng=rng)
    furniture = Furniture(facts, busy=Counter(facts.find_zone(stop.halt.node) for way in ways for stop in way.stops))
    for stop in (stop for way in ways for stop in way.stops):
        if stop.halt.kind is HaltKind.SEAT:
            furniture.reserve_seats(stop.halt.zone, seats_a_stop)
    others = people - targets - look_alikes - staff
    bystanders = make_bystanders(story, facts, furniture, count=others, duration_s=duration_s, rng=rng)
    on_duty = make_staff(furniture, facts, count=staff, custodians=story.custodians, rng=rng)
    vehicles = make_traffic(story, site, bystanders, duration_s=duration_s, rng=rng.spawn(1)[0])
    beats = make_beats(wish.level, ways, bystanders, facts, duration_s=duration_s, rng=rng)
    # where pictures were taken of a school, its doors stay as they are there
    there = {opening.kind for opening in site.openings if opening.leaf == "open"}
    kinds = [str(kind) for kind in story.doors_shut if kind in there]
    is_of_pictures = any(camera.look is not None for camera in site.cameras)
    return Draft(
        wish=wish,
        head={
            "schema_version": SCENARIO_SCHEMA,
            "scenario_id": make_scenario_id(wish, site),
            "title": wish.title.strip() or story.title,
            "site": site_path,
            "start_time": datetime.combine(date(2026, 10, 14), time(*story.clock)).isoformat(),
            "duration_s": duration_s,
            "fps": FPS,
            "main_size_wh": list(MAIN_WH),
            "seed": wish.seed,
            "bodies": NEWEST_SET,
            "look_alikes": look_alikes,
            **({"doors_shut": kinds} if kinds and not is_of_pictures else {}),
        },
        sections=(
            Section(
                remark="People worth tracing: different ways in, different errands, different ends",
                days=tuple(_make_target_day(number, way) for number, way in enumerate(ways, start=1)),
                remarks=tuple(
                    f"by geometry {way.legs} stretches on camera, longest gap {way.blind_s:.0f} s, "
                    f"{way.length_s:.0f} s in all: {' '.join(way.cameras)}"
                    for way in ways
                ),
            ),
            Section(remark="Everybody else", days=tuple(bystanders), remarks=("",) * len(bystanders)),
            Section(remark="Staff on duty", days=tuple(on_duty), remarks=("",) * len(on_duty)),
        ),
        tail=(*_make_tail(aims, ways, beats, rng), *vehicles),
        ways=ways,
    )


def make_scenario_id(wish: Wish, site: Site) -> str:
    """Return an id that names story, level and seed, and differs for any two wishes; short enough for form ids."""
    facts = [site.site_id, wish.story, wish.level.value, wish.seed, wish.people, wish.minutes, wish.title]
    mark = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:4]
    end = f"{wish.story}-{wish.level.value}-{mark}"
    return f"{site.site_id[: max(1, _ID_CHARS - len(end) - 1)].rstrip('-_')}-{end}"


def count_students(site: Site) -> int:
    """Return how many students a school of this size has: 22 for each classroom, or 20 for each camera if more."""
    rooms = sum(opening.kind == "classroom" for opening in site.openings)
    return max(_STUDENTS_A_ROOM * rooms, _STUDENTS_A_CAMERA * len(site.cameras))


def count_people(story: Story, aims: Aims, students: int) -> int:
    """Return how many people a recording of a story and a level shows at a school with a number of students."""
    wanted = aims.crowd * story.on_the_way * students
    return int(np.clip(round(wanted), PEOPLE[0], PEOPLE[1]))


def _make_target_day(number: int, way: Way) -> DayData:
    steps: list[DayData] = [{**stop.halt.step, "for_s": list(stop.for_s)} for stop in way.stops]
    steps.append({"do": "leave", "doors": [way.leave]})
    return {
        "day_id": f"target-{number}",
        "people": 1,
        "target": True,
        "arrive": [{"doors": [way.enter], "at_s": list(way.at_s)}],
        "steps": steps,
    }


def _make_tail(
    aims: Aims, ways: Sequence[Way], beats: Sequence[Mapping[str, Any]], rng: np.random.Generator
) -> tuple[tuple[str, str, Sequence[Mapping[str, Any]]], ...]:
    cameras = sorted({camera for way in ways for camera in way.cameras})
    faults: list[Mapping[str, Any]] = []
    for _ in range(min(aims.wrong_clocks, len(cameras))):
        camera = pick(cameras, rng)
        cameras.remove(camera)
        offset_s = int(rng.integers(25, 95)) * (1 if rng.random() < 0.5 else -1)
        faults.append({"kind": "clock-offset", "camera": camera, "offset_s": offset_s})
    parts = (("beats", "What happens besides", beats), ("faults", "What is wrong with cameras", faults))
    return tuple(part for part in parts if part[2])
