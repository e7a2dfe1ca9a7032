"""`python -m tests.support.hanging_build DIR`: builds the tiny recording and stops for ever inside its third camera."""

import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from sim.footage.build.build import build_recording
from sim.footage.build.camera_job import Reporter
from sim.footage.source import Picture, Sighting
from tests.support.tiny_recording import TinySource, TinySources, make_tiny_plan, paint_strip


@dataclass(frozen=True)
class _HangingSource:
    inner: TinySource

    def paint(self, frame: int) -> tuple[Picture, list[Sighting]]:
        if self.inner.camera_id == "CAM-03" and frame == 20:
            print("CAM-03 has begun", flush=True)
            threading.Event().wait()
        return self.inner.paint(frame)


def main(target: Path) -> None:
    plan = make_tiny_plan()
    sources = TinySources(crowd=plan.crowd)
    build_recording(
        plan,
        target=target,
        make_source=lambda camera_id: _HangingSource(inner=sources(camera_id)),
        strips=lambda person_id: paint_strip(plan.crowd, person_id),
        processes=1,
        replace=False,
        reporter=Reporter(on_progress=lambda progress: None, clock=time.monotonic),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
