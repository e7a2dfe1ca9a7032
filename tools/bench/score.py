"""How long it takes to score an attempt: on made-up truth of a small school, and on that of a large one."""

import numpy as np
import pandas as pd

from sim.app.score import score_attempt
from sim.attempt.events import Event, EventKind
from sim.expert.run import simulate
from sim.scoring.evidence import Answer, Mark
from sim.tasks import get_task_type
from sim.tasks.common.simulated_user import NOVICE
from sim.tasks.common.task import Task
from sim.truth.index import TruthIndex, make_truth_index
from sim.truth.table import TruthTable, make_truth_table
from tools.bench.rig import Figure, OnStep, time_ms

SEED = 1
CAMERAS, PEOPLE, DURATION_S = 8, 50, 300.0
LARGE_CAMERAS, LARGE_PEOPLE, LARGE_DURATION_S = 32, 300, 1200.0
MANY_MARKS = 10_000
LARGE_MARKS, LARGE_EVENTS, LARGE_USED_S = 200, 5_000, 1_800.0
REPEATS = 15
FPS = 10.0
STAY_FRAMES, GAP_FRAMES = (60, 200), (40, 187)
"""A person is on some camera for 13 s and on none for 11 s, on average: 0.53 rows a person and frame, as the shipped
recording has (142,571 rows of 89 people in 3,000 frames), clear ones or not."""
ON_TARGET = 0.6
TICK_S = 5.0


