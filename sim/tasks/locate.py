"""Task type `locate`: where is this person at the end of the window, or where were they last seen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from sim.errors import TaskError
from sim.scoring.case import TraceCase
from sim.scoring.duration import COMPLETION, FINISHED
from sim.scoring.evidence import Answer, Mark
from sim.scoring.final_place import (
    ABSENCE_RIGHT,
    FINAL_PLACE,
    RIGHT_PERSON,
    find_final_row,
    find_final_zone,
    judge_absence,
    judge_right_person,
)
from sim.scoring.judged import Judged, PartView
from sim.scoring.mark_moments import (
    describe_last_mark,
    list_mark_moments,
)
from sim.scoring.metric import Better, Metric
from sim.scoring.moments import BoxRole, MarkMoment, Moment, MomentKind, make_scene, sort_moments
from sim.scoring.person_in_frame import PersonInFrame, read_person
from sim.scoring.score_card import Criterion, ScoreCard, find_warnings, judge_contradiction, make_score_card
from sim.scoring.trace_moments import list_place_moments
from sim.tasks.common.answer_form import AnswerForm
from sim.tasks.common.base import SearchTaskFile, Task, parse_file
from sim.tasks.common.flaw import Flaw, aim_at, flaw_absent, mark_clearest, pick_wrong_zone
from sim.tasks.common.moment_words import tell_search_moment
from sim.tasks.common.path_sentences import write_absence_failure
from sim.tasks.common.simulated_user import SimulatedUser
from sim.tasks.common.sought import (
    LEAST_FROM_END_S,
    SAYS_SO,
    check_sought,
    find_half_seen,
    find_late_glimpse,
    play_absent,
)
from sim.tasks.common.task_type import ABSENT_RULE, TIME_COUNTS, Direction, UsualParts
from sim.tasks.common.task_words import (
    Advice,
    MomentFacts,
    MomentText,
    TaskWords,
    Trains,
    advise_next,
    judge_part,
    list_time_parts,
    make_part,
    write_error,
    write_missing,
)
from sim.truth.appearance import round_off_s
from sim.truth.index import TruthIndex
from sim.truth.window import check_window, cut_window

NEAR_S = 5.0
"""A mark this close to the last sighting finds the person in time."""


def compute_sighting_error_s(case: TraceCase) -> float | None:
    """Return seconds from the last mark to the target's last sighting; None without a mark on the target.

    Last seen at 118.4 s and marked at 115.0 s: 3.4. A mark on a later glimpse is as late as can be: 0.
    """
    row = find_final_row(case)
    if row is None or not judge_right_person(case):
        return None
    last_s = float(case.index.table.rows["t_s"].to_numpy(dtype=np.float64)[row])
    return round_off_s(max(0.0, last_s - case.answer.marks[-1].t_s))


SIGHTING_ERROR = Metric(
    key="sighting_error_s", version=3, unit="s", better=Better.LOWER, compute=compute_sighting_error_s
)
LOCATE_METRICS: tuple[Metric[TraceCase], ...] = (
    RIGHT_PERSON,
    SIGHTING_ERROR,
    FINAL_PLACE,
    ABSENCE_RIGHT,
    COMPLETION,
    FINISHED,
)


def make_locate_card(case: TraceCase) -> ScoreCard:
    """Compute every metric that the case allows. Passed: right person within 5 s of the last sighting, right place.

    For a person who never appears: the answer says so and marks nobody. Either way no contradiction, inside the limit.
    """
    if case.legs:
        error_s = compute_sighting_error_s(case)
        judged: tuple[Criterion, ...] = (
            Criterion(key="right_person", met=bool(judge_right_person(case))),
            Criterion(key="near_last_sighting", met=error_s is not None and error_s <= NEAR_S),
            Criterion(key="final_place", met=bool(FINAL_PLACE.compute(case))),
        )
    else:
        judged = (Criterion(key="absence_right", met=bool(ABSENCE_RIGHT.compute(case))),)
    return make_score_card(
        case,
        LOCATE_METRICS,
        criteria=(*judged, judge_contradiction(case)),
        warnings=find_warnings(case),
    )


LOCATE = "locate"


class LocateTaskFile(SearchTaskFile):
    """`{"type": "locate", "target": "P014", "window_s": [0, 180]}`: the question is about the end of the window."""

    type: Literal["locate"]


def _mark_last(case: TraceCase) -> Mark | None:
    """Return a mark on the target's last row, or None when they never appear."""
    row = find_final_row(case)
    return None if row is None else aim_at(case.index, row)


def find_locate_moments(case: TraceCase) -> tuple[Moment, ...]:
    """Return what the mark was, compared with the last sighting, and the place."""
    row = find_final_row(case)
    if row is None:
        absent = [] if judge_absence(case) else [Moment(kind=MomentKind.NOT_ABSENT, t_s=None)]
        return sort_moments((*list_mark_moments(case), *absent))
    last = read_person(case.index, row)
    mark = describe_last_mark(case, last)
    error_s = compute_sighting_error_s(case)
    if error_s is not None and error_s > NEAR_S:
        mark = _describe_early(case, mark, last)
    return sort_moments((mark, *list_place_moments(case)))


