"""Task type `encounter`: who met this person, or handed something to them, and when."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from sim.errors import TaskError
from sim.scoring.duration import COMPLETION, FINISHED
from sim.scoring.evidence import Answer, Mark, SearchLog
from sim.scoring.judged import Judged, PartView
from sim.scoring.mark import check_marks, resolve_marks
from sim.scoring.mark_moments import describe_missing, describe_right, describe_wrong
from sim.scoring.metric import Better, Metric
from sim.scoring.moments import BoxRole, MarkMoment, Moment, MomentKind, make_scene
from sim.scoring.person_in_frame import PersonInFrame, read_person
from sim.scoring.score_card import Criterion, ScoreCard, make_score_card
from sim.scoring.worked import find_made_times
from sim.tasks.common.answer_form import AnswerForm
from sim.tasks.common.base import Task, TaskFile, parse_file
from sim.tasks.common.flaw import Flaw, aim_at
from sim.tasks.common.moment_words import tell_search_moment, write_made, write_times, write_where
from sim.tasks.common.simulated_user import SimulatedUser
from sim.tasks.common.sought import EVENT_ID, find_event
from sim.tasks.common.task_type import TIME_COUNTS, UsualParts
from sim.tasks.common.task_words import (
    Advice,
    MomentFacts,
    MomentText,
    TaskWords,
    advise_next,
    join_sentences,
    judge_part,
    list_time_parts,
    make_part,
    write_error,
    write_missing,
    write_off,
)
from sim.truth.appearance import round_off_s
from sim.truth.events import Event
from sim.truth.index import TruthIndex
from sim.truth.window import check_window, cut_window

NEAR_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCase:
    """An answer beside the meeting it is about."""

    event: Event
    mark: Mark | None  # the last mark, or None
    is_other: bool  # whether that mark is on the other person
    # by how much even the best mark on the other person misses the meeting, because no camera shows them nearer to it;
    # 0 where one does
    least_error_s: float
    log: SearchLog | None  # how the search went, or None


def make_meeting_case(
    index: TruthIndex,
    event: Event,
    *,
    other: str,
    window_s: tuple[float, float],
    answer: Answer,
    log: SearchLog | None,
) -> MeetingCase:
    """Put an answer beside its meeting."""
    window = cut_window(index, window_s)
    check_marks(index, answer.marks, window.window_s)
    mark = answer.marks[-1] if answer.marks else None
    person = resolve_marks(index, answer.marks[-1:]).person
    errors = measure_errors_s(index, event, other=other, window_s=window.window_s)
    return MeetingCase(
        event=event,
        mark=mark,
        is_other=mark is not None and int(person[0]) == index.get_person_code(other),
        least_error_s=float(errors.min(initial=np.inf)),
        log=log,
    )


def measure_errors_s(
    index: TruthIndex, event: Event, *, other: str, window_s: tuple[float, float]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return, for every row of the other person but in glimpses, seconds to the event's span, 0 inside it; [n]."""
    own = index.appearance_rows.t_s[index.find_asked_rows(other, window_s)]
    return np.asarray(np.maximum(np.maximum(event.start_s - own, own - event.end_s), 0.0), dtype=np.float64)


def judge_other(case: MeetingCase) -> bool:
    """Return whether the last mark is on the person who was met; without a mark: false."""
    return case.is_other


def compute_moment_error_s(case: MeetingCase) -> float | None:
    """Return seconds from the mark to the meeting, less what no mark could do without; None unless on the other person.

    Meeting 60 to 66 s, the other person last on camera at 58 s: a mark at 55 s is 5 - 2 = 3 s off.
    """
    if case.mark is None or not case.is_other:
        return None
    off_s = max(case.event.start_s - case.mark.t_s, case.mark.t_s - case.event.end_s, 0.0)
    return round_off_s(max(0.0, off_s - case.least_error_s))


RIGHT_OTHER = Metric(key="right_other", version=2, better=Better.HIGHER, compute=judge_other)
MOMENT_ERROR = Metric(key="moment_error_s", version=3, unit="s", better=Better.LOWER, compute=compute_moment_error_s)
ENCOUNTER_METRICS: tuple[Metric[MeetingCase], ...] = (RIGHT_OTHER, MOMENT_ERROR, COMPLETION, FINISHED)


