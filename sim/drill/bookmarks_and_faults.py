"""What a trainee notes besides marks, folded from the log: bookmarks and reports of camera faults."""

from dataclasses import dataclass, field
from enum import StrEnum

from sim.drill.event import Event, EventKind
from sim.drill.marks import read_number, read_text


class ReportedFault(StrEnum):
    """What a trainee may report of a camera."""

    WRONG_CLOCK = "wrong-clock"
    WRONG_NAME = "wrong-name"
    NO_PICTURE = "no-picture"
    UNCLEAR = "unclear"
    MOVED = "moved"
    CHOPPY = "choppy"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """A moment of a camera to come back to; `text` may be empty."""

    bookmark_id: str
    camera_id: str
    t_s: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultReport:
    """Something wrong with a camera, reported while it showed site time `t_s`; `text` may be empty."""

    fault_id: str
    camera_id: str
    fault: ReportedFault
    t_s: float
    text: str


@dataclass(slots=True, kw_only=True)
class BookmarksAndFaults:
    """Takes the events of a log in their order. An id sent again has the words, camera and time it came with last."""

    bookmarks: dict[str, Bookmark] = field(default_factory=dict)
    faults: dict[str, FaultReport] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """Take one event; other kinds change nothing, and garbled payloads neither."""
        match event.kind:
            case EventKind.BOOKMARK:
                self._add_bookmark(event)
            case EventKind.UNBOOKMARK:
                self.bookmarks.pop(read_text(event.payload, "bookmark_id") or "", None)
            case EventKind.FAULT:
                self._add_fault(event)
            case EventKind.UNFAULT:
                self.faults.pop(read_text(event.payload, "fault_id") or "", None)
            case _:
                pass

    def _add_bookmark(self, event: Event) -> None:
        bookmark_id = read_text(event.payload, "bookmark_id")
        camera_id, t_s = read_text(event.payload, "camera_id"), read_number(event.payload, "t_s")
        if bookmark_id is None or camera_id is None or t_s is None:
            return
        text = read_text(event.payload, "text") or ""
        self.bookmarks[bookmark_id] = Bookmark(bookmark_id=bookmark_id, camera_id=camera_id, t_s=t_s, text=text)

    def _add_fault(self, event: Event) -> None:
        fault_id, fault = read_text(event.payload, "fault_id"), read_text(event.payload, "fault")
        camera_id, t_s = read_text(event.payload, "camera_id"), read_number(event.payload, "t_s")
        if fault_id is None or camera_id is None or t_s is None or fault not in set(ReportedFault):
            return
        self.faults[fault_id] = FaultReport(
            fault_id=fault_id,
            camera_id=camera_id,
            fault=ReportedFault(fault),
            t_s=t_s,
            text=read_text(event.payload, "text") or "",
        )
