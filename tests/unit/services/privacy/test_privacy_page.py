"""docs/privacy.md has every table of the database, told as the page "What is stored" tells it."""

import re

from sim.db.tables import metadata
from tests.support.privacy_page import BEGIN, END, PAGE, write_table

TEXT = PAGE.read_text("utf-8")


def test_its_table_is_what_the_program_tells() -> None:
    assert f"{BEGIN}\n{write_table()}\n{END}" in TEXT, "run `python -m tests.support.privacy_page`"


def test_it_has_every_table_of_the_database_and_no_other() -> None:
    named = re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)
    assert sorted(named) == sorted(metadata.tables)
