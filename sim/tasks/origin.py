"""Task type `origin`: from this moment back, where did they come in."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.errors import TaskError
from sim.scoring.case import TraceCase
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.moments import Moment, MomentKind, sort_moments
from sim.scoring.score_card import Judged, PartView, list_metrics, metric
from sim.scoring.trace_moments import describe_place, find_trace_moments
from sim.site.model import Opening
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
    find_strangers,
    flaw_absent,
    mark_clearest,
)
from sim.tasks.common.sought import SAYS_SO, check_sought, find_half_seen, play_absent
from sim.tasks.common.task import AnswerForm, Field, FieldKind, SearchTaskFile, Task
from sim.tasks.common.task_type import (
    ABSENT_RULE,
    APPEARANCES_COUNT,
    APPEARANCES_RULE,
    TIME_COUNTS,
    Direction,
    TaskType,
)
from sim.tasks.common.task_words import Advice, Trains, judge_part, write_missing
from sim.truth.appearance import IntArray, is_over
from sim.truth.index import TruthIndex
from sim.truth.window import check_window, cut_window

DOOR = "door"
DOOR_M = 12.0
CLEARLY = 1.5
LEAST_LEGS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginCase(TraceCase):
    """A trace with the door that the answer should name, None for somebody who never appears."""

    door: str | None


def list_outside_doors(index: TruthIndex) -> tuple[Opening, ...]:
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
    if not is_over(float(first["t_s"]) - window_s[0], 1.0):
        return None
    at = (float(first["floor_x_m"]), float(first["floor_y_m"]))
    near = sorted((math.dist(at, door.at), door.door_id) for door in doors if door.floor == first["floor"])
    if not near or near[0][0] > DOOR_M or (len(near) > 1 and near[1][0] < CLEARLY * near[0][0]):
        return None
    return near[0][1]


@metric("origin", "door_right", "Entrance", version=3)
def judge_door(case: OriginCase) -> bool | None:
    """Return whether the door answered is the one they came in by; no answer: false. None when T is empty."""
    return None if case.door is None else case.answer.choices.get(DOOR) == case.door


def _find_door(task: Task, index: TruthIndex) -> str | None:
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


class OriginType(TaskType):
    name = "origin"
    title = "Which door they came in by"
    practice_title = "Came in by"
    counts = ("The entrance.", *APPEARANCES_COUNT, TIME_COUNTS)
    pass_rule = f"Pass: {APPEARANCES_RULE}, and the entrance. {ABSENT_RULE}"
    metrics = list_metrics("origin", "path", "absence", "first", "time", "previous", "footage")
    follows = Direction.BACKWARD
    can_be_absent = True
    trains = ((Trains.LOOK_ALIKES, 20.0),)
    file = SearchTaskFile
    harder = Advice("Try a student who comes in while many others do.")

    def make_question(self, task: Task) -> str:
        return "Search backward, mark this student once each time a camera shows them, and find the entrance they used."

    def make_answer_form(self, task: Task) -> AnswerForm:
        door = Field(key=DOOR, kind=FieldKind.DOOR, label="Which entrance did they use?")
        return AnswerForm(asks_absent=True, fields=(door,))

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        low_s, _ = check_window(index, window_s)
        window = cut_window(index, window_s)
        tasks = []
        for person in index.person_ids:
            legs = window.find_target(person)
            if len(legs) < LEAST_LEGS:
                continue
            until = (low_s, float(max(window.last_s[list(legs)])))
            if find_entry_door(index, person, until) is not None:
                tasks.append(Task(type=self.name, target=person, window_s=until))
        return tuple(tasks)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        window = cut_window(index, task.window_s)
        check_sought(window, task.person, [find_half_seen(window, task.person)])
        _find_door(task, index)

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> OriginCase:
        return OriginCase.make(
            index, target=task.person, window_s=task.window_s, answer=answer, log=log, door=_find_door(task, index)
        )

    def judge(self, case: OriginCase) -> dict[str, bool | None]:
        return judge_path(case, door_right=judge_door(case))

    def list_moments(self, case: OriginCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        moments = find_trace_moments(case, is_backwards=True)
        row, given = find_first_inside(index, case.target, case.window.window_s), case.answer.choices.get(DOOR)
        if row is None or case.door is None or judge_door(case):
            return sort_moments(moments)
        door = describe_place(index, row, MomentKind.WRONG_DOOR, right=case.door, given=given)
        return sort_moments((*moments, door))

    def list_parts(self, score: Judged, task: Task) -> Iterator[PartView]:
        yield from judge_part(
            score.card,
            "door_right",
            right="This is the entrance they used.",
            wrong="They used another entrance.",
            unanswered="" if score.answer.choices.get(DOOR) else "You named no entrance.",
        )
        yield from (each for each in list_path_parts(score, task) if each.key != "completion_time_s")

    def write_verdict(self, score: Judged, task: Task) -> str:
        case = get_case(score, task)
        right = f"{write_success(case)}, marked no one else, and named the entrance."
        if score.card.values.get("absence_right") is not None:
            right = "Correct. The student doesn't appear on any camera in this time."
        failures = {**list_trace_failures(case), "door_right": "missed the entrance"}
        return write_wrong_absence(case) or write_missing(score.card, failures) or right

    def list_advice(self, score: Judged, task: Task) -> Iterator[Advice]:
        case = get_case(score, task)
        if write_wrong_absence(case):
            yield SEARCH_ALL
        elif case.legs and not case.claims.target:
            yield Advice("Play backward from the end until you see the student, and mark them.")
        elif score.card.values.get("door_right") is False:
            sentence = "Play backward from each mark to the camera the student comes from."
            yield Advice(sentence, trains=Trains.NEXT_CAMERA)

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        window, door = cut_window(index, task.window_s), _find_door(task, index)
        if door is None:
            return SAYS_SO
        marks = tuple(mark_clearest(window, leg) for leg in reversed(window.find_target(task.person)))
        return Answer(marks=marks, choices={DOOR: door})

    def answer_wrongly(self, task: Task, index: TruthIndex) -> Iterator[Flaw]:
        perfect, window = self.answer_perfectly(task, index), cut_window(index, task.window_s)
        if not perfect.marks:
            yield from flaw_absent(window)
            return
        yield Flaw("no door", replace(perfect, choices={}), {"door_right"})
        for door in _list_wrong_doors(task, index)[:1]:
            yield Flaw("wrong door", replace(perfect, choices={DOOR: door}), {"door_right"})
        yield Flaw("a leg missed", replace(perfect, marks=perfect.marks[:-1]), MISSED)
        for number in find_strangers(window, task.person)[:1]:
            marks = (*perfect.marks, mark_clearest(window, number))
            yield Flaw("someone else marked", replace(perfect, marks=marks), STRANGER)

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
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


def _list_wrong_doors(task: Task, index: TruthIndex) -> list[str]:
    right = _find_door(task, index)
    return [door.door_id for door in list_outside_doors(index) if door.door_id != right]
