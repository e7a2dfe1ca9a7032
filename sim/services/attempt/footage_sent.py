"""Which footage each attempt was sent, so that a running drill is told nothing about frames that it cannot have seen.

Kept in the process and not in the database: it is asked for within a second of being sent, by the browser that got it.
"""

import threading
from dataclasses import dataclass, field
from functools import partial

from sim.db.rows import AttemptRow
from sim.errors import RecordingError
from sim.footage.video.clip_index import ClipIndex, make_clip_index
from sim.services.app.wiring import App
from sim.services.attempt.shelf import Shelf

MOST_ATTEMPTS = 2000
MOST_SPANS = 5000
"""Of one attempt's clip: stretches of bytes that do not touch. A console has a few dozen; who asks for single bytes
without end is not told more than from the first of them."""

Span = tuple[int, int]


@dataclass(slots=True, kw_only=True)
class _Sent:
    """What one attempt was sent: of each clip, stretches of bytes, first and last, in order and apart."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    spans: dict[str, list[Span]] = field(default_factory=dict)

    def add(self, path: str, span: Span) -> None:
        with self.lock:
            joined = join_spans([*self.spans.get(path, ()), span])
            if len(joined) <= MOST_SPANS:
                self.spans[path] = joined

    def holds(self, path: str, span: Span) -> bool:
        with self.lock:
            return any(first <= span[0] and span[1] <= last for first, last in self.spans.get(path, ()))


def join_spans(spans: list[Span]) -> list[Span]:
    """Return stretches in order, those that touch joined: (0, 9), (20, 29), (10, 19) become (0, 29)."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def note_sent(app: App, attempt_id: str, path: str, span: Span) -> None:
    """Note that bytes of a clip of its recording are sent to an attempt, first and last."""
    _find(app, attempt_id).add(path, span)


def was_sent(app: App, row: AttemptRow, *, camera_id: str, frame: int) -> bool:
    """Return whether an attempt was sent a frame of a camera: its own clip's, or the wall's at that moment.

    Of attempts that ran before this process did nothing can be known: they count as sent everything.

    Raises:
        RecordingError: the recording is gone.
    """
    since = app.catalog.keep("footage sent since", lambda: app.clock.read().wall)
    if row.timing.released_at is not None and row.timing.released_at < since:
        return True
    manifest = app.catalog.get_recording(row.recording_id).manifest
    sent = _find(app, row.timing.attempt_id)
    main = next((camera.main for camera in manifest.cameras if camera.camera_id == camera_id), None)
    walls = (wall.file for wall in manifest.walls if camera_id in wall.cameras)
    clips = (path for path in (main, *walls) if path is not None)
    spans = ((path, _find_bytes(app, row.recording_id, path, frame)) for path in clips)
    return any(span is not None and sent.holds(path, span) for path, span in spans)


def begin_noting(app: App) -> None:
    """Say that from now on this process knows what it sends."""
    app.catalog.keep("footage sent since", lambda: app.clock.read().wall)


def _find(app: App, attempt_id: str) -> _Sent:
    shelf = app.catalog.keep("footage sent", partial(Shelf[_Sent], most=MOST_ATTEMPTS))
    return shelf.get(attempt_id, _Sent)


def _find_bytes(app: App, recording_id: str, path: str, frame: int) -> Span | None:
    """Return first and last byte of a frame of a clip; None where there is none to be had: nobody can have seen it."""
    try:
        found, _, sha256 = app.catalog.find_file(recording_id, path)
        index: ClipIndex = app.catalog.keep(("clip frames", sha256), lambda: make_clip_index(found))
    except RecordingError:
        return None
    if frame >= len(index.offsets):
        return None
    return index.offsets[frame], index.offsets[frame] + index.sizes[frame] - 1
