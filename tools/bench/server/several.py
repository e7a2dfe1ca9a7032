"""What a whole installation carries: several app processes behind nginx on PostgreSQL, trainees until it is full."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from sim.errors import MachineError
from sim.services.app.wiring import App, open_app, read_settings, system_clock
from tools.bench.rig.figures import Figure
from tools.bench.rig.installation import APP, DATABASE, PROXY, Installation, run_installation
from tools.bench.server.first_paint import measure_first_paint
from tools.bench.server.trainees import (
    Load,
    begin_attempt,
    count_lost,
    give_attempt,
    open_load,
    wait_until_here,
    watch,
)

STEPS = (75, 100, 150, 200, 250, 300, 400)
QUICK_STEPS = (10, 20)
PROMISED = 200
ALONE, QUICK_ALONE = 400, 20
PAINT_FROM = 150
MEASURED_S, QUICK_MEASURED_S = 10.0, 4.0
COME_WITHIN_S = 120
POST_LIMIT_MS = 100.0
MEMORY_LIMIT_MB = 2000.0
PAINT_LIMIT_S = 2.0
FULL_SHARE = 0.9
OTHERS_SHARE = 0.3
"""Of one core: when others take more, times say little of the installation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was measured with so many trainees.

    Attributes:
        who: how many did what, in words.
        trainees: how many searched.
        post_p50, post_p95: of event posts, milliseconds.
        posts: event posts a second.
        footage_p95: of requests for footage, milliseconds; None where none was asked for.
        footage_mbit: footage sent, million bits a second.
        shares: processor time of each part, 1 is one core.
        busiest: of the app process that took most.
        load: of the load generator.
        others: of everything else on this machine.
        memory_mb: the most that was seen, of all parts together.
        failures: what went wrong, in words.
    """

    who: str
    trainees: int
    post_p50: float
    post_p95: float
    posts: float
    footage_p95: float | None
    footage_mbit: float
    shares: Mapping[str, float]
    busiest: float
    load: float
    others: float
    memory_mb: float
    failures: tuple[str, ...]

    @property
    def is_held(self) -> bool:
        """Whether everybody was served in time."""
        return self.post_p95 <= POST_LIMIT_MS and not self.failures

    def describe(self) -> str:
        """Return the step as one line."""
        parts = ", ".join(f"{name} {share:.0%}" for name, share in self.shares.items())
        footage = "no footage" if self.footage_p95 is None else f"footage {self.footage_p95:.0f} ms"
        return (
            f"{self.who}: posts {self.post_p50:.0f} / {self.post_p95:.0f} ms, {self.posts:.0f}/s; {footage}; "
            f"{parts}, load {self.load:.0%}, others {self.others:.0%} of a core; {self.memory_mb:.0f} MB"
        )


def measure_several(*, workers: int, is_quick: bool, on_step: Callable[[str], None]) -> tuple[Figure, ...]:
    """Let trainees come to a whole installation until it does not hold any more; then others who only post events.

    Times are seen from the client on the same machine, through nginx; the load generator's processor time is told
    apart. `is_quick`: few trainees, for seeing that it works.

    Raises:
        TaskError: there is no form to drill.
        MachineError: PostgreSQL, nginx, an app process or the load generator is missing or does not start.
    """
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        data = Path(folder)
        on_step(f"starting PostgreSQL, {workers} app processes and nginx")
        with run_installation(data, read_settings(os.environ).data, workers=workers) as installation:
            settings = replace(read_settings(os.environ), data=data, database_url=installation.database_url)
            app = open_app(settings, system_clock())
            try:
                return _measure(app, installation, on_step, is_quick=is_quick)
            finally:
                app.close()


def _measure(
    app: App, installation: Installation, on_step: Callable[[str], None], *, is_quick: bool
) -> tuple[Figure, ...]:
    measured_s = QUICK_MEASURED_S if is_quick else MEASURED_S
    steps: list[Step] = []
    paint_s: dict[int, float] = {}
    with open_load() as load:
        for trainees in QUICK_STEPS if is_quick else STEPS:
            more = trainees - (steps[-1].trainees if steps else 0)
            on_step(f"{more} more trainees come and search, {trainees} in all")
            load.tell(add=[begin_attempt(app, installation.url, give_attempt(app)) for _ in range(more)])
            steps.append(_look(installation, load, f"{trainees} trainees", trainees, measured_s=measured_s))
            on_step(steps[-1].describe())
            if not steps[-1].is_held and trainees >= PROMISED:
                break
            if trainees >= PAINT_FROM or is_quick:
                with suppress(MachineError):
                    paint_s[trainees] = measure_first_paint(installation.url)
                    on_step(f"a page's first paint beside {trainees}: {paint_s[trainees]:.2f} s")
        acked: dict[str, int] = load.ask(stop=0)["acked"]
    count = QUICK_ALONE if is_quick else ALONE
    on_step(f"{count} who only post events")
    with open_load() as load:
        plans = [begin_attempt(app, installation.url, give_attempt(app)) for _ in range(count)]
        load.tell(add=[{**plan, "events_only": True} for plan in plans])
        alone = _look(installation, load, f"{count} by events alone", count, measured_s=measured_s)
        on_step(alone.describe())
        acked |= load.ask(stop=0)["acked"]
    on_step(f"reading {sum(acked.values())} acknowledged events back")
    return (*list_figures(steps, alone, paint_s, acked=sum(acked.values()), lost=count_lost(app, acked)),)


def _look(installation: Installation, load: Load, who: str, trainees: int, *, measured_s: float) -> Step:
    """Wait until all have come, then measure for a while."""
    _, failures = wait_until_here(load, trainees, within_s=COME_WITHIN_S)
    with watch(installation.read_memory_mb, every_s=1.0) as memory:
        before, busy_s, began = installation.read_cpu_s(), _read_busy_s(), time.monotonic()
        _, each = installation.read_busiest_s({})
        found = load.ask(measure=measured_s)
    lasted_s = time.monotonic() - began
    after, busy_s = installation.read_cpu_s(), _read_busy_s() - busy_s
    busiest_s, _ = installation.read_busiest_s(each)
    return make_step(
        who,
        trainees,
        found,
        shares={name: (after[name] - before[name]) / lasted_s for name in after},
        busy=busy_s / lasted_s,
        busiest=busiest_s / lasted_s,
        memory_mb=max(memory),
        failures=failures,
    )


def make_step(
    who: str,
    trainees: int,
    found: Mapping[str, Any],
    *,
    shares: Mapping[str, float],
    busy: float,
    busiest: float,
    memory_mb: float,
    failures: Sequence[str],
) -> Step:
    """Return a step from what the load generator answered; `busy` is the share of one core that the machine worked.

    Raises:
        MachineError: nobody did anything.
    """
    if not found["post_ms"]:
        raise MachineError(
            f"{who} did nothing in {found['lasted_s']:.0f} s: {'; '.join(failures[:3]) or 'no answer'}",
            todo="run the bench on a machine that does less else",
        )
    post_p50, post_p95 = np.percentile(found["post_ms"], [50, 95])
    return Step(
        who=who,
        trainees=trainees,
        post_p50=float(post_p50),
        post_p95=float(post_p95),
        posts=len(found["post_ms"]) / found["lasted_s"],
        footage_p95=float(np.percentile(found["footage_ms"], 95)) if found["footage_ms"] else None,
        footage_mbit=found["footage_bytes"] * 8e-6 / found["lasted_s"],
        shares=shares,
        busiest=busiest,
        load=found["cpu_share"],
        others=max(0.0, busy - sum(shares.values()) - found["cpu_share"]),
        memory_mb=memory_mb,
        failures=(*failures, *found["failures"]),
    )


def explain(step: Step, cores: int) -> str:
    """Return why a step did not hold, from what took the processors' time."""
    if step.others >= OTHERS_SHARE:
        return f"what else the machine did: {step.others:.0%} of a core; run the bench with nothing beside it"
    taken = sum(step.shares.values()) + step.load
    if taken >= FULL_SHARE * cores:
        parts = ", ".join(f"{name} {share:.0%}" for name, share in step.shares.items())
        return f"the machine: {parts}, load generator {step.load:.0%} of a core"
    if step.busiest >= FULL_SHARE:
        return f"one app process: it takes {step.busiest:.0%} of a core, and Python gives it no more"
    if step.footage_p95 is None or step.footage_p95 < step.post_p95 / 2:
        return "the database: posts wait for their turn to write while footage comes at once"
    return "something else than processors and the database's turns; the installation had room"


