"""Task type `origin`: from this moment back, where did they come in."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import numpy as np

from sim.errors import TaskError
from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.duration import COMPLETION, FINISHED, FIRST_CORRECT, FIRST_CORRECT_MADE
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.final_place import ABSENCE_RIGHT
from sim.scoring.footage_use import MEAN_SPEED, PREVIOUS_CAMERA, REWATCH_SHARE, SEARCH_ECONOMY, TIME_ON_TARGET
from sim.scoring.identity import (
    APPEARANCE_PRECISION,
    APPEARANCE_RECALL,
    IDF1,
    IDFN,
    IDFP,
    IDP,
    IDR,
    IDTP,
    SEQUENCE_SIMILARITY,
    WRONG_PERSON,
)
from sim.scoring.judged import Judged, PartView
from sim.scoring.metric import Better, Metric
from sim.scoring.moments import BoxRole, Moment, MomentKind, PlaceMoment, make_scene, sort_moments
from sim.scoring.person_in_frame import read_person
from sim.scoring.score_card import (
    PASS_LEG_RECALL,
    Criterion,
    ScoreCard,
    find_warnings,
    judge_contradiction,
    make_score_card,
)
from sim.scoring.trace_moments import find_trace_moments
from sim.site.model import Opening
from sim.tasks.common.answer_form import AnswerForm, FieldKind
from sim.tasks.common.answer_form import Field as AnswerField
from sim.tasks.common.base import SearchTaskFile, Task, parse_file
from sim.tasks.common.flaw import MISSED, STRANGER, Flaw, flaw_absent, mark_clearest
from sim.tasks.common.moment_words import tell_search_moment
from sim.tasks.common.path_sentences import get_case, list_trace_failures, write_parts, write_success
from sim.tasks.common.simulated_user import SimulatedUser
from sim.tasks.common.sought import SAYS_SO, check_sought, find_half_seen, play_absent
from sim.tasks.common.task_type import ABSENT_RULE, APPEARANCES_RULE, TIME_COUNTS, Direction, UsualParts
from sim.tasks.common.task_words import (
    Advice,
    MomentFacts,
    MomentText,
    TaskWords,
    Trains,
    advise_next,
    judge_part,
    list_time_parts,
    write_missing,
)
from sim.truth.appearance import IntArray
from sim.truth.index import TruthIndex
from sim.truth.window import check_window, cut_window

DOOR = "door"
DOOR_M = 12.0
CLEARLY = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginCase(TraceCase):
    """A trace with the door that the answer should name, None for somebody who never appears."""

    door: str | None


def make_origin_case(case: TraceCase, door: str | None) -> OriginCase:
    """Add the right door to a trace."""
    return OriginCase(**{each.name: getattr(case, each.name) for each in fields(case)}, door=door)


def list_outside_doors(index: TruthIndex) -> tuple[Opening, ...]:
    """Return the doors between the building and outside, in the order of the site's file."""
    openings = () if index.site is None else index.site.openings
    return tuple(opening for opening in openings if opening.kind == "exterior")


def find_entry_door(index: TruthIndex, person_id: str, window_s: tuple[float, float]) -> str | None:
    """Return the door by which a person came in: the one nearest to where an appearance in T first shows them indoors.

    None when they were there from the start, when nothing shows them indoors, when no outside door is within 12 m of
    that place, or when the next one is less than 1.5 times as far: nobody could tell. None also when a glimpse before
    it tells of another door, or of none: what is not asked for must not make an answer wrong.
    """
    told = _find_nearest_door(index, find_first_inside(index, person_id, window_s), window_s)
    first = _find_first(index, index.find_rows(person_id, window_s))
    return told if told is not None and _find_nearest_door(index, first, window_s) == told else None


def find_first_inside(index: TruthIndex, person_id: str, window_s: tuple[float, float]) -> int | None:
    """Return the position in the truth table of the first row of T that shows a person indoors, None without one.

    Unknown person: TaskError.
    """
    return _find_first(index, index.find_asked_rows(person_id, window_s))


def _find_first(index: TruthIndex, own: IntArray) -> int | None:
    outdoors = {space.zone_id for space in index.site.spaces if space.kind == "outdoor"} if index.site else set()
    order = index.appearance_rows.table_row[own[np.argsort(index.appearance_rows.t_s[own], kind="stable")]]
    inside = order[~index.table.rows["zone"].iloc[order].isin(outdoors).to_numpy()]
    return int(inside[0]) if len(inside) else None


def _find_nearest_door(index: TruthIndex, row: int | None, window_s: tuple[float, float]) -> str | None:
    doors = list_outside_doors(index)
    if not doors or row is None:
        return None
    first = index.table.rows.iloc[row]
    if float(first["t_s"]) <= window_s[0] + 1.0:
        return None
    at = (float(first["floor_x_m"]), float(first["floor_y_m"]))
    near = sorted((math.dist(at, door.at), door.door_id) for door in doors if door.floor == first["floor"])
    if not near or near[0][0] > DOOR_M or (len(near) > 1 and near[1][0] < CLEARLY * near[0][0]):
        return None
    return near[0][1]


def judge_door(case: OriginCase) -> bool | None:
    """Return whether the door answered is the one they came in by; no answer: false. None when T is empty."""
    return None if case.door is None else case.answer.choices.get(DOOR) == case.door


