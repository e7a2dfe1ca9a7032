"""The intervals that a comparison prints for a simulated team, and the truth that they should hold; what persons and
districts are called although nobody changed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from sim.compare.analyses.groups import compute_district, compute_groups
from sim.compare.analyses.people import compute_reliable_changes, make_pairs
from sim.compare.analyses.practice import IDF1, TIME, PracticeLines, describe_lines, draw_lines
from sim.compare.content.comparison import Change, Verdict
from sim.compare.statistics.survival import (
    compute_restricted_mean,
    compute_restricted_mean_ratio,
    compute_share_finished,
)
from sim.services.comparison.team_model import PRACTICE_POWER, Team, TeamPlan, draw_team

from sim.compare.comparison import compare_attempts
from sim.compare.result import Result
from sim.compare.table import ACCURACY
from tools.validity.truth_teams import (
    LIMIT_S,
    TRAINED,
    WAITING,
    AttemptArrays,
    Drawn,
    FloatArray,
    Nature,
    draw_attempts,
    draw_waiting,
)
from tools.validity.truths import CUT, judge_alone

PEOPLE_A_SCHOOL = 5
SCHOOL_SPREAD = 0.15
"""How differently schools change, log seconds; an assumption, made large to see whether clusters matter."""
Hits = dict[str, tuple[float, float, float] | None]
"""By method: lower, upper and stated level, or None where there was no interval."""

RATIO = "ratio of typical times, everybody finished"
MEAN_CHANGE = "change of the restricted mean"
MEAN_RATIO = "ratio of restricted means (kinds of task)"
MEAN_BEFORE = "restricted mean before, on these forms"
MEAN_AFTER = "restricted mean after, on these forms"
FINISHED = "share finished before, half of the limit"
HODGES_LEHMANN = "Hodges-Lehmann difference, {measure}"
BEYOND = "change beyond practice"
BEYOND_ACCURACY = "change of IDF1 beyond practice"
GROUPS_TIME = "two groups, difference of the changes in time"
GROUPS_RATIO = "two groups, ratio of the ratios"
GROUPS_ACCURACY = "two groups, difference of the changes in IDF1"
SCHOOLS_TIME = "schools, change of the restricted mean"
SCHOOLS_RATIO = "schools, ratio of typical times"
SCHOOLS_ACCURACY = "schools, mean difference in IDF1"
POPULATION = 20_000
"""People drawn to know the truths that have no formula: mean times cut off at the limit."""
TEAM = 20
HALF = 0.5 * LIMIT_S
RARE = 0.001
"""Share of drills that time out where nearly everybody finishes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A kind of team whose intervals are counted."""

    name: str  # as the page names it
    nature: Nature  # of a team, but for its people
    cover: Callable[[Nature, np.random.Generator], Hits]  # the intervals of one team
    weight: float  # how many teams for each one asked for; quick ones get more
    skipped: tuple[str, ...] = ()  # methods whose truth is not known here


def cover_team(nature: Nature, rng: np.random.Generator) -> Hits:
    """Return the intervals of one team that decide, and what stands beside them; times in seconds."""
    drawn = draw_attempts(nature, rng)
    before, after = (side.make_durations() for side in drawn.split())
    judged = judge_alone(drawn, Drawn(tables=(drawn,)))
    has_time_out = not (before.finished.all() and after.finished.all())
    results: dict[str, Result | None] = {
        RATIO: None if has_time_out else judged.ratio,
        MEAN_CHANGE: judged.mean_change,
        MEAN_RATIO: compute_restricted_mean_ratio(before, after, limit_s=LIMIT_S),
        **{
            HODGES_LEHMANN.format(measure=measure): difference
            for measure, difference in zip(ACCURACY, judged.accuracy, strict=True)
        },
    }
    return _take_all(results)


def cover_one_phase(nature: Nature, rng: np.random.Generator) -> Hits:
    before, after = (side.make_durations() for side in draw_attempts(nature, rng).split())
    return _take_all(
        {
            MEAN_BEFORE: compute_restricted_mean(before, limit_s=LIMIT_S),
            MEAN_AFTER: compute_restricted_mean(after, limit_s=LIMIT_S),
            FINISHED: compute_share_finished(before, at_s=HALF),
        }
    )


def cover_practice(nature: Nature, rng: np.random.Generator) -> Hits:
    drawn = draw_attempts(nature, rng)
    return _take_all(
        {
            BEYOND: describe_lines(_draw_lines(drawn, _log_times(drawn)), what=TIME, is_log=True)[1],
            BEYOND_ACCURACY: describe_lines(_draw_lines(drawn, drawn.accuracy[:, 0]), what=IDF1, is_log=False)[1],
        }
    )


def _draw_lines(drawn: AttemptArrays, values: FloatArray) -> PracticeLines:
    return draw_lines(drawn.person, drawn.is_after, np.log(drawn.number), values)


def _log_times(drawn: AttemptArrays) -> FloatArray:
    return np.asarray(np.log(np.where(drawn.finished, drawn.elapsed_s, LIMIT_S)), dtype=np.float64)


def cover_groups(nature: Nature, rng: np.random.Generator) -> Hits:
    """Return the intervals between a group that trained and one as large that waited and did not change."""
    (drawn,) = draw_waiting(nature, replace(nature, cut=0.0), rng).tables
    rows = _make_rows(drawn)
    groups = compute_groups(rows, make_pairs(rows), trained=TRAINED, waiting=WAITING)
    return _take_all({GROUPS_TIME: groups.time, GROUPS_RATIO: groups.ratio, GROUPS_ACCURACY: groups.accuracy})


def cover_schools(nature: Nature, rng: np.random.Generator) -> Hits:
    """Return the intervals over as many schools as `nature` has people, which change by chance as well."""
    drawn = draw_schools(nature, rng)
    rows = _make_rows(drawn)
    before, after = (side.make_durations() for side in drawn.split())
    district = compute_district(rows, make_pairs(rows), before, after)
    if district is None:
        raise AssertionError("schools were given and are not seen")
    return _take_all(
        {
            SCHOOLS_TIME: district.time_change,
            SCHOOLS_RATIO: district.ratio,
            SCHOOLS_ACCURACY: district.accuracy,
        }
    )


def draw_schools(nature: Nature, rng: np.random.Generator) -> AttemptArrays:
    """Return the people of as many schools as `nature` has people; each school changes by chance as well."""
    schools = nature.people
    drawn = draw_attempts(replace(nature, people=schools * PEOPLE_A_SCHOOL), rng)
    school = drawn.person % schools
    # what a school's change adds to a drill that timed out is not known, so it stays at the limit
    seconds = drawn.elapsed_s * np.exp(rng.normal(0.0, SCHOOL_SPREAD, schools)[school] * drawn.is_after)
    drawn = replace(drawn, elapsed_s=np.minimum(seconds, LIMIT_S), finished=drawn.finished & (seconds < LIMIT_S))
    return drawn.with_column("school", [f"school {each:02d}" for each in school.tolist()])


def list_truths(probe: Probe, *, seed: int) -> dict[str, float]:
    """Return what each interval should hold: from formulas, or from a large population."""
    # forms and schools are drawn for every team, so that a population is many small teams
    draw = draw_schools if probe.cover is cover_schools else draw_attempts
    drawn = [
        draw(replace(probe.nature, people=TEAM), np.random.default_rng(stream))
        for stream in np.random.SeedSequence(seed + 1).spawn(POPULATION // TEAM)
    ]
    teams = [team.split() for team in drawn]
    before, after = (np.concatenate([team[side].make_durations().duration_s for team in teams]) for side in (0, 1))
    mean_before, mean_after = float(before.mean()), float(after.mean())
    ratio = 1.0 - probe.nature.cut
    # nothing changed: both sides are alike by symmetry, which no population shows as exactly
    is_alike = ratio == 1.0 and draw is draw_attempts
    change = 0.0 if is_alike else mean_after - mean_before
    return {
        **dict.fromkeys((RATIO, GROUPS_RATIO, SCHOOLS_RATIO), ratio),
        # of times counting at most the limit, as the interval is: time-outs make it smaller than the cut
        BEYOND: float(np.exp(np.mean([_find_beyond(team) for team in drawn])))
        if probe.cover is cover_practice
        else 1.0,
        **dict.fromkeys((MEAN_CHANGE, GROUPS_TIME, SCHOOLS_TIME), change),
        **dict.fromkeys((BEYOND_ACCURACY, GROUPS_ACCURACY, SCHOOLS_ACCURACY), 0.0),
        **{HODGES_LEHMANN.format(measure=measure): 0.0 for measure in ACCURACY},
        MEAN_RATIO: 1.0 if is_alike else mean_after / mean_before,
        MEAN_BEFORE: mean_before,
        MEAN_AFTER: mean_after,
        FINISHED: float((before <= HALF).mean()),
    }


def _find_beyond(drawn: AttemptArrays) -> float:
    lines = _draw_lines(drawn, _log_times(drawn))
    return float((lines.change - lines.slope * lines.distance).mean())


def _make_rows(drawn: AttemptArrays) -> pd.DataFrame:
    """Return attempts as they are compared, without the checks of a table that a person wrote."""
    return drawn.make_table().assign(duration_s=np.where(drawn.finished, drawn.elapsed_s, LIMIT_S))


def _take_all(results: dict[str, Result | None]) -> Hits:
    return {
        name: None if result is None or result.interval is None else (*result.interval, float(result.settings["level"]))
        for name, result in results.items()
    }


_RARELY = Nature(people=0, timed_out=RARE)
_USUALLY = Nature(people=0)
_NOTHING, _CUT = (0.0, "nothing changed"), (CUT, "times cut")
_SOMETIMES = replace(_USUALLY, timed_out=0.4)
_PRACTICED = replace(_USUALLY, before=4, practice=PRACTICE_POWER)
_PRACTICED_LATE = replace(_PRACTICED, timed_out=0.4)
_ALIKE = replace(_USUALLY, form_spread=0.0)
PROBES: tuple[Probe, ...] = tuple(
    Probe(
        name=f"{name}, {how}",
        nature=replace(nature, cut=cut),
        cover=cover,
        weight=weight,
        skipped=skipped,
    )
    for name, nature, cover, weight, skipped, changes in (
        ("nobody times out", _RARELY, cover_team, 12.0, (), (_NOTHING, _CUT)),
        ("10 % time out", _USUALLY, cover_team, 4.0, (RATIO,), (_NOTHING, _CUT)),
        ("40 % time out", _SOMETIMES, cover_team, 4.0, (RATIO,), (_CUT,)),
        ("10 % time out, forms alike", _ALIKE, cover_one_phase, 4.0, (), (_CUT,)),
        ("10 % time out", _USUALLY, cover_practice, 4.0, (), (_NOTHING, _CUT)),
        ("10 % time out, 4 drills before, practice", _PRACTICED, cover_practice, 4.0, (), (_NOTHING, _CUT)),
        ("40 % time out, 4 drills before, practice", _PRACTICED_LATE, cover_practice, 4.0, (), (_CUT,)),
        ("nobody times out", _RARELY, cover_groups, 1.0, (), (_CUT,)),
        ("10 % time out", _USUALLY, cover_groups, 1.0, (GROUPS_RATIO,), (_CUT,)),
        ("nobody times out", _RARELY, cover_schools, 1.0, (), (_CUT,)),
        ("10 % time out", _USUALLY, cover_schools, 1.0, (SCHOOLS_RATIO,), (_CUT,)),
    )
    for cut, how in changes
)
"""Not counted: the ratio where somebody timed out, those who finished both having another truth."""


SCHOOLS = 8
PERSON_PLAN = TeamPlan(people=8, before=4, after=4, practice=PRACTICE_POWER, change_spread=0.0)
DISTRICT_PLAN = TeamPlan(people=SCHOOLS * PEOPLE_A_SCHOOL, before=1, after=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often something was said: what, how many it could have been said of, and the share."""

    what: str
    of: int
    share: float


