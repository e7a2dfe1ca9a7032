"""CSV of attempts as people and spreadsheets write it, and the comparison as JSON."""

import json

import pytest

from sim.columns import ATTEMPTS
from sim.compare.report.report import compare_attempts
from sim.errors import ComparisonError
from sim.services.comparison.files import comparison_as_data, parse_attempts, read_attempts

HEADER = ",".join(column.name for column in ATTEMPTS[:13])
ROWS = ["Ann,before,F1,classic,,yes,312.5,true,600,0.75,0.8,,3.5", "Ann,after,F2,classic,,no,600,false,600,0.5,0.4,1,0"]
PLAIN = "\n".join([HEADER, *ROWS]) + "\n"


def parse(text, encoding="utf-8"):
    return parse_attempts(text.encode(encoding), name="attempts.csv")


def assert_refused(text, match):
    with pytest.raises(ComparisonError, match=match):
        compare_attempts(parse(text))


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", ";").replace("312.5", "312,5").replace("0.75", "0,75").encode(),
        ("sep=;\n" + PLAIN.replace(",", ";")).encode(),
        PLAIN.replace("true", "TRUE").replace("false", "No").encode(),
        PLAIN.upper()
        .replace("BEFORE", "before")
        .replace("AFTER", "after")
        .replace("CLASSIC", "classic")
        .replace("ANN", "Ann")
        .encode(),
        ("\n" + PLAIN.replace(ROWS[0], ROWS[0] + "\n,,,,,,,,,,,,")).encode(),
    ],
)
def test_every_common_spelling_gives_the_same_table(data):
    table = parse_attempts(data, name="attempts.csv")
    assert list(table["person_id"]) == ["Ann", "Ann"]
    assert list(table["elapsed_s"]) == [312.5, 600.0]
    assert list(table["finished"]) == [True, False]
    assert table["appearance_precision"].isna().tolist() == [True, False]
    assert len(compare_attempts(table).pairs) == 1


def test_accents_in_windows_files_survive():
    assert parse(PLAIN.replace("Ann", "Zoë"), "cp1252")["person_id"].iloc[0] == "Zoë"


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    assert_refused(PLAIN.replace("600,false", "-1,false"), "row 3, column elapsed_s: -1 cannot be used")
    assert_refused("sep=,\n" + PLAIN.replace("600,false", "-1,false"), "row 4, column elapsed_s")


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("312.5", "NaN", "row 2, column elapsed_s: 'NaN' is not a number"),
        ("312.5", "1e999", "row 2, column elapsed_s: inf cannot be used"),
        ("312.5", "5:12", "row 2, column elapsed_s: '5:12' is not a number"),
        ("312.5", "", "row 2, column elapsed_s: an empty cell"),
        ("true", "done", "row 2, column finished: 'done'"),
        ("0.75", "75", "row 2, column idf1: 75 cannot be used"),
        (",before,", ",Befor,", "row 2, column phase: 'Befor'"),
        ("Ann,before", ",before", "row 2, column person_id: an empty cell"),
        ("limit_s", "limit", "lacks the column 'limit_s'"),
        ("3.5", "3.5,9", "row 2 has 14 cells"),
        (HEADER, HEADER + ",email", "row 2 has 13 cells"),
        (ROWS[1], ROWS[0], "row 3, column person_id: the same attempt as row 2"),
        ("appearance_recall", "idf1", "lacks the column 'appearance_recall'"),
        ("3.5", '"3.5', "not a CSV file|has 10 cells|unexpected end"),
    ],
)
def test_bad_cells_are_named(old, new, match):
    assert_refused(PLAIN.replace(old, new, 1), match)


def test_unknown_column_is_named():
    text = "\n".join([HEADER + ",email", *(row + ",x" for row in ROWS)])
    assert_refused(text, "column 'email' is unknown")


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"PK\x03\x04abc", "Excel workbook"),
        (bytes(range(256)) * 4, "not a text file"),
        (b"\xff\xfea", "not a text file"),
    ],
)
def test_files_that_are_no_table(data, match):
    with pytest.raises(ComparisonError, match=match):
        parse_attempts(data, name="attempts.csv")


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(ComparisonError, match=r"none\.csv cannot be read"):
        read_attempts(tmp_path / "none.csv")
    with pytest.raises(ComparisonError, match="cannot be read"):
        read_attempts(tmp_path)


def test_a_header_alone_has_nothing_to_compare():
    comparison = compare_attempts(parse(HEADER + "\n"))
    assert comparison.word.value == "nothing to compare yet"


def test_the_data_are_plain_json_without_nan_and_complete():
    data = comparison_as_data(compare_attempts(parse(PLAIN)))
    again = json.loads(json.dumps(data, allow_nan=False))
    assert again == data
    assert data["schema_version"] == 2
    assert {"word", "verdict", "design", "pairs", "time", "accuracy", "warnings", "cannot_show"} <= set(data)
    assert data["word"] == "too few people to say"
