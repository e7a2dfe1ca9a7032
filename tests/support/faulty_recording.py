"""The tiny recording with faulty cameras: CAM-01 gives 3 pictures a second, CAM-02 is dead from 4 s to 6.05 s, CAM-03
calls itself Lobby, and the clock of CAM-04 is 95 s slow."""

from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter

from sim.crowd.scenario.faults import AnyFault, Fault
from sim.footage.paint.fault_plan import make_camera_faults
from sim.footage.paint.faults import FaultySource
from sim.footage.recording.open import Recording
from sim.footage.recording.recording import FrameSource
from tests.support.tiny_recording import SIZE_WH, TinySources, build_planned, make_tiny_plan
from tests.support.tiny_site import make_tiny_site

SLOW, DEAD, MISNAMED, LATE = "CAM-01", "CAM-02", "CAM-03", "CAM-04"
DEAD_FRAMES = range(40, 61)
FAULTS = (
    {"kind": "low-frame-rate", "camera": SLOW, "fps": 3},
    {"kind": "dead-span", "camera": DEAD, "from_s": 4.0, "to_s": 6.05},
    {"kind": "wrong-name", "camera": MISNAMED, "shown": "Lobby"},
    {"kind": "clock-offset", "camera": LATE, "offset_s": -95},
)


def read_faults(*faults: object) -> tuple[AnyFault, ...]:
    return TypeAdapter(tuple[Fault, ...]).validate_python(faults)


@dataclass(frozen=True)
class FaultySources:
    inner: TinySources
    faults: tuple[AnyFault, ...]

    def __call__(self, camera_id: str) -> FrameSource:
        crowd = self.inner.crowd
        faults = make_camera_faults(
            self.faults, make_tiny_site().get_camera(camera_id), fps=crowd.fps, frame_count=crowd.frame_count
        )
        return FaultySource(faults, make_source=lambda visible: self.inner(camera_id), size_wh=SIZE_WH)


def build_faulty_recording(target: Path) -> Recording:
    plan = replace(make_tiny_plan(), recording_id="odd-cameras", faults=read_faults(*FAULTS))
    sources = FaultySources(inner=TinySources(crowd=plan.crowd), faults=plan.faults)
    return build_planned(plan, target, make_source=sources)
