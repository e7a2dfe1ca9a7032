import pytest

from sim.columns import DRILL_OPTIONS
from sim.drill.attempt import Mode
from sim.drill.options import (
    OPTION_CARDS,
    DrillOption,
    check_options,
    describe_options,
    read_options,
    write_options,
)
from sim.errors import TaskError


def test_comparisons_know_every_option() -> None:
    assert tuple(sorted(option.value for option in DrillOption)) == DRILL_OPTIONS
    assert set(OPTION_CARDS) == set(DrillOption)


def test_options_are_stored_in_one_order_and_read_back() -> None:
    both = read_options(["interruptions", "appearance-search", "interruptions"])
    assert write_options(both) == "appearance-search interruptions"
    assert read_options(write_options(both).split()) == both
    assert (write_options(frozenset()), read_options([])) == ("", frozenset())


@pytest.mark.parametrize("name", ["", "Hints", "nonsense", "x" * 500])
def test_an_unknown_option_is_refused_by_name(name: str) -> None:
    with pytest.raises(TaskError, match="appearance-search, hints, interruptions") as refused:
        read_options(["hints", name])
    assert len(str(refused.value)) < 300


def test_hints_are_for_practice_only() -> None:
    hints = frozenset({DrillOption.HINTS, DrillOption.INTERRUPTIONS})
    check_options(hints, mode=Mode.PRACTICE)
    check_options(hints - {DrillOption.HINTS}, mode=Mode.ASSESSMENT)
    with pytest.raises(TaskError, match="an assessment cannot be given with hints"):
        check_options(hints, mode=Mode.ASSESSMENT)


def test_options_read_as_words() -> None:
    assert describe_options(frozenset()) == ""
    assert describe_options(frozenset({DrillOption.HINTS})) == "with hints"
    assert describe_options(frozenset(DrillOption)) == "with interruptions, appearance search and hints"