def count_reliable(stream: np.random.SeedSequence) -> tuple[int, int, int]:
    """Return, for one team of whom nobody changed but by practice: people, and of how many time and IDF1 changed."""
    table = make_arrays(draw_team(PERSON_PLAN, np.random.default_rng(stream))).make_table()
    people, _ = compute_reliable_changes(table.assign(duration_s=table["elapsed_s"]))
    told = (Change.BETTER, Change.WORSE)
    return (
        len(people),
        sum(person.time_change in told for person in people),
        sum(person.accuracy_change in told for person in people),
    )


def judge_district(stream: np.random.SeedSequence) -> tuple[bool, bool]:
    """Return whether a district that did not change on average is called improved: over schools, and over people."""
    rng = np.random.default_rng(stream)
    drawn = make_arrays(draw_team(DISTRICT_PLAN, rng))
    school = drawn.person % SCHOOLS
    moved = np.exp(rng.normal(0.0, SCHOOL_SPREAD, SCHOOLS))[school]
    # what a school's change adds to a drill that timed out is not known, so it stays at the limit
    seconds = np.where(drawn.is_after & drawn.finished, drawn.elapsed_s * moved, drawn.elapsed_s)
    drawn = replace(drawn, elapsed_s=np.minimum(seconds, LIMIT_S), finished=drawn.finished & (seconds < LIMIT_S))
    in_schools = drawn.with_column("school", [f"school {each}" for each in school])
    over_schools, over_people = (
        compare_attempts(each.make_table(), is_first_page=True).word is Verdict.IMPROVED for each in (in_schools, drawn)
    )
    return over_schools, over_people


