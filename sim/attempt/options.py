"""Drill options: what a drill is given with besides its console.

Results with different options are never compared with each other: an attempt keeps its options for good.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from sim.attempt.attempt import Mode
from sim.attempt.events import Open
from sim.errors import TaskError
from sim.tasks import TASK_TYPES


class DrillOption(StrEnum):
    APPEARANCE_SEARCH = "appearance-search"
    HINTS = "hints"
    INTERRUPTIONS = "interruptions"


Options = frozenset[DrillOption]
NO_OPTIONS: Options = frozenset()
PRACTICE_OPTIONS: Options = frozenset({DrillOption.HINTS})
"""What practice is given with unless something else is chosen, as far as a drill of its type can have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionCard:
    name: DrillOption  # as stored
    title: str  # as a choice
    summary: str  # what it does, in one sentence
    given_with: str  # how a drill is called that has it, after "with"
    practice_only: bool = False  # never part of an assessment
    task_types: frozenset[str] | None = None  # the task types that can have it; None for all


OPTION_CARDS = MappingProxyType(
    {
        card.name: card
        for card in (
            OptionCard(
                name=DrillOption.INTERRUPTIONS,
                title="Interruptions",
                summary="The radio or the phone comes in while you search, with a question. The clock keeps running.",
                given_with="interruptions",
            ),
            OptionCard(
                name=DrillOption.APPEARANCE_SEARCH,
                title="Appearance search",
                summary="Mark a person and get a list of places where someone looks alike. It makes mistakes.",
                given_with="appearance search",
            ),
            OptionCard(
                name=DrillOption.HINTS,
                title="Hints",
                summary="The console gives a few hints when asked. The debrief says how many you took.",
                given_with="hints",
                practice_only=True,
                task_types=frozenset(name for name, each in TASK_TYPES.items() if each.follows is not None),
            ),
        )
    }
)
"""In the order in which they are offered."""


def read_options(names: Iterable[str]) -> Options:
    wanted = tuple(names)
    for name in wanted:
        if name not in tuple(DrillOption):
            raise TaskError(
                f"the drill option {name[:40]!r} does not exist",
                expected=", ".join(DrillOption),
                todo="choose among these",
            )
    return frozenset(DrillOption(name) for name in wanted)


def write_options(options: Options) -> str:
    """Return the names in alphabetical order with a blank between, "" for none: how options are stored."""
    return " ".join(sorted(option.value for option in options))


def check_options(options: Options, *, mode: Mode) -> None:
    unfit = sorted(option for option in options if OPTION_CARDS[option].practice_only)
    if unfit and mode is not Mode.PRACTICE:
        raise TaskError(
            f"an assessment cannot be given with {OPTION_CARDS[unfit[0]].given_with}",
            expected="options that measure everybody alike",
            todo="leave it out, or give a practice drill",
        )


def describe_options(options: Options) -> str:
    """Return "with interruptions and hints", in the order in which they are offered; "" for none."""
    words = [card.given_with for card in OPTION_CARDS.values() if card.name in options]
    if not words:
        return ""
    return "with " + (words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}")


PHONE_BELOW_PX = 600.0
"""Shorter side of the window, CSS pixels, below which something touched is a phone: no tablet on the market is as
narrow, no phone as wide."""


class Device(StrEnum):
    """Kinds that are never compared with each other, by the names of `sim.columns.DEVICES`."""

    COMPUTER = "computer"
    TABLET = "tablet"
    PHONE = "phone"
    MIXED = "mixed"


def find_device(opened: Open) -> Device | None:
    """Return the kind that an `open` event tells of; None when it does not tell.

    Whatever is not worked by touch first of all is a computer, however small its window. A tablet that shows the
    console in a narrow half of its screen counts as a phone, whose room it has.
    A phone that asks for the site of computers gives its window the width of one, and its screen stays as narrow as it
    is: `screen` is the shorter side of that, which not every browser tells.
    Worked: 390 x 844 touched is a phone, held either way; 820 x 1180 touched a tablet; 1366 x 768 by mouse a computer;
    980 x 2120 touched on a screen 390 wide a phone.
    """
    if opened.width is None or opened.height is None or opened.touch is None:
        return None
    if not opened.touch:
        return Device.COMPUTER
    sides = [side for side in (opened.width, opened.height, opened.screen) if side is not None]
    return Device.PHONE if min(sides) < PHONE_BELOW_PX else Device.TABLET


def join_devices(before: Device | None, new: Device | None) -> Device | None:
    """Return what a drill was done on once it was opened again: MIXED when on different kinds."""
    if before is None or new is None or before is new:
        return before or new
    return Device.MIXED
