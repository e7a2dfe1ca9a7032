"""School days: none on a weekend, a holiday or another day off."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.drill.plan import SchoolDays, Slot
from sim.drill.steps import StepKind
from sim.errors import PlanError

MONDAY = date(2026, 11, 23)
THANKSGIVING = SchoolDays(off={date(2026, 11, 26): "Thanksgiving", date(2026, 11, 27): "Thanksgiving break"})


def make_slot(first: date, last: date) -> Slot:
    return Slot(kind=StepKind.AFTER, number=1, due_from=first, due_to=last)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def test_days_off_say_why() -> None:
    told = [THANKSGIVING.find_why_off(day(number)) for number in range(8)]
    assert told == ["", "", "", "Thanksgiving", "Thanksgiving break", "a Saturday", "a Sunday", ""]
    with pytest.raises(PlanError, match=r"Nov 26, 2026, Thanksgiving.*choose Nov 30, 2026"):
        THANKSGIVING.check(day(3), what="the session")


def test_a_step_begins_and_ends_on_school_days() -> None:
    fitted = THANKSGIVING.fit(make_slot(day(3), day(9)))
    assert (fitted.due_from, fitted.due_to) == (day(7), day(9))
    fitted = THANKSGIVING.fit(make_slot(day(0), day(5)))
    assert (fitted.due_from, fitted.due_to) == (day(0), day(2))


def test_a_step_without_a_school_day_takes_the_next_or_the_one_before() -> None:
    off = make_slot(day(3), day(6))
    assert THANKSGIVING.fit(off).due_from == THANKSGIVING.fit(off).due_to == day(7)
    assert THANKSGIVING.fit(off, first=day(1), last=day(6)).due_from == day(2)
    with pytest.raises(PlanError, match="no school day from Nov 26"):
        THANKSGIVING.fit(off, first=day(3), last=day(6))


def test_a_break_that_never_ends_is_said_and_not_searched_for_ever() -> None:
    long = SchoolDays(off={day(number): "Closed" for number in range(400)})
    with pytest.raises(PlanError, match="four months"):
        long.find_next(day(0))


@given(st.integers(0, 400), st.integers(0, 20), st.sets(st.integers(0, 420), max_size=60))
def test_what_is_fitted_is_never_off_and_never_ends_before_it_begins(start: int, length: int, off: set[int]) -> None:
    days = SchoolDays(off={day(number): "Off" for number in off})
    fitted = days.fit(make_slot(day(start), day(start + length)))
    assert fitted.due_from <= fitted.due_to
    assert not days.find_why_off(fitted.due_from)
    assert not days.find_why_off(fitted.due_to)
