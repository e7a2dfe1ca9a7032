"""What the words of all task types have in common."""

from collections.abc import Iterator, Mapping, Sequence

from sim.scoring.part import PartView
from sim.scoring.score_card import ScoreCard
from sim.text.times import write_minutes

TIME_UP = "ran out of time"


def make_part(key: str, label: str, value: str, sentence: str, *, good: bool | None) -> PartView:
    """Return one line of the score card."""
    return PartView(key=key, label=label, value=value, sentence=sentence, good=good)


def judge_part(card: ScoreCard, key: str, label: str, *, right: str, wrong: str) -> Iterator[PartView]:
    """Yield the line of a yes-or-no measure, with the sentence for either; nothing when it has no value."""
    value = card.values.get(key)
    if value is not None:
        yield make_part(key, label, "Correct" if value else "Incorrect", right if value else wrong, good=bool(value))


def list_time_parts(card: ScoreCard) -> Iterator[PartView]:
    """Yield the line about the time used, when it is known."""
    used_s = card.values.get("completion_time_s")
    if used_s is not None:
        sentence = "From the start until you submitted."
        yield make_part("completion_time_s", "Time used", write_minutes(used_s), sentence, good=None)


def write_missing(card: ScoreCard, missing: Mapping[str, str | None]) -> str | None:
    """Return what the pass rule lacks in one sentence; None for nothing.

    "Not yet. You found 0 of 4 appearances (goal: 80%), missed the last location, and ran out of time."

    Args:
        card: the judged answer.
        missing: by criterion, what the trainee did or did not do, to stand after "You"; None where another says it.
    """
    said = {"inside_limit": TIME_UP, **missing}
    lacking = [said[criterion.key] for criterion in card.criteria if criterion.met is False]
    clauses = [clause for clause in lacking if clause]
    return f"Not yet. You {join_clauses(clauses)}." if clauses else None


def join_clauses(parts: Sequence[str]) -> str:
    """Return "a", "a and b", or "a, b, and c"."""
    if len(parts) < 3:
        return " and ".join(parts)
    return f"{', '.join(parts[:-1])}, and {parts[-1]}"


def write_count(count: int, one: str) -> str:
    """Return "1 appearance", "2 appearances"."""
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def write_off(error_s: float, goal_s: float) -> str:
    """Return what stands after "You" for a mark at the wrong moment."""
    return f"missed the moment by {write_count(round(error_s), 'second')} (goal: within {goal_s:.0f} seconds)"
