"""How fast one core paints and encodes a camera, against the encoder alone on the same pictures."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from sim.crowd.people.track import Crowd
from sim.footage.build.camera_job import CameraJob, Encoding, render_camera
from sim.footage.paint.painter import CameraSources
from sim.footage.source import FrameSource, Picture, Sighting
from sim.footage.video.encode import ClipWriter, compute_planes
from sim.footage.video.wall import choose_layout

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
    """Seconds of one thread for the same frames in one round, and how many people were in view on average.

    Attributes:
        frames: how many.
        full_s: painting, main stream, wall tile, activity, thumbnails and tables.
        paint_s: the part of it that is painting.
        encode_s: encoding the finished pictures once more and nothing else, with a second encoder of the same settings.
        people: in view.
    """

    frames: int
    full_s: float
    paint_s: float
    encode_s: float
    people: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthCost:
    """What painting a camera takes with so many people on the site: milliseconds a frame over so many frames."""

    on_site: int
    in_view: float
    frames: int
    frame_ms: float


class _Interleaved:
    """A source that starts at a later frame, and encodes each finished picture once more, by another clock.

    Who renders from it calls `encode_again` after each frame; the time of that is not counted as rendering.
    """

    def __init__(self, source: FrameSource, alone: ClipWriter, *, first_frame: int, clock: Callable[[], float]) -> None:
        self._source = source
        self._alone = alone
        self._first_frame = first_frame
        self._clock = clock
        self._picture: Picture | None = None
        self._seen: Sequence[Sighting] = ()
        self.people = 0
        self.paint_s = 0.0
        self.encode_s = 0.0

    def paint(self, frame: int) -> tuple[Picture, Sequence[Sighting]]:
        start = self._clock()
        self._picture, self._seen = self._source.paint(self._first_frame + frame)
        self.paint_s += self._clock() - start
        self.people += len(self._seen)
        return self._picture, self._seen

    def encode_again(self, _frame: int) -> None:
        assert self._picture is not None
        start = self._clock()
        self._alone.write_planes(compute_planes(self._picture), people=[s.box_xyxy for s in self._seen])
        self.encode_s += self._clock() - start
        self._picture = None

    def finish(self) -> None:
        """Let the second encoder give out what it holds back, which the first has done by then."""
        start = self._clock()
        self._alone.close()
        self.encode_s += self._clock() - start


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
    rounds: int,
    clock: Callable[[], float],
) -> list[RenderSpeed]:
    """Render the same frames in each of some rounds as a build does, and encode them alone, frame by frame in turn.

    A machine that other work slows down for seconds slows both alike. Each encoder's last pictures, given out when it
    is closed, count in both. Before the first round people are dressed and some frames rendered: what a process does
    once is not of these frames. Pictures are not kept, as they are not in a build.
    """
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        source = make_source(moment.camera_id)
        for frame in range(0, frames, 5):
            source.paint(moment.first_frame + frame)
        _measure_round(source, moment=moment, size_wh=size_wh, fps=fps, frames=WARM_FRAMES, clock=clock)
        return [
            _measure_round(source, moment=moment, size_wh=size_wh, fps=fps, frames=frames, clock=clock)
            for _ in range(rounds)
        ]
    finally:
        cv2.setNumThreads(threads)


def _measure_round(
    source: FrameSource,
    *,
    moment: Moment,
    size_wh: tuple[int, int],
    fps: float,
    frames: int,
    clock: Callable[[], float],
) -> RenderSpeed:
    encoding = Encoding()
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
        alone = ClipWriter(
            Path(name) / "alone.mp4", size_wh=size_wh, fps=fps, crf=encoding.main_crf, preset=encoding.preset
        )
        both = _Interleaved(source, alone, first_frame=moment.first_frame, clock=clock)
        start = clock()
        render_camera(job, both, on_frame=both.encode_again)
        full_s = clock() - start - both.encode_s
        both.finish()
    return RenderSpeed(
        frames=frames, full_s=full_s, paint_s=both.paint_s, encode_s=both.encode_s, people=both.people / frames
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
