"""Simulated teams of which the truth is known, and the situations that they are in."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from sim.compare.facts import Facts, count_facts
from sim.compare.result import MARGIN, NO_PLAN, BoolArray, Plan
from sim.compare.table import Phase
from sim.compare.verdict import Verdict, pick
from sim.features.comparison.planning import PRACTICE_POWER, TeamPlan, draw_facts

LIMIT_S = 600.0
LOOKS, TEAMS_SHOWN, MOST_EACH = 20, 5, 6
LUCK, SCHOOL = 0.15, 5
"""Spread of a school's luck, log seconds, and people of a school and group."""
CHANGES = frozenset(word for word in Verdict if word.is_change)
UNTRUE_OF_PRACTICE = CHANGES - {Verdict.FASTER_PRACTICE, Verdict.FASTER_UNSETTLED}


@dataclass(frozen=True, slots=True)
class Team:
    """A team as a comparison counts it, and what else its table holds."""

    facts: Facts  # what is compared
    columns: Mapping[str, Any] = field(default_factory=dict)  # of its table, one value or (m,) of all drills
    whole: Facts | None = None  # all drills, where some are not compared
    asked: Mapping[str, str] = field(default_factory=dict)  # conditions asked for
    plan: Plan = NO_PLAN  # which look it is, and how many teams are compared


def make_table(team: Team) -> pd.DataFrame:
    """Return the table of attempts of a team; it leaves no question open but those of its situation."""
    facts, columns = team.whole or team.facts, dict(team.columns)
    time_s, number = LIMIT_S * np.exp(facts.log_each), np.rint(np.exp(facts.order))
    limit_s = np.broadcast_to(columns.pop("limit_s", LIMIT_S), time_s.shape)
    is_passed: BoolArray = (facts.log_each < 0.0) & (time_s < limit_s)
    group = np.where(facts.is_trained, "trained", "waiting").astype(object) + (" by lot" if facts.by_lot else "")
    known = {
        "person_id": [f"p{each:03d}" for each in facts.person],
        "phase": np.where(facts.is_after, Phase.AFTER.value, Phase.BEFORE.value),
        "form_id": [f"form {each:.0f}" for each in (facts.person + number) % number.max()],
        "elapsed_s": np.round(np.minimum(time_s, limit_s), 2),
        "finished": is_passed,
        "limit_s": limit_s,
        "passed": np.where(is_passed, "yes", "no"),
        **dict.fromkeys(("idf1", "appearance_recall", "appearance_precision"), facts.match_each),
        "wrong_person_s": 0.0,
        "school": "" if facts.school is None else np.array(facts.schools)[facts.school][facts.person],
        "group": group[facts.person] if facts.has_waiting else "",
        "drill_number": number,
        "difficulty": 20.0,
    }
    words = {"familiar": "yes", "extra_time": "no", "task_type": "trace", "device": "computer"}
    return pd.DataFrame({**known, **words, "origin": "private", "chosen_by": "all", **columns})


def alter(facts: Facts, *, kept: BoolArray | None = None, is_trained: BoolArray | None = None, **each: Any) -> Facts:
    """Return facts with other groups, `log_time` or `match`, of drills kept and of people who still have both sides."""
    mine = np.ones(len(facts.person), dtype=np.bool_) if kept is None else kept
    sides = np.bincount(2 * facts.person[mine] + facts.is_after[mine], minlength=2 * len(facts.people))
    stays: BoolArray = np.asarray((sides.reshape(-1, 2) > 0).all(axis=1))
    mine = np.asarray(mine & stays[facts.person])
    times = np.minimum(each.get("log_time", facts.log_each), 0.0)[mine]
    return count_facts(
        (np.cumsum(stays) - 1)[facts.person[mine]],
        facts.is_after[mine],
        facts.order[mine],
        log_time=times,
        is_passed=(times < 0.0).astype(np.float64),
        match=each.get("match", facts.match_each)[mine],
        is_trained=(facts.is_trained if is_trained is None else is_trained)[stays],
        by_lot=facts.by_lot,
    )


Draw = Callable[[int, np.random.Generator], tuple[Team, ...]]


@dataclass(frozen=True, slots=True)
class Situation:
    """Teams in one situation, and what would be wrong to say of them."""

    name: str
    draw: Draw  # by people of a group; several teams are looked at one after another, until one gets a wrong word
    sizes: tuple[int, ...] = (8, 12, 20)
    wrong: frozenset[Verdict] = CHANGES


def _draw(people: int, rng: np.random.Generator, **told: Any) -> Facts:
    """Return a team of 3 + 3 drills unless told; with lots, so many people in each group."""
    groups = 2 if told.get("by_lot") else 1
    return draw_facts(TeamPlan(people=groups * people, **{"before": 3, "after": 3, **told}), rng)


def _draw_plain(people: int, rng: np.random.Generator, *, tasks: bool = False, **told: Any) -> tuple[Team, ...]:
    facts = _draw(people, rng, **told)
    return (Team(facts, {"task_type": np.where(facts.is_after, "locate", "trace")} if tasks else {}),)