def make_encounter_card(case: MeetingCase) -> ScoreCard:
    """Compute every metric that the case allows. Passed: the other person, within 10 s of the meeting."""
    error_s = compute_moment_error_s(case)
    criteria = (
        Criterion(key="right_other", met=case.is_other),
        Criterion(key="near_in_time", met=error_s is not None and error_s <= NEAR_S),
    )
    return make_score_card(case, ENCOUNTER_METRICS, criteria=criteria)


ENCOUNTER = "encounter"
FAR_S = 20.0
QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "meeting": "This student meets someone. Find whom,",
        "hand-over": "A bag passes between this student and someone else. Find who that is,",
        "jacket-swap": "This student swaps tops with someone. Find who that is,",
    }
)


class EncounterTaskFile(TaskFile):
    """`{"type": "encounter", "target": "P035", "event_id": "meeting-1", "kind": "meeting", "window_s": [0, 300]}`."""

    type: Literal["encounter"]
    target: Annotated[str, Field(min_length=1)]
    event_id: Annotated[str, Field(min_length=1)]
    kind: Literal["meeting", "hand-over", "jacket-swap"]
    window_s: tuple[float, float]


def _find_pair(task: Task, index: TruthIndex) -> tuple[Event, str]:
    """Return the meeting and the person whom the target met. Raises TaskError."""
    event = find_event(task, index, kinds=QUESTIONS)
    others = [each for each in event.person_ids if each != task.person]
    if task.person not in event.person_ids or len(others) != 1:
        raise TaskError(
            f"{task.person} is not one of the two of the event {event.event_id!r}", todo="choose the forms again"
        )
    return event, others[0]


def _mark_near(index: TruthIndex, task: Task, person: str, from_s: float, to_s: float) -> Mark:
    """Return a mark on a person in the row of the window that is nearest to a span. Raises TaskError: on no camera."""
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


def find_meeting_moments(
    index: TruthIndex, case: MeetingCase, *, seeker: str, other: str, window_s: tuple[float, float]
) -> tuple[Moment, ...]:
    """Return what the mark was, beside the person who was met, as near to the meeting as a camera shows them."""
    own = index.find_asked_rows(other, window_s)
    if len(own) == 0:
        return ()
    errors_s = measure_errors_s(index, case.event, other=other, window_s=window_s)
    met = read_person(index, int(index.appearance_rows.table_row[own[int(np.argmin(errors_s))]]))
    mark = _describe_meeting_mark(index, case, met)
    fields = {name: getattr(mark, name) for name in MarkMoment.__dataclass_fields__}
    return (MeetingMoment(**fields, event=case.event, seeker=seeker),)


def _describe_meeting_mark(index: TruthIndex, case: MeetingCase, met: PersonInFrame) -> MarkMoment:
    mark = case.mark
    if mark is None:
        return describe_missing(met, MomentKind.NO_MARK, role=BoxRole.OTHER)
    row = int(resolve_marks(index, (mark,)).table_row[0])
    made_s = find_made_times(case.log).get(mark)
    if not case.is_other:
        return describe_wrong(
            index, mark, row=row, sought=met.person_id, instead=met, role=BoxRole.OTHER, made_s=made_s
        )
    moment = describe_right(index, row=row, role=BoxRole.OTHER, made_s=made_s)
    error_s = compute_moment_error_s(case)
    if error_s is None or error_s <= NEAR_S:
        return moment
    return MarkMoment(
        kind=MomentKind.FAR_OFF,
        t_s=moment.t_s,
        scenes=(*moment.scenes, make_scene(met, BoxRole.OTHER)),
        camera_id=moment.camera_id,
        sought=moment.sought,
        right=met,
        made_s=made_s,
    )


MET = "the person they met"


