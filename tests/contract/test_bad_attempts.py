"""One body over every table of attempts that a trainer may bring: a message that says what to do, or a result that
says what is wrong with it. Never a number that means something else."""

import json
from collections.abc import Callable

import pandas as pd
import pytest

from sim.compare.comparison import Comparison, compare_attempts
from sim.compare.verdict import Verdict
from sim.errors import ComparisonError
from sim.features.comparison.files import comparison_as_data, parse_attempts
from tests.support.attempts_table import make_team
from tests.support.phrases import find_forbidden

COLUMNS = (
    "person_id", "phase", "form_id", "elapsed_s", "finished", "limit_s", "passed", "idf1", "appearance_recall",
    "appearance_precision", "wrong_person_s", "drill_number", "chosen_by",
)  # fmt: skip
Row = dict[str, object]


def list_rows(*, factor: float = 0.7) -> list[Row]:
    return [
        {str(name): value for name, value in row.items()}
        for row in make_team(12, before=1, after=1, factor=factor)[list(COLUMNS)].to_dict("records")
    ]


def edit(rows: list[Row], choose: Callable[[Row], bool], **changes: object) -> list[Row]:
    return [{**row, **changes} if choose(row) else row for row in rows]


def write(rows: list[Row], *, delimiter: str = ",", decimal: str = ".", line: str = "\n") -> str:
    def cell(value: object) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, float):
            return str(value).replace(".", decimal)
        text = str(value)
        return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in (delimiter, '"', "\n")) else text

    header = list(rows[0])
    lines = [header, *([cell(row[name]) for name in header] for row in rows)]
    return line.join(delimiter.join(cells) for cells in lines) + line


TEAM = list_rows()


def at(number: int, **changes: object) -> list[Row]:
    return edit(TEAM, lambda row: row is TEAM[number], **changes)


def every(**changes: object) -> list[Row]:
    return edit(TEAM, lambda row: True, **changes)


PLAIN = compare_attempts(pd.DataFrame(TEAM))


REFUSED: dict[str, tuple[list[Row] | bytes, str]] = {
    "negative time": (at(3, elapsed_s=-5.0), "column elapsed_s: -5"),
    "no time at all": (at(3, elapsed_s=0.0), "row 5, column elapsed_s"),
    "a time of years": (at(0, elapsed_s=9e9), "row 2, column elapsed_s"),
    "a clock time": (at(0, elapsed_s="4:05"), "'4:05' is not a number"),
    "a share in percent": (every(idf1=62.0), "row 2, column idf1: 62"),
    "finished after the limit": (at(1, elapsed_s=700.0), "over the"),
    "a row twice": ([*TEAM, TEAM[4]], "row 26, column person_id: the same attempt as row 6"),
    "a row twice, numbered on": ([*TEAM, {**TEAM[4], "elapsed_s": 1.5}], "has two drills of number 1"),
    "an unknown column": ([{**row, "salary": 1} for row in TEAM], "column 'salary' is unknown"),
    "a missing column": (
        [{k: v for k, v in row.items() if k != "limit_s"} for row in TEAM],
        "lacks the column 'limit_s'",
    ),
    "an unknown phase": (at(2, phase="during"), "row 4, column phase"),
    "a time nobody can take": (at(1, elapsed_s=0.4), "0.5 seconds or more"),
    "a name that never ends": (at(2, person_id="M" * 201), "row 4, column person_id: 'MMM"),
    "a name that turns round": (at(2, person_id="M\u202e100"), "holds a sign that no name has (U+202E)"),
    "a tab in a name": (at(2, form_id="F\t0"), "row 4, column form_id: 'F\\t0' holds a sign"),
    "a way of choosing that nobody knows": (at(2, chosen_by="the boss"), "row 4, column chosen_by: 'the boss'"),
    "a comment first": (
        ("# made by hand\n" + write(TEAM)).encode(),
        "row 1 begins with #, as a comment does: '# made by hand'",
    ),
    "a comment between": (
        write(TEAM).replace("P02", "# later\nP02", 1).encode(),
        "row 6 begins with #, as a comment does",
    ),
    "nobody's name": (at(2, person_id=" "), "row 4, column person_id"),
    "thousands": (write(at(0, limit_s="1.200"), delimiter=";", decimal=",").encode(), "may be thousands"),
    "decimal commas between commas": (write(TEAM, decimal=",").replace(',"', ",").encode(), "has 20 cells"),
    "a workbook": (b"PK\x03\x04" + bytes(40), "is an Excel workbook"),
    "a picture": (bytes(range(256)), "is not a text file"),
    "nothing": (b"", "is empty"),
    "a quote that never ends": (write(TEAM).replace("P02", '"P02', 1).encode(), "not a CSV file"),
    "passed before it was finished": (at(3, finished=False, elapsed_s=600.0), "row 5, column passed: 'yes'"),
    "passed in another word": (at(3, passed="right"), "row 5, column passed: 'right'"),
    "everybody waited": ([{**row, "group": "waiting"} for row in TEAM], "waiting for everybody"),
}
"""By name: a table that is refused, and what the message holds."""
WARNED: dict[str, tuple[list[Row], str, Verdict, int]] = {
    "one person": (TEAM[:2], "1 person has comparable drills", Verdict.TOO_FEW, 1),
    "same form for everybody both times": (
        every(form_id="form-0"),
        "Yes: 24 drills left out and listed for it.",
        Verdict.NOTHING_TO_COMPARE,
        0,
    ),
    "phases swapped, by number": (
        [{**row, "phase": "after" if row["phase"] == "before" else "before"} for row in TEAM],
        "the two look swapped",
        Verdict.NOTHING_TO_COMPARE,
        0,
    ),
    "phases swapped, by day": (
        [{**row, "days_since_training": 3.0 if row["phase"] == "before" else -3.0} for row in TEAM],
        "24 drills lie on the other side of the training day",
        Verdict.NOTHING_TO_COMPARE,
        0,
    ),
    "volunteers": (every(chosen_by="volunteers"), "The result speaks of people who volunteer", PLAIN.word, 12),
    "phases in capitals": (
        [{**row, "phase": str(row["phase"]).upper()} for row in TEAM],
        "Everyone in the table is compared: 12 people",
        PLAIN.word,
        12,
    ),
    "phones before, computers after": (
        [{**row, "device": "phone" if row["phase"] == "before" else "computer"} for row in TEAM],
        "never mixed",
        Verdict.NOTHING_TO_COMPARE,
        0,
    ),
    "harder forms after": (
        [{**row, "difficulty": 20.0 if row["phase"] == "before" else 25.0} for row in TEAM],
        "25% harder after",
        Verdict.NOT_JUDGED,
        12,
    ),
}
"""By name: a table with a result that says this somewhere, ends in this word, and compares so many people."""


