"""Task type `pull-up`: show the camera for the place called out, ten in a row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Annotated, Any

import numpy as np
import pydantic

from sim.errors import TaskError
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.mark import check_marks
from sim.scoring.moments import Moment, MomentKind, Scene
from sim.scoring.score_card import SLACK, Better, Judged, PartView, list_metrics, metric
from sim.scoring.use_metrics import need_log
from sim.tasks.common.simulated_user import Flaw, SimulatedUser
from sim.tasks.common.task import AnswerForm, Item, Marks, Task, TaskFile
from sim.tasks.common.task_type import TIME_COUNTS, TaskType
from sim.tasks.common.task_words import (
    Advice,
    MomentFacts,
    MomentText,
    join_cameras,
    make_part,
    read_number,
    write_missing,
)
from sim.text.words import write_count
from sim.truth.index import TruthIndex
from sim.truth.window import check_window

PASS_SHARE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsCase:
    calls: tuple[str, ...]  # key of each call, in the order called
    right: Mapping[str, Sequence[str]]  # the cameras that show what is called, by key
    answer: Answer  # what was handed in
    log: SearchLog | None  # how the search went, or None


def is_right(case: CallsCase, key: str) -> bool:
    return case.answer.choices.get(key) in case.right[key]


@metric("pull-up", "right_share", "Correct calls", version=3, unit="ratio")
def compute_right_share(case: CallsCase) -> float:
    """Return the share of calls answered by a camera that shows the place. 9 of 10: 0.9."""
    return sum(is_right(case, key) for key in case.calls) / len(case.calls)


def list_spans_s(case: CallsCase) -> list[tuple[str, float, float]]:
    """Return each call that was answered, from the answer to the one before, or release, to its own last answer."""
    times = {choice.key: choice.at_s for choice in need_log(case).choices if choice.key in case.right}
    answered = sorted(((at_s, key) for key, at_s in times.items()), key=lambda each: each[0])
    bounds = [(0.0, ""), *answered]
    return [(key, before, at_s) for (before, _), (at_s, key) in pairwise(bounds)]


@metric("pull-up", "median_call_s", "Time for a call", version=3, unit="s", better=Better.LOWER, needs_log=True)
def compute_median_s(case: CallsCase) -> float | None:
    """Return the median seconds a call took, of those answered rightly; None when none was.

    Release at 0, answers at 4, 10 and 13 s, all right: median of 4, 6 and 3, 4 s.
    """
    taken = [to_s - from_s for key, from_s, to_s in list_spans_s(case) if is_right(case, key)]
    return median(taken) if taken else None


@metric(
    "pull-up", "wrong_openings", "Wrong cameras opened", version=3, unit="rows", better=Better.LOWER, needs_log=True
)
def count_wrong_openings(case: CallsCase) -> int:
    """Return how many cameras were opened, while a call was looked for, that do not show its place."""
    openings = need_log(case).openings
    return sum(
        opening.camera_id not in case.right[key]
        for key, from_s, to_s in list_spans_s(case)
        for opening in openings
        if from_s < opening.at_s <= to_s
    )


CALLS = 10
LEAST_CALLS = 6
ORDERS = 3
MOST_NAMED = 3


class PullUpTaskFile(TaskFile):
    """`{"type": "pull-up", "places": {"cafeteria": "Cafeteria", ...}, "window_s": [0, 300]}`: zone_id and name."""

    places: Annotated[dict[str, str], pydantic.Field(min_length=LEAST_CALLS)]


def _list_places(task: Task) -> Mapping[str, str]:
    places: Any = task.params.get("places")
    if not isinstance(places, dict) or len(places) < LEAST_CALLS:
        raise TaskError(
            "a pull-up task needs places", expected=f"at least {LEAST_CALLS}, name by zone_id", todo="name the places"
        )
    return places


def _find_right(task: Task, index: TruthIndex) -> Mapping[str, tuple[str, ...]]:
    known = index.place_cameras
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


class PullUpType(TaskType):
    name = "pull-up"
    title = "Pull up the right camera"
    practice_title = "Pull up cameras"
    counts = ("Cameras that show the location called out.", "How long each call took.", TIME_COUNTS)
    pass_rule = f"Pass: a correct camera for at least {PASS_SHARE:.0%} of the calls."
    metrics = list_metrics("pull-up", "time")
    file = PullUpTaskFile
    harder = Advice("Do it again in a week, and beat your time.")

    def make_question(self, task: Task) -> str:
        count = len(_list_places(task))
        return f"{count} places are called out, one after the other. Open a camera that shows each, and confirm it."

    def make_answer_form(self, task: Task) -> AnswerForm:
        items = tuple(Item(key=zone, label=name) for zone, name in _list_places(task).items())
        return AnswerForm(marks=Marks.NONE, items=items, list_name="Calls")

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        check_window(index, window_s)
        names = {} if index.site is None else {space.zone_id: space.name for space in index.site.spaces}
        zones = [zone for zone in index.place_cameras if zone in names]
        if len(zones) < LEAST_CALLS:
            return ()
        tasks = []
        for seed in range(ORDERS):
            order = np.random.default_rng(seed).permutation(len(zones))[:CALLS]
            places = {zones[place]: names[zones[place]] for place in order.tolist()}
            tasks.append(Task(type=self.name, window_s=window_s, params={"places": places}))
        return tuple(tasks)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        check_window(index, task.window_s)
        _find_right(task, index)

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> CallsCase:
        check_marks(index, answer.marks, check_window(index, task.window_s))
        right = _find_right(task, index)
        return CallsCase(calls=tuple(right), right=right, answer=answer, log=log)

    def judge(self, case: CallsCase) -> dict[str, bool | None]:
        return {"right_share": compute_right_share(case) >= PASS_SHARE - SLACK}

    def list_moments(self, case: CallsCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        moments = []
        for place in (place for place in case.calls if not is_right(case, place)):
            right, given = tuple(case.right[place]), case.answer.choices.get(place)
            given = given if given in index.table.picture_wh else None
            frame = _find_used_frame(index, right[0], place)
            scenes = tuple(Scene(camera_id=camera, frame=frame) for camera in (given, right[0]) if camera is not None)
            kind = MomentKind.WRONG_CALL
            moments.append(CallMoment(kind=kind, t_s=None, scenes=scenes, place=place, given=given, right=right))
        return tuple(moments)

    def list_parts(self, score: Judged, task: Task) -> Iterator[PartView]:
        values, calls = score.card.values, len(task.params["places"])
        share = read_number(values["right_share"])
        right = round(share * calls)
        sentence = f"You confirmed a camera that shows the location for {right} of {calls} calls."
        yield make_part("right_share", f"{right} of {calls}", sentence, good=share >= PASS_SHARE)
        each_s = values.get("median_call_s")
        if each_s is not None:
            sentence = f"Half of the correct calls took {each_s:.1f} seconds or less."
            yield make_part("median_call_s", f"{each_s:.1f} s", sentence, good=None)
        wrong = values.get("wrong_openings")
        if wrong is not None:
            sentence = "Cameras opened that do not show the location called out."
            yield make_part("wrong_openings", str(wrong), sentence, good=None)

    def write_verdict(self, score: Judged, task: Task) -> str:
        calls = len(task.params["places"])
        answered = round(read_number(score.card.values["right_share"]) * calls)
        found = f"found a correct camera for {answered} of {write_count(calls, 'call')} (goal: {PASS_SHARE:.0%})"
        right = f"Correct: {answered} of {calls}. You know which camera shows which location."
        return write_missing(score.card, {"right_share": found}) or right

    def list_advice(self, score: Judged, task: Task) -> Iterator[Advice]:
        if read_number(score.card.values["right_share"]) < 1.0:
            yield Advice("Open every camera on the map once, and say its location aloud.")
        elif score.card.values.get("wrong_openings"):
            yield Advice("Type part of a camera's name to find it: that is quicker than trying.")

    def tell_moment(self, facts: MomentFacts, moment: CallMoment) -> MomentText:
        labels = {item.key: item.label for item in facts.form.items}
        place = labels.get(moment.place) or facts.name_place(moment.place)
        shows = f"{place} is shown by {join_cameras(facts, moment.right[:MOST_NAMED])}."
        if moment.given is None:
            return MomentText(title=f"{place}: you confirmed no camera", text=shows)
        title = f"{place}: you confirmed {facts.name_camera(moment.given)}"
        return MomentText(title=title, text=f"It does not show that location. {shows}")

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        return Answer(choices={zone: cameras[0] for zone, cameras in _find_right(task, index).items()})

    def answer_wrongly(self, task: Task, index: TruthIndex) -> Iterator[Flaw]:
        perfect, right = self.answer_perfectly(task, index), _find_right(task, index)
        first = next(iter(right))
        wrong = next(camera for camera in index.camera_ids if camera not in right[first])
        missing = {key: camera for key, camera in perfect.choices.items() if key != first}
        yield Flaw("wrong camera", Answer(choices={**perfect.choices, first: wrong}), {"right_share"})
        yield Flaw("no camera", Answer(choices=missing), {"right_share"})

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
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


def _find_used_frame(index: TruthIndex, camera_id: str, zone: str) -> int:
    """Return the frame in which a camera shows somebody in a place largest; the first where it never does."""
    rows = index.table.rows
    own = rows[(rows["camera_id"] == camera_id) & (rows["zone"] == zone)]
    if own.empty:
        return 0
    height_px = (own["y2"] - own["y1"]).to_numpy(dtype=np.float64) * own["visible"].to_numpy(dtype=np.float64)
    return int(own["frame"].iloc[int(np.argmax(height_px))])
