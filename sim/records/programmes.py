"""Programmes, their steps and their changes in the database, on one open transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, func, insert, select, true, update
from sqlalchemy.engine import RowMapping

from sim.drill.attempt import AttemptState, Mode
from sim.drill.options import read_options, write_options
from sim.drill.profile import ProfileName
from sim.drill.steps import StepKind
from sim.errors import StoreError
from sim.records import tables
from sim.records.programme_rows import ChangeRow, GivenRow, ProgrammeRow, StepRow

_PROGRAMME = tables.programme.c
_STEP = tables.programme_step.c
_CHANGE = tables.programme_change.c
_PLACE = tables.programme_place.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammesTable:
    """The programmes, on one open transaction."""

    connection: Connection

    def add(self, row: ProgrammeRow, steps: Iterable[StepRow]) -> None:
        """Store a new programme with its steps."""
        self.connection.execute(insert(tables.programme).values(**_to_values(row)))
        for step in steps:
            self.add_step(step)

    def get(self, programme_id: str) -> ProgrammeRow:
        """Return one programme. Raises StoreError: none."""
        found = self.find(programme_id)
        if found is None:
            raise StoreError("this program does not exist", todo="go back to the list of programs")
        return found

    def find(self, programme_id: str) -> ProgrammeRow | None:
        """Return one programme or None."""
        chosen = select(tables.programme).where(_PROGRAMME.programme_id == programme_id)
        found = self.connection.execute(chosen).mappings().first()
        return None if found is None else _to_row(found)

    def find_request(self, request_key: str) -> ProgrammeRow | None:
        """Return the programme that was made from this very request, if any."""
        chosen = select(tables.programme).where(_PROGRAMME.request_key == request_key)
        found = self.connection.execute(chosen).mappings().first()
        return None if found is None else _to_row(found)

    def list_of_team(self, team_id: str) -> tuple[ProgrammeRow, ...]:
        """Return a team's programmes, the oldest first."""
        return self._list(_PROGRAMME.team_id == team_id)

    def list_all(self) -> tuple[ProgrammeRow, ...]:
        """Return every programme, the oldest first."""
        return self._list(true())

    def save(self, row: ProgrammeRow) -> None:
        """Write every value of a programme that exists."""
        values = _to_values(row)
        programme_id = values.pop("programme_id")
        self.connection.execute(
            update(tables.programme).where(_PROGRAMME.programme_id == programme_id).values(**values)
        )

    def add_step(self, step: StepRow) -> None:
        """Store a new step."""
        self.connection.execute(insert(tables.programme_step).values(**_to_step_values(step)))

    def save_step(self, step: StepRow) -> None:
        """Write every value of a step that exists."""
        values = _to_step_values(step)
        step_id = values.pop("step_id")
        self.connection.execute(update(tables.programme_step).where(_STEP.step_id == step_id).values(**values))

    def get_step(self, step_id: str) -> StepRow:
        """Return one step, a dropped one too. Raises StoreError: there is none of that id."""
        chosen = select(tables.programme_step).where(_STEP.step_id == step_id)
        found = self.connection.execute(chosen).mappings().first()
        if found is None:
            raise StoreError("this step of a program does not exist", todo="go back to the program's page")
        return _to_step(found)

    def list_steps(self, programme_ids: Iterable[str]) -> tuple[StepRow, ...]:
        """Return the steps of some programmes by day, kind and number; dropped ones too."""
        chosen = (
            select(tables.programme_step)
            .where(_STEP.programme_id.in_(list(programme_ids)))
            .order_by(_STEP.due_to, _STEP.due_from, _STEP.number, _STEP.step_id)
        )
        found = [_to_step(row) for row in self.connection.execute(chosen).mappings()]
        kinds = list(StepKind)
        return tuple(sorted(found, key=lambda step: (kinds.index(step.kind), step.number)))

    def find_place(self, programme_id: str, person_id: str) -> int | None:
        """Return a person's place in the order of forms; None while they have taken none."""
        mine = (_PLACE.programme_id == programme_id) & (_PLACE.person_id == person_id)
        return self.connection.scalar(select(_PLACE.place).where(mine))

    def take_place(self, programme_id: str, person_id: str) -> int:
        """Return a person's place in the order of forms, 0, 1, 2 ...: the next free one on their first call."""
        found = self.find_place(programme_id, person_id)
        if found is not None:
            return found
        latest = self.connection.scalar(select(func.max(_PLACE.place)).where(_PLACE.programme_id == programme_id))
        place = 0 if latest is None else latest + 1
        self.connection.execute(
            insert(tables.programme_place).values(programme_id=programme_id, person_id=person_id, place=place)
        )
        return place

    def add_change(self, row: ChangeRow) -> None:
        """Note a change."""
        self.connection.execute(
            insert(tables.programme_change).values(
                programme_id=row.programme_id, changed_at=row.changed_at, words=row.words
            )
        )

    def list_changes(self, programme_id: str) -> tuple[ChangeRow, ...]:
        """Return a programme's changes in the order they were made."""
        chosen = select(tables.programme_change).where(_CHANGE.programme_id == programme_id).order_by(_CHANGE.change_id)
        return tuple(
            ChangeRow(
                programme_id=found[_CHANGE.programme_id],
                changed_at=found[_CHANGE.changed_at],
                words=found[_CHANGE.words],
            )
            for found in self.connection.execute(chosen).mappings()
        )

    def list_given(self, *, team_id: str | None = None) -> tuple[GivenRow, ...]:
        """Return every attempt that was given for a step, and every familiarisation drill handed in, as it stands.

        Of one team, or of all with None.
        """
        attempt = tables.attempt.c
        familiar = (attempt.mode == Mode.FAMILIARISATION.value) & (attempt.state == AttemptState.SUBMITTED.value)
        columns = (
            attempt.attempt_id,
            attempt.person_id,
            attempt.step_id,
            attempt.mode,
            attempt.state,
            attempt.used_s,
            attempt.released_at,
            attempt.ended_at,
            attempt.limit_s,
            attempt.profile,
            case((attempt.paused_at.is_(None), attempt.paused_s)),
        )
        chosen = (
            select(*columns)
            .where(attempt.person_id.is_not(None), attempt.step_id.is_not(None) | familiar)
            .order_by(attempt.created_at, attempt.attempt_id)
        )
        if team_id is not None:
            person = tables.person.c
            chosen = chosen.where(attempt.person_id.in_(select(person.person_id).where(person.team_id == team_id)))
        return tuple(
            GivenRow(
                attempt_id=attempt_id,
                person_id=person_id,
                step_id=step_id,
                mode=Mode(mode),
                state=AttemptState(state),
                used_s=used_s,
                released_at=released_at,
                ended_at=ended_at,
                limit_s=limit_s,
                profile=ProfileName(profile),
                paused_s=paused_s,
            )
            for (
                attempt_id,
                person_id,
                step_id,
                mode,
                state,
                used_s,
                released_at,
                ended_at,
                limit_s,
                profile,
                paused_s,
            ) in self.connection.execute(chosen)
            if person_id is not None
        )

    def _list(self, condition: ColumnElement[bool]) -> tuple[ProgrammeRow, ...]:
        chosen = select(tables.programme).where(condition).order_by(_PROGRAMME.created_at, _PROGRAMME.programme_id)
        return tuple(_to_row(found) for found in self.connection.execute(chosen).mappings())


