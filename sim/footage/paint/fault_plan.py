"""What the faults of a scenario mean for one camera, frame by frame. It needs no OpenCV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.crowd.scenario.faults import (
    AnyFault,
    ClockOffset,
    DeadSpan,
    DirtyLens,
    Glare,
    LowFrameRate,
    LowLight,
    MovedView,
    WrongName,
)
from sim.site.camera import find_covering_share, zoom_camera
from sim.site.model import CameraSpec, Site

FrameNumbers = NDArray[np.int32]
NOTHING = -1
_SAME_INSTANT_S = 1e-6

_VISIBLE = (MovedView, DirtyLens, Glare, LowLight)
FaultType = TypeVar("FaultType", bound=AnyFault)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraFaults:
    camera: CameraSpec  # as installed; its own low frame rate counts too
    faults: tuple[AnyFault, ...]
    fps: float  # of the recording
    frame_count: int  # of the recording

    @property
    def shown_name(self) -> str:
        return find_shown_name(self.camera, self.faults)

    @property
    def clock_offset_s(self) -> float:
        return next((f.offset_s for f in self.select(ClockOffset)), 0.0)

    def select(self, kind: type[FaultType]) -> tuple[FaultType, ...]:
        return tuple(fault for fault in self.faults if isinstance(fault, kind))

    def is_on(self, fault: AnyFault, frame: int) -> bool:
        first, end = self.get_span(fault)
        return first <= frame < end

    def get_span(self, fault: AnyFault) -> tuple[int, int]:
        """Return the first frame of a fault and the first after it, both within the recording."""
        first = _find_frame(fault.from_s, self.fps)
        end = self.frame_count if fault.to_s is None else _find_frame(fault.to_s, self.fps)
        return min(first, self.frame_count), min(end, self.frame_count)

    def find_visible(self, frame: int) -> tuple[AnyFault, ...]:
        """Return the faults that change how the scene looks at a frame: view, light and lens."""
        return tuple(fault for fault in self.faults if isinstance(fault, _VISIBLE) and self.is_on(fault, frame))

    def compute_shown_frames(self) -> FrameNumbers:
        """Return for every frame [frame_count] the frame whose picture it shows: earlier at a low rate, -1 when dead.

        At 3 of 10 pictures a second frames 0..9 show 0 0 0 0 4 4 4 7 7 7. A camera that comes back shows a new picture.
        """
        frames = np.arange(self.frame_count, dtype=np.int32)
        shown = frames.copy()
        if self.camera.fps is not None:
            _hold(shown, frames, rate=self.camera.fps, fps=self.fps)
        for slow in self.select(LowFrameRate):
            first, end = self.get_span(slow)
            part = frames[first:end]
            _hold(shown[first:end], part, rate=slow.fps, fps=self.fps)
            np.maximum(shown[first:end], first, out=shown[first:end])
        for dead in self.select(DeadSpan):
            first, end = self.get_span(dead)
            shown[first:end] = NOTHING
            np.maximum(shown[end:], end, out=shown[end:], where=shown[end:] != NOTHING)
        return shown


def make_camera_faults(faults: Sequence[AnyFault], camera: CameraSpec, *, fps: float, frame_count: int) -> CameraFaults:
    mine = tuple(fault for fault in faults if fault.camera == camera.camera_id)
    return CameraFaults(camera=camera, faults=mine, fps=fps, frame_count=frame_count)


def find_shown_name(camera: CameraSpec, faults: Sequence[AnyFault]) -> str:
    wrong = (f.shown for f in faults if isinstance(f, WrongName) and f.camera == camera.camera_id)
    return next(wrong, camera.name)


def find_camera_as_recorded(camera: CameraSpec, faults: Sequence[AnyFault]) -> CameraSpec:
    """Return the camera zoomed in as far as its moved views need, see `sim.site.camera`; else unchanged."""
    turns = [f.turn for f in faults if isinstance(f, MovedView) and f.camera == camera.camera_id]
    return zoom_camera(camera, find_covering_share(camera, turns)) if turns else camera


def find_site_as_recorded(site: Site, faults: Sequence[AnyFault]) -> Site:
    return site.model_copy(update={"cameras": tuple(find_camera_as_recorded(c, faults) for c in site.cameras)})


def compute_all_shown_frames(
    faults: Sequence[AnyFault], site: Site, cameras: Sequence[str], *, fps: float, frame_count: int
) -> Mapping[str, FrameNumbers]:
    """Return `CameraFaults.compute_shown_frames` of each of the named cameras."""
    return {
        camera_id: make_camera_faults(
            faults, site.get_camera(camera_id), fps=fps, frame_count=frame_count
        ).compute_shown_frames()
        for camera_id in cameras
    }


def _find_frame(t_s: float, fps: float) -> int:
    return int(np.ceil((t_s - _SAME_INSTANT_S) * fps))


def _hold(shown: FrameNumbers, frames: FrameNumbers, *, rate: float, fps: float) -> None:
    """Replace frames by the one that was new last at a lower rate, in place; a higher rate changes nothing."""
    if rate >= fps:
        return
    taken = np.floor(frames * (rate / fps) + 1e-9)
    np.copyto(shown, np.ceil(taken * (fps / rate) - 1e-9).astype(np.int32))
