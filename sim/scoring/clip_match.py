"""Clips cut as evidence against the target's appearances: which clip is of which, and how well in and out agree."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import Final

import numpy as np

from sim.errors import AnswerError
from sim.scoring.evidence import Clip
from sim.scoring.footage_use import Span, merge_spans
from sim.truth.appearance import TIME_TOLERANCE_S
from sim.truth.index import TruthIndex

_MOST_JOINED: Final = 8
"""Appearances in a run that are joined in every way: 128 of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of one camera, in site time: a clip, or an appearance inside the window."""

    camera_id: str
    span_s: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A clip matched to an appearance, by their places in what was matched, and their temporal IoU, above 0."""

    appearance: int
    clip: int
    iou: float


def find_clip_fault(index: TruthIndex, clip: Clip) -> AnswerError | None:
    """Return why a clip must be refused, or None when it may be scored."""
    for name, value in (("from_s", clip.from_s), ("to_s", clip.to_s)):
        if not math.isfinite(value):
            return AnswerError(f"{name} is {value}", expected="a finite number")
    if clip.camera_id not in index.table.picture_wh:
        return AnswerError(
            f"camera_id {clip.camera_id!r} is not in this recording", expected=f"one of {', '.join(index.camera_ids)}"
        )
    if clip.from_s >= clip.to_s:
        return AnswerError(f"a clip from {clip.from_s:g} to {clip.to_s:g} s", expected="from_s before to_s")
    if clip.from_s < -TIME_TOLERANCE_S or clip.to_s > index.table.duration_s + TIME_TOLERANCE_S:
        return AnswerError(
            f"a clip from {clip.from_s:g} to {clip.to_s:g} s leaves the recording",
            expected=f"inside 0 to {index.table.duration_s:g} seconds",
        )
    return None


def check_clips(index: TruthIndex, clips: Sequence[Clip]) -> None:
    """Raise AnswerError for the first clip that is not finite, reversed, of no camera or outside the recording."""
    for number, clip in enumerate(clips, start=1):
        fault = find_clip_fault(index, clip)
        if fault is not None:
            raise AnswerError(
                f"clip {number} of {len(clips)}: {fault.what}",
                expected=fault.expected,
                todo="correct or remove this clip",
            )


def compute_iou(first: Span, second: Span) -> float:
    """Return temporal intersection over union of two spans, 0..1; 0 when neither has a length.

    10-20 s against 12-24 s: 8 s in both, 14 s in either, 0.5714.
    """
    both = max(0.0, min(first[1], second[1]) - max(first[0], second[0]))
    either = (first[1] - first[0]) + (second[1] - second[0]) - both
    return both / either if either > 0 else 0.0


def match_clips(appearances: Sequence[Stretch], clips: Sequence[Stretch]) -> tuple[Pair, ...]:
    """Match one to one, on the same camera, for the greatest total IoU; in order of appearance.

    One appearance at 0-10 s, clips at 0-8 s (IoU 0.8) and 0-9 s (0.9): the second is matched, the first is left over.
    Found by the Hungarian method, see `scipy.optimize.linear_sum_assignment`.
    """
    if not appearances or not clips:
        return ()
    # 34 MB that only drills with clips need
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    iou = np.array(
        [[compute_iou(a.span_s, c.span_s) if a.camera_id == c.camera_id else 0.0 for c in clips] for a in appearances]
    )
    rows, columns = linear_sum_assignment(iou, maximize=True)
    return tuple(
        Pair(appearance=int(a), clip=int(c), iou=float(iou[a, c]))
        for a, c in zip(rows, columns, strict=True)
        if iou[a, c] > 0
    )


def join_as_cut(appearances: Sequence[Stretch], clips: Sequence[Stretch], *, gap_s: float) -> tuple[Stretch, ...]:
    """Return the appearances, those joined that one clip was cut of; in the order given, without clips as they are.

    Somebody who is hidden for a moment has two appearances and one stay, and whoever cuts may see either. Runs of one
    camera with at most `gap_s` seconds between them are joined in the way that agrees best with the clips, the fewest
    joined of several. At 0-10 and 14-24 s a clip 0-24 s makes one appearance of both, clips 0-10 and 14-24 s leave two.
    """
    joined: list[Stretch] = []
    for run in _list_runs(appearances, gap_s=gap_s):
        near = [clip for clip in clips if any(shares_time(clip, each) for each in run)]
        joined.extend(_join_best(run, near) if near else run)
    return tuple(joined)


