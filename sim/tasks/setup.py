"""Task type `setup`: arrange a view along a way, and find the camera that needs mending."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from types import MappingProxyType
from typing import Literal

import pydantic

from sim.errors import TaskError
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.mark import check_marks
from sim.scoring.moments import Moment, MomentKind, Scene, find_frame
from sim.scoring.path_metrics import compute_edit_distance
from sim.scoring.score_card import Judged, PartView, list_metrics, metric
from sim.site.next_camera import PlaceWays
from sim.tasks.common.simulated_user import Flaw, SimulatedUser
from sim.tasks.common.task import AnswerForm, Field, FieldKind, Marks, Name, Task, TaskFile
from sim.tasks.common.task_type import TIME_COUNTS, TaskType
from sim.tasks.common.task_words import (
    Advice,
    MomentFacts,
    MomentText,
    join_cameras,
    judge_part,
    make_part,
    read_number,
    write_missing,
)
from sim.truth.events import FaultKind
from sim.truth.index import TruthIndex
from sim.truth.window import check_window

FAULT = "faulty-camera"
Chain = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupCase:
    chain: Chain  # of the right views the one nearest to the answer, of several the first, see `find_right_views`
    faulty: str | None  # the camera with the fault asked about, or None where none is asked about
    answer: Answer  # what was handed in
    log: SearchLog | None  # how it went, or None


@metric("setup", "view_similarity", "View", version=3, unit="ratio")
def compute_view_similarity(case: SetupCase) -> float:
    """Return 1 - Levenshtein(cameras of the view, cameras of the nearest right view) / longer length.

    View A, B, D for a way A, B, C: 1 - 1/3 = 0.667. No view: 0.
    """
    return _compare(case.answer.view, case.chain)


def _find_nearest(views: Sequence[Chain], given: Chain) -> Chain:
    return max(views, key=lambda view: _compare(given, view))


def _compare(view: Chain, right: Chain) -> float:
    return 1.0 - compute_edit_distance(view, right) / max(len(view), len(right))


@metric("setup", "fault_right", "Faulty camera", version=1)
def judge_fault(case: SetupCase) -> bool | None:
    return None if case.faulty is None else case.answer.choices.get(FAULT) == case.faulty


LEAST_CHAIN, MOST_CHAIN = 3, 5
NONE = "none"
WRONG_NAMES = "wrong_names"
"""What the console calls a camera that has another name in its picture, by camera_id: a fault of the console alone."""
FAULT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        FaultKind.CLOCK_OFFSET.value: "Which camera's clock is wrong?",
        FaultKind.WRONG_NAME.value: "Which camera bears a name that is not its own?",
    }
)


class SetupTaskFile(TaskFile):
    """`{"type": "setup", "start": "lobby", "end": "c-hall", "start_name": "Main lobby", ..., "fault": "none"}`."""

    start: Name
    end: Name
    start_name: Name
    end_name: Name
    fault: Literal["none", "clock-offset", "wrong-name"]
    wrong_names: dict[str, str] = pydantic.Field(default_factory=dict)


def _check_wrong_name(wrong: Mapping[str, str], kind: str, index: TruthIndex) -> str:
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
    """Return, by the place it ends in, the cameras along the shortest ways from a place: each chain there is, once.

    They are the camera that shows most of each place passed, each once, in order; () when there is no way, or when
    no camera shows a place on it. More than one: it depends on where in the two places one stands.
    """
    return {
        end: frozenset(
            tuple(dict.fromkeys(shown[place][0] for place in places)) if shown.keys() >= set(places) else ()
            for places in passed
        )
        for end, passed in ways.find_all(start, ends).items()
    }


def list_views(shown: Mapping[str, Sequence[str]], places: Sequence[str]) -> set[Chain]:
    """Return every view of a way: for each place, in order of first visit, one of its cameras, each camera once.

    Cameras A or B show the first place, B or C the next: A B, A C, B and B C.
    """
    views: set[Chain] = {()}
    for place in dict.fromkeys(places):
        views = {view if camera in view else (*view, camera) for view in views for camera in shown[place]}
    return views


def find_right_views(index: TruthIndex, start: str, end: str) -> tuple[Chain, ...]:
    """Return the right views, that of the cameras that show most first.

    Raises TaskError: that one has too few or many cameras, or depends on where in the places one stands.
    """
    if index.site is None:
        raise TaskError("the plan of the site is not known", expected="a recording with its site")
    shown, ways = index.place_cameras, index.place_ways
    chains = find_chains(shown, ways, start, [end])[end]
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
    passed = ways.find_all(start, [end])[end]
    return tuple(dict.fromkeys([chain, *sorted(view for places in passed for view in list_views(shown, places))]))


def _find_faulty(index: TruthIndex, kind: str) -> str | None:
    cameras = {event.camera_id for event in index.events if event.kind == kind}
    return cameras.pop() if len(cameras) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewMoment(Moment):
    """Something about a view: the camera it is about ("" for the order of all), the way's cameras, and what was given.

    `given` is the view as it was set up, or the one camera that was named.
    """

    camera_id: str
    chain: tuple[str, ...]
    given: tuple[str, ...]


class SetupType(TaskType):
    name = "setup"
    title = practice_title = "Set up a view"
    counts = ("The cameras of the view.", "The fault found.", TIME_COUNTS)
    pass_rule = "Pass: every location in the view, in order, and the faulty camera where you are asked for it."
    metrics = list_metrics("setup", "time")
    file = SetupTaskFile
    harder = Advice("Set up one view for each route you would search first.")

    def make_question(self, task: Task) -> str:
        start, end, fault = (str(task.params[key]) for key in ("start_name", "end_name", "fault"))
        then = "" if fault == NONE else f" And {FAULT_WORDS[fault][0].lower()}{FAULT_WORDS[fault][1:]}"
        return (
            f"Build a camera view of the shortest route from {start} to {end}: for each location a camera that shows "
            f"it well, each camera once, in walking order.{then}"
        )

    def make_answer_form(self, task: Task) -> AnswerForm:
        form, fault = AnswerForm(marks=Marks.NONE, asks_view=True), str(task.params["fault"])
        if fault == NONE:
            return form
        return replace(form, fields=(Field(key=FAULT, kind=FieldKind.CAMERA, label=FAULT_WORDS[fault]),))

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        """Return a task for every pair of places whose way takes three to five cameras, with the fault there is.

        They have to be the same cameras from every walk node of one place to every walk node of the other.
        """
        check_window(index, window_s)
        if index.site is None:
            return ()
        names = {space.zone_id: space.name for space in index.site.spaces if space.kind != "outdoor"}
        shown, ways = index.place_cameras, index.place_ways
        places = [zone for zone in shown if zone in names]
        fault = next((kind for kind in FAULT_WORDS if _find_faulty(index, kind) is not None), NONE)
        tasks = []
        for number, start in enumerate(places):
            for end, chains in find_chains(shown, ways, start, places[number + 1 :]).items():
                if len(chains) == 1 and LEAST_CHAIN <= len(next(iter(chains))) <= MOST_CHAIN:
                    params = {"start": start, "end": end, "start_name": names[start], "end_name": names[end]}
                    tasks.append(Task(type=self.name, window_s=window_s, params={**params, "fault": fault}))
        return tuple(tasks)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        self.make_case(task, Answer(), index)

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> SetupCase:
        check_marks(index, answer.marks, check_window(index, task.window_s))
        views = find_right_views(index, str(task.params.get("start")), str(task.params.get("end")))
        kind, wrong = str(task.params.get("fault")), task.params.get(WRONG_NAMES)
        if wrong:
            faulty: str | None = _check_wrong_name(dict(wrong), kind, index)
        else:
            faulty = None if kind == NONE else _find_faulty(index, kind)
        if kind != NONE and faulty is None:
            raise TaskError(f"not exactly one camera of the recording has a {kind}", todo="choose the forms again")
        return SetupCase(chain=_find_nearest(views, answer.view), faulty=faulty, answer=answer, log=log)

    def judge(self, case: SetupCase) -> dict[str, bool | None]:
        fault = {} if case.faulty is None else {"fault_right": judge_fault(case)}
        return {"view_right": case.answer.view == case.chain, **fault}

    def list_moments(self, case: SetupCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        view, chain, frame = case.answer.view, case.chain, find_frame(index, sum(task.window_s) / 2)

        def describe(kind: MomentKind, camera_id: str, given: tuple[str, ...] = view) -> ViewMoment:
            is_known = camera_id in index.table.picture_wh
            scenes = (Scene(camera_id=camera_id, frame=frame),) if is_known else ()
            return ViewMoment(kind=kind, t_s=None, scenes=scenes, camera_id=camera_id, chain=chain, given=given)

        moments = [describe(MomentKind.NOT_IN_VIEW, camera) for camera in chain if camera not in view]
        moments += [describe(MomentKind.NOT_ON_WAY, camera) for camera in dict.fromkeys(view) if camera not in chain]
        if view != chain and set(view) == set(chain):
            moments.append(describe(MomentKind.ORDER, ""))
        if case.faulty is not None and judge_fault(case) is False:
            named = case.answer.choices.get(FAULT)
            moments.append(describe(MomentKind.WRONG_FAULT, case.faulty, () if named is None else (named,)))
        return tuple(moments)

    def list_parts(self, score: Judged, task: Task) -> Iterator[PartView]:
        similarity = read_number(score.card.values["view_similarity"])
        sentence = "How much of the route's cameras, in walking order, the view shows."
        yield make_part("view_similarity", f"{similarity:.0%}", sentence, good=similarity == 1.0)
        yield from judge_part(
            score.card,
            "fault_right",
            right="This is the camera that needs repair.",
            wrong="Another camera needs repair.",
            unanswered="" if score.answer.choices.get(FAULT) else "You named no camera.",
        )

    def write_verdict(self, score: Judged, task: Task) -> str:
        failures = {
            "view_right": "did not show the cameras of the route in walking order",
            "fault_right": "missed the faulty camera",
        }
        return write_missing(score.card, failures) or "Correct. The view is set up."

    def list_advice(self, score: Judged, task: Task) -> Iterator[Advice]:
        if score.card.values.get("view_similarity") != 1.0:
            yield Advice("Trace the route on the map and note each camera that covers it.")
        elif score.card.values.get("fault_right") is False:
            if task.params.get("fault") == FaultKind.WRONG_NAME:
                yield Advice("Compare each camera's name with the place it shows.")
            else:
                yield Advice("Compare the clock in each picture with the clock of the console.")

    def tell_moment(self, facts: MomentFacts, moment: ViewMoment) -> MomentText:
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

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        case = self.make_case(task, Answer(), index)
        return Answer(view=case.chain, choices={} if case.faulty is None else {FAULT: case.faulty})

    def answer_wrongly(self, task: Task, index: TruthIndex) -> Iterator[Flaw]:
        perfect = self.answer_perfectly(task, index)
        right = find_right_views(index, str(task.params["start"]), str(task.params["end"]))
        view, places = perfect.view, range(len(perfect.view))
        shorter = [each for each in ((*view[:n], *view[n + 1 :]) for n in places) if each not in right]
        mixed = (each for each in permutations(view) if each not in right and _find_nearest(right, each) == view)
        for name, wrong_view in (("a camera missing", shorter[0]), ("order wrong", next(mixed))):
            yield Flaw(name, replace(perfect, view=wrong_view), {"view_similarity"})
        if FAULT in perfect.choices:
            wrong = next(camera for camera in index.camera_ids if camera != perfect.choices[FAULT])
            yield Flaw("wrong camera", replace(perfect, choices={FAULT: wrong}), {"fault_right"})

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
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
