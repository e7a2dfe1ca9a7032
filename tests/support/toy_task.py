"""A task type that exists in tests alone: which camera shows the most people. One file, as most types are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sim.errors import TaskError
from sim.scoring.duration import COMPLETION, FINISHED
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.judged import Judged, PartView
from sim.scoring.metric import Better, Metric
from sim.scoring.moments import Moment, MomentKind, Scene
from sim.scoring.score_card import Criterion, ScoreCard, make_score_card
from sim.tasks.common.answer_form import AnswerForm, Field, FieldKind, Marks
from sim.tasks.common.base import Task, TaskFile, parse_file
from sim.tasks.common.flaw import Flaw
from sim.tasks.common.moment_words import tell_search_moment
from sim.tasks.common.simulated_user import SimulatedUser
from sim.tasks.common.task_type import TIME_COUNTS, UsualParts
from sim.tasks.common.task_words import (
    Advice,
    MomentFacts,
    MomentText,
    TaskWords,
    judge_part,
    list_time_parts,
    write_missing,
)
from sim.truth.index import TruthIndex
from sim.truth.window import check_window

CAMERA = "camera"


@dataclass(frozen=True, slots=True, kw_only=True)
class BusiestCase:
    right: Sequence[str]
    answer: Answer
    log: SearchLog | None


def judge_camera(case: BusiestCase) -> bool:
    return case.answer.choices.get(CAMERA) in case.right


BUSIEST = Metric(key="right_busiest", version=1, unit="flag", better=Better.HIGHER, compute=judge_camera)
BUSIEST_METRICS: tuple[Metric[BusiestCase], ...] = (BUSIEST, COMPLETION, FINISHED)


def make_busiest_card(case: BusiestCase) -> ScoreCard:
    return make_score_card(case, BUSIEST_METRICS, criteria=(Criterion(key="right_busiest", met=judge_camera(case)),))


@dataclass(frozen=True, slots=True, kw_only=True)
class BusiestMoment(Moment):
    right: str


class BusiestWords:
    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        line = judge_part(score.card, "right_busiest", "The camera", right="It shows the most.", wrong="Another does.")
        return (*line, *list_time_parts(score.card))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        return write_missing(score.card, {"right_busiest": "named another camera"}) or "Correct. You know the crowd."

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        return (Advice("Count on the wall first."),)

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        if isinstance(moment, BusiestMoment):
            return MomentText(title="another camera shows more", text=f"It is {facts.name_camera(moment.right)}.")
        return tell_search_moment(facts, moment)


BUSIEST_WORDS = BusiestWords()


class BusiestTaskFile(TaskFile):
    """`{"type": "busiest", "window_s": [0, 60]}`."""

    type: Literal["busiest"]
    window_s: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class BusiestType(UsualParts):
    name: str = "busiest"
    version: int = 1
    metrics: Sequence[Metric[BusiestCase]] = BUSIEST_METRICS
    make_card: Callable[[Any], ScoreCard] = make_busiest_card
    title: str = "The busiest camera"
    practice_title: str = "Busiest camera"
    counts: Sequence[str] = ("The camera.", TIME_COUNTS)
    pass_rule: str = "Pass: the camera that shows the most people, in time."
    words: TaskWords = BUSIEST_WORDS

    def make_question(self, task: Task) -> str:
        return "Which camera shows the most people?"

    def make_answer_form(self, task: Task) -> AnswerForm:
        field = Field(key=CAMERA, kind=FieldKind.CAMERA, label="The busiest camera")
        return AnswerForm(marks=Marks.NONE, fields=(field,))

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        low_s, high_s = check_window(index, window_s)
        middle_s = (low_s + high_s) / 2
        return tuple(Task(type=self.name, window_s=half) for half in ((low_s, middle_s), (middle_s, high_s)))

    def parse_task(self, text: str, *, source: str) -> Task:
        file = parse_file(BusiestTaskFile, text, source=source, error_type=TaskError)
        return Task(type=self.name, window_s=file.window_s)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        if not _find_busiest(index, check_window(index, task.window_s)):
            raise TaskError("nobody is seen", expected="someone on a camera", todo="choose another window")

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> BusiestCase:
        self.check_task(task, index)
        return BusiestCase(right=_find_busiest(index, task.window_s), answer=answer, log=log)

    def list_moments(self, case: BusiestCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        right = case.right[0]
        scenes = (Scene(camera_id=right, frame=0),)
        wrong = BusiestMoment(kind=MomentKind.WRONG_CAMERA, t_s=None, scenes=scenes, right=right)
        return () if judge_camera(case) else (wrong,)

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        return Answer(choices={CAMERA: _find_busiest(index, task.window_s)[0]})

    def answer_wrongly(self, task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
        return (Flaw(name="no camera", answer=Answer(), hurts=frozenset({"right_busiest"})),)

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        user.choose(CAMERA, _find_busiest(index, task.window_s)[0])
        user.submit()


def _find_busiest(index: TruthIndex, window_s: tuple[float, float]) -> tuple[str, ...]:
    rows = index.table.rows
    seen = rows[(rows["t_s"] >= window_s[0]) & (rows["t_s"] <= window_s[1])]
    people = seen.groupby("camera_id", observed=True)["person_id"].nunique()
    return tuple(str(camera) for camera in people[people == people.max()].index)


BUSIEST_TYPE = BusiestType()
