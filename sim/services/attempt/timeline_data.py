"""What the console's timeline is drawn from, as the one small file that a browser fetches and keeps."""

import base64
import hashlib
import json
from dataclasses import dataclass

from sim.footage.checks.timeline import EVERY_S, CameraTimeline, make_timelines
from sim.footage.recording.open import Recording, load_activity


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineFile:
    """The file. `sha256` names exactly these bytes."""

    body: bytes
    sha256: str


def make_timeline_file(recording: Recording) -> TimelineFile:
    """Return motion and gaps of all cameras as JSON, one byte a camera and second in base 64.

    `{"every_s": 1.0, "cameras": {camera_id: {"motion": base 64 or null, "gaps_s": [[from, to], ...]}}}`, see
    `sim.footage.checks.timeline.CameraTimeline`: measured on the pictures, never taken from the truth.

    Raises:
        RecordingError: the table of motion or a sheet of thumbnails cannot be read.
    """
    cameras = {each.camera_id: _describe(each) for each in make_timelines(recording, load_activity(recording))}
    body = json.dumps({"every_s": EVERY_S, "cameras": cameras}, separators=(",", ":")).encode()
    return TimelineFile(body=body, sha256=hashlib.sha256(body).hexdigest())


def _describe(timeline: CameraTimeline) -> dict[str, object]:
    motion = None if timeline.levels is None else base64.b64encode(timeline.levels).decode("ascii")
    return {"motion": motion, "gaps_s": [list(span) for span in timeline.gaps_s]}
