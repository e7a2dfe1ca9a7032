"""What is said of an answer that was not given, and of one that came too late, whatever the type of drill."""

import re

import numpy as np
import pytest

from sim.drill.event import EventKind
from sim.drill.simulated import simulate
from sim.services.app.score import score_attempt
from sim.tasks import TASK_TYPES
from sim.tasks.common.simulated_user import PERFECT
from sim.tasks.common.task_type import TaskType
from tests.support.story_truth import load_story_index

INDEX = load_story_index()
WINDOW_S = (0.0, INDEX.table.duration_s)
EVERY = pytest.mark.parametrize("task_type", [pytest.param(each, id=name) for name, each in TASK_TYPES.items()])
SAYS_IT_WAS_GIVEN = re.compile(r"Your mark|than you said|[Aa]nother (entrance|camera)|misjudged|seen elsewhere")
FOR_WHO_PASSED = re.compile(r"harder|shorter limit|less time|on a phone|more appearances|many others|view for each")


@EVERY
def test_an_empty_answer_is_told_as_none(task_type: TaskType) -> None:
    for task in task_type.make_tasks(INDEX, WINDOW_S)[:4]:
        score = score_attempt(task, INDEX, [], used_s=240.0, finished=False, limit_s=240.0)
        words = task_type.words
        said = [words.write_verdict(score, task, {}), *(part.sentence for part in words.write_parts(score, task, {}))]
        assert not [sentence for sentence in said if SAYS_IT_WAS_GIVEN.search(sentence)]


@EVERY
def test_who_did_not_pass_is_not_sent_to_something_harder(task_type: TaskType) -> None:
    for task in task_type.make_tasks(INDEX, WINDOW_S)[:4]:
        done = simulate(task, INDEX, rng=np.random.default_rng(1), skill=PERFECT, limit_s=6000.0, look_alikes=())
        for events in ([], [event for event in done if event.kind is not EventKind.SUBMIT]):
            score = score_attempt(task, INDEX, events, used_s=6000.0, finished=False, limit_s=6000.0)
            assert score.card.passed is False
            advice = [each.sentence for each in task_type.words.write_advice(score, task, {})]
            assert advice
            assert not [sentence for sentence in advice if FOR_WHO_PASSED.search(sentence)]
