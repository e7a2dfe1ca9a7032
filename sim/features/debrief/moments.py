"""The list of moments of one attempt, and the pictures of a moment when it is opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.app.wiring import App
from sim.features.debrief.facts import DebriefFacts
from sim.footage.video.still import StillBox, draw_boxes, load_still
from sim.scoring.moments import Boxed, BoxRole, Moment, Scene

TARGET_RGB = (46, 160, 67)
MARKED_RGB = (214, 93, 14)
"""Green for what is right and orange for what was marked; the marked one is dashed and both bear their words."""

BOX_WORDS: Mapping[BoxRole, str] = {
    BoxRole.STUDENT: "The student",
    BoxRole.MARKED: "You marked",
    BoxRole.POINT: "You marked here",
    BoxRole.OTHER: "The other person",
    BoxRole.EVENT: "Here",
    BoxRole.CHECK: "The check",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StillView:
    caption: str
    boxed: tuple[str, ...]
    jpeg: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentView:
    place: str  # camera and time, "CAM-05 B Hall, 8:02:40 AM"; "" where it belongs to neither
    title: str  # what happened, begins small
    text: str  # sentences, "" for none
    is_good: bool  # to be kept up; else to be looked at
    scenes: tuple[Scene, ...]  # frames to be loaded by `load_stills` when the moment is opened
    captions: tuple[str, ...]  # of each frame its camera and time


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentsView:
    """All moments of an attempt on one recording; `is_as_worked`: in the order worked, not of the footage or a list."""

    recording_id: str
    moments: tuple[MomentView, ...]
    is_as_worked: bool


def make_moments_view(facts: DebriefFacts, moments: Sequence[Moment], *, recording_id: str) -> MomentsView:
    return MomentsView(
        recording_id=recording_id,
        moments=tuple(_describe(facts, moment) for moment in moments),
        is_as_worked=any(moment.worked is not None for moment in moments),
    )


def load_stills(app: App, view: MomentsView, moment: MomentView) -> tuple[StillView, ...]:
    recording = app.catalog.get_recording(view.recording_id)
    stills = []
    for scene, caption in zip(moment.scenes, moment.captions, strict=True):
        boxes = [_make_box(boxed) for boxed in scene.boxes]
        stills.append(
            StillView(
                caption=caption,
                boxed=tuple(box.label for box in boxes),
                jpeg=draw_boxes(load_still(recording, scene.camera_id, scene.frame), boxes),
            )
        )
    return tuple(stills)


def _describe(facts: DebriefFacts, moment: Moment) -> MomentView:
    told = facts.task_type.tell_moment(facts, moment)
    camera_id, place = _find_camera(moment), ""
    if moment.t_s is not None:
        place = facts.write_place(camera_id, moment.t_s) if camera_id else facts.write_clock(moment.t_s)
    return MomentView(
        place=place,
        title=told.title,
        text=told.text,
        is_good=moment.is_good,
        scenes=moment.scenes,
        captions=tuple(facts.write_place(each.camera_id, each.frame / facts.index.table.fps) for each in moment.scenes),
    )


def _find_camera(moment: Moment) -> str:
    own = getattr(moment, "camera_id", None)
    if isinstance(own, str):
        return own
    return moment.scenes[0].camera_id if moment.scenes else ""


def _make_box(boxed: Boxed) -> StillBox:
    is_marked = boxed.role in frozenset({BoxRole.MARKED, BoxRole.POINT})
    return StillBox(
        box_xyxy=boxed.box_xyxy,
        label=BOX_WORDS[boxed.role],
        rgb=MARKED_RGB if is_marked else TARGET_RGB,
        is_dashed=is_marked,
    )
