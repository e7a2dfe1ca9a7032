"""What the real app carries: trainees in drills against one process on two cores, more and more until it is full."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sim.db.engine import make_sqlite_url
from sim.errors import MachineError
from sim.services.app.wiring import ACCEL_VARIABLE, OPEN_VARIABLE, App, open_app, read_settings, system_clock
from tools.bench.rig.figures import Figure
from tools.bench.rig.nginx import run_nginx
from tools.bench.rig.server import Server, run_server
from tools.bench.server.beside import Build, make_fresh_day
from tools.bench.server.several import measure_several
from tools.bench.server.trainees import (
    Load,
    begin_attempt,
    count_lost,
    give_attempt,
    open_load,
    wait_until_here,
    watch,
)

PROXIES_VARIABLE = "FORWARDED_ALLOW_IPS"
TRAINEES = 50
STEPS = (10, 25, TRAINEES, 75, 100, 150, 200)
MEASURED_S = 15.0
RAMP_S = 8.0
COME_WITHIN_S = 60
POST_LIMIT_MS = 100.0
MEMORY_LIMIT_MB = 1000.0
FEW_MEMORY_LIMIT_MB = 500.0
FIRST_FRAMES_LIMIT_MS = 3000.0
BUILD_LIMIT_SHARE = 1.0
FULL_SHARE = 0.9
"""Of one core: more than that, and a process of one Python interpreter has no room left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was measured with so many trainees.

    Attributes:
        trainees: how many searched.
        post_p50, post_p95, first_ms: of event posts, and the slowest first frames of those who came, milliseconds.
        posts: event posts a second.
        footage_mbit: footage sent, million bits a second.
        footage_p95: of requests for footage, milliseconds.
        server_share, load_share: processor time of server and load generator, 1 is one core.
        build_share: of a recording that is made beside them; None for none.
        memory_mb: the most that was seen.
        failures: what went wrong, in words.
    """

    trainees: int
    post_p50: float
    post_p95: float
    first_ms: float
    posts: float
    footage_mbit: float
    footage_p95: float
    server_share: float
    load_share: float
    memory_mb: float
    failures: tuple[str, ...]
    build_share: float | None = None

    @property
    def is_held(self) -> bool:
        """Whether everybody was served in time."""
        return self.post_p95 < POST_LIMIT_MS and not self.failures


def measure(
    *,
    on_step: Callable[[str], None],
    with_build: bool = False,
    by_proxy: bool = False,
    workers: int = 1,
    quick: bool = False,
) -> tuple[Figure, ...]:
    """Let trainees come to the real app until it does not hold any more; each does what a recorded drill did.

    Times are seen from the client on the same machine. Server and load generator are processes of their own that share
    the machine's cores; the processor time of each is told apart. `with_build`: a fresh school day is made meanwhile.
    `by_proxy`: nginx stands in front and sends the footage; with several `workers` on PostgreSQL, see
    `tools.bench.server.several`. `quick`: few trainees there.

    Raises:
        TaskError: there is no form to drill.
        MachineError: the server, nginx or the load generator does not start, or the build ends before the measurement.
    """
    if workers > 1:
        return measure_several(workers=workers, is_quick=quick, on_step=on_step)
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        data = Path(folder)
        settings = replace(read_settings(os.environ), data=data, database_url=make_sqlite_url(data / "sightline.db"))
        app = open_app(settings, system_clock())
        try:
            on_step("starting the server")
            with (
                (run_behind_nginx if by_proxy else run_server)(data, read_settings(os.environ).data) as server,
                open_load() as load,
                make_fresh_day(app, data / "beside") if with_build else nullcontext() as build,
            ):
                return _measure(app, server, load, on_step, build)
        finally:
            app.close()


@contextmanager
def run_behind_nginx(data: Path, library: Path) -> Iterator[Server]:
    """Run the app as `run_server` does, behind nginx, which sends the footage; the address is that of nginx."""
    settings = {ACCEL_VARIABLE: "/_footage", PROXIES_VARIABLE: "127.0.0.1", OPEN_VARIABLE: "1"}
    folder = data / "nginx"
    folder.mkdir()
    with (
        run_server(data, library, settings=settings) as server,
        run_nginx(folder, app_ports=(int(server.url.rsplit(":", 1)[1]),)) as (url, process),
    ):
        yield replace(server, url=url, proxy=process)


def _measure(
    app: App, server: Server, load: Load, on_step: Callable[[str], None], build: Build | None
) -> tuple[Figure, ...]:
    idle_mb = server.read_memory_mb()
    steps: list[Step] = []
    for trainees in STEPS:
        more = trainees - (steps[-1].trainees if steps else 0)
        on_step(f"{more} more trainees come and search, {trainees} in all")
        load.tell(add=[begin_attempt(app, server.url, give_attempt(app)) for _ in range(more)])
        steps.append(_look(server, load, trainees, build))
        if trainees >= TRAINEES and not steps[-1].is_held:
            break
    last = load.ask(stop=0)
    lost = count_lost(app, last["acked"])
    return (*_list_figures(steps, idle_mb), *_list_kept(last["acked"], lost))


def _look(server: Server, load: Load, trainees: int, build: Build | None) -> Step:
    """Wait until all have come, then measure for a while."""
    first_ms, failures = wait_until_here(load, trainees, within_s=COME_WITHIN_S)
    with watch(server.read_memory_mb, every_s=0.5) as memory:
        cpu_s, began = server.read_cpu_s(), time.monotonic()
        build_s = build.read_cpu_s() if build else 0.0
        found = load.ask(measure=MEASURED_S if trainees == TRAINEES else RAMP_S)
    lasted_s = time.monotonic() - began
    share = (server.read_cpu_s() - cpu_s) / lasted_s
    if not found["post_ms"] or not found["footage_ms"]:
        raise MachineError(
            f"{trainees} trainees did nothing in {found['lasted_s']:.0f} s: {'; '.join(failures[:3]) or 'no answer'}",
            todo="run the bench on a machine that does less else",
        )
    post_p50, post_p95 = np.percentile(found["post_ms"], [50, 95])
    return Step(
        trainees=trainees,
        post_p50=float(post_p50),
        post_p95=float(post_p95),
        first_ms=max(first_ms + found["first_ms"], default=0.0),
        posts=len(found["post_ms"]) / found["lasted_s"],
        footage_mbit=found["footage_bytes"] * 8e-6 / found["lasted_s"],
        footage_p95=float(np.percentile(found["footage_ms"], 95)),
        server_share=share,
        load_share=found["cpu_share"],
        memory_mb=max(memory),
        failures=(*failures, *found["failures"]),
        build_share=(build.read_cpu_s() - build_s) / lasted_s if build else None,
    )


def explain(step: Step, cores: int) -> str:
    """Return why a step did not hold, from what took the processors' time."""
    if step.server_share >= FULL_SHARE * min(1.0, cores / 2):
        return f"one Python process has no more: the server takes {step.server_share:.0%} of a core"
    if step.server_share + step.load_share + (step.build_share or 0.0) >= FULL_SHARE * cores:
        beside = "" if step.build_share is None else f", recording {step.build_share:.0%}"
        return f"the machine: server {step.server_share:.0%}, load generator {step.load_share:.0%}{beside} of a core"
    if step.footage_p95 < step.post_p95 / 2:
        return "the database: posts wait for their turn to write while footage comes at once"
    return "what else the machine did; the server had room"


