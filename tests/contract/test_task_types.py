"""One body over every task type."""

import json

import numpy as np
import pytest

from sim.drill.replay import replay
from sim.drill.simulated import simulate
from sim.errors import AnswerError, TaskError
from sim.scoring.evidence import Answer, Fix
from sim.tasks import TASK_TYPES, get_task_type
from sim.tasks.base import Task, TaskType
from sim.tasks.skill import FOLLOWER, NOVICE, PERFECT, SKILLS, SLOW, TRAINED, Skill
from sim.truth.index import make_truth_index
from tests.support.trace_tables import make_random_table

INDEX = make_truth_index(make_random_table(np.random.default_rng(3), frames=600))
EVERY = pytest.mark.parametrize("task_type", TASK_TYPES.values(), ids=list(TASK_TYPES))


def make_task(task_type: TaskType, target: str = "P001") -> Task:
    return Task(type=task_type.name, target=target, window_s=(0.0, 60.0))


def play(task_type: TaskType, skill: Skill, seed: int) -> dict[str, float]:
    task = make_task(task_type)
    rng = np.random.default_rng(seed)
    events = simulate(task, INDEX, rng=rng, skill=skill, limit_s=4000.0, look_alikes=("P002",))
    used_s = events[-1].t_client_ms / 1000.0
    folded = replay(events, used_s=used_s, finished=True, limit_s=4000.0)
    return dict(task_type.score(task, folded.answer, INDEX, log=folded.log).values)


@EVERY
def test_registered_under_its_name(task_type: TaskType) -> None:
    assert get_task_type(task_type.name) is task_type
    assert task_type.version >= 1
    assert task_type.metrics


@EVERY
def test_the_answer_from_truth_gets_full_marks(task_type: TaskType) -> None:
    for target in sorted(INDEX.table.person_ids):
        task = make_task(task_type, target)
        card = task_type.score(task, task_type.answer_perfectly(task, INDEX), INDEX)
        assert (card.values["leg_recall"], card.values["leg_precision"], card.values["idf1"]) == (1.0, 1.0, 1.0)
        assert card.passed is not False


@EVERY
def test_the_perfect_searcher_gets_full_marks_through_events(task_type: TaskType) -> None:
    values = play(task_type, PERFECT, 0)
    assert (values["idf1"], values["final_place"], values["next_camera_accuracy"]) == (1.0, True, 1.0)


@EVERY
def test_searchers_err_the_way_they_are_made(task_type: TaskType) -> None:
    means = {
        skill.name: {
            key: float(np.mean([float(play(task_type, skill, seed)[key]) for seed in range(12)]))
            for key in ("idf1", "leg_recall", "wrong_person_s", "completion_time_s")
        }
        for skill in SKILLS
    }
    assert means[NOVICE.name]["leg_recall"] < means[TRAINED.name]["leg_recall"] < 1.0
    assert means[FOLLOWER.name]["wrong_person_s"] > means[TRAINED.name]["wrong_person_s"] > 0
    assert means[SLOW.name]["idf1"] == 1.0
    assert means[SLOW.name]["completion_time_s"] > 3 * means[PERFECT.name]["completion_time_s"]


@EVERY
def test_files_are_read_and_wrong_ones_named(task_type: TaskType) -> None:
    task = task_type.parse_task(
        f'{{"type": "{task_type.name}", "target": "P001", "window_s": [0, 60]}}', source="t.json"
    )
    assert task == make_task(task_type)
    answer = task_type.parse_answer('{"fixes": [{"camera_id": "CAM-01", "t_s": 1, "x": 0, "y": 1}]}', source="a.json")
    assert answer == Answer(fixes=(Fix(camera_id="CAM-01", t_s=1.0, x=0.0, y=1.0),))
    for text, words in (
        ("", "t.json: "),
        ("[]", "t.json: "),
        ('{"type": "%s", "target": "P001"}', "t.json, window_s"),
        ('{"type": "%s", "target": "", "window_s": [0, 1]}', "t.json, target"),
        ('{"type": "%s", "target": "P001", "window_s": [0, "1"]}', "t.json, window_s.1"),
        ('{"type": "%s", "target": "P001", "window_s": [0, 1], "x": 1}', "t.json, x"),
    ):
        with pytest.raises(TaskError, match=words):
            task_type.parse_task(text.replace("%s", task_type.name), source="t.json")
    for text, words in (
        ("no", "a.json: Invalid JSON"),
        ("{}", "a.json, fixes"),
        ('{"fixes": [{"camera_id": "CAM-01", "t_s": 1, "x": 0}]}', r"a.json, fixes.0.y"),
        ('{"fixes": [{"camera_id": "CAM-01", "t_s": "1", "x": 0, "y": 0}]}', r"a.json, fixes.0.t_s"),
        ('{"fixes": [], "not_on_camera": 1}', "a.json, not_on_camera"),
    ):
        with pytest.raises(AnswerError, match=words):
            task_type.parse_answer(text, source="a.json")


@EVERY
def test_unknown_person_and_nan_are_refused(task_type: TaskType) -> None:
    with pytest.raises(TaskError, match="P777"):
        task_type.check_task(make_task(task_type, "P777"), INDEX)
    answer = task_type.parse_answer('{"fixes": [{"camera_id": "CAM-01", "t_s": NaN, "x": 0, "y": 0}]}', source="a.json")
    with pytest.raises(AnswerError, match="t_s is nan"):
        task_type.score(make_task(task_type), answer, INDEX)


@EVERY
def test_results_are_plain_json(task_type: TaskType) -> None:
    card = task_type.score(make_task(task_type), Answer(fixes=()), INDEX)
    assert json.loads(json.dumps(card.as_data(), allow_nan=False)) == card.as_data()
    assert set(card.versions) == {*card.values, "pass_rule"}


def test_unknown_type_is_refused_by_name() -> None:
    with pytest.raises(TaskError, match=r"'hunt' does not exist.*trace"):
        get_task_type("hunt")
