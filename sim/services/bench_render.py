"""`bench render`: frames a second a core, on the shipped scenario at 1280x720."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sim.footage.bench import find_busy_moment, measure_render
from sim.services.bench import Figure
from sim.services.footage_build import make_painters, plan_scenario

SCENARIO = Path(__file__).resolve().parents[2] / "scenarios" / "morning-arrival.yaml"
SIZE_WH = (1280, 720)
FRAMES = 100
LEAST_FRAMES_S = 15.0


def measure(*, on_step: Callable[[str], None]) -> tuple[Figure, ...]:
    """Measure rendering of a moment with about twelve people in view."""
    on_step("letting the crowd of the shipped scenario walk")
    planned = plan_scenario(SCENARIO)
    planned = replace(planned, plan=replace(planned.plan, size_wh=SIZE_WH))
    make_source = make_painters(planned)
    on_step("looking for a moment with about twelve people in view")
    crowd = planned.plan.crowd
    moment = find_busy_moment(
        make_source, camera_ids=planned.plan.cameras, frame_count=crowd.frame_count, length=FRAMES
    )
    on_step(f"rendering {FRAMES} frames of {moment.camera_id}")
    speed = measure_render(
        make_source, moment=moment, size_wh=SIZE_WH, fps=crowd.fps, frames=FRAMES, clock=time.perf_counter
    )
    size = f"{SIZE_WH[0]}x{SIZE_WH[1]}"
    return (
        Figure(
            name=f"paint, encode, tile: {size}, {speed.people:.1f} people in view, one core",
            value=speed.full_frames_s,
            unit="frames/s",
            target=f"at least {LEAST_FRAMES_S:g}",
            met=speed.full_frames_s >= LEAST_FRAMES_S,
        ),
        Figure(name="painting alone, same frames", value=speed.paint_frames_s, unit="frames/s"),
        Figure(name="x264 alone, same frames", value=speed.encoder_frames_s, unit="frames/s"),
        Figure(
            name="everything, as a share of x264 alone",
            value=speed.full_frames_s / speed.encoder_frames_s,
            unit="x",
        ),
    )
