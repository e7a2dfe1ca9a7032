"""Names of people, forms and schools in a table: how long they may be, and which signs no name holds."""

import unicodedata

import pandas as pd

from sim.errors import ComparisonError

LONGEST_NAME = 200
"""Characters of a name in a file. Where several files are taken together, school and person make one name."""
NAMED = ("person_id", "form_id", "school")
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of what follows, so that one name reads as another: CVE-2021-42574."""


def refuse_odd_names(table: pd.DataFrame, *, longest: int) -> None:
    """Refuse names that are too long, or that hold a control character or one that turns the direction of text.

    Raises:
        ComparisonError: names row and column.
    """
    for column in NAMED:
        if column not in table.columns:
            continue
        odd = {name: why for name in table[column].unique() if (why := _find_fault(name, longest=longest))}
        if not odd:
            continue
        row, name = next((row, name) for row, name in table[column].items() if name in odd)
        raise ComparisonError(
            f"row {row}, column {column}: {_show(name)} {odd[name]}",
            expected=f"1 to {longest} characters, none of them a control character or one that turns the direction",
            todo="correct that cell",
        )


def _find_fault(name: object, *, longest: int) -> str:
    if not isinstance(name, str):
        return ""
    if len(name) > longest:
        return f"has {len(name)} characters"
    wrong = next((sign for sign in name if sign in _TURNING or unicodedata.category(sign) in ("Cc", "Cs")), None)
    return "" if wrong is None else f"holds a sign that no name has (U+{ord(wrong):04X})"


def _show(name: str) -> str:
    return ascii(name if len(name) <= 40 else name[:40] + "...")
