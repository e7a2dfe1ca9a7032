"""Drill options and console profiles: what a drill is given with, after what camera systems in the field offer.

Results with different ones are never compared with each other: an attempt keeps its own for good.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import ClassVar, Self
from urllib.parse import parse_qs, quote

from sim.attempt.attempt import Mode
from sim.attempt.events import Open
from sim.columns import CONSOLE_PROFILES
from sim.errors import TaskError
from sim.tasks import TASK_TYPES
from sim.text.words import LONGEST, is_console, is_own_console


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


FORWARD = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
BACKWARDS = (-1.0, -2.0, -4.0, -8.0, -16.0)


class ProfileName(str):
    """A profile by the name that is stored, see `sim.text.words`. Raises ValueError: there can be none of it."""

    __slots__ = ()
    CLASSIC: ClassVar["ProfileName"]
    CLOUD: ClassVar["ProfileName"]
    MINIMAL: ClassVar["ProfileName"]
    PHONE: ClassVar["ProfileName"]

    def __new__(cls, name: str) -> Self:
        if not is_console(name):
            raise ValueError(f"{name[:40]!r} is no console profile")
        return super().__new__(cls, name)

    @property
    def value(self) -> str:
        return str(self)


ProfileName.CLASSIC, ProfileName.CLOUD, ProfileName.MINIMAL, ProfileName.PHONE = map(ProfileName, CONSOLE_PROFILES)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleProfile:
    name: ProfileName  # as stored
    title: str  # as people read it
    summary: str  # what is different, in one sentence
    speeds: tuple[float, ...] = (*BACKWARDS, *FORWARD)  # playback rates, negative ones backwards
    tiles: int = 16  # most pictures on the wall at a time
    jumps_s: tuple[int, ...] = (1, 10)  # lengths of the jump buttons, seconds, the shorter first
    # a camera opens at the time of the others; without, each has a time of its own and the wall stands still
    sync: bool = True
    map: bool = True  # there is a floor plan
    links: bool = True  # the picture links to the next camera
    search: bool = True  # a drill on it may have the appearance search
    is_narrow: bool = False  # drawn as on a phone, whatever the screen
    # other keys than usual, by the actions of `sim.console.console_profiles`
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    # other names of buttons, by the same actions
    buttons: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


PROFILES = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            ConsoleProfile(name=ProfileName.CLASSIC, title="Classic", summary="Everything the console has."),
            ConsoleProfile(
                name=ProfileName.CLOUD,
                title="Cloud",
                summary="Four cameras at a time, jumps of 10 seconds, up to 3 times as fast, no playing backward.",
                speeds=(0.25, 0.5, 1.0, 2.0, 3.0),
                tiles=4,
                jumps_s=(10,),
            ),
            ConsoleProfile(
                name=ProfileName.MINIMAL,
                title="Minimal",
                summary="No plan, no links between cameras, and every camera has a time of its own.",
                sync=False,
                map=False,
                links=False,
            ),
            ConsoleProfile(
                name=ProfileName.PHONE,
                title="Phone",
                summary="As on a phone, on any screen: four cameras at a time, up to 4 times as fast.",
                speeds=(0.5, 1.0, 2.0, 4.0),
                tiles=4,
                is_narrow=True,
            ),
        )
    }
)
"""Those that come with the program, the usual one first."""


def read_profile(name: str) -> ProfileName:
    """Return the profile of that name. Raises TaskError when there is none."""
    try:
        return ProfileName(name)
    except ValueError as error:
        raise TaskError(
            f"the console profile {name[:40]!r} does not exist",
            expected=f"{', '.join(PROFILES)}, or one of a file as it was stored",
            todo="choose one of these",
        ) from error


def get_profile(name: ProfileName) -> ConsoleProfile:
    """Return what a console offers. Raises TaskError: it was stored by hand, and says nothing that can be read."""
    return _read_own(name) if is_own_console(name) else PROFILES[name]


def write_own(profile_id: str, *, profile: ConsoleProfile) -> ProfileName:
    """Return the name that a profile of a file is stored by: its id, and everything it offers.

    `profile.name` is not looked at. Raises TaskError: that is longer than can be stored.
    """
    parts = {
        "title": profile.title,
        "summary": profile.summary,
        "speeds": ",".join(f"{each:g}" for each in profile.speeds),
        "tiles": str(profile.tiles),
        "jumps": ",".join(str(each) for each in profile.jumps_s),
        "without": ",".join(each for each in _SWITCHES if not getattr(profile, each)),
        **{f"key.{action}": key for action, key in sorted(profile.keys.items())},
        **{f"button.{action}": words for action, words in sorted(profile.buttons.items())},
    }
    written = "&".join(f"{name}={quote(text, safe=',')}" for name, text in parts.items() if text)
    name = f"{profile_id}?{written}"
    if len(name) > LONGEST:
        raise TaskError(
            f"the console {profile_id} says {len(name)} characters",
            expected=f"at most {LONGEST}",
            todo="name fewer buttons and keys, or with shorter words",
        )
    return ProfileName(name)


_SWITCHES = ("sync", "map", "links", "search")


@lru_cache(maxsize=64)
def _read_own(name: ProfileName) -> ConsoleProfile:
    try:
        said = {key: texts[0] for key, texts in parse_qs(name.partition("?")[2], strict_parsing=True).items()}
        without = said.get("without", "").split(",")
        return ConsoleProfile(
            name=name,
            title=said["title"],
            summary=said["summary"],
            speeds=tuple(float(each) for each in said["speeds"].split(",")),
            tiles=int(said["tiles"]),
            jumps_s=tuple(int(each) for each in said["jumps"].split(",")),
            sync="sync" not in without,
            map="map" not in without,
            links="links" not in without,
            search="search" not in without,
            keys=_pick(said, "key."),
            buttons=_pick(said, "button."),
        )
    except (KeyError, ValueError) as error:
        raise TaskError(
            f"the console profile {name[:40]!r} cannot be read", todo="restore the database from a backup"
        ) from error


def _pick(said: Mapping[str, str], start: str) -> Mapping[str, str]:
    return MappingProxyType({key.removeprefix(start): text for key, text in said.items() if key.startswith(start)})
