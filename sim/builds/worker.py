"""The worker: takes one build after the other from the queue, has each done by a child, and writes down how far it is.

It reads and writes the queue; the child builds, and knows nothing of the database. So a child can be suspended while
something shorter is made, and whatever it dies of is told in words.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final

from sim.app.settings import PROJECT, read_settings
from sim.app.wiring import system_clock
from sim.attempt.attempt import Clock
from sim.builds.kinds import KINDS, LONG
from sim.builds.processes import end_family, is_alive, is_elsewhere, name_process, suspend_family
from sim.builds.queue import FINAL, FOLDER, LOCK, PAUSED, WORKS_FILE, clean, find_turn, was_heard
from sim.db.builds import OPEN, BuildRow, BuildState
from sim.db.store import Store, open_store
from sim.errors import SimError, StoreError

BEAT_S: Final = 0.5
SAVE_EVERY_S: Final = 3.0
MOST_TRIES: Final = 3
"""So many workers or children may die of one build before it is left alone."""
GOES_WELL: Final = 0.01
"""Who did so much more of the work did not die of it."""
RATE_OVER_S: Final = 600.0
"""The last while, in which the rate of work is measured."""
RATE_FROM_S: Final = 15.0
"""Before that nobody can say how long a build takes."""
WRITE_AGAIN_S: Final = 5.0
DIED: Final = (
    "The work ended without a word, which happens where the machine has too little memory. What is finished is kept."
)


@dataclass(slots=True)
class Rate:
    """Share of the work and seconds worked at it, of the last while."""

    points: deque[tuple[float, float]] = field(default_factory=deque)

    def note(self, share: float, worked_s: float) -> float | None:
        """Return the seconds to go at the speed of the last while, from the first share on; None: cannot be told."""
        if share <= 0:
            return None
        if self.points and share < self.points[-1][0]:
            self.points.clear()
        self.points.append((share, worked_s))
        while len(self.points) > 2 and self.points[1][1] < worked_s - RATE_OVER_S:
            self.points.popleft()
        first_share, first_s = self.points[0]
        if worked_s - first_s < RATE_FROM_S or share <= first_share:
            return None
        return (1 - share) * (worked_s - first_s) / (share - first_share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """This process on a queue. `steady` are the seconds of a clock that nobody sets."""

    store: Store
    data: Path
    clock: Clock
    me: str = field(default_factory=lambda: name_process(os.getpid()))
    steady: Callable[[], float] = time.monotonic

    def work(self) -> None:
        while (row := self._take()) is not None:
            self._make(row)

    def _take(self, *, is_short: bool = False) -> BuildRow | None:
        """Take what comes next; nothing while another worker lives. `is_short`: only what others may be paused for."""
        if is_short:
            with self.store.read() as work:
                waiting = work.builds.list_all(state=(BuildState.QUEUED,))
            if all(KINDS[row.kind].rank >= LONG for row in waiting):
                return None
        with self.store.hold(LOCK), self.store.write() as work:
            waiting = work.builds.list_all(state=OPEN)
            now = self.clock.read().wall
            for row in waiting:
                if row.state is BuildState.RUNNING and row.worker != self.me:
                    if is_alive(row.worker) or (is_elsewhere(row.worker) and was_heard(row, now=now)):
                        return None  # that one looks once more before it ends
                    end_family(row.child)  # it was suspended, or hangs
            free = [row for row in waiting if row.worker != self.me or row.state is not BuildState.RUNNING]
            for row in sorted(free, key=find_turn):
                kind, died = KINDS[row.kind], row.state is BuildState.RUNNING
                if is_short and kind.rank >= LONG:
                    continue
                if died and kind.waits_for_its_time:
                    work.builds.change_one(row.build_id, state=BuildState.CANCELED, step=PAUSED, left_s=None)
                elif died and row.tries + 1 >= MOST_TRIES:
                    work.builds.change_one(row.build_id, state=BuildState.FAILED, error=DIED, left_s=None, ended_at=now)
                else:
                    work.builds.change_one(
                        row.build_id,
                        state=BuildState.RUNNING,
                        tries=row.tries + died,
                        worker=self.me,
                        child="",
                        heard_at=now,
                        started_at=row.started_at or now,
                    )
                    return work.builds.find(build_id=row.build_id)
            if not is_short:
                with suppress(FileNotFoundError):
                    os.truncate(self.data / FOLDER / WORKS_FILE, 0)
        return None

    def _make(self, row: BuildRow) -> None:
        with _start_child(self.data, row) as child, suppress(BrokenPipeError):
            assert child.stdin is not None
            said: SimpleQueue[dict[str, Any]] = SimpleQueue()
            reader = threading.Thread(target=_read_answers, args=(child, said), daemon=True)
            reader.start()
            try:
                answer = self._watch(row, name_process(child.pid), said, reader)
            finally:
                child.kill()
            reader.join()
        if answer is None:
            return
        while not said.empty():
            answer |= said.get()
        ended = {"left_s": None, "ended_at": self.clock.read().wall, "child": ""}
        if "result" in answer:
            told = {"state": BuildState.DONE, "share": 1.0, "step": "", "result": json.dumps(answer["result"])}
        elif "error" in answer:
            step = FINAL if answer.get("is_final") else ""
            told = {"state": BuildState.FAILED, "error": str(answer["error"])[:600], "step": step}
        elif row.tries + 1 < MOST_TRIES:
            told = {"state": BuildState.QUEUED, "tries": row.tries + 1}
        else:
            told = {"state": BuildState.FAILED, "error": DIED}
        self._write(row, told | ended)

    def _watch(
        self, row: BuildRow, child: str, said: "SimpleQueue[dict[str, Any]]", reader: threading.Thread
    ) -> dict[str, Any] | None:
        """Write down how far a child is until it ends; return what it said, None where the build was stopped."""
        answer: dict[str, Any] = {}
        rate, worked_s, saved_s = Rate(), row.worked_s, float("-inf")
        last_s = self.steady()
        while reader.is_alive():
            with suppress(Empty):
                answer |= said.get(timeout=BEAT_S)
                while True:
                    answer |= said.get_nowait()
            now_s = self.steady()
            worked_s, last_s = worked_s + now_s - last_s, now_s
            if now_s - saved_s < SAVE_EVERY_S:
                continue
            saved_s = now_s
            share = float(answer.get("share", row.share))
            left_s = rate.note(share, worked_s) if "share" in answer else None
            told = {"share": share, "step": str(answer.get("step", ""))[:200], "left_s": left_s, "worked_s": worked_s}
            if share > row.share + GOES_WELL:
                told["tries"] = 0
            if not self._save(row, {**told, "child": child}):
                end_family(child)
                with suppress(SimError, OSError), self.store.read() as work:
                    now = work.builds.find(build_id=row.build_id)
                    if now is None or (now.state is BuildState.CANCELED and now.step != PAUSED):
                        clean(self.data, row)
                return None
            if KINDS[row.kind].rank >= LONG:
                self._make_short(child)
                last_s = self.steady()
        return answer

    def _make_short(self, child: str) -> None:
        """Make what is short and waits, while a child is suspended; a database that is away just now asks for none."""
        with suppress(StoreError):
            short = self._take(is_short=True)
            if short is None:
                return
            suspend_family(child)
            try:
                while short is not None:
                    self._make(short)
                    short = self._take(is_short=True)
            finally:
                suspend_family(child, resumes=True)

    def _save(self, row: BuildRow, values: dict[str, Any]) -> bool:
        """Write down how far it is, which may go unsaid; return False where the build is this worker's no more."""
        try:
            with self.store.write() as work:
                now = work.builds.find(build_id=row.build_id)
                mine = now is not None and now.state is BuildState.RUNNING and now.worker == self.me
                if mine:
                    work.builds.change_one(row.build_id, **values)
                    work.change(
                        BuildRow,
                        BuildRow.worker == self.me,
                        BuildRow.state == BuildState.RUNNING,
                        heard_at=self.clock.read().wall,
                    )
                return mine
        except StoreError:
            return True

    def _write(self, row: BuildRow, values: dict[str, Any]) -> None:
        """Write down how it ended, which has to be said: a full disk or a database that is away is waited for."""
        while True:
            with suppress(StoreError), self.store.write() as work:
                work.builds.change_one(row.build_id, BuildRow.state == BuildState.RUNNING, **values)
                return
            time.sleep(WRITE_AGAIN_S)


def _start_child(data: Path, row: BuildRow) -> "subprocess.Popen[bytes]":
    kind = KINDS[row.kind]
    told = {name: getattr(row, name) for name in ("kind", "owner", "name", "asked")}
    told |= {"module": kind.child_module or kind.module, "nice": kind.nice, "is_for_one_core": kind.is_for_one_core}
    child = subprocess.Popen(
        [sys.executable, "-m", "sim.builds.child", str(data)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert child.stdin is not None
    child.stdin.write(json.dumps(told).encode() + b"\n")
    child.stdin.flush()
    return child


def _read_answers(child: "subprocess.Popen[bytes]", said: "SimpleQueue[dict[str, Any]]") -> None:
    assert child.stdout is not None
    for line in child.stdout:
        with suppress(ValueError):
            said.put(json.loads(line))


def main() -> int:
    settings = read_settings(os.environ)
    store = open_store(settings.database_url)
    try:
        Worker(store=store, data=settings.data, clock=system_clock()).work()
    finally:
        store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
