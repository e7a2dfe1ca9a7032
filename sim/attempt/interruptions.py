"""Interruptions: what comes in by radio or phone during a drill, when, and what is asked.

Everything is told by the form, the time limit and the site, so that everybody who gets a form gets the same calls at
the same seconds. What is asked can be answered from the plan, from the names of the cameras or from the call itself,
never from who is where.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from hashlib import sha256

import numpy as np

from sim.site.model import Site, Space

SCRIPT_VERSION = 1
"""Raised when the same form would get other calls; answers to calls of another version are not judged."""

CALL_S = 60.0
FIRST_S = (25.0, 45.0)
BETWEEN_S = (75.0, 105.0)
QUIET_END_S = 45.0
MOST_CALLS = 4
CHOICES = 4


class Channel(StrEnum):
    RADIO = "radio"
    PHONE = "phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One possible answer: what is sent, and what the button says."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    call_id: str  # unlike that of every other call of the form, with the version of the script
    at_s: float  # when it comes, seconds from release. Unanswered, it ends `CALL_S` later.
    channel: Channel  # radio or phone
    caller: str  # who speaks
    message: str  # what they say
    question: str  # what is to be answered
    replies: tuple[Reply, ...]  # the answers to choose from
    right: str  # value of the right one
    from_memory: bool = False  # the message is out of sight once the question is read


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    channel: Channel
    caller: str
    message: str
    question: str
    replies: tuple[Reply, ...]
    right: str
    from_memory: bool = False


def make_calls(
    form_id: str, *, limit_s: float, site: Site, camera_names: Mapping[str, str], has_plan: bool
) -> tuple[Call, ...]:
    """Return the calls of a drill in the order they come; the same arguments always give the same calls.

    The first comes 25 to 45 s after release, each further one 75 to 105 s after the one before, at most four, none in
    the last 45 s. A drill too short for that has none.
    """
    seed = int.from_bytes(sha256(f"calls {SCRIPT_VERSION} {form_id}".encode()).digest()[:8], "big")
    rng = np.random.default_rng(seed)
    askers = _list_askers(site if has_plan else None, camera_names)
    order = rng.permutation(len(askers))
    calls: list[Call] = []
    at_s = round(float(rng.uniform(*FIRST_S)), 1)
    while len(calls) < MOST_CALLS and at_s <= limit_s - QUIET_END_S:
        asked = askers[int(order[len(calls) % len(askers)])](rng)
        calls.append(
            Call(
                call_id=f"{SCRIPT_VERSION}-{len(calls) + 1}",
                at_s=at_s,
                channel=asked.channel,
                caller=asked.caller,
                message=asked.message,
                question=asked.question,
                replies=asked.replies,
                right=asked.right,
                from_memory=asked.from_memory,
            )
        )
        at_s = round(at_s + float(rng.uniform(*BETWEEN_S)), 1)
    return tuple(calls)


_Asker = Callable[[np.random.Generator], _Asked]


def _list_askers(site: Site | None, camera_names: Mapping[str, str]) -> list[_Asker]:
    askers: list[_Asker] = [_ask_bus]
    if site is not None and len(site.floors) > 1 and (places := _list_places(site)):
        askers.append(partial(_ask_floor, site, places))
    cameras = _list_cameras(camera_names)
    if len(cameras) >= CHOICES:
        askers.append(partial(_ask_camera, cameras))
    return askers


def _ask_bus(rng: np.random.Generator) -> _Asked:
    bus, minutes = int(rng.integers(11, 90)), int(rng.integers(4, 16))
    near = ((bus, minutes), (bus, minutes + 5), (bus + 9, minutes), (bus + 9, minutes + 5))
    replies = [
        Reply(value=f"{number}-{late}", label=f"Bus {number}, {late} minutes late")
        for number, late in (near[int(place)] for place in rng.permutation(len(near)))
    ]
    return _Asked(
        channel=Channel.RADIO,
        caller="Bus garage",
        message=f"Bus {bus} is running {minutes} minutes late. Say that back, please.",
        question="What do you say back?",
        replies=tuple(replies),
        right=f"{bus}-{minutes}",
        from_memory=True,
    )


def _list_places(site: Site) -> list[Space]:
    """Return rooms and halls whose name says nothing of the floor and is used once."""
    names = [space.name for space in site.spaces]
    floor_words = {word.lower() for floor in site.floors for word in floor.name.split()} | {"upper", "lower", "stair"}
    return [
        space
        for space in site.spaces
        if space.kind not in ("outdoor", "stair")
        and names.count(space.name) == 1
        and not floor_words & set(space.name.lower().split())
    ]


def _ask_floor(site: Site, places: Sequence[Space], rng: np.random.Generator) -> _Asked:
    place = places[int(rng.integers(len(places)))]
    return _Asked(
        channel=Channel.PHONE,
        caller="A parent",
        message=f"I was told to wait at {place.name}. I do not know the building.",
        question=f"Which floor is {place.name} on?",
        replies=tuple(Reply(value=floor.floor_id, label=floor.name) for floor in site.floors),
        right=place.floor,
    )


def _list_cameras(camera_names: Mapping[str, str]) -> list[tuple[str, str]]:
    names = list(camera_names.values())
    return [(camera, name) for camera, name in sorted(camera_names.items()) if names.count(name) == 1]


def _ask_camera(cameras: Sequence[tuple[str, str]], rng: np.random.Generator) -> _Asked:
    chosen = [cameras[int(place)] for place in rng.choice(len(cameras), size=CHOICES, replace=False)]
    right, name = chosen[0]
    return _Asked(
        channel=Channel.RADIO,
        caller="Custodian",
        message=f"I am to clean a camera, the one called {name}.",
        question=f"Which number has {name}?",
        replies=tuple(
            Reply(value=camera, label=f"Camera {camera.rsplit('-', 1)[-1].lstrip('0')}") for camera, _ in sorted(chosen)
        ),
        right=right,
    )
