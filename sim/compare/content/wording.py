"""The words a comparison may use, and those it never may: nothing here says more than the numbers do."""

import re

from sim.compare.checks.people_checks import ENOUGH_BASELINES
from sim.compare.content.comparison import (
    LESS_ACCURATE_MARGIN,
    SLOWER_MARGIN,
    Change,
    Deciding,
    Effects,
    GroupReport,
    PracticeReport,
    Verdict,
)
from sim.compare.statistics.result import Result
from sim.text.words import write_count

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
    "Why anything changed. No comparable group went without training, so training, practice and other experience "
    "cannot be told apart. Practice alone makes people faster, and people chosen for low results get better anyway."
)
WHY_TWO_GROUPS = (
    "Whether the two groups were alike to begin with. Unless lots were drawn for who waits, what set them apart before "
    "may be what sets them apart after."
)
WHY_NOT_APART = (
    "Whether the training makes no difference. One inside the interval would not show with so few people, and people "
    "who waited knew that they waited."
)
WHY_BY_LOT = (
    "What it was in the weeks between that made the groups differ. Drawing lots makes groups alike on average, not "
    "these two in every way, and those who waited knew that they waited."
)
OWN_CAMERAS = "How long a search would take on your own cameras on a real day. These are drills on recorded footage."
NOT_LASTING = "Whether a change lasts. That needs drills some weeks and months later."
LASTING = (
    "Whether a change lasts longer than the last drills done here. People who came back weeks or months later may not "
    "be like those who did not."
)
NOT_ONE_PERSON = "How any one person changed. Fewer than four drills a side vary too much to judge a person by."
NOT_IN_TABLE = (
    "What was done to the table beforehand. Deleted drills, swapped labels and people left out leave no trace in it."
)
LOOKED_AGAIN = (
    "What a single look would have said. Looking again after each new person doubles the chance of a wrong word: set "
    "the day of the comparison beforehand."
)
ONE_PERSON = (
    "What any one person can do. A reliable change is larger than drills of that person vary by; it is no measure of "
    "ability, and the lack of one does not show that nothing changed."
)
CANNOT_SHOW: tuple[str, ...] = (
    WHY_ONE_GROUP,
    OWN_CAMERAS,
    NOT_LASTING,
    NOT_ONE_PERSON,
    NOT_IN_TABLE,
    LOOKED_AGAIN,
)
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
        lower, upper = groups.time.interval or (0.0, 0.0)
        why = WHY_TWO_GROUPS if not groups.by_lot else WHY_NOT_APART if lower <= 0.0 <= upper else WHY_BY_LOT
    return (
        why,
        OWN_CAMERAS,
        LASTING if has_retention else NOT_LASTING,
        ONE_PERSON if people else NOT_ONE_PERSON,
        NOT_IN_TABLE,
        LOOKED_AGAIN,
    )


