"""A training event that lies on another day than its program says: the program follows where the trainer says so."""

from dataclasses import dataclass
from datetime import date

from sim.services.app.wiring import App
from sim.services.ledger.trainings import Training, TrainingState
from sim.services.program.change import set_training_time, shift_after_training
from sim.services.program.zones import get_zone


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherDay:
    """The day a program has for its training, and the day and time of the training itself, at the school."""

    program_id: str
    planned_on: date
    training_on: date
    training_at: str


def find_other_day(app: App, training: Training) -> OtherDay | None:
    """Return on which other day a program has its training; None where they agree, or none follows.

    A training that makes up another one, or was canceled, moves nothing, nor does one of a closed program.
    """
    if training.program_id is None or training.makes_up is not None or training.state is TrainingState.CANCELED:
        return None
    with app.store.read() as work:
        program = work.programs.find(training.program_id)
    if program is None or program.closed_at is not None or program.training_on is None:
        return None
    begins = training.begins_at.astimezone(get_zone(program.time_zone))
    if begins.date() == program.training_on:
        return None
    return OtherDay(
        program_id=program.program_id,
        planned_on=program.training_on,
        training_on=begins.date(),
        training_at=f"{begins:%H:%M}",
    )


def follow_training(app: App, other: OtherDay) -> int:
    """Move a program's training to the day of the training event, with the drills after it; return how many moved."""
    moved = shift_after_training(app, other.program_id, other.training_on, is_held=True)
    set_training_time(app, other.program_id, other.training_at)
    return moved
