"""Task type `setup`: arrange a view along a way, and find the camera that needs mending."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from sim.errors import TaskError
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.mark import check_marks
from sim.scoring.metric import Metric
from sim.scoring.moments import Moment
from sim.scoring.score_card import ScoreCard
from sim.site.next_camera import PlaceWays, make_place_ways
from sim.tasks.common.answer_form import AnswerForm, FieldKind, Marks
from sim.tasks.common.answer_form import Field as AnswerField
from sim.tasks.common.base import Task, TaskFile, parse_file
from sim.tasks.common.flaw import Flaw
from sim.tasks.common.search_step import SearchStep
from sim.tasks.common.simulated_user import SimulatedUser
from sim.tasks.common.skill import Skill
from sim.tasks.common.task_type import TIME_COUNTS, UsualParts
from sim.tasks.common.task_words import TaskWords
from sim.tasks.setup.judge import FAULT, SETUP_METRICS, SetupCase, make_setup_card
from sim.tasks.setup.moments import find_view_moments
from sim.tasks.setup.sentences import SETUP_WORDS
from sim.truth.events import FaultKind
from sim.truth.index import TruthIndex, find_place_cameras
from sim.truth.window import check_window

SETUP = "setup"
LEAST_CHAIN, MOST_CHAIN = 3, 5
NONE = "none"
WRONG_NAMES = "wrong_names"
"""What the console calls a camera that has another name in its picture, by camera_id: a fault of the console alone."""
Chain = tuple[str, ...]

FAULT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        FaultKind.CLOCK_OFFSET.value: "Which camera's clock is wrong?",
        FaultKind.WRONG_NAME.value: "Which camera bears a name that is not its own?",
    }
)


class SetupTaskFile(TaskFile):
    """`{"type": "setup", "start": "lobby", "end": "c-hall", "start_name": "Main lobby", ..., "fault": "none"}`."""

    type: Literal["setup"]
    start: Annotated[str, Field(min_length=1)]
    end: Annotated[str, Field(min_length=1)]
    start_name: Annotated[str, Field(min_length=1)]
    end_name: Annotated[str, Field(min_length=1)]
    fault: Literal["none", "clock-offset", "wrong-name"]
    wrong_names: dict[str, str] = Field(default_factory=dict)
    window_s: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupType(UsualParts):
    """See `sim.tasks.common.task_type.TaskType`."""

    name: str = SETUP
    version: int = 2
    metrics: Sequence[Metric[SetupCase]] = SETUP_METRICS
    title: str = "Set up a view"
    practice_title: str = "Set up a view"
    counts: Sequence[str] = ("The cameras of the view.", "The fault found.", TIME_COUNTS)
    pass_rule: str = (
        "Pass: exactly the cameras of the route, in walking order, and, where you are asked for a faulty camera, "
        "the correct one, in time."
    )
    words: TaskWords = SETUP_WORDS

    def make_question(self, task: Task) -> str:
        """Return what is asked, in words for the trainee."""
        start, end = task.params["start_name"], task.params["end_name"]
        fault = "" if task.params["fault"] == NONE else f" Then look at the cameras: {self._ask(task).lower()}"
        return (
            f"Build a camera view of the shortest route from {start} to {end}: for each location the camera that shows "
            f"most of it, in walking order.{fault}"
        )

    def make_answer_form(self, task: Task) -> AnswerForm:
        """Return no marks but a view; where a fault is asked about, the camera that has it."""
        if task.params["fault"] == NONE:
            return AnswerForm(marks=Marks.NONE, asks_view=True)
        field = AnswerField(key=FAULT, kind=FieldKind.CAMERA, label=self._ask(task))
        return AnswerForm(marks=Marks.NONE, fields=(field,), asks_view=True)

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        """Return a task for every pair of places whose way takes three to five cameras, with the fault there is.

        They have to be the same cameras from every walk node of one place to every walk node of the other.
        """
        check_window(index, window_s)
        if index.site is None:
            return ()
        names = {space.zone_id: space.name for space in index.site.spaces if space.kind != "outdoor"}
        shown, ways = find_place_cameras(index), make_place_ways(index.site)
        places = [zone for zone in shown if zone in names]
        fault = next((kind for kind in FAULT_WORDS if _find_faulty(index, kind) is not None), NONE)
        tasks = []
        for number, start in enumerate(places):
            for end, chains in find_chains(shown, ways, start, places[number + 1 :]).items():
                if len(chains) == 1 and LEAST_CHAIN <= len(next(iter(chains))) <= MOST_CHAIN:
                    params = {"start": start, "end": end, "start_name": names[start], "end_name": names[end]}
                    tasks.append(Task(type=SETUP, window_s=window_s, params={**params, "fault": fault}))
        return tuple(tasks)

    def parse_task(self, text: str, *, source: str) -> Task:
        """Read a setup task. Raises TaskError."""
        file = parse_file(SetupTaskFile, text, source=source, error_type=TaskError)
        params = file.model_dump(exclude={"type", "window_s"}, exclude_defaults=True)
        return Task(type=SETUP, window_s=file.window_s, params=params)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError when there is no such way past cameras, or no camera with the fault asked about."""
        check_window(index, task.window_s)
        _make_case(task, Answer(), index)

    def score(self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None) -> ScoreCard:
        """Return the score card. Raises TaskError and AnswerError."""
        check_marks(index, answer.marks, check_window(index, task.window_s))
        return make_setup_card(_make_case(task, answer, index, log))

    def find_moments(
        self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None
    ) -> tuple[Moment, ...]:
        """Return what the checklist of the view lacks, and the faulty camera."""
        return find_view_moments(index, _make_case(task, answer, index, log), window_s=task.window_s)

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        """Return the chain of cameras and the faulty one."""
        case = _make_case(task, Answer(), index)
        return Answer(view=case.chain, choices={} if case.faulty is None else {FAULT: case.faulty})

    def answer_wrongly(self, task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
        """Return answers with a camera missing, two exchanged, and another camera called faulty."""
        return tuple(_list_flaws(self.answer_perfectly(task, index), index))

    def search(
        self, task: Task, index: TruthIndex, *, rng: np.random.Generator, skill: Skill, look_alikes: Sequence[str] = ()
    ) -> tuple[SearchStep, ...]:
        """Open the cameras of the way, arrange them, and name the faulty one, with slips as the skill says."""
        case = _make_case(task, Answer(), index)
        user = SimulatedUser(rng=rng, skill=skill, site_s=task.window_s[0])
        user.begin()
        view = []
        for camera in case.chain:
            for _ in range(int(rng.poisson(skill.detours))):
                user.open_camera(str(rng.choice(list(index.camera_ids))))
            user.open_camera(camera)
            if rng.random() >= skill.miss_share:
                view.append(camera)
        user.arrange(view)
        if case.faulty is not None:
            is_right = rng.random() < skill.place_share
            named = case.faulty if is_right else str(rng.choice(list(index.camera_ids)))
            user.open_camera(named)
            user.choose(FAULT, named)
        user.submit()
        return tuple(user.steps)

    def _ask(self, task: Task) -> str:
        return FAULT_WORDS[str(task.params["fault"])]


def _make_case(task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> SetupCase:
    start, end = str(task.params.get("start")), str(task.params.get("end"))
    chain = _get_chain(index, start, end)
    kind = str(task.params.get("fault"))
    wrong = task.params.get(WRONG_NAMES)
    if wrong:
        faulty: str | None = _check_wrong_name(dict(wrong), kind, index)
    else:
        faulty = None if kind == NONE else _find_faulty(index, kind)
    if kind != NONE and faulty is None:
        raise TaskError(f"not exactly one camera of the recording has a {kind}", todo="choose the forms again")
    return SetupCase(chain=chain, faulty=faulty, answer=answer, log=log)


def _check_wrong_name(wrong: Mapping[str, str], kind: str, index: TruthIndex) -> str:
    """Return the one camera that the console calls by a name that is not its own."""
    if len(wrong) != 1 or kind != FaultKind.WRONG_NAME.value:
        raise TaskError(f"{WRONG_NAMES} names {len(wrong)} cameras", expected="one, with the fault wrong-name")
    ((camera_id, name),) = wrong.items()
    own = {camera.camera_id: camera.name for camera in index.site.cameras} if index.site is not None else {}
    if camera_id not in index.camera_ids or name in (*own.values(), ""):
        raise TaskError(
            f"{WRONG_NAMES} calls {camera_id} {name!r}",
            expected="a camera of the drill, and a name that no camera has",
            todo="correct the wrong name",
        )
    return camera_id


def find_chains(
    shown: Mapping[str, Sequence[str]], ways: PlaceWays, start: str, ends: Sequence[str]
) -> Mapping[str, frozenset[Chain]]:
    """Return, by the place it ends in, the cameras along the shortest ways from a place: each answer there is, once.

    An answer is the camera that shows most of each place passed, each once, in order; () when there is no way, or when
    no camera shows a place on it. More than one: it depends on where in the two places one stands.
    """
    return {
        end: frozenset(_list_cameras(shown, places) for places in passed)
        for end, passed in ways.find_all(start, ends).items()
    }


def _list_cameras(shown: Mapping[str, Sequence[str]], places: Sequence[str]) -> Chain:
    if any(place not in shown for place in places):
        return ()
    return tuple(dict.fromkeys(shown[place][0] for place in places))


def _get_chain(index: TruthIndex, start: str, end: str) -> Chain:
    """Return the only right view. Raises TaskError: there is none, more than one, or too few or many cameras in it."""
    if index.site is None:
        raise TaskError("the plan of the site is not known", expected="a recording with its site")
    chains = find_chains(find_place_cameras(index), make_place_ways(index.site), start, [end])[end]
    if len(chains) > 1:
        told = "; ".join(" ".join(chain) or "past a place that no camera shows" for chain in sorted(chains))
        raise TaskError(
            f"the cameras on the way from {start} to {end} depend on where in them one starts and stops: {told}",
            expected="two places with one right view",
            todo="choose the forms again",
        )
    chain = next(iter(chains), ())
    if not chain:
        raise TaskError(
            f"there is no way from {start} to {end} on which a camera shows every place",
            expected="two places joined by ways that cameras show",
            todo="choose the forms again",
        )
    if not LEAST_CHAIN <= len(chain) <= MOST_CHAIN:
        raise TaskError(
            f"the way from {start} to {end} passes {len(chain)} cameras",
            expected=f"{LEAST_CHAIN} to {MOST_CHAIN}",
            todo="choose the forms again",
        )
    return chain


def _find_faulty(index: TruthIndex, kind: str) -> str | None:
    """Return the camera with a fault of that kind, or None unless there is exactly one."""
    cameras = {event.camera_id for event in index.events if event.kind == kind}
    return cameras.pop() if len(cameras) == 1 else None


def _list_flaws(perfect: Answer, index: TruthIndex) -> Iterator[Flaw]:
    hurts = frozenset({"view_similarity"})
    chain = perfect.view
    yield Flaw(name="a camera missing", answer=Answer(view=chain[1:], choices=perfect.choices), hurts=hurts)
    exchanged = (chain[1], chain[0], *chain[2:])
    yield Flaw(name="order wrong", answer=Answer(view=exchanged, choices=perfect.choices), hurts=hurts)
    if FAULT in perfect.choices:
        wrong = next(camera for camera in index.camera_ids if camera != perfect.choices[FAULT])
        yield Flaw(
            name="wrong camera", answer=Answer(view=chain, choices={FAULT: wrong}), hurts=frozenset({"fault_right"})
        )


SETUP_TYPE = SetupType()
