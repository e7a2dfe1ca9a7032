"""The words a comparison may use, and those it never may: nothing here says more than the numbers do."""

import re

from sim.compare.both_together import LESS_ACCURATE_MARGIN, SLOWER_MARGIN, Change, Sides, Word
from sim.compare.result import Result

FORBIDDEN: tuple[tuple[str, str], ...] = (
    (r"\bcaus(e|es|ed|ing)\b", "a before/after design shows no cause"),
    (r"\b(because of|due to|thanks to) (the )?training\b", "a before/after design shows no cause"),
    (r"\btraining (works|worked|made|improved|helped|reduced)\b", "a before/after design shows no cause"),
    (r"\b(safer|safety)\b", "search times on drills measure no safety"),
    (r"\bcertif(y|ied|ies|icate|ication)\b", "nobody is certified by a drill"),
    (r"\bwill find\b", "drill times are not times on other cameras"),
    (r"\b(prov(e|es|ed|en)|proof|guarantee[sd]?)\b", "nothing here is proof"),
    (r"\bsignifican(t|tly|ce)\b", "read as important by people who do not test"),
    (r"\b(best|worst|weakest|strongest|top) (person|performer|searcher|member)\b", "no ranking of staff"),
    (r"(?<!signed-)\brank(s|ed|ing)?\b", "no ranking of staff"),
    (r"\b(passed|failed|pass rate|fail rate)\b", "no pass or fail from one drill"),
)

CANNOT_SHOW: tuple[str, ...] = (
    "Why anything changed. No comparable group went without training in between, so training, practice on the drills "
    "and other experience cannot be told apart. Practice alone makes people faster.",
    "How long a search would take on your own cameras on a real day. These are drills on recorded footage.",
    "Whether a change lasts. That needs drills some weeks and months later.",
    "How any one person changed. One drill before and one after vary too much to judge a person by.",
)

HEADLINES: dict[Word, str] = {
    Word.IMPROVED: "The team improved on these drills.",
    Word.TRADED_ACCURACY_FOR_SPEED: "The team traded accuracy for speed.",
    Word.TRADED_SPEED_FOR_ACCURACY: "The team traded speed for accuracy.",
    Word.FASTER_ONLY: "The team was faster; whether accuracy held is not settled.",
    Word.MORE_ACCURATE_ONLY: "The team was more accurate; whether speed held is not settled.",
    Word.WORSE: "The team did less well after than before.",
    Word.NO_CLEAR_CHANGE: "No clear change.",
    Word.NOT_JUDGED: "These drills do not allow a judgement.",
    Word.TOO_FEW: "Too few people to say whether anything changed.",
    Word.NOTHING_TO_COMPARE: "Nothing to compare yet.",
}

_TIME: dict[Change, str] = {
    Change.BETTER: "People were faster after.",
    Change.WORSE: "People were slower after.",
    Change.UNCLEAR: "Times show no clear change.",
    Change.UNKNOWN: "Times cannot be judged.",
}
_ACCURACY: dict[Change, str] = {
    Change.BETTER: "They followed the right student more accurately.",
    Change.WORSE: "They followed the right student less accurately.",
    Change.UNCLEAR: "Accuracy shows no clear change.",
    Change.UNKNOWN: "Accuracy cannot be judged.",
}


def say_verdict(word: Word, sides: Sides, *, people: int, reserve: str = "") -> str:
    """Return the verdict in a few short sentences; `reserve` is what `say_reserve` gives."""
    if word is Word.NOTHING_TO_COMPARE:
        return f"{HEADLINES[word]} Nobody has a comparable drill both before and after."
    if word is Word.TOO_FEW:
        counted = "1 person has" if people == 1 else f"{people} people have"
        return (
            f"{HEADLINES[word]} {counted} comparable drills both before and after. "
            "With fewer than 6, chance cannot be ruled out: no test could reach 5 %, whatever they did."
        )
    sentences = [HEADLINES[word], _TIME[sides.time], _ACCURACY[sides.accuracy]]
    if sides.accuracy_leans_worse and sides.accuracy is not Change.WORSE:
        sentences.append("Some accuracy figures went down; look at them before using this result.")
    if sides.time_leans_slower and sides.time is not Change.WORSE:
        sentences.append("Times were longer, though not clearly.")
    if word is Word.IMPROVED and reserve:
        sentences.append(reserve)
    return " ".join(sentences)


def say_reserve(sides: Sides, *, time: Result, accuracy: Result) -> str:
    """Return what an unclear side may still hide, or "" when its interval ends inside the margins.

    Args:
        sides: how both changed.
        time: the ratio of typical times.
        accuracy: the paired difference in IDF1.
    """
    if sides.accuracy is Change.UNCLEAR and accuracy.interval and accuracy.interval[0] < LESS_ACCURATE_MARGIN:
        points = round(-100.0 * accuracy.interval[0])
        return f"With this few people, accuracy may still have fallen by up to {points} points."
    if sides.time is Change.UNCLEAR and time.interval and time.interval[1] > SLOWER_MARGIN:
        return f"With this few people, times may still have been up to {say_share_change(time.interval[1])}."
    return ""


def say_share_change(ratio: float) -> str:
    """Return a ratio of times as a change: 0.72 gives "28 % less", 1.05 gives "5 % more", 1.0 gives "the same"."""
    percent = round((ratio - 1.0) * 100.0)
    if percent == 0:
        return "the same"
    return f"{abs(percent)} % {'more' if percent > 0 else 'less'}"


def say_ratio(ratio: Result) -> str:
    """Return the ratio of typical times as a sentence with its interval."""
    if ratio.estimate is None:
        return "Nobody finished inside the limit in both phases, so typical times cannot be compared."
    counted = "the 1 person" if ratio.n == 1 else f"the {ratio.n} people"
    sentence = f"Among {counted} who finished both times, the typical time after was {say_share_change(ratio.estimate)}"
    if abs(round((ratio.estimate - 1.0) * 100.0)) >= 1:
        sentence += " than before"
    else:
        sentence += " as before"
    if ratio.interval is None:
        return f"{sentence}. No interval can be given."
    lower, upper = (say_share_change(bound) for bound in ratio.interval)
    return f"{sentence} (95 % interval: from {lower} to {upper})."


def find_forbidden(text: str) -> tuple[str, ...]:
    """Return every phrase in the text that a comparison must not use, with the reason."""
    found: list[str] = []
    for pattern, reason in FORBIDDEN:
        found.extend(f"{match.group(0)!r}: {reason}" for match in re.finditer(pattern, text, flags=re.IGNORECASE))
    return tuple(found)
