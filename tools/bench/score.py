"""How long it takes to lay truth out once, and to score an attempt after that."""

from collections.abc import Callable

import numpy as np

from sim.drill.event import Event
from sim.drill.simulated import simulate
from sim.scoring.evidence import Answer, Mark
from sim.services.app.score import score_attempt
from sim.tasks import get_task_type
from sim.tasks.common.base import Task
from sim.tasks.common.skill import NOVICE
from sim.truth.index import TruthIndex, make_truth_index
from tools.bench.large import measure_large
from tools.bench.rig.figures import Figure, time_ms
from tools.bench.truth import make_bench_truth

SEED = 1
DURATION_S = 300.0
CAMERAS = 8
PEOPLE = 50
REPEATS = 40
TARGET_MS = 50.0
MANY_MARKS = 10_000


def measure(*, on_step: Callable[[str], None]) -> tuple[Figure, ...]:
    """Score simulated attempts on made-up truth of a small school, then the large case.

    The reference is one pass of pandas over the same truth (rows of one person), measured in the same run: the
    ratio says the same on a fast and on a slow machine.
    """
    on_step(f"truth of {CAMERAS} cameras, {PEOPLE} people, {DURATION_S / 60:.0f} minutes")
    table = make_bench_truth(np.random.default_rng(SEED), cameras=CAMERAS, people=PEOPLE, duration_s=DURATION_S)
    index_ms = time_ms(lambda: make_truth_index(table), repeats=3)
    index = make_truth_index(table)
    task = Task(type="trace", target="P001", window_s=(0.0, DURATION_S))
    events = simulate(task, index, rng=np.random.default_rng(SEED), skill=NOVICE, limit_s=3600.0)
    on_step(f"{REPEATS} times an attempt of {len(events)} events")
    attempt_ms = time_ms(lambda: _score(task, index, events), repeats=REPEATS)
    on_step(f"an answer of {MANY_MARKS} marks")
    answer = _make_answer(np.random.default_rng(SEED), index)
    many_ms = time_ms(lambda: get_task_type(task.type).score(task, answer, index), repeats=3)
    plain_ms = time_ms(lambda: table.rows[table.rows["person_id"] == task.person], repeats=5)
    return (
        Figure(name="truth rows", value=float(len(table.rows)), unit="rows"),
        Figure(name="laying truth out, once a recording", value=index_ms, unit="ms"),
        Figure(
            name="scoring an attempt from its events",
            value=attempt_ms,
            unit="ms",
            target=f"under {TARGET_MS:g} ms",
            met=attempt_ms < TARGET_MS,
        ),
        Figure(name="scoring an attempt / looking through all rows once", value=attempt_ms / plain_ms, unit="x"),
        Figure(name=f"scoring an answer of {MANY_MARKS} marks", value=many_ms, unit="ms"),
        *measure_large(on_step=on_step),
    )


def _score(task: Task, index: TruthIndex, events: tuple[Event, ...]) -> None:
    score_attempt(task, index, events, used_s=300.0, finished=True, limit_s=480.0)


def _make_answer(rng: np.random.Generator, index: TruthIndex) -> Answer:
    cameras = rng.integers(0, len(index.camera_ids), MANY_MARKS)
    times, xs, ys = rng.uniform(0, DURATION_S, MANY_MARKS), rng.random(MANY_MARKS), rng.random(MANY_MARKS)
    return Answer(
        marks=tuple(
            Mark(camera_id=index.camera_ids[c], t_s=float(t), x=float(x), y=float(y))
            for c, t, x, y in zip(cameras.tolist(), times, xs, ys, strict=True)
        )
    )
