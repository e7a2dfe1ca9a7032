"""Attempts whose clocks jump, whose events come in any order or twice, and whose searcher hardly looks."""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.app.score import score_attempt
from sim.app.wiring import App
from sim.attempt import attempt as timing
from sim.attempt.events import Event, EventKind
from sim.console.console_data import describe_state
from sim.console.intake import accept_events
from sim.console.scores import settle
from sim.errors import AttemptError
from sim.expert.run import simulate
from sim.scoring.evidence import Answer, Clip, Mark, SearchLog
from sim.tasks import get_task_type
from sim.tasks.common.simulated_user import NOVICE, PERFECT
from sim.tasks.common.sought import make_absent_tasks
from sim.tasks.common.task import Task
from tests.support.fake_clock import FakeClock
from tests.support.given import begin_practice
from tests.support.story_truth import load_story_index
from tests.support.tiny_app import make_tiny_app

LIMIT_S = 100.0
PASS = st.tuples(st.just("pass"), st.floats(0.0, 60.0))
SET_WALL = st.tuples(st.just("set"), st.floats(-1e6, 1e6))
RESTART = st.tuples(st.just("restart"), st.floats(0.0, 30.0))
STEP = st.tuples(st.sampled_from(["brief", "begin", "tick", "submit", "abandon", "seal"]), st.floats(0.0, 200.0))


def do(attempt: timing.Attempt, clock: FakeClock, act: str, value: float) -> timing.Attempt:
    now = clock.read()
    try:
        match act:
            case "brief":
                return timing.brief(attempt, now)
            case "begin":
                return timing.begin(attempt, now)
            case "submit":
                return timing.submit(attempt, now, came_s=value, complete_s=value)
            case "abandon":
                return timing.abandon(attempt, now)
            case "seal":
                return timing.seal(attempt)
            case _:
                return timing.tick(attempt, now)
    except AttemptError:
        return attempt


def move(clock: FakeClock, act: str, value: float, run: int) -> bool:
    if act == "pass":
        clock.pass_s(value)
    elif act == "set":
        clock.set_wall(value)
    elif act == "restart":
        clock.pass_s(value)
        clock.restart(epoch=f"run-{run}")
    else:
        return False
    return True


@given(st.lists(st.one_of(PASS, SET_WALL, RESTART, STEP, STEP), max_size=40))
def test_time_goes_forward_and_the_end_is_final(acts: list[tuple[str, float]]) -> None:
    clock = FakeClock()
    attempt = timing.Attempt(
        attempt_id="a", state=timing.AttemptState.ASSIGNED, limit_s=LIMIT_S, created_at=clock.read().wall
    )
    for run, (act, value) in enumerate(acts):
        before, marked_s = attempt, attempt.mark.elapsed_s if attempt.mark else 0.0
        if not move(clock, act, value, run):
            attempt = do(attempt, clock, act, value)
        now = clock.read()
        assert timing.compute_elapsed_s(attempt, now) >= marked_s
        assert 0.0 <= timing.compute_remaining_s(attempt, now) <= LIMIT_S
        if before.state in timing.ENDED:
            late_submit = before.state is timing.AttemptState.TIMED_OUT and not before.sealed
            assert attempt.state is before.state or (late_submit and attempt.state is timing.AttemptState.SUBMITTED)
        if before.sealed:
            assert attempt == before
        if attempt.used_s is not None:
            assert 0.0 <= attempt.used_s <= LIMIT_S
        if attempt.state is timing.AttemptState.RUNNING and attempt.mark is not None:
            assert attempt.mark.elapsed_s < LIMIT_S


@given(t_client_s=st.floats(0.0, 400.0), late_s=st.floats(0.0, 60.0))
def test_what_was_made_after_the_limit_never_counts(t_client_s: float, late_s: float) -> None:
    clock = FakeClock()
    attempt = timing.Attempt(
        attempt_id="a", state=timing.AttemptState.ASSIGNED, limit_s=LIMIT_S, created_at=clock.read().wall
    )
    attempt = timing.begin(timing.brief(attempt, clock.read()), clock.read())
    arrived_s = t_client_s + late_s
    clock.steady_s += arrived_s
    attempt = timing.tick(attempt, clock.read())
    counts = timing.is_counted(attempt, made_s=t_client_s, arrived_s=arrived_s)
    if t_client_s > LIMIT_S or arrived_s > LIMIT_S + timing.ARRIVAL_GRACE_S + 1e-6:
        assert not counts
    elif arrived_s < LIMIT_S + timing.ARRIVAL_GRACE_S - 1e-6:
        assert counts


def post_all(app: App, clock: FakeClock, attempt_id: str, batches: Sequence[Sequence[Event]]) -> dict[str, object]:
    clock.pass_s(100.0)
    waiting = sum(len(batch) for batch in batches)
    for batch in batches:
        waiting -= len(batch)
        accept_events(app, attempt_id, tab_id=batch[0].tab_id, events=batch, waiting=waiting)
    clock.pass_s(60.0)
    row = settle(app, attempt_id)
    state = describe_state(app, attempt_id)
    return {**state, "score": row.score_json, "used_s": row.timing.used_s}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 5), order=st.randoms(use_true_random=False))