def _draw_unbalanced(people: int, rng: np.random.Generator) -> tuple[Team, ...]:
    """Return people with 1 to 6 drills a side; who was quick before did 1 to 3 and does 3 to 6 after."""
    facts = _draw(people, rng, before=MOST_EACH, after=MOST_EACH)
    number, before = np.rint(np.exp(facts.order)), rng.integers(1, MOST_EACH + 1, people)
    had = alter(facts, kept=facts.is_after | (number <= before[facts.person]))
    is_quick = had.log_time[:, 0].argsort().argsort() < people / 2
    before = np.where(is_quick, np.minimum(before, 3), before)
    after = np.where(is_quick, rng.integers(3, MOST_EACH + 1, people), rng.integers(1, 4, people))
    most = np.where(facts.is_after, MOST_EACH + after[facts.person], before[facts.person])
    return (Team(alter(facts, kept=number <= most)),)


def _draw_wrong_early(people: int, rng: np.random.Generator) -> tuple[Team, ...]:
    """Return people who search to the limit before for what they do not find, and submit something wrong after."""
    facts = _draw(people, rng)
    is_early = facts.is_after & (facts.log_each >= 0.0)
    elapsed_s = np.where(is_early, rng.uniform(120.0, 240.0, len(is_early)), LIMIT_S * np.exp(facts.log_each))
    return (Team(facts, {"elapsed_s": elapsed_s.round(2), "finished": is_early | (facts.log_each < 0.0)}),)


def _draw_groups(people: int, rng: np.random.Generator, *, slower: bool) -> tuple[Team, ...]:
    """Return two groups without lots: the slower half is trained, or who came first."""
    facts = _draw(2 * people, rng)
    place = facts.log_time[:, 0].argsort()[::-1].argsort() if slower else np.arange(2 * people)
    return (Team(alter(facts, is_trained=place < people)),)


def _draw_fewer_waiting(people: int, rng: np.random.Generator) -> tuple[Team, ...]:
    facts = _draw(people, rng, before=1, after=5, by_lot=True, practice=PRACTICE_POWER)
    return (Team(alter(facts, kept=facts.is_trained[facts.person] | (facts.order < math.log(2.5)))),)


def _draw_harder_waiting(people: int, rng: np.random.Generator) -> tuple[Team, ...]:
    facts = _draw(people, rng, by_lot=True)
    harder = facts.is_after & ~facts.is_trained[facts.person]
    times = facts.log_each + math.log(1.2) * harder
    return (Team(alter(facts, log_time=times), {"difficulty": np.where(harder, 24.0, 20.0)}),)


def _draw_conditions(people: int, rng: np.random.Generator) -> tuple[Team, ...]:
    """Return people with two drills a side on each of two devices and two consoles: four comparisons to ask for."""
    facts = _draw(people, rng, before=8, after=8)
    kind = np.rint(np.exp(facts.order)).astype(np.int64) % 4
    names = {"device": ("computer", "phone") * 2, "profile": ("classic", "classic", "cloud", "cloud")}
    columns = {name: np.array(each)[kind] for name, each in names.items()}
    return tuple(
        Team(alter(facts, kept=kind == each), columns, facts, {name: which[each] for name, which in names.items()})
        for each in range(4)
    )


def _draw_far(people: int, rng: np.random.Generator, *, far: int) -> tuple[Team, ...]:
    """Return a team in which some are ten times faster after, and then pass everything."""
    facts = _draw(people, rng)
    return (Team(alter(facts, log_time=facts.log_each - math.log(10.0) * (facts.is_after & (facts.person < far)))),)


def _draw_bought(people: int, rng: np.random.Generator, *, loss: float, by_lot: bool) -> tuple[Team, ...]:
    facts = _draw(people, rng, cut=0.3, by_lot=by_lot)
    lower = loss * (facts.is_after & facts.is_trained[facts.person])
    return (Team(alter(facts, match=np.maximum(facts.match_each - lower, 0.0))),)


