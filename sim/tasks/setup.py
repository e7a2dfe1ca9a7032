"""Task type `setup`: arrange a view along a way, and find the camera that needs mending."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field

from sim.errors import TaskError
from sim.scoring.duration import COMPLETION, FINISHED
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.identity import compute_edit_distance
from sim.scoring.judged import Judged, PartView
from sim.scoring.mark import check_marks
from sim.scoring.metric import Better, Metric
from sim.scoring.moments import Moment, MomentKind, Scene
from sim.scoring.person_in_frame import find_frame
from sim.scoring.score_card import Criterion, ScoreCard, make_score_card
from sim.site.next_camera import PlaceWays, make_place_ways
from sim.tasks.common.answer_form import AnswerForm, FieldKind, Marks
from sim.tasks.common.answer_form import Field as AnswerField
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
    advise_next,
    join_cameras,
    judge_part,
    list_time_parts,
    make_part,
    write_missing,
)
from sim.truth.events import FaultKind
from sim.truth.index import TruthIndex, find_place_cameras
from sim.truth.window import check_window

FAULT = "faulty-camera"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupCase:
    chain: tuple[str, ...]  # cameras along the way, in order
    faulty: str | None  # the camera with the fault asked about, or None where none is asked about
    answer: Answer  # what was handed in
    log: SearchLog | None  # how it went, or None


def compute_view_similarity(case: SetupCase) -> float:
    """Return 1 - Levenshtein(cameras of the view, cameras along the way) / longer length.

    View A, B, D for a way A, B, C: 1 - 1/3 = 0.667. No view: 0.
    """
    longer = max(len(case.answer.view), len(case.chain))
    return 1.0 - compute_edit_distance(case.answer.view, case.chain) / longer


def judge_fault(case: SetupCase) -> bool | None:
    """Return whether the camera named has the fault; None where none is asked about."""
    return None if case.faulty is None else case.answer.choices.get(FAULT) == case.faulty


VIEW_SIMILARITY = Metric(
    key="view_similarity", version=2, unit="ratio", better=Better.HIGHER, compute=compute_view_similarity
)
FAULT_RIGHT = Metric(key="fault_right", version=1, better=Better.HIGHER, compute=judge_fault)
SETUP_METRICS: tuple[Metric[SetupCase], ...] = (VIEW_SIMILARITY, FAULT_RIGHT, COMPLETION, FINISHED)


def make_setup_card(case: SetupCase) -> ScoreCard:
    """Compute every metric that the case allows. Passed: the very view, and the faulty camera where it is asked for."""
    criteria = [Criterion(key="view_right", met=case.answer.view == case.chain)]
    if case.faulty is not None:
        criteria.append(Criterion(key="fault_right", met=judge_fault(case)))
    return make_score_card(case, SETUP_METRICS, criteria=criteria)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewMoment(Moment):
    """Something about a view: the camera it is about ("" for the order of all), the way's cameras, and what was given.

    `given` is the view as it was set up, or the one camera that was named.
    """

    camera_id: str
    chain: tuple[str, ...]
    given: tuple[str, ...]


def find_view_moments(index: TruthIndex, case: SetupCase, *, window_s: tuple[float, float]) -> tuple[Moment, ...]:
    """Return what the checklist of a view lacks: cameras missing, cameras too many, the order, the faulty camera."""
    return tuple(_list_view_moments(index, case, find_frame(index, sum(window_s) / 2)))


def _list_view_moments(index: TruthIndex, case: SetupCase, frame: int) -> Iterator[ViewMoment]:
    view, chain = case.answer.view, case.chain

    def describe(kind: MomentKind, camera_id: str, given: Sequence[str] = view) -> ViewMoment:
        is_known = camera_id in index.table.picture_wh
        scenes = (Scene(camera_id=camera_id, frame=frame),) if is_known else ()
        return ViewMoment(kind=kind, t_s=None, scenes=scenes, camera_id=camera_id, chain=chain, given=tuple(given))

    for camera in chain:
        if camera not in view:
            yield describe(MomentKind.NOT_IN_VIEW, camera)
    for camera in dict.fromkeys(view):
        if camera not in chain:
            yield describe(MomentKind.NOT_ON_WAY, camera)
    if view != chain and set(view) == set(chain):
        yield describe(MomentKind.ORDER, "")
    if case.faulty is not None and judge_fault(case) is False:
        named = case.answer.choices.get(FAULT)
        yield describe(MomentKind.WRONG_FAULT, case.faulty, given=() if named is None else (named,))


_COMPARE_CLOCKS = "Compare the clock in each picture with the clock of the console."
_COMPARE_NAMES = "Compare each camera's name with the place it shows."
_MISSING = {
    "view_right": "did not show the cameras of the route in walking order",
    "fault_right": "missed the faulty camera",
}


class SetupWords:
    """See `sim.tasks.common.task_words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        return tuple(_list_parts(score))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        return write_missing(score.card, _MISSING) or "Correct. The view is set up."

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        if score.card.values.get("view_similarity") != 1.0:
            return (Advice("Trace the route on the map and note each camera that covers it."),)
        if score.card.values.get("fault_right") is False:
            is_name = task.params.get("fault") == FaultKind.WRONG_NAME
            return (Advice(_COMPARE_NAMES if is_name else _COMPARE_CLOCKS),)
        return advise_next(score.card, Advice("Set up one view for each route you would search first."))

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        return tell_view(facts, moment) if isinstance(moment, ViewMoment) else tell_search_moment(facts, moment)


SETUP_WORDS = SetupWords()


def _list_parts(score: Judged) -> Iterator[PartView]:
    similarity = float(score.card.values["view_similarity"] or 0.0)
    sentence = "How much of the route's cameras, in walking order, the view shows."
    yield make_part("view_similarity", "View", f"{similarity:.0%}", sentence, good=similarity == 1.0)
    yield from judge_part(
        score.card,
        "fault_right",
        "Faulty camera",
        right="This is the camera that needs repair.",
        wrong="Another camera needs repair.",
        unanswered="" if score.answer.choices.get(FAULT) else "You named no camera.",
    )
    yield from list_time_parts(score.card)


def tell_view(facts: MomentFacts, moment: ViewMoment) -> MomentText:
    """Return one line of a view's checklist that is not met."""
    chain = f"In walking order, the route is {join_cameras(facts, moment.chain)}."
    camera = facts.name_camera(moment.camera_id)
    match moment.kind:
        case MomentKind.NOT_IN_VIEW:
            place = moment.chain.index(moment.camera_id) + 1
            text = f"It is number {place} of {len(moment.chain)} on the route. {chain}"
            return MomentText(title=f"{camera} is missing from the view", text=text)
        case MomentKind.NOT_ON_WAY:
            return MomentText(title=f"{camera} is not needed in the view", text=chain)
        case MomentKind.ORDER:
            given = f"Yours was {join_cameras(facts, moment.given)}."
            return MomentText(title="the cameras are not in walking order", text=f"{chain} {given}")
        case _:
            named = f"You named {join_cameras(facts, moment.given)}." if moment.given else "You named no camera."
            return MomentText(title=f"{camera} is the camera that needs repair", text=named)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupType(UsualParts):
    """See `sim.tasks.common.task_type.TaskType`."""

    name: str = SETUP
    version: int = 2
    metrics: Sequence[Metric[SetupCase]] = SETUP_METRICS
    make_card: Callable[[Any], ScoreCard] = make_setup_card
    title: str = "Set up a view"
    practice_title: str = "Set up a view"
    counts: Sequence[str] = ("The cameras of the view.", "The fault found.", TIME_COUNTS)
    pass_rule: str = (
        "Pass: exactly the cameras of the route, in walking order, and, where you are asked for a faulty camera, "
        "the correct one, in time."
    )
    words: TaskWords = SETUP_WORDS

    def make_question(self, task: Task) -> str:
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
        file = parse_file(SetupTaskFile, text, source=source, error_type=TaskError)
        params = file.model_dump(exclude={"type", "window_s"}, exclude_defaults=True)
        return Task(type=SETUP, window_s=file.window_s, params=params)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError when there is no such way past cameras, or no camera with the fault asked about."""
        self.make_case(task, Answer(), index)

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> SetupCase:
        check_marks(index, answer.marks, check_window(index, task.window_s))
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

    def list_moments(self, case: SetupCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        """Return what the checklist of the view lacks, and the faulty camera."""
        return find_view_moments(index, case, window_s=task.window_s)

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        """Return the chain of cameras and the faulty one."""
        case = self.make_case(task, Answer(), index)
        return Answer(view=case.chain, choices={} if case.faulty is None else {FAULT: case.faulty})

    def answer_wrongly(self, task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
        """Return answers with a camera missing, two exchanged, and another camera called faulty."""
        return tuple(_list_flaws(self.answer_perfectly(task, index), index))

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        """Open the cameras of the way, arrange them, and name the faulty one, with slips as the skill says."""
        case = self.make_case(task, Answer(), index)
        rng, skill = user.rng, user.skill
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

    def _ask(self, task: Task) -> str:
        return FAULT_WORDS[str(task.params["fault"])]


SETUP_TYPE = SetupType()
