"""Drill options: what a drill is given with besides its console.

Results with different options are never compared with each other: an attempt keeps its options for good.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from sim.attempt.attempt import Mode
from sim.errors import TaskError
from sim.tasks import TASK_TYPES


class DrillOption(StrEnum):
    """The options, by the names that are stored."""

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
    """Return the options of those names. Raises TaskError when there is no option of a name."""
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
    """Refuse options that this kind of drill cannot have."""
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
