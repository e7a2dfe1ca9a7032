"""Builds: what is made in the background, queued and worked on. Works inside the transaction it is given."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import func, select

from sim.db.columns import Col, Row, column
from sim.db.rows import Rows


class BuildState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"


OPEN: Final = frozenset({BuildState.QUEUED, BuildState.RUNNING})


class BuildRow(Row, table="build", of="", title="Recordings, clips and schools that are being made"):
    build_id: Col[str] = column(32, primary_key=True)
    kind: Col[str] = column(16)  # one of `sim.builds.kinds.KINDS`
    owner: Col[str] = column(80, index=True)  # the school, drawn or shipped, or the walk that it belongs to
    name: Col[str] = column(120, index=True)  # a recording that it will be; "" where an owner has one of the kind
    asked: Col[str] = column()  # what was asked for, JSON
    state: Col[BuildState] = column(index=True)
    place: Col[int] = column()  # in the queue: whoever asked earlier has a lower one
    expected_s: Col[float] = column()  # seconds on a machine that does nothing else, 0 where nobody can say
    asked_at: Col[datetime] = column()
    share: Col[float] = column(default=0.0)  # how much is done, 0..1
    step: Col[str] = column(200, default="")  # what is being done, in words
    left_s: Col[float | None] = column(default=None)  # seconds to go at the speed of the last while; None: unknown
    worked_s: Col[float] = column(default=0.0)  # seconds that it was worked at, pauses for shorter builds left out
    tries: Col[int] = column(default=0)  # workers that died of it, or beside it, since it last went well
    worker: Col[str] = column(200, default="")  # the process that has it, as `builds.processes` names it
    child: Col[str] = column(200, default="")  # the process that does it
    started_at: Col[datetime | None] = column(default=None)
    heard_at: Col[datetime | None] = column(default=None)  # the worker's last sign
    ended_at: Col[datetime | None] = column(default=None)
    error: Col[str] = column(600, default="")  # why it failed, and what to do
    result: Col[str] = column(default="{}")  # what came of it, JSON


class BuildsTable(Rows):
    def find(self, build_id: str) -> BuildRow | None:
        return self.by_key(BuildRow, build_id)

    def list_of(
        self,
        *,
        kinds: Collection[str] = (),
        states: Collection[BuildState] = (),
        owner: str | None = None,
        name: str | None = None,
        most: int = 1000,
    ) -> tuple[BuildRow, ...]:
        """Return builds, those asked for last first; what is not given does not narrow them."""
        chosen = select(BuildRow.table)
        if kinds:
            chosen = chosen.where(BuildRow.kind.in_(kinds))
        if states:
            chosen = chosen.where(BuildRow.state.in_(states))
        if owner is not None:
            chosen = chosen.where(BuildRow.owner == owner)
        if name is not None:
            chosen = chosen.where(BuildRow.name == name)
        return self.read(BuildRow, chosen.order_by(BuildRow.place.desc()).limit(most))

    def find_next_place(self) -> int:
        return int(self.connection.scalar(select(func.coalesce(func.max(BuildRow.place), 0) + 1)) or 1)

    def change_one(self, build_id: str, *, only: Collection[BuildState] = tuple(BuildState), **values: Any) -> bool:
        """Change columns of a build, where it is in one of the states `only`; return whether it was."""
        return self.change(BuildRow, BuildRow.build_id == build_id, BuildRow.state.in_(only), **values) > 0

    def hear(self, worker: str, *, at: datetime) -> None:
        """Note a worker's sign at all that it has, paused ones too."""
        self.change(BuildRow, BuildRow.worker == worker, BuildRow.state == BuildState.RUNNING, heard_at=at)

    def delete_of(self, owner: str) -> None:
        self.delete(BuildRow, BuildRow.owner == owner)
