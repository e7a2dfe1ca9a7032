"""A course: lessons of a few minutes, each with one rule and several tries that anyone may practice it on.

A lesson's tries are drills for practice that no list has: they are played inside their lesson, and count nowhere else.
"""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.errors import TaskError
from sim.forms.difficulty import Reference
from sim.forms.forms import Form
from sim.site.model import Identifier
from sim.tasks import TASK_TYPES, get_task_type
from sim.tasks.common.task import Known, check_start
from sim.truth.index import TruthIndex, keep_cameras

LESSON_SCHEMA = 1
LEAST_TRIES = 3
LEAST_S, MOST_S = 120.0, 300.0
"""How long one try may take: a lesson is done between two other things."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LessonTry(_Part):
    try_id: Identifier  # unique in its lesson and stable
    is_easier: bool = False  # for somebody who has just failed; it opens no other lesson
    type: str  # task type
    target: str | None = None  # person_id of the person sought, where one is
    params: dict[str, Any] = Field(default_factory=dict)  # what else the task type needs
    window_s: tuple[float, float]  # site time that the question is about
    limit_s: float = Field(ge=LEAST_S, le=MOST_S, allow_inf_nan=False)  # time limit, seconds from release
    reference: Reference = Reference.THREE_PHOTOS  # what is shown of the person sought
    known: Known | None = None  # where and when the person sought was last seen; None where nothing is known
    cameras: tuple[str, ...] | None = None  # the part of the site that the question is about; None for all cameras

    @model_validator(mode="after")
    def _check_type(self) -> Self:
        if self.type not in TASK_TYPES:
            raise ValueError(f"type {self.type!r} does not exist, expected one of {', '.join(TASK_TYPES)}")
        return self


class Lesson(_Part):
    schema_version: int  # of the file
    lesson_id: Identifier  # unique and stable; what is remembered of anyone's progress hangs on it
    number: int = Field(ge=1, le=99)  # place in the course, from 1
    title: Annotated[str, Field(min_length=1, max_length=48)]  # a few words
    rule: Annotated[str, Field(min_length=1, max_length=160)]  # what it teaches, in one sentence
    # how one does it, each a short sentence; shown with a try that is helped
    steps: tuple[Annotated[str, Field(min_length=1, max_length=160)], ...] = Field(min_length=1, max_length=4)
    recording_id: Identifier  # the recording that its tries are on
    tries: tuple[LessonTry, ...] = Field(min_length=LEAST_TRIES)  # at least three; some are easier
    # what is shown to be done before the first try; never a try itself. None for nothing.
    example: LessonTry | None = None

    @property
    def limit_s(self) -> float:
        return max(each.limit_s for each in self.tries)

    @property
    def questions(self) -> tuple[LessonTry, ...]:
        """All that is asked: the tries, then the example."""
        return self.tries if self.example is None else (*self.tries, self.example)

    def make_form(self, chosen: LessonTry) -> Form:
        return Form(
            form_id=make_form_id(self.lesson_id, chosen.try_id),
            recording_id=self.recording_id,
            title=f"Lesson {self.number}: {self.title}",
            use="practice",
            **chosen.model_dump(exclude={"try_id", "is_easier"}, exclude_none=True),
        )

    @model_validator(mode="after")
    def _check_tries(self) -> Self:
        names = [each.try_id for each in self.questions]
        if len(set(names)) < len(names):
            raise ValueError(f"tries: a try_id is used twice: {names}")
        if all(each.is_easier for each in self.tries) or not any(each.is_easier for each in self.tries):
            raise ValueError("tries: some have to be easier (is_easier: true), and some not")
        asked = [str((each.type, each.target, each.window_s, sorted(each.params.items()))) for each in self.questions]
        if len(set(asked)) < len(asked):
            raise ValueError(f"tries: two ask the same, expected another student, event or time in each: {names}")
        shown = None if self.example is None else self.example.target
        if shown is not None and shown in {each.target for each in self.tries}:
            raise ValueError(f"example: {shown} is sought in a try too, expected another student")
        return self


def make_form_id(lesson_id: str, try_id: str) -> str:
    return f"lesson-{lesson_id}-{try_id}"


def check_try(lesson: Lesson, chosen: LessonTry, index: TruthIndex, *, source: str) -> None:
    place = "example" if chosen == lesson.example else f"tries.{lesson.tries.index(chosen)}"
    where = f"{source}, {place} ({chosen.try_id})"
    if chosen.target is not None and chosen.target not in index.person_ids:
        raise TaskError(
            f"{where}.target: there is no student {chosen.target!r} in {lesson.recording_id}",
            expected=f"one of its people, such as {index.person_ids[0]}",
            todo="correct the lesson file",
        )
    task = lesson.make_form(chosen).task
    try:
        shown = keep_cameras(index, task.cameras)
        check_start(task, shown)
        get_task_type(chosen.type).check_task(task, shown)
    except TaskError as error:
        raise TaskError(
            f"{where}: {error.what}", expected=error.expected, todo=error.todo or "correct the lesson file"
        ) from error


def check_course(lessons: tuple[Lesson, ...]) -> None:
    for name in ("lesson_id", "number"):
        values = [getattr(lesson, name) for lesson in lessons]
        twice = sorted({str(value) for value in values if values.count(value) > 1})
        if twice:
            raise TaskError(
                f"two lessons have the same {name}: {', '.join(twice)}",
                expected=f"a {name} for each",
                todo="correct one of the lesson files",
            )
