"""Task type `encounter`: who met this person, or handed something to them, and when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

import numpy as np

from sim.errors import TaskError
from sim.scoring.evidence import Answer, Mark, SearchLog
from sim.scoring.mark import check_marks, resolve_marks
from sim.scoring.moments import BoxRole, MarkMoment, Moment, MomentKind, make_scene, read_person
from sim.scoring.score_card import Better, Judged, PartView, list_metrics, metric
from sim.scoring.trace_moments import describe_last_mark
from sim.tasks.common.simulated_user import Flaw, SimulatedUser, aim_at
from sim.tasks.common.sought import check_kind, find_event
from sim.tasks.common.task import AnswerForm, Name, Task, TaskFile
from sim.tasks.common.task_type import TIME_COUNTS, TaskType
from sim.tasks.common.task_words import (
    Advice,
    MomentFacts,
    MomentText,
    join_sentences,
    judge_error_part,
    judge_part,
    write_made,
    write_missing,
    write_off,
    write_times,
    write_where,
)
from sim.truth.appearance import is_over
from sim.truth.events import Event
from sim.truth.index import TruthIndex
from sim.truth.window import check_window, cut_window

NEAR_S = 10.0


FAR_S = 20.0
MET = "the person they met"
QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "meeting": "This student meets someone. Find whom,",
        "hand-over": "A bag passes between this student and someone else. Find who that is,",
        "jacket-swap": "This student swaps tops with someone. Find who that is,",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCase:
    event: Event
    other: str  # the person met
    mark: Mark | None  # the last mark, or None
    is_other: bool  # whether that mark is on the other person
    # by how much even the best mark on the other person misses the meeting, because no camera shows them nearer to it;
    # 0 where one does
    least_error_s: float
    log: SearchLog | None  # how the search went, or None


def measure_errors_s(
    index: TruthIndex, event: Event, *, other: str, window_s: tuple[float, float]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return, for every row of the other person but in glimpses, seconds to the event's span, 0 inside it; [n]."""
    own = index.appearance_rows.t_s[index.find_asked_rows(other, window_s)]
    return np.asarray(np.maximum(np.maximum(event.start_s - own, own - event.end_s), 0.0), dtype=np.float64)


@metric("encounter", "right_other", "The other person", version=3)
def judge_other(case: MeetingCase) -> bool:
    return case.is_other


@metric("encounter", "moment_error_s", "Moment", version=4, unit="s", better=Better.LOWER)
def compute_moment_error_s(case: MeetingCase) -> float | None:
    """Return seconds from the mark to the meeting, less what no mark could do without; None unless on the other person.

    Meeting 60 to 66 s, the other person last on camera at 58 s: a mark at 55 s is 5 - 2 = 3 s off.
    """
    if case.mark is None or not case.is_other:
        return None
    off_s = max(case.event.start_s - case.mark.t_s, case.mark.t_s - case.event.end_s, 0.0)
    return max(0.0, off_s - case.least_error_s)


class EncounterTaskFile(TaskFile):
    """`{"type": "encounter", "target": "P035", "event_id": "meeting-1", "kind": "meeting", "window_s": [0, 300]}`."""

    target: Name
    event_id: Name
    kind: Literal["meeting", "hand-over", "jacket-swap"]


def _find_pair(task: Task, index: TruthIndex) -> tuple[Event, str]:
    event = find_event(task, index, kinds=QUESTIONS)
    others = [each for each in event.person_ids if each != task.person]
    if task.person not in event.person_ids or len(others) != 1:
        raise TaskError(
            f"{task.person} is not one of the two of the event {event.event_id!r}", todo="choose the forms again"
        )
    return event, others[0]


def _mark_near(index: TruthIndex, task: Task, person: str, from_s: float, to_s: float) -> Mark:
    rows, own = index.appearance_rows, index.find_asked_rows(person, task.window_s)
    if len(own) == 0:
        raise TaskError("no camera shows the other person in the window", todo="choose the forms again")
    off_s = np.maximum(np.maximum(from_s - rows.t_s[own], rows.t_s[own] - to_s), 0.0)
    return aim_at(index, int(rows.table_row[own[int(np.argmin(off_s))]]))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingMoment(MarkMoment):
    """A mark about a meeting: who was to be marked is the person met, `seeker` the student whom the task names."""

    event: Event
    seeker: str


