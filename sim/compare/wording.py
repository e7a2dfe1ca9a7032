"""The words a comparison may use: nothing here says more than the numbers do (tests/support/phrases.py)."""

import re
from collections.abc import Callable

from sim.compare.checks import ENOUGH_BASELINES
from sim.compare.facts import FEWEST_BASELINES, Facts
from sim.compare.result import FEWEST, LEVEL, Plan, Result
from sim.compare.verdict import FEWEST_WAITING, Effects, Verdict
from sim.text.words import write_count

HEADLINES: dict[Verdict, str] = {
    Verdict.IMPROVED: "The team improved on these drills.",
    Verdict.FASTER_PRACTICE: "The team was faster on these drills; practice alone may do this.",
    Verdict.FASTER_UNSETTLED: "The team was faster; whether accuracy held is not settled.",
    Verdict.MORE_ACCURATE: "The team was more accurate; times show no clear change.",
    Verdict.TRADED: "The team traded accuracy for speed.",
    Verdict.WORSE: "The team did less well after than before.",
    Verdict.NO_CLEAR_CHANGE: "No clear change.",
    Verdict.NOT_JUDGED: "These drills do not allow a judgment.",
    Verdict.TOO_FEW: "Too few people to say whether anything changed.",
    Verdict.NOTHING_TO_COMPARE: "Nothing to compare yet.",
}
TRAINED, WAITED = "The group that was trained", "the group that waited"
GROUP_HEADLINES: dict[Verdict, str] = {
    Verdict.IMPROVED: f"{TRAINED} improved more than {WAITED}.",
    Verdict.FASTER_UNSETTLED: f"{TRAINED} got faster than {WAITED}; whether accuracy held is not settled.",
    Verdict.MORE_ACCURATE: f"{TRAINED} became more accurate than {WAITED}; times show no clear difference.",
    Verdict.TRADED: f"{TRAINED} traded accuracy for speed, beside {WAITED}.",
    Verdict.WORSE: f"{TRAINED} did less well than {WAITED}.",
    Verdict.NO_CLEAR_CHANGE: f"No clear difference between {TRAINED[0].lower()}{TRAINED[1:]} and {WAITED}.",
}


def say_headline(word: Verdict, *, has_waiting: bool, schools: int) -> str:
    """Return the sentence that is read first."""
    headline = GROUP_HEADLINES.get(word, HEADLINES[word]) if has_waiting else HEADLINES[word]
    return (
        headline.replace("The team was", "The teams were").replace("The team", "The teams") if schools > 1 else headline
    )


def say_too_few(facts: Facts) -> str:
    """Return how many there are, and how many a word needs."""
    have = "has" if facts.trained == 1 else "have"
    who = f"{write_count(facts.trained, 'person', 'people')} {have} comparable drills both before and after"
    if facts.has_waiting:
        waiting = len(facts.people) - facts.trained
        return f"Of those trained, {who}, of those who waited, {waiting}. A word needs {FEWEST} and {FEWEST_WAITING}."
    return f"{who}. With fewer than {FEWEST}, chance cannot be ruled out: no test could reach 5%, whatever they did."


def say_share_change(ratio: float) -> str:
    """Return a ratio of times as a change: 0.72 gives "28% less", 1.05 gives "5% more", 1.0 gives "the same"."""
    percent = round((ratio - 1.0) * 100.0)
    return "the same" if percent == 0 else f"{abs(percent)}% {'more' if percent > 0 else 'less'}"


def say_points(value: float) -> str:
    """Return a difference of shares as points: -0.02 gives "2 points lower"."""
    points = round(100.0 * value)
    if points == 0:
        return "no change"
    return f"{write_count(abs(points), 'point')} {'higher' if points > 0 else 'lower'}"


def say_level(level: float) -> str:
    """Return a level in percent: 0.95 gives "95%", 0.9975 "99.75%"."""
    return f"{100.0 * level:.4g}%"


