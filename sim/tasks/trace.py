"""Task type `trace`: where was this person, camera after camera, and where last."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from sim.scoring.case import TraceCase
from sim.scoring.evidence import Answer
from sim.scoring.losses import find_losses
from sim.scoring.moments import Moment, sort_moments
from sim.scoring.path_metrics import find_final_zone, judge_final_place
from sim.scoring.score_card import Judged, PartView, list_metrics
from sim.scoring.trace_moments import find_trace_moments, list_place_moments
from sim.tasks.common.path_sentences import (
    SEARCH_ALL,
    get_case,
    judge_path,
    list_path_parts,
    list_trace_failures,
    write_success,
    write_wrong_absence,
)
from sim.tasks.common.simulated_user import (
    MISSED,
    STRANGER,
    Flaw,
    SimulatedUser,
    find_bare_spots,
    find_strangers,
    flaw_absent,
    mark_clearest,
    pick_other,
    pick_wrong_zone,
)
from sim.tasks.common.sought import check_sought, find_half_seen, find_late_glimpse, play_absent
from sim.tasks.common.task import AnswerForm, SearchTaskFile, Task
from sim.tasks.common.task_type import (
    ABSENT_RULE,
    APPEARANCES_COUNT,
    APPEARANCES_RULE,
    TIME_COUNTS,
    Direction,
    TaskType,
)
from sim.tasks.common.task_words import Advice, Trains, read_number, write_missing
from sim.truth.index import TruthIndex
from sim.truth.window import cut_window

TRACE = "trace"


class TraceType(TaskType):
    name = TRACE
    title = "Trace a student"
    practice_title = "Practice"
    counts = (*APPEARANCES_COUNT, "The student's last location.", TIME_COUNTS)
    pass_rule = f"Pass: {APPEARANCES_RULE}, the last location. {ABSENT_RULE}"
    metrics = list_metrics("path", "place", "absence", "first", "time", "next", "footage")
    follows = Direction.FORWARD
    can_be_absent = True
    trains = ((Trains.LOOK_ALIKES, 30.0), (Trains.NEXT_CAMERA, 1.0))
    file = SearchTaskFile
    harder = Advice("Aim for the same result in less time.")

    def make_question(self, task: Task) -> str:
        return "Mark this student once each time a camera shows them, and give their last location."

    def make_answer_form(self, task: Task) -> AnswerForm:
        return AnswerForm(asks_final_zone=True, asks_absent=True)

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        window = cut_window(index, window_s)
        asked = [
            person
            for person in index.person_ids
            if find_half_seen(window, person) is None and find_late_glimpse(window, person) is None
        ]
        return tuple(Task(type=TRACE, target=person, window_s=window_s) for person in asked)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        window, person = cut_window(index, task.window_s), task.person
        check_sought(window, person, (find_half_seen(window, person), find_late_glimpse(window, person)))

    def judge(self, case: TraceCase) -> dict[str, bool | None]:
        return judge_path(case, final_place=judge_final_place(case))

    def list_moments(self, case: TraceCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        return sort_moments((*find_trace_moments(case), *list_place_moments(case)))

    def list_parts(self, score: Judged, task: Task) -> Iterator[PartView]:
        yield from list_path_parts(score, task)

    def write_parts(self, score: Judged, task: Task) -> tuple[PartView, ...]:
        return tuple(self.list_parts(score, task))

    def write_verdict(self, score: Judged, task: Task) -> str:
        case = get_case(score, task)
        if score.card.passed and not case.legs:
            return "Correct. The student doesn't appear on any camera in this time, and you marked no one."
        if score.card.passed:
            return f"{write_success(case)}, marked no one else, named the last location, and finished in time."
        failures = {**list_trace_failures(case), "final_place": "missed the last location"}
        return (
            write_wrong_absence(case)
            or write_missing(score.card, failures)
            or "Nothing was wrong, but the time is not known."
        )

    def list_advice(self, score: Judged, task: Task) -> Iterator[Advice]:
        case, values = get_case(score, task), score.card.values
        if write_wrong_absence(case):
            yield SEARCH_ALL
            return
        if case.claims.others:
            sentence = "Before you mark, compare two things besides the top: shoes, bag, hair, pants."
            yield Advice(sentence, trains=Trains.LOOK_ALIKES)
        is_nothing = len(case.legs) > 0 and not case.claims.target
        if is_nothing:
            yield Advice("Start at the last sighting, or at an entrance, and look around there first.")
        is_lost = not is_nothing and score.card.criteria.get("appearance_recall") is False
        follow = Advice("After each mark, check the map for the next cameras.", trains=Trains.NEXT_CAMERA)
        if is_lost:
            yield follow
        if values.get("final_place") is False:
            sentence = "Before you submit, follow the student to their last appearance."
            yield Advice(sentence, trains=Trains.LAST_PLACE)
        if not is_lost and find_losses(case):
            yield follow
        if values.get("finished") is False:
            yield Advice("Scan at double speed, and slow down only where the student may come by.")
        if read_number(values.get("rewatch_share")) > 0.3:
            yield Advice("Mark as soon as you are sure: you watched much of it twice.")

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        case: TraceCase = self.make_case(task, Answer(), index)
        marks = tuple(mark_clearest(case.window, leg) for leg in case.legs)
        return Answer(marks=marks, final_zone=find_final_zone(case), not_on_camera=not marks)

    def answer_wrongly(self, task: Task, index: TruthIndex) -> Iterator[Flaw]:
        perfect, window = self.answer_perfectly(task, index), cut_window(index, task.window_s)
        if not perfect.marks:
            yield from flaw_absent(window)
            return
        zone = perfect.final_zone and pick_wrong_zone(index, perfect.final_zone, np.random.default_rng(0))
        if zone:
            yield Flaw("wrong place", replace(perfect, final_zone=zone), {"final_place"})
        if len(perfect.marks) > 1:
            yield Flaw("a leg missed", replace(perfect, marks=perfect.marks[1:]), MISSED)
        for number in find_strangers(window, task.person)[:1]:
            marks = (*perfect.marks, mark_clearest(window, number))
            yield Flaw("someone else marked", replace(perfect, marks=marks), STRANGER)
        for mark in find_bare_spots(window, perfect)[:1]:
            answer = replace(perfect, marks=(*perfect.marks, mark))
            yield Flaw("nobody at the spot marked", answer, {"appearance_precision"})

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        """Go leg by leg: before each some wrong cameras are opened and watched.

        Then the leg is marked, missed, or somebody nearby is marked instead, one of `look_alikes` when such a one is
        near. Waiting times are log-normal about `skill.pace_s`.
        """
        case: TraceCase = self.make_case(task, Answer(), index)
        window, rng, skill = case.window, user.rng, user.skill
        if not case.legs:
            play_absent(user, window, look_alikes)
            return
        found_last = False
        for leg in case.legs:
            user.stray(index.camera_ids, window, around_s=float(window.first_s[leg]))
            found_last = False
            if rng.random() < skill.follow_share:
                other = pick_other(window, leg, task.person, look_alikes, rng)
                if other is not None:
                    user.mark(mark_clearest(window, other), window)
                    continue
            if rng.random() < skill.miss_share:
                user.stray(index.camera_ids, window, around_s=float(window.last_s[leg]))
                continue
            user.mark(mark_clearest(window, leg), window)
            found_last = True
        zone = find_final_zone(case)
        if zone is not None and not (found_last and rng.random() < skill.place_share):
            zone = pick_wrong_zone(index, zone, rng)
        user.submit(final_zone=zone)
