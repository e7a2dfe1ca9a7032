"""A training event that lies on another day than its program says: the program follows where the trainer says so."""

from dataclasses import dataclass
from datetime import date

from sim.services.app.wiring import App
from sim.services.ledger.trainings import Training, TrainingState
from sim.services.programme.change import set_training_time, shift_after_training
from sim.services.programme.zones import get_zone


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherDay:
    """The day a program has for its training, and the day and time of the training itself, at the school."""

    programme_id: str
    planned_on: date
    training_on: date
    training_at: str


def find_other_day(app: App, training: Training) -> OtherDay | None:
    """Return on which other day a program has its training; None where they agree, or none follows.

    A training that makes up another one, or was canceled, moves nothing, nor does one of a closed program.

    Raises:
        StoreError: unknown program.
    """
    if training.programme_id is None or training.makes_up is not None or training.state is TrainingState.CANCELLED:
        return None
    with app.store.read() as work:
        programme = work.programmes.find(training.programme_id)
    if programme is None or programme.closed_at is not None or programme.training_on is None:
        return None
    begins = training.begins_at.astimezone(get_zone(programme.time_zone))
    if begins.date() == programme.training_on:
        return None
    return OtherDay(
        programme_id=programme.programme_id,
        planned_on=programme.training_on,
        training_on=begins.date(),
        training_at=f"{begins:%H:%M}",
    )


def follow_training(app: App, other: OtherDay) -> int:
    """Move a program's training to the day of the training event, with the drills after it; return how many moved.

    Raises:
        PlanError: a drill before the training would no longer lie before it.
        StoreError: unknown program.
    """
    moved = shift_after_training(app, other.programme_id, other.training_on, is_held=True)
    set_training_time(app, other.programme_id, other.training_at)
    return moved