class EncounterType(TaskType):
    name = "encounter"
    title = "Who met the student"
    practice_title = "Who met them"
    counts = ("That your mark is on the other person.", "How near it is to the moment.", TIME_COUNTS)
    pass_rule = f"Pass: your mark is on the other person, within {NEAR_S:.0f} seconds of the moment."
    metrics = list_metrics("encounter", "time")
    file = EncounterTaskFile
    harder = Advice("Try the same with a student who is harder to tell from others.")

    def make_question(self, task: Task) -> str:
        return (
            f"{QUESTIONS[str(task.params['kind'])]} and mark that person as near to the moment as a camera shows them."
        )

    def make_answer_form(self, task: Task) -> AnswerForm:
        return AnswerForm(most_marks=1)

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        low_s, high_s = check_window(index, window_s)
        window = cut_window(index, window_s)
        tasks = []
        for event in index.events:
            if event.kind not in QUESTIONS or len(event.person_ids) != 2:
                continue
            inside = low_s <= event.start_s and event.end_s <= high_s
            if inside and all(window.find_target(person) for person in event.person_ids):
                params = {"event_id": event.event_id, "kind": event.kind}
                pair = event.person_ids
                tasks += [Task(type=self.name, target=each, window_s=window_s, params=params) for each in pair]
        return tuple(tasks)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        index.get_person_code(task.person)
        window = cut_window(index, task.window_s)
        event, other = _find_pair(task, index)
        check_kind(task, event)
        if not window.find_target(other):
            raise TaskError("no camera shows the other person in the window", todo="choose the forms again")

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> MeetingCase:
        event, other = _find_pair(task, index)
        window = cut_window(index, task.window_s)
        check_marks(index, answer.marks, window.window_s)
        mark = answer.marks[-1] if answer.marks else None
        person = resolve_marks(index, answer.marks[-1:]).person
        errors = measure_errors_s(index, event, other=other, window_s=window.window_s)
        return MeetingCase(
            event=event,
            other=other,
            mark=mark,
            is_other=mark is not None and int(person[0]) == index.get_person_code(other),
            least_error_s=float(errors.min(initial=np.inf)),
            log=log,
        )

    def judge(self, case: MeetingCase) -> dict[str, bool | None]:
        error_s = compute_moment_error_s(case)
        return {"right_other": case.is_other, "near_in_time": error_s is not None and not is_over(error_s, NEAR_S)}

    def list_moments(self, case: MeetingCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        own = index.find_asked_rows(case.other, task.window_s)
        if len(own) == 0:
            return ()
        errors_s = measure_errors_s(index, case.event, other=case.other, window_s=task.window_s)
        met = read_person(index, int(index.appearance_rows.table_row[own[int(np.argmin(errors_s))]]))
        mark = describe_last_mark(
            index,
            () if case.mark is None else (case.mark,),
            case.log,
            is_right=case.is_other,
            instead=met,
            role=BoxRole.OTHER,
        )
        error_s = compute_moment_error_s(case)
        if error_s is not None and is_over(error_s, NEAR_S):
            scenes = (*mark.scenes, make_scene(met, BoxRole.OTHER))
            mark = replace(mark, kind=MomentKind.FAR_OFF, scenes=scenes, right=met)
        told = {name: getattr(mark, name) for name in MarkMoment.__dataclass_fields__}
        return (MeetingMoment(**told, event=case.event, seeker=task.person),)

    def find_people_to_mark(self, task: Task, index: TruthIndex) -> frozenset[str]:
        met = {
            person for event in index.events if event.event_id == task.params["event_id"] for person in event.person_ids
        }
        return frozenset(met - {task.person})

    def list_parts(self, score: Judged, task: Task) -> Iterator[PartView]:
        yield from judge_part(
            score.card,
            "right_other",
            right="Your mark is on the person they met.",
            wrong="Your mark is not on the person they met.",
            unanswered="" if score.answer.marks else "You marked no one.",
        )
        off, exact = "Your mark is {} from the moment.", "No camera shows the person nearer to the moment."
        yield from judge_error_part(score.card, "moment_error_s", NEAR_S, off=off, exact=exact)

    def write_verdict(self, score: Judged, task: Task) -> str:
        error_s = score.card.values.get("moment_error_s")
        failures = {
            "right_other": "did not mark the person they met" if score.answer.marks else "marked no one",
            "near_in_time": None if error_s is None else write_off(error_s, NEAR_S),
        }
        return write_missing(score.card, failures) or "Correct. You marked the person they met, at the right moment."

    def list_advice(self, score: Judged, task: Task) -> Iterator[Advice]:
        error_s = score.card.values.get("moment_error_s")
        if score.card.values.get("right_other") is False:
            yield Advice("Follow the student until they stop, then look at who stands with them.")
        elif error_s is not None and is_over(error_s, NEAR_S):
            yield Advice("Step around the moment until you see the two together, and mark there.")

    def tell_moment(self, facts: MomentFacts, moment: MeetingMoment) -> MomentText:
        event, right = moment.event, moment.right
        begins, ends = facts.write_clock(event.start_s), facts.write_clock(event.end_s)
        when = f"The meeting was {begins} to {ends}{'' if event.shown else ', off camera'}."
        where = write_where(facts, moment, who=MET)
        sentences: tuple[str, ...]
        match moment.kind:
            case MomentKind.FIRST_RIGHT:
                title, sentences = "correct, this is the person", (write_made(moment, "You marked them"), when)
            case MomentKind.NO_MARK:
                title, sentences = "you marked no one", ("The other person is boxed here.", when)
            case MomentKind.FAR_OFF if right is not None:
                nearest = f"{facts.name_camera(right.camera_id)} at {facts.write_clock(right.t_s)}"
                title = "the right person, far from the moment"
                sentences = (when, f"The nearest picture of them is {nearest}.")
            case MomentKind.NOBODY:
                title, sentences = "you marked a spot where no one is", (where, when)
            case _ if moment.marked == moment.seeker:
                title = "you marked the student, not the person they met"
                sentences = ("The other person was asked for.", where, when)
            case _:
                title = "you marked someone else"
                unlike = facts.compare(moment.sought, moment.marked or "", moment.t_s or 0.0, owner=MET)
                sentences = (unlike, where, when, write_times(moment, "You marked this person"))
        return MomentText(title=title, text=join_sentences(*sentences))

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        event, other = _find_pair(task, index)
        return Answer(marks=(_mark_near(index, task, other, event.start_s, event.end_s),))

    def answer_wrongly(self, task: Task, index: TruthIndex) -> Iterator[Flaw]:
        event, other = _find_pair(task, index)
        both = {"right_other", "moment_error_s"}
        own = _mark_near(index, task, task.person, event.start_s, event.end_s)
        yield Flaw("the same student marked", Answer(marks=(own,)), both)
        yield Flaw("no mark", Answer(), both)
        for far_s in task.window_s:
            mark = _mark_near(index, task, other, far_s, far_s)
            if min(abs(mark.t_s - event.start_s), abs(mark.t_s - event.end_s)) > FAR_S:
                yield Flaw("far from the moment", Answer(marks=(mark,)), {"moment_error_s"})

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        window = cut_window(index, task.window_s)
        event, other = _find_pair(task, index)
        for leg in window.find_target(task.person):
            if window.first_s[leg] > event.end_s:
                break
            user.follow(window, leg)
        if user.rng.random() >= user.skill.miss_share:
            marked = task.person if user.rng.random() < user.skill.follow_share else other
            user.mark(_mark_near(index, task, marked, event.start_s, event.end_s), window)
        user.submit()
