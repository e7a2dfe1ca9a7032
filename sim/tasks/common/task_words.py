"""The result of a task in sentences: lines of the score card, a verdict, an advice."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sim.scoring.metric import METRICS, MetricValue
from sim.scoring.score_card import Judged, PartView, ScoreCard
from sim.text.tables import round_beside
from sim.text.times import write_minutes
from sim.truth.appearance import is_over


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
    if card.criteria["inside_limit"] is False:
        return (Advice("Submit before the time is up: what you have by then counts."),)
    return (Advice("Check each part of your answer before you submit."),)


def read_number(value: MetricValue) -> float:
    return 0.0 if value is None else float(value)


def make_part(key: str, value: str, sentence: str, *, good: bool | None, label: str = "") -> PartView:
    return PartView(key=key, label=label or METRICS[key].label, value=value, sentence=sentence, good=good)


def judge_part(
    card: ScoreCard, key: str, *, right: str, wrong: str, unanswered: str = "", label: str = ""
) -> Iterator[PartView]:
    """Yield the line of a yes-or-no measure, with the sentence for either; nothing when it has no value.

    `unanswered` is the sentence where nothing was answered, "" where something was.
    """
    value = card.values.get(key)
    if value:
        yield make_part(key, "Correct", right, good=True, label=label)
    elif value is not None:
        said = "No answer" if unanswered else "Incorrect"
        yield make_part(key, said, unanswered or wrong, good=False, label=label)


def judge_place_part(score: Judged) -> Iterator[PartView]:
    yield from judge_part(
        score.card,
        "final_place",
        right="This is where the student was last seen.",
        wrong="The student was last seen elsewhere.",
        unanswered="" if score.answer.final_zone else "You gave no last location.",
    )


def judge_error_part(card: ScoreCard, key: str, goal_s: float, *, off: str, exact: str) -> Iterator[PartView]:
    error_s = card.values.get(key)
    if error_s is None:
        return
    words = write_error(error_s, goal_s)
    value, sentence = (f"{words} off", off.format(words)) if round(error_s) else ("On time", exact)
    yield make_part(key, value, sentence, good=not is_over(error_s, goal_s))


def list_time_parts(card: ScoreCard) -> Iterator[PartView]:
    used_s = card.values.get("completion_time_s")
    if used_s is None:
        return
    words = write_minutes(used_s)
    if card.criteria["inside_limit"] is False:
        sentence = f"The limit of {words} passed before you submitted."
        yield make_part("completion_time_s", f"over {words}", sentence, good=False)
    else:
        yield make_part("completion_time_s", words, "From the start until you submitted.", good=None)


def write_missing(card: ScoreCard, missing: Mapping[str, str | None]) -> str | None:
    """Return what the pass rule lacks in one sentence; None for nothing.

    "Not yet. You found 0 of 4 appearances (goal: 3), missed the last location, and ran out of time."
    """
    said = {"inside_limit": "ran out of time", **missing}
    clauses = [clause for key, is_met in card.criteria.items() if is_met is False and (clause := said[key])]
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