HEADLINES: dict[Verdict, str] = {
    Verdict.IMPROVED: "The team improved on these drills.",
    Verdict.TRADED_ACCURACY_FOR_SPEED: "The team traded accuracy for speed.",
    Verdict.TRADED_SPEED_FOR_ACCURACY: "The team traded speed for accuracy.",
    Verdict.FASTER_ONLY: "The team was faster; whether accuracy held is not settled.",
    Verdict.MORE_ACCURATE_ONLY: "The team was more accurate; whether speed held is not settled.",
    Verdict.WORSE: "The team did less well after than before.",
    Verdict.NO_BETTER: "The trained group did not do clearly better than the group that waited.",
    Verdict.NOT_BEYOND_PRACTICE: "The team was not clearly better than practice alone would make it.",
    Verdict.NO_CLEAR_CHANGE: "No clear change.",
    Verdict.NOT_JUDGED: "These drills do not allow a judgment.",
    Verdict.TOO_FEW: "Too few people to say whether anything changed.",
    Verdict.NOTHING_TO_COMPARE: "Nothing to compare yet.",
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


def say_verdict(
    word: Verdict,
    sides: Effects,
    *,
    people: int,
    no_word: tuple[str, ...] = (),
    groups: str = "",
    reserve: str = "",
    practice: str = "",
) -> str:
    """Return the verdict in a few short sentences.

    Args:
        word: for both sides together.
        sides: how each changed.
        people: how many are compared.
        no_word: why no word is given, first what weighs most.
        groups: what the comparison with the group that waited says, "" where none did.
        reserve: what `say_reserve` gives.
        practice: what `say_practice_warning` gives.
    """
    if word is Verdict.NOTHING_TO_COMPARE:
        return " ".join((HEADLINES[word], "Nobody has a comparable drill both before and after.", *no_word))
    if word is Verdict.TOO_FEW:
        return " ".join((HEADLINES[word], *_say_too_few(people, groups), *no_word))
    sentences = [HEADLINES[word], *no_word, groups]
    if not no_word:
        sentences += [_TIME[sides.time], _ACCURACY[sides.accuracy]]
        if sides.accuracy_leans_worse and sides.accuracy is not Change.WORSE:
            sentences.append("Some accuracy figures went down; look at them before using this result.")
        if sides.time_leans_slower and sides.time is not Change.WORSE:
            sentences.append("Some figures of time went up, though not clearly; look at them before using this result.")
    if word is Verdict.IMPROVED:
        sentences.append(reserve)
    sentences.append(practice)
    return " ".join(sentence for sentence in sentences if sentence)


def _say_too_few(people: int, groups: str) -> tuple[str, ...]:
    """Return how many there are; two groups are tested against each other, which fewer can pass, so that stands too."""
    who, have = write_count(people, "person", "people"), "has" if people == 1 else "have"
    if groups:
        return f"{who} who trained {have} comparable drills both before and after, and a word needs 6.", groups
    return (
        f"{who} {have} comparable drills both before and after.",
        "With fewer than 6, chance cannot be ruled out: no test could reach 5%, whatever they did.",
    )


def speak_of_teams(text: str) -> str:
    """Return a headline or verdict on several teams instead of one: "The team was faster" gives "The teams were"."""
    return text.replace("The team was ", "The teams were ").replace("The team ", "The teams ")


def say_reserve(sides: Effects, deciding: Deciding, *, mean_before_s: float) -> str:
    """Return what an unclear side may still hide, or "" when its interval ends inside the margins.

    Args:
        sides: how both changed.
        deciding: the numbers that decided on them.
        mean_before_s: the restricted mean before.
    """
    accuracy, time = deciding.accuracy.interval, deciding.time.interval
    few = "With this few schools" if deciding.over == "schools" else "With this few people"
    if sides.accuracy is Change.UNCLEAR and accuracy and accuracy[0] < LESS_ACCURATE_MARGIN:
        return f"{few}, accuracy may still have fallen by up to {round(-100.0 * accuracy[0])} points."
    if sides.time is not Change.UNCLEAR or not time:
        return ""
    if deciding.time_by == "ratio" and time[1] > SLOWER_MARGIN:
        return f"{few}, times may still have been up to {round((time[1] - 1.0) * 100.0)}% longer."
    if deciding.time_by == "mean" and time[1] > (SLOWER_MARGIN - 1.0) * mean_before_s:
        return f"{few}, mean times may still have been up to {time[1]:.0f} s longer."
    return ""


def say_share_change(ratio: float) -> str:
    """Return a ratio of times as a change: 0.72 gives "28% less", 1.05 gives "5% more", 1.0 gives "the same"."""
    percent = round((ratio - 1.0) * 100.0)
    if percent == 0:
        return "the same"
    return f"{abs(percent)}% {'more' if percent > 0 else 'less'}"


def say_practice(gain: Result, beyond: Result, *, baselines: int, is_told: bool, has_time_outs: bool = False) -> str:
    """Return what drills before the training tell of practice.

    Args:
        gain: ratio of times, last drill before the training to the first.
        beyond: ratio beyond practice.
        baselines: drills before of the person who has fewest.
        is_told: these are enough to compare their trend with the change.
        has_time_outs: drills that timed out are in it, at their limit.
    """
    if gain.estimate is None or beyond.estimate is None:
        return "The drills before the training do not show what practice does."
    same = round((gain.estimate - 1.0) * 100.0) == 0
    told = "the same as" if same else f"{say_share_change(gain.estimate)} than"
    told = f"In the last drill before the training, times were {told} in the first"
    if not is_told:
        return (
            f"{told}; {baselines} drills before the training cannot tell practice from training. Plan "
            f"{ENOUGH_BASELINES} next time."
        )
    if beyond.interval is None:
        return f"{told}. Whether the change goes beyond practice cannot be told."
    lower, upper = (say_share_change(bound) for bound in beyond.interval)
    left = say_share_change(beyond.estimate)
    compared = f"{left} as" if left == "the same" else f"{left} than"
    counted = ", time-outs counted as the limit" if has_time_outs else ""
    return (
        f"{told}. After training, times were {compared} practice alone would predict{counted} (95% interval: from "
        f"{lower} to {upper})."
    )


def say_practice_warning(sides: Effects, practice: PracticeReport | None) -> str:
    """Return the warning that a change for the better may be practice, and what would tell.

    It is "" when the change is beyond practice, when practice is not measured, or not by enough drills to tell.
    """
    if practice is None or not practice.is_told:
        return ""
    beyond = practice.accuracy_beyond
    side = ""
    if sides.time is Change.BETTER and not practice.is_beyond_practice:
        side = "time"
    elif sides.accuracy is Change.BETTER and (beyond is None or beyond.interval is None or beyond.interval[0] <= 0.0):
        side = "accuracy"
    if not side:
        return ""
    return (
        f"The gain in {side} is not clearly larger than what practice on the drills alone explains. That does not show "
        "that there was no other: only a large one stands out from practice. More people or a waiting group would show "
        "a smaller one."
    )


def say_waiting(groups: GroupReport | None) -> str:
    """Return who the numbers are about when another group waited, or ""."""
    if groups is None:
        return ""
    return (
        "Times and accuracy before and after are those of the group that trained; those who waited are only in the "
        "comparison of the two groups."
    )


def say_groups(trained: Result, waiting: Result, time: Result) -> str:
    """Return both groups' changes of the mean time, who gained more, and whether that is clear.

    Args:
        trained: change of those who trained, seconds.
        waiting: change of those who waited.
        time: trained less waiting.
    """
    if trained.estimate is None or waiting.estimate is None or time.estimate is None:
        return "The two groups cannot be compared."
    told = (
        f"On average the group that trained got {_say_own_change(trained)}, the group that waited "
        f"{_say_own_change(waiting)}: {_say_favor(time.estimate)}"
    )
    if time.interval is None:
        return f"{told}. No interval can be given."
    lower, upper = time.interval
    one_side = round(lower) * round(upper) > 0
    ends = sorted((lower, upper), key=abs)
    spread = (
        f"{abs(ends[0]):.0f} to {_say_favor(ends[1])}"
        if one_side
        else (f"from {_say_favor(lower)} to {_say_favor(upper)}")
    )
    told += f" (95% interval: {spread})."
    if time.p is None:
        return f"{told} With this few people chance cannot be ruled out."
    return f"{told} That is no clear difference." if lower <= 0.0 <= upper else told


def _say_own_change(change: Result) -> str:
    """Return one group's change with its interval: "90 s faster (95% interval: 20 s slower to 200 s faster)"."""
    told = _say_seconds_moved(change.estimate or 0.0)
    if change.interval is None:
        return told
    slower, faster = sorted(change.interval, reverse=True)
    is_one_way = round(slower) * round(faster) > 0
    near, far = sorted((slower, faster), key=abs)
    ends = (near, far) if is_one_way else (slower, faster)
    first = f"{abs(ends[0]):.0f}" if is_one_way else _say_seconds_moved(ends[0])
    return f"{told} (95% interval: {first} to {_say_seconds_moved(ends[1])})"


def _say_seconds_moved(seconds: float) -> str:
    if round(seconds) == 0:
        return "no faster"
    return f"{abs(seconds):.0f} s {'faster' if seconds < 0 else 'slower'}"


def _say_favor(seconds: float) -> str:
    if round(seconds) == 0:
        return "no difference"
    return f"{abs(seconds):.0f} s in favor of {'the training' if seconds < 0 else 'waiting'}"


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
