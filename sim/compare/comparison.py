"""The whole comparison: design first, then the number that decides, then the word. Page, paper and file read it."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from sim.compare import later, wording
from sim.compare.checks import Bars, Check, Drills, Finding, find_same_people, list_checks, say_same_people
from sim.compare.estimates import compute_change, compute_shares
from sim.compare.facts import (
    BY_LOT,
    EVERYBODY,
    FEWEST_BASELINES,
    TRAINED,
    WAITING,
    Facts,
    Wanted,
    average_sides,
    has_two_groups,
    make_facts,
    name_side,
)
from sim.compare.left_out import NOT_COMPARABLE_TIME, RETENTION_REASON, Comparable, LeftOut, leave_out
from sim.compare.result import FEWEST_DESCRIBED, NO_PLAN, FloatArray, Plan, Result
from sim.compare.table import ACCURACY, CLOCK_SLACK_S, Phase, check_attempts
from sim.compare.verdict import BETTER, FASTER, Effects, Verdict, count_decisive, judge, pick
from sim.text.tables import write_time
from sim.text.words import write_count

MOST_REASONS, MOST_LOST = 4, 3
CURVE_STEPS = 121


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person, before and after."""

    person_id: str
    group: str  # TRAINED, WAITING, or ""
    drills: tuple[int, int]
    passed: tuple[int, int]
    time_s: tuple[float, float] | None  # geometric means; None where it is not known what was passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Everybody, or one of two groups, before and after: the baseline of both, side by side."""

    name: str  # TRAINED, WAITING, or "" for everybody
    people: int
    typical_s: tuple[float, float] | None  # time of a typical person before and after
    spread: float | None  # of log time before, between people
    passed: tuple[float, float]  # share of drills passed, before and after
    match: tuple[float, float] | None  # mean IDF1 before and after


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One box of the flow figure: how many are left of each group, and why the others are not."""

    name: str
    counts: tuple[int, ...]  # by group as in `Comparison.groups`
    lost: str  # the reason at the arrow that leads here, "" for none


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Share of drills passed by each time, of one group on one side; half of the interval beside it."""

    group: str
    side: str  # "Before" or "After"
    at_s: FloatArray
    share: FloatArray
    half: FloatArray


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Before and after of one team, complete."""

    word: Verdict
    headline: str
    verdict: str  # the sentences after the headline
    no_word: tuple[str, ...]  # why no judgment is given whatever the numbers say
    sentences: tuple[str, ...]  # the numbers that decide, each with its interval
    checks_sentence: str
    not_in_it: tuple[str, ...]  # who and what is not in the comparison, and why
    cannot_show: tuple[str, ...]
    warnings: tuple[str, ...]
    effects: Effects
    checks: tuple[Check, ...]
    left: Comparable
    design: str
    plan: Plan
    people: tuple[Person, ...]
    groups: tuple[Group, ...]  # the trained first
    flow: tuple[Stage, ...]
    accuracy: Mapping[str, Result]  # change of every accuracy measure, by column name
    by_task_type: tuple[later.Part, ...]
    by_school: tuple[later.Part, ...]
    learning: tuple[later.Point, ...]
    retention: tuple[later.Point, ...]
    changes: tuple[later.PersonChange, ...]  # of single people with enough drills
    changes_note: str
    same_people: str  # who may be one person under two ids; "" for nobody, or where it was said that they are not
    facts: Facts

    @cached_property
    def curve(self) -> tuple[Shares, ...]:
        """The completion curves, of every group on both sides; empty without anybody."""
        if not self.people or np.isnan(self.facts.log_each).any():
            return ()
        facts, at_s = self.facts, np.linspace(0.0, self.left.limit_s, CURVE_STEPS)
        is_passed, time_s = (self.left.rows["passed"] == "yes").to_numpy(), np.exp(facts.log_each)
        curves = []
        for name, mine in facts.groups:
            number = np.cumsum(mine) - 1
            for side, is_after in (("Before", False), ("After", True)):
                drills = mine[facts.person] & (facts.is_after == is_after)
                share, half = compute_shares(
                    number[facts.person[drills]], time_s[drills], is_passed[drills], people=int(mine.sum()), at_s=at_s
                )
                curves.append(Shares(group=name, side=side, at_s=at_s, share=share, half=half))
        return tuple(curves)

    @property
    def is_described(self) -> bool:
        """Whether each group has enough people to be described at all."""
        return bool(self.groups) and all(group.people >= FEWEST_DESCRIBED for group in self.groups)


def compare_attempts(
    table: pd.DataFrame,
    *,
    profile: str | None = None,
    options: str | None = None,
    device: str | None = None,
    wanted: Wanted = EVERYBODY,
    are_different: bool = False,
    plan: Plan = NO_PLAN,
) -> Comparison:
    """Compare the people of a table of attempts before and after; the same table always gives the same answer.

    Args:
        table: columns of `sim.columns.ATTEMPTS`, one row an attempt; everybody, also where only some are wanted.
        profile: the console to compare.
        options: the options to compare, names in alphabetical order with blanks between, "" for none.
        device: the kind of device to compare. Where one of these is None, it is what most people have in both phases;
            asking for another gives numbers and no judgment.
        wanted: whom to compare. A part of the people gets numbers and no judgment.
        are_different: people who look like one person under two ids are known to be different people.
        plan: what was fixed beforehand.

    Raises:
        ComparisonError: the table cannot be used; names row and column. Or nobody is of whom was asked for.
    """
    checked = check_attempts(table)
    left = leave_out(checked, profile=profile, options=options, device=device, wanted=wanted)
    rows, facts = left.rows, make_facts(left.rows)
    same = find_same_people(checked)
    checks = list_checks(Drills(checked=checked, left=left, facts=facts, same_people=same, are_different=are_different))
    word, effects = judge(facts, plan)
    no_word = _list_no_word(word, checks, rows, facts, plan)
    if no_word and word not in (Verdict.TOO_FEW, Verdict.NOTHING_TO_COMPARE):
        word = Verdict.NOT_JUDGED
    trained_rows = rows[rows["group"].map(name_side) != WAITING] if facts.has_waiting else rows
    retention, not_later = later.list_retention(checked, trained_rows)
    changes, changes_note = later.list_person_changes(pick(facts, facts.is_trained))
    groups = _list_groups(facts)
    measures = {
        name: average_sides(facts.person, facts.is_after, rows[name].to_numpy(np.float64), people=len(facts.people))
        for name in ACCURACY
    }
    warnings = (wording.say_looks(plan), *not_later, *_list_cautions(rows, facts))
    return Comparison(
        word=word,
        headline=wording.say_headline(word, has_waiting=facts.has_waiting, schools=len(facts.schools)),
        verdict=_say_verdict(word, facts, effects, no_word, plan),
        no_word=no_word,
        sentences=_list_sentences(facts, effects, groups, left, plan),
        checks_sentence=_say_checks(checks),
        not_in_it=_list_not_in_it(left, people=len(facts.people), everyone=checked["person_id"].nunique()),
        cannot_show=wording.list_cannot_show(effects, has_retention=bool(retention), has_people=bool(changes)),
        warnings=tuple(filter(None, warnings)),
        effects=effects,
        checks=checks,
        left=left,
        design=_name_design(facts),
        plan=plan,
        people=_list_people(facts),
        groups=groups,
        flow=_list_flow(checked, left, groups, plan),
        accuracy={name: compute_change(*sides[facts.is_trained].T, what=name) for name, sides in measures.items()},
        by_task_type=later.compare_parts(trained_rows, "task_type"),
        by_school=later.compare_parts(trained_rows, "school"),
        learning=later.list_drill_by_drill(trained_rows),
        retention=retention,
        changes=changes,
        changes_note=changes_note,
        same_people=say_same_people(same) if same and not are_different else "",
        facts=facts,
    )


def _list_no_word(
    word: Verdict, checks: tuple[Check, ...], rows: pd.DataFrame, facts: Facts, plan: Plan
) -> tuple[str, ...]:
    """Return why no judgment is given: what checks stand against, and changes that hang on a few people or drills."""
    stands = {Bars.ALL: True, Bars.CHANGE: word.is_change, Bars.BETTER: word in BETTER, Bars.NOTHING: False}
    reasons = [f"{check.question} {check.sentence}" for check in checks if stands[check.bars]]
    if not word.is_change:
        return tuple(reasons)
    far = count_decisive(facts, word, plan)
    if far:
        who = write_count(far, "person", "people")
        reasons.append(f"Without the {who} who changed far more than the others, no clear change is left.")
    given_up = _list_given_up(rows)
    if given_up.any():
        kept_rows = rows[~given_up.to_numpy()]
        kept_rows = kept_rows[kept_rows.groupby("person_id")["phase"].transform("nunique") == 2]
        found = judge(make_facts(kept_rows), plan)[0] if len(kept_rows) else Verdict.TOO_FEW
        if (found in FASTER) is not (word in FASTER) or (found is Verdict.WORSE) is not (word is Verdict.WORSE):
            reasons.append("Without the drills that were given up early, that is not clear any more.")
    return tuple(reasons)


def _list_given_up(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Return for each attempt whether it was given up early: not finished, and over before its limit."""
    return ~rows["finished"] & (rows["elapsed_s"] < rows["limit_s"] - CLOCK_SLACK_S)


