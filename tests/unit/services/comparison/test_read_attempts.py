"""CSV of attempts as people and spreadsheets write it, and the comparison as JSON."""

import pytest

from sim.columns import ATTEMPTS
from sim.compare.report.report import compare_attempts
from sim.errors import ComparisonError
from sim.services.comparison.attempts_csv import parse_attempts, read_attempts

HEADER = ",".join(column.name for column in ATTEMPTS[:13])
ROWS = ["Ann,before,F1,classic,,yes,312.5,true,600,0.75,0.8,,3.5", "Ann,after,F2,classic,,no,600,false,600,0.5,0.4,1,0"]
PLAIN = "\n".join([HEADER, *ROWS]) + "\n"


def parse(text, encoding="utf-8"):
    return parse_attempts(text.encode(encoding), name="attempts.csv")


def assert_refused(text, match):
    with pytest.raises(ComparisonError, match=match):
        compare_attempts(parse(text))


def test_accents_in_windows_files_survive():
    assert parse(PLAIN.replace("Ann", "Zoë"), "cp1252")["person_id"].iloc[0] == "Zoë"


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    assert_refused(PLAIN.replace("600,false", "-1,false"), "row 3, column elapsed_s: -1 cannot be used")
    assert_refused("sep=,\n" + PLAIN.replace("600,false", "-1,false"), "row 4, column elapsed_s")


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(ComparisonError, match=r"none\.csv cannot be read"):
        read_attempts(tmp_path / "none.csv")
    with pytest.raises(ComparisonError, match="cannot be read"):
        read_attempts(tmp_path)
