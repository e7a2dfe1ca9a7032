"""How often persons and districts are called changed although nobody was."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.columns import CONSOLE_PROFILES
from sim.compare.analyses.people import compute_reliable_changes
from sim.compare.content.comparison import Change, Verdict
from sim.compare.data.table import Phase
from sim.compare.report.report import compare_attempts
from sim.services.comparison.team_model import PRACTICE_POWER, Team, TeamPlan, draw_team
from tools.validity.attempt_arrays import LIMIT_S

SCHOOLS = 8
PEOPLE_A_SCHOOL = 5
SCHOOL_SPREAD = 0.15
"""How differently schools change, log seconds; an assumption, made large to see whether clusters matter."""
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
    table = make_table(draw_team(PERSON_PLAN, np.random.default_rng(stream)))
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
    table = make_table(draw_team(DISTRICT_PLAN, rng))
    school = table["person_id"].str[1:].astype(int).to_numpy() % SCHOOLS
    moved = np.exp(rng.normal(0.0, SCHOOL_SPREAD, SCHOOLS))[school]
    # what a school's change adds to a drill that timed out is not known, so it stays at the limit
    is_moved = (table["phase"] == "after").to_numpy() & table["finished"].to_numpy()
    seconds = np.where(is_moved, table["elapsed_s"] * moved, table["elapsed_s"])
    limits = table["limit_s"].to_numpy()
    table = table.assign(
        elapsed_s=np.minimum(seconds, limits),
        finished=table["finished"].to_numpy() & (seconds < limits),
        school=[f"school {each}" for each in school],
    )
    over_schools = compare_attempts(table, is_first_page=True).word is Verdict.IMPROVED
    return over_schools, compare_attempts(table.drop(columns="school"), is_first_page=True).word is Verdict.IMPROVED


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


def make_table(team: Team) -> pd.DataFrame:
    """Return the team's attempts with the columns of `sim.columns.ATTEMPTS` that are known, under a limit of 600 s."""
    parts = []
    for phase, side, number, form, idf1 in (
        (Phase.BEFORE, team.before, team.number_before, team.form_before, team.idf1_before),
        (Phase.AFTER, team.after, team.number_after, team.form_after, team.idf1_after),
    ):
        parts.append(
            pd.DataFrame(
                {
                    "person_id": [f"p{person:03d}" for person in side.person],
                    "phase": phase.value,
                    "form_id": [f"form {each}" for each in form],
                    "profile": CONSOLE_PROFILES[0],
                    "options": "",
                    "familiar": "yes",
                    "elapsed_s": LIMIT_S * side.duration_s,
                    "finished": side.finished,
                    "limit_s": LIMIT_S,
                    "idf1": idf1,
                    "appearance_recall": np.nan,
                    "appearance_precision": np.nan,
                    "wrong_person_s": np.nan,
                    "drill_number": number,
                    "chosen_by": "all",
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