def _list_runs(appearances: Sequence[Stretch], *, gap_s: float) -> list[list[Stretch]]:
    runs: list[list[Stretch]] = []
    last: dict[str, list[Stretch]] = {}
    for each in appearances:
        run = last.get(each.camera_id)
        is_near = run is not None and each.span_s[0] - run[-1].span_s[1] <= gap_s + TIME_TOLERANCE_S
        if run is not None and is_near and len(run) < _MOST_JOINED:
            run.append(each)
        else:
            last[each.camera_id] = [each]
            runs.append(last[each.camera_id])
    return runs


def _join_best(run: Sequence[Stretch], clips: Sequence[Stretch]) -> list[Stretch]:
    return max(_list_joined(run), key=lambda way: sum(pair.iou for pair in match_clips(way, clips)) / len(way))


def _list_joined(run: Sequence[Stretch]) -> Iterator[list[Stretch]]:
    """Yield a run joined in every way, the fewest joined first."""
    gaps = range(1, len(run))
    for cuts in range(len(run) - 1, -1, -1):
        for ends in combinations(gaps, cuts):
            bounds = (0, *ends, len(run))
            yield [
                replace(run[low], span_s=(run[low].span_s[0], run[high - 1].span_s[1]))
                for low, high in pairwise(bounds)
            ]


def shares_time(first: Stretch, second: Stretch) -> bool:
    """Return whether two stretches of one camera have time in common; touching ends have none."""
    return first.camera_id == second.camera_id and max(first.span_s[0], second.span_s[0]) < min(
        first.span_s[1], second.span_s[1]
    )


def sum_cut_s(clips: Sequence[Stretch]) -> float:
    """Return camera-seconds inside clips; what two clips share counts once. 0-20 s and 10-25 s of one camera: 25."""
    return sum(_sum_s(_merge_on(clips, camera_id)) for camera_id in _list_cameras(clips))


def sum_outside_s(clips: Sequence[Stretch], target: Sequence[Stretch]) -> float:
    """Return camera-seconds inside clips and outside the target's stretches, each once.

    A clip 0-20 s, the target there 0-10 s: 10 s.
    """
    return sum(
        _sum_s(_subtract(_merge_on(clips, camera_id), _merge_on(target, camera_id)))
        for camera_id in _list_cameras(clips)
    )


def sum_strangers_s(clips: Sequence[Stretch], target: Sequence[Stretch], others: Sequence[Stretch]) -> float:
    """Return camera-seconds inside clips that show somebody else and not the target.

    A clip 0-20 s, the target there 0-10 s, others 5-13 s and 15-18 s: 3 s and 3 s, 6 s. What two clips share counts
    once.
    """
    total = 0.0
    for camera_id in _list_cameras(clips):
        cut, own, rest = (_merge_on(stretches, camera_id) for stretches in (clips, target, others))
        total += _sum_s(_intersect(_subtract(cut, own), rest))
    return total


def _list_cameras(clips: Sequence[Stretch]) -> list[str]:
    return sorted({clip.camera_id for clip in clips})


def _merge_on(stretches: Sequence[Stretch], camera_id: str) -> list[Span]:
    return merge_spans(some.span_s for some in stretches if some.camera_id == camera_id)


def _sum_s(spans: Sequence[Span]) -> float:
    return sum(high - low for low, high in spans)


def _intersect(first: Sequence[Span], second: Sequence[Span]) -> list[Span]:
    """Return what two unions of disjoint spans have in common."""
    pairs = ((max(a[0], b[0]), min(a[1], b[1])) for a in first for b in second)
    return [(low, high) for low, high in pairs if low < high]


def _subtract(spans: Sequence[Span], away: Sequence[Span]) -> list[Span]:
    """Return what is left of a union of disjoint spans without another; both ascending."""
    left: list[Span] = []
    for start, end in spans:
        at = start
        for low, high in away:
            if low < end and high > at:
                left.append((at, low))
                at = high
        left.append((at, end))
    return [(low, high) for low, high in left if low < high]
