"""A whole scenario for a site, a story, a level and a seed, as the data and the remarks of its file."""

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import numpy as np

from sim.crowd.generator.bystanders import DayData, Furniture, make_bystanders, make_staff
from sim.crowd.generator.chance import pick
from sim.crowd.generator.levels import AIMS, Aims, Level
from sim.crowd.generator.sightlines import Sightlines
from sim.crowd.generator.stories import STORIES
from sim.crowd.generator.stories.halts import HaltKind
from sim.crowd.generator.stories.site_facts import SiteFacts, read_site_facts
from sim.crowd.generator.stories.story import Story
from sim.crowd.generator.story_beats import make_beats
from sim.crowd.generator.traffic import make_traffic
from sim.crowd.generator.ways import Way, WayFinder
from sim.crowd.people.body_index import NEWEST_SET
from sim.crowd.scenario.scenario import SCENARIO_SCHEMA
from sim.errors import ScenarioError
from sim.site.model import Site

PEOPLE = (12, 240)
MINUTES = (1.0, 15.0)
MOST_SEED = 2**63 - 1
"""So many that a secret one cannot be found by trying: drafting a scenario takes most of a second."""
MAIN_WH = (960, 540)
FPS = 10
SCHOOL_DAY = date(2026, 10, 14)
TITLE_CHARS = 60
_ID_CHARS = 27
_STUDENTS_A_ROOM = 22
_STUDENTS_A_CAMERA = 20
_TARGETS = (4, 10)
_PEOPLE_A_TARGET = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked of a new scenario.

    Raises:
        ScenarioError: a value is out of range.
    """

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
    """A scenario before it is written."""

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
    furniture = Furniture(facts, busy=_count_visits(ways, facts))
    for stop in (stop for way in ways for stop in way.stops):
        if stop.halt.kind is HaltKind.SEAT:
            furniture.reserve_seats(stop.halt.zone, seats_a_stop)
    others = people - targets - look_alikes - staff
    bystanders = make_bystanders(story, facts, furniture, count=others, duration_s=duration_s, rng=rng)
    on_duty = make_staff(furniture, facts, count=staff, custodians=story.custodians, rng=rng)
    vehicles = make_traffic(story, site, bystanders, duration_s=duration_s, rng=rng.spawn(1)[0])
    beats = make_beats(wish.level, ways, bystanders, facts, duration_s=duration_s, rng=rng)
    return Draft(
        wish=wish,
        head={
            "schema_version": SCENARIO_SCHEMA,
            "scenario_id": make_scenario_id(wish, site),
            "title": wish.title.strip() or story.title,
            "site": site_path,
            "start_time": datetime.combine(SCHOOL_DAY, time(*story.clock)).isoformat(),
            "duration_s": duration_s,
            "fps": FPS,
            "main_size_wh": list(MAIN_WH),
            "seed": wish.seed,
            "bodies": NEWEST_SET,
            "look_alikes": look_alikes,
            **_shut_doors(story, site),
        },
        sections=(
            Section(
                remark="People worth tracing: different ways in, different errands, different ends",
                days=tuple(_make_target_day(number, way) for number, way in enumerate(ways, start=1)),
                remarks=tuple(_describe_way(way) for way in ways),
            ),
            Section(remark="Everybody else", days=tuple(bystanders), remarks=("",) * len(bystanders)),
            Section(remark="Staff on duty", days=tuple(on_duty), remarks=("",) * len(on_duty)),
        ),
        tail=(*_make_tail(aims, ways, beats, rng), *vehicles),
        ways=ways,
    )


def _shut_doors(story: Story, site: Site) -> dict[str, list[str]]:
    """Return which doors stand shut: none where pictures were taken of a school, whose doors stay as they are there."""
    there = {opening.kind for opening in site.openings if opening.leaf == "open"}
    kinds = [str(kind) for kind in story.doors_shut if kind in there]
    is_of_pictures = any(camera.look is not None for camera in site.cameras)
    return {"doors_shut": kinds} if kinds and not is_of_pictures else {}


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


def _count_visits(ways: Sequence[Way], facts: SiteFacts) -> Counter[str]:
    return Counter(facts.find_zone(stop.halt.node) for way in ways for stop in way.stops)


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


def _describe_way(way: Way) -> str:
    return (
        f"by geometry {way.legs} stretches on camera, longest gap {way.blind_s:.0f} s, "
        f"{way.length_s:.0f} s in all: {' '.join(way.cameras)}"
    )


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