def _describe_early(case: TraceCase, mark: MarkMoment, last: PersonInFrame) -> MarkMoment:
    return MarkMoment(
        kind=MomentKind.NOT_LAST,
        t_s=mark.t_s,
        scenes=(*mark.scenes, make_scene(last, BoxRole.STUDENT)),
        camera_id=mark.camera_id,
        sought=case.target,
        right=last,
        made_s=mark.made_s,
    )


class LocateWords:
    """See `sim.tasks.common.task_words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        return tuple(_list_parts(score))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        is_absent = score.card.values.get("absence_right") is not None
        right = (
            "Correct. The student doesn't appear on any camera in this time."
            if is_absent
            else "Correct. You found the student's last sighting and the location."
        )
        return write_missing(score.card, _list_failures(score)) or right

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        values = score.card.values
        advice: list[Advice] = []
        if values.get("right_person") is False and not score.answer.marks:
            advice.append(
                Advice(
                    "Mark the student each time you find them farther on: the last mark counts.",
                    trains=Trains.NEXT_CAMERA,
                )
            )
        elif values.get("right_person") is False:
            advice.append(
                Advice(
                    "Compare bag, shoes and hair with what you know of the student before you mark someone.",
                    trains=Trains.LOOK_ALIKES,
                )
            )
        error_s = values.get("sighting_error_s")
        if error_s is not None and error_s > NEAR_S:
            advice.append(
                Advice(
                    "When the student leaves a picture, open the camera where they would come out and continue.",
                    trains=Trains.NEXT_CAMERA,
                )
            )
        if values.get("final_place") is False:
            advice.append(Advice("Find the camera on the map before you give the location.", trains=Trains.LAST_PLACE))
        harder = Advice("Try a student who is harder to tell from others.", trains=Trains.LOOK_ALIKES)
        return tuple(advice[:2]) or advise_next(score.card, harder)

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        return tell_search_moment(facts, moment)


LOCATE_WORDS = LocateWords()


def _list_failures(score: Judged) -> dict[str, str | None]:
    error_s, case = score.card.values.get("sighting_error_s"), score.case
    has_marks = bool(score.answer.marks)
    late = None
    if error_s is not None:
        late = f"marked the student {_write_off(error_s)} (goal: within {NEAR_S:.0f} seconds)"
    return {
        "right_person": "did not mark the student" if has_marks else "marked no one",
        "near_last_sighting": late,
        "final_place": "missed the last location",
        "no_contradiction": "said that the student doesn't appear, but marked someone" if case and case.legs else None,
        "absence_right": write_absence_failure(has_marks=has_marks),
    }


def _write_off(error_s: float) -> str:
    return f"{write_error(error_s, NEAR_S)} before the last sighting"


def _list_parts(score: Judged) -> Iterator[PartView]:
    card = score.card
    yield from judge_part(
        card,
        "right_person",
        "Correct student",
        right="Your mark is on the student.",
        wrong="Your mark is not on the student.",
        unanswered="" if score.answer.marks else "You marked no one.",
    )
    error_s = card.values.get("sighting_error_s")
    if error_s is not None:
        off = round(error_s)
        sentence = f"You marked the student {_write_off(error_s)}." if off else "You marked the last sighting."
        value = f"{write_error(error_s, NEAR_S)} off" if off else "On time"
        yield make_part("sighting_error_s", "Last sighting", value, sentence, good=error_s <= NEAR_S)
    yield from judge_part(
        card,
        "final_place",
        "Last location",
        right="This is where the student was last seen.",
        wrong="The student was last seen elsewhere.",
        unanswered="" if score.answer.final_zone else "You gave no last location.",
    )
    yield from judge_part(
        card,
        "absence_right",
        "Not on any camera",
        right="The student doesn't appear on any camera in this time, and you said so.",
        wrong="The student doesn't appear on any camera in this time. Say so, and mark no one.",
    )
    yield from list_time_parts(card)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocateType(UsualParts):
    """See `sim.tasks.common.task_type.TaskType`."""

    name: str = LOCATE
    version: int = 2
    metrics: Sequence[Metric[TraceCase]] = LOCATE_METRICS
    make_card: Callable[[Any], ScoreCard] = make_locate_card
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
        return parse_file(LocateTaskFile, text, source=source, error_type=TaskError).make_task(LOCATE)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError: the person is unknown or cannot fairly be asked for, or the window leaves the recording."""
        window, person = cut_window(index, task.window_s), task.person
        check_sought(window, person, (find_half_seen(window, person), find_late_glimpse(window, person)))

    def list_moments(self, case: TraceCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        """Return what the mark was beside the last sighting, and the place."""
        return find_locate_moments(case)

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        """Return a mark on the last sighting, and its place."""
        case = self.make_case(task, Answer(), index)
        mark = _mark_last(case)
        if mark is None:
            return SAYS_SO
        return Answer(marks=(mark,), final_zone=find_final_zone(case))

    def answer_wrongly(self, task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
        """Return answers with a wrong place, an early mark, and a mark on nobody; or as `flaw_absent`."""
        perfect = self.answer_perfectly(task, index)
        if not perfect.marks or perfect.final_zone is None:
            return tuple(flaw_absent(cut_window(index, task.window_s)))
        case = self.make_case(task, Answer(), index)
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

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        """Follow the person leg by leg to the last sighting; a missed leg ends the search where they were found."""
        case = self.make_case(task, Answer(), index)
        if not case.legs:
            play_absent(user, case.window, look_alikes)
            return
        rng, skill = user.rng, user.skill
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


LOCATE_TYPE = LocateType()
