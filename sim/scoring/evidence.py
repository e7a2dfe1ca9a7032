"""What a trainee left behind, as scoring needs it: marks, cameras opened, footage watched."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A mark that says this is the person: a point in a picture."""

    camera_id: str
    t_s: float  # site time, seconds from recording start
    x: float  # 0..1 of the picture's width
    y: float  # 0..1 of the picture's height


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A stretch of one camera, cut out as evidence or showing somebody: site time, seconds; cut out, from < to."""

    camera_id: str
    from_s: float
    to_s: float

    @property
    def span_s(self) -> tuple[float, float]:
        """From and to."""
        return self.from_s, self.to_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a trainee hands in; which parts are asked for is up to the task type."""

    marks: tuple[Mark, ...] = ()  # marks in pictures, in the order they were made
    final_zone: str | None = None  # where the person is, or was last seen; None for no answer
    not_on_camera: bool = False  # the person never appears
    # value chosen for each field or item of the task's answer form, by its key
    choices: Mapping[str, str] = field(default_factory=dict)
    clips: tuple[Clip, ...] = ()  # stretches cut out, in the order they were made
    view: tuple[str, ...] = ()  # cameras of the wall as it was arranged last, in order; () when it never was


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedMark:
    """A mark, deleted later or not, with the drill time it was first made at (seconds since release)."""

    mark: Mark
    at_s: float
    kept: bool
    # its place in the log: of what happened at the same time, what has the greater came after
    order: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedChoice:
    """A value chosen at drill time `at_s`; a later one for the same key replaces it."""

    key: str
    value: str
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A camera opened as the main picture: at drill time `at_s`, showing site time `site_s`."""

    camera_id: str
    at_s: float
    site_s: float
    order: int = field(default=0, compare=False)  # its place in the log, as of a mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """A jump to site time `site_s` at drill time `at_s`, with that camera as the main picture; None before any is."""

    camera_id: str | None
    at_s: float
    site_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A stretch of footage played or stepped through without a jump."""

    cameras: tuple[str, ...]  # cameras whose main picture was open while it played
    wall: tuple[str, ...] = ()  # cameras on screen as it began; of what was stepped through none
    # site_from_s, site_to_s: span of site time, from <= to, whatever the direction
    site_from_s: float
    site_to_s: float
    began_s: float  # drill time at which it began, seconds since release
    wall_s: float  # real seconds it took
    speed: float  # playback rate, negative when reversed


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLog:
    """One attempt folded from its events, ready to be scored."""

    used_s: float  # seconds from release to submit, or the limit
    finished: bool  # submitted inside the limit
    limit_s: float
    marks: tuple[TimedMark, ...] = ()  # in the order they were made
    openings: tuple[Opening, ...] = ()  # in the order they happened
    watches: tuple[Watch, ...] = ()  # in the order they happened
    choices: tuple[TimedChoice, ...] = ()  # in the order they were made
    # spans of drill time in which the console was not open or out of sight, seconds since release
    away: tuple[tuple[float, float], ...] = ()
    waits: tuple[tuple[float, float], ...] = ()  # spans of drill time in which playing waited for footage
    jumps: tuple[Jump, ...] = ()  # in the order they happened


class Timed(Protocol):
    """An answer looked up in truth, with how the search went or without."""

    @property
    def log(self) -> SearchLog | None:
        """How the search went, or None when only the answer is known."""
