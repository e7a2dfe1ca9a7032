"""Rows of a table of truth brought to its columns, and refused when they are not."""

from collections.abc import Sequence

import pandas as pd

from sim.columns import Column
from sim.errors import TruthError


def check_columns(rows: pd.DataFrame, columns: tuple[Column, ...], *, name: str) -> None:
    """Refuse rows that have other columns or dtypes. Raises TruthError, which names the table and the column."""
    names = [c.name for c in columns]
    if list(rows.columns) != names:
        raise TruthError(f"{name} columns are {list(rows.columns)}", expected=str(names))
    for column in columns:
        found = rows[column.name].dtype
        right = isinstance(found, pd.StringDtype) if column.dtype == "str" else str(found) == column.dtype
        if not right:
            raise TruthError(f"{name} column {column.name} has dtype {found}", expected=column.dtype)


def cast_rows(rows: pd.DataFrame, columns: tuple[Column, ...], *, name: str, order: Sequence[str]) -> pd.DataFrame:
    """Return the rows with these columns and dtypes, sorted by `order`, index 0..n-1. A missing column: TruthError."""
    names = [c.name for c in columns]
    missing = [column for column in names if column not in rows.columns]
    if missing:
        raise TruthError(f"the {name} table lacks the columns {missing}", expected=str(names))
    cast = rows[names].astype({c.name: c.dtype for c in columns})
    return cast.sort_values(list(order), kind="stable", ignore_index=True)
