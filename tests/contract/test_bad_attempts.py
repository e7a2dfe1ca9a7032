"""One body over every table of attempts that a trainer may bring: a message that says what to do, or a result that
says what is wrong with it. Never a number that means something else."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import pandas as pd
import pytest

from sim.compare.content.comparison import Comparison, Verdict
from sim.compare.content.wording import find_forbidden
from sim.compare.report.report import compare_attempts
from sim.errors import ComparisonError
from sim.services.comparison.attempts_csv import parse_attempts
from sim.services.comparison.files import comparison_as_data

COLUMNS = (
    "person_id", "phase", "form_id", "elapsed_s", "finished", "limit_s", "idf1", "appearance_recall",
    "appearance_precision", "wrong_person_s", "drill_number", "chosen_by",
)  # fmt: skip
Row = dict[str, object]


def make_team(people: int = 8, *, after: float = 0.8, **more: object) -> list[Row]:
    """Return one drill a side; forms counterbalanced; times differ by person, and a little by drill."""
    rows: list[Row] = []
    for index, (number, phase) in product(range(people), enumerate(("before", "after"), start=1)):
        factor = (after if phase == "after" else 1.0) * (1.0 + 0.013 * ((index * 7 + number * 3) % 5))
        rows.append(
            {
                "person_id": f"M{index + 1:03d}",
                "phase": phase,
                "form_id": f"F{(index + number) % 2}",
                "elapsed_s": round((240.0 + 11.0 * index) * factor, 2),
                "finished": True,
                "limit_s": 600.0,
                "idf1": round(0.6 + 0.01 * ((index * 3 + number) % 7), 2),
                "appearance_recall": 0.7,
                "appearance_precision": 0.8,
                "wrong_person_s": 2.0,
                "drill_number": number,
                "chosen_by": "all",
                **more,
            }
        )
    return rows


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


TEAM = make_team()
PLAIN = compare_attempts(pd.DataFrame(TEAM))


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A table that must be refused with a message that holds this."""

    rows: list[Row] | bytes
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A table with a result that must say this somewhere, end in this word, and compare so many people."""

    rows: list[Row]
    says: str
    word: Verdict
    people: int


REFUSED = {
    "negative time": Refused(rows=edit(TEAM, lambda r: r is TEAM[3], elapsed_s=-5.0), says="column elapsed_s: -5"),
    "no time at all": Refused(rows=edit(TEAM, lambda r: r is TEAM[3], elapsed_s=0.0), says="row 5, column elapsed_s"),
    "a time of years": Refused(rows=edit(TEAM, lambda r: r is TEAM[0], elapsed_s=9e9), says="row 2, column elapsed_s"),
    "a clock time": Refused(rows=edit(TEAM, lambda r: r is TEAM[0], elapsed_s="4:05"), says="'4:05' is not a number"),
    "a share in percent": Refused(rows=edit(TEAM, lambda r: True, idf1=62.0), says="row 2, column idf1: 62"),
    "finished after the limit": Refused(rows=edit(TEAM, lambda r: r is TEAM[1], elapsed_s=700.0), says="over the"),
    "a row twice": Refused(rows=[*TEAM, TEAM[4]], says="row 18, column person_id: the same attempt as row 6"),
    "a row twice, numbered on": Refused(rows=[*TEAM, {**TEAM[4], "elapsed_s": 1.5}], says="has two drills of number 1"),
    "an unknown column": Refused(rows=[{**row, "salary": 1} for row in TEAM], says="column 'salary' is unknown"),
    "a missing column": Refused(
        rows=[{k: v for k, v in row.items() if k != "limit_s"} for row in TEAM], says="lacks the column 'limit_s'"
    ),
    "an unknown phase": Refused(rows=edit(TEAM, lambda r: r is TEAM[2], phase="during"), says="row 4, column phase"),
    "a time nobody can take": Refused(
        rows=edit(TEAM, lambda r: r is TEAM[1], elapsed_s=0.4), says="0.5 seconds or more"
    ),
    "a name that never ends": Refused(
        rows=edit(TEAM, lambda r: r is TEAM[2], person_id="M" * 201), says="row 4, column person_id: 'MMM"
    ),
    "a name that turns round": Refused(
        rows=edit(TEAM, lambda r: r is TEAM[2], person_id="M\u202e100"), says="holds a sign that no name has (U+202E)"
    ),
    "a tab in a name": Refused(
        rows=edit(TEAM, lambda r: r is TEAM[2], form_id="F\t0"), says="row 4, column form_id: 'F\\t0' holds a sign"
    ),
    "a way of choosing that nobody knows": Refused(
        rows=edit(TEAM, lambda r: r is TEAM[2], chosen_by="the boss"), says="row 4, column chosen_by: 'the boss'"
    ),
    "a comment first": Refused(
        rows=("# made by hand\n" + write(TEAM)).encode(),
        says="row 1 begins with #, as a comment does: '# made by hand'",
    ),
    "a comment between": Refused(
        rows=write(TEAM).replace("M003", "# later\nM003", 1).encode(), says="row 6 begins with #, as a comment does"
    ),
    "nobody's name": Refused(rows=edit(TEAM, lambda r: r is TEAM[2], person_id=" "), says="row 4, column person_id"),
    "thousands": Refused(
        rows=write(edit(TEAM, lambda r: r is TEAM[0], limit_s="1.200"), delimiter=";", decimal=",").encode(),
        says="may be thousands",
    ),
    "decimal commas between commas": Refused(rows=write(TEAM, decimal=",").replace(',"', ",").encode(), says="has 1"),
    "a workbook": Refused(rows=b"PK\x03\x04" + bytes(40), says="is an Excel workbook"),
    "a picture": Refused(rows=bytes(range(256)), says="is not a text file"),
    "nothing": Refused(rows=b"", says="is empty"),
    "a quote that never ends": Refused(rows=write(TEAM).replace("M003", '"M003', 1).encode(), says="not a CSV file"),
    "everybody waited": Refused(rows=[{**row, "group": "waiting"} for row in TEAM], says="waiting for everybody"),
}
ONE_SIDED = [row for index, row in enumerate(TEAM) if (index // 2) % 2 == index % 2]
WARNED = {
    "one person": Warned(rows=TEAM[:2], says="1 person has comparable drills", word=Verdict.TOO_FEW, people=1),
    "none in both phases": Warned(
        rows=ONE_SIDED, says="has comparable drills before only", word=Verdict.NOTHING_TO_COMPARE, people=0
    ),
    "all timed out": Warned(
        rows=edit(TEAM, lambda r: True, finished=False, elapsed_s=600.0),
        says="Nobody finished inside the limit, before or after",
        word=Verdict.NOT_JUDGED,
        people=8,
    ),
    "all perfect": Warned(
        rows=edit(TEAM, lambda r: True, idf1=1.0, appearance_recall=1.0, appearance_precision=1.0, wrong_person_s=0.0),
        says="too easy to show a change in accuracy",
        word=Verdict.IMPROVED,
        people=8,
    ),
    "same form twice": Warned(
        rows=edit(TEAM, lambda r: r["person_id"] in ("M001", "M002"), form_id="F0"),
        says="met the same form more than once (F0)",
        word=Verdict.NOT_JUDGED,
        people=6,
    ),
    "same form for everybody both times": Warned(
        rows=edit(TEAM, lambda r: True, form_id="F0"),
        says="Yes: 16 drills left out and listed for it.",
        word=Verdict.NOTHING_TO_COMPARE,
        people=0,
    ),
    "phases swapped, by number": Warned(
        rows=[{**row, "phase": "after" if row["phase"] == "before" else "before"} for row in TEAM],
        says="the two look swapped",
        word=Verdict.NOTHING_TO_COMPARE,
        people=0,
    ),
    "phases swapped, by day": Warned(
        rows=[{**row, "days_since_training": 3.0 if row["phase"] == "before" else -3.0} for row in TEAM],
        says="16 drills lie on the other side of the training day",
        word=Verdict.NOTHING_TO_COMPARE,
        people=0,
    ),
    "phases swapped, by time alone": Warned(
        rows=[{k: v for k, v in row.items() if k != "drill_number"} for row in make_team(after=1.4)],
        says="the table does not say when the drills were done, so before and after could be swapped",
        word=Verdict.NOT_JUDGED,
        people=8,
    ),
    "absurdly quick": Warned(
        rows=edit(TEAM, lambda r: r is TEAM[1], elapsed_s=4.9),
        says="Not in it: 1 drill of 1 person (submitted within 5 seconds, which nobody can search in)",
        word=PLAIN.word,
        people=7,
    ),
    "chosen for low results": Warned(
        rows=edit(TEAM, lambda r: True, chosen_by="Low Results"),
        says="These people were chosen for low results in the drills that are compared",
        word=Verdict.NOT_JUDGED,
        people=8,
    ),
    "nobody says how they were chosen": Warned(
        rows=edit(TEAM, lambda r: r is TEAM[0], chosen_by=""),
        says="it is not known how these people were chosen",
        word=Verdict.NOT_JUDGED,
        people=8,
    ),
    "volunteers": Warned(
        rows=edit(TEAM, lambda r: True, chosen_by="volunteers"),
        says="The result speaks of people who volunteer",
        word=PLAIN.word,
        people=8,
    ),
    "a part of the people, as the table itself says": Warned(
        rows=[{**row, "people_in_all": 12} for row in TEAM],
        says="Only 8 of 12 people, picked by hand, are compared",
        word=Verdict.NOT_JUDGED,
        people=8,
    ),
    "one person under two ids": Warned(
        rows=[*TEAM, *({**row, "person_id": "M100"} for row in TEAM[:2])],
        says="M001 and M100 share 2 drills to the last digit",
        word=Verdict.NOT_JUDGED,
        people=9,
    ),
    "the same id in capitals": Warned(
        rows=edit(TEAM, lambda r: r["person_id"] == "M002", person_id="m001"),
        says="M001 and m001 differ only in how they are written",
        word=Verdict.NOT_JUDGED,
        people=8,
    ),
    "given up early on one side": Warned(
        rows=edit(TEAM, lambda r: r in (TEAM[0], TEAM[2]), elapsed_s=40.0, finished=False),
        says="2 drills were given up early, 2 before and 0 after",
        word=Verdict.NOT_JUDGED,
        people=8,
    ),
    "phases in capitals": Warned(
        rows=[{**row, "phase": str(row["phase"]).upper()} for row in TEAM],
        says="Everyone in the table is compared: 8 people",
        word=PLAIN.word,
        people=8,
    ),
    "phones before, computers after": Warned(
        rows=[{**row, "device": "phone" if row["phase"] == "before" else "computer"} for row in TEAM],
        says="devices are never mixed",
        word=Verdict.NOTHING_TO_COMPARE,
        people=0,
    ),
    "easier forms after": Warned(
        rows=[{**row, "difficulty": 20.0 if row["phase"] == "before" else 15.0} for row in TEAM],
        says="25% easier on average",
        word=Verdict.NOT_JUDGED,
        people=8,
    ),
    "harder forms after": Warned(
        rows=[{**row, "difficulty": 20.0 if row["phase"] == "before" else 25.0} for row in TEAM],
        says="25% harder on average",
        word=PLAIN.word,
        people=8,
    ),
    "extra time after": Warned(
        rows=[{**row, "extra_time": "yes" if row is TEAM[1] else "no"} for row in TEAM],
        says="another time allowance: 1 drill",
        word=PLAIN.word,
        people=7,
    ),
}


def read(given: list[Row] | bytes) -> Comparison:
    data = given if isinstance(given, bytes) else write(given).encode()
    return compare_attempts(parse_attempts(data, name="attempts.csv"))


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_refused_with_what_to_do(name: str) -> None:
    with pytest.raises(ComparisonError) as refused:
        read(REFUSED[name].rows)
    assert REFUSED[name].says in str(refused.value)
    assert "What to do" in str(refused.value)


@pytest.mark.parametrize("name", WARNED)
def test_what_is_doubtful_is_said_beside_the_result(name: str) -> None:
    case = WARNED[name]
    comparison = read(case.rows)
    text = json.dumps(comparison_as_data(comparison), ensure_ascii=False, allow_nan=False)
    assert case.says in text
    assert find_forbidden(text) == ()
    assert (comparison.word, len(comparison.pairs)) == (case.word, case.people)
    used = sum(pair.before.attempts + pair.after.attempts for pair in comparison.pairs)
    assert used + sum(out.attempts for out in comparison.design.left_out) == len(case.rows)


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
    "empty rows between": write(TEAM).replace("M003", ",,,,,,,,,,,\n\nM003", 1).encode(),
    "columns in another order": write([dict(reversed(row.items())) for row in TEAM]).encode(),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_every_spelling_of_one_table_gives_the_same_comparison(name: str) -> None:
    assert comparison_as_data(read(SPELLINGS[name])) == comparison_as_data(PLAIN)


@pytest.mark.parametrize(
    "person", ['O"Neil, Jo', "=SUM(A1:A9)", "+1", "@cmd", "<b>Ann</b>", "Zoë\u200b", "a;b", "-2", "x" * 200]
)
def test_any_name_is_a_name_and_nothing_else(person: str) -> None:
    renamed = edit(TEAM, lambda row: row["person_id"] == "M004", person_id=person)
    for delimiter in ",;\t":
        comparison = read(write(renamed, delimiter=delimiter).encode("utf-16"))
        assert person in {pair.person_id for pair in comparison.pairs}
        assert comparison.time.ratio == PLAIN.time.ratio
        assert comparison.word is PLAIN.word
