"""Forms: concrete tasks on one recording, parallel ones of equal difficulty, easier ones for practice, and lessons.

A lesson's tries are drills for practice that no list has: they are played inside their lesson and count nowhere else.
"""

from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.errors import TaskError
from sim.forms.difficulty import Difficulty, Reference
from sim.site.model import Identifier
from sim.tasks import TASK_TYPES, get_task_type
from sim.tasks.common.task import Known, Task, check_start
from sim.tasks.common.task_type import Direction
from sim.tasks.trace import TRACE
from sim.truth.index import TruthIndex, keep_cameras

FORM_SCHEMA: Final = 1
MAX_LIMIT_S = 24 * 3600.0
SHORT_CAMERAS = 6
"""A search on so many cameras at most is a short one."""


class Origin(StrEnum):
    """Who can know what a recording holds: everybody, or nobody outside this installation.

    A public one can be made again by anybody who has the program and its seed, as the one that comes with the program:
    it is for practice. A private one was made here with a seed that nobody is shown: it measures, and nobody practices
    on it. A staged one is real footage of a walk on the school's own cameras, in which truth knows the walker alone: it
    is for practice, and measures nobody.
    """

    PUBLIC = "public"
    PRIVATE = "private"
    STAGED = "staged"


def _is_none(value: object) -> bool:
    return value is None


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Form(_Part):
    """One task as it is given to people. Nothing in `form_id` or `title` says who or where."""

    form_id: Identifier  # unique and stable
    version: int = Field(default=1, ge=1)  # raised when the same form_id asks something else
    recording_id: Identifier  # the recording it is about
    title: Annotated[str, Field(min_length=1, max_length=60)]  # as trainees see it
    # `parallel` forms measure, `practice` ones make people familiar and are never compared
    use: Literal["parallel", "practice"]
    type: str  # task type
    target: str | None = None  # person_id of the person sought, where one is
    params: dict[str, Any] = Field(default_factory=dict)  # what else the task type needs
    window_s: tuple[float, float]  # site time that the question is about; its start is what the briefing names
    limit_s: float = Field(gt=0, le=MAX_LIMIT_S, allow_inf_nan=False)  # time limit, seconds from release
    reference: Reference = Reference.THREE_PHOTOS  # what the trainee is shown of the person sought
    difficulty: Difficulty | None = None  # measured when the form was chosen; None for task types that have no measure
    # where and when the person sought was last seen; None where nothing is known
    known: Known | None = Field(default=None, exclude_if=_is_none)
    # the part of the site that the form is about; None for all cameras
    cameras: tuple[str, ...] | None = Field(default=None, exclude_if=_is_none)

    @property
    def task(self) -> Task:
        return Task(
            type=self.type,
            target=self.target,
            window_s=self.window_s,
            params=self.params,
            known=self.known,
            cameras=self.cameras,
        )

    @property
    def start(self) -> tuple[str, bool, tuple[str, ...] | None]:
        """What parallel forms have in common besides their difficulty: type, whether a sighting is known, cameras."""
        return (self.type, self.known is not None, self.cameras)

    @property
    def may_be_absent(self) -> bool:
        """Whether the student may be on no camera: nothing says that a camera showed them."""
        return self.known is None or self.known.camera_id is None

    @property
    def is_short(self) -> bool:
        return self.cameras is not None and len(self.cameras) <= SHORT_CAMERAS

    @property
    def photo_count(self) -> int:
        """Pictures of the person sought that the trainee is shown; 0 also where nobody is."""
        return 0 if self.target is None else self.reference.photo_count

    @property
    def question(self) -> str:
        """What is asked, in words for the trainee. Raises TaskError when the task type is unknown."""
        return get_task_type(self.type).make_question(self.task)


class FormSet(_Part):
    schema_version: Literal[1]  # of the file
    recording_id: Identifier  # the recording the forms belong to
    # hash of that recording's truth; forms of another truth are refused
    truth_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    difficulty_version: int  # of the index
    margin: float = Field(gt=0, allow_inf_nan=False)  # parallel forms differ by less than this in index
    spread: float = Field(ge=0, allow_inf_nan=False)  # by how much they differ
    origin: Origin = Origin.PUBLIC  # who can know the recording
    # at least one; practice forms first, so that the first form is the one to begin with
    forms: tuple[Form, ...] = Field(min_length=1)

    @property
    def parallel(self) -> tuple[Form, ...]:
        return tuple(form for form in self.forms if form.use == "parallel")

    @property
    def practice(self) -> tuple[Form, ...]:
        return tuple(form for form in self.forms if form.use == "practice")

    @model_validator(mode="after")
    def _check_forms(self) -> Self:
        strangers = [form.form_id for form in self.forms if form.recording_id != self.recording_id]
        if strangers:
            raise ValueError(f"forms of another recording than {self.recording_id}: {strangers}")
        ids = [form.form_id for form in self.forms]
        asked = [(form.start, form.target, form.window_s, str(sorted(form.params.items()))) for form in self.forms]
        if len(set(ids)) < len(ids):
            raise ValueError(f"a form_id is used twice: {ids}")
        traced = [(form.start, form.target) for form in self.forms if form.type == TRACE]
        if len(set(traced)) < len(traced):
            raise ValueError(f"two forms look for the same person: {[target for _, target in traced]}")
        if len(set(asked)) < len(asked):
            raise ValueError(f"two forms ask the same: {ids}")
        if self.origin is Origin.STAGED and self.parallel:
            raise ValueError(f"forms on real footage are for practice alone: {self.parallel[0].form_id}")
        few = [form.form_id for form in self.parallel if not get_task_type(form.type).can_measure(form.task)]
        if few:
            raise ValueError(f"forms too short to measure anybody are for practice alone: {few}")
        nobody = [form.form_id for form in self.forms if form.known is not None and form.target is None]
        if nobody:
            raise ValueError(f"a last sighting is known, and nobody is sought: {nobody}")
        for start in {form.start for form in self.parallel}:
            indices = [form.difficulty.index for form in self.parallel if form.start == start and form.difficulty]
            if indices and max(indices) - min(indices) >= self.margin:
                raise ValueError(f"parallel forms differ by {max(indices) - min(indices):g}, margin is {self.margin:g}")
        return self


def find_first_moment_s(task_type: str, window_s: tuple[float, float], known: Known | None = None) -> float:
    """Return the site time, seconds, where a search begins.

    With a last sighting that moment, or the end of the window nearest to it; else the end of the window if the search
    is backward, and its start if not. For `origin` in 0 to 117 s it is 117, for `trace` in the same window 0; with
    someone known to have been seen at 20 s it is 20.
    """
    if known is not None:
        return min(max(known.t_s, window_s[0]), window_s[1])
    return window_s[1] if get_task_type(task_type).follows is Direction.BACKWARD else window_s[0]


LESSON_SCHEMA = 1
LEAST_TRIES = 3
LEAST_S, MOST_S = 120.0, 300.0
"""How long one try may take: a lesson is done between two other things."""


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
