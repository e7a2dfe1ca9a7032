"""Attempts in the database. Every function works inside the transaction it is given."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TypeVarTuple

from sqlalchemy import Connection, Select, bindparam, case, func, insert, select, update

from sim.db import tables
from sim.db.exposures import ExposuresTable, write_look
from sim.db.programs import CHOSEN, PROGRAM, ExposureRow
from sim.db.rows import MARK, AttemptRow, DoneRow, DrillColumns, to_mark_values, to_row, to_values
from sim.db.teams import is_of_schools
from sim.drill.attempt import ENDED, UNSCORED, AttemptState, Mode
from sim.errors import UnknownAttemptError

ROWS_AT_ONCE = 1_000
_ATTEMPT = tables.attempt.c
_PERSON = tables.person.c
_PROGRAM = tables.program.c
_GIVEN = tables.exposure.alias("given")
_LOOK = tables.exposure.alias("look")
_SELECT_ONE = select(tables.attempt).where(_ATTEMPT.attempt_id == bindparam("this"))
_SELECT_STATE = select(_ATTEMPT.state).where(_ATTEMPT.attempt_id == bindparam("this"))
_SELECT_SOME = select(tables.attempt).where(_ATTEMPT.attempt_id.in_(bindparam("these", expanding=True)))
_UPDATE_ONE = update(tables.attempt).where(_ATTEMPT.attempt_id == bindparam("this"))
_UPDATE_MARK = _UPDATE_ONE.values({name: bindparam(name) for name in MARK})
"""Made once: putting them together takes longer than the database does, and every post of events, or request for
footage, needs one."""

_Columns = TypeVarTuple("_Columns")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptsTable:
    """The attempts, on one open transaction; lists of many teams are of some schools where `schools` names them."""

    connection: Connection
    schools: frozenset[str] | None = None

    def add(self, row: AttemptRow, *, reason: str = "") -> None:
        """Store a new attempt, and note in the ledger that its person was given its form, unless that is there
        already.
        """
        self.connection.execute(insert(tables.attempt).values(**to_values(row)))
        if row.person_id is not None:
            self._note_given(row, row.person_id, reason)

    def _note_given(self, row: AttemptRow, person_id: str, reason: str) -> None:
        how = row.mode.value if row.step_id is None else PROGRAM
        given = ExposureRow(
            person_id=person_id,
            form_id=row.form_id,
            attempt_id=row.timing.attempt_id,
            given_at=row.timing.created_at,
            how=CHOSEN if reason else how,
            reason=reason,
        )
        exposures = ExposuresTable(connection=self.connection)
        if row.mode in (Mode.PRACTICE, Mode.TEAM_EXERCISE):
            exposures.note_look(given, recording_id=row.recording_id)
        else:
            exposures.add(given)

    def add_all(self, rows: Sequence[AttemptRow]) -> None:
        """Store many new attempts at once."""
        if rows:
            self.connection.execute(insert(tables.attempt), [to_values(row) for row in rows])

    def get(self, attempt_id: str) -> AttemptRow:
        found = self.connection.execute(_SELECT_ONE, {"this": attempt_id}).mappings().first()
        if found is None:
            raise _make_unknown()
        return to_row(found)

    def get_state(self, attempt_id: str) -> AttemptState:
        """Return the state of one attempt, as it was stored last. Raises UnknownAttemptError: there is none."""
        found = self.connection.scalar(_SELECT_STATE, {"this": attempt_id})
        if found is None:
            raise _make_unknown()
        return AttemptState(found)

    def find_all(self, attempt_ids: Collection[str]) -> dict[str, AttemptRow]:
        """Return those of some attempts that exist, by id."""
        found: dict[str, AttemptRow] = {}
        ids = list(attempt_ids)
        for first in range(0, len(ids), ROWS_AT_ONCE):
            chosen = self.connection.execute(_SELECT_SOME, {"these": ids[first : first + ROWS_AT_ONCE]})
            found.update((row[_ATTEMPT.attempt_id], to_row(row)) for row in chosen.mappings())
        return found

    def save(self, row: AttemptRow) -> None:
        """Write every value of an attempt that exists."""
        values = to_values(row)
        self.connection.execute(_UPDATE_ONE, {"this": values.pop("attempt_id"), **values})

    def save_marks(self, rows: Sequence[AttemptRow]) -> None:
        """Write the latest known elapsed time of attempts that exist, and nothing else of them."""
        if rows:
            values = [{"this": row.timing.attempt_id, **to_mark_values(row.timing.mark)} for row in rows]
            self.connection.execute(_UPDATE_MARK, values)

    def note_known_by(self, attempt_id: str, known_by: str) -> None:
        """Write how it is known who does an attempt; nothing else of it."""
        chosen = update(tables.attempt).where(_ATTEMPT.attempt_id == attempt_id)
        self.connection.execute(chosen.values(known_by=known_by))

    def note_untimely(self, attempt_id: str) -> None:
        """Count one more action that was refused because the attempt's clock was stopped."""
        chosen = update(tables.attempt).where(_ATTEMPT.attempt_id == attempt_id)
        self.connection.execute(chosen.values(paused_actions=_ATTEMPT.paused_actions + 1))

    def list_unsettled(self, *, team_id: str | None = None, of_a_phase: bool = False) -> tuple[str, ...]:
        """Return the ids of attempts that run, that ended with their log still open, or that have no score yet.

        With `team_id` only those of that team's people, with `of_a_phase` only those before or after training.
        """
        may_be_scored = _ATTEMPT.state.in_([AttemptState.SUBMITTED.value, AttemptState.TIMED_OUT.value])
        open_log = (_ATTEMPT.state == AttemptState.TIMED_OUT.value) & _ATTEMPT.sealed.is_(False)
        unscored = sorted(mode.value for mode in UNSCORED)
        running = _ATTEMPT.state == AttemptState.RUNNING.value
        lacks_score = may_be_scored & _ATTEMPT.score_json.is_(None) & _ATTEMPT.mode.not_in(unscored)
        chosen = select(_ATTEMPT.attempt_id).where(running | open_log | lacks_score)
        if team_id is not None:
            chosen = chosen.where(_ATTEMPT.person_id.in_(select(_PERSON.person_id).where(_PERSON.team_id == team_id)))
        if of_a_phase:
            chosen = chosen.where(_ATTEMPT.phase.is_not(None))
        return tuple(self.connection.scalars(chosen))

    def list_unrecorded(self, modes: Collection[Mode], *, since: datetime, team_id: str | None) -> tuple[str, ...]:
        """Return the ids of attempts in some modes that ended since a moment and that the ledger says nothing of.

        Only real ones of people, of one team or of all; in the order they ended.
        """
        told = select(tables.ledger_content.c.attempt_id).where(
            tables.ledger_content.c.attempt_id == _ATTEMPT.attempt_id
        )
        chosen = select(_ATTEMPT.attempt_id).where(
            _ATTEMPT.mode.in_([mode.value for mode in modes]),
            _ATTEMPT.state.in_([AttemptState.SUBMITTED.value, AttemptState.TIMED_OUT.value]),
            _ATTEMPT.person_id.is_not(None),
            _ATTEMPT.is_demo.is_(False),
            _ATTEMPT.ended_at >= since,
            ~told.exists(),
        )
        if team_id is not None:
            chosen = chosen.where(_ATTEMPT.person_id.in_(select(_PERSON.person_id).where(_PERSON.team_id == team_id)))
        return tuple(self.connection.scalars(chosen.order_by(_ATTEMPT.ended_at, _ATTEMPT.attempt_id)))

    def list_drills(self, *, team_id: str | None = None) -> DrillColumns:
        """Return the drills of a phase that ended after their clock ran, in the order they were made.

        Of one team, or with None of all teams that are no demo. Attempts without a score yet are there without
        measures; see `list_unsettled`.
        """
        columns = (
            _PERSON.person_id,
            _ATTEMPT.phase,
            _ATTEMPT.form_id,
            _ATTEMPT.profile,
            _ATTEMPT.options,
            _ATTEMPT.limit_s,
            _ATTEMPT.state,
            _ATTEMPT.released_at,
            _ATTEMPT.used_s,
            _ATTEMPT.device,
            _ATTEMPT.extra_time,
            _GIVEN.c.how,
            _ATTEMPT.recording_id,
            _LOOK.c.given_at.label("looked_at"),
            _ATTEMPT.ended_at,
            _PROGRAM.training_on,
            _PROGRAM.training_at,
            _PROGRAM.time_zone,
            _ATTEMPT.passed,
            _ATTEMPT.idf1,
            _ATTEMPT.appearance_recall,
            _ATTEMPT.appearance_precision,
            _ATTEMPT.wrong_person_s,
            _ATTEMPT.metric_versions,
            _ATTEMPT.attempt_id,
            _PERSON.team_id,
        )
        chosen = (
            select(*columns)
            .join_from(tables.attempt, tables.person, _PERSON.person_id == _ATTEMPT.person_id)
            .outerjoin(tables.program_step, tables.program_step.c.step_id == _ATTEMPT.step_id)
            .outerjoin(
                _GIVEN,
                (_GIVEN.c.attempt_id == _ATTEMPT.attempt_id)
                & (_GIVEN.c.person_id == _ATTEMPT.person_id)
                & (_GIVEN.c.form_id == _ATTEMPT.form_id),
            )
            .outerjoin(
                _LOOK,
                (_LOOK.c.person_id == _ATTEMPT.person_id) & (_LOOK.c.form_id == write_look(_ATTEMPT.recording_id)),
            )
            .outerjoin(tables.program, _PROGRAM.program_id == tables.program_step.c.program_id)
            .where(
                _ATTEMPT.phase.is_not(None),
                _ATTEMPT.used_s > 0,
                _ATTEMPT.state.in_([state.value for state in ENDED]),
                _ATTEMPT.mode.not_in([mode.value for mode in UNSCORED]),
            )
            .order_by(_ATTEMPT.created_at, _ATTEMPT.attempt_id)
        )
        found = self.connection.execute(_of_teams(chosen, team_id, self.schools))
        # a thousand rows at a time, gone before the next: 40,000 at once cost as much again in collecting garbage
        parts = [tuple(zip(*rows, strict=True)) for rows in found.partitions(ROWS_AT_ONCE)]
        whole = [tuple(chain.from_iterable(each)) for each in zip(*parts, strict=True)]
        names = [column.name for column in columns]
        return DrillColumns(**dict(zip(names, whole, strict=True))) if whole else DrillColumns()

    def list_familiar_since(self, *, team_id: str | None = None) -> dict[str, datetime]:
        """Return when each person first handed in a familiarization drill, by person; teams as in `list_drills`."""
        chosen = (
            select(_PERSON.person_id, func.min(_ATTEMPT.ended_at))
            .join_from(tables.attempt, tables.person, _PERSON.person_id == _ATTEMPT.person_id)
            .where(
                _ATTEMPT.mode == Mode.FAMILIARIZATION.value,
                _ATTEMPT.state == AttemptState.SUBMITTED.value,
                _ATTEMPT.ended_at.is_not(None),
            )
            .group_by(_PERSON.person_id)
        )
        found = self.connection.execute(_of_teams(chosen, team_id, self.schools))
        return {person_id: ended_at for person_id, ended_at in found if ended_at is not None}

    def list_done(self) -> tuple[DoneRow, ...]:
        """Return every drill that ended after its clock ran, in the order they were made.

        None of a demo team, and none with extended time: its time says something else.
        """
        columns = (
            _ATTEMPT.form_id,
            _ATTEMPT.form_version,
            _ATTEMPT.person_id,
            _ATTEMPT.mode,
            _ATTEMPT.profile,
            _ATTEMPT.options,
            _ATTEMPT.state,
            _ATTEMPT.used_s,
            _ATTEMPT.limit_s,
        )
        ended = [state.value for state in ENDED]
        chosen = (
            select(*columns)
            .where(_ATTEMPT.is_demo.is_(False), _ATTEMPT.state.in_(ended), _ATTEMPT.used_s > 0)
            .where(_ATTEMPT.extra_time == 1.0)
            .order_by(_ATTEMPT.created_at, _ATTEMPT.attempt_id)
        )
        return tuple(
            DoneRow(
                form_id=form_id,
                form_version=version,
                person_id=person_id,
                mode=mode,
                profile=profile,
                options=options,
                finished=state == AttemptState.SUBMITTED.value,
                used_s=used_s,
                limit_s=limit_s,
            )
            for form_id, version, person_id, mode, profile, options, state, used_s, limit_s in self.connection.execute(
                chosen
            )
        )

    def list_measured(self, *, team_id: str | None = None) -> frozenset[str]:
        """Return the recordings of every measured drill that was given, of demo teams not; of one team where named."""
        chosen = select(_ATTEMPT.recording_id).where(
            _ATTEMPT.mode == Mode.ASSESSMENT.value, _ATTEMPT.is_demo.is_(False)
        )
        if team_id is not None:
            chosen = chosen.where(_ATTEMPT.person_id.in_(select(_PERSON.person_id).where(_PERSON.team_id == team_id)))
        return frozenset(self.connection.scalars(chosen.distinct()))

    def list_used_recordings(self) -> dict[str, bool]:
        """Return whether a drill is open on it, for every recording that a drill was given on."""
        is_open = _ATTEMPT.state.not_in([state.value for state in ENDED])
        chosen = select(_ATTEMPT.recording_id, func.max(case((is_open, 1), else_=0))).group_by(_ATTEMPT.recording_id)
        return {recording_id: bool(any_open) for recording_id, any_open in self.connection.execute(chosen)}

    def list_under_way(self) -> frozenset[str]:
        """Return the recordings on which a drill is under way.

        A measured drill or one of a team is so from when it is given, any other one while its clock runs: anybody may
        open practice, and leave it for good.
        """
        is_waited_for = _ATTEMPT.mode.in_((Mode.ASSESSMENT.value, Mode.TEAM_EXERCISE.value))
        chosen = select(_ATTEMPT.recording_id).where(
            _ATTEMPT.state.not_in([state.value for state in ENDED]),
            is_waited_for | (_ATTEMPT.state == AttemptState.RUNNING.value),
        )
        return frozenset(self.connection.scalars(chosen.distinct()))

    def list_on(self, recordings: Collection[str]) -> tuple[tuple[str, str | None], ...]:
        chosen = select(_ATTEMPT.attempt_id, _ATTEMPT.person_id).where(_ATTEMPT.recording_id.in_(recordings))
        return tuple((row[0], row[1]) for row in self.connection.execute(chosen.order_by(_ATTEMPT.attempt_id)))

    def has_running(self) -> bool:
        """Return whether anyone's clock runs."""
        running = select(_ATTEMPT.attempt_id).where(_ATTEMPT.state == AttemptState.RUNNING.value)
        return self.connection.scalar(running.limit(1)) is not None

    def count_running(self) -> int:
        """Return how many drills run now."""
        running = select(func.count()).where(_ATTEMPT.state == AttemptState.RUNNING.value)
        return self.connection.scalar(running) or 0

    def get_last_end(self) -> datetime | None:
        """Return when the drill that ended last did so; None when none has."""
        found: datetime | None = self.connection.scalar(select(func.max(_ATTEMPT.ended_at)))
        return found

    def has_open_measured(self, recording_id: str) -> bool:
        """Return whether a measured drill on a recording was given that has not ended."""
        chosen = select(_ATTEMPT.attempt_id).where(
            _ATTEMPT.recording_id == recording_id,
            _ATTEMPT.mode == Mode.ASSESSMENT.value,
            _ATTEMPT.state.not_in([state.value for state in ENDED]),
        )
        return self.connection.scalar(chosen.limit(1)) is not None

    def list_open_measured(self, recording_id: str, *, team_id: str | None) -> tuple[datetime, ...]:
        """Return when each measured drill on a recording that has not ended was given; of one team where named."""
        chosen = select(_ATTEMPT.created_at).where(
            _ATTEMPT.recording_id == recording_id,
            _ATTEMPT.mode == Mode.ASSESSMENT.value,
            _ATTEMPT.state.not_in([state.value for state in ENDED]),
        )
        if team_id is not None:
            chosen = chosen.where(_ATTEMPT.person_id.in_(select(_PERSON.person_id).where(_PERSON.team_id == team_id)))
        return tuple(self.connection.scalars(chosen))

    def list_of_team(self, team_id: str) -> tuple[AttemptRow, ...]:
        """Return the attempts of a team's people, in the order they were made."""
        chosen = (
            select(tables.attempt)
            .join(tables.person, tables.person.c.person_id == _ATTEMPT.person_id)
            .where(tables.person.c.team_id == team_id)
            .order_by(_ATTEMPT.created_at, _ATTEMPT.attempt_id)
        )
        return tuple(to_row(found) for found in self.connection.execute(chosen).mappings())

    def list_of_person(self, person_id: str) -> tuple[AttemptRow, ...]:
        """Return one person's attempts, in the order they were made."""
        chosen = (
            select(tables.attempt)
            .where(_ATTEMPT.person_id == person_id)
            .order_by(_ATTEMPT.created_at, _ATTEMPT.attempt_id)
        )
        return tuple(to_row(found) for found in self.connection.execute(chosen).mappings())


def _make_unknown() -> UnknownAttemptError:
    return UnknownAttemptError(
        "this drill attempt does not exist",
        expected="the address of an attempt made on this computer",
        todo="start a new drill from the first page",
    )


def _of_teams(chosen: Select[*_Columns], team_id: str | None, schools: frozenset[str] | None) -> Select[*_Columns]:
    if team_id is not None and schools is None:
        return chosen.where(_PERSON.team_id == team_id)
    chosen = chosen.join(tables.team, tables.team.c.team_id == _PERSON.team_id)
    if schools is not None:
        chosen = chosen.where(is_of_schools(schools))
    if team_id is not None:
        return chosen.where(_PERSON.team_id == team_id)
    return chosen.where(tables.team.c.is_demo.is_(False))
