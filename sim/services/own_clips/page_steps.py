"""What the pages of Our clips send: steps of an import, keyframes, more blurring. Each answers with what is so now."""

from collections.abc import Callable
from typing import Annotated, Any, BinaryIO, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.checked import describe_first
from sim.clips.model import Share, Sight
from sim.errors import StoreError, TruthError
from sim.services.app.wiring import App
from sim.services.own_clips import importing
from sim.services.own_clips.annotating import propose_box, remove_keyframe, set_keyframe, undo
from sim.services.own_clips.blurring import MoreBlur, blur_more, confirm_camera
from sim.services.own_clips.looking import accept_clip
from sim.services.own_clips.page_data import (
    describe_align,
    describe_imports,
    describe_proposal,
    describe_track,
    describe_working,
)

__all__ = ["confirm", "find_proposal", "put_keyframe", "send_clip", "step_import", "take_back", "take_spans"]

Sent = TypeVar("Sent", bound=BaseModel)
Frame = Annotated[int, Field(ge=0, le=1_000_000)]
Xyxy = tuple[Share, Share, Share, Share]


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SentKeyframe(_Sent):
    """A keyframe, made on revision `base`; `sight` None removes it. `next` asks what is proposed in that frame then."""

    camera_id: str
    frame: Frame
    sight: Sight | None
    box: Xyxy | None = None
    base: int
    next: Frame | None = None


class SentSpan(_Sent):
    """A box to pixelate on a camera in frames first to last."""

    camera_id: str
    first: Frame
    last: Frame
    box: Xyxy


class SentSpans(_Sent):
    """Boxes to pixelate."""

    spans: Annotated[tuple[SentSpan, ...], Field(min_length=1, max_length=200)]


def send_clip(app: App, walk_id: str, file: BinaryIO, *, file_name: str, camera: str) -> dict[str, Any]:
    """Take a clip in that was sent. Raises as `importing.add_clip`."""
    importing.add_clip(app, walk_id, file, file_name=file_name, camera=camera)
    return describe_imports(app, walk_id)


def step_import(app: App, walk_id: str, step: str, *, clip_id: str, by: str) -> dict[str, Any]:
    """Cancel, remove or accept a clip, or go on with those that were stopped. Raises StoreError."""
    steps: dict[str, Callable[[], None]] = {
        "resume": lambda: importing.resume(app, walk_id),
        "cancel": lambda: importing.cancel_clip(app, walk_id, clip_id),
        "remove": lambda: importing.remove_clip(app, walk_id, clip_id),
        "accept": lambda: accept_clip(app, walk_id, clip_id, by=by),
    }
    if step not in steps:
        raise StoreError("there is no such step", todo="reload the page")
    steps[step]()
    return describe_imports(app, walk_id)


def find_proposal(app: App, walk_id: str, *, camera_id: str, frame: int) -> dict[str, Any]:
    """Return where the walker probably is. Raises StoreError, RecordingError."""
    return describe_proposal(propose_box(app, walk_id, camera_id=camera_id, frame=frame))


def put_keyframe(app: App, walk_id: str, body: bytes) -> dict[str, Any]:
    """Put a keyframe, or remove it. Raises TruthError: it is none; StoreError: made on another revision."""
    sent = _parse(SentKeyframe, body)
    camera_id, frame, base = sent.camera_id, sent.frame, sent.base
    if sent.sight is None:
        return describe_track(remove_keyframe(app, walk_id, camera_id=camera_id, frame=frame, base=base))
    track = set_keyframe(app, walk_id, camera_id=camera_id, frame=frame, sight=sent.sight, box=sent.box, base=base)
    if sent.next is None:
        return describe_track(track)
    return describe_track(track) | {"proposal": find_proposal(app, walk_id, camera_id=camera_id, frame=sent.next)}


def take_back(app: App, walk_id: str, *, base: int) -> dict[str, Any]:
    """Undo the last keyframe. Raises StoreError."""
    return describe_track(undo(app, walk_id, base=base))


def take_spans(app: App, walk_id: str, body: bytes, *, by: str) -> dict[str, Any]:
    """Begin to pixelate boxes, and to make the recording that is drawn on again. Raises as `blur_more`."""
    spans = _parse(SentSpans, body).spans
    more = [MoreBlur(camera_id=s.camera_id, first=s.first, last=max(s.first, s.last), box=s.box) for s in spans]
    blur_more(app, walk_id, more, by=by)
    return describe_align(app, walk_id)


def confirm(app: App, walk_id: str, *, camera_id: str, by: str) -> dict[str, Any]:
    """Say that somebody looked through a camera. Raises StoreError."""
    confirm_camera(app, walk_id, camera_id, by=by)
    return describe_working(app, walk_id)


def _parse(model: type[Sent], body: bytes) -> Sent:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise TruthError(describe_first(error, source="this step"), todo="reload the page") from error
