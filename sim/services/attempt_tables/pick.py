"""The part of a table of attempts that was asked for: some schools, or some people."""

from collections.abc import Sequence

import pandas as pd

from sim.errors import ComparisonError

MOST_NAMED = 12


def pick_schools(table: pd.DataFrame, schools: Sequence[str]) -> pd.DataFrame:
    """Return the attempts at these schools, whatever the case of their letters; all when none is named.

    Raises:
        ComparisonError: no attempt is of one of these schools.
    """
    if not schools:
        return table
    if "school" not in table.columns:
        raise ComparisonError(
            "the attempts table does not say which school an attempt is of",
            expected="the column school",
            todo="leave out --school, or fill that column",
        )
    found = table["school"].map(lambda value: "" if pd.isna(value) else str(value).strip())
    return table[_match(found, schools, what="school")]


def pick_people(table: pd.DataFrame, people: Sequence[str]) -> pd.DataFrame:
    """Return the attempts of these people, named exactly as in `person_id`; all when nobody is named.

    Raises:
        ComparisonError: no attempt is of one of these people.
    """
    if not people or "person_id" not in table.columns:
        return table
    found = table["person_id"].map(lambda value: "" if pd.isna(value) else str(value).strip())
    return table[_match(found, people, what="person")]


def _match(found: "pd.Series[str]", wanted: Sequence[str], *, what: str) -> "pd.Series[bool]":
    folded = found.str.casefold()
    for name in wanted:
        if not (folded == name.strip().casefold()).any():
            known = sorted(set(found) - {""})
            more = f" and {len(known) - MOST_NAMED} more" if len(known) > MOST_NAMED else ""
            raise ComparisonError(
                f"the attempts table has no {what} {name[:40]!r}",
                expected=f"{', '.join(known[:MOST_NAMED])}{more}",
                todo="write the name as it stands in the table",
            )
    return folded.isin([name.strip().casefold() for name in wanted])