def _say_verdict(word: Verdict, facts: Facts, effects: Effects, no_word: tuple[str, ...], plan: Plan) -> str:
    if word is Verdict.NOTHING_TO_COMPARE:
        return " ".join(("Nobody has a comparable drill both before and after.", *no_word))
    if word is Verdict.TOO_FEW:
        return " ".join((wording.say_too_few(facts), *no_word))
    if no_word:
        return " ".join(no_word)
    if word is not Verdict.FASTER_UNSETTLED:
        return ""
    beside = " than of those who waited" if effects.has_waiting else ""
    told = "Match with the actual path is not known."
    if (effects.passed.estimate or 0.0) < 0.0:
        told = f"A smaller share of drills was passed{beside or ' than before'}."
    elif effects.match.estimate is not None:
        how = "fell" if effects.is_accuracy_lower(plan.margin) else "may have fallen"
        margin = f"the margin of {write_count(round(100 * plan.margin), 'point')} set beforehand"
        told = f"Match {how} by more than {margin}{beside and ', beside those who waited'}."
    return told if effects.is_beyond_practice else f"{told} Practice alone may do this."


def _list_sentences(
    facts: Facts, effects: Effects, groups: tuple[Group, ...], left: Comparable, plan: Plan
) -> tuple[str, ...]:
    """Return the number that decides, accuracy in one sentence, practice, and over what the intervals go."""
    if not groups:
        return ()
    if any(group.people < FEWEST_DESCRIBED for group in groups):
        return (f"No numbers are given: fewer than {FEWEST_DESCRIBED} people of a group are never described.",)
    lead = "trained against waiting " if effects.has_waiting else ""
    calls = {TRAINED: "trained ", WAITING: "waiting ", "": ""}

    def tell(what: str, sides: Iterable[tuple[float, float] | None], write: Callable[[float], str], change: str) -> str:
        each = [
            f"{calls[group.name]}{write(side[0])} before, {write(side[1])} after"
            for group, side in zip(groups, sides, strict=True)
            if side
        ]
        return f"{what}: {'; '.join([*each, lead + change])}."

    told = []
    if groups[0].typical_s is None:
        told.append("No times are given: it is not known which drills were passed.")
    else:
        counted = f"Time to a right answer, a drill not passed counting as {write_time(left.limit_s)}"
        over = write_count(facts.trained, "person", "people")
        if effects.has_waiting:
            over = f"{facts.trained} and {len(facts.people) - facts.trained} people"
        elif effects.over_schools:
            over = f"over {effects.time.n} schools"
        times = [group.typical_s for group in groups]
        told.append(tell(counted, times, write_time, f"{wording.say_ratio(effects.time)}, {over}"))
        if plan.smallest is not None and (effects.time.estimate or 0.0) > 1.0 - plan.smallest:
            told.append(f"That is less than the {100 * plan.smallest:.0f}% of time called worth having in the plan.")
        passed = [group.passed for group in groups]
        told.append(tell("Drills passed", passed, "{:.0%}".format, wording.say_difference(effects.passed)))
    match = [group.match for group in groups]
    what = "Match with the actual path (how well marks cover the student, and nobody else)"
    told.append(tell(what, match, "{:.0%}".format, wording.say_difference(effects.match)))
    if effects.has_waiting:
        told.append("Against waiting: what is left when each person's own result before is taken into account.")
    told.append(wording.say_practice(effects))
    if effects.over_schools:
        told.append(f"Each of {len(facts.schools)} schools counts once, by the mean of its people.")
    return tuple(each for each in told if each)


