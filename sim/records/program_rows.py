"""What the store gives back of programs and of the forms that people were given."""

from dataclasses import dataclass
from datetime import date, datetime

from sim.drill.attempt import AttemptState, Mode
from sim.drill.options import Options
from sim.drill.profile import ProfileName
from sim.drill.steps import StepKind

PROGRAM = "program"
CHOSEN = "chosen"
LOOKED = "looked"
"""How somebody came by a form: in its turn in a program, because a trainer chose it, or by looking at a drill that is
not theirs. Else the attempt's mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRow:
    """One training program of a team.

    Attributes:
        aim: what it is for, in the trainer's words.
        recording_id: the recording whose parallel forms its drills are.
        profile, options: what its drills are given with.
        time_zone: IANA name; its days are days there.
        training_on: day of the training, None while there is none.
        training_at: when it begins on that day, "HH:MM", or "".
        request_key: the same for a plan sent twice.
        calendar_number: calendar addresses with a lower one are no longer valid.
        closed_at: set once it is put away.
        waiting_seed: what the order of people was drawn with where lots decided who is trained first; else None.
    """

    program_id: str
    team_id: str
    aim: str
    recording_id: str
    profile: ProfileName
    options: Options
    time_zone: str
    training_on: date | None
    training_at: str
    request_key: str
    calendar_number: int
    created_at: datetime
    closed_at: datetime | None = None
    waiting_seed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step of a program: the `number`-th of its kind, due from a day to a day, both counted."""

    step_id: str
    program_id: str
    kind: StepKind
    number: int
    due_from: date
    due_to: date
    dropped_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One change of a program, in words."""

    program_id: str
    changed_at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRow:
    """One attempt given for a step, or a familiarisation drill handed in, as it is stored: by what boards are drawn."""

    attempt_id: str
    person_id: str
    step_id: str | None
    mode: Mode
    state: AttemptState
    used_s: float | None
    released_at: datetime | None
    ended_at: datetime | None
    limit_s: float
    profile: ProfileName
    paused_s: float | None = 0.0
    """For how long its clock was stopped; None while it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureRow:
    """The first time that somebody was given a form.

    Attributes:
        attempt_id: the attempt it was given in, None once that is gone.
        how: `PROGRAM`, `CHOSEN`, `LOOKED`, the mode of the attempt, or "before ledger".
        reason: why a trainer chose the form, or "".
    """

    person_id: str
    form_id: str
    attempt_id: str | None
    given_at: datetime
    how: str
    reason: str