def read(given: list[Row] | bytes) -> Comparison:
    data = given if isinstance(given, bytes) else write(given).encode()
    return compare_attempts(parse_attempts(data, name="attempts.csv"))


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_refused_with_what_to_do(name: str) -> None:
    rows, says = REFUSED[name]
    with pytest.raises(ComparisonError) as refused:
        read(rows)
    assert says in str(refused.value)
    assert "What to do" in str(refused.value)


@pytest.mark.parametrize("name", WARNED)
def test_what_is_doubtful_is_said_beside_the_result(name: str) -> None:
    rows, says, word, people = WARNED[name]
    comparison = read(rows)
    text = json.dumps(comparison_as_data(comparison), ensure_ascii=False, allow_nan=False)
    assert says in text
    assert find_forbidden(text) == ()
    assert (comparison.word, len(comparison.people)) == (word, people)
    assert len(comparison.left.rows) + sum(out.attempts for out in comparison.left.left_out) == len(rows)


SPELLINGS = {
    "as it is": write(TEAM).encode(),
    "semicolons": write(TEAM, delimiter=";").encode(),
    "semicolons and decimal commas": write(TEAM, delimiter=";", decimal=",").encode("cp1252"),
    "tabs": write(TEAM, delimiter="\t").encode(),
    "tabs and decimal commas": write(TEAM, delimiter="\t", decimal=",").encode("utf-16"),
    "Excel's Unicode text": write(TEAM, delimiter="\t", line="\r\n").encode("utf-16"),
    "UTF-16 without a mark": write(TEAM, delimiter=";", line="\r\n").encode("utf-16-le"),
    "UTF-16 the other way round": write(TEAM, delimiter=";").encode("utf-16-be"),
    "UTF-8 with a mark": write(TEAM).encode("utf-8-sig"),
    "sep=;": ("sep=;\r\n" + write(TEAM, delimiter=";", line="\r\n")).encode(),
    "numbers in quotes": write(TEAM).replace("600.0", '"600.0"').encode(),
    "empty rows between": write(TEAM).replace("P02", ",,,,,,,,,,,,\n\nP02", 1).encode(),
    "columns in another order": write([dict(reversed(row.items())) for row in TEAM]).encode(),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_every_spelling_of_one_table_gives_the_same_comparison(name: str) -> None:
    assert comparison_as_data(read(SPELLINGS[name])) == comparison_as_data(PLAIN)


@pytest.mark.parametrize(
    "person", ['O"Neil, Jo', "=SUM(A1:A9)", "+1", "@cmd", "<b>Ann</b>", "Zoë\u200b", "a;b", "-2", "x" * 200]
)
def test_any_name_is_a_name_and_nothing_else(person: str) -> None:
    renamed = edit(TEAM, lambda row: row["person_id"] == "P03", person_id=person)
    for delimiter in ",;\t":
        comparison = read(write(renamed, delimiter=delimiter).encode("utf-16"))
        assert person in {each.person_id for each in comparison.people}
        assert comparison.effects.time == PLAIN.effects.time
        assert comparison.word is PLAIN.word