def _list_figures(steps: Sequence[Step], idle_mb: float) -> Iterator[Figure]:
    yield Figure(name="memory, idle server", value=idle_mb, unit="MB")
    for step in steps:
        yield from _list_of_step(step)
    held = max((step.trainees for step in steps if step.is_held), default=0)
    full = next((step for step in steps if step.trainees >= TRAINEES and not step.is_held), None)
    why = f"at {full.trainees}: {explain(full, os.cpu_count() or 1)}" if full else f"never, up to {steps[-1].trainees}"
    yield Figure(name="trainees held (95 of 100 posts under 100 ms)", value=held, unit="", how=f"full {why}")


def _list_of_step(step: Step) -> Iterator[Figure]:
    who = f"{step.trainees} trainees"
    is_bound = step.trainees == TRAINEES
    yield Figure(name=f"{who}: event post, half are faster", value=step.post_p50, unit="ms")
    yield Figure(
        name=f"{who}: event post, 95 of 100 are faster",
        value=step.post_p95,
        unit="ms",
        target=f"under {POST_LIMIT_MS:g} ms" if is_bound else "",
        met=step.post_p95 < POST_LIMIT_MS if is_bound else None,
    )
    yield Figure(name=f"{who}: event posts", value=step.posts, unit="/s")
    yield Figure(name=f"{who}: footage sent", value=step.footage_mbit, unit="Mbit/s")
    yield Figure(name=f"{who}: footage request, 95 of 100 are faster", value=step.footage_p95, unit="ms")
    is_timed = step.trainees <= TRAINEES and step.first_ms > 0
    yield Figure(
        name=f"{who}: state and first frames' data, slowest",
        value=step.first_ms,
        unit="ms",
        target=f"under {FIRST_FRAMES_LIMIT_MS:g} ms" if is_timed else "",
        met=step.first_ms < FIRST_FRAMES_LIMIT_MS if is_timed else None,
    )
    yield Figure(name=f"{who}: processor, server", value=100 * step.server_share, unit="% of a core")
    yield Figure(name=f"{who}: processor, load generator", value=100 * step.load_share, unit="% of a core")
    if step.build_share is not None:
        yield Figure(
            name=f"{who}: processor, the recording that is made",
            value=100 * step.build_share,
            unit="% of a core",
            target="at most one core",
            met=round(step.build_share, 2) <= BUILD_LIMIT_SHARE,
        )
    limit = {10: FEW_MEMORY_LIMIT_MB, TRAINEES: MEMORY_LIMIT_MB}.get(step.trainees)
    yield Figure(
        name=f"{who}: memory, most",
        value=step.memory_mb,
        unit="MB",
        target=f"under {limit:g} MB" if limit else "",
        met=step.memory_mb < limit if limit else None,
    )
    if step.trainees <= TRAINEES or step.failures:
        first = f"first: {step.failures[0]}" if step.failures else ""
        yield Figure(
            name=f"{who}: requests that failed",
            value=len(step.failures),
            unit="",
            target="none" if step.trainees <= TRAINEES else "",
            met=not step.failures if step.trainees <= TRAINEES else None,
            how=first,
        )


def _list_kept(acked: dict[str, int], lost: int) -> Iterator[Figure]:
    yield Figure(name="events acknowledged", value=sum(acked.values()), unit="")
    yield Figure(name="acknowledged events that the database lacks", value=lost, unit="", target="none", met=lost == 0)
