"""Heads left bare: the sample's cameras blurred as clips are, beside where its people are known to be."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pandas as pd

from sim.clips.model import PICTURE_WH, BlurMode
from sim.clips.proposals import DoubtfulSpan, DoubtfulSpot
from sim.footage.clips.blur import Blurrer
from sim.footage.clips.import_clip import list_spans
from sim.footage.clips.moving import SMALL_WH, Hall
from sim.footage.recording.open import open_recording
from sim.footage.source import Picture
from sim.footage.stills.person_detector import MODEL, PersonDetector
from sim.footage.video.still import decode_frames
from sim.services.app.score import load_truth_index
from tools.bench.rig.figures import SAMPLE

CAMERAS = ("CAM-01", "CAM-02", "CAM-04", "CAM-06")
FIRST_S, LAST_S = 50.0, 80.0
LEAST_PX = 60.0
VISIBLE = 0.5
HEAD_HIGH, HEAD_HALF_WIDE = 0.13, 0.06
"""A head in shares of a person's height: how much of the top, and how far to each side of the middle."""
CHANGED = 0.5
"""A head is covered where at least this share of its pixels is another than before: plain ones may stay the same."""
EMPTY_SAMPLES = 25
GRID_HW = (27, 48)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadCount:
    """Heads of people of `LEAST_PX` and more, a head in each frame.

    Attributes:
        heads: all of them.
        covered: those that were pixelated.
        unlisted: bare ones in no spot that somebody is told to look at.
        spans_a_minute: stretches in the list, in a minute of one camera.
        spots_a_minute: spots in them.
        listed_share: of all time and all of the picture, what lies in spots.
    """

    heads: int
    covered: int
    unlisted: int
    spans_a_minute: float
    spots_a_minute: float
    listed_share: float


def count_heads(*, on_step: Callable[[str], None], seconds: tuple[float, float] = (FIRST_S, LAST_S)) -> HeadCount:
    """Blur some cameras of the sample with the person detector that comes along, and look at every head."""
    counts = []
    for camera_id in CAMERAS:
        on_step(f"heads on {camera_id}")
        counts.append(_count_camera(camera_id, seconds))
    return HeadCount(
        heads=sum(each.heads for each in counts),
        covered=sum(each.covered for each in counts),
        unlisted=sum(each.unlisted for each in counts),
        spans_a_minute=float(np.mean([each.spans_a_minute for each in counts])),
        spots_a_minute=float(np.mean([each.spots_a_minute for each in counts])),
        listed_share=float(np.mean([each.listed_share for each in counts])),
    )


def _count_camera(camera_id: str, seconds: tuple[float, float]) -> HeadCount:
    recording = open_recording(SAMPLE)
    fps = recording.manifest.fps
    camera = next(each for each in recording.manifest.cameras if each.camera_id == camera_id)
    frames = range(round(seconds[0] * fps), round(seconds[1] * fps))
    pictures = [
        np.ascontiguousarray(rgb[..., ::-1])
        for _, rgb in sorted(decode_frames(recording.folder / camera.main, frames=frames, fps=fps).items())
    ]
    blurrer = Blurrer(BlurMode.HEADS, hall=Hall(_find_empty(pictures)), detector=PersonDetector(MODEL))
    blurred = list(_blur(blurrer, pictures))
    spans = list_spans(blurrer.doubts, BlurMode.HEADS, len(pictures))
    rows = load_truth_index(recording, reads_silhouettes=False).table.rows
    rows = rows[(rows["camera_id"] == camera_id) & (rows["visible"] >= VISIBLE)]
    rows = rows[(rows["y2"] - rows["y1"] >= LEAST_PX) & rows["frame"].isin(frames)]
    heads = covered = unlisted = 0
    for frame, x1, y1, x2, y2 in _list_heads(rows):
        place = frame - frames[0]
        part = np.s_[y1:y2, x1:x2]
        heads += 1
        if (blurred[place][part] != pictures[place][part]).any(axis=2).mean() >= CHANGED:
            covered += 1
        elif not _is_listed(place, (x1, y1, x2, y2), spans):
            unlisted += 1
    return HeadCount(
        heads=heads,
        covered=covered,
        unlisted=unlisted,
        spans_a_minute=len(spans) / ((seconds[1] - seconds[0]) / 60),
        spots_a_minute=len(_list_spots(spans)) / ((seconds[1] - seconds[0]) / 60),
        listed_share=_find_listed_share(spans, len(pictures)),
    )


def _find_listed_share(spans: Sequence[DoubtfulSpan], frames: int) -> float:
    listed = np.zeros((frames, *GRID_HW), dtype=bool)
    for span in _list_spots(spans):
        left, top, right, bottom = np.array(span.box) * (GRID_HW[1], GRID_HW[0], GRID_HW[1], GRID_HW[0])
        across = slice(int(left), int(np.ceil(right)))
        listed[span.first : span.last + 1, int(top) : int(np.ceil(bottom)), across] = True
    return float(listed.mean())


def _find_empty(pictures: Sequence[Picture]) -> Picture:
    """Return the empty hall as the import samples it: the median of pictures spread over the clip."""
    chosen = np.linspace(0, len(pictures) - 1, EMPTY_SAMPLES).round().astype(int)
    small = [cv2.resize(pictures[number], SMALL_WH, interpolation=cv2.INTER_AREA) for number in chosen]
    return np.asarray(np.median(np.stack(small), axis=0), dtype=np.uint8)


def _blur(blurrer: Blurrer, pictures: Sequence[Picture]) -> Iterator[Picture]:
    for bgr in pictures:
        yield from blurrer.take(bgr, is_new=True)
    yield from blurrer.finish()


def _list_heads(rows: pd.DataFrame) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield frame, x1, y1, x2, y2 of each head that is in the picture."""
    width, height = PICTURE_WH
    for frame, x1, y1, x2, y2 in rows[["frame", "x1", "y1", "x2", "y2"]].itertuples(index=False):
        high, middle = y2 - y1, (x1 + x2) / 2
        left, right = middle - HEAD_HALF_WIDE * high, middle + HEAD_HALF_WIDE * high
        if left >= 0 and right < width and y1 >= 0 and y1 + HEAD_HIGH * high < height:
            yield int(frame), int(left), int(y1), int(right) + 1, int(y1 + HEAD_HIGH * high) + 1


def _is_listed(frame: int, head: tuple[int, int, int, int], spans: Sequence[DoubtfulSpan]) -> bool:
    size = np.array(PICTURE_WH * 2)
    x1, y1, x2, y2 = np.array(head) / size
    return any(
        span.first <= frame <= span.last
        and span.box[0] < x2
        and x1 < span.box[2]
        and span.box[1] < y2
        and y1 < span.box[3]
        for span in _list_spots(spans)
    )


def _list_spots(spans: Sequence[DoubtfulSpan]) -> list[DoubtfulSpot]:
    return [spot for span in spans for spot in span.spots]
