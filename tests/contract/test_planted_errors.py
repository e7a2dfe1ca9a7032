"""The table of planted errors is what its command writes: full marks for the right answer, none for a wrong one."""

import pytest

from sim.tasks import TASK_TYPES
from tests.support.planted_page import BEGIN, END, PAGE, RIGHT, Planted, plant_errors, write_table
from tests.support.story_truth import load_story_index

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def planted() -> tuple[Planted, ...]:
    """What is planted in the shipped drill: made when asked for, not while tests are collected."""
    return plant_errors(load_story_index())


def test_the_page_holds_what_the_command_prints(planted: tuple[Planted, ...]) -> None:
    printed = PAGE.read_text(encoding="utf-8").partition(BEGIN + "\n")[2].partition("\n" + END)[0]
    assert printed == write_table(planted), "run `python -m tests.support.planted_page`"


def test_every_type_has_full_marks_for_the_right_answer_and_none_for_a_wrong_one(planted: tuple[Planted, ...]) -> None:
    for name in TASK_TYPES:
        right, *wrong = [each for each in planted if each.task_type == name]
        assert (right.error, right.short, right.unmet) == (RIGHT, (), ())
        assert len(wrong) >= 2
        assert all(each.changes for each in wrong)