def _read_busy_s() -> float:
    """Return the processor time that this machine has worked, seconds, all cores together."""
    times = psutil.cpu_times()
    return float(times.user + times.system + getattr(times, "nice", 0.0) + getattr(times, "softirq", 0.0))


def list_figures(
    steps: Sequence[Step], alone: Step, paint_s: Mapping[int, float], *, acked: int, lost: int
) -> Iterator[Figure]:
    """Yield everything that was measured, with its bounds."""
    for step in (*steps, alone):
        yield from _list_of_step(step)
    held = max((step.trainees for step in steps if step.is_held), default=0)
    full = next((step for step in steps if not step.is_held), None)
    cores = os.cpu_count() or 1
    why = f"full at {full.trainees}: {explain(full, cores)}" if full else f"not full with {steps[-1].trainees}"
    is_whole = steps[-1].trainees >= PROMISED
    yield Figure(
        name=f"trainees held; {why}",
        value=held,
        unit="",
        target=f"{PROMISED}" if is_whole else "",
        met=held >= PROMISED if is_whole else None,
    )
    for trainees, seconds in paint_s.items():
        is_bound = trainees == PROMISED or not is_whole
        yield Figure(
            name=f"{trainees} trainees: Home's first paint in Chromium, slowest of three",
            value=seconds,
            unit="s",
            target=f"at most {PAINT_LIMIT_S:g} s" if is_bound else "",
            met=seconds <= PAINT_LIMIT_S if is_bound else None,
        )
    yield Figure(name="events acknowledged", value=acked, unit="")
    yield Figure(name="acknowledged events that the database lacks", value=lost, unit="", target="none", met=lost == 0)


