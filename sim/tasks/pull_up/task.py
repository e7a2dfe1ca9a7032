"""Task type `pull-up`: show the camera for the place called out, ten in a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from sim.errors import TaskError
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.mark import check_marks
from sim.scoring.metric import Metric
from sim.scoring.moments import Moment
from sim.scoring.score_card import ScoreCard
from sim.tasks.common.answer_form import AnswerForm, Item, Marks
from sim.tasks.common.base import Task, TaskFile, parse_file
from sim.tasks.common.flaw import Flaw
from sim.tasks.common.search_step import SearchStep
from sim.tasks.common.simulated_user import SimulatedUser
from sim.tasks.common.skill import Skill
from sim.tasks.common.task_type import TIME_COUNTS, UsualParts
from sim.tasks.common.task_words import TaskWords
from sim.tasks.pull_up.judge import CALL_METRICS, PASS_SHARE, CallsCase, make_calls_card
from sim.tasks.pull_up.moments import find_call_moments
from sim.tasks.pull_up.sentences import PULL_UP_WORDS
from sim.truth.index import TruthIndex, find_place_cameras
from sim.truth.window import check_window

PULL_UP = "pull-up"
CALLS = 10
LEAST_CALLS = 6
ORDERS = 3


class PullUpTaskFile(TaskFile):
    """`{"type": "pull-up", "places": {"cafeteria": "Cafeteria", ...}, "window_s": [0, 300]}`: zone_id and name."""

    type: Literal["pull-up"]
    places: Annotated[dict[str, str], Field(min_length=LEAST_CALLS)]
    window_s: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PullUpType(UsualParts):
    """See `sim.tasks.common.task_type.TaskType`."""

    name: str = PULL_UP
    version: int = 2
    metrics: Sequence[Metric[CallsCase]] = CALL_METRICS
    title: str = "Pull up the right camera"
    practice_title: str = "Pull up cameras"
    counts: Sequence[str] = ("Cameras that show the location called out.", "How long each call took.", TIME_COUNTS)
    pass_rule: str = f"Pass: a camera that shows the location for at least {PASS_SHARE:.0%} of the calls, in time."
    words: TaskWords = PULL_UP_WORDS

    def make_question(self, task: Task) -> str:
        """Return what is asked, in words for the trainee."""
        count = len(_list_places(task))
        return f"{count} places are called out, one after the other. Open a camera that shows each, and confirm it."

    def make_answer_form(self, task: Task) -> AnswerForm:
        """Return one item for each call, answered by the camera that is open; no marks."""
        items = tuple(Item(key=zone, label=name) for zone, name in _list_places(task).items())
        return AnswerForm(marks=Marks.NONE, items=items, list_name="Calls")

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        """Return three orders of ten places, or of all where there are fewer; none with fewer than six places."""
        check_window(index, window_s)
        names = {} if index.site is None else {space.zone_id: space.name for space in index.site.spaces}
        zones = [zone for zone in find_place_cameras(index) if zone in names]
        if len(zones) < LEAST_CALLS:
            return ()
        tasks = []
        for seed in range(ORDERS):
            order = np.random.default_rng(seed).permutation(len(zones))[:CALLS]
            places = {zones[place]: names[zones[place]] for place in order.tolist()}
            tasks.append(Task(type=PULL_UP, window_s=window_s, params={"places": places}))
        return tuple(tasks)

    def parse_task(self, text: str, *, source: str) -> Task:
        """Read a pull-up task. Raises TaskError."""
        file = parse_file(PullUpTaskFile, text, source=source, error_type=TaskError)
        return Task(type=PULL_UP, window_s=file.window_s, params={"places": file.places})

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError when a place is one that no camera shows."""
        check_window(index, task.window_s)
        _find_right(task, index)

    def score(self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None) -> ScoreCard:
        """Return the score card. Raises TaskError and AnswerError."""
        check_marks(index, answer.marks, check_window(index, task.window_s))
        right = _find_right(task, index)
        return make_calls_card(CallsCase(calls=tuple(right), right=right, answer=answer, log=log))

    def find_moments(
        self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None
    ) -> tuple[Moment, ...]:
        """Return every call that was not answered rightly, in the order called."""
        right = _find_right(task, index)
        return find_call_moments(index, CallsCase(calls=tuple(right), right=right, answer=answer, log=log))

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        """Return for each call the camera that shows most of the place."""
        return Answer(choices={zone: cameras[0] for zone, cameras in _find_right(task, index).items()})

    def answer_wrongly(self, task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
        """Return answers with one call answered wrongly, and one not at all."""
        perfect = self.answer_perfectly(task, index)
        right = _find_right(task, index)
        first = next(iter(right))
        wrong = next(camera for camera in index.camera_ids if camera not in right[first])
        missing = {key: camera for key, camera in perfect.choices.items() if key != first}
        hurts = frozenset({"right_share"})
        return (
            Flaw(name="wrong camera", answer=Answer(choices={**perfect.choices, first: wrong}), hurts=hurts),
            Flaw(name="no camera", answer=Answer(choices=missing), hurts=hurts),
        )

    def search(
        self, task: Task, index: TruthIndex, *, rng: np.random.Generator, skill: Skill, look_alikes: Sequence[str] = ()
    ) -> tuple[SearchStep, ...]:
        """Open wrong cameras now and then, then confirm the right one, or a wrong one."""
        user = SimulatedUser(rng=rng, skill=skill, site_s=task.window_s[0])
        user.begin()
        for zone, cameras in _find_right(task, index).items():
            wrong = [camera for camera in index.camera_ids if camera not in cameras]
            for _ in range(int(rng.poisson(skill.detours))):
                user.open_camera(wrong[int(rng.integers(len(wrong)))])
            is_missed = rng.random() < skill.miss_share
            camera = wrong[int(rng.integers(len(wrong)))] if is_missed else cameras[0]
            user.open_camera(camera)
            user.choose(zone, camera)
        user.submit()
        return tuple(user.steps)


def _list_places(task: Task) -> Mapping[str, str]:
    places: Any = task.params.get("places")
    if not isinstance(places, dict) or len(places) < LEAST_CALLS:
        raise TaskError(
            "a pull-up task needs places", expected=f"at least {LEAST_CALLS}, name by zone_id", todo="name the places"
        )
    return places


def _find_right(task: Task, index: TruthIndex) -> Mapping[str, tuple[str, ...]]:
    known = find_place_cameras(index)
    strange = [zone for zone in _list_places(task) if zone not in known]
    if strange:
        raise TaskError(
            f"no camera shows {', '.join(strange)}", expected=f"some of {', '.join(known)}", todo="choose other places"
        )
    return {zone: known[zone] for zone in _list_places(task)}


PULL_UP_TYPE = PullUpType()
