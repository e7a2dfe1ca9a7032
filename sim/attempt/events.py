"""What a console reports, as one tagged union: `kind` is the tag, and there is one class for the payload of each kind.

A payload is decoded once, at the door or as its log is read, to the type that the replay reads; nothing looks into it
again. The table of docs/events.md and the types of the console's scripts are made from these classes
(`python -m tools.event_docs`): the docstring of a class says what its kind means.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from sim.attempt.posted import (
    MAX_ON_SCREEN,
    Count,
    Frame,
    Loose,
    Maybe,
    Name,
    Number,
    ReportedFault,
    Seconds,
    Share,
    Text,
    Word,
)
from sim.attempt.team_exercise import Role

SERVER_TAB = "00000000-0000-0000-0000-000000000000"
"""Under this tab the server writes what it did itself: what a browser posts cannot make it unsaid."""


class EventKind(StrEnum):
    OPEN = "open"
    CLOSE = "close"
    FOCUS = "focus"
    PLAY = "play"
    PAUSE = "pause"
    SEEK = "seek"
    STEP = "step"
    SPEED = "speed"
    VIEW = "view"
    MAP = "map"
    LINK = "link"
    FIND = "find"
    MARK = "mark"
    UNMARK = "unmark"
    CHOICE = "choice"
    CLIP = "clip"
    UNCLIP = "unclip"
    BOOKMARK = "bookmark"
    UNBOOKMARK = "unbookmark"
    FAULT = "fault"
    UNFAULT = "unfault"
    PIN = "pin"
    SYNC = "sync"
    ZOOM = "zoom"
    SNAPSHOT = "snapshot"
    QUALITY = "quality"
    STALL = "stall"
    SIMILAR = "similar"
    SUGGESTION = "suggestion"
    NOTE = "note"
    HINT = "hint"
    CALL = "call"
    REPLY = "reply"
    MISSED = "missed"
    ASK = "ask"
    TAKE = "take"
    STRIKE = "strike"
    ENTRY = "entry"
    LEAD = "lead"
    KEY = "key"
    HIDDEN = "hidden"
    VISIBLE = "visible"
    CONNECTION = "connection"
    HELD = "held"
    SUBMIT = "submit"


class Payload(BaseModel):
    """What every event may carry: the cameras on screen, the main one first."""

    model_config = ConfigDict(frozen=True, strict=True, defer_build=True)

    kind: ClassVar[EventKind]

    def __init_subclass__(cls, *, kind: EventKind | None = None, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        if kind is not None:
            cls.kind = kind

    # a default of [] would be copied for every event, which takes longer than all else
    on: Annotated[list[Name], Field(max_length=MAX_ON_SCREEN)] = Field(default_factory=list)


class Timed(Payload, kind=EventKind.OPEN):
    """One whose site time adds nothing to it: it tells what was on screen, where it tells that."""

    t_s: Maybe[Number] = None


class Open(Timed):
    """The console is on screen; the newest `open` makes its tab the leader; `screen` is its shorter side."""

    width: Loose[Number] = None
    height: Loose[Number] = None
    touch: Loose[bool] = None
    screen: Loose[Number] = None


class Close(Payload, kind=EventKind.CLOSE):
    """The page is left."""

    t_s: Loose[Number] = None


class Focus(Payload, kind=EventKind.FOCUS):
    """A camera becomes the large picture."""

    camera_id: Name
    t_s: Number


class Play(Payload, kind=EventKind.PLAY):
    """Playback starts; with `"tick": true` it goes on (every second); a negative speed is reverse."""

    t_s: Number
    speed: Number
    tick: Maybe[bool] = None


class Halt(Payload, kind=EventKind.PAUSE):
    """Playback stops."""

    t_s: Number


class Seek(Payload, kind=EventKind.SEEK):
    """A jump; `by`: `"motion"` when it went to where motion begins."""

    t_s: Number
    from_s: Number
    by: Name | None = None


class Step(Payload, kind=EventKind.STEP):
    """Frames stepped, possibly several gathered; `t_s` is after the last."""

    t_s: Number
    frames: Loose[int] = None


class Speed(Payload, kind=EventKind.SPEED):
    """Another playback rate."""

    t_s: Number
    speed: Number


class View(Timed, kind=EventKind.VIEW):
    """Another arrangement of the screen.

    `grid`: the main picture is closed and the wall has its place, until a `focus`; `floor`: another floor of the plan;
    `wall`: another layout, view or page of the wall, whose `cameras` are all those of the view; `timeline`: the part of
    the recording it shows, once it rests; `own`: the cameras of the person's own view that the wall shows, which a
    drill that asks for a view hands in, none once it has gone; `similar`: the list of similar people shown again by its
    `number`, or null for closed.
    """

    name: Loose[str] = None
    floor: Maybe[str] = None
    layout: Maybe[str] = None
    cameras: Maybe[Annotated[tuple[str, ...], Field(strict=False)]] = None
    from_s: Maybe[Number] = None
    to_s: Maybe[Number] = None
    number: Maybe[int] = None


class Map(Timed, kind=EventKind.MAP):
    """A camera chosen on the plan; a `focus` follows."""

    camera_id: Loose[Word] = None


class Link(Timed, kind=EventKind.LINK):
    """A camera chosen in the picture; a `focus` follows."""

    camera_id: Loose[Word] = None


class Find(Timed, kind=EventKind.FIND):
    """A camera chosen by what was typed; a `focus` follows."""

    camera_id: Loose[Word] = None
    text: Loose[str] = None


class MarkMade(Payload, kind=EventKind.MARK):
    """Somebody is marked: "this is the person"."""

    mark_id: Name
    camera_id: Name
    frame: Frame
    t_s: Seconds
    x: Share
    y: Share


class MarkRemoved(Timed, kind=EventKind.UNMARK):
    """A mark taken back; it stays in the log, and a `mark` of the same id puts it back."""

    mark_id: Name


class Choice(Timed, kind=EventKind.CHOICE):
    """A field or an item of the answer form gets a value; "" takes it back."""

    key: Name
    value: Annotated[str, Field(max_length=80)]


class ClipCut(Timed, kind=EventKind.CLIP):
    """A stretch cut out as evidence; again with the same id: other ends."""

    clip_id: Name
    camera_id: Name
    from_s: Seconds
    to_s: Seconds


class ClipRemoved(Timed, kind=EventKind.UNCLIP):
    """A clip taken away."""

    clip_id: Name


class Bookmark(Payload, kind=EventKind.BOOKMARK):
    """A moment to come back to; again with the same id: other words."""

    bookmark_id: Name
    camera_id: Name
    t_s: Seconds
    text: Text = ""


class BookmarkRemoved(Timed, kind=EventKind.UNBOOKMARK):
    """A bookmark taken away."""

    bookmark_id: Name


class FaultReport(Payload, kind=EventKind.FAULT):
    """Something wrong with a camera is reported; again with the same id: other words."""

    fault_id: Name
    camera_id: Name
    fault: Annotated[ReportedFault, Field(strict=False)]
    t_s: Seconds
    text: Text = ""


class FaultRemoved(Timed, kind=EventKind.UNFAULT):
    """A report taken back."""

    fault_id: Name


class Pin(Payload, kind=EventKind.PIN):
    """The main picture gets a time of its own; the wall stays at `wall_s`."""

    camera_id: Name
    t_s: Number
    wall_s: Seconds


class Sync(Payload, kind=EventKind.SYNC):
    """Main picture and wall are together again, at the time of one of them."""

    t_s: Number
    to: Literal["wall", "main"]


class Zoom(Timed, kind=EventKind.ZOOM):
    """The part of the main picture that is seen: its middle and how much larger."""

    x: Share
    y: Share
    scale: Annotated[Number, Field(ge=1)]


class Snapshot(Payload, kind=EventKind.SNAPSHOT):
    """The main picture was saved as a file."""

    camera_id: Name
    t_s: Seconds


class Quality(Timed, kind=EventKind.QUALITY):
    """Another quality of the footage."""

    level: Literal["full", "saving"]


class Stall(Payload, kind=EventKind.STALL):
    """Playback had to wait for footage, half a second or more; a long wait comes in parts of 10 s."""

    t_s: Number
    seconds: Seconds


class ListedSighting(BaseModel):
    """One entry of a list as the console showed it: `crop` is the part of the picture that it showed, pixels."""

    model_config = ConfigDict(frozen=True, strict=True)

    camera_id: Word
    frame: int
    t_s: Number
    crop: Annotated[tuple[int, int, int, int], Field(strict=False)]


class Similar(Timed, kind=EventKind.SIMILAR):
    """A box was drawn on a person, and this list of similar people came, best first.

    `box`: x1, y1, x2, y2, 0..1; `results`: each `{camera_id, frame, t_s, crop}`, `crop` in pixels; `recognized` false:
    it was on nobody; `number` counts the questions. Written by the server as hints are; what a browser posts
    is kept and counts nowhere.
    """

    number: Loose[Count] = None
    camera_id: Loose[Word] = None
    frame: Loose[int] = None
    box: Loose[Annotated[tuple[Number, Number, Number, Number], Field(strict=False)]] = None
    recognized: Loose[bool] = None
    results: Loose[Annotated[tuple[ListedSighting, ...], Field(strict=False)]] = None


class Suggestion(Timed, kind=EventKind.SUGGESTION):
    """An entry of that list was opened; a `seek`, and a `focus` where the camera is another, follow."""

    number: Count
    rank: Count


class Note(Timed, kind=EventKind.NOTE):
    """The note as it now reads."""

    text: Text


class Hint(Timed, kind=EventKind.HINT):
    """Help was asked for.

    `tour`: of the console; `next-camera`, `still-there`: a hint was given, with the site time and the camera on screen
    and what was `said`, written by the server under the tab 00000000-0000-0000-0000-000000000000.
    """

    name: Loose[Word] = None
    at_s: Maybe[Number] = None
    camera_id: Maybe[str] = None
    said: Maybe[dict[str, Any]] = None


class CallCame(Timed, kind=EventKind.CALL):
    """A call of the drill option `interruptions` came on screen."""

    call_id: Name


class CallAnswered(Timed, kind=EventKind.REPLY):
    """The call was answered."""

    call_id: Name
    value: Name


class CallMissed(Timed, kind=EventKind.MISSED):
    """The call rang off unanswered."""

    call_id: Name


class Ask(Timed, kind=EventKind.ASK):
    """In a team exercise: someone is asked to take over a camera at a site time.

    `to`: a role, or null for anyone who can.
    """

    ask_id: Name
    camera_id: Name
    at_site_s: Seconds
    to: Annotated[Role, Field(strict=False)] | None
    about: Literal["look", "last-seen"]


class Take(Timed, kind=EventKind.TAKE):
    """What was asked for is taken over; `focus` and `seek` follow."""

    ask_id: Name


class Strike(Timed, kind=EventKind.STRIKE):
    """The lead leaves a member's mark out, or counts it again."""

    role: Annotated[Role, Field(strict=False)]
    mark_id: Name
    struck: bool