def _list_of_step(step: Step) -> Iterator[Figure]:
    is_promised = step.trainees <= PROMISED
    is_bound = is_promised or step.footage_p95 is None
    yield Figure(name=f"{step.who}: event post, half are faster", value=step.post_p50, unit="ms")
    yield Figure(
        name=f"{step.who}: event post, 95 of 100 are faster",
        value=step.post_p95,
        unit="ms",
        target=f"at most {POST_LIMIT_MS:g} ms" if is_promised else "",
        met=step.post_p95 <= POST_LIMIT_MS if is_promised else None,
    )
    yield Figure(name=f"{step.who}: event posts", value=step.posts, unit="/s")
    if step.footage_p95 is not None:
        yield Figure(name=f"{step.who}: footage request, 95 of 100 are faster", value=step.footage_p95, unit="ms")
        yield Figure(name=f"{step.who}: footage sent", value=step.footage_mbit, unit="Mbit/s")
    for name in (APP, PROXY, DATABASE):
        yield Figure(name=f"{step.who}: processor, {name}", value=100 * step.shares[name], unit="% of a core")
    yield Figure(name=f"{step.who}: processor, load generator", value=100 * step.load, unit="% of a core")
    yield Figure(name=f"{step.who}: processor, everything else", value=100 * step.others, unit="% of a core")
    yield Figure(
        name=f"{step.who}: memory of all together, most",
        value=step.memory_mb,
        unit="MB",
        target=f"under {MEMORY_LIMIT_MB:g} MB" if is_bound else "",
        met=step.memory_mb < MEMORY_LIMIT_MB if is_bound else None,
    )
    yield Figure(
        name=f"{step.who}: requests that failed",
        value=len(step.failures),
        unit="",
        target="none" if is_bound else "",
        met=not step.failures if is_bound else None,
        how=f"first: {step.failures[0]}" if step.failures else "",
    )
