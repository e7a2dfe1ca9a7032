"""Task type `locate`: where is this person at the end of the window, or where were they last seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.scoring.case import TraceCase
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.moments import BoxRole, Moment, MomentKind, make_scene, read_person, sort_moments
from sim.scoring.path_metrics import (
    find_final_row,
    find_final_zone,
    judge_absence,
    judge_final_place,
    judge_right_person,
)
from sim.scoring.score_card import Better, Judged, PartView, list_metrics, metric
from sim.scoring.trace_moments import describe_last_mark, list_mark_moments, list_place_moments
from sim.tasks.common.path_sentences import SEARCH_ALL, judge_absent, write_absence_failure, write_wrong_absence
from sim.tasks.common.simulated_user import Flaw, SimulatedUser, aim_at, flaw_absent, mark_clearest, pick_wrong_zone
from sim.tasks.common.sought import LEAST_FROM_END_S, SAYS_SO, check_sought, find_half_seen, play_absent
from sim.tasks.common.task import AnswerForm, SearchTaskFile, Task
from sim.tasks.common.task_type import ABSENT_RULE, TIME_COUNTS, Direction, TaskType
from sim.tasks.common.task_words import (
    Advice,
    Trains,
    judge_error_part,
    judge_part,
    judge_place_part,
    write_error,
    write_missing,
)
from sim.truth.appearance import is_over
from sim.truth.index import TruthIndex
from sim.truth.window import check_window, cut_window

NEAR_S = 5.0
"""A mark this close to the last sighting finds the person in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocateCase(TraceCase):
    """A trace whose last sighting may be a glimpse: anyone who saw it, and anyone who did not, is right."""

    @property
    def last(self) -> int | None:
        """The appearance of T that is seen last, or the last of all where the answer fits that better."""
        asked, shown = self.window.find_last(self.legs), self.window.find_last(self.shown)
        return shown if asked is not None and shown is not None and self._fit(shown) > self._fit(asked) else asked

    def measure_error_s(self, number: int) -> float | None:
        """Return seconds by which the last mark is before an appearance's last row; None: it is not on the target."""
        late_s = float(self.window.last_s[number])
        return max(0.0, late_s - self.answer.marks[-1].t_s) if judge_right_person(self) else None

    def _fit(self, number: int) -> int:
        """Return how many of two are right, beside an appearance's last row: the time of the mark, and the place."""
        error_s, row = self.measure_error_s(number), int(self.window.last_table_row[number])
        is_there = self.index.table.rows["zone"].iat[row] == self.answer.final_zone
        return int(error_s is not None and not is_over(error_s, NEAR_S)) + int(is_there)


@metric("locate", "sighting_error_s", "Last sighting", version=4, unit="s", better=Better.LOWER)
def compute_sighting_error_s(case: LocateCase) -> float | None:
    """Return seconds from the last mark to the target's last sighting; None without a mark on the target.

    Last seen at 118.4 s and marked at 115.0 s: 3.4; marked later, 0.
    """
    return None if case.last is None else case.measure_error_s(case.last)


