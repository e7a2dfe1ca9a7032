"""The table of planted errors is what its command writes."""

import pytest

from tests.support.planted_page import BEGIN, END, PAGE, plant_errors, write_table
from tests.support.story_truth import load_story_index

pytestmark = pytest.mark.slow


def test_the_page_holds_what_the_command_prints() -> None:
    printed = PAGE.read_text(encoding="utf-8").partition(BEGIN + "\n")[2].partition("\n" + END)[0]
    assert printed == write_table(plant_errors(load_story_index())), "run `python -m tests.support.planted_page`"