def _say_checks(checks: tuple[Check, ...]) -> str:
    still = [check for check in checks if check.finding is not Finding.FINE]
    if not still:
        return f"All {len(checks)} checks of how the drills were set up are fine."
    parts = [
        f"{lead}: {'; '.join(check.topic for check in still if check.finding is finding)}"
        for lead, finding in (("Concerns", Finding.CONCERN), ("Not in the table", Finding.UNKNOWN))
        if any(check.finding is finding for check in still)
    ]
    verb = "is" if len(still) == 1 else "are"
    return f"{len(still)} of {len(checks)} checks {verb} open. {'. '.join(parts)}."


def _list_not_in_it(left: Comparable, *, people: int, everyone: int) -> tuple[str, ...]:
    """Return who and what is not compared, and why; how those did who left is told of three people or more."""
    out = [each for each in left.left_out if each.reason != RETENTION_REASON]
    reasons: dict[str, list[LeftOut]] = {}
    for each in out:
        reasons.setdefault(re.sub(r" \([^)]*\)", "", each.reason), []).append(each)
    told = [f"{people} of {everyone} people in the table {'is' if people == 1 else 'are'} compared."]
    if people == everyone:
        told = [] if out else [f"Everyone in the table is compared: {write_count(people, 'person', 'people')}."]
    ordered = sorted(reasons.items(), key=lambda item: -sum(each.attempts for each in item[1]))
    parts = []
    for reason, those in ordered[:MOST_REASONS]:
        count = len({each.person_id for each in those} - {""})
        of = f" of {write_count(count, 'person', 'people')}" if count else ""
        parts.append(f"{write_count(sum(each.attempts for each in those), 'drill')}{of} ({reason})")
    if len(ordered) > MOST_REASONS:
        parts.append(f"and {write_count(len(ordered) - MOST_REASONS, 'more reason')}")
    if parts:
        told.append(f"Not in it: {'; '.join(parts)}.")
    gone = left.left_after_before
    lost = int(gone["person_id"].nunique())
    if min(lost, people) >= FEWEST_DESCRIBED and gone["duration_s"].notna().all():
        times = [
            write_time(float(np.exp(np.log(side["duration_s"]).groupby(side["person_id"]).mean().mean())))
            for side in (gone, left.rows[left.rows["phase"] == Phase.BEFORE.value])
        ]
        who = write_count(lost, "person", "people")
        told.append(
            f"Before the training, the {who} without a comparable drill after took {times[0]}, those compared "
            f"{times[1]}."
        )
    return tuple(told)


