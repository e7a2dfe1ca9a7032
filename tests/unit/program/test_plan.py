from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import PlanError
from sim.program import plan
from sim.program.plan import StepKind

TODAY = date(2026, 9, 14)
TRAINING = date(2026, 10, 5)


def test_the_usual_program() -> None:
    slots = plan.lay_out(plan.Wish(training_on=TRAINING, retention=(1, 2)), today=TODAY)
    assert [(slot.kind.value, slot.number, str(slot.due_from), str(slot.due_to)) for slot in slots] == [
        ("familiarization", 1, "2026-09-21", "2026-09-23"),
        ("before", 1, "2026-09-21", "2026-09-27"),
        ("before", 2, "2026-09-28", "2026-10-04"),
        ("training", 1, "2026-10-05", "2026-10-05"),
        ("after", 1, "2026-10-06", "2026-10-08"),
        ("after", 2, "2026-10-09", "2026-10-11"),
        ("retention", 1, "2026-10-12", "2026-10-18"),
        ("retention", 2, "2027-01-05", "2027-01-18"),
    ]


@given(
    st.integers(1, 900),
    st.integers(1, plan.MOST_DRILLS),
    st.integers(1, plan.MOST_DRILLS),
    st.booleans(),
    st.sets(st.integers(1, len(plan.RETENTION))),
)
def test_every_plan_keeps_its_order(ahead: int, before: int, after: int, familiar: bool, retention: set[int]) -> None:
    wish = plan.Wish(
        training_on=TODAY + timedelta(days=ahead),
        before=before,
        after=after,
        is_familiar_first=familiar,
        retention=tuple(retention),
    )
    slots = plan.lay_out(wish, today=TODAY)
    plan.check_slots(slots, training_on=wish.training_on)
    assert all(TODAY <= slot.due_from <= slot.due_to for slot in slots)
    assert len(slots) == wish.drills + 1 + familiar
    measured = [slot for slot in slots if slot.kind is not StepKind.FAMILIARIZATION]
    assert measured == sorted(measured, key=lambda slot: slot.due_from)
    for earlier, later in pairwise(measured):
        assert earlier.due_to < later.due_from or earlier.kind is later.kind is StepKind.BEFORE


@given(st.integers(0, 1000), st.integers(1, plan.MOST_DRILLS), st.sets(st.integers(1, len(plan.RETENTION))))
def test_after_a_training_that_is_over_nothing_ends_before_today(ago: int, after: int, retention: set[int]) -> None:
    wish = plan.Wish(training_on=TODAY - timedelta(days=ago), before=0, after=after, retention=tuple(retention))
    slots = plan.lay_out(wish, today=TODAY)
    plan.check_slots(slots, training_on=wish.training_on)
    assert len(slots) == wish.drills + 2
    for slot in slots:
        assert slot.due_from <= slot.due_to
        assert slot.kind is StepKind.TRAINING or slot.due_to >= TODAY


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (plan.Wish(training_on=TODAY), "have to come first"),
        (plan.Wish(training_on=TODAY - timedelta(days=2000), before=0), "last three years"),
        (plan.Wish(training_on=TODAY - timedelta(days=400)), "have to come first"),
        (plan.Wish(training_on=TODAY + timedelta(days=2000)), "three years"),
        (plan.Wish(training_on=TRAINING, before=0), "0 drills before"),
        (plan.Wish(training_on=TRAINING, after=7), "7 drills after"),
        (plan.Wish(training_on=TRAINING, retention=(5,)), "no retention drill 5"),
    ],
)
def test_what_cannot_be_planned_is_said(wish: plan.Wish, words: str) -> None:
    with pytest.raises(PlanError, match=words):
        plan.lay_out(wish, today=TODAY)


