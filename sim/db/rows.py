"""What the store gives back: typed, frozen rows."""

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, get_type_hints

from sqlalchemy.engine import RowMapping

from sim.db import tables
from sim.drill.arrivals import HeardTab, Pause
from sim.drill.attempt import Attempt, AttemptState, ElapsedMark, Mode, Phase
from sim.drill.device import Device
from sim.drill.event import Event
from sim.drill.instant import Instant
from sim.drill.options import NO_OPTIONS, Options, read_options, write_options
from sim.drill.profile import ProfileName

Row = TypeVar("Row")


def read_row(kind: Callable[..., Row], found: RowMapping, **otherwise: object) -> Row:
    """Return a row of a dataclass whose fields are columns, by their names; `otherwise` those that are not."""
    own = ((name, of) for name, of in _list_fields(kind) if name not in otherwise)
    return kind(**{name: found[name] if of is None else of(found[name]) for name, of in own}, **otherwise)


def write_row(row: Any, **otherwise: object) -> dict[str, object]:
    """Return the values of a row by column: the fields of the dataclass, but for those that are stored `otherwise`."""
    values = {name: getattr(row, name) for name, _ in _list_fields(row.__class__)} | otherwise
    return {name: value.value if isinstance(value, _NAMED) else value for name, value in values.items()}


_NAMED = (Enum, ProfileName)
"""What is stored by its value."""


@cache
def _list_fields(kind: Any) -> tuple[tuple[str, type[Any] | None], ...]:
    """Return the names of a row's fields, each with what its stored value is made into, None where that is it."""
    hints = get_type_hints(kind)
    kinds = ((each.name, hints[each.name]) for each in fields(kind))
    return tuple((name, hint if isinstance(hint, type) and issubclass(hint, _NAMED) else None) for name, hint in kinds)


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
    passed: tuple[bool | None, ...] = ()  # by the pass rule; None without a score
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
    acked: int = 0  # highest number up to which its events are complete
    heard: HeardTab | None = None  # what was heard of it; None for a tab of an older version
    # stored, stored_bytes: its events and the bytes of their payloads
    stored: int = 0
    stored_bytes: int = 0


_ATTEMPT = tables.attempt.c
NO_PAUSES = "[]"
MARK = ("mark_wall", "mark_steady_s", "mark_epoch", "mark_elapsed_s")


def to_values(row: AttemptRow) -> dict[str, object]:
    timing = row.timing
    return {
        "attempt_id": timing.attempt_id,
        "person_id": row.person_id,
        "form_id": row.form_id,
        "form_version": row.form_version,
        "recording_id": row.recording_id,
        "truth_sha256": row.truth_sha256,
        "mode": row.mode.value,
        "phase": row.phase.value if row.phase else None,
        "profile": row.profile.value,
        "options": write_options(row.options),
        "is_demo": row.is_demo,
        "state": timing.state.value,
        "limit_s": timing.limit_s,
        "created_at": timing.created_at,
        "briefed_at": timing.briefed_at,
        "released_at": timing.released_at,
        "ended_at": timing.ended_at,
        **to_mark_values(timing.mark),
        "used_s": timing.used_s,
        "sealed": timing.sealed,
        "paused_at": timing.paused_at,
        "paused_s": timing.paused_s,
        "ended_pauses": json.dumps([[each.at_s, each.stood_s] for each in timing.ended_pauses]),
        "leader_tab": row.leader_tab,
        "score_json": row.score_json,
        "metric_versions": row.metric_versions,
        "stall_s": row.stall_s,
        "step_id": row.step_id,
        "extra_time": row.extra_time,
        "device": row.device.value if row.device else None,
        "unheard_s": row.unheard_s,
        "late_events": row.late_events,
        "mark_tabs": row.mark_tabs,
        "known_by": row.known_by,
        "paused_actions": row.paused_actions,
        **_read_measures(row.score_json),
    }


def to_mark_values(mark: ElapsedMark | None) -> dict[str, object]:
    """Return the latest known elapsed time as the values of its columns, `MARK`."""
    if mark is None:
        return dict.fromkeys(MARK)
    return dict(zip(MARK, (mark.at.wall, mark.at.steady_s, mark.at.epoch, mark.elapsed_s), strict=True))


def _read_measures(score_json: str | None) -> dict[str, object]:
    score = json.loads(score_json) if score_json is not None else {}
    return {name: score.get(name) for name in MEASURES}


def to_row(found: RowMapping) -> AttemptRow:
    timing = Attempt(
        attempt_id=found[_ATTEMPT.attempt_id],
        state=AttemptState(found[_ATTEMPT.state]),
        limit_s=found[_ATTEMPT.limit_s],
        created_at=found[_ATTEMPT.created_at],
        briefed_at=found[_ATTEMPT.briefed_at],
        released_at=found[_ATTEMPT.released_at],
        ended_at=found[_ATTEMPT.ended_at],
        mark=_to_mark(
            wall=found[_ATTEMPT.mark_wall],
            steady_s=found[_ATTEMPT.mark_steady_s],
            epoch=found[_ATTEMPT.mark_epoch],
            elapsed_s=found[_ATTEMPT.mark_elapsed_s],
        ),
        used_s=found[_ATTEMPT.used_s],
        sealed=found[_ATTEMPT.sealed],
        paused_at=found[_ATTEMPT.paused_at],
        paused_s=found[_ATTEMPT.paused_s],
        ended_pauses=_read_pauses(found[_ATTEMPT.ended_pauses]),
    )
    phase = found[_ATTEMPT.phase]
    return AttemptRow(
        timing=timing,
        person_id=found[_ATTEMPT.person_id],
        form_id=found[_ATTEMPT.form_id],
        form_version=found[_ATTEMPT.form_version],
        recording_id=found[_ATTEMPT.recording_id],
        truth_sha256=found[_ATTEMPT.truth_sha256],
        mode=Mode(found[_ATTEMPT.mode]),
        phase=Phase(phase) if phase is not None else None,
        profile=ProfileName(found[_ATTEMPT.profile]),
        options=read_options(found[_ATTEMPT.options].split()),
        is_demo=found[_ATTEMPT.is_demo],
        leader_tab=found[_ATTEMPT.leader_tab],
        score_json=found[_ATTEMPT.score_json],
        metric_versions=found[_ATTEMPT.metric_versions],
        stall_s=found[_ATTEMPT.stall_s],
        step_id=found[_ATTEMPT.step_id],
        extra_time=found[_ATTEMPT.extra_time],
        device=Device(found[_ATTEMPT.device]) if found[_ATTEMPT.device] is not None else None,
        unheard_s=found[_ATTEMPT.unheard_s],
        late_events=found[_ATTEMPT.late_events],
        mark_tabs=found[_ATTEMPT.mark_tabs],
        known_by=found[_ATTEMPT.known_by],
        paused_actions=found[_ATTEMPT.paused_actions],
    )


def _read_pauses(text: str) -> tuple[Pause, ...]:
    return () if text == NO_PAUSES else tuple(Pause(at_s=at_s, stood_s=stood_s) for at_s, stood_s in json.loads(text))


def _to_mark(
    *, wall: datetime | None, steady_s: float | None, epoch: str | None, elapsed_s: float | None
) -> ElapsedMark | None:
    if wall is None or steady_s is None or epoch is None or elapsed_s is None:
        return None
    return ElapsedMark(at=Instant(wall=wall, steady_s=steady_s, epoch=epoch), elapsed_s=elapsed_s)


MEASURES = ("passed", "idf1", "appearance_recall", "appearance_precision", "wrong_person_s")
