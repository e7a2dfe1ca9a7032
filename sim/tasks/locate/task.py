"""Task type `locate`: where is this person at the end of the window, or where were they last seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from sim.errors import TaskError
from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.evidence import Answer, Mark, SearchLog
from sim.scoring.final_place import find_final_row, find_final_zone
from sim.scoring.metric import Metric
from sim.scoring.moments import Moment
from sim.scoring.score_card import ScoreCard
from sim.tasks.common.absent import SAYS_SO, search_absent
from sim.tasks.common.advice import Trains
from sim.tasks.common.aim import aim_at, mark_clearest
from sim.tasks.common.answer_form import AnswerForm
from sim.tasks.common.base import SearchTaskFile, Task, parse_file
from sim.tasks.common.flaw import Flaw, flaw_absent
from sim.tasks.common.mistakes import pick_wrong_zone
from sim.tasks.common.search_step import SearchStep
from sim.tasks.common.simulated_user import SimulatedUser
from sim.tasks.common.skill import Skill
from sim.tasks.common.sought import LEAST_FROM_END_S, check_sought, find_half_seen, find_late_glimpse
from sim.tasks.common.task_type import ABSENT_RULE, TIME_COUNTS, Direction, UsualParts
from sim.tasks.common.task_words import TaskWords
from sim.tasks.locate.judge import LOCATE_METRICS, NEAR_S, make_locate_card
from sim.tasks.locate.moments import find_locate_moments
from sim.tasks.locate.sentences import LOCATE_WORDS
from sim.truth.index import TruthIndex
from sim.truth.window import check_window, cut_window

LOCATE = "locate"


class LocateTaskFile(SearchTaskFile):
    """`{"type": "locate", "target": "P014", "window_s": [0, 180]}`: the question is about the end of the window."""

    type: Literal["locate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocateType(UsualParts):
    """See `sim.tasks.common.task_type.TaskType`."""

    name: str = LOCATE
    version: int = 2
    metrics: Sequence[Metric[TraceCase]] = LOCATE_METRICS
    title: str = "Where is the student now"
    practice_title: str = "Where now"
    counts: Sequence[str] = (
        "That your mark is on the student.",
        "How near it is to the last time a camera shows them.",
        "The location.",
        TIME_COUNTS,
    )
    pass_rule: str = (
        f"Pass: your mark is on the student, within {NEAR_S:.0f} seconds of their last sighting, location "
        f"correct, in time. {ABSENT_RULE}"
    )
    words: TaskWords = LOCATE_WORDS
    follows: Direction | None = Direction.FORWARD
    can_be_absent: bool = True
    trains: Sequence[tuple[Trains, float]] = (
        (Trains.LOOK_ALIKES, 20.0),
        (Trains.LAST_PLACE, 0.0),
    )

    def make_question(self, task: Task) -> str:
        """Return what is asked, in words for the trainee."""
        return (
            "Where is this student at the end of the time given, or where were they last seen before it? "
            "Mark them as late as you can see them, and give the location."
        )

    def make_answer_form(self, task: Task) -> AnswerForm:
        """Return one mark, the place, and "never appears"."""
        return AnswerForm(most_marks=1, asks_final_zone=True, asks_absent=True)

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        """Return one task for everybody who is seen in the window; it ends where somebody else has gone on walking."""
        low_s, high_s = check_window(index, window_s)
        until = (low_s, max(low_s + LEAST_FROM_END_S, high_s - LEAST_FROM_END_S))
        if until[1] > high_s:
            return ()
        window = cut_window(index, until)
        seen = [person for person in index.person_ids if window.find_target(person)]
        asked = [person for person in seen if find_late_glimpse(window, person) is None]
        return tuple(Task(type=LOCATE, target=person, window_s=until) for person in asked)

    def parse_task(self, text: str, *, source: str) -> Task:
        """Read a locate task. Raises TaskError."""
        return parse_file(LocateTaskFile, text, source=source, error_type=TaskError).make_task(LOCATE)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError: the person is unknown or cannot fairly be asked for, or the window leaves the recording."""
        window, person = cut_window(index, task.window_s), task.person
        check_sought(window, person, (find_half_seen(window, person), find_late_glimpse(window, person)))

    def score(self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None) -> ScoreCard:
        """Return the score card. Raises TaskError and AnswerError as `make_trace_case`."""
        return make_locate_card(_make_case(task, answer, index, log))

    def find_moments(
        self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None
    ) -> tuple[Moment, ...]:
        """Return what the mark was beside the last sighting, and the place."""
        return find_locate_moments(_make_case(task, answer, index, log))

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        """Return a mark on the last sighting, and its place."""
        case = _make_case(task, Answer(), index)
        mark = _mark_last(case)
        if mark is None:
            return SAYS_SO
        return Answer(marks=(mark,), final_zone=find_final_zone(case))

    def answer_wrongly(self, task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
        """Return answers with a wrong place, an early mark, and a mark on nobody; or as `flaw_absent`."""
        perfect = self.answer_perfectly(task, index)
        if not perfect.marks or perfect.final_zone is None:
            return tuple(flaw_absent(cut_window(index, task.window_s)))
        case = _make_case(task, Answer(), index)
        flaws = []
        zone = pick_wrong_zone(index, perfect.final_zone, np.random.default_rng(0))
        if zone is not None:
            answer = replace(perfect, final_zone=zone)
            flaws.append(Flaw(name="wrong place", answer=answer, hurts=frozenset({"final_place"})))
        if len(case.legs) > 1:
            early = mark_clearest(case.window, case.legs[0])
            answer = replace(perfect, marks=(early,))
            flaws.append(Flaw(name="marked too early", answer=answer, hurts=frozenset({"sighting_error_s"})))
        missing = replace(perfect, marks=())
        flaws.append(Flaw(name="nobody marked", answer=missing, hurts=frozenset({"right_person", "sighting_error_s"})))
        return tuple(flaws)

    def search(
        self, task: Task, index: TruthIndex, *, rng: np.random.Generator, skill: Skill, look_alikes: Sequence[str] = ()
    ) -> tuple[SearchStep, ...]:
        """Follow the person leg by leg to the last sighting; a missed leg ends the search where they were found."""
        case = _make_case(task, Answer(), index)
        if not case.legs:
            return search_absent(task, case.window, rng=rng, skill=skill, look_alikes=look_alikes)
        user = SimulatedUser(rng=rng, skill=skill, site_s=case.window.window_s[0])
        user.begin()
        mark, zone = _mark_last(case), find_final_zone(case)
        for leg in case.legs[:-1]:
            user.stray(index.camera_ids, case.window, around_s=float(case.window.first_s[leg]))
            user.open_camera(index.appearances[leg].camera_id)
            user.watch(from_s=float(case.window.first_s[leg]), to_s=float(case.window.last_s[leg]))
            if rng.random() < skill.miss_share:
                mark = mark_clearest(case.window, leg)
                break
        if mark is not None:
            user.mark(mark, case.window)
        if zone is not None and rng.random() >= skill.place_share:
            zone = pick_wrong_zone(index, zone, rng)
        user.submit(final_zone=zone)
        return tuple(user.steps)


def _make_case(task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> TraceCase:
    return make_trace_case(index, target=task.person, window_s=task.window_s, answer=answer, log=log)


def _mark_last(case: TraceCase) -> Mark | None:
    """Return a mark on the target's last row, or None when they never appear."""
    row = find_final_row(case)
    return None if row is None else aim_at(case.index, row)


LOCATE_TYPE = LocateType()
