"""One person under two ids: drills that two ids share to the last digit, and ids that only differ in their letters."""

import unicodedata
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from sim.compare.checks.findings import DesignCheck, Finding, Question, answer
from sim.compare.data.table import ACCURACY

MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SamePerson:
    """Two ids that may be one person."""

    # first, second: the ids, in alphabetical order
    first: str
    second: str
    drills: int  # finished drills with equal time and equal measures under both; 0 where only the ids are alike


def find_same_people(checked: pd.DataFrame) -> tuple[SamePerson, ...]:
    """Return every two ids that may be one person.

    Two people seldom finish a drill in the same time, and then with all four measures alike, so one such drill is
    enough to ask. Ids are alike when they differ only in capitals, blanks or how a letter is written.

    Args:
        checked: the table as `check_attempts` returns it.
    """
    found: dict[tuple[str, str], int] = {}
    keys = ["elapsed_s", *ACCURACY]
    done = checked.loc[checked["finished"], ["person_id", *keys]]
    timed_alike = done[done["elapsed_s"].duplicated(keep=False)]
    known = timed_alike[timed_alike[list(ACCURACY)].notna().any(axis=1)]
    shared = known[known.duplicated(keys, keep=False)]
    for _, rows in shared.groupby(keys, sort=True, dropna=False):
        people = sorted(set(rows["person_id"]))
        for first, second in pairwise(people):
            found[first, second] = found.get((first, second), 0) + 1
    alike: dict[str, str] = {}
    for person_id in sorted(checked["person_id"].unique()):
        plain = "".join(unicodedata.normalize("NFKC", person_id).casefold().split())
        if plain in alike:
            found.setdefault((alike[plain], person_id), 0)
        alike[plain] = person_id
    return tuple(SamePerson(first=first, second=second, drills=drills) for (first, second), drills in found.items())


def check_one_id_each(same: tuple[SamePerson, ...], *, are_different: bool) -> DesignCheck:
    """Whether everybody is in the table under one id.

    Args:
        same: what `find_same_people` gives.
        are_different: somebody has said that they are different people.
    """
    question = Question("Is everyone in the table under one id?", "one person under two ids")
    if not same:
        return answer(question, "As far as the table shows: no two people share a drill.", finding=Finding.FINE)
    if are_different:
        sentence = f"{say_same_people(same)}. You said that they are different people."
        return answer(question, sentence, finding=Finding.FINE)
    return answer(question, f"{say_same_people(same)}. Are they the same person?", finding=Finding.CONCERN)


def say_same_people(same: tuple[SamePerson, ...]) -> str:
    """Return who shares what: "P000 and P012 share 4 drills to the last digit"."""
    parts = []
    for each in same[:MOST_NAMED]:
        counted = "1 drill" if each.drills == 1 else f"{each.drills} drills"
        shares = f"share {counted} to the last digit" if each.drills else "differ only in how they are written"
        parts.append(f"{each.first} and {each.second} {shares}")
    more = len(same) - MOST_NAMED
    return "; ".join(parts) + (f"; and {more} more pairs" if more > 1 else "; and 1 more pair" if more == 1 else "")
