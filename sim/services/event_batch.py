"""What the console may post: checked to the last value before it touches the log."""

import json
import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NoReturn
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.drill.event import Event, EventKind
from sim.drill.marks import MAX_CONFIDENCE
from sim.drill.noted import ReportedFault
from sim.errors import AnswerError

MAX_BODY_BYTES = 256 * 1024
MAX_EVENTS = 2000
MAX_SEQ = 50_000
MAX_TEXT = 4000
MAX_DEPTH = 4
MAX_VALUES = 200
MAX_ON_SCREEN = 64
_WEEK_MS = 7 * 24 * 3600 * 1000.0
_EARLY_MS = 60_000.0

Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Text = Annotated[str, Field(max_length=MAX_TEXT)]
Confidence = Annotated[int, Field(ge=1, le=MAX_CONFIDENCE)]
Name = Annotated[str, Field(min_length=1, max_length=80)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Payload(BaseModel):
    """What every event may carry: the cameras on screen, the main one first."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)

    on: Annotated[list[Name], Field(max_length=MAX_ON_SCREEN)] = []


class FixPayload(_Payload):
    """A mark on a person."""

    fix_id: Name
    camera_id: Name
    frame: Annotated[int, Field(ge=0)]
    t_s: Annotated[Number, Field(ge=0)]
    x: Share
    y: Share
    confidence: Confidence | None = None


class UnfixPayload(_Payload):
    """A mark taken back."""

    fix_id: Name


class ConfidencePayload(_Payload):
    """How sure the trainee is of a mark: 1 not sure, 2 fairly, 3 sure; None takes it back."""

    fix_id: Name
    confidence: Confidence | None


class ChoicePayload(_Payload):
    """A value chosen for a field or an item of the task's answer form; "" takes it back."""

    key: Name
    value: Annotated[str, Field(max_length=80)]


class ClipPayload(_Payload):
    """A stretch of a camera cut out; sent again with the same id, its ends change."""

    clip_id: Name
    camera_id: Name
    from_s: Annotated[Number, Field(ge=0)]
    to_s: Annotated[Number, Field(ge=0)]


class UnclipPayload(_Payload):
    """A clip taken away."""

    clip_id: Name


class BookmarkPayload(_Payload):
    """A moment of a camera to come back to; sent again, its words change."""

    bookmark_id: Name
    camera_id: Name
    t_s: Annotated[Number, Field(ge=0)]
    text: Text = ""


class UnbookmarkPayload(_Payload):
    """A bookmark taken away."""

    bookmark_id: Name


class FaultPayload(_Payload):
    """Something wrong with a camera, as the trainee reports it."""

    fault_id: Name
    camera_id: Name
    fault: Annotated[ReportedFault, Field(strict=False)]
    t_s: Annotated[Number, Field(ge=0)]
    text: Text = ""


class UnfaultPayload(_Payload):
    """A report taken back."""

    fault_id: Name


class ZoomPayload(_Payload):
    """The part of the main picture that is seen: its middle and how much larger it is."""

    x: Share
    y: Share
    scale: Annotated[Number, Field(ge=1)]


class SnapshotPayload(_Payload):
    """The main picture, saved as a file."""

    camera_id: Name
    t_s: Annotated[Number, Field(ge=0)]


class PinPayload(_Payload):
    """The main picture has a time of its own; the wall stands still."""

    camera_id: Name
    t_s: Number
    wall_s: Annotated[Number, Field(ge=0)]


class SyncPayload(_Payload):
    """Main picture and wall are together again; `to` says whose time they have."""

    t_s: Number
    to: Literal["wall", "main"]


class QualityPayload(_Payload):
    """Another quality of the footage."""

    level: Literal["full", "saving"]


class StallPayload(_Payload):
    """Playback waited for footage that had not come; `t_s` is where it stood."""

    t_s: Number
    seconds: Annotated[Number, Field(ge=0)]


class NotePayload(_Payload):
    """The note as it now reads."""

    text: Text


class SubmitPayload(_Payload):
    """The answer beside the fixes."""

    final_zone: Name | None
    not_on_camera: bool
    note: Text = ""


class FocusPayload(_Payload):
    """A camera opened as the main picture."""

    camera_id: Name
    t_s: Number


class TimePayload(_Payload):
    """Anything that says which site time is on screen."""

    t_s: Number


class RatePayload(TimePayload):
    """A playback rate at a site time."""

    speed: Number


class SeekPayload(TimePayload):
    """A jump; `by` says what found the place, None for a person."""

    from_s: Number
    by: Name | None = None


_PAYLOADS: Mapping[EventKind, type[_Payload]] = {
    EventKind.FIX: FixPayload,
    EventKind.UNFIX: UnfixPayload,
    EventKind.CONFIDENCE: ConfidencePayload,
    EventKind.CHOICE: ChoicePayload,
    EventKind.CLIP: ClipPayload,
    EventKind.UNCLIP: UnclipPayload,
    EventKind.BOOKMARK: BookmarkPayload,
    EventKind.UNBOOKMARK: UnbookmarkPayload,
    EventKind.FAULT: FaultPayload,
    EventKind.UNFAULT: UnfaultPayload,
    EventKind.ZOOM: ZoomPayload,
    EventKind.SNAPSHOT: SnapshotPayload,
    EventKind.STALL: StallPayload,
    EventKind.PIN: PinPayload,
    EventKind.SYNC: SyncPayload,
    EventKind.QUALITY: QualityPayload,
    EventKind.NOTE: NotePayload,
    EventKind.SUBMIT: SubmitPayload,
    EventKind.FOCUS: FocusPayload,
    EventKind.PLAY: RatePayload,
    EventKind.SPEED: RatePayload,
    EventKind.PAUSE: TimePayload,
    EventKind.STEP: TimePayload,
    EventKind.SEEK: SeekPayload,
}


class PostedEvent(_Strict):
    """One event."""

    seq: Annotated[int, Field(ge=1, le=MAX_SEQ)]
    t_client_ms: Annotated[Number, Field(ge=-_EARLY_MS, le=_WEEK_MS)]
    kind: EventKind
    payload: dict[str, Any]


class PostedBatch(_Strict):
    """The body of a post: one tab's events, none for a heartbeat."""

    tab: UUID
    events: Annotated[tuple[PostedEvent, ...], Field(max_length=MAX_EVENTS)]


def parse_batch(body: bytes) -> tuple[str, tuple[Event, ...]]:
    """Return the tab's id and its events.

    Raises:
        AnswerError: no JSON, an unknown kind, a missing or wrong value, a number that is not finite; the message names
            the first fault.
    """
    try:
        data = json.loads(body, parse_constant=_refuse_constant)
        _check_plain(data, where="body", depth=0)
        batch = PostedBatch.model_validate_json(body)
        for number, posted in enumerate(batch.events):
            _check_payload(_PAYLOADS.get(posted.kind, _Payload), posted.payload, number=number)
    except ValidationError as error:
        raise _describe(error, prefix="") from error
    except (ValueError, RecursionError) as error:
        raise AnswerError(f"the body cannot be read: {error}", expected='{"tab": UUID, "events": [...]}') from error
    tab_id = str(batch.tab)
    return tab_id, tuple(
        Event(
            tab_id=tab_id,
            seq=posted.seq,
            t_client_ms=posted.t_client_ms,
            kind=posted.kind,
            payload=posted.payload,
        )
        for posted in batch.events
    )


def _check_payload(model: type[_Payload], payload: Mapping[str, Any], *, number: int) -> None:
    try:
        model.model_validate(payload)
    except ValidationError as error:
        raise _describe(error, prefix=f"events.{number}.payload.") from error


def _describe(error: ValidationError, *, prefix: str) -> AnswerError:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(step) for step in first["loc"])
    return AnswerError(f"{prefix}{where or 'the body'}: {first['msg']}")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _check_plain(value: Any, *, where: str, depth: int) -> None:
    """Refuse numbers that are not finite, text that is too long, and nests that are too deep or too wide."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{where} is not finite")
    if isinstance(value, str) and (len(value) > MAX_TEXT or "\x00" in value):
        raise ValueError(f"{where} is too long or holds a null character")
    if isinstance(value, dict | list):
        if depth > MAX_DEPTH:
            raise ValueError(f"{where} is nested too deep")
        limit = MAX_EVENTS if depth == 1 else MAX_VALUES
        if len(value) > limit:
            raise ValueError(f"{where} has more than {limit} values")
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            _check_plain(item, where=f"{where}.{key}", depth=depth + 1)
