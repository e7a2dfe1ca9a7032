"""Attacks: who does not look does not pass, whatever is handed in; and a search that shows it is found enough."""

import numpy as np
import pytest

from sim.app.score import score_attempt
from sim.attempt.events import Event, EventKind
from sim.expert.run import simulate
from sim.scoring.evidence import Answer, Clip, Mark, SearchLog
from sim.tasks import get_task_type
from sim.tasks.common.simulated_user import PERFECT
from sim.tasks.common.sought import make_absent_tasks
from sim.tasks.common.task import Task
from tests.support.story_truth import load_story_index

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
