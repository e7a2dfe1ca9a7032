"""Builds: what is made in the background, queued and worked on."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sim.db.columns import Col, Row, column


class BuildState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"


OPEN: Final = frozenset({BuildState.QUEUED, BuildState.RUNNING})


class BuildRow(Row, table="build", of="", sorted_by="-place"):
    """Recordings, clips and schools that are being made."""

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