def _draw_copies(people: int, rng: np.random.Generator) -> tuple[Team, ...]:
    """Return half the people, each under two ids, the second time with times in whole seconds."""
    facts, half = _draw(people, rng), people // 2
    first = np.tile(np.arange(len(facts.person) // 2), 2)
    rounded = np.log(np.rint(LIMIT_S * np.exp(facts.log_each)) / LIMIT_S)
    times = np.where(facts.person < half, facts.log_each, rounded[first])
    form = [f"form {each:.0f}" for each in (facts.person[first] + np.rint(np.exp(facts.order))) % 6]
    return (Team(alter(facts, log_time=times, match=facts.match_each[first]), {"form_id": form}),)


def _draw_odd_limit(people: int, rng: np.random.Generator) -> tuple[Team, ...]:
    whole = _draw(people, rng)
    facts = pick(whole, np.arange(people) < people - 1)
    return (Team(facts, {"limit_s": np.where(whole.person < people - 1, LIMIT_S, 60.0)}, whole),)


def _draw_schools(people: int, rng: np.random.Generator, *, design: str) -> tuple[Team, ...]:
    """Return schools whose change differs by luck: so many, of one group or with lots in each, or so many an arm.

    In the design "one each" there are two, of so many people.
    """
    schools, size = {"one each": (2, people), "arms": (2 * people, SCHOOL)}.get(design, (people, 2 * SCHOOL))
    facts = _draw(schools * size, rng, passed=0.95)
    school = np.repeat(np.arange(schools), size)
    luck = rng.normal(0.0, LUCK, schools)[school][facts.person] * facts.is_after
    half = rng.permuted(np.tile(np.arange(size) < size / 2, (schools, 1)), axis=1).ravel()
    mine = {"one group": school >= 0, "within": half}.get(design, school < schools / 2)
    facts = alter(facts, log_time=np.where(facts.log_each < 0.0, facts.log_each + luck, 0.0), is_trained=mine)
    names = tuple(f"school {each:02d}" for each in range(schools))
    return (Team(replace(facts, school=school, schools=names, by_lot=design in ("within", "arms"))),)


def _draw_rounds(people: int, rng: np.random.Generator) -> tuple[Team, ...]:
    facts = _draw(people, rng, after=LOOKS)
    return tuple(
        Team(alter(facts, kept=np.exp(facts.order) < look + 3.5), plan=Plan(looks=look)) for look in range(1, LOOKS + 1)
    )


def _draw_growing(people: int, rng: np.random.Generator) -> tuple[Team, ...]:
    facts, everyone = _draw(people + LOOKS - 1, rng), np.arange(people + LOOKS - 1)
    return tuple(Team(pick(facts, everyone < people + look), plan=Plan(looks=look + 1)) for look in range(LOOKS))


def _draw_teams(people: int, rng: np.random.Generator) -> tuple[Team, ...]:
    return tuple(Team(_draw(people, rng), plan=Plan(teams=TEAMS_SHOWN)) for _ in range(TEAMS_SHOWN))


PEOPLE, SHARES, DRILLS = (6, 8, 12, 20, 30), (0.6, 0.8, 0.95), (2, 3, 4)
NOTHING = tuple(
    Situation(
        f"{drills}+{drills}, {passed:g}", partial(_draw_plain, before=drills, after=drills, passed=passed), PEOPLE
    )
    for drills in DRILLS
    for passed in SHARES
)
SITUATIONS = (
    *(
        Situation(
            f"nothing but practice, {drills}+{drills}",
            partial(_draw_plain, before=drills, after=drills, practice=PRACTICE_POWER),
            wrong=UNTRUE_OF_PRACTICE,
        )
        for drills in DRILLS
    ),
    Situation("1 to 6 drills each, the quick more after", _draw_unbalanced, (8, 12, 20, 30)),
    Situation("wrong answers sooner after", _draw_wrong_early),
    Situation("by lot, nothing", partial(_draw_plain, by_lot=True)),
    Situation("by lot, practice in both groups", partial(_draw_plain, by_lot=True, practice=PRACTICE_POWER)),
    Situation("by lot, trained 1+5, waiting 1+1, practice", _draw_fewer_waiting),
    Situation("by lot, forms 20% harder for the waiting", _draw_harder_waiting),
    Situation("no lots, slower half trained", partial(_draw_groups, slower=True)),
    Situation("no lots, groups as they came", partial(_draw_groups, slower=False)),
    Situation("best of four devices and consoles", _draw_conditions),
    Situation("other, quicker task after", partial(_draw_plain, cut=0.3, tasks=True)),
    Situation("one ten times faster", partial(_draw_far, far=1)),
    Situation("three ten times faster", partial(_draw_far, far=3), (12, 20, 30)),
    Situation("everyone under two ids", _draw_copies),
    Situation("one with a limit of 60 s", _draw_odd_limit),
    Situation("schools with luck", partial(_draw_schools, design="one group"), (6, 8, 12)),
    Situation("two to five schools with luck", partial(_draw_schools, design="one group"), (2, 3, 4, 5)),
    Situation("lots within schools with luck", partial(_draw_schools, design="within"), (2, 3, 6)),
    Situation("lots over schools with luck", partial(_draw_schools, design="arms"), (2, 4, 6)),
    Situation("one school trained, one waits", partial(_draw_schools, design="one each")),
    *(
        Situation(
            f"{who}30% faster, match {100 * loss:.0f} points lower",
            partial(_draw_bought, loss=loss, by_lot=bool(who)),
            wrong=frozenset({Verdict.IMPROVED}),
        )
        for who in ("", "by lot, ")
        for loss in (MARGIN, 2.0 * MARGIN)
    ),
    Situation(f"best of {TEAMS_SHOWN} teams", _draw_teams),
    Situation("looked at after every drill", _draw_rounds),
    Situation("looked at after every further person", _draw_growing, (6, 12)),
)
