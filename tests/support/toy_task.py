"""A task type that exists in tests alone: which camera shows the most people. One file, as most types are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sim.errors import TaskError
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.moments import Moment, MomentKind, Scene
from sim.scoring.score_card import Judged, PartView, list_metrics, metric
from sim.tasks.common.simulated_user import Flaw, SimulatedUser
from sim.tasks.common.task import AnswerForm, Field, FieldKind, Marks, Task, TaskFile
from sim.tasks.common.task_type import TIME_COUNTS, TaskType
from sim.tasks.common.task_words import Advice, MomentFacts, MomentText, judge_part, tell_search_moment, write_missing
from sim.truth.index import TruthIndex
from sim.truth.window import check_window

CAMERA = "camera"


@dataclass(frozen=True, slots=True, kw_only=True)
class BusiestCase:
    right: Sequence[str]
    answer: Answer
    log: SearchLog | None


@metric("busiest", "right_busiest", "The camera", version=1)
def judge_camera(case: BusiestCase) -> bool:
    return case.answer.choices.get(CAMERA) in case.right


@dataclass(frozen=True, slots=True, kw_only=True)
class BusiestMoment(Moment):
    right: str


class BusiestTaskFile(TaskFile):
    type: Literal["busiest"]
    window_s: tuple[float, float]


class BusiestType(TaskType):
    name = "busiest"
    title = "The busiest camera"
    practice_title = "Busiest camera"
    counts = ("The camera.", TIME_COUNTS)
    pass_rule = "Pass: the camera that shows the most people, in time."
    metrics = list_metrics("busiest", "time")
    file = BusiestTaskFile
    harder = Advice("Count on the wall first.")

    def make_question(self, task: Task) -> str:
        return "Which camera shows the most people?"

    def make_answer_form(self, task: Task) -> AnswerForm:
        field = Field(key=CAMERA, kind=FieldKind.CAMERA, label="The busiest camera")
        return AnswerForm(marks=Marks.NONE, fields=(field,))

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        low_s, high_s = check_window(index, window_s)
        middle_s = (low_s + high_s) / 2
        return tuple(Task(type=self.name, window_s=half) for half in ((low_s, middle_s), (middle_s, high_s)))

    def check_task(self, task: Task, index: TruthIndex) -> None:
        if not _find_busiest(index, check_window(index, task.window_s)):
            raise TaskError("nobody is seen", expected="someone on a camera", todo="choose another window")

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> BusiestCase:
        self.check_task(task, index)
        return BusiestCase(right=_find_busiest(index, task.window_s), answer=answer, log=log)

    def judge(self, case: BusiestCase) -> dict[str, bool | None]:
        return {"right_busiest": judge_camera(case)}

    def list_moments(self, case: BusiestCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        right = case.right[0]
        scenes = (Scene(camera_id=right, frame=0),)
        wrong = BusiestMoment(kind=MomentKind.WRONG_CAMERA, t_s=None, scenes=scenes, right=right)
        return () if judge_camera(case) else (wrong,)

    def list_parts(self, score: Judged, task: Task) -> Iterator[PartView]:
        return judge_part(score.card, "right_busiest", right="It shows the most.", wrong="Another does.")

    def write_verdict(self, score: Judged, task: Task) -> str:
        return write_missing(score.card, {"right_busiest": "named another camera"}) or "Correct. You know the crowd."

    def list_advice(self, score: Judged, task: Task) -> Iterator[Advice]:
        return iter((self.harder,))

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        if isinstance(moment, BusiestMoment):
            return MomentText(title="another camera shows more", text=f"It is {facts.name_camera(moment.right)}.")
        return tell_search_moment(facts, moment)

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        return Answer(choices={CAMERA: _find_busiest(index, task.window_s)[0]})

    def answer_wrongly(self, task: Task, index: TruthIndex) -> Iterator[Flaw]:
        yield Flaw("no camera", Answer(), {"right_busiest"})

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        user.choose(CAMERA, _find_busiest(index, task.window_s)[0])
        user.submit()


def _find_busiest(index: TruthIndex, window_s: tuple[float, float]) -> tuple[str, ...]:
    rows = index.table.rows
    seen = rows[(rows["t_s"] >= window_s[0]) & (rows["t_s"] <= window_s[1])]
    people = seen.groupby("camera_id", observed=True)["person_id"].nunique()
    return tuple(str(camera) for camera in people[people == people.max()].index)
