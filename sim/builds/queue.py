"""Asking for what is made in the background, stopping it, and telling how far it is: every page asks here.

A build is a row (`sim.db.builds`). One worker in all takes them one at a time, see `sim.builds.worker`; it is
started by whoever asks, goes on when the server stops, and another one takes up what a killed one had.
"""

import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from sim.app.own_folders import is_own, require_own
from sim.app.settings import DATA_VARIABLE, DATABASE_VARIABLE, PROJECT
from sim.app.wiring import App
from sim.builds.kinds import KINDS, LONG, Job
from sim.builds.processes import end_family, is_alive, is_elsewhere
from sim.db.builds import OPEN, BuildRow, BuildState
from sim.errors import StoreError

ELSEWHERE_S: Final = 300.0
"""How long after its last sign a worker on another machine is taken for running."""
MOST_WAITING: Final = 200
SHORT_S: Final = 60.0
"""What is short is taken to take, until its own speed is known."""
LOCK: Final = "builds"
FOLDER: Final = "new-drill"
LOG_FILE: Final = "worker.log"
WORKS_FILE: Final = ".works"
"""It holds something from a worker's start until that has seen, under the lock, that nothing waits. It stays and is
emptied, so that nobody who goes through the folder misses a file, and no backup takes it."""
FRESH_FILE: Final = "fresh.yaml"
"""What a school wants to be made ahead, see `sim.features.library.fresh`."""
FINAL: Final = "final"
"""The step of a failed build that would fail again."""
PAUSED: Final = "paused"
"""The step of a canceled build whose work was kept: it can be asked for again."""


def make_job(data: Path, row: BuildRow) -> Job:
    return Job(data=data, kind=row.kind, owner=row.owner, name=row.name, asked=json.loads(row.asked))


def clean(data: Path, row: BuildRow) -> None:
    import_module(KINDS[row.kind].module).clean(make_job(data, row))


def ask(
    app: App, kind: str, *, owner: str, name: str = "", asked: Mapping[str, Any], expected_s: float = 0.0
) -> BuildRow:
    """Queue a build and see that somebody works; one that failed or was stopped goes on with what is half made."""
    require_own(app, owner)
    with app.store.hold(LOCK), app.store.write() as work:
        row = next(iter(work.builds.list_all(kind=[kind], owner=owner, name=name, most=1)), None)
        if row is None or row.state not in OPEN:
            if len(work.builds.list_all(state=OPEN)) >= MOST_WAITING:
                raise StoreError("too much is waiting to be made", todo="wait until some of it is done, or cancel some")
            row = BuildRow(
                build_id=secrets.token_hex(8) if row is None else row.build_id,
                kind=kind,
                owner=owner,
                name=name,
                asked=json.dumps(asked),
                state=BuildState.QUEUED,
                place=work.count_on(BuildRow.place),
                expected_s=expected_s,
                asked_at=app.clock.read().wall,
            )
            work.builds.put(row)
    keep_up(app)
    return row


def ask_again(app: App, row: BuildRow) -> None:
    require_own(app, row.owner)
    is_kept = BuildRow.state.in_((BuildState.FAILED, BuildState.CANCELED))
    with app.store.hold(LOCK), app.store.write() as work:
        work.builds.change_one(
            row.build_id, is_kept, state=BuildState.QUEUED, tries=0, error="", step="", left_s=None, ended_at=None
        )
    start_worker(app)


def stop(app: App, row: BuildRow, *, keeps: bool = False) -> None:
    require_own(app, row.owner)
    left = (BuildState.QUEUED, BuildState.RUNNING, BuildState.FAILED)
    with app.store.hold(LOCK), app.store.write() as work:
        now = work.builds.find(build_id=row.build_id)
        if now is None or now.state not in (*left, BuildState.CANCELED):
            return
        if now.state is BuildState.RUNNING and is_elsewhere(now.worker) and _is_running(app, now):
            raise StoreError(
                f"this is being made on another server, {now.worker.split(' / ')[0]}",
                todo="wait until it is done, or ask the person who looks after that server to stop it",
            )
        step = PAUSED if keeps else ""
        work.builds.change_one(
            row.build_id, state=BuildState.CANCELED, step=step, left_s=None, ended_at=app.clock.read().wall
        )
    # its worker sees for itself that the row is another one, and goes on with the next
    end_family(now.child)
    if not keeps:
        clean(app.settings.data, row)
    start_worker(app)


def forget_builds(app: App, owner: str) -> None:
    with app.store.read() as work:
        rows = work.builds.list_all(owner=owner)
    for row in rows:
        stop(app, row)
    with app.store.write() as work:
        work.delete(BuildRow, BuildRow.owner == owner)


def find(app: App, kind: str, *, owner: str, name: str = "") -> BuildRow | None:
    require_own(app, owner)
    with app.store.read() as work:
        return next(iter(work.builds.list_all(kind=[kind], owner=owner, name=name, most=1)), None)


