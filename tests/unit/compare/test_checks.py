"""Every guard of "No word at all": a table that sets it off, and a near one that does not."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from sim.compare.comparison import compare_attempts
from sim.compare.facts import EVERYBODY, Wanted
from sim.compare.verdict import Verdict
from tests.support.attempts_table import LIMIT_S, by_lot, make_team, put

Table = pd.DataFrame
TEAM = make_team()
HALVES = [0.7] * 8 + [1.0] * 8
GROUPS = make_team(16, factor=HALVES, groups=by_lot(8, 8, lot=False))
LOTS = make_team(16, factor=HALVES, groups=by_lot(8, 8))
PICKED = Wanted(people=[f"P{each:02d}" for each in range(7)])


def is_after(table: Table) -> "pd.Series[bool]":
    return table["phase"] == "after"


def who(table: Table, *numbers: int) -> "pd.Series[bool]":
    return table["person_id"].isin([f"P{each:02d}" for each in numbers])


def copy_people(table: Table, *numbers: int, **cells: Callable[[pd.Series], pd.Series]) -> Table:
    again = table[who(table, *numbers)]
    again = again.assign(
        person_id="again " + again["person_id"], **{k: change(again[k]) for k, change in cells.items()}
    )
    return pd.concat([table, again], ignore_index=True)


def without(table: Table, *names: str) -> Table:
    return table.drop(columns=list(names))


def move_waiting(gap: float) -> Table:
    log_time = np.log(GROUPS["elapsed_s"])
    mean = log_time[~is_after(GROUPS)].groupby(GROUPS["person_id"]).mean()
    waits = mean.index.isin(GROUPS.loc[GROUPS["group"] == "waiting", "person_id"])
    within = np.sqrt(sum(((mean[side] - mean[side].mean()) ** 2).sum() for side in (waits, ~waits)) / 14)
    shift = mean[~waits].mean() - mean[waits].mean() - gap * within
    return GROUPS.assign(elapsed_s=np.exp(log_time + np.where(GROUPS["group"] == "waiting", shift, 0.0)))


def drop_drills(table: Table, group: str, *numbers: int) -> Table:
    return table[~((table["group"] == group) & table["drill_number"].isin(numbers))]


def split_schools(table: Table, *, trained: int, waiting: int) -> Table:
    place = table["person_id"].str[1:].astype(int)
    school = np.where(table["group"].str.startswith("trained"), place % trained, 100 + place % waiting)
    return table.assign(school=[f"School {each}" for each in school])


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    far: Table
    says: str
    near: Table
    word: Verdict = Verdict.IMPROVED
    wanted: Wanted = EVERYBODY
    near_wanted: Wanted = EVERYBODY
    device: str | None = None


GUARDS = {
    "people picked": Guard(
        far=TEAM,
        wanted=PICKED,
        says="Only 7 of 8 people, picked by hand",
        near=TEAM,
        near_wanted=Wanted(people=sorted(set(TEAM["person_id"]))),
    ),
    "people left out of the table": Guard(
        far=TEAM.assign(people_in_all=12.0), says="Only 8 of 12 people", near=TEAM.assign(people_in_all=8.0)
    ),
    "another device than most": Guard(
        far=make_team(before=6, after=6).pipe(lambda t: put(t, t["drill_number"] % 3 == 0, device="tablet")),
        device="tablet",
        says="Only drills a tablet were asked for",
        near=make_team(before=6, after=6).pipe(lambda t: put(t, t["drill_number"] % 3 == 0, device="tablet")),
    ),
    "other kinds of task after": Guard(
        far=put(TEAM, is_after(TEAM), task_type="locate"),
        says="other kinds of task after",
        near=put(TEAM, TEAM["drill_number"].isin([1, 4]), task_type="locate"),
    ),
    "other kinds of task after, hidden for one person": Guard(
        far=put(put(TEAM, is_after(TEAM), task_type="locate"), who(TEAM, 0), task_type=""),
        says="other kinds of task after",
        near=put(TEAM, who(TEAM, 0), task_type=""),
    ),
    "nobody says when": Guard(
        far=without(TEAM, "drill_number").assign(days_since_training=0.0),
        says="before and after could be swapped",
        near=without(TEAM, "drill_number"),
        word=Verdict.FASTER_PRACTICE,
    ),
    "nobody says when, one of the drills on the wrong side": Guard(
        far=put(
            without(TEAM, "drill_number").assign(days_since_training=0.0), TEAM.index == 0, days_since_training=1.0
        ),
        says="before and after could be swapped",
        near=put(TEAM, TEAM.index == 0, days_since_training=1.0),
    ),
    "public answers": Guard(
        far=TEAM.assign(origin="public"), says="All of these drills are on footage", near=TEAM.assign(origin="")
    ),
    "passed nowhere": Guard(
        far=TEAM.assign(passed=""),
        says="does not say which drills were passed",
        near=put(TEAM, TEAM.index == 9, passed="no"),
        word=Verdict.FASTER_UNSETTLED,
    ),
    "passed of some": Guard(
        far=put(TEAM, TEAM.index == 9, passed=""),
        says="row 9 is the first of 1 that do not",
        near=put(TEAM, TEAM.index == 1, passed="", finished=False, elapsed_s=LIMIT_S),
    ),
    "all took as long": Guard(
        far=put(TEAM, is_after(TEAM), elapsed_s=60.0),
        says="every drill passed after took exactly",
        near=put(TEAM, is_after(TEAM) & (TEAM["drill_number"] < 6), elapsed_s=60.0),
    ),
    "all of the trained took as long": Guard(
        far=put(LOTS, is_after(LOTS) & (LOTS["group"] == "trained by lot"), elapsed_s=60.0),
        says="every drill passed after took exactly",
        near=LOTS,
    ),
    "minutes beside seconds": Guard(
        far=put(TEAM, is_after(TEAM), elapsed_s=8.0 + 0.1 * TEAM["drill_number"]),
        says="They may be minutes",
        near=put(TEAM, is_after(TEAM), elapsed_s=15.0 + TEAM.index.to_series()),
    ),
    "easier forms after": Guard(
        far=put(TEAM, is_after(TEAM), difficulty=18.9), says="easier", near=put(TEAM, is_after(TEAM), difficulty=19.0)
    ),
    "easier forms after, one of them not known": Guard(
        far=put(put(TEAM, is_after(TEAM), difficulty=15.0), TEAM.index == 0, difficulty=np.nan),
        says="25% easier",
        near=put(TEAM, TEAM.index == 0, difficulty=np.nan),
    ),
    "harder forms for the waiting alone": Guard(
        far=put(LOTS, is_after(LOTS) & (LOTS["group"] == "waiting by lot"), difficulty=24.0),
        says="easier for those who trained, beside those who waited",
        near=put(LOTS, is_after(LOTS), difficulty=24.0),
    ),
    "chosen low": Guard(
        far=TEAM.assign(chosen_by="low results"),
        says="for low results in the drills that are compared",
        near=TEAM.assign(chosen_by="low results earlier"),
    ),
    "chosen nobody knows how": Guard(
        far=put(TEAM, TEAM.index == 0, chosen_by=""), says="not known how", near=TEAM.assign(chosen_by="volunteers")
    ),
    "chosen nobody knows how, with a waiting group": Guard(
        far=GROUPS.assign(chosen_by=""), says="not known how", near=LOTS.assign(chosen_by="")
    ),
    "copies, rounded to whole seconds": Guard(
        far=copy_people(TEAM, 0, 1, elapsed_s=pd.Series.round, idf1=lambda cells: cells.round(2)),
        says="P00 and again P00 agree in 6 drills to the second",
        near=copy_people(TEAM, 0, 1, elapsed_s=lambda cells: cells + 1.1),
    ),
    "one drill copied to the last digit": Guard(
        far=copy_people(TEAM, 0, elapsed_s=lambda cells: cells + 5.0 * (cells.index > 0)),
        says="P00 and again P00 agree in 1 drill to the second",
        near=copy_people(TEAM, 0, elapsed_s=lambda cells: cells + 5.0),
    ),
    "more than one drill alike in whole seconds": Guard(
        far=copy_people(TEAM.assign(elapsed_s=TEAM["elapsed_s"].round()), 0),
        says="P00 and again P00 agree in 6 drills",
        near=copy_people(
            TEAM.assign(elapsed_s=TEAM["elapsed_s"].round()), 0, elapsed_s=lambda t: t + 5.0 * (t.index > 0)
        ),
    ),
    "one id written in two ways": Guard(
        far=put(TEAM, who(TEAM, 1), person_id="p 00"), says="differ only in how they are written", near=TEAM
    ),
    "groups unlike before, not by lot": Guard(
        far=move_waiting(0.51), says="They differed by 0.51 of the spread", near=move_waiting(0.49)
    ),
    "one school an arm": Guard(
        far=split_schools(LOTS, trained=1, waiting=1),
        says="One school was trained and another waited",
        near=split_schools(LOTS, trained=3, waiting=3),
    ),
    "one school an arm, of one person not known": Guard(
        far=put(split_schools(LOTS, trained=1, waiting=1), who(LOTS, 0), school=""),
        says="One school was trained and another waited",
        near=LOTS.assign(school=["School " + each[-1] for each in LOTS["person_id"]]),
    ),
    "more drills for the trained": Guard(
        far=drop_drills(LOTS, "waiting by lot", 5, 6), says="Not alike in both groups", near=drop_drills(LOTS, "none")
    ),
    "four people far from all others": Guard(
        far=make_team(10, factor=[0.3] * 4 + [1.0] * 6),
        says="Without the 4 people who changed far more than the others",
        near=make_team(10, factor=[0.3] * 4 + [0.85] * 6),
    ),
    "given up after a glance, before alone": Guard(
        far=put(
            make_team(factor=1.0),
            ~is_after(TEAM) & (TEAM["drill_number"] > 1),
            elapsed_s=30.0,
            finished=False,
            passed="no",
        ),
        says="Without the drills that were given up early",
        near=put(
            TEAM, who(TEAM, 0, 1) & TEAM["drill_number"].isin([1, 6]), elapsed_s=30.0, finished=False, passed="no"
        ),
    ),
}


@pytest.mark.parametrize("name", GUARDS)
def test_the_guard_takes_the_word_and_says_why(name: str) -> None:
    guard = GUARDS[name]
    found = compare_attempts(guard.far, wanted=guard.wanted, device=guard.device)
    assert guard.says in " ".join(found.no_word)
    assert found.word is Verdict.NOT_JUDGED
    assert found.headline == "These drills do not allow a judgment."


@pytest.mark.parametrize("name", GUARDS)
def test_a_near_table_keeps_its_word(name: str) -> None:
    guard = GUARDS[name]
    found = compare_attempts(guard.near, wanted=guard.near_wanted)
    assert (found.word, found.no_word) == (guard.word, ())
