"""What the words of all task types have in common."""

from collections.abc import Iterator, Mapping, Sequence

from sim.scoring.part import PartView
from sim.scoring.score_card import ScoreCard
from sim.text.rounding import round_beside
from sim.text.times import write_minutes

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
