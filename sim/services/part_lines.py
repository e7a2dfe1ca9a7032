"""What the words of all task types have in common."""

from collections.abc import Iterator, Mapping

from sim.scoring.score_card import ScoreCard
from sim.services.clock_words import write_minutes
from sim.services.views import PartView

TIME_UP = "the time was up"


def make_part(key: str, label: str, value: str, sentence: str, *, good: bool | None) -> PartView:
    """Return one line of the score card."""
    return PartView(key=key, label=label, value=value, sentence=sentence, good=good)


def judge_part(card: ScoreCard, key: str, label: str, *, right: str, wrong: str) -> Iterator[PartView]:
    """Yield the line of a yes-or-no measure, with the sentence for either; nothing when it has no value."""
    value = card.values.get(key)
    if value is not None:
        yield make_part(key, label, "right" if value else "not right", right if value else wrong, good=bool(value))


def list_time_parts(card: ScoreCard) -> Iterator[PartView]:
    """Yield the line about the time used, when it is known."""
    used_s = card.values.get("completion_time_s")
    if used_s is not None:
        yield make_part("completion_time_s", "Time used", write_minutes(used_s), "From start to hand-in.", good=None)


def write_missing(card: ScoreCard, missing: Mapping[str, str]) -> str | None:
    """Return what the pass rule lacks in one sentence, by the words for each criterion; None for nothing."""
    said = {"inside_limit": TIME_UP, **missing}
    lacking = [said[criterion.key] for criterion in card.criteria if criterion.met is False]
    return "Not there yet: " + " and ".join(lacking) + "." if lacking else None
