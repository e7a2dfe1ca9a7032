"""Everything that is measured of the console's player: bound, unit, and how. The table is made from this list."""

from collections.abc import Mapping
from dataclasses import dataclass

from tools.bench.rig.figures import Figure

DECODER, VIDEO = "decoder", "video"
_Bound = float | tuple[float | None, float | None] | None
"""For both players, or for WebCodecs and video apart; None for no bound."""
PLAYER_WORDS = {DECODER: "WebCodecs", VIDEO: "video"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One row of the table.

    Attributes:
        key: by which the runs hand in their number.
        name: what it is, in plain words.
        unit: of the number.
        how: how it is measured.
        most: by player, the largest number that is good; a player that is not named has no bound.
        least: by player, the smallest number that is good.
    """

    key: str
    name: str
    unit: str
    how: str
    most: Mapping[str, float]
    least: Mapping[str, float]

    def judge(self, value: float, *, player: str) -> Figure:
        """Return the measured number beside its bound."""
        most, least = self.most.get(player), self.least.get(player)
        bounds = [f"at most {most:g} {self.unit}"] if most is not None else []
        bounds += [f"at least {least:g} {self.unit}"] if least is not None else []
        is_met = (most is None or value <= most) and (least is None or value >= least)
        return Figure(
            name=f"{PLAYER_WORDS.get(player, player)}: {self.name}",
            value=value,
            unit=self.unit,
            target=" and ".join(bounds),
            met=is_met if bounds else None,
            how=self.how,
        )


def _row(
    key: str,
    name: str,
    unit: str,
    how: str,
    *,
    most: _Bound = None,
    least: _Bound = None,
) -> Measure:
    return Measure(key=key, name=name, unit=unit, how=how, most=_by_player(most), least=_by_player(least))


def _by_player(bound: _Bound) -> dict[str, float]:
    pair = bound if isinstance(bound, tuple) else (bound, bound)
    return {player: value for player, value in zip((DECODER, VIDEO), pair, strict=True) if value is not None}


_PIXELS = "pixels of the page's canvas or video against the same clip decoded by FFmpeg, two frames either side"

MEASURES: tuple[Measure, ...] = (
    _row("first_ms", "first frames after Start", "ms", "click on Start to the first drawn wall", most=1500.0),
    _row("seek_p50", "seek, half are faster", "ms", "as the next row"),
    _row(
        "seek_p95",
        "seek, 95 of 100 are faster",
        "ms",
        "press on the timeline to both wall and main picture standing on that frame",
        most=(70.0, 130.0),
    ),
    _row("seek_exact", "seeks that show the right frame", "%", "by frame number, all; " + _PIXELS, least=100.0),
    _row("step_p50", "step, half are faster", "ms", "as the next row"),
    _row(
        "step_p95",
        "step, 95 of 100 are faster",
        "ms",
        "key press to both wall and main picture standing on the next frame",
        most=(40.0, 80.0),
    ),
    _row("step_exact", "steps that show the right frame", "%", _PIXELS, least=100.0),
    _row(
        "play_exact",
        "pictures that are what they say, -4x to 16x",
        "%",
        _PIXELS + ", of pictures taken while playing; the video's number may be a frame late",
        least=(100.0, None),
    ),
    _row("pace", "slowest pace / speed asked, -4x to 16x", "x", "frames gone by over seconds passed"),
    _row(
        "apart_1",
        "wall and main picture apart at 1x, 99 of 100 are nearer",
        "frames",
        "frame numbers in every drawn picture of the page",
        most=1.0,
    ),
    _row("apart_4", "wall and main picture apart at 4x, 99 of 100 are nearer", "frames", "as at 1x", most=2.0),
    _row("apart_16", "wall and main picture apart at 16x, 99 of 100 are nearer", "frames", "as at 1x"),
    _row(
        "mark_exact",
        "marks at 1x to 4x that record the frame shown",
        "%",
        "what the server stored, between what the pixels were as the press began and after it, against FFmpeg",
        least=100.0,
    ),
    _row("hover_p95", "thumbnail under the mouse, 95 of 100 are faster", "ms", "mouse move to drawn", most=50.0),
    _row(
        "cpu_1x", "processor at 1x", "% of a core", "all the browser's processes while wall and camera play", most=40.0
    ),
    _row("post_still", "event post while standing still, half are faster", "ms", "the browser's own timing"),
    _row("post_p50", "event post while playing at 4x, half are faster", "ms", "as the next row"),
    _row(
        "post_p95",
        "event post while playing at 4x, 95 of 100 are faster",
        "ms",
        "the browser's own timing of the request, waiting included, with another camera every second",
        most=50.0,
    ),
    _row("slow_p50", "seek at 20 Mbit/s and 40 ms, half are faster", "ms", "as seek, on a throttled line"),
    _row("slow_p95", "seek at 20 Mbit/s and 40 ms, 95 of 100 are faster", "ms", "as the row before", most=600.0),
    _row("memory_empty", "memory of the browser with an empty page", "MB", "as the next row, after five seconds"),
    _row(
        "memory",
        "memory after use",
        "MB",
        "shared parts counted once (PSS) of all the browser's processes, ordinary window, without the developer tools' "
        "recorder, most of the last fifth",
        most=700.0,
    ),
    _row(
        "memory_growth",
        "memory, growth from the middle to the last fifth",
        "MB",
        "medians of PSS, of five minutes or more",
        most=25.0,
    ),
)


def judge_all(values: Mapping[str, float], *, player: str) -> tuple[Figure, ...]:
    """Return the rows of what was measured, in the table's order."""
    return tuple(measure.judge(values[measure.key], player=player) for measure in MEASURES if measure.key in values)
