"""How fast one core paints and encodes a camera, against the encoder alone on the same pictures."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from sim.crowd.track import Crowd
from sim.footage.camera_job import CameraJob, Encoding, render_camera
from sim.footage.encode import ClipWriter, compute_planes
from sim.footage.painter import CameraSources
from sim.footage.source import FrameSource, Picture, Sighting
from sim.footage.thumbs import choose_layout

PEOPLE_WANTED = 12
PEOPLE_SLACK = 1
SAMPLE_EVERY_FRAMES = 200
GROWTH_FRAMES = 40
WARM_FRAMES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Where and when there are about twelve people in view."""

    camera_id: str
    first_frame: int
    people: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderSpeed:
    """Frames a second on one thread, and how many people were in view on average."""

    full_frames_s: float
    paint_frames_s: float
    encoder_frames_s: float
    people: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthCost:
    """What painting a camera takes with so many people on the site: milliseconds a frame over so many frames."""

    on_site: int
    in_view: float
    frames: int
    frame_ms: float


class _Shifted:
    """A source that starts at a later frame, and counts whom it showed; pictures are not kept, as in a build."""

    def __init__(self, source: FrameSource, first_frame: int) -> None:
        self._source = source
        self._first_frame = first_frame
        self.people = 0

    def paint(self, frame: int) -> tuple[Picture, Sequence[Sighting]]:
        picture, seen = self._source.paint(self._first_frame + frame)
        self.people += len(seen)
        return picture, seen


def find_busy_moment(
    make_source: Callable[[str], FrameSource], *, camera_ids: Sequence[str], frame_count: int, length: int
) -> Moment:
    """Return the first sampled moment with eleven to thirteen people in view, else the one nearest to twelve."""
    best: Moment | None = None
    for camera_id in camera_ids:
        source = make_source(camera_id)
        for frame in range(0, frame_count - length, SAMPLE_EVERY_FRAMES):
            count = len(source.paint(frame + length // 2)[1])
            if best is None or abs(count - PEOPLE_WANTED) < abs(best.people - PEOPLE_WANTED):
                best = Moment(camera_id=camera_id, first_frame=frame, people=count)
            if abs(best.people - PEOPLE_WANTED) <= PEOPLE_SLACK:
                return best
    if best is None:
        raise ValueError("the scenario is shorter than the measurement")
    return best


def measure_render(
    make_source: Callable[[str], FrameSource],
    *,
    moment: Moment,
    size_wh: tuple[int, int],
    fps: float,
    frames: int,
    clock: Callable[[], float],
) -> RenderSpeed:
    """Render `frames` frames as a build does (paint, main stream, wall tile, thumbnails, tables), on one thread.

    People are dressed, and a few frames rendered, before: what a process does once is not of these frames. Nor are
    pictures kept, as they are not in a build. The references are painting alone, and encoding the very same pictures
    alone with the same settings, each right after it was painted.
    """
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    encoding = Encoding()
    try:
        with tempfile.TemporaryDirectory() as name:
            job = CameraJob(
                camera_id=moment.camera_id,
                size_wh=size_wh,
                fps=fps,
                frame_count=frames,
                encoding=encoding,
                thumbs=choose_layout(frame_count=frames, fps=fps, tile_wh=(160, 90), every_s=1.0),
                folder=Path(name),
            )
            source = make_source(moment.camera_id)
            for frame in range(0, frames, 5):
                source.paint(moment.first_frame + frame)
            shifted = _Shifted(source, moment.first_frame)
            warm = Path(name) / "warm"
            warm.mkdir()
            render_camera(replace(job, frame_count=WARM_FRAMES, folder=warm), shifted, on_frame=lambda frame: None)
            shifted.people = 0
            start = clock()
            render_camera(job, shifted, on_frame=lambda frame: None)
            full_s = clock() - start
            start = clock()
            for frame in range(frames):
                source.paint(moment.first_frame + frame)
            paint_s = clock() - start
            encode_s = 0.0
            clip = ClipWriter(
                Path(name) / "alone.mp4", size_wh=size_wh, fps=fps, crf=encoding.main_crf, preset=encoding.preset
            )
            for frame in range(frames):
                picture, seen = source.paint(moment.first_frame + frame)
                start = clock()
                clip.write_planes(compute_planes(picture), people=[s.box_xyxy for s in seen])
                encode_s += clock() - start
            start = clock()
            clip.close()
            encode_s += clock() - start
    finally:
        cv2.setNumThreads(threads)
    return RenderSpeed(
        full_frames_s=frames / full_s,
        paint_frames_s=frames / paint_s,
        encoder_frames_s=frames / encode_s,
        people=shifted.people / frames,
    )


def measure_growth(
    make_source: CameraSources,
    *,
    crowd: Crowd,
    camera_id: str,
    counts: Sequence[int],
    clock: Callable[[], float],
) -> list[GrowthCost]:
    """Paint one camera with crowds of other sizes, over as many frames and over twice as many.

    A crowd is drawn by chance (same seed) from everybody's ways at all times, so that people are spread as in the
    scenario; with more people than it has, some walk twice.
    """
    costs = []
    for count in counts:
        mixed = _mix_crowd(crowd, count=count, frames=2 * GROWTH_FRAMES, rng=np.random.default_rng(count))
        source = replace(make_source, crowd=mixed, faults=())(camera_id)
        for frame in range(0, 2 * GROWTH_FRAMES, 4):
            source.paint(frame)
        for frames in (GROWTH_FRAMES, 2 * GROWTH_FRAMES):
            start = clock()
            seen = sum(len(source.paint(frame)[1]) for frame in range(frames))
            frame_ms = (clock() - start) / frames * 1000
            costs.append(GrowthCost(on_site=count, in_view=seen / frames, frames=frames, frame_ms=frame_ms))
    return costs


def _mix_crowd(crowd: Crowd, *, count: int, frames: int, rng: np.random.Generator) -> Crowd:
    """Return a crowd of `count` cuttings of tracks, all of which start at frame 0."""
    long_enough = [track for track in crowd.tracks if len(track.pose) > frames]
    tracks = []
    for _ in range(count):
        track = long_enough[int(rng.integers(len(long_enough)))]
        start = int(rng.integers(len(track.pose) - frames))
        rows = slice(start, start + frames)
        tracks.append(
            replace(
                track,
                first_frame=0,
                xyz_m=track.xyz_m[rows],
                heading_rad=track.heading_rad[rows],
                gait_phase=track.gait_phase[rows],
                speed_m_s=track.speed_m_s[rows],
                pose=track.pose[rows],
                floor=track.floor[rows],
                zone=track.zone[rows],
                look=track.look[rows],
            )
        )
    return replace(crowd, tracks=tuple(tracks), frame_count=frames, props=())