def sum_reliable(counted: list[tuple[int, int, int]]) -> tuple[Rate, ...]:
    """Return the rates over teams counted by `count_reliable`."""
    people = sum(each[0] for each in counted)
    plan = f"{PERSON_PLAN.before} drills a phase, nothing but practice"
    return tuple(
        Rate(what=f"one person changed in {name} ({plan})", of=people, share=sum(e[at] for e in counted) / people)
        for at, name in ((1, "time"), (2, "IDF1"))
    )


def sum_districts(judged: list[tuple[bool, bool]]) -> tuple[Rate, ...]:
    """Return the rates over districts judged by `judge_district`."""
    plan = f"{SCHOOLS} schools of {PEOPLE_A_SCHOOL}, schools change by {SCHOOL_SPREAD} either way"
    return tuple(
        Rate(
            what=f"a district improved, judged {how} ({plan})",
            of=len(judged),
            share=sum(each[at] for each in judged) / len(judged),
        )
        for at, how in ((0, "over schools"), (1, "over people, which is not done"))
    )


def make_arrays(team: Team) -> AttemptArrays:
    """Return the team's attempts under a limit of 600 s; of the measures only IDF1 is known."""
    idf1 = np.concatenate([team.idf1_before, team.idf1_after])
    return AttemptArrays(
        person=np.concatenate([team.before.person, team.after.person]),
        is_after=np.arange(len(idf1)) >= len(team.idf1_before),
        number=np.concatenate([team.number_before, team.number_after]),
        form=np.concatenate([team.form_before, team.form_after]),
        elapsed_s=LIMIT_S * np.concatenate([team.before.duration_s, team.after.duration_s]),
        finished=np.concatenate([team.before.finished, team.after.finished]),
        accuracy=np.column_stack([idf1, *[np.full(len(idf1), np.nan)] * 3]),
    )
