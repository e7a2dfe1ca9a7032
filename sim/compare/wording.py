"""The words a comparison may use, and those it never may: nothing here says more than the numbers do."""

import re

from sim.compare.both_together import LESS_ACCURATE_MARGIN, SLOWER_MARGIN, Change, Sides, Word
from sim.compare.comparison import DistrictReport, GroupReport, PracticeReport
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
    (r"\b(passed|failed|pass rate|fail rate|pass/fail)\b", "no pass or fail from one drill"),
    (r"\bphones? and (desktops?|computers?) (together|pooled|combined)\b", "phone and desktop are never pooled"),
    (r"\b(pooled|combined) (over|across) (devices|consoles|phones)\b", "phone and desktop are never pooled"),
    (r"\b(especially|particularly|notably) (among|for|in)\b", "no subgroup picked afterwards"),
)

WHY_ONE_GROUP = (
    "Why anything changed. No comparable group went without training in between, so training, practice on the drills "
    "and other experience cannot be told apart. Practice alone makes people faster."
)
WHY_TWO_GROUPS = (
    "Whether the two groups were alike to begin with. Unless lots were drawn for who waits, what set them apart before "
    "may be what sets them apart after."
)
WHY_BY_LOT = (
    "What it was in the weeks between that made the groups differ. Drawing lots makes groups alike on average, not "
    "these two in every way, and those who waited knew that they waited."
)
OWN_CAMERAS = "How long a search would take on your own cameras on a real day. These are drills on recorded footage."
NOT_LASTING = "Whether a change lasts. That needs drills some weeks and months later."
LASTING = (
    "Whether a change lasts longer than the last drills done here. Whoever came back weeks or months later may not be "
    "like those who did not."
)
NOT_ONE_PERSON = "How any one person changed. One drill before and one after vary too much to judge a person by."
ONE_PERSON = (
    "What any one person can do. A reliable change is larger than drills of that person vary by; it is no measure of "
    "ability, and the lack of one does not show that nothing changed."
)
CANNOT_SHOW: tuple[str, ...] = (WHY_ONE_GROUP, OWN_CAMERAS, NOT_LASTING, NOT_ONE_PERSON)
"""What one group before and after cannot show."""


def list_cannot_show(*, groups: GroupReport | None, has_retention: bool, people: bool) -> tuple[str, ...]:
    """Return what this comparison cannot show; always stated.

    Args:
        groups: another group waited.
        has_retention: there are drills some time after the training.
        people: somebody has drills enough for a reliable change.
    """
    why = WHY_ONE_GROUP
    if groups is not None:
        why = WHY_BY_LOT if groups.by_lot else WHY_TWO_GROUPS
    return (
        why,
        OWN_CAMERAS,
        LASTING if has_retention else NOT_LASTING,
        ONE_PERSON if people else NOT_ONE_PERSON,
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


def say_verdict(word: Word, sides: Sides, *, people: int, reserve: str = "", practice: str = "") -> str:
    """Return the verdict in a few short sentences.

    Args:
        word: for both sides together.
        sides: how each changed.
        people: how many are compared.
        reserve: what `say_reserve` gives.
        practice: what `say_practice_warning` gives.
    """
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
    if practice:
        sentences.append(practice)
    return " ".join(sentences)


def speak_of_teams(text: str) -> str:
    """Return a headline or verdict on several teams instead of one: "The team was faster" gives "The teams were"."""
    return text.replace("The team was ", "The teams were ").replace("The team ", "The teams ")


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


def say_practice(gain: Result, beyond: Result) -> str:
    """Return what a double baseline tells, from the ratio last to first drill before and the ratio beyond practice."""
    if gain.estimate is None or beyond.estimate is None:
        return "The drills before the training do not show what practice does."
    told = f"In the last drill before the training, times were {say_share_change(gain.estimate)} than in the first."
    if round((gain.estimate - 1.0) * 100.0) == 0:
        told = "In the last drill before the training, times were the same as in the first."
    if beyond.interval is None:
        return f"{told} Whether the change goes beyond practice cannot be told."
    lower, upper = (say_share_change(bound) for bound in beyond.interval)
    spread = f"(95 % interval: from {lower} to {upper})"
    if beyond.interval[1] < 1.0:
        left = say_share_change(beyond.estimate)
        return f"{told} Times after were {left} than practice going on like that explains {spread}."
    return f"{told} {NO_MORE_THAN_PRACTICE} {spread}."


NO_MORE_THAN_PRACTICE = "The change is not clearly larger than practice on the drills going on like that explains"


def say_practice_warning(sides: Sides, practice: PracticeReport | None) -> str:
    """Return the warning that a change for the better may be practice, or "" when it is beyond that or not measured."""
    if practice is None:
        return ""
    if sides.time is Change.BETTER and not practice.is_beyond_practice:
        return "The gain in time is not clearly larger than what practice on the drills alone explains."
    beyond = practice.accuracy_beyond
    if sides.accuracy is Change.BETTER and (beyond is None or beyond.interval is None or beyond.interval[0] <= 0.0):
        return "The gain in accuracy is not clearly larger than what practice on the drills alone explains."
    return ""


def say_waiting(groups: GroupReport | None) -> str:
    """Return who the numbers are about when another group waited, or ""."""
    if groups is None:
        return ""
    people = "1 person" if groups.waiting_people == 1 else f"{groups.waiting_people} people"
    return (
        f"Times and accuracy before and after are those of the group that trained. The {people} who waited are in the "
        f"comparison of the two groups: {groups.sentence}"
    )


def say_few_schools(district: DistrictReport | None) -> str:
    """Return that few schools were compared, or ""."""
    return "" if district is None or district.decides else district.sentence


def say_groups(time: Result) -> str:
    """Return the difference of two groups' changes in words, from trained less waiting in seconds."""
    if time.estimate is None:
        return "The two groups cannot be compared."
    seconds = f"{abs(time.estimate):.0f} s"
    more = "less" if time.estimate < 0 else "more"
    told = f"Mean times of the group that trained came to {seconds} {more} than those of the group that waited"
    if time.interval is None:
        return f"{told}, each measured from its own drills before. No interval can be given."
    lower, upper = time.interval
    told += f", each measured from its own drills before (95 % interval: {lower:+.0f} to {upper:+.0f} s)."
    if time.p is None:
        return f"{told} With this few people chance cannot be ruled out."
    if lower <= 0.0 <= upper:
        return f"{told} That is no clear difference."
    return told


def say_district(schools: int, *, decides: bool) -> str:
    """Return what may be said of schools in general."""
    if decides:
        return (
            f"Judged over {schools} schools: people of one school count as alike, so it is the differences between "
            "schools that make the intervals."
        )
    return (
        f"With only {schools} schools the result speaks of these schools. Whether it would be so at others cannot be "
        "told: that needs 6 schools or more."
    )


def find_forbidden(text: str) -> tuple[str, ...]:
    """Return every phrase in the text that a comparison must not use, with the reason."""
    found: list[str] = []
    for pattern, reason in FORBIDDEN:
        found.extend(f"{match.group(0)!r}: {reason}" for match in re.finditer(pattern, text, flags=re.IGNORECASE))
    return tuple(found)
