"""What a story template says: when it begins, what targets do in it, and what everybody else does."""

from dataclasses import dataclass
from enum import Enum

from sim.crowd.generator.stories.site_facts import DoorUse, HaltKind
from sim.crowd.places.ground import RoomDoor


class Curb(Enum):
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
