"""The four clips of the acceptance tests, cut from the sample as video systems export them, and who walks there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pandas as pd

from sim.clips.model import ClockNotes, Reading, SharedEvent
from sim.truth.appearance import is_countable
from tests.support.story_truth import SHIPPED as SAMPLE

START = datetime(2026, 10, 14, 7, 50)
SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class Cut:
    """A clip: the sample's camera, codec, where it begins in the recording, and how far its clock is off."""

    camera_id: str
    name: str
    codec: str
    form: str
    start_s: float
    off_s: float
    camera: str
    size_wh: tuple[int, int] = (960, 540)
    dropped: float = 0.0


CLIPS = (
    Cut("CAM-01", "front.mkv", "libx265", "matroska", 50.0, 0.0, "Front door", (480, 270), dropped=0.1),
    Cut("CAM-02", "lobby.mp4", "libx264", "mp4", 51.0, -95.0, "Lobby", (640, 360), dropped=0.1),
    Cut("CAM-04", "hall.avi", "mpeg4", "avi", 52.0, 12.4, "A hall", (640, 360)),
    Cut("CAM-06", "stairs.avi", "mjpeg", "avi", 53.0, 3601.3, "Stairs", (640, 360)),
)


def cut_clip(path: Path, cut: Cut, *, seconds: float = SECONDS) -> Path:
    """Cut one clip from the sample."""
    dice = np.random.default_rng(1)
    base = Fraction(1, 10) if cut.form == "avi" else Fraction(1, 1000)
    pixels = "yuvj420p" if cut.codec == "mjpeg" else "yuv420p"
    fast = {} if cut.codec in ("mjpeg", "mpeg4") else {"preset": "ultrafast"}
    quiet = {"x265-params": "log-level=none"} if cut.codec == "libx265" else {}
    with (
        av.open(str(SAMPLE / f"main/{cut.camera_id}.mp4")) as sample,
        av.open(str(path), "w", format=cut.form) as made,
    ):
        stream = made.add_stream(cut.codec, rate=10, options=fast | quiet)
        assert isinstance(stream, av.VideoStream)
        stream.pix_fmt, stream.bit_rate = pixels, 3_000_000
        stream.width, stream.height = cut.size_wh
        stream.codec_context.time_base = base
        sample.seek(int(cut.start_s * av.time_base))
        for frame in sample.decode(video=0):
            number = round((frame.time - cut.start_s) * 10)
            if number < 0 or (number and dice.random() < cut.dropped):
                continue
            if number >= seconds * 10:
                break
            small = frame.reformat(width=cut.size_wh[0], height=cut.size_wh[1], format=pixels)
            small.pts, small.time_base = round(number / 10 / base), base
            made.mux(stream.encode(small))
        made.mux(stream.encode())
    return path


def make_clocks(*, seconds: float = SECONDS) -> ClockNotes:
    """Return what a trainer types: each clip's clock at its first and last frame, and a moment for each two clips."""
    readings, events = [], []
    for number, cut in enumerate(CLIPS, start=1):
        for clip_s in (0.05, seconds - 0.15):
            clock = START + timedelta(seconds=cut.start_s + clip_s + cut.off_s)
            readings.append(Reading(clip_id=f"clip-{number:02d}", clip_s=clip_s, clock=clock.replace(microsecond=0)))
    for number, (one, other) in enumerate(pairwise(CLIPS), start=1):
        at_s, slip_s = other.start_s + 1.3, 0.04 * (-1) ** number
        events.append(
            SharedEvent(
                clip_a=f"clip-{number:02d}",
                a_s=round(at_s - one.start_s + slip_s, 2),
                clip_b=f"clip-{number + 1:02d}",
                b_s=round(at_s - other.start_s - slip_s, 2),
            )
        )
    return ClockNotes(readings=tuple(readings), events=tuple(events))


def load_walkers(*, seconds: float = SECONDS) -> list[tuple[str, pd.DataFrame]]:
    """Return everybody who can be asked for in the clips, those on most cameras and longest first, with their rows."""
    rows = pd.read_parquet(SAMPLE / "truth.parquet")
    rows = rows[is_countable(rows["visible"].to_numpy(), (rows["y2"] - rows["y1"]).to_numpy())]
    parts = [
        rows[(rows["camera_id"] == c.camera_id) & rows["t_s"].between(c.start_s, c.start_s + seconds - 0.15)]
        for c in CLIPS
    ]
    seen = {str(person): own for person, own in pd.concat(parts).groupby("person_id")}
    return sorted(seen.items(), key=lambda each: (each[1]["camera_id"].nunique(), len(each[1]), each[0]), reverse=True)
