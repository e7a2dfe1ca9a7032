"""Who was at a program's training, by the training events that are recorded for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sim.db.ledger import Subjects
from sim.db.programs import ProgramRow
from sim.db.store import Transaction
from sim.drill.session_day import Attendance
from sim.services.ledger.trainings import TRAINING_KINDS, Training, TrainingState, find_trained_at, fold_trainings
from sim.services.program.zones import get_zone


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingCame:
    """Who was trained by a program's trainings that were held, and who missed all of them; each with the day."""

    came: Mapping[str, date] = field(default_factory=dict)
    absent: Mapping[str, date] = field(default_factory=dict)


def load_came(work: Transaction, programs: Sequence[ProgramRow], *, team_id: str | None) -> dict[str, TrainingCame]:
    """Return for each program who came to its training; of one team only, or of all with None.

    A training counts once it is closed as held, which takes someone who came: a day that has passed is no training.
    """
    entries = work.ledger.list_of(Subjects(team_id=team_id), kinds=TRAINING_KINDS)
    held: dict[str, list[Training]] = {}
    trainings = fold_trainings(entries)
    for training in trainings:
        if training.state is TrainingState.HELD and training.program_id is not None:
            held.setdefault(training.program_id, []).append(training)
    return {row.program_id: _count(held.get(row.program_id, ()), trainings, row.time_zone) for row in programs}


def _count(held: Sequence[Training], trainings: Sequence[Training], zone: str) -> TrainingCame:
    came: dict[str, date] = {}
    absent: dict[str, date] = {}
    for training in sorted(held, key=lambda each: each.begins_at):
        for person in training.attendees:
            at = find_trained_at(training, person.person_id, trainings)
            day = (at or training.begins_at).astimezone(get_zone(zone)).date()
            if at is not None:
                came[person.person_id] = min(day, came.get(person.person_id, day))
            elif person.attendance is not Attendance.INVITED:
                absent[person.person_id] = day
    return TrainingCame(came=came, absent={key: day for key, day in absent.items() if key not in came})
