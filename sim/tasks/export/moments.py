"""Moments of evidence cut out."""

from dataclasses import dataclass

from sim.scoring.clip_match import Stretch, compute_iou, shares_time
from sim.scoring.footage_use import Span
from sim.scoring.moments import Boxed, BoxRole, Moment, MomentKind, Scene, sort_moments
from sim.scoring.person_in_frame import find_frame, find_in_frame
from sim.tasks.export.judge import LEAST_IOU, SLACK, ExportCase
from sim.truth.index import TruthIndex

ENDS_OFF_S = 2.0
"""A clip whose in or out is off by more is told, though it agrees well enough to count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipMoment(Moment):
    """A clip beside the appearance it should be of: spans of site time, None where there is none.

    Of a clip too many `true_s` is an appearance that it overlaps; of an appearance without a clip `cut_s` is one that
    overlaps it and belongs to another.
    """

    camera_id: str
    true_s: Span | None
    cut_s: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsMoment(Moment):
    """Things to note that were not noted, by their keys."""

    missing: tuple[str, ...]


def find_clip_moments(index: TruthIndex, case: ExportCase, *, target: str) -> tuple[Moment, ...]:
    """Return every appearance without a clip or with one whose ends are off, clips too many, and gaps in custody."""
    pairs = {pair.appearance: pair for pair in case.pairs}
    moments: list[Moment] = []
    for number, true in enumerate(case.appearances):
        pair = pairs.get(number)
        cut = None if pair is None else case.clips[pair.clip]
        if cut is None or pair is None or pair.iou < LEAST_IOU - SLACK or _measure_off_s(true, cut) > ENDS_OFF_S:
            moments.append(_describe_ends(index, case, true, cut, target=target))
    used = {pair.clip for pair in case.pairs}
    spare = [
        whole
        for number, (clip, whole) in enumerate(zip(case.clips, case.exported, strict=True))
        if number not in used and not _shows_glimpse(case, clip)
    ]
    moments.extend(_describe_spare(index, case, clip, target=target) for clip in spare)
    missing = tuple(key for key, values in case.custody.items() if case.choices.get(key) not in values)
    if missing:
        moments.append(FieldsMoment(kind=MomentKind.CUSTODY, t_s=None, missing=missing))
    return sort_moments(moments)


def _shows_glimpse(case: ExportCase, clip: Stretch) -> bool:
    """Return whether a clip is of a glimpse: nobody need cut it, and it is not too many either."""
    return any(shares_time(clip, glimpse) for glimpse in case.glimpses)


def _measure_off_s(true: Stretch, cut: Stretch) -> float:
    return max(abs(true.span_s[0] - cut.span_s[0]), abs(true.span_s[1] - cut.span_s[1]))


def _describe_ends(
    index: TruthIndex, case: ExportCase, true: Stretch, cut: Stretch | None, *, target: str
) -> ClipMoment:
    over = cut or next((clip for clip in case.clips if shares_time(clip, true)), None)
    return ClipMoment(
        kind=MomentKind.NOT_CUT if cut is None else MomentKind.BAD_ENDS,
        t_s=true.span_s[0],
        scenes=tuple(_make_scene(index, true.camera_id, t_s, target=target) for t_s in true.span_s),
        camera_id=true.camera_id,
        true_s=true.span_s,
        cut_s=None if over is None else over.span_s,
    )


def _describe_spare(index: TruthIndex, case: ExportCase, clip: Stretch, *, target: str) -> ClipMoment:
    same = [each.span_s for each in case.appearances if each.camera_id == clip.camera_id]
    overlapped = next((span for span in same if compute_iou(span, clip.span_s) > 0), None)
    return ClipMoment(
        kind=MomentKind.SURPLUS,
        t_s=clip.span_s[0],
        scenes=(_make_scene(index, clip.camera_id, sum(clip.span_s) / 2, target=target),),
        camera_id=clip.camera_id,
        true_s=overlapped,
        cut_s=clip.span_s,
    )


def _make_scene(index: TruthIndex, camera_id: str, t_s: float, *, target: str) -> Scene:
    frame = find_frame(index, t_s)
    sighting = find_in_frame(index, target, camera_id=camera_id, frame=frame)
    boxes = () if sighting is None else (Boxed(role=BoxRole.STUDENT, box_xyxy=sighting.box_xyxy),)
    return Scene(camera_id=camera_id, frame=frame, boxes=boxes)
