"""Task type `origin`: from this moment back, where did they come in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from sim.errors import TaskError
from sim.scoring.case import make_trace_case
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.metric import Metric
from sim.scoring.moments import Moment
from sim.scoring.score_card import ScoreCard
from sim.tasks.common.absent import SAYS_SO, search_absent
from sim.tasks.common.advice import Trains
from sim.tasks.common.aim import mark_clearest
from sim.tasks.common.answer_form import AnswerForm, FieldKind
from sim.tasks.common.answer_form import Field as AnswerField
from sim.tasks.common.base import SearchTaskFile, Task, parse_file
from sim.tasks.common.flaw import MISSED, STRANGER, Flaw, flaw_absent
from sim.tasks.common.search_step import SearchStep
from sim.tasks.common.simulated_user import SimulatedUser
from sim.tasks.common.skill import Skill
from sim.tasks.common.sought import check_sought, find_half_seen
from sim.tasks.common.task_type import ABSENT_RULE, APPEARANCES_RULE, TIME_COUNTS, Direction, UsualParts
from sim.tasks.common.task_words import TaskWords
from sim.tasks.origin.judge import (
    DOOR,
    ORIGIN_METRICS,
    OriginCase,
    find_entry_door,
    list_outside_doors,
    make_origin_card,
    make_origin_case,
)
from sim.tasks.origin.moments import find_origin_moments
from sim.tasks.origin.sentences import ORIGIN_WORDS
from sim.truth.index import TruthIndex
from sim.truth.window import check_window, cut_window

ORIGIN = "origin"
LEAST_LEGS = 2


class OriginTaskFile(SearchTaskFile):
    """`{"type": "origin", "target": "P014", "window_s": [0, 140]}`: the search goes back from the window's end."""

    type: Literal["origin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginType(UsualParts):
    """See `sim.tasks.common.task_type.TaskType`."""

    name: str = ORIGIN
    version: int = 2
    metrics: Sequence[Metric[OriginCase]] = ORIGIN_METRICS
    title: str = "Which door they came in by"
    practice_title: str = "Came in by"
    counts: Sequence[str] = (
        "The entrance.",
        "How many of the student's appearances you marked.",
        "That you marked no one else.",
        TIME_COUNTS,
    )
    pass_rule: str = f"Pass: {APPEARANCES_RULE}, entrance correct, in time. {ABSENT_RULE}"
    words: TaskWords = ORIGIN_WORDS
    follows: Direction | None = Direction.BACKWARD
    can_be_absent: bool = True
    trains: Sequence[tuple[Trains, float]] = ((Trains.LOOK_ALIKES, 20.0),)

    def make_question(self, task: Task) -> str:
        """Return what is asked, in words for the trainee."""
        return (
            "Start at the end of the time given and search backward. Mark this student once in each appearance on a "
            "camera, and find the entrance they used."
        )

    def make_answer_form(self, task: Task) -> AnswerForm:
        """Return any number of marks, the door, and "never appears"."""
        door = AnswerField(key=DOOR, kind=FieldKind.DOOR, label="Which entrance did they use?")
        return AnswerForm(asks_absent=True, fields=(door,))

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        """Return one task for everybody who clearly comes in by one door and is on two or more cameras after it."""
        low_s, _ = check_window(index, window_s)
        window = cut_window(index, window_s)
        tasks = []
        for person in index.person_ids:
            legs = window.find_target(person)
            if len(legs) < LEAST_LEGS:
                continue
            until = (low_s, float(max(window.last_s[list(legs)])))
            if find_entry_door(index, person, until) is not None:
                tasks.append(Task(type=ORIGIN, target=person, window_s=until))
        return tuple(tasks)

    def parse_task(self, text: str, *, source: str) -> Task:
        """Read an origin task. Raises TaskError."""
        return parse_file(OriginTaskFile, text, source=source, error_type=TaskError).make_task(ORIGIN)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError when the person is unknown, is only half seen, or came in by a door that cannot be told."""
        window = cut_window(index, task.window_s)
        check_sought(window, task.person, [find_half_seen(window, task.person)])
        _find_door(task, index)

    def score(self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None) -> ScoreCard:
        """Return the score card. Raises TaskError and AnswerError."""
        trace = make_trace_case(index, target=task.person, window_s=task.window_s, answer=answer, log=log)
        return make_origin_card(make_origin_case(trace, _find_door(task, index)))

    def find_moments(
        self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None
    ) -> tuple[Moment, ...]:
        """Return the moments of the search backwards, and the door."""
        trace = make_trace_case(index, target=task.person, window_s=task.window_s, answer=answer, log=log)
        return find_origin_moments(make_origin_case(trace, _find_door(task, index)))

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        """Return one mark on the clearest row of each leg, the last first, and the door; or that they never appear."""
        window, door = cut_window(index, task.window_s), _find_door(task, index)
        if door is None:
            return SAYS_SO
        marks = tuple(mark_clearest(window, leg) for leg in reversed(window.find_target(task.person)))
        return Answer(marks=marks, choices={DOOR: door})

    def answer_wrongly(self, task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
        """Return answers with a wrong door, a leg missing, and somebody else marked.

        A person who never appears has the flaws of `flaw_absent`.
        """
        perfect = self.answer_perfectly(task, index)
        if not perfect.marks:
            return tuple(flaw_absent(cut_window(index, task.window_s)))
        window = cut_window(index, task.window_s)
        flaws = [Flaw(name="no door", answer=replace(perfect, choices={}), hurts=frozenset({"door_right"}))]
        for door in _list_wrong_doors(task, index)[:1]:
            answer = replace(perfect, choices={DOOR: door})
            flaws.append(Flaw(name="wrong door", answer=answer, hurts=frozenset({"door_right"})))
        flaws.append(Flaw(name="a leg missed", answer=replace(perfect, marks=perfect.marks[:-1]), hurts=MISSED))
        strangers = [n for n in np.flatnonzero(window.rows > 0) if index.appearances[n].person_id != task.person]
        for number in strangers[:1]:
            answer = replace(perfect, marks=(*perfect.marks, mark_clearest(window, int(number))))
            flaws.append(Flaw(name="someone else marked", answer=answer, hurts=STRANGER))
        return tuple(flaws)

    def search(
        self, task: Task, index: TruthIndex, *, rng: np.random.Generator, skill: Skill, look_alikes: Sequence[str] = ()
    ) -> tuple[SearchStep, ...]:
        """Go back leg by leg; a missed leg may end in a wrong door."""
        window, door = cut_window(index, task.window_s), _find_door(task, index)
        if door is None:
            return search_absent(task, window, rng=rng, skill=skill, look_alikes=look_alikes)
        user = SimulatedUser(rng=rng, skill=skill, site_s=window.window_s[1])
        user.begin()
        has_lost = False
        for leg in reversed(window.find_target(task.person)):
            user.stray(index.camera_ids, window, around_s=float(window.first_s[leg]))
            if rng.random() < skill.miss_share:
                has_lost = True
                continue
            user.mark(mark_clearest(window, leg), window)
        wrong = _list_wrong_doors(task, index)
        if wrong and (has_lost or rng.random() >= skill.place_share):
            door = wrong[int(rng.integers(len(wrong)))]
        user.choose(DOOR, door)
        user.submit()
        return tuple(user.steps)


def _find_door(task: Task, index: TruthIndex) -> str | None:
    """Return the door, None for somebody who never appears. Raises TaskError: they do, and nobody could tell."""
    if not cut_window(index, task.window_s).find_target(task.person):
        return None
    door = find_entry_door(index, task.person, task.window_s)
    if door is None:
        raise TaskError(
            f"it cannot be told by which door {task.person} came in",
            expected="a person who is first seen indoors near one outside door",
            todo="choose the forms again",
        )
    return door


def _list_wrong_doors(task: Task, index: TruthIndex) -> list[str]:
    right = _find_door(task, index)
    return [door.door_id for door in list_outside_doors(index) if door.door_id != right]


ORIGIN_TYPE = OriginType()
