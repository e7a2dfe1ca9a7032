"""One body over every task type: what each planted error is told by, in words and with its frame."""

import re
from collections.abc import Mapping
from datetime import datetime

import pytest

from sim.app.catalog import write_right_names
from sim.features.debrief.facts import DebriefFacts
from sim.features.debrief.moments import BOX_WORDS
from sim.footage.recording.open import load_people, open_recording
from sim.scoring.evidence import Answer
from sim.scoring.moments import Moment, MomentKind
from sim.tasks import TASK_TYPES
from sim.tasks.common.task import Task
from sim.tasks.common.task_type import TaskType
from sim.truth.worn_clothes import read_first_worn
from tests.support.story_truth import SHIPPED, load_story_index

INDEX = load_story_index()
RECORDING = open_recording(SHIPPED)
PERSON_ID = re.compile(r"\bP\d{3}\b")
WINDOW_S = (0.0, INDEX.table.duration_s)
EVERY = pytest.mark.parametrize("task_type", [pytest.param(each, id=name) for name, each in TASK_TYPES.items()])

NAMED_BY: Mapping[str, frozenset[MomentKind]] = {
    "a leg missed": frozenset({MomentKind.MISSED, MomentKind.LOST}),
    "someone else marked": frozenset({MomentKind.WRONG_PERSON}),
    "absence not said": frozenset({MomentKind.NOT_ABSENT}),
    "someone marked for one who is absent": frozenset({MomentKind.WRONG_PERSON}),
    "wrong place": frozenset({MomentKind.WRONG_PLACE}),
    "nobody at the spot marked": frozenset({MomentKind.NOBODY}),
    "wrong door": frozenset({MomentKind.WRONG_DOOR}),
    "no door": frozenset({MomentKind.WRONG_DOOR}),
    "marked too early": frozenset({MomentKind.NOT_LAST}),
    "nobody marked": frozenset({MomentKind.NO_MARK}),
    "no mark": frozenset({MomentKind.NO_MARK}),
    "the same student marked": frozenset({MomentKind.WRONG_PERSON}),
    "far from the moment": frozenset({MomentKind.FAR_OFF}),
    "wrong time": frozenset({MomentKind.WRONG_TIME}),
    "wrong point": frozenset({MomentKind.WRONG_POINT}),
    "judged complete": frozenset({MomentKind.WRONG_VERDICT}),
    "judged not-complete": frozenset({MomentKind.WRONG_VERDICT}),
    "judged cannot-tell": frozenset({MomentKind.WRONG_VERDICT}),
    "let go": frozenset({MomentKind.WRONG_VERDICT}),
    "flagged": frozenset({MomentKind.WRONG_VERDICT}),
    "undecided": frozenset({MomentKind.WRONG_VERDICT}),
    "wrong camera": frozenset({MomentKind.WRONG_CALL, MomentKind.WRONG_CAMERA, MomentKind.WRONG_FAULT}),
    "no camera": frozenset({MomentKind.WRONG_CALL}),
    "an appearance not cut": frozenset({MomentKind.NOT_CUT}),
    "a clip cut short": frozenset({MomentKind.BAD_ENDS}),
    "someone else cut out": frozenset({MomentKind.SURPLUS}),
    "custody not noted": frozenset({MomentKind.CUSTODY}),
    "a camera missing": frozenset({MomentKind.NOT_IN_VIEW}),
    "order wrong": frozenset({MomentKind.ORDER}),
}
"""By which kinds a planted error is told; a new one needs its line here, and a moment."""

WITHOUT_FRAME = frozenset({MomentKind.CUSTODY, MomentKind.ORDER, MomentKind.NOT_ABSENT})


def list_tasks(task_type: TaskType) -> tuple[Task, ...]:
    tasks = task_type.make_tasks(INDEX, WINDOW_S)
    return tasks[:: max(1, len(tasks) // 6)]


def make_facts(task: Task, task_type: TaskType) -> DebriefFacts:
    return DebriefFacts(
        index=INDEX,
        start=datetime(2026, 10, 14, 8, 0),
        cameras=write_right_names(RECORDING),
        first_worn=read_first_worn(load_people(RECORDING)),
        look_alikes=lambda _: (),
        get_links=dict,
        task_type=task_type,
        form=task_type.make_answer_form(task),
    )


def check_frames(moment: Moment) -> None:
    for scene in moment.scenes:
        assert 0 <= scene.frame < INDEX.table.frame_count
        width, height = INDEX.table.picture_wh[scene.camera_id]
        for boxed in scene.boxes:
            x1, y1, x2, y2 = boxed.box_xyxy
            assert max(x1, 0) < min(x2, width)
            assert max(y1, 0) < min(y2, height)
            assert BOX_WORDS[boxed.role]


@EVERY
def test_each_planted_error_is_told_and_shown(task_type: TaskType) -> None:
    met: set[str] = set()
    for task in list_tasks(task_type):
        facts = make_facts(task, task_type)
        for flaw in task_type.answer_wrongly(task, INDEX):
            moments = task_type.find_moments(task, flaw.answer, INDEX)
            telling = [moment for moment in moments if moment.kind in NAMED_BY[flaw.name]]
            assert telling, (flaw.name, task)
            assert any(moment.scenes or moment.kind in WITHOUT_FRAME for moment in telling), (flaw.name, task)
            for moment in moments:
                check_frames(moment)
                told = task_type.tell_moment(facts, moment)
                assert told.title
                assert told.title[-1] not in ".?!"
                assert not PERSON_ID.search(told.title + told.text), "people have no names in the debrief"
            met.add(flaw.name)
    assert len(met) >= 2


@EVERY
def test_an_empty_answer_has_moments(task_type: TaskType) -> None:
    for task in list_tasks(task_type):
        assert any(not moment.is_good for moment in task_type.find_moments(task, Answer(), INDEX))
