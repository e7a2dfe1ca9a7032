"""What a program's steps and days are called, wherever a person reads them."""

from datetime import date

from sim.db.programs import StepRow
from sim.drill.plan import RETENTION, Slot
from sim.drill.steps import StepKind


def name_step(kind: StepKind, number: int, *, of: int = 0) -> str:
    """Return a step's name: "Before 2", "Training", "3 months after"; with `of`, "Before 2 of 3"."""
    if kind is StepKind.FAMILIARIZATION:
        return "Get to know the console"
    if kind is StepKind.TRAINING:
        return "Training"
    if kind is StepKind.RETENTION:
        return f"{RETENTION[number - 1]} after" if number <= len(RETENTION) else f"Later drill {number}"
    name = f"{'Before' if kind is StepKind.BEFORE else 'After'} {number}"
    return f"{name} of {of}" if of > 1 else name


def name_step_long(kind: StepKind, number: int) -> str:
    """Return a step's name as a title says it: "Search drill 2 before the training"."""
    if kind in (StepKind.FAMILIARIZATION, StepKind.TRAINING):
        return {
            StepKind.FAMILIARIZATION: "Get to know the search console",
            StepKind.TRAINING: "Camera search training",
        }[kind]
    if kind is StepKind.RETENTION:
        when = RETENTION[number - 1] if number <= len(RETENTION) else "some time"
        return f"Search drill {when} after the training"
    side = "before" if kind is StepKind.BEFORE else "after"
    return f"Search drill {number} {side} the training"


def write_day(day: date) -> str:
    """Return a day: "Mon, Sep 14, 2026"."""
    return f"{day:%a, %b} {day.day}, {day.year}"


def write_short_day(day: date) -> str:
    """Return a day without its year: "Mon, Sep 14"."""
    return f"{day:%a, %b} {day.day}"


def write_date(day: date, *, today: date | None = None) -> str:
    """Return a day at its shortest: "Sep 14"; with its year where that is not this one: "Sep 14, 2027"."""
    return f"{day:%b} {day.day}" if today is None or day.year == today.year else f"{day:%b} {day.day}, {day.year}"


def write_span(step: StepRow | Slot) -> str:
    """Return the days of a step: one day, or from one to the other."""
    if step.due_from == step.due_to:
        return write_day(step.due_from)
    first = write_short_day(step.due_from) if step.due_from.year == step.due_to.year else write_day(step.due_from)
    return f"{first} to {write_day(step.due_to)}"