def test_any_order_any_cut_any_repeat(tmp_path: Path, tiny_library: Path, seed: int, order: random.Random) -> None:
    clock = FakeClock()
    app = make_tiny_app(tmp_path / "data", tiny_library, clock)
    try:
        form = app.catalog.get_form("tiny-practice-1").form
        truth, rng = app.catalog.get_truth(form.recording_id), np.random.default_rng(seed)
        whole = simulate(form.task, truth, rng=rng, skill=NOVICE, limit_s=form.limit_s)
        log = [event for event in whole if event.t_client_ms < 100_000]
        expected = post_all(app, clock, begin_practice(app, "tiny-practice-1"), [log])
        cuts = sorted(order.sample(range(1, len(log)), k=min(5, len(log) - 1)))
        batches = [log[low:high] for low, high in zip([0, *cuts], [*cuts, len(log)], strict=True)]
        shuffled = [list(batch) for batch in (*batches, *order.choices(batches, k=3))]
        for batch in shuffled:
            order.shuffle(batch)
        order.shuffle(shuffled)
        assert post_all(app, clock, begin_practice(app, "tiny-practice-1"), shuffled) == expected
    finally:
        app.close()


INDEX = load_story_index()
TAB = "5b0d5a76-3f0e-4a51-9d5e-0d2b8f7c1a11"
LOG = SearchLog(used_s=200.0, finished=True, limit_s=300.0)
WINDOWS = ((0.0, 150.0), (60.0, 210.0), (120.0, 270.0))
NAMES = ("trace", "locate", "origin")


def list_absent(name: str) -> list[Task]:
    return [task for window_s in WINDOWS for task in make_absent_tasks(get_task_type(name), INDEX, window_s)]


def list_present(name: str) -> list[Task]:
    return [task for task in get_task_type(name).make_tasks(INDEX, (0.0, 300.0)) if task.target is not None]


@pytest.mark.parametrize("name", NAMES)
def test_on_no_camera_said_at_once_never_passes(name: str) -> None:
    submit = {"final_zone": None, "not_on_camera": True, "note": ""}
    acts = ((0, EventKind.OPEN, {"on": list(INDEX.camera_ids)}), (5000, EventKind.SUBMIT, submit))
    events = [
        Event.read(tab_id=TAB, seq=seq, t_client_ms=at_ms, kind=kind, payload=payload)
        for seq, (at_ms, kind, payload) in enumerate(acts, start=1)
    ]
    tasks = [*list_absent(name), *list_present(name)]
    assert len(tasks) >= 100
    for task in tasks:
        assert score_attempt(task, INDEX, events, used_s=5.0, finished=True, limit_s=300.0).card.passed is False


@pytest.mark.parametrize("name", NAMES)
def test_a_search_that_shows_that_someone_is_nowhere_passes(name: str) -> None:
    for number, task in enumerate(list_absent(name)[:3]):
        events = simulate(task, INDEX, rng=np.random.default_rng(number), skill=PERFECT, limit_s=900.0)
        used_s = events[-1].t_client_ms / 1000.0
        card = score_attempt(task, INDEX, events, used_s=used_s, finished=True, limit_s=900.0).card
        assert (card.passed, card.values["footage_seen"]) == (True, pytest.approx(1.0))


@pytest.mark.parametrize("name", ["trace", "origin"])
def test_marks_everywhere_never_pass(name: str) -> None:
    task_type, rng = get_task_type(name), np.random.default_rng(7)
    for task in list_present(name)[:100]:
        right = task_type.answer_perfectly(task, INDEX)
        if not right.marks:
            continue
        low_s, high_s = task.window_s
        grid = tuple(
            Mark(camera_id=str(rng.choice(INDEX.camera_ids)), t_s=float(rng.uniform(low_s, high_s)), x=x, y=y)
            for x, y in rng.uniform(0.0, 1.0, (400, 2)).tolist()
        )
        empty = tuple(Mark(camera_id=mark.camera_id, t_s=mark.t_s, x=0.0, y=0.0) for mark in right.marks) * 4
        for more in (grid, empty):
            answer = Answer(marks=(*right.marks, *more), final_zone=right.final_zone, choices=right.choices)
            assert task_type.score(task, answer, INDEX, log=LOG).passed is False


def test_thirty_clips_of_each_appearance_never_pass() -> None:
    task_type = get_task_type("export")
    for task in list_present("export")[:100]:
        right = task_type.answer_perfectly(task, INDEX)
        ladder = tuple(
            Clip(camera_id=clip.camera_id, from_s=max(0.0, clip.from_s - step), to_s=min(300.0, clip.to_s + step))
            for clip in right.clips
            for step in np.linspace(0.0, 3.0, 30).tolist()
        )
        for clips in (right.clips * 30, ladder):
            answer = Answer(clips=clips, choices=right.choices)
            assert task_type.score(task, answer, INDEX, log=LOG).passed is False
        assert task_type.score(task, right, INDEX, log=LOG).passed is True
