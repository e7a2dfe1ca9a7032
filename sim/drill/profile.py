"""Console profiles: what the console of a drill offers, after what camera systems in the field offer.

Results on different consoles are never compared with each other: an attempt keeps its profile for good.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from sim.errors import TaskError

FORWARD = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
BACKWARDS = (-1.0, -2.0, -4.0, -8.0, -16.0)


class ProfileName(StrEnum):
    """The profiles, by the names that are stored."""

    CLASSIC = "classic"
    CLOUD = "cloud"
    MINIMAL = "minimal"
    PHONE = "phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleProfile:
    """What a console offers.

    Attributes:
        name: as stored.
        title: as people read it.
        summary: what is different, in one sentence.
        speeds: playback rates, negative ones backwards.
        tiles: most pictures on the wall at a time.
        jumps_s: lengths of the jump buttons, seconds, the shorter first.
        sync: a camera opens at the time of the others; without, each has a time of its own and the wall stands still.
        map: there is a floor plan.
        links: the picture links to the next camera.
        is_narrow: drawn as on a phone, whatever the screen.
    """

    name: ProfileName
    title: str
    summary: str
    speeds: tuple[float, ...] = (*BACKWARDS, *FORWARD)
    tiles: int = 16
    jumps_s: tuple[int, ...] = (1, 10)
    sync: bool = True
    map: bool = True
    links: bool = True
    is_narrow: bool = False


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


def read_profile(name: str) -> ProfileName:
    """Return the profile of that name. Raises TaskError when there is none."""
    try:
        return ProfileName(name)
    except ValueError as error:
        raise TaskError(
            f"the console profile {name[:40]!r} does not exist",
            expected=", ".join(ProfileName),
            todo="choose one of these",
        ) from error
