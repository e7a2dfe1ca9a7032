"""docs/commands.md lists what the parser knows, and only that."""

from sim.__main__ import COMMAND_GROUPS
from tests.support.commands_page import BEGIN, END, PAGE, write_table


def test_the_page_holds_the_table_that_the_parser_gives():
    text = PAGE.read_text(encoding="utf-8")
    printed = text.partition(BEGIN + "\n")[2].partition("\n" + END)[0]
    assert printed == write_table(), "run `python -m tests.support.commands_page`"


def test_every_group_of_commands_has_a_row():
    rows = [line.partition("`")[2] for line in write_table().splitlines()[2:]]
    assert [group for group in COMMAND_GROUPS if not any(row.split()[0].strip("`") == group for row in rows)] == []
