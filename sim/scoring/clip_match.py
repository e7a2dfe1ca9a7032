"""Clips cut as evidence against the target's appearances: which clip is of which, and how well in and out agree."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.errors import AnswerError
from sim.scoring.evidence import Clip
from sim.scoring.mark import find_strange, raise_first
from sim.scoring.use_metrics import Span, merge_spans, sum_overlap_s
from sim.truth.appearance import TIME_TOLERANCE_S
from sim.truth.index import TruthIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A clip matched to an appearance, by their places in what was matched, and their temporal IoU, above 0."""

    appearance: int
    clip: int
    iou: float


def find_clip_fault(index: TruthIndex, clip: Clip) -> AnswerError | None:
    """Return why a clip must be refused, or None when it may be scored."""
    strange = find_strange(index, clip.camera_id, from_s=clip.from_s, to_s=clip.to_s)
    if strange is not None:
        return strange
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
    raise_first("clip", [find_clip_fault(index, clip) for clip in clips])


HANDLE_S = 2.0
"""Everybody cuts with some: so much before and after an appearance costs nothing."""


def compute_iou(appearance: Span, clip: Span) -> float:
    """Return temporal intersection over union of an appearance and its clip, 0..1; handles of 2.0 s are no part of it.

    10-20 s cut at 12-25 s: 8 s in both, 13 s in either but for the handle to 22 s, 0.6154.
    """
    (low, high), (from_s, to_s) = appearance, clip
    both = max(0.0, min(high, to_s) - max(low, from_s))
    beyond_s = max(0.0, low - HANDLE_S - from_s) + max(0.0, to_s - high - HANDLE_S)
    return both / (high - low + beyond_s) if both > 0 else 0.0


def match_clips(appearances: Sequence[Clip], clips: Sequence[Clip]) -> tuple[Pair, ...]:
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


def shares_time(first: Clip, second: Clip) -> bool:
    """Return whether two stretches of one camera have time in common; touching ends have none."""
    return first.camera_id == second.camera_id and max(first.span_s[0], second.span_s[0]) < min(
        first.span_s[1], second.span_s[1]
    )


def sum_inside_s(clips: Sequence[Clip], target: Sequence[Clip]) -> float:
    """Return camera-seconds inside clips and inside the target's stretches; what two clips share counts once.

    A clip 0-20 s, the target there 0-10 s: 10 s.
    """
    return sum(
        sum_overlap_s(_merge_on(clips, camera_id), _merge_on(target, camera_id)) for camera_id in _list_cameras(clips)
    )


def sum_outside_s(clips: Sequence[Clip], target: Sequence[Clip]) -> float:
    """Return camera-seconds inside clips and outside the target's stretches with their handles, each once.

    A clip 0-20 s, the target there 0-10 s: 8 s.
    """
    handled = [replace(each, from_s=each.from_s - HANDLE_S, to_s=each.to_s + HANDLE_S) for each in target]
    return sum(
        sum(high - low for low, high in _subtract(_merge_on(clips, camera_id), _merge_on(handled, camera_id)))
        for camera_id in _list_cameras(clips)
    )


def sum_strangers_s(clips: Sequence[Clip], target: Sequence[Clip], others: Sequence[Clip]) -> float:
    """Return camera-seconds inside clips that show somebody else and not the target.

    A clip 0-20 s, the target there 0-10 s, others 5-13 s and 15-18 s: 3 s and 3 s, 6 s. What two clips share counts
    once.
    """
    total = 0.0
    for camera_id in _list_cameras(clips):
        cut, own, rest = (_merge_on(stretches, camera_id) for stretches in (clips, target, others))
        total += sum_overlap_s(_subtract(cut, own), rest)
    return total


def _list_cameras(clips: Sequence[Clip]) -> list[str]:
    return sorted({clip.camera_id for clip in clips})


def _merge_on(stretches: Sequence[Clip], camera_id: str) -> list[Span]:
    return merge_spans(some.span_s for some in stretches if some.camera_id == camera_id)


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