def _to_values(row: ProgrammeRow) -> dict[str, object]:
    return {
        "programme_id": row.programme_id,
        "team_id": row.team_id,
        "aim": row.aim,
        "recording_id": row.recording_id,
        "profile": row.profile.value,
        "options": write_options(row.options),
        "time_zone": row.time_zone,
        "training_on": row.training_on,
        "training_at": row.training_at,
        "request_key": row.request_key,
        "calendar_number": row.calendar_number,
        "created_at": row.created_at,
        "closed_at": row.closed_at,
        "waiting_seed": row.waiting_seed,
    }


def _to_row(found: RowMapping) -> ProgrammeRow:
    closed_at: datetime | None = found[_PROGRAMME.closed_at]
    return ProgrammeRow(
        programme_id=found[_PROGRAMME.programme_id],
        team_id=found[_PROGRAMME.team_id],
        aim=found[_PROGRAMME.aim],
        recording_id=found[_PROGRAMME.recording_id],
        profile=ProfileName(found[_PROGRAMME.profile]),
        options=read_options(found[_PROGRAMME.options].split()),
        time_zone=found[_PROGRAMME.time_zone],
        training_on=found[_PROGRAMME.training_on],
        training_at=found[_PROGRAMME.training_at],
        request_key=found[_PROGRAMME.request_key],
        calendar_number=found[_PROGRAMME.calendar_number],
        created_at=found[_PROGRAMME.created_at],
        closed_at=closed_at,
        waiting_seed=found[_PROGRAMME.waiting_seed],
    )


def _to_step_values(step: StepRow) -> dict[str, object]:
    return {
        "step_id": step.step_id,
        "programme_id": step.programme_id,
        "kind": step.kind.value,
        "number": step.number,
        "due_from": step.due_from,
        "due_to": step.due_to,
        "dropped_at": step.dropped_at,
    }


def _to_step(found: RowMapping) -> StepRow:
    return StepRow(
        step_id=found[_STEP.step_id],
        programme_id=found[_STEP.programme_id],
        kind=StepKind(found[_STEP.kind]),
        number=found[_STEP.number],
        due_from=found[_STEP.due_from],
        due_to=found[_STEP.due_to],
        dropped_at=found[_STEP.dropped_at],
    )
