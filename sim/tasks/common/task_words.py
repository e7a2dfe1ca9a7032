"""What writes the result of a task in sentences: parts, a verdict, an advice, moments."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol

from sim.scoring.judged import Judged, PartView
from sim.scoring.moments import Moment
from sim.scoring.score_card import ScoreCard
from sim.tasks.common.answer_form import AnswerForm
from sim.tasks.common.base import Task
from sim.text.tables import round_beside
from sim.text.times import write_minutes
from sim.truth.index import TruthIndex

_TOO_LATE: Final = "Try another one, and submit before the time is up: what you have by then still counts."
_AGAIN: Final = "Try another one, and check each part of your answer before you submit."


class Trains(StrEnum):
    """The skill that an advice is about; each task type says which it trains.

    SAME stands for whatever the drill just done trains.
    """

    LOOK_ALIKES = "telling people apart"
    NEXT_CAMERA = "the next camera"
    LAST_PLACE = "the last place"
    CHECKS = "secondary screening"
    SAME = "the same again"


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to practice next; without another skill named, by a drill of the kind just done."""

    sentence: str
    trains: Trains = field(default=Trains.SAME, kw_only=True)


def advise_next(card: ScoreCard, harder: Advice) -> tuple[Advice]:
    """Return `harder` where nothing is left to practice; what failed without an advice of its own is done again."""
    if card.passed is not False:
        return (harder,)
    is_late = any(criterion.key == "inside_limit" and criterion.met is False for criterion in card.criteria)
    return (Advice(_TOO_LATE if is_late else _AGAIN),)


STUDENT = "the student"


class MomentFacts(Protocol):
    """Names of cameras, places and doors, the clock, and what people wear, on one recording."""

    @property
    def form(self) -> AnswerForm: ...

    @property
    def index(self) -> TruthIndex: ...

    @property
    def get_links(self) -> Callable[[], Mapping[str, Any]]:
        """What gives where people leave each picture and who shows them next, see `sim.site.next_camera`."""
        ...

    def name_camera(self, camera_id: str) -> str:
        """Return "CAM-07 Stairs"."""
        ...

    def name_place(self, zone_id: str) -> str: ...

    def name_door(self, door_id: str) -> str: ...

    def write_clock(self, t_s: float) -> str:
        """Return site time, seconds, as the cameras show it."""
        ...

    def compare(self, sought: str, marked: str, t_s: float, *, owner: str = STUDENT) -> str:
        """Return what tells two people apart at a moment; "" when it is not known or must not be told."""
        ...

    def list_look_alikes(self, person_id: str) -> Collection[str]:
        """Return who is hard to tell from a person; nobody where it must not be told."""
        ...


def join_cameras(facts: MomentFacts, cameras: Sequence[str]) -> str:
    """Return "CAM-01 Lobby, CAM-02 Hall and CAM-03 Stairs", "no camera" for none."""
    names = [facts.name_camera(camera) for camera in cameras]
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names) or "no camera"


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentText:
    """A title of a few words that begins small and ends without a full stop, and sentences, "" for none."""

    title: str
    text: str = ""


def join_sentences(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


class TaskWords(Protocol):
    """Words for the results of one task type. `names` are the cameras' right names by camera_id."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value, in the order shown."""
        ...

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str: ...

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        """Return one or two things to practice next."""
        ...

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText: ...


TIME_UP = "ran out of time"


def make_part(key: str, label: str, value: str, sentence: str, *, good: bool | None) -> PartView:
    """Return one line of the score card."""
    return PartView(key=key, label=label, value=value, sentence=sentence, good=good)


def judge_part(
    card: ScoreCard, key: str, label: str, *, right: str, wrong: str, unanswered: str = ""
) -> Iterator[PartView]:
    """Yield the line of a yes-or-no measure, with the sentence for either; nothing when it has no value.

    `unanswered` is the sentence where nothing was answered, "" where something was.
    """
    value = card.values.get(key)
    if value is None:
        return
    if value:
        yield make_part(key, label, "Correct", right, good=True)
    else:
        yield make_part(key, label, "No answer" if unanswered else "Incorrect", unanswered or wrong, good=False)


def list_time_parts(card: ScoreCard) -> Iterator[PartView]:
    """Yield the line about the time used, when it is known."""
    used_s = card.values.get("completion_time_s")
    if used_s is None:
        return
    words = write_minutes(used_s)
    if any(criterion.key == "inside_limit" and criterion.met is False for criterion in card.criteria):
        sentence = f"The limit of {words} passed before you submitted."
        yield make_part("completion_time_s", "Time used", f"over {words}", sentence, good=False)
    else:
        yield make_part("completion_time_s", "Time used", words, "From the start until you submitted.", good=None)


def write_missing(card: ScoreCard, missing: Mapping[str, str | None]) -> str | None:
    """Return what the pass rule lacks in one sentence; None for nothing.

    "Not yet. You found 0 of 4 appearances (goal: 80%), missed the last location, and ran out of time."
    """
    said = {"inside_limit": TIME_UP, **missing}
    lacking = [said[criterion.key] for criterion in card.criteria if criterion.met is False]
    clauses = [clause for clause in lacking if clause]
    return f"Not yet. You {join_clauses(clauses)}." if clauses else None


def join_clauses(parts: Sequence[str]) -> str:
    if len(parts) < 3:
        return " and ".join(parts)
    return f"{', '.join(parts[:-1])}, and {parts[-1]}"


def write_off(error_s: float, goal_s: float) -> str:
    """Return what stands after "You" for a mark at the wrong moment."""
    return f"missed the moment by {write_error(error_s, goal_s)} (goal: within {goal_s:.0f} seconds)"


def write_error(error_s: float, goal_s: float) -> str:
    """Return "12 seconds"; "5.3 seconds" where a whole number would be the goal, which that is not."""
    text = round_beside(error_s, goal_s)
    return f"{text} second" if text == "1" else f"{text} seconds"


def write_share(share: float, goal: float) -> str:
    """Return "58%"; "59.6%" where a whole number would be the goal, which that is not."""
    return f"{round_beside(100.0 * share, 100.0 * goal)}%"
