"""The debrief's time budget: where the attempt's time went."""

from collections.abc import Mapping
from dataclasses import dataclass

from sim.scoring.time_budget import TimeUse, compute_time_budget, list_stretches
from sim.services.debrief.ended_attempt import EndedAttempt
from sim.services.debrief.people_to_mark import list_wrong_claims
from sim.text.tables import round_to_sum
from sim.text.times import write_minutes

_NEEDS_PERSON = frozenset({TimeUse.FOLLOWING, TimeUse.WRONG_PERSON})
_ONLY_WHEN_THERE = (TimeUse.AWAY, TimeUse.WAITING)
LEAST_TOLD_S = 1.0
_ORDER = (
    TimeUse.FOLLOWING,
    TimeUse.SEARCHING,
    TimeUse.AGAIN,
    TimeUse.WRONG_PERSON,
    TimeUse.PAUSED,
    TimeUse.WAITING,
    TimeUse.AWAY,
)
_WORDS: Mapping[TimeUse, tuple[str, str, str]] = {
    TimeUse.FOLLOWING: (
        "Following the student",
        "Playing, with the student in the large picture.",
        "following the student in the large picture",
    ),
    TimeUse.SEARCHING: (
        "Searching",
        "Playing footage for the first time, without the student in the large picture.",
        "searching footage without the student in it",
    ),
    TimeUse.AGAIN: (
        "Watching again",
        "Playing footage that you had seen before, without the student in it.",
        "footage that you had seen before",
    ),
    TimeUse.WRONG_PERSON: (
        "On the wrong person",
        "Playing, with someone in the large picture whom you marked by mistake.",
        "someone whom you marked by mistake",
    ),
    TimeUse.PAUSED: (
        "Paused",
        "Not playing: looking, deciding, choosing a camera, marking.",
        "a paused picture, to look, decide, and mark",
    ),
    TimeUse.WAITING: ("Waiting for footage", "Playing had to wait for the connection.", "waiting for footage"),
    TimeUse.AWAY: (
        "Away from the page",
        "The page was not open yet, hidden or closed.",
        "the page being hidden or closed",
    ),
}
_WORDS_WITHOUT_PERSON: Mapping[TimeUse, tuple[str, str, str]] = {
    TimeUse.SEARCHING: ("Watching", "Playing footage for the first time.", "watching footage for the first time"),
    TimeUse.AGAIN: ("Watching again", "Playing footage that you had seen before.", "footage that you had seen before"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLine:
    """One use of time: `use` is a value of `TimeUse`, `share` is 0..1 of the time used, `percent` whole percent."""

    use: str
    name: str
    meaning: str
    time: str
    share: float
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeBudgetView:
    """Where the time went: lines that add up to `total`, and a sentence on the largest."""

    lines: tuple[TimeLine, ...]
    total: str
    sentence: str


def make_time_budget_view(ended: EndedAttempt) -> TimeBudgetView:
    """Return the time budget of an attempt.

    Without somebody to follow, following and the wrong person are left out. Waiting and the time away are told
    from a second on; less counts as paused.
    """
    log, case = ended.score.replay.log, ended.score.case
    if case is None:
        found = compute_time_budget(log)
    else:
        wrong = list_stretches(case.window, list_wrong_claims(ended.form.task, case))
        found = compute_time_budget(log, target=list_stretches(case.window, case.shown), wrong=wrong)
    budget = dict(found)
    for use in _ONLY_WHEN_THERE:
        if budget[use] < LEAST_TOLD_S:
            budget[TimeUse.PAUSED] += budget.pop(use)
    uses = [use for use in _ORDER if use in budget and (case is not None or use not in _NEEDS_PERSON)]
    seconds = round_to_sum([budget[use] for use in uses])
    percents = round_to_sum([100.0 * budget[use] / log.used_s if log.used_s > 0 else 0.0 for use in uses])
    words = _WORDS if case is not None else {**_WORDS, **_WORDS_WITHOUT_PERSON}
    largest = max(range(len(uses)), key=lambda n: budget[uses[n]])
    return TimeBudgetView(
        lines=tuple(
            TimeLine(
                use=use.value,
                name=words[use][0],
                meaning=words[use][1],
                time=write_minutes(whole_s),
                share=budget[use] / log.used_s if log.used_s > 0 else 0.0,
                percent=percent,
            )
            for use, whole_s, percent in zip(uses, seconds, percents, strict=True)
        ),
        total=write_minutes(sum(seconds)),
        sentence=_write_sentence(seconds[largest], sum(seconds), words[uses[largest]][2]),
    )


def _write_sentence(largest_s: int, total_s: int, what: str) -> str:
    if largest_s == total_s:
        return f"All of the time, {write_minutes(total_s)}, went on {what}."
    most = "Most of the time" if 2 * largest_s > total_s else "The largest part of the time"
    return f"{most}, {write_minutes(largest_s)} of {write_minutes(total_s)}, went on {what}."
