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
    program_id: str
    team_id: str
    aim: str  # what it is for, in the trainer's words
    recording_id: str  # the recording whose parallel forms its drills are
    # profile, options: what its drills are given with
    profile: ProfileName
    options: Options
    time_zone: str  # IANA name; its days are days there
    training_on: date | None  # day of the training, None while there is none
    training_at: str  # when it begins on that day, "HH:MM", or ""
    request_key: str  # the same for a plan sent twice
    calendar_number: int  # calendar addresses with a lower one are no longer valid
    created_at: datetime
    closed_at: datetime | None = None  # set once it is put away
    # what the order of people was drawn with where lots decided who is trained first; else None
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
    program_id: str
    changed_at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRow:
    """One attempt given for a step, or a familiarization drill handed in, as it is stored: by what boards are drawn."""

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
    """The first time that somebody was given a form."""

    person_id: str
    form_id: str
    attempt_id: str | None  # the attempt it was given in, None once that is gone
    given_at: datetime
    how: str  # `PROGRAM`, `CHOSEN`, `LOOKED`, the mode of the attempt, or "before ledger"
    reason: str  # why a trainer chose the form, or ""
