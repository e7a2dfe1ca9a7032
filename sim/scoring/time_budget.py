"""Where an attempt's time went: every second of it belongs to exactly one use."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sim.scoring.evidence import Clip, SearchLog, Watch
from sim.scoring.use_metrics import Span, merge_spans
from sim.truth.window import TruthWindow


class TimeUse(StrEnum):
    """What a second went on. Where two fit, the earlier in this order has it.

    AWAY: the page was not open yet, out of sight or closed. WAITING: playing waited for footage. The next four divide
    the playing, by what is in the large picture. FOLLOWING: the target. WRONG_PERSON: an appearance of somebody else
    that the answer claims. AGAIN: footage of that camera that had been on screen before. SEARCHING: anything else.
    PAUSED: all the rest; the picture stood still, jumped or was stepped through.
    """

    AWAY = "away"
    WAITING = "waiting"
    FOLLOWING = "following"
    WRONG_PERSON = "wrong-person"
    AGAIN = "again"
    SEARCHING = "searching"
    PAUSED = "paused"


def list_stretches(window: TruthWindow, numbers: Iterable[int]) -> tuple[Clip, ...]:
    """Return what of these appearances lies in a window."""
    return tuple(
        Clip(
            camera_id=window.index.appearances[n].camera_id,
            from_s=float(window.first_s[n]),
            to_s=float(window.last_s[n]),
        )
        for n in numbers
    )


def compute_time_budget(
    log: SearchLog, *, target: Sequence[Clip] = (), wrong: Sequence[Clip] = ()
) -> Mapping[TimeUse, float]:
    """Return the seconds of every use, in the order of `TimeUse`; they add up to `log.used_s`.

    Site time within one stretch played is taken to run evenly. Of 100 s used: the page away for 2 s at first and from
    60 to 75 s; CAM-01 played at 2x from 4 to 24 s (site 0-40 s) and again from 30 to 40 s (site 20-40 s), with a wait
    of 3 s noted at 36 s; the target on CAM-01 at site 10-20 s, somebody wrongly claimed there at 30-34 s. That is 17 s
    away, 3 waiting, 5 following, 3 on the wrong person, 6 again, 13 searching, 53 paused.

    Args:
        log: how the search went.
        target: where the person sought was to be seen.
        wrong: the appearances of others that the answer claims.
    """
    spans: dict[TimeUse, list[Span]] = {use: [] for use in TimeUse}
    spans[TimeUse.AWAY].extend(log.away)
    spans[TimeUse.WAITING].extend(log.waits)
    targets, wrongs = _by_camera(target), _by_camera(wrong)
    seen: dict[str, _Seen] = {}
    for watch in log.watches:
        if watch.wall_s > 0:
            spans[TimeUse.SEARCHING].append((watch.began_s, watch.began_s + watch.wall_s))
            spans[TimeUse.FOLLOWING].extend(_find_shown(watch, targets))
            spans[TimeUse.WRONG_PERSON].extend(_find_shown(watch, wrongs))
        for camera in watch.cameras:
            known = seen.setdefault(camera, _Seen())
            if watch.wall_s > 0:
                overlaps = known.cut(watch.site_from_s, watch.site_to_s)
                spans[TimeUse.AGAIN].extend(_to_drill_time(watch, low, high) for low, high in overlaps)
            known.add(watch.site_from_s, watch.site_to_s)
    spans[TimeUse.PAUSED].append((0.0, log.used_s))
    return dict(_share_out(spans, used_s=log.used_s))


def _share_out(spans: Mapping[TimeUse, Iterable[Span]], *, used_s: float) -> Iterator[tuple[TimeUse, float]]:
    """Yield what each use adds to the union of those before it, inside the time used."""
    taken: list[Span] = []
    before_s = 0.0
    for use in TimeUse:
        cut = [(max(0.0, low), min(used_s, high)) for low, high in spans[use]]
        taken = merge_spans([*taken, *((low, high) for low, high in cut if low < high)])
        so_far_s = sum(high - low for low, high in taken)
        yield use, max(0.0, so_far_s - before_s)
        before_s = so_far_s


def _by_camera(stretches: Iterable[Clip]) -> Mapping[str, Sequence[Clip]]:
    found: dict[str, list[Clip]] = {}
    for stretch in stretches:
        found.setdefault(stretch.camera_id, []).append(stretch)
    return found


def _find_shown(watch: Watch, stretches: Mapping[str, Sequence[Clip]]) -> Iterator[Span]:
    for camera in watch.cameras:
        for stretch in stretches.get(camera, ()):
            low, high = max(stretch.from_s, watch.site_from_s), min(stretch.to_s, watch.site_to_s)
            if low <= high:
                yield _to_drill_time(watch, low, high)


def _to_drill_time(watch: Watch, low_s: float, high_s: float) -> Span:
    """Return when, in drill time, a part of a watch was on screen: all the while for a picture that stands still."""
    length = watch.site_to_s - watch.site_from_s
    if length <= 0:
        return watch.began_s, watch.began_s + watch.wall_s
    rate = watch.wall_s / length
    if watch.speed < 0:
        low_s, high_s = (watch.site_from_s + watch.site_to_s - each for each in (high_s, low_s))
    return watch.began_s + (low_s - watch.site_from_s) * rate, watch.began_s + (high_s - watch.site_from_s) * rate


@dataclass(slots=True, kw_only=True)
class _Seen:
    """Site time of one camera that has been on screen: disjoint spans, ascending."""

    lows: list[float] = field(default_factory=list)
    highs: list[float] = field(default_factory=list)

    def cut(self, low_s: float, high_s: float) -> list[Span]:
        """Return the parts of a span that were seen, without single moments."""
        first, last = bisect_right(self.highs, low_s), bisect_left(self.lows, high_s)
        parts = zip(self.lows[first:last], self.highs[first:last], strict=True)
        return [(max(low, low_s), min(high, high_s)) for low, high in parts]

    def add(self, low_s: float, high_s: float) -> None:
        first, last = bisect_left(self.highs, low_s), bisect_right(self.lows, high_s)
        low_s, high_s = min([low_s, *self.lows[first:last]]), max([high_s, *self.highs[first:last]])
        self.lows[first:last], self.highs[first:last] = [low_s], [high_s]
