"""What each kind of console event carries, checked to the last value."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from sim.drill.bookmarks_and_faults import ReportedFault
from sim.drill.event import EventKind
from sim.drill.team_exercise import Role

MAX_TEXT = 4000
MAX_ENTRY = 300
MAX_ON_SCREEN = 64

Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Text = Annotated[str, Field(max_length=MAX_TEXT)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
MarkId = Annotated[str, Field(min_length=1, max_length=80)]
Count = Annotated[int, Field(ge=1)]
Frame = Annotated[int, Field(ge=0)]


class Payload(BaseModel):
    """What every event may carry: the cameras on screen, the main one first."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True, defer_build=True)

    on: Annotated[list[Name], Field(max_length=MAX_ON_SCREEN)] = []


class MarkPayload(Payload):
    mark_id: MarkId
    camera_id: Name
    frame: Annotated[int, Field(ge=0)]
    t_s: Annotated[Number, Field(ge=0)]
    x: Share
    y: Share


class UnmarkPayload(Payload):
    mark_id: MarkId


class ChoicePayload(Payload):
    """A value chosen for a field or an item of the task's answer form; "" takes it back."""

    key: Name
    value: Annotated[str, Field(max_length=80)]


class ClipPayload(Payload):
    """A stretch of a camera cut out; sent again with the same id, its ends change."""

    clip_id: Name
    camera_id: Name
    from_s: Annotated[Number, Field(ge=0)]
    to_s: Annotated[Number, Field(ge=0)]


class UnclipPayload(Payload):
    clip_id: Name


class BookmarkPayload(Payload):
    """A moment of a camera to come back to; sent again, its words change."""

    bookmark_id: Name
    camera_id: Name
    t_s: Annotated[Number, Field(ge=0)]
    text: Text = ""


class UnbookmarkPayload(Payload):
    bookmark_id: Name


class FaultPayload(Payload):
    """Something wrong with a camera, as the trainee reports it."""

    fault_id: Name
    camera_id: Name
    fault: Annotated[ReportedFault, Field(strict=False)]
    t_s: Annotated[Number, Field(ge=0)]
    text: Text = ""


class UnfaultPayload(Payload):
    fault_id: Name


class ZoomPayload(Payload):
    """The part of the main picture that is seen: its middle and how much larger it is."""

    x: Share
    y: Share
    scale: Annotated[Number, Field(ge=1)]


class SnapshotPayload(Payload):
    camera_id: Name
    t_s: Annotated[Number, Field(ge=0)]


class PinPayload(Payload):
    """The main picture has a time of its own; the wall stands still."""

    camera_id: Name
    t_s: Number
    wall_s: Annotated[Number, Field(ge=0)]


class SyncPayload(Payload):
    """Main picture and wall are together again; `to` says whose time they have."""

    t_s: Number
    to: Literal["wall", "main"]


class QualityPayload(Payload):
    level: Literal["full", "saving"]


class StallPayload(Payload):
    """Playback waited for footage that had not come; `t_s` is where it stood."""

    t_s: Number
    seconds: Annotated[Number, Field(ge=0)]


class SuggestionPayload(Payload):
    """An entry of the list of that number was opened; a `focus` or a `seek` follows."""

    number: Count
    rank: Count


class CallPayload(Payload):
    call_id: Name


class ReplyPayload(CallPayload):
    value: Name


class AskPayload(Payload):
    """Somebody of the exercise is asked to take over a camera at a site time; `to` None: anyone who can."""

    ask_id: Name
    camera_id: Name
    at_site_s: Annotated[Number, Field(ge=0)]
    to: Annotated[Role, Field(strict=False)] | None
    about: Literal["look", "last-seen"]


class TakePayload(Payload):
    """What was asked for is taken over; `focus` and `seek` follow."""

    ask_id: Name


class StrikePayload(Payload):
    """The lead of the exercise leaves a mark out, or counts it again."""

    role: Annotated[Role, Field(strict=False)]
    mark_id: MarkId
    struck: bool


class EntryPayload(Payload):
    """A line of the exercise's log."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_ENTRY)]


class NotePayload(Payload):
    text: Text


class SubmitPayload(Payload):
    final_zone: Name | None
    not_on_camera: bool
    note: Text = ""


class FocusPayload(Payload):
    camera_id: Name
    t_s: Number


class TimePayload(Payload):
    t_s: Number


class RatePayload(TimePayload):
    speed: Number


class SeekPayload(TimePayload):
    """A jump; `by` says what found the place, None for a person."""

    from_s: Number
    by: Name | None = None


PAYLOADS: Mapping[EventKind, type[Payload]] = {
    EventKind.MARK: MarkPayload,
    EventKind.UNMARK: UnmarkPayload,
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
    EventKind.SUGGESTION: SuggestionPayload,
    EventKind.PIN: PinPayload,
    EventKind.SYNC: SyncPayload,
    EventKind.QUALITY: QualityPayload,
    EventKind.CALL: CallPayload,
    EventKind.REPLY: ReplyPayload,
    EventKind.MISSED: CallPayload,
    EventKind.ASK: AskPayload,
    EventKind.TAKE: TakePayload,
    EventKind.STRIKE: StrikePayload,
    EventKind.ENTRY: EntryPayload,
    EventKind.NOTE: NotePayload,
    EventKind.SUBMIT: SubmitPayload,
    EventKind.FOCUS: FocusPayload,
    EventKind.PLAY: RatePayload,
    EventKind.SPEED: RatePayload,
    EventKind.PAUSE: TimePayload,
    EventKind.STEP: TimePayload,
    EventKind.SEEK: SeekPayload,
}
