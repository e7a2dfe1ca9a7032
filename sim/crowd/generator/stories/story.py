"""What a story template says: when it begins, what targets do in it, and what everybody else does."""

from dataclasses import dataclass
from enum import Enum

from sim.crowd.generator.stories.halts import HaltKind
from sim.crowd.generator.stories.site_facts import DoorUse
from sim.crowd.places.swinging_doors import RoomDoor


class Curb(Enum):
    """What vehicles do before the school."""

    BRINGS = "brings"
    FETCHES = "fetches"
    PASSED = "passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternHalt:
    """A stop of a pattern: what for, and shortest and longest seconds."""

    kind: HaltKind
    for_s: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What a part of the people does who are no targets.

    Attributes:
        name: part of the day_id.
        share: its part of these people, relative to the other patterns.
        group: how many come together.
        enter: through doors of one of these uses; empty: already inside at the first halt.
        window: when they come, as shares of the recording's length.
        halts: where they stop, in order.
        leave: through doors of one of these uses; empty: they stay.
    """

    name: str
    share: float
    group: int
    enter: tuple[DoorUse, ...]
    window: tuple[float, float]
    halts: tuple[PatternHalt, ...]
    leave: tuple[DoorUse, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story template: any site, any seed. A new one is a file in `sim.crowd.generator.stories` and a line there.

    Attributes:
        name: as the command line has it.
        title: of the recording.
        summary: one sentence for the person who chooses.
        clock: hour and minute at which the recording begins.
        enter: how targets come in.
        leave: how they end.
        halts: what targets may stop for.
        patterns: what everybody else does.
        on_the_way: share of the school's students who come through the halls in a recording of the hardest level.
        staff_share: staff among all people.
        doors_shut: kinds of doors that stand shut and open for those who go through.
        curb: whether vehicles bring people, fetch them, or only pass.
        custodians: of these, how many go about the halls with short stops.
    """

    name: str
    title: str
    summary: str
    clock: tuple[int, int]
    enter: tuple[DoorUse, ...]
    leave: tuple[DoorUse, ...]
    halts: tuple[HaltKind, ...]
    patterns: tuple[Pattern, ...]
    on_the_way: float
    staff_share: float
    custodians: int = 1
    curb: Curb = Curb.PASSED
    doors_shut: tuple[RoomDoor, ...] = ("restroom",)