def list_builds(app: App, *kinds: str, most: int = 50) -> tuple[BuildRow, ...]:
    of_kinds = [BuildRow.kind.in_(kinds)] if kinds else []
    with app.store.read() as work:
        return tuple(row for row in work.builds.list_all(*of_kinds, most=most) if is_own(app, row.owner))


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    row: BuildRow
    ahead: int = 0  # builds that come before it
    left_s: float | None = None  # seconds until it is done at today's speed, None while it cannot be told
    until: datetime | None = None  # the same as a moment, UTC
    is_paused: bool = False  # it waits while a shorter one is made

    @property
    def is_open(self) -> bool:
        return self.row.state in OPEN


def tell(app: App, row: BuildRow) -> Progress:
    """Return how far a build is: rate of work over the last while against what is left, of it and of those before."""
    with app.store.read() as work:
        waiting = sorted(work.builds.list_all(state=OPEN), key=find_turn)
        row = work.builds.find(build_id=row.build_id) or row
    if row.state not in OPEN:
        return Progress(row=row)
    before = waiting[: waiting.index(row)] if row in waiting else []
    load = measure_load(beside=any(each.state is BuildState.RUNNING for each in waiting))
    each_s = [_count_left_s(each, load) for each in (*before, row)]
    left_s = None if None in each_s else sum(s for s in each_s if s is not None)
    return Progress(
        row=row,
        ahead=len(before),
        left_s=left_s,
        until=None if left_s is None else app.clock.read().wall + timedelta(seconds=left_s),
        is_paused=row.state is BuildState.RUNNING and bool(before),
    )


def find_turn(row: BuildRow) -> tuple[int, int, int]:
    """Return a key to sort by: short kinds, then what is begun, then the rest by rank and place."""
    rank = KINDS[row.kind].rank
    is_begun = rank >= LONG and row.state is BuildState.RUNNING
    return (LONG if is_begun else rank, 0 if is_begun else 1, row.place)


def _count_left_s(row: BuildRow, load: float) -> float | None:
    if row.left_s is not None:
        return row.left_s
    if KINDS[row.kind].rank < LONG:
        return SHORT_S
    return load * row.expected_s * (1 - row.share) if row.expected_s else None


def measure_load(*, beside: bool = False) -> float:
    """Return how many times longer work takes than on an idle machine, 1 or more; `beside` a build of ours."""
    cores = os.cpu_count() or 1
    wanting = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return max(1.0, wanting / cores + (0 if beside else 1))


def count_processes() -> int:
    """Return how many processes a build may use: with more than two cores one stays free; all give way to drills."""
    cores = os.cpu_count() or 1
    return cores - 1 if cores > 2 else cores


def write_left(seconds: float) -> str:
    """Return a time to wait in words: "about 12 minutes", "less than a minute"."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    if minutes >= 90:
        return f"about {seconds / 3600:.1f} hours"
    return f"about {minutes} minute" + ("" if minutes == 1 else "s")


def write_progress(told: Progress) -> str:
    left = "" if told.left_s is None else f"{write_left(told.left_s)} to go at today's speed.".capitalize()
    if told.is_paused:
        return f"Paused while something shorter is made. {left}".strip()
    if told.ahead:
        others = "something else is" if told.ahead == 1 else f"{told.ahead} others are"
        return f"Waiting while {others} made. {left}".strip()
    return left


def _is_running(app: App, row: BuildRow) -> bool:
    """Return whether the worker of a running build lives; one elsewhere does until nothing was heard for long."""
    return is_alive(row.worker) or (is_elsewhere(row.worker) and was_heard(row, now=app.clock.read().wall))


def was_heard(row: BuildRow, *, now: datetime) -> bool:
    return row.heard_at is not None and abs((now - row.heard_at).total_seconds()) < ELSEWHERE_S


_workers: dict[Path, list["subprocess.Popen[bytes]"]] = {}
"""The workers that this process started, by data folder: one, and those that are ending."""
_starting = threading.Lock()


def start_worker(app: App) -> None:
    """Start a worker where this process has none that looks once more; it ends where another one works already."""
    data = app.settings.data.absolute()
    folder = data / FOLDER
    works = folder / WORKS_FILE
    with _starting:
        alive = [each for each in _workers.get(data, ()) if each.poll() is None]
        if alive and works.exists() and works.stat().st_size:
            return
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        works.write_text("yes")
        told = {DATA_VARIABLE: str(data), DATABASE_VARIABLE: app.settings.database_url}
        with (folder / LOG_FILE).open("ab") as log:
            begun = subprocess.Popen(
                [sys.executable, "-m", "sim.builds.worker"],
                cwd=PROJECT,
                env={**os.environ, **told},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        _workers[data] = [*alive, begun]


def keep_up(app: App) -> None:
    with app.store.read() as work:
        waiting = work.builds.list_all(state=OPEN)
    if waiting and not any(each.worker and _is_running(app, each) for each in waiting):
        start_worker(app)