def _list_cautions(rows: pd.DataFrame, facts: Facts) -> tuple[str, ...]:
    if rows.empty:
        return ()
    told = []
    if not (rows["passed"] == "yes").any() and (rows["passed"] != "").any():
        told.append("No drill was passed, before or after. Give more time or an easier form.")
    elif (rows["idf1"].dropna() >= 1.0).all() and rows["idf1"].notna().any():
        told.append("Everyone was fully accurate every time: these drills are too easy to show a change in accuracy.")
    if (facts.log_time[:, 1] > facts.log_time[:, 0]).all() and len(facts.people) > 1:
        told.append("Everyone was slower after. Check that before and after are not swapped in the table.")
    gave_up = rows[_list_given_up(rows)]["phase"].value_counts()
    if not gave_up.empty:
        before, after = (int(gave_up.get(phase.value, 0)) for phase in (Phase.BEFORE, Phase.AFTER))
        drills = "1 drill was" if before + after == 1 else f"{before + after} drills were"
        uneven = " Giving up on one side only makes the other look faster." if 0 in (before, after) else ""
        told.append(f"{drills} given up early, {before} before and {after} after. Each counts as the limit.{uneven}")
    return tuple(told)


def _name_design(facts: Facts) -> str:
    if not facts.people:
        return "no one in both phases"
    if facts.has_waiting:
        return f"before and after, a trained and a waiting group{' drawn by lot' if facts.by_lot else ''}"
    many = facts.baselines >= FEWEST_BASELINES
    return "three or more drills before, one group" if many else "before and after, one group"


