"""Console profiles: what the console of a drill offers, after what camera systems in the field offer.

Results on different consoles are never compared with each other: an attempt keeps its profile for good.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import ClassVar, Self
from urllib.parse import parse_qs, quote

from sim.columns import CONSOLE_PROFILES
from sim.errors import TaskError
from sim.text.words import LONGEST, is_console, is_own_console

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
