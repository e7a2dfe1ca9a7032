"""Task type `pull-up`: show the camera for the place called out, ten in a row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from sim.errors import TaskError
from sim.scoring.duration import COMPLETION, FINISHED, need_log
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.judged import Judged, PartView
from sim.scoring.mark import check_marks
from sim.scoring.metric import Better, Metric
from sim.scoring.moments import Moment, MomentKind, Scene
from sim.scoring.score_card import Criterion, ScoreCard, make_score_card
from sim.tasks.common.answer_form import AnswerForm, Item, Marks
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
    list_time_parts,
    make_part,
    write_missing,
)
from sim.text.words import write_count
from sim.truth.index import TruthIndex, find_place_cameras
from sim.truth.window import check_window

PASS_SHARE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsCase:
    calls: tuple[str, ...]  # key of each call, in the order called
    right: Mapping[str, Sequence[str]]  # the cameras that show what is called, by key
    answer: Answer  # what was handed in
    log: SearchLog | None  # how the search went, or None


def is_right(case: CallsCase, key: str) -> bool:
    """Return whether the camera confirmed for a call shows the place."""
    return case.answer.choices.get(key) in case.right[key]


def compute_right_share(case: CallsCase) -> float:
    """Return the share of calls answered by a camera that shows the place. 9 of 10: 0.9."""
    return sum(is_right(case, key) for key in case.calls) / len(case.calls)


def list_spans_s(case: CallsCase) -> list[tuple[str, float, float]]:
    """Return each call that was answered, from the answer to the one before, or release, to its own last answer."""
    times = {choice.key: choice.at_s for choice in need_log(case).choices if choice.key in case.right}
    answered = sorted(((at_s, key) for key, at_s in times.items()), key=lambda each: each[0])
    bounds = [(0.0, ""), *answered]
    return [(key, before, at_s) for (before, _), (at_s, key) in pairwise(bounds)]


def compute_median_s(case: CallsCase) -> float | None:
    """Return the median seconds a call took, of those answered rightly; None when none was.

    Release at 0, answers at 4, 10 and 13 s, all right: median of 4, 6 and 3, 4 s.
    """
    taken = [to_s - from_s for key, from_s, to_s in list_spans_s(case) if is_right(case, key)]
    return median(taken) if taken else None


def count_wrong_openings(case: CallsCase) -> int:
    """Return how many cameras were opened, while a call was looked for, that do not show its place."""
    openings = need_log(case).openings
    return sum(
        opening.camera_id not in case.right[key]
        for key, from_s, to_s in list_spans_s(case)
        for opening in openings
        if from_s < opening.at_s <= to_s
    )


RIGHT_SHARE = Metric(key="right_share", version=2, unit="ratio", better=Better.HIGHER, compute=compute_right_share)
CALL_TIME = Metric(
    key="median_call_s", version=2, unit="s", better=Better.LOWER, needs_log=True, compute=compute_median_s
)
WRONG_OPENINGS = Metric(
    key="wrong_openings", version=2, unit="rows", better=Better.LOWER, needs_log=True, compute=count_wrong_openings
)
CALL_METRICS: tuple[Metric[CallsCase], ...] = (RIGHT_SHARE, CALL_TIME, WRONG_OPENINGS, COMPLETION, FINISHED)


def make_calls_card(case: CallsCase) -> ScoreCard:
    """Compute every metric that the case allows. Passed: nine calls in ten answered rightly."""
    criteria = (Criterion(key="right_share", met=compute_right_share(case) >= PASS_SHARE),)
    return make_score_card(case, CALL_METRICS, criteria=criteria)


PULL_UP = "pull-up"
CALLS = 10
LEAST_CALLS = 6
ORDERS = 3


class PullUpTaskFile(TaskFile):
    """`{"type": "pull-up", "places": {"cafeteria": "Cafeteria", ...}, "window_s": [0, 300]}`: zone_id and name."""

    type: Literal["pull-up"]
    places: Annotated[dict[str, str], Field(min_length=LEAST_CALLS)]
    window_s: tuple[float, float]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMoment(Moment):
    """A call answered by a camera that does not show the place (zone_id), or not at all; `right` the ones that do."""

    place: str
    given: str | None
    right: tuple[str, ...]


def _describe_call(index: TruthIndex, case: CallsCase, place: str) -> CallMoment:
    right, given = tuple(case.right[place]), case.answer.choices.get(place)
    given = given if given in index.table.picture_wh else None
    frame = _find_used_frame(index, right[0], place)
    cameras = (right[0],) if given is None else (given, right[0])
    return CallMoment(
        kind=MomentKind.WRONG_CALL,
        t_s=None,
        scenes=tuple(Scene(camera_id=camera, frame=frame) for camera in cameras),
        place=place,
        given=given,
        right=right,
    )


def _find_used_frame(index: TruthIndex, camera_id: str, zone: str) -> int:
    """Return the frame in which a camera shows somebody in a place largest; the first where it never does."""
    rows = index.table.rows
    own = rows[(rows["camera_id"] == camera_id) & (rows["zone"] == zone)]
    if own.empty:
        return 0
    height_px = (own["y2"] - own["y1"]).to_numpy(dtype=np.float64) * own["visible"].to_numpy(dtype=np.float64)
    return int(own["frame"].iloc[int(np.argmax(height_px))])


MOST_NAMED = 3


class PullUpWords:
    """See `sim.tasks.common.task_words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        return tuple(_list_parts(score, len(task.params["places"])))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        calls = len(task.params["places"])
        answered = round(float(score.card.values["right_share"] or 0.0) * calls)
        found = f"found a correct camera for {answered} of {write_count(calls, 'call')} (goal: {PASS_SHARE:.0%})"
        return (
            write_missing(score.card, {"right_share": found}) or "Correct. You know which camera shows which location."
        )

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        if float(score.card.values["right_share"] or 0.0) < 1.0:
            return (Advice("Go through the map floor by floor and open every camera once, saying its location aloud."),)
        if score.card.values.get("wrong_openings"):
            return (Advice("Type part of a camera's name to find it: that is quicker than trying."),)
        return advise_next(score.card, Advice("Try it on a phone."))

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        return tell_call(facts, moment) if isinstance(moment, CallMoment) else tell_search_moment(facts, moment)


PULL_UP_WORDS = PullUpWords()


def _list_parts(score: Judged, calls: int) -> Iterator[PartView]:
    values = score.card.values
    share = float(values["right_share"] or 0.0)
    sentence = f"You confirmed a camera that shows the location for {round(share * calls)} of {calls} calls."
    yield make_part(
        "right_share",
        "Correct calls",
        f"{round(share * calls)} of {calls}",
        sentence,
        good=share >= PASS_SHARE,
    )
    each_s = values.get("median_call_s")
    if each_s is not None:
        sentence = f"Half of the correct calls took {each_s:.1f} seconds or less."
        yield make_part("median_call_s", "Time for a call", f"{each_s:.1f} s", sentence, good=None)
    wrong = values.get("wrong_openings")
    if wrong is not None:
        sentence = "Cameras opened that do not show the location called out."
        yield make_part("wrong_openings", "Wrong cameras opened", str(wrong), sentence, good=None)
    yield from list_time_parts(score.card)


def tell_call(facts: MomentFacts, moment: CallMoment) -> MomentText:
    """Return a call that was answered wrongly, with the cameras that show the place."""
    place = next((item.label for item in facts.form.items if item.key == moment.place), facts.name_place(moment.place))
    right = join_cameras(facts, moment.right[:MOST_NAMED])
    shows = f"{place} is shown by {right}."
    if moment.given is None:
        return MomentText(title=f"{place}: you confirmed no camera", text=shows)
    return MomentText(
        title=f"{place}: you confirmed {facts.name_camera(moment.given)}",
        text=f"It does not show that location. {shows}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PullUpType(UsualParts):
    """See `sim.tasks.common.task_type.TaskType`."""

    name: str = PULL_UP
    version: int = 2
    metrics: Sequence[Metric[CallsCase]] = CALL_METRICS
    make_card: Callable[[Any], ScoreCard] = make_calls_card
    title: str = "Pull up the right camera"
    practice_title: str = "Pull up cameras"
    counts: Sequence[str] = ("Cameras that show the location called out.", "How long each call took.", TIME_COUNTS)
    pass_rule: str = f"Pass: a camera that shows the location for at least {PASS_SHARE:.0%} of the calls, in time."
    words: TaskWords = PULL_UP_WORDS

    def make_question(self, task: Task) -> str:
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
        file = parse_file(PullUpTaskFile, text, source=source, error_type=TaskError)
        return Task(type=PULL_UP, window_s=file.window_s, params={"places": file.places})

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError when a place is one that no camera shows."""
        check_window(index, task.window_s)
        _find_right(task, index)

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> CallsCase:
        check_marks(index, answer.marks, check_window(index, task.window_s))
        right = _find_right(task, index)
        return CallsCase(calls=tuple(right), right=right, answer=answer, log=log)

    def list_moments(self, case: CallsCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        """Return every call that was not answered rightly, in the order called, with a camera that shows the place."""
        return tuple(_describe_call(index, case, place) for place in case.calls if not is_right(case, place))

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

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        """Open wrong cameras now and then, then confirm the right one, or a wrong one."""
        rng, skill = user.rng, user.skill
        for zone, cameras in _find_right(task, index).items():
            wrong = [camera for camera in index.camera_ids if camera not in cameras]
            for _ in range(int(rng.poisson(skill.detours))):
                user.open_camera(wrong[int(rng.integers(len(wrong)))])
            is_missed = rng.random() < skill.miss_share
            camera = wrong[int(rng.integers(len(wrong)))] if is_missed else cameras[0]
            user.open_camera(camera)
            user.choose(zone, camera)
        user.submit()


PULL_UP_TYPE = PullUpType()