class EncounterWords:
    """See `sim.tasks.common.task_words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        return tuple(_list_parts(score))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        error_s = score.card.values.get("moment_error_s")
        failures = {
            "right_other": "did not mark the person they met" if score.answer.marks else "marked no one",
            "near_in_time": None if error_s is None else write_off(error_s, NEAR_S),
        }
        return write_missing(score.card, failures) or "Correct. You marked the person they met, at the right moment."

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        if score.card.values.get("right_other") is False:
            return (
                Advice("Follow the student until they stop or change something, then look at who stands with them."),
            )
        error_s = score.card.values.get("moment_error_s")
        if error_s is not None and error_s > NEAR_S:
            return (Advice("Step around the moment until you see the two together, and mark there."),)
        return advise_next(score.card, Advice("Try the same with a student who is harder to tell from others."))

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        return tell_meeting(facts, moment) if isinstance(moment, MeetingMoment) else tell_search_moment(facts, moment)


ENCOUNTER_WORDS = EncounterWords()


def _list_parts(score: Judged) -> Iterator[PartView]:
    yield from judge_part(
        score.card,
        "right_other",
        "The other person",
        right="Your mark is on the person they met.",
        wrong="Your mark is not on the person they met.",
        unanswered="" if score.answer.marks else "You marked no one.",
    )
    error_s = score.card.values.get("moment_error_s")
    if error_s is not None:
        off = write_error(error_s, NEAR_S)
        sentence = f"Your mark is {off} from the moment."
        if round(error_s) == 0:
            sentence = "No camera shows the person nearer to the moment."
        value = f"{off} off" if round(error_s) else "On time"
        yield make_part("moment_error_s", "Moment", value, sentence, good=error_s <= NEAR_S)
    yield from list_time_parts(score.card)


def tell_meeting(facts: MomentFacts, moment: MeetingMoment) -> MomentText:
    """Return a mark on the person met, on somebody else, or none, in words."""
    when = _write_meeting(facts, moment.event)
    match moment.kind:
        case MomentKind.FIRST_RIGHT:
            return MomentText(
                title="correct, this is the person", text=join_sentences(write_made(moment, "You marked them"), when)
            )
        case MomentKind.NO_MARK:
            return MomentText(title="you marked no one", text=join_sentences("The other person is boxed here.", when))
        case MomentKind.FAR_OFF:
            return _tell_far_off(facts, moment, when)
        case MomentKind.NOBODY:
            where = write_where(facts, moment, who=MET)
            return MomentText(title="you marked a spot where no one is", text=join_sentences(where, when))
        case _:
            return _tell_other(facts, moment, when)


def _write_meeting(facts: MomentFacts, event: Event) -> str:
    begins, ends = facts.write_clock(event.start_s), facts.write_clock(event.end_s)
    seen = "" if event.shown else ", off camera"
    return f"The meeting was {begins} to {ends}{seen}."


def _tell_far_off(facts: MomentFacts, moment: MeetingMoment, when: str) -> MomentText:
    right = moment.right
    if right is None:
        return MomentText(title="the right person, far from the moment", text=when)
    nearest = f"The nearest picture of them is {facts.name_camera(right.camera_id)} at {facts.write_clock(right.t_s)}."
    return MomentText(title="the right person, far from the moment", text=join_sentences(when, nearest))


def _tell_other(facts: MomentFacts, moment: MeetingMoment, when: str) -> MomentText:
    where = write_where(facts, moment, who=MET)
    if moment.marked == moment.seeker:
        text = join_sentences("The other person was asked for.", where, when)
        return MomentText(title="you marked the student, not the person they met", text=text)
    unlike = facts.compare(moment.sought, moment.marked or "", moment.t_s or 0.0, owner=MET)
    text = join_sentences(unlike, where, when, write_times(moment, "You marked this person"))
    return MomentText(title="you marked someone else", text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterType(UsualParts):
    """See `sim.tasks.common.task_type.TaskType`."""

    name: str = ENCOUNTER
    version: int = 2
    metrics: Sequence[Metric[MeetingCase]] = ENCOUNTER_METRICS
    make_card: Callable[[Any], ScoreCard] = make_encounter_card
    title: str = "Who met the student"
    practice_title: str = "Who met them"
    counts: Sequence[str] = ("That your mark is on the other person.", "How near it is to the moment.", TIME_COUNTS)
    pass_rule: str = f"Pass: your mark is on the other person, within {NEAR_S:.0f} seconds of the moment, in time."
    words: TaskWords = ENCOUNTER_WORDS

    def make_question(self, task: Task) -> str:
        return (
            f"{QUESTIONS[str(task.params['kind'])]} and mark that person as near to the moment as a camera shows them."
        )

    def make_answer_form(self, task: Task) -> AnswerForm:
        """Return one mark of a person."""
        return AnswerForm(most_marks=1)

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        """Return a task for either side of every meeting of two whom cameras show in the window."""
        low_s, high_s = check_window(index, window_s)
        window = cut_window(index, window_s)
        tasks = []
        for event in index.events:
            if event.kind not in QUESTIONS or len(event.person_ids) != 2:
                continue
            inside = low_s <= event.start_s and event.end_s <= high_s
            if inside and all(window.find_target(person) for person in event.person_ids):
                params = {EVENT_ID: event.event_id, "kind": event.kind}
                pair = event.person_ids
                tasks += [Task(type=ENCOUNTER, target=each, window_s=window_s, params=params) for each in pair]
        return tuple(tasks)

    def parse_task(self, text: str, *, source: str) -> Task:
        file = parse_file(EncounterTaskFile, text, source=source, error_type=TaskError)
        params = {EVENT_ID: file.event_id, "kind": file.kind}
        return Task(type=ENCOUNTER, target=file.target, window_s=file.window_s, params=params)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError when there is no such meeting, it is of another kind, or no camera shows the other person."""
        index.get_person_code(task.person)
        window = cut_window(index, task.window_s)
        event, other = _find_pair(task, index)
        if task.params.get("kind") != event.kind:
            raise TaskError(f"the event {event.event_id!r} is of kind {event.kind}", todo="choose the forms again")
        if not window.find_target(other):
            raise TaskError("no camera shows the other person in the window", todo="choose the forms again")

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> MeetingCase:
        event, other = _find_pair(task, index)
        return make_meeting_case(index, event, other=other, window_s=task.window_s, answer=answer, log=log)

    def list_moments(self, case: MeetingCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        """Return what the mark was beside the person who was met."""
        other = _find_pair(task, index)[1]
        return find_meeting_moments(index, case, seeker=task.person, other=other, window_s=task.window_s)

    def find_people_to_mark(self, task: Task, index: TruthIndex) -> frozenset[str]:
        """Return those whom the person named met."""
        met = {
            person for event in index.events if event.event_id == task.params[EVENT_ID] for person in event.person_ids
        }
        return frozenset(met - {task.person})

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        """Return a mark on the other person, as near to the meeting as a camera shows them."""
        event, other = _find_pair(task, index)
        return Answer(marks=(_mark_near(index, task, other, event.start_s, event.end_s),))

    def answer_wrongly(self, task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
        """Return answers with the person themselves marked, the other one far from the moment, and no mark."""
        event, other = _find_pair(task, index)
        both = frozenset({"right_other", "moment_error_s"})
        own = _mark_near(index, task, task.person, event.start_s, event.end_s)
        flaws = [
            Flaw(name="the same student marked", answer=Answer(marks=(own,)), hurts=both),
            Flaw(name="no mark", answer=Answer(), hurts=both),
        ]
        for far_s in (task.window_s[0], task.window_s[1]):
            mark = _mark_near(index, task, other, far_s, far_s)
            if min(abs(mark.t_s - event.start_s), abs(mark.t_s - event.end_s)) > FAR_S:
                answer = Answer(marks=(mark,))
                flaws.append(Flaw(name="far from the moment", answer=answer, hurts=frozenset({"moment_error_s"})))
        return tuple(flaws)

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        """Follow the student towards the meeting, then mark the other; who follows wrongly marks somebody nearby."""
        window = cut_window(index, task.window_s)
        event, other = _find_pair(task, index)
        for leg in window.find_target(task.person):
            if window.first_s[leg] > event.end_s:
                break
            user.stray(index.camera_ids, window, around_s=float(window.first_s[leg]))
            user.open_camera(index.appearances[leg].camera_id)
            user.watch(from_s=float(window.first_s[leg]), to_s=float(window.last_s[leg]))
        if user.rng.random() >= user.skill.miss_share:
            marked = task.person if user.rng.random() < user.skill.follow_share else other
            user.mark(_mark_near(index, task, marked, event.start_s, event.end_s), window)
        user.submit()


ENCOUNTER_TYPE = EncounterType()
