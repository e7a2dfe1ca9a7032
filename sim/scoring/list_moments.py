"""Moments of lists that are worked through: places called out, clips cut out, a view set up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.scoring.clip_match import Stretch, compute_iou, shares_time
from sim.scoring.footage_use import Span
from sim.scoring.moments import Boxed, BoxRole, Moment, MomentKind, Scene, sort_moments
from sim.scoring.spot import find_frame, find_in_frame
from sim.tasks.export.judge import LEAST_IOU, SLACK, ExportCase
from sim.tasks.pull_up.judge import CallsCase, is_right
from sim.tasks.setup.judge import FAULT, SetupCase, judge_fault
from sim.truth.index import TruthIndex

ENDS_OFF_S = 2.0
"""A clip whose in or out is off by more is told, though it agrees well enough to count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMoment(Moment):
    """A call answered by a camera that does not show the place (zone_id), or not at all; `right` the ones that do."""

    place: str
    given: str | None
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipMoment(Moment):
    """A clip beside the appearance it should be of: spans of site time, None where there is none.

    Of a clip too many `true_s` is an appearance that it overlaps.
    """

    camera_id: str
    true_s: Span | None
    cut_s: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsMoment(Moment):
    """Things to note that were not noted, by their keys."""

    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewMoment(Moment):
    """Something about a view: the camera it is about ("" for the order of all), the way's cameras, and what was given.

    `given` is the view as it was set up, or the one camera that was named.
    """

    camera_id: str
    chain: tuple[str, ...]
    given: tuple[str, ...]


def find_call_moments(index: TruthIndex, case: CallsCase) -> tuple[Moment, ...]:
    """Return every call that was not answered rightly, in the order called, with a camera that shows the place."""
    return tuple(_describe_call(index, case, place) for place in case.calls if not is_right(case, place))


def find_clip_moments(index: TruthIndex, case: ExportCase, *, target: str) -> tuple[Moment, ...]:
    """Return every appearance without a clip or with one whose ends are off, clips too many, and gaps in custody."""
    pairs = {pair.appearance: pair for pair in case.pairs}
    moments: list[Moment] = []
    for number, true in enumerate(case.appearances):
        pair = pairs.get(number)
        cut = None if pair is None else case.clips[pair.clip]
        if cut is None or pair is None or pair.iou < LEAST_IOU - SLACK or _measure_off_s(true, cut) > ENDS_OFF_S:
            moments.append(_describe_ends(index, true, cut, target=target))
    used = {pair.clip for pair in case.pairs}
    spare = [clip for number, clip in enumerate(case.clips) if number not in used and not _shows_glimpse(case, clip)]
    moments.extend(_describe_spare(index, case, clip, target=target) for clip in spare)
    missing = tuple(key for key, values in case.custody.items() if case.choices.get(key) not in values)
    if missing:
        moments.append(FieldsMoment(kind=MomentKind.CUSTODY, t_s=None, missing=missing))
    return sort_moments(moments)


def find_view_moments(index: TruthIndex, case: SetupCase, *, window_s: tuple[float, float]) -> tuple[Moment, ...]:
    """Return what the checklist of a view lacks: cameras missing, cameras too many, the order, the faulty camera."""
    return tuple(_list_view_moments(index, case, find_frame(index, sum(window_s) / 2)))


def _describe_call(index: TruthIndex, case: CallsCase, place: str) -> CallMoment:
    right, given = tuple(case.right[place]), case.answer.choices.get(place)
    given = given if given in index.table.picture_wh else None
    frame = _find_used_frame(index, right[0], place)
    cameras = (right[0],) if given is None else (given, right[0])
    return CallMoment(
        kind=MomentKind.WRONG_CALL,
        t_s=None,
        scenes=tuple(Scene(camera_id=camera, frame=frame) for camera in cameras),
        place=place,
        given=given,
        right=right,
    )


def _find_used_frame(index: TruthIndex, camera_id: str, zone: str) -> int:
    """Return the frame in which a camera shows somebody in a place largest; the first where it never does."""
    rows = index.table.rows
    own = rows[(rows["camera_id"] == camera_id) & (rows["zone"] == zone)]
    if own.empty:
        return 0
    height_px = (own["y2"] - own["y1"]).to_numpy(dtype=np.float64) * own["visible"].to_numpy(dtype=np.float64)
    return int(own["frame"].iloc[int(np.argmax(height_px))])


def _shows_glimpse(case: ExportCase, clip: Stretch) -> bool:
    """Return whether a clip is of a glimpse: nobody need cut it, and it is not too many either."""
    return any(shares_time(clip, glimpse) for glimpse in case.glimpses)


def _measure_off_s(true: Stretch, cut: Stretch) -> float:
    return max(abs(true.span_s[0] - cut.span_s[0]), abs(true.span_s[1] - cut.span_s[1]))


def _describe_ends(index: TruthIndex, true: Stretch, cut: Stretch | None, *, target: str) -> ClipMoment:
    return ClipMoment(
        kind=MomentKind.NOT_CUT if cut is None else MomentKind.BAD_ENDS,
        t_s=true.span_s[0],
        scenes=tuple(_make_scene(index, true.camera_id, t_s, target=target) for t_s in true.span_s),
        camera_id=true.camera_id,
        true_s=true.span_s,
        cut_s=None if cut is None else cut.span_s,
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
    spot = find_in_frame(index, target, camera_id=camera_id, frame=frame)
    boxes = () if spot is None else (Boxed(role=BoxRole.STUDENT, box_xyxy=spot.box_xyxy),)
    return Scene(camera_id=camera_id, frame=frame, boxes=boxes)


def _list_view_moments(index: TruthIndex, case: SetupCase, frame: int) -> Iterator[ViewMoment]:
    view, chain = case.answer.view, case.chain

    def describe(kind: MomentKind, camera_id: str, given: Sequence[str] = view) -> ViewMoment:
        is_known = camera_id in index.table.picture_wh
        scenes = (Scene(camera_id=camera_id, frame=frame),) if is_known else ()
        return ViewMoment(kind=kind, t_s=None, scenes=scenes, camera_id=camera_id, chain=chain, given=tuple(given))

    for camera in chain:
        if camera not in view:
            yield describe(MomentKind.NOT_IN_VIEW, camera)
    for camera in dict.fromkeys(view):
        if camera not in chain:
            yield describe(MomentKind.NOT_ON_WAY, camera)
    if view != chain and set(view) == set(chain):
        yield describe(MomentKind.ORDER, "")
    if case.faulty is not None and judge_fault(case) is False:
        named = case.answer.choices.get(FAULT)
        yield describe(MomentKind.WRONG_FAULT, case.faulty, given=() if named is None else (named,))
