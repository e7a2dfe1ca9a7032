"""Builds as rows, where nobody works on them; this process stands for their worker."""

import json
import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from sim.app.wiring import App
from sim.builds.kinds import DRILL, KINDS
from sim.builds.processes import name_process
from sim.builds.queue import make_job
from sim.db.builds import BuildRow, BuildState


def put_build(
    app: App,
    *,
    kind: str = DRILL,
    state: BuildState = BuildState.RUNNING,
    name: str = "x",
    owner: str = "walking-hall",
    asked: Mapping[str, Any],
    result: Mapping[str, Any] | None = None,
    **more: Any,
) -> BuildRow:
    now = app.clock.read().wall
    with app.store.write() as work:
        row = BuildRow(
            build_id=f"{kind}-{owner}-{name}"[:32],
            kind=kind,
            owner=owner,
            name=name,
            asked=json.dumps(asked),
            state=state,
            place=work.count_on(BuildRow.place),
            expected_s=0.0,
            asked_at=now,
            worker=name_process(os.getpid()) if state is BuildState.RUNNING else "",
            ended_at=None if state in (BuildState.RUNNING, BuildState.QUEUED) else now,
            result=json.dumps(result or {}),
            **more,
        )
        work.builds.put(row)
    return row


def run_builds(app: App) -> None:
    with app.store.read() as work:
        waiting = work.builds.list_all(state=(BuildState.QUEUED,))
    for row in reversed(waiting):
        kind = KINDS[row.kind]
        made = import_module(kind.child_module or kind.module).build(make_job(app.settings.data, row))
        with app.store.write() as work:
            work.builds.change_one(row.build_id, state=BuildState.DONE, result=json.dumps(made))