def test_steps_on_the_wrong_side_of_the_training_are_refused() -> None:
    def make(kind: StepKind, first: int, last: int) -> list[plan.Slot]:
        day = TRAINING + timedelta(days=first)
        return [plan.Slot(kind=kind, number=1, due_from=day, due_to=TRAINING + timedelta(days=last))]

    plan.check_slots(make(StepKind.BEFORE, -1, 3), training_on=TRAINING)
    plan.check_slots(make(StepKind.BEFORE, 5, 6), training_on=None)
    with pytest.raises(PlanError, match="before the training would begin"):
        plan.check_slots(make(StepKind.BEFORE, 0, 3), training_on=TRAINING)
    for kind in (StepKind.AFTER, StepKind.RETENTION):
        with pytest.raises(PlanError, match="after the training would begin"):
            plan.check_slots(make(kind, 0, 3), training_on=TRAINING)
    with pytest.raises(PlanError, match="later day"):
        plan.check_slots(make(StepKind.AFTER, 3, 2), training_on=TRAINING)


def test_months_end_where_the_month_does() -> None:
    assert plan.add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert plan.add_months(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert plan.add_months(date(2026, 12, 31), 12) == date(2027, 12, 31)
    assert plan.make_retention(4, training_on=date(2028, 2, 29)).due_from == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("days", "is_done", "joined", "expected"),
    [
        (-1, False, -9, plan.BoardState.PLANNED),
        (0, False, -9, plan.BoardState.DUE),
        (4, False, -9, plan.BoardState.DUE),
        (5, False, -9, plan.BoardState.OVERDUE),
        (-1, True, -9, plan.BoardState.DONE),
        (5, True, 9, plan.BoardState.DONE),
        (5, False, 4, plan.BoardState.OVERDUE),
        (5, False, 5, plan.BoardState.NOT_SCHEDULED),
    ],
)
def test_where_a_person_stands(days: int, is_done: bool, joined: int, expected: plan.BoardState) -> None:
    found = plan.judge_board_state(
        due_from=TRAINING,
        due_to=TRAINING + timedelta(days=4),
        joined_on=TRAINING + timedelta(days=joined),
        is_done=is_done,
        today=TRAINING + timedelta(days=days),
    )
    assert found is expected


MONDAY = date(2026, 11, 23)
THANKSGIVING = plan.SchoolDays(off={date(2026, 11, 26): "Thanksgiving", date(2026, 11, 27): "Thanksgiving break"})


def make_slot(first: date, last: date) -> plan.Slot:
    return plan.Slot(kind=StepKind.AFTER, number=1, due_from=first, due_to=last)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def test_days_off_say_why() -> None:
    told = [THANKSGIVING.find_why_off(day(number)) for number in range(8)]
    assert told == ["", "", "", "Thanksgiving", "Thanksgiving break", "a Saturday", "a Sunday", ""]
    with pytest.raises(PlanError, match=r"Nov 26, 2026, Thanksgiving.*choose Nov 30, 2026"):
        THANKSGIVING.check(day(3), what="the session")


def test_a_step_begins_and_ends_on_school_days_or_takes_the_next_or_the_one_before() -> None:
    fitted = THANKSGIVING.fit(make_slot(day(3), day(9)))
    assert (fitted.due_from, fitted.due_to) == (day(7), day(9))
    fitted = THANKSGIVING.fit(make_slot(day(0), day(5)))
    assert (fitted.due_from, fitted.due_to) == (day(0), day(2))
    off = make_slot(day(3), day(6))
    assert THANKSGIVING.fit(off).due_from == THANKSGIVING.fit(off).due_to == day(7)
    assert THANKSGIVING.fit(off, first=day(1), last=day(6)).due_from == day(2)
    with pytest.raises(PlanError, match="no school day from Nov 26"):
        THANKSGIVING.fit(off, first=day(3), last=day(6))
    long = plan.SchoolDays(off={day(number): "Closed" for number in range(400)})
    with pytest.raises(PlanError, match="four months"):
        long.find_next(day(0))


@given(st.integers(0, 400), st.integers(0, 20), st.sets(st.integers(0, 420), max_size=60))
def test_what_is_fitted_is_never_off_and_never_ends_before_it_begins(start: int, length: int, off: set[int]) -> None:
    days = plan.SchoolDays(off={day(number): "Off" for number in off})
    fitted = days.fit(make_slot(day(start), day(start + length)))
    assert fitted.due_from <= fitted.due_to
    assert not days.find_why_off(fitted.due_from)
    assert not days.find_why_off(fitted.due_to)