DOOR_RIGHT = Metric(key="door_right", version=2, better=Better.HIGHER, compute=judge_door)
ORIGIN_METRICS: tuple[Metric[OriginCase], ...] = (
    DOOR_RIGHT,
    APPEARANCE_RECALL,
    APPEARANCE_PRECISION,
    IDTP,
    IDFP,
    IDFN,
    IDP,
    IDR,
    IDF1,
    WRONG_PERSON,
    SEQUENCE_SIMILARITY,
    ABSENCE_RIGHT,
    FIRST_CORRECT,
    FIRST_CORRECT_MADE,
    COMPLETION,
    FINISHED,
    PREVIOUS_CAMERA,
    SEARCH_ECONOMY,
    REWATCH_SHARE,
    MEAN_SPEED,
    TIME_ON_TARGET,
)


def make_origin_card(case: OriginCase) -> ScoreCard:
    """Compute every metric that the case allows. Passed: leg recall >= 0.8, nobody else marked, the right door.

    For a person who never appears: the answer says so and marks nobody. Either way no contradiction.
    """
    recall = APPEARANCE_RECALL.compute(case)
    if case.door is None:
        criteria: tuple[Criterion, ...] = (Criterion(key="absence_right", met=bool(ABSENCE_RIGHT.compute(case))),)
    else:
        criteria = (
            Criterion(key="appearance_recall", met=recall is not None and recall >= PASS_LEG_RECALL),
            Criterion(key="no_wrong_person", met=not case.claims.others),
            Criterion(key="door_right", met=judge_door(case)),
        )
    judged = (*criteria, judge_contradiction(case))
    return make_score_card(case, ORIGIN_METRICS, criteria=judged, warnings=find_warnings(case))


ORIGIN = "origin"
LEAST_LEGS = 2


class OriginTaskFile(SearchTaskFile):
    """`{"type": "origin", "target": "P014", "window_s": [0, 140]}`: the search goes back from the window's end."""

    type: Literal["origin"]


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


def find_origin_moments(case: OriginCase) -> tuple[Moment, ...]:
    """Return the moments of the search backwards, and the door when another one was named."""
    return sort_moments((*find_trace_moments(case, is_backwards=True), *_list_door(case)))


def _list_door(case: OriginCase) -> Iterator[PlaceMoment]:
    row = find_first_inside(case.index, case.target, case.window.window_s)
    if row is None or case.door is None or judge_door(case):
        return
    sighting = read_person(case.index, row)
    yield PlaceMoment(
        kind=MomentKind.WRONG_DOOR,
        t_s=sighting.t_s,
        scenes=(make_scene(sighting, BoxRole.STUDENT),),
        right=case.door,
        given=case.answer.choices.get(DOOR),
    )


class OriginWords:
    """See `sim.tasks.common.task_words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        return tuple(_list_parts(score, task))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        is_absent = score.card.values.get("absence_right") is not None
        if score.case is None:
            raise TaskError("an origin task without a person has no way back to describe")
        failures = {**list_trace_failures(score.case), "door_right": "missed the entrance"}
        right = f"{write_success(score.case)}, marked no one else, and named the entrance."
        if is_absent:
            right = "Correct. The student doesn't appear on any camera in this time."
        return write_missing(score.card, failures) or right

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        if score.card.values.get("door_right") is False:
            return (
                Advice(
                    "Play backward from each mark and open the camera the student comes out of, until the entrance.",
                    trains=Trains.NEXT_CAMERA,
                ),
            )
        return advise_next(score.card, Advice("Try a student who comes in while many others do."))

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        return tell_search_moment(facts, moment)


ORIGIN_WORDS = OriginWords()


def _list_parts(score: Judged, task: Task) -> Iterator[PartView]:
    yield from judge_part(
        score.card,
        "door_right",
        "Entrance",
        right="This is the entrance they used.",
        wrong="They used another entrance.",
        unanswered="" if score.answer.choices.get(DOOR) else "You named no entrance.",
    )
    yield from (each for each in write_parts(score.card, get_case(score, task)) if each.key != "completion_time_s")
    yield from list_time_parts(score.card)


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginType(UsualParts):
    """See `sim.tasks.common.task_type.TaskType`."""

    name: str = ORIGIN
    version: int = 2
    metrics: Sequence[Metric[OriginCase]] = ORIGIN_METRICS
    make_card: Callable[[Any], ScoreCard] = make_origin_card
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
        return parse_file(OriginTaskFile, text, source=source, error_type=TaskError).make_task(ORIGIN)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError when the person is unknown, is only half seen, or came in by a door that cannot be told."""
        window = cut_window(index, task.window_s)
        check_sought(window, task.person, [find_half_seen(window, task.person)])
        _find_door(task, index)

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> OriginCase:
        trace = make_trace_case(index, target=task.person, window_s=task.window_s, answer=answer, log=log)
        return make_origin_case(trace, _find_door(task, index))

    def list_moments(self, case: OriginCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        """Return the moments of the search backwards, and the door."""
        return find_origin_moments(case)

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

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        """Go back leg by leg; a missed leg may end in a wrong door."""
        window, door = cut_window(index, task.window_s), _find_door(task, index)
        if door is None:
            play_absent(user, window, look_alikes)
            return
        rng, skill = user.rng, user.skill
        user.site_s = window.window_s[1]
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


ORIGIN_TYPE = OriginType()