def measure(*, on_step: OnStep, smallest: bool = False) -> tuple[Figure, ...]:
    """Score a simulated attempt, an answer of very many marks, and 200 marks among 5,000 events in a large school."""
    repeats = 1 if smallest else REPEATS
    on_step(f"truth of {CAMERAS} cameras, {PEOPLE} people, {DURATION_S / 60:.0f} minutes")
    rng = np.random.default_rng(SEED)
    index = make_truth_index(make_bench_truth(rng, cameras=CAMERAS, people=PEOPLE, duration_s=DURATION_S))
    task = Task(type="trace", target="P001", window_s=(0.0, DURATION_S))
    events = simulate(task, index, rng=np.random.default_rng(SEED), skill=NOVICE, limit_s=3600.0)
    attempt_ms = time_ms(lambda: _score(task, index, events), repeats=repeats)
    on_step(f"an answer of {MANY_MARKS} marks")
    answer = _make_answer(np.random.default_rng(SEED), index)
    many_ms = time_ms(lambda: get_task_type(task.type).score(task, answer, index), repeats=min(repeats, 3))
    people, duration_s = (LARGE_PEOPLE // 10, DURATION_S) if smallest else (LARGE_PEOPLE, LARGE_DURATION_S)
    on_step(f"truth of {LARGE_CAMERAS} cameras, {people} people, {duration_s / 60:.0f} minutes")
    large = make_truth_index(make_bench_truth(rng, cameras=LARGE_CAMERAS, people=people, duration_s=duration_s))
    log = make_bench_log(rng, large, target="P001", marks=LARGE_MARKS, events=LARGE_EVENTS, used_s=LARGE_USED_S)
    whole = Task(type="trace", target="P001", window_s=(0.0, duration_s))
    large_ms = time_ms(lambda: _score(whole, large, log), repeats=repeats, pick=min)
    return (
        Figure(name="scoring an attempt from its events", value=attempt_ms, unit="ms", most=50.0),
        Figure(name=f"scoring an answer of {MANY_MARKS} marks", value=many_ms, unit="ms"),
        Figure(
            name=f"{LARGE_MARKS} marks, {LARGE_EVENTS} events in a large school", value=large_ms, unit="ms", most=100.0
        ),
    )


def _score(task: Task, index: TruthIndex, events: tuple[Event, ...]) -> None:
    score_attempt(task, index, events, used_s=LARGE_USED_S, finished=True, limit_s=3_600.0)


def _make_answer(rng: np.random.Generator, index: TruthIndex) -> Answer:
    cameras = rng.integers(0, len(index.camera_ids), MANY_MARKS)
    times, xs, ys = rng.uniform(0, DURATION_S, MANY_MARKS), rng.random(MANY_MARKS), rng.random(MANY_MARKS)
    return Answer(
        marks=tuple(
            Mark(camera_id=index.camera_ids[c], t_s=float(t), x=float(x), y=float(y))
            for c, t, x, y in zip(cameras.tolist(), times, xs, ys, strict=True)
        )
    )


def make_bench_truth(rng: np.random.Generator, *, cameras: int, people: int, duration_s: float) -> TruthTable:
    frames = int(duration_s * FPS)
    most = frames // (STAY_FRAMES[0] + GAP_FRAMES[0]) + 1
    stays = rng.integers(*STAY_FRAMES, (people, most))
    gaps = rng.integers(*GAP_FRAMES, (people, most))
    first = rng.integers(0, 600, (people, 1)) + np.cumsum(stays + gaps, axis=1) - stays - gaps
    last = np.minimum(first + stays, frames)
    is_inside = first < frames
    person, _ = np.nonzero(is_inside)
    first, length = first[is_inside], (last - first)[is_inside]
    camera = rng.integers(1, cameras + 1, len(first))
    stay = np.repeat(np.arange(len(first)), length)
    step = np.arange(len(stay)) - np.repeat(np.cumsum(length) - length, length)
    frame = first[stay] + step
    left = 20.0 + 3.0 * step
    rows = pd.DataFrame(
        {
            "camera_id": _name("CAM-{:02}", cameras)[camera[stay]],
            "frame": frame,
            "t_s": frame / FPS,
            "person_id": _name("P{:03}", people)[person[stay] + 1],
            "x1": left,
            "y1": 200.0,
            "x2": left + 50.0,
            "y2": 340.0,
            "visible": rng.uniform(0.2, 1.0, len(stay)),
            "floor_x_m": frame / 10.0,
            "floor_y_m": 2.0,
            "floor": "1",
            "zone": "hall",
        }
    )
    return make_truth_table(
        rows, fps=FPS, duration_s=duration_s, picture_wh={f"CAM-{n:02}": (960, 540) for n in range(1, cameras + 1)}
    )


def _name(pattern: str, count: int) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return np.array([pattern.format(n) for n in range(count + 1)], dtype=object)


def make_bench_log(
    rng: np.random.Generator, index: TruthIndex, *, target: str, marks: int, events: int, used_s: float
) -> tuple[Event, ...]:
    """Return one tab's log: so many `marks`, most of them on the target, and as many events in all as asked for.

    Before each mark a camera is opened, a moment sought and some footage played, with a tick every 5 s of it.
    """
    rows = index.table.rows
    own = np.flatnonzero((rows["person_id"] == target).to_numpy())
    is_own = rng.random(marks) < ON_TARGET
    chosen = np.where(is_own, rng.choice(own, marks), rng.integers(0, len(rows), marks))
    ticks = (events - 2) // marks - 5
    acts: list[tuple[EventKind, dict[str, object]]] = [(EventKind.OPEN, {"width": 1366, "height": 768, "touch": False})]
    picked = rows.iloc[chosen]
    columns = zip(*(picked[name].tolist() for name in ("camera_id", "t_s", "x1", "y1", "x2", "y2")), strict=True)
    for number, (camera, t_s, x1, y1, x2, y2) in enumerate(columns):
        width, height = index.table.picture_wh[camera]
        from_s = max(0.0, t_s - ticks * TICK_S)
        acts.append((EventKind.FOCUS, {"camera_id": camera, "t_s": t_s}))
        acts.append((EventKind.SEEK, {"from_s": t_s, "t_s": from_s}))
        acts.append((EventKind.PLAY, {"t_s": from_s, "speed": 1.0}))
        acts += [
            (EventKind.PLAY, {"t_s": min(t_s, from_s + TICK_S * tick), "speed": 1.0, "tick": True})
            for tick in range(1, ticks + 1)
        ]
        acts.append((EventKind.PAUSE, {"t_s": t_s}))
        mark = {"mark_id": f"mark-{number}", "camera_id": camera, "frame": round(t_s * index.table.fps), "t_s": t_s}
        x, y = (x1 + x2) / 2 / width, (y1 + y2) / 2 / height
        acts.append((EventKind.MARK, {**mark, "x": min(x, 1.0), "y": y, "confidence": number % 3 + 1}))
    fill = events - len(acts) - 1
    acts += [(EventKind.KEY, {"name": "play"})] * fill
    acts.append((EventKind.SUBMIT, {"final_zone": "hall", "not_on_camera": False, "note": ""}))
    times_ms = np.sort(rng.uniform(0.0, used_s * 1000.0, len(acts))).tolist()
    return tuple(
        Event.read(tab_id="bench", seq=seq, t_client_ms=at_ms, kind=kind, payload=payload)
        for seq, (at_ms, (kind, payload)) in enumerate(zip(times_ms, acts, strict=True), start=1)
    )