def _list_people(facts: Facts) -> tuple[Person, ...]:
    group_of = {int(each): name for name, mine in facts.groups for each in np.flatnonzero(mine)}
    people = []
    for each, name in enumerate(facts.people):
        before, after = facts.drills[each].tolist()
        first, second = np.exp(facts.log_time[each]).tolist()
        passed = np.nan_to_num(facts.passed[each])
        people.append(
            Person(
                person_id=name,
                group=group_of[each],
                drills=(before, after),
                passed=(round(passed[0] * before), round(passed[1] * after)),
                time_s=None if math.isnan(first + second) else (first, second),
            )
        )
    return tuple(people)


def _list_groups(facts: Facts) -> tuple[Group, ...]:
    groups = []
    for name, mine in facts.groups if facts.people else ():
        log_time, match, passed = facts.log_time[mine], facts.match[mine], facts.passed[mine]
        known = match[~np.isnan(match).any(axis=1)]
        has_times = not np.isnan(log_time).any()
        typical_s = np.exp(log_time.mean(axis=0))
        groups.append(
            Group(
                name=name,
                people=int(mine.sum()),
                typical_s=(float(typical_s[0]), float(typical_s[1])) if has_times else None,
                spread=float(log_time[:, 0].std(ddof=1)) if has_times and mine.sum() > 1 else None,
                passed=(float(passed[:, 0].mean()), float(passed[:, 1].mean())),
                match=(float(known[:, 0].mean()), float(known[:, 1].mean())) if len(known) else None,
            )
        )
    return tuple(groups)


def _list_flow(checked: pd.DataFrame, left: Comparable, groups: tuple[Group, ...], plan: Plan) -> tuple[Stage, ...]:
    """Return who was in the plan, in the table, did drills before and after, and is compared; by group (CONSORT)."""
    names = [TRAINED, WAITING] if len(groups) > 1 or has_two_groups(checked) else [""]

    def count(rows: pd.DataFrame) -> tuple[int, ...]:
        people = rows.drop_duplicates("person_id")["group"].map(name_side)
        return tuple(int((people == name).sum()) if name else len(people) for name in names)

    before, after = (checked[checked["phase"] == phase.value] for phase in (Phase.BEFORE, Phase.AFTER))
    both = after[after["person_id"].isin(before["person_id"])]
    stages: list[Stage] = []

    def add(name: str, counts: tuple[int, ...], lost: str, *, since: int = -1) -> None:
        is_fewer = bool(stages) and any(now < then for now, then in zip(counts, stages[since].counts, strict=True))
        stages.append(Stage(name=name, counts=counts, lost=lost if is_fewer else ""))

    if plan.people is not None and len(names) == 1:
        add("On the team", (plan.people,), "")
    by_lot = bool(checked["group"].str.endswith(BY_LOT).any())
    first = ("Drawn by lot" if by_lot else "In a group") if len(names) > 1 else "Did a drill"
    add(first, count(checked), "no measured drill")
    add("Did a drill before", count(before), "no drill before")
    since = -1
    if plan.attended is not None:
        is_fewer = plan.attended < stages[-1].counts[0]
        came = (plan.attended, *([0] * (len(names) - 1)))
        stages.append(Stage(name="Came to the training", counts=came, lost="absent" if is_fewer else ""))
        since = -len(names)  # by lot also who did not come is followed
    add("Did a drill after too", count(both), "no drill after", since=since)
    add("Compared", count(left.rows), _say_lost(left, set(both["person_id"]) - set(left.rows["person_id"])))
    return tuple(stages)


def _say_lost(left: Comparable, people: set[str]) -> str:
    """Return why people with drills on both sides are not compared: the first reason of each, without its details."""
    reasons: dict[str, str] = {}
    for each in left.left_out:
        if each.reason != RETENTION_REASON and each.person_id in people:
            reasons.setdefault(each.person_id, re.sub(r" \([^)]*\)|;.*", "", each.reason))
    counts = Counter(reasons.values())
    if len(people) > len(reasons):
        counts[NOT_COMPARABLE_TIME] += len(people) - len(reasons)
    told = [f"{count} {reason}" for reason, count in counts.most_common(MOST_LOST)]
    more = len(people) - sum(count for _, count in counts.most_common(MOST_LOST))
    return "; ".join([*told, *([f"{more} for other reasons"] if more else [])])