class Entry(Timed, kind=EventKind.ENTRY):
    """A line of the team's log."""

    text: Annotated[str, Field(min_length=1, max_length=300)]


class Lead(Timed, kind=EventKind.LEAD):
    """Someone takes the lead, because the lead was lost."""


class Key(Timed, kind=EventKind.KEY):
    """A shortcut was used."""

    name: Loose[str] = None


class Hidden(Timed, kind=EventKind.HIDDEN):
    """The page went out of sight; nothing counts as watched until `visible`."""


class Visible(Timed, kind=EventKind.VISIBLE):
    """The page is in sight again."""


class Connection(Timed, kind=EventKind.CONNECTION):
    """The connection was lost or came back."""

    online: Loose[bool] = None


class Held(Timed, kind=EventKind.HELD):
    """The trainer stopped everybody's clock, or let it run on.

    `is_on` false: it runs on after `stood_s` seconds, which are no part of any time here. Written by the server as
    hints are; what a browser posts is kept and counts nowhere.
    """

    is_on: Loose[bool] = None
    stood_s: Maybe[Number] = None


class Submit(Timed, kind=EventKind.SUBMIT):
    """The answer is submitted; nothing after it counts."""

    final_zone: Name | None
    not_on_camera: bool
    note: Text = ""


Act = (
    Open | Close | Focus | Play | Halt | Seek | Step | Speed | View | Map | Link | Find | MarkMade | MarkRemoved
    | Choice | ClipCut | ClipRemoved | Bookmark | BookmarkRemoved | FaultReport | FaultRemoved | Pin | Sync | Zoom
    | Snapshot | Quality | Stall | Similar | Suggestion | Note | Hint | CallCame | CallAnswered | CallMissed | Ask
    | Take | Strike | Entry | Lead | Key | Hidden | Visible | Connection | Held | Submit
)  # fmt: skip
ACTS: Mapping[EventKind, type[Act]] = {act.kind: act for act in Act.__args__}


@cache
def _get_reader(kind: EventKind) -> Callable[[Mapping[str, Any]], Act]:
    ACTS[kind].model_rebuild()
    return ACTS[kind].__pydantic_validator__.validate_python


def read_act(kind: EventKind, payload: Mapping[str, Any]) -> Act:
    """Return a payload, plain JSON, as the class of its kind. Raises pydantic's ValidationError naming every fault."""
    return _get_reader(kind)(payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing the trainee did in the console, as the browser reports it."""

    tab_id: str  # which browser tab, a UUID; each has its own sequence
    seq: int  # 1, 2, 3 ... within the tab.
    t_client_ms: float  # milliseconds since release by the browser's monotonic clock
    act: Act  # what happened
    payload: Mapping[str, Any]  # the same as it was sent: plain JSON, as stored and as consoles replay it

    @classmethod
    def read(cls, *, tab_id: str, seq: int, t_client_ms: float, kind: EventKind, payload: Mapping[str, Any]) -> "Event":
        """Return an event with its payload decoded. Raises as `read_act`."""
        return cls(tab_id=tab_id, seq=seq, t_client_ms=t_client_ms, act=read_act(kind, payload), payload=payload)

    @property
    def kind(self) -> EventKind:
        return self.act.kind
