"""`bench render`: frames a second a core on the shipped scenario at 1280x720, and the people pass beside others."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

from sim.footage.paint.painter import CameraSources, Figures
from sim.footage.people.motion import Stances
from sim.services.library.build.footage_build import PlannedBuild, make_painters, plan_scenario
from sim.site.camera import make_view
from tools.bench.footage import Moment, find_busy_moment, measure_growth, measure_render
from tools.bench.peers.renderers import PeerResult, measure_peers, measure_people_pass
from tools.bench.rig.figures import Figure

SCENARIO = Path(__file__).resolve().parents[2] / "scenarios" / "morning-arrival.yaml"
SIZE_WH = (1280, 720)
FRAMES = 100
ROUNDS = 7
POSED_FRAMES = 20
LEAST_FRAMES_S = 30.0
MOST_OF_ENCODING = 2.4
CROWDS = (10, 50, 200)


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
    on_step(f"rendering {FRAMES} frames of {moment.camera_id} {ROUNDS} times, encoding each once more")
    figures = _measure_speed(make_source, moment=moment, fps=crowd.fps)
    on_step("drawing people alone, beside other renderers")
    figures += _measure_people(planned, make_source, moment)
    on_step(f"painting crowds of {', '.join(str(n) for n in CROWDS)}")
    return (*figures, *_measure_growth(planned, make_source, moment))


def _measure_speed(make_source: CameraSources, *, moment: Moment, fps: float) -> list[Figure]:
    """Return medians over the rounds by processor time, which leaves out waiting for others; all is one thread."""
    rounds = measure_render(
        make_source,
        moment=moment,
        size_wh=SIZE_WH,
        fps=fps,
        frames=FRAMES,
        rounds=ROUNDS,
        clock=time.process_time,
    )
    full_frames_s = median(r.frames / r.full_s for r in rounds)
    shares = sorted(r.full_s / r.encode_s for r in rounds)
    share = median(shares)
    size = f"{SIZE_WH[0]}x{SIZE_WH[1]}"
    return [
        Figure(
            name=f"paint, encode, tile: {size}, {rounds[0].people:.1f} people in view, one core",
            value=full_frames_s,
            unit="frames/s",
            target=f"at least {LEAST_FRAMES_S:g}",
            met=full_frames_s >= LEAST_FRAMES_S,
        ),
        Figure(name="painting alone, same frames", value=median(r.frames / r.paint_s for r in rounds), unit="frames/s"),
        Figure(name="x264 alone, same frames", value=median(r.frames / r.encode_s for r in rounds), unit="frames/s"),
        Figure(
            name=f"everything, times x264 alone ({ROUNDS} rounds, {shares[0]:.2f} to {shares[-1]:.2f})",
            value=share,
            unit="x",
            target=f"at most {MOST_OF_ENCODING:g}",
            met=share <= MOST_OF_ENCODING,
        ),
    ]


def _measure_people(planned: PlannedBuild, make_source: CameraSources, moment: Moment) -> list[Figure]:
    plan = planned.plan
    stances = Stances(plan.crowd)
    seen = {s.person_id for s in make_source(moment.camera_id).paint(moment.first_frame)[1]}
    frames = [
        sorted((s for s in stances.get(moment.first_frame + n) if s.person_id in seen), key=lambda s: s.person_id)
        for n in range(POSED_FRAMES)
    ]
    lasting = set.intersection(*({(s.person_id, s.look) for s in frame} for frame in frames))
    frames = [[s for s in frame if (s.person_id, s.look) in lasting] for frame in frames]
    dress = Figures(plan.crowd.people, planned.bodies_folder).dress
    view = make_view(plan.site.get_camera(moment.camera_id), size_wh=SIZE_WH)
    figures = {key: dress(*key) for key in sorted(lasting)}
    ours_ms, scene = measure_people_pass(view, figures, frames, clock=time.perf_counter)
    name = f"people pass alone, posing included: {len(lasting)} people, {len(scene.faces):,} triangles"
    shown = [Figure(name=name, value=ours_ms, unit="ms")]
    for result in measure_peers(scene):
        shown += _compare(result, ours_ms)
    return shown


def _compare(result: PeerResult, ours_ms: float) -> list[Figure]:
    """Return a peer's time and ours as a share of it; its time is that with the poses uploaded beforehand."""
    if result.ready_ms is None:
        return [Figure(name=f"{result.peer.name}: {result.reason}", value=float("nan"), unit="")]
    ratio = ours_ms / result.ready_ms
    shown = [
        Figure(name=f"{result.peer.name}, poses ready", value=result.ready_ms, unit="ms"),
        Figure(name=f"ours, times {result.peer.name}", value=ratio, unit="x", target="less than 1", met=ratio < 1),
    ]
    if result.moving_ms is not None:
        shown.append(Figure(name=f"{result.peer.name}, new vertices each frame", value=result.moving_ms, unit="ms"))
    return shown


def _measure_growth(planned: PlannedBuild, make_source: CameraSources, moment: Moment) -> list[Figure]:
    crowd = planned.plan.crowd
    costs = measure_growth(make_source, crowd=crowd, camera_id=moment.camera_id, counts=CROWDS, clock=time.perf_counter)
    return [
        Figure(
            name=f"one camera, {cost.on_site} people on site ({cost.in_view:.1f} in view), {cost.frames} frames",
            value=cost.frame_ms,
            unit="ms/frame",
        )
        for cost in costs
    ]
