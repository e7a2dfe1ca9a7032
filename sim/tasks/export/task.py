"""Task type `export`: cut the evidence, one clip for each appearance of a person, and note its custody."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import Field

from sim.errors import TaskError
from sim.scoring.clip_match import Stretch
from sim.scoring.evidence import Answer, Clip, SearchLog
from sim.scoring.metric import Metric
from sim.scoring.moments import Moment
from sim.scoring.score_card import ScoreCard
from sim.tasks.common.answer_form import AnswerForm, Marks
from sim.tasks.common.base import Task, TaskFile, parse_file
from sim.tasks.common.flaw import Flaw, pick_other
from sim.tasks.common.simulated_user import SimulatedUser
from sim.tasks.common.task_type import TIME_COUNTS, UsualParts
from sim.tasks.common.task_words import TaskWords, Trains
from sim.tasks.export.judge import (
    CUSTODY,
    CUSTODY_FIELDS,
    EXPORT_METRICS,
    PASS_MEAN_IOU,
    PASS_OUTSIDE_SHARE,
    ExportCase,
    make_export_card,
    make_export_case,
)
from sim.tasks.export.sentences import EXPORT_WORDS, find_clip_moments
from sim.truth.index import TruthIndex
from sim.truth.window import check_window, cut_window

LEAST_KEPT, MOST_KEPT = 0.3, 0.8
"""Share of an appearance that a clip has whose end was set carelessly."""


EXPORT = "export"
LEAST_CLIPS = 2
LEAST_SPAN_S = 2.0
"""Shorter appearances cannot be cut by hand well enough to be judged by their ends."""
BYSTANDER = frozenset({"surplus_clips", "others_s", "outside_share"})


class ExportTaskFile(TaskFile):
    type: Literal["export"]
    target: Annotated[str, Field(min_length=1)]
    window_s: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportType(UsualParts):
    """See `sim.tasks.common.task_type.TaskType`."""

    name: str = EXPORT
    version: int = 2
    metrics: Sequence[Metric[ExportCase]] = EXPORT_METRICS
    make_card: Callable[[Any], ScoreCard] = make_export_card
    title: str = "Cut the evidence"
    practice_title: str = "Cut the evidence"
    counts: Sequence[str] = (
        "That every appearance of the student is in a clip.",
        "That the clips begin and end with them.",
        "That you say why, for whom, and where to.",
        TIME_COUNTS,
    )
    pass_rule: str = (
        f"Pass: every appearance cut (glimpses don't count), clips match them by at least "
        f"{PASS_MEAN_IOU:.0%} on average, at most {PASS_OUTSIDE_SHARE:.0%} of the "
        "footage cut is without the student, every question about the export answered, in time."
    )
    words: TaskWords = EXPORT_WORDS
    trains: Sequence[tuple[Trains, float]] = ((Trains.LOOK_ALIKES, 10.0),)

    def make_question(self, task: Task) -> str:
        return (
            "Cut one clip for each time this student is on a camera, from coming into view to leaving it. Submit with "
            "why, for whom, and where it goes."
        )

    def make_answer_form(self, task: Task) -> AnswerForm:
        """Return clips, and the fields of custody."""
        return AnswerForm(marks=Marks.NONE, clips=True, fields=CUSTODY_FIELDS, list_name="Clips")

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        """Return one task for everybody with two appearances or more to cut in the window, none of them under 2 s."""
        window = cut_window(index, window_s)
        tasks = []
        for person in index.person_ids:
            legs = list(window.find_target(person))
            spans_s = window.last_s[legs] - window.first_s[legs]
            if len(legs) >= LEAST_CLIPS and spans_s.min() >= LEAST_SPAN_S:
                tasks.append(Task(type=EXPORT, target=person, window_s=window_s))
        return tuple(tasks)

    def parse_task(self, text: str, *, source: str) -> Task:
        file = parse_file(ExportTaskFile, text, source=source, error_type=TaskError)
        return Task(type=EXPORT, target=file.target, window_s=file.window_s)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError when the person is unknown or not to be cut out, or the window leaves the recording."""
        check_window(index, task.window_s)
        if not self.make_case(task, Answer(), index).appearances:
            raise TaskError(
                f"person {task.person!r} is on no camera between {task.window_s[0]:g} and {task.window_s[1]:g} s",
                expected="someone to cut out",
                todo="name another person, or another window",
            )

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> ExportCase:
        return make_export_case(
            index, target=task.person, window_s=task.window_s, custody=CUSTODY, answer=answer, log=log
        )

    def list_moments(self, case: ExportCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        """Return appearances not cut out, ends that are off, clips too many, and what custody lacks."""
        return find_clip_moments(index, case, target=task.person)

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        """Return a clip from the first to the last row of each appearance, and the first value of every field."""
        clips = tuple(_make_clip(stretch) for stretch in self.make_case(task, Answer(), index).appearances)
        return Answer(clips=clips, choices={field.key: field.options[0].value for field in CUSTODY_FIELDS})

    def answer_wrongly(self, task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
        """Return answers with a clip missing, one cut short, somebody else cut out, and a field of custody empty."""
        return tuple(_list_flaws(self.answer_perfectly(task, index), self.make_case(task, Answer(), index)))

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        """Cut out the person leg by leg, and note custody.

        `miss_share`: a leg is not cut. `follow_share`: somebody near is cut out instead. `place_share`: a clip is cut
        with the right ends, else it ends too early; and each field of custody is filled in, else left empty.
        """
        rng, skill = user.rng, user.skill
        window = cut_window(index, task.window_s)
        for leg in window.find_target(task.person):
            user.stray(index.camera_ids, window, around_s=float(window.first_s[leg]))
            if rng.random() < skill.miss_share:
                continue
            other = (
                pick_other(window, leg, task.person, look_alikes, rng) if rng.random() < skill.follow_share else None
            )
            number = leg if other is None else other
            from_s, to_s = float(window.first_s[number]), float(window.last_s[number])
            if rng.random() >= skill.place_share:
                to_s = from_s + (to_s - from_s) * float(rng.uniform(LEAST_KEPT, MOST_KEPT))
            if from_s < to_s:
                user.cut(Clip(camera_id=index.appearances[number].camera_id, from_s=from_s, to_s=to_s))
        for field in CUSTODY_FIELDS:
            if rng.random() < skill.place_share:
                user.choose(field.key, field.options[0].value)
        user.submit()


def _make_clip(stretch: Stretch) -> Clip:
    return Clip(camera_id=stretch.camera_id, from_s=stretch.span_s[0], to_s=stretch.span_s[1])


def _list_flaws(perfect: Answer, case: ExportCase) -> Iterator[Flaw]:
    if not perfect.clips:
        return
    agreement = frozenset({"mean_iou", "cut_share"})
    first, *rest = perfect.clips
    yield Flaw(name="an appearance not cut", answer=replace(perfect, clips=tuple(rest)), hurts=agreement)
    short = replace(first, to_s=first.from_s + 0.4 * (first.to_s - first.from_s))
    yield Flaw(name="a clip cut short", answer=replace(perfect, clips=(short, *rest)), hurts=agreement)
    for stranger in case.others[:1]:
        answer = replace(perfect, clips=(*perfect.clips, _make_clip(stranger)))
        yield Flaw(name="someone else cut out", answer=answer, hurts=BYSTANDER)
    choices = dict(list(perfect.choices.items())[1:])
    yield Flaw(
        name="custody not noted", answer=replace(perfect, choices=choices), hurts=frozenset({"custody_complete"})
    )


EXPORT_TYPE = ExportType()
