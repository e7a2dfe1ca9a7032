"""What the store gives back: typed, frozen rows."""

from dataclasses import dataclass
from datetime import date, datetime

from sim.drill.arrivals import HeardTab
from sim.drill.attempt import Attempt, Mode, Phase
from sim.drill.device import Device
from sim.drill.event import Event
from sim.drill.options import NO_OPTIONS, Options
from sim.drill.profile import ProfileName


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRow:
    team_id: str
    name: str
    is_demo: bool  # its people and results are invented
    created_at: datetime
    school: str = ""  # "" where its own name is the school
    external_id: str | None = None  # the id that roster files know it by
    chosen_by: str = ""  # how its people were chosen, one of `sim.columns.CHOSEN_BY`, "" while nobody has said


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    person_id: str
    team_id: str
    name: str
    created_at: datetime
    left_at: datetime | None  # set once they have left it
    number: int = 0  # what makes the pseudonym; 0 until the store has given one
    # external_id, email: what roster files and sign-ins know them by; the email in small letters
    external_id: str | None = None
    email: str | None = None
    group: str = ""  # one of `sim.columns.GROUPS`, "" for none
    roster_role: str = ""  # the role that a roster file gave them, "" for none
    roster_source: str = ""  # the kind of roster file that keeps them, "" for somebody typed in
    joined_at: datetime | None = None  # when they came onto this team, or back; None where that was at `created_at`


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRow:
    timing: Attempt  # state and clock, see `sim.drill.attempt`
    person_id: str | None  # who, or None for a drill without an account
    # form_id, form_version: what was asked
    form_id: str
    form_version: str
    # recording_id, truth_sha256: what it was asked on
    recording_id: str
    truth_sha256: str
    mode: Mode  # practice or assessment
    phase: Phase | None  # which side of the training, or None
    profile: ProfileName  # the console it is done on
    is_demo: bool  # by a simulated searcher, not a person
    options: Options = NO_OPTIONS  # what it is given with besides
    leader_tab: str | None = None  # the browser tab that leads
    score_json: str | None = None  # the score card, once computed from the log
    metric_versions: str | None = None  # the rules it was computed by, JSON
    # how long playing waited for footage, seconds, kept with the score; None where it was not noted
    stall_s: float | None = None
    step_id: str | None = None  # the step of a program that it was given for, or None
    extra_time: float = 1.0  # factor on the form's limit, more than 1 for somebody entitled to extended time
    device: Device | None = None  # what the console was opened on; None before it was
    # how long nothing was heard of the console, seconds, kept with the score; None where it was not noted
    unheard_s: float | None = None
    # how many events arrived more than 10 s late, kept with the score; None where it was not noted
    late_events: int | None = None
    # from how many browser tabs marks came that count, kept with the score; None where it was not noted
    mark_tabs: int | None = None
    # how it was known who did it, see `sim.services.accounts.viewer.KnownBy`; None where it was not noted
    known_by: str | None = None
    paused_actions: int = 0  # actions that came while its trainer had stopped its clock, and did not count


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillColumns:
    """Ended drills of a phase as a comparison needs them, column by column, as a district has 40,000."""

    person_id: tuple[str, ...] = ()  # whose
    phase: tuple[str, ...] = ()  # which side of the training
    # form_id, profile, options, limit_s: what was given; options with blanks between
    form_id: tuple[str, ...] = ()
    profile: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    limit_s: tuple[float, ...] = ()
    state: tuple[str, ...] = ()  # how it ended
    released_at: tuple[datetime | None, ...] = ()  # when its clock began
    used_s: tuple[float, ...] = ()  # seconds from release to the end, above 0
    device: tuple[str | None, ...] = ()  # what it was done on, None when not known
    extra_time: tuple[float, ...] = ()  # how many times the form's limit it had, 1.0 for the usual one
    # how the person came by the form, see `ExposureRow`; None where they had been given it before
    how: tuple[str | None, ...] = ()
    recording_id: tuple[str, ...] = ()
    # when that person first saw the recording outside measured drills; None for never
    looked_at: tuple[datetime | None, ...] = ()
    ended_at: tuple[datetime | None, ...] = ()
    # training_on, training_at, time_zone: the training of the program it was given for, a day and "HH:MM" of that zone;
    # None where there is none
    training_on: tuple[date | None, ...] = ()
    training_at: tuple[str | None, ...] = ()
    time_zone: tuple[str | None, ...] = ()
    # idf1, appearance_recall, appearance_precision, wrong_person_s: of the score, None without one or undefined
    idf1: tuple[float | None, ...] = ()
    appearance_recall: tuple[float | None, ...] = ()
    appearance_precision: tuple[float | None, ...] = ()
    wrong_person_s: tuple[float | None, ...] = ()
    metric_versions: tuple[str | None, ...] = ()  # the rules it was computed by, JSON; None without a score
    # attempt_id, team_id: which drill, and whose team
    attempt_id: tuple[str, ...] = ()
    team_id: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneRow:
    """One drill that has ended, of a real person, by what its time is counted with."""

    # form_id, form_version: what was asked
    form_id: str
    form_version: str
    person_id: str | None  # who, or None without an account
    # mode, profile, options: as they are stored; drills that differ in these are never counted together
    mode: str
    profile: str
    options: str
    finished: bool  # handed in inside the limit
    used_s: float  # seconds from release to the end
    limit_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """One event as it came in.

    Attributes:
        event: what the browser sent.
        arrived_at: UTC.
        arrived_s: the server's elapsed seconds when it came.
        counted: inside the limit and the grace; others are kept but never scored.
        floor_s: the earliest time at which it can have been made; None without such a bound.
    """

    event: Event
    arrived_at: datetime
    arrived_s: float
    counted: bool
    earliest_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TabRow:
    """One tab of an attempt."""

    acked: int = 0  # highest number up to which its events are complete
    heard: HeardTab | None = None  # what was heard of it; None for a tab of an older version
    # stored, stored_bytes: its events and the bytes of their payloads
    stored: int = 0
    stored_bytes: int = 0