class LocateType(TaskType):
    name = "locate"
    title = "Where is the student now"
    practice_title = "Where now"
    counts = (
        "That your mark is on the student.",
        "How near it is to the last time a camera shows them.",
        "The location.",
        TIME_COUNTS,
    )
    pass_rule = (
        f"Pass: a mark within {NEAR_S:.0f} seconds of the student's last sighting, and the location. {ABSENT_RULE}"
    )
    metrics = list_metrics("person", "locate", "place", "absence", "time")
    follows = Direction.FORWARD
    can_be_absent = True
    trains = ((Trains.LOOK_ALIKES, 20.0), (Trains.LAST_PLACE, 0.0))
    file = SearchTaskFile
    harder = Advice("Try a student who is harder to tell from others.", trains=Trains.LOOK_ALIKES)

    def make_question(self, task: Task) -> str:
        return "Mark this student as late as a camera shows them, and give the location."

    def make_answer_form(self, task: Task) -> AnswerForm:
        return AnswerForm(most_marks=1, asks_final_zone=True, asks_absent=True)

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        low_s, high_s = check_window(index, window_s)
        until = (low_s, max(low_s + LEAST_FROM_END_S, high_s - LEAST_FROM_END_S))
        if until[1] > high_s:
            return ()
        window = cut_window(index, until)
        return tuple(Task(type=self.name, target=p, window_s=until) for p in index.person_ids if window.find_target(p))

    def check_task(self, task: Task, index: TruthIndex) -> None:
        window, person = cut_window(index, task.window_s), task.person
        check_sought(window, person, [find_half_seen(window, person)])

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> LocateCase:
        return LocateCase.make(index, target=task.person, window_s=task.window_s, answer=answer, log=log)

    def judge(self, case: LocateCase) -> dict[str, bool | None]:
        """Judge the right person within 5 s of the last sighting, the right place, and no contradiction.

        For a person who never appears: the answer says so and marks nobody.
        """
        if not case.legs:
            return judge_absent(case)
        error_s = compute_sighting_error_s(case)
        return {
            "right_person": judge_right_person(case),
            "near_last_sighting": error_s is not None and not is_over(error_s, NEAR_S),
            "final_place": judge_final_place(case),
            "no_contradiction": not case.has_contradiction,
        }

    def list_moments(self, case: LocateCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        row = find_final_row(case)
        if row is None:
            absent = [] if judge_absence(case) else [Moment(kind=MomentKind.NOT_ABSENT, t_s=None)]
            return sort_moments((*list_mark_moments(case), *absent))
        last = read_person(index, row)
        is_right = judge_right_person(case)
        mark = describe_last_mark(index, case.answer.marks, case.log, is_right=is_right, instead=last)
        error_s = compute_sighting_error_s(case)
        if error_s is not None and is_over(error_s, NEAR_S):
            scenes = (*mark.scenes, make_scene(last, BoxRole.STUDENT))
            mark = replace(mark, kind=MomentKind.NOT_LAST, scenes=scenes, right=last)
        return sort_moments((mark, *list_place_moments(case)))

    def list_parts(self, score: Judged, task: Task) -> Iterator[PartView]:
        card = score.card
        yield from judge_part(
            card,
            "right_person",
            right="Your mark is on the student.",
            wrong="Your mark is not on the student.",
            unanswered="" if score.answer.marks else "You marked no one.",
        )
        off, exact = "You marked the student {} before the last sighting.", "You marked the last sighting."
        yield from judge_error_part(card, "sighting_error_s", NEAR_S, off=off, exact=exact)
        yield from judge_place_part(score)
        yield from judge_part(
            card,
            "absence_right",
            right="The student doesn't appear on any camera in this time, and you said so.",
            wrong="The student doesn't appear on any camera in this time. Say so, and mark no one.",
        )

    def write_verdict(self, score: Judged, task: Task) -> str:
        right = "Correct. You found the student's last sighting and the location."
        if score.card.values.get("absence_right") is not None:
            right = "Correct. The student doesn't appear on any camera in this time."
        error_s, case, has_marks = score.card.values.get("sighting_error_s"), score.case, bool(score.answer.marks)
        late = None
        if error_s is not None:
            off = f"{write_error(error_s, NEAR_S)} before the last sighting"
            late = f"marked the student {off} (goal: within {NEAR_S:.0f} seconds)"
        failures = {
            "right_person": "did not mark the student" if has_marks else "marked no one",
            "near_last_sighting": late,
            "final_place": "missed the last location",
            "no_contradiction": "said that the student doesn't appear, but marked someone"
            if case and case.legs
            else None,
            "absence_right": write_absence_failure(has_marks=has_marks),
            "searched_enough": None,
        }
        return write_wrong_absence(case) or write_missing(score.card, failures) or right

    def list_advice(self, score: Judged, task: Task) -> Iterator[Advice]:
        case, values = score.case, score.card.values
        if write_wrong_absence(case):
            yield SEARCH_ALL
            return
        if values.get("right_person") is False and not score.answer.marks:
            sentence = "Mark the student each time you find them farther on: the last mark counts."
            yield Advice(sentence, trains=Trains.NEXT_CAMERA)
        elif values.get("right_person") is False and case and case.index.knows_everybody and not case.claims.others:
            yield Advice("Pause while you see all of the student, then mark them.")
        elif values.get("right_person") is False:
            sentence = "Compare bag, shoes, and hair before you mark someone."
            yield Advice(sentence, trains=Trains.LOOK_ALIKES)
        error_s = values.get("sighting_error_s")
        if error_s is not None and is_over(error_s, NEAR_S):
            yield Advice("When the student leaves a picture, open the camera they walk to.", trains=Trains.NEXT_CAMERA)
        if values.get("final_place") is False:
            yield Advice("Find the camera on the map before you give the location.", trains=Trains.LAST_PLACE)

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        case = self.make_case(task, Answer(), index)
        row = find_final_row(case)
        return SAYS_SO if row is None else Answer(marks=(aim_at(index, row),), final_zone=find_final_zone(case))

    def answer_wrongly(self, task: Task, index: TruthIndex) -> Iterator[Flaw]:
        perfect = self.answer_perfectly(task, index)
        if perfect.final_zone is None:
            yield from flaw_absent(cut_window(index, task.window_s))
            return
        case = self.make_case(task, Answer(), index)
        zone = pick_wrong_zone(index, perfect.final_zone, np.random.default_rng(0))
        if zone is not None:
            yield Flaw("wrong place", replace(perfect, final_zone=zone), {"final_place"})
        if len(case.legs) > 1:
            answer = replace(perfect, marks=(mark_clearest(case.window, case.legs[0]),))
            if is_over(compute_sighting_error_s(self.make_case(task, answer, index)) or 0.0, NEAR_S):
                yield Flaw("marked too early", answer, {"sighting_error_s"})
        yield Flaw("nobody marked", replace(perfect, marks=()), {"right_person", "sighting_error_s"})

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        case = self.make_case(task, Answer(), index)
        window, rng, skill = case.window, user.rng, user.skill
        row, zone = find_final_row(case), find_final_zone(case)
        if row is None:
            play_absent(user, window, look_alikes)
            return
        mark = aim_at(index, row)
        for leg in case.legs[:-1]:
            user.follow(window, leg)
            if rng.random() < skill.miss_share:
                mark = mark_clearest(window, leg)
                break
        user.mark(mark, window)
        if zone is not None and rng.random() >= skill.place_share:
            zone = pick_wrong_zone(index, zone, rng)
        user.submit(final_zone=zone)