def say_interval(result: Result, *, say: Callable[[float], str], is_ratio: bool) -> str:
    """Return "95% interval: 10 to 40% less" or "... from 9 points lower to 5 points higher"; "no interval" without."""
    if result.interval is None:
        return "no interval can be given"
    lower, upper = result.interval
    nothing = 1.0 if is_ratio else 0.0
    level = f"{say_level(float(result.settings.get('level', LEVEL)))} interval"
    if (lower - nothing) * (upper - nothing) <= 0.0 or {"the same", "no change"} & {say(lower), say(upper)}:
        return f"{level}: from {say(lower)} to {say(upper)}"
    near, far = sorted((lower, upper), key=lambda bound: abs(bound - nothing))
    return f"{level}: {re.split('[% ]', say(near))[0]} to {say(far)}"


def say_ratio(result: Result) -> str:
    """Return a ratio with its interval: "27% less (95% interval: 10 to 40% less)"."""
    if result.estimate is None:
        return "not known"
    return f"{say_share_change(result.estimate)} ({say_interval(result, say=say_share_change, is_ratio=True)})"


def say_difference(result: Result) -> str:
    """Return a difference of shares with its interval: "2 points lower (95% interval: ...)"."""
    if result.estimate is None:
        return "not known"
    return f"{say_points(result.estimate)} ({say_interval(result, say=say_points, is_ratio=False)})"


def say_practice(effects: Effects) -> str:
    """Return what the drills before the training say of practice; "" where a group waited or nobody is compared."""
    if effects.has_waiting or effects.own.estimate is None:
        return ""
    if effects.baselines < FEWEST_BASELINES:
        drills = "One drill" if effects.baselines < 2 else "Two drills"
        return f"{drills} before the training cannot tell practice from training. Plan {ENOUGH_BASELINES} next time."
    if effects.practice is None or effects.practice.estimate is None:
        return "Practice cannot be told from training, since the drills are not numbered in their order."
    told = f"Beyond what practice from drill to drill explains, times were {say_ratio(effects.practice)}."
    return told if effects.practice.is_below(1.0) else f"{told} That is not clearly more than practice."


def list_cannot_show(effects: Effects, *, has_retention: bool, has_people: bool) -> tuple[str, ...]:
    """Return what this comparison cannot show; always stated."""
    if not effects.has_waiting:
        why = (
            "Why anything changed. No comparable group went without training, so training, practice and other "
            "experience cannot be told apart."
        )
    elif not effects.by_lot:
        why = (
            "Whether the two groups were alike to begin with. Unless lots are drawn, what set them apart before may be "
            "what sets them apart after."
        )
    elif effects.time.is_below(1.0) or effects.time.is_above(1.0):
        why = (
            "Whether it was the training. With lots, the difference is larger than chance. It may be the training, or "
            "knowing that one was trained."
        )
    else:
        why = (
            "Whether the training makes no difference. One inside the interval would not show with so few people, and "
            "people who waited knew that they waited."
        )
    lasting = "Whether a change lasts. That needs drills some weeks and months later."
    if has_retention:
        lasting = (
            "Whether a change lasts longer than the last drills done here. People who came back weeks or months later "
            "may not be like those who did not."
        )
    person = "How any one person changed. Fewer than four drills a side vary too much to judge a person by."
    if has_people:
        person = "What any one person can do. A reliable change is larger than drills of that person vary by, no more."
    return (
        why,
        "How long a search would take on your own cameras on a real day. These are drills on recorded footage.",
        lasting,
        person,
        "What was done to the table beforehand. Deleted drills, swapped labels and people left out leave no trace in "
        "it.",
    )


def say_looks(plan: Plan) -> str:
    """Return how many looks at how many teams there are, and what that asks of each; "" for one look at one team."""
    if plan.teams is None:
        return (
            "It is not known how many teams were compared, and how often. The best of several shows luck: say how many "
            "(--teams, --looks)."
        )
    if plan.looks * plan.teams == 1:
        return ""
    which = "This team" if plan.teams == 1 else f"{plan.teams} teams are compared here, and this one"
    times = "once" if plan.looks == 1 else f"{plan.looks} times, each with other drills"
    return (
        f"{which} was looked at {times}. So that luck does not get more chances, intervals that decide are at "
        f"{say_level(plan.raise_level(LEVEL))} instead of {say_level(LEVEL)}."
    )
