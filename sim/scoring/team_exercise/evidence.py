"""What a team left behind, as its measures need it: who had which picture on screen when, and what was asked."""

from collections.abc import Iterator
from dataclasses import dataclass

from sim.scoring.case import TraceCase


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A stretch of drill time during which one member had one camera as the main picture, moving evenly or still."""

    camera_id: str
    # from_s, to_s: drill time, seconds since release, from < to
    from_s: float
    to_s: float
    # site_from_s, site_to_s: site time on screen at its beginning and end, equal for a still picture
    site_from_s: float
    site_to_s: float

    @property
    def rate(self) -> float:
        """Site seconds a second, negative when played backwards, 0 for a still picture."""
        return (self.site_to_s - self.site_from_s) / (self.to_s - self.from_s)

    def find_near(self, site_s: float, *, reach_s: float) -> tuple[float, float] | None:
        """Return first and last drill time at which the picture is at most `reach_s` from a site time, or None."""
        return find_within(self.site_from_s - site_s, self.rate, span=(self.from_s, self.to_s), reach_s=reach_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Somebody asked another to take over a camera."""

    asker: str  # role of the person who asked
    # camera_id, site_s: where and when, as asked: site time
    camera_id: str
    site_s: float
    asked_s: float  # drill time, seconds since release


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberScreens:
    """What one member had on screen: stretches that do not overlap, ascending."""

    role: str
    screens: tuple[Screen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseCase:
    """One team exercise, looked up in truth."""

    trace: TraceCase  # the merged answer, as for one person
    members: tuple[MemberScreens, ...]  # everybody's screens
    requests: tuple[Request, ...]  # in the order asked

    def list_legs(self) -> Iterator[tuple[str, float, float]]:
        """Return camera, first and last site time in the window of each appearance of the person sought."""
        window = self.trace.window
        for number, camera in zip(self.trace.legs, self.trace.find_cameras(self.trace.legs), strict=True):
            yield camera, float(window.first_s[number]), float(window.last_s[number])


def find_within(start: float, rate: float, *, span: tuple[float, float], reach_s: float) -> tuple[float, float] | None:
    """Return the part of `span` in which |start + rate (u - span[0])| <= reach_s, or None.

    From 20 with rate -2 over 0 to 12 s, reach 10: 5 to 12 s.
    """
    low_s, high_s = span
    if rate == 0:
        return span if abs(start) <= reach_s else None
    ends = sorted(((-reach_s - start) / rate, (reach_s - start) / rate))
    low, high = max(low_s, low_s + ends[0]), min(high_s, low_s + ends[1])
    return (low, high) if low <= high else None
