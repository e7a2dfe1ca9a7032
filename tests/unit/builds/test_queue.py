import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from sim.app.wiring import App
from sim.builds import child as child_module
from sim.builds import kinds as kinds_module
from sim.builds import processes, queue
from sim.builds import worker as worker_module
from sim.builds.kinds import Kind
from sim.builds.processes import find_pid, name_process
from sim.builds.queue import ask, ask_again, find, keep_up, stop, tell, write_progress
from sim.builds.worker import Rate, Worker
from sim.db.builds import OPEN, BuildRow, BuildState
from sim.db.rows import RowsOf
from sim.db.store import open_store
from sim.errors import StoreError
from tests.support import fake_build
from tests.support.fake_clock import FakeClock

KINDS = {
    "long": Kind(module=fake_build.MODULE, rank=20),
    "later": Kind(module=fake_build.MODULE, rank=21, waits_for_its_time=True),
    "short": Kind(module=fake_build.MODULE, rank=1, nice=5, is_for_one_core=True),
}
NOBODY = "elsewhere / 1-1 / 1"


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "KINDS", KINDS)
    monkeypatch.setattr(kinds_module, "KINDS", KINDS)
    monkeypatch.setattr(worker_module, "KINDS", KINDS)
    monkeypatch.setattr(worker_module, "BEAT_S", 0.02)
    monkeypatch.setattr(worker_module, "SAVE_EVERY_S", 0.02)
    monkeypatch.setattr(worker_module, "WRITE_AGAIN_S", 0.02)


class Workers:
    def __init__(self, app: App) -> None:
        self.app = app
        self.started: list[App] = []
        self.real: list[subprocess.Popen[bytes]] = []

    def make(self, *, me: str = "") -> Worker:
        worker = Worker(store=self.app.store, data=self.app.settings.data, clock=self.app.clock)
        return replace(worker, me=me) if me else worker

    def work(self) -> None:
        self.make().work()

    def begin(self) -> threading.Thread:
        thread = threading.Thread(target=self.work, daemon=True)
        thread.start()
        return thread

    def fork(self) -> int:
        pid = os.fork()
        if pid == 0:
            try:
                os.setsid()
                self.app.store.engine.dispose(close=False)
                self.work()
            finally:
                os._exit(0)
        return pid


@pytest.fixture
def workers(drill_app: App, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    made = Workers(drill_app)
    monkeypatch.setattr(queue, "start_worker", made.started.append)
    others = set(psutil.Process().children(recursive=True))  # such as a browser that other tests go on with
    yield made
    left = set(psutil.Process().children(recursive=True)) - others
    for member in left:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs(left, timeout=20)


def wait_for(app: App, row: BuildRow, is_so: Callable[[BuildRow], bool]) -> BuildRow:
    end_s = time.monotonic() + 60
    while True:
        with app.store.read() as work:
            now = work.builds.find(build_id=row.build_id)
        assert now is not None
        if is_so(now):
            return now
        assert time.monotonic() < end_s, now
        time.sleep(0.02)


def get(app: App, row: BuildRow) -> BuildRow:
    return wait_for(app, row, lambda _: True)


def test_builds_are_made_one_after_the_other_those_somebody_waits_for_first(drill_app: App, workers: Workers) -> None:
    names = [("later", "d"), ("long", "c"), ("short", "a"), ("long", "b")]
    rows = [ask(drill_app, kind, owner="hall", name=name, asked={}) for kind, name in names]
    assert len(workers.started) == 4
    workers.work()
    done = [get(drill_app, row) for row in rows]
    assert {row.state for row in done} == {BuildState.DONE}
    assert {row.share for row in done} == {1.0}
    order = sorted(done, key=lambda row: row.ended_at or row.asked_at)
    assert [drill_app.settings.data.joinpath(row.name, "2").read_text() for row in order] == ["made"] * 4
    began = sorted(rows, key=lambda row: (drill_app.settings.data / row.name / "0").stat().st_mtime_ns)
    assert [row.name for row in began] == ["a", "c", "b", "d"]
    made = [json.loads(row.result) for row in done]
    assert {each["mode"] for each in made} == {0o600}, "it may hold answers"
    # nobody is nicer than 19, and a process that tests share may be nice itself
    assert [each["nice"] for each in made] == [min(19, os.nice(0) + more) for more in (10, 10, 5, 10)]
    assert [each["cores"] == 1 for each in made] == [os.cpu_count() == 1] * 2 + [True] + [os.cpu_count() == 1]


def test_two_tabs_that_ask_at_once_get_one_build(drill_app: App, workers: Workers) -> None:
    found: list[BuildRow] = []
    tabs = [
        threading.Thread(target=lambda: found.append(ask(drill_app, "long", owner="hall", name="x", asked={})))
        for _ in range(8)
    ]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert len({row.build_id for row in found}) == 1
    both = [workers.begin() for _ in range(2)]
    for thread in both:
        thread.join()
    log = (drill_app.settings.data / "x" / "log").read_text().splitlines()
    assert len(log) == 3, "each step was made once"


@pytest.mark.parametrize("step", range(3))
@pytest.mark.parametrize("victim", ["worker", "child"])
def test_whatever_is_killed_in_whichever_step_the_build_goes_on(
    drill_app: App, workers: Workers, step: int, victim: str
) -> None:
    row = ask(drill_app, "long", owner="hall", name="x", asked={"hangs_in": step})
    pid = workers.fork()
    begun = wait_for(drill_app, row, lambda now: now.step == f"Step {step}" and bool(now.child))
    child = find_pid(begun.child)
    assert child is not None
    assert not (drill_app.settings.data / "x").exists(), "what is half made is never in its place"
    os.kill(pid if victim == "worker" else child, signal.SIGKILL)
    if victim == "worker":
        os.waitpid(pid, 0)
        psutil.wait_procs([psutil.Process(child)] if psutil.pid_exists(child) else [], timeout=20)
        assert find_pid(begun.child) is None, "it ends with its worker"
    (drill_app.settings.data / "go").touch()
    if victim == "worker":
        workers.started.clear()
        keep_up(drill_app)
        assert workers.started == [drill_app]
        workers.work()
    done = wait_for(drill_app, row, lambda now: now.state not in OPEN)
    assert done.state is BuildState.DONE
    made = (drill_app.settings.data / "x" / "log").read_text().splitlines()
    assert [line[0] for line in made] == ["0", "1", "2"], "what was finished was kept"
    if victim == "child":
        os.waitpid(pid, 0)


@pytest.mark.parametrize(
    ("how", "said"),
    [("full", child_module.FULL), ("breaks", child_module.UNKNOWN), ("too dense", "Too dense."), ("nobody", "Nobody.")],
)
def test_a_failure_is_told_in_words_and_gone_on_with_when_asked(
    drill_app: App, workers: Workers, how: str, said: str
) -> None:
    row = ask(drill_app, "long", owner="hall", name="x", asked={"fails_in": 1, "how": how})
    workers.work()
    failed = get(drill_app, row)
    assert (failed.state, failed.error, failed.step) == (
        BuildState.FAILED,
        said,
        queue.FINAL if how == "nobody" else "",
    )
    workers.work()
    assert get(drill_app, row) == failed, "it waits until somebody asks"
    (drill_app.settings.data / "go").touch()
    ask_again(drill_app, failed)
    workers.work()
    assert get(drill_app, row).state is BuildState.DONE
    assert len((drill_app.settings.data / "x" / "log").read_text().splitlines()) == 3


@pytest.mark.parametrize("how", ["dies", "exits"])
def test_a_build_that_kills_whoever_makes_it_is_left_alone_in_the_end(
    drill_app: App, workers: Workers, how: str
) -> None:
    row = ask(drill_app, "long", owner="hall", name="x", asked={"fails_in": 1, "how": how})
    other = ask(drill_app, "later", owner="hall", name="y", asked={})
    workers.work()
    assert get(drill_app, row).error == worker_module.DIED
    assert get(drill_app, other).state is BuildState.DONE


@pytest.mark.parametrize("keeps", [True, False])
def test_what_is_stopped_ends_at_once_and_can_be_asked_for_again(
    drill_app: App, workers: Workers, *, keeps: bool
) -> None:
    row = ask(drill_app, "long", owner="hall", name="x", asked={"hangs_in": 1})
    thread = workers.begin()
    begun = wait_for(drill_app, row, lambda now: now.step == "Step 1" and bool(now.child))
    stop(drill_app, row, keeps=keeps)
    assert find_pid(begun.child) is None
    half_made = drill_app.settings.data / ".x.partial"
    thread.join()
    assert half_made.exists() is keeps
    assert get(drill_app, row).state is BuildState.CANCELED
    (drill_app.settings.data / "go").touch()
    again = ask(drill_app, "long", owner="hall", name="x", asked={})
    workers.work()
    assert get(drill_app, again).state is BuildState.DONE
    stop(drill_app, again)
    assert get(drill_app, again).state is BuildState.DONE, "what is done is not stopped"
    assert (drill_app.settings.data / "x").exists()


def test_something_short_is_made_while_what_takes_long_is_suspended(drill_app: App, workers: Workers) -> None:
    long = ask(drill_app, "long", owner="hall", name="x", asked={"hangs_in": 1})
    thread = workers.begin()
    begun = wait_for(drill_app, long, lambda now: now.step == "Step 1" and bool(now.child))
    child = psutil.Process(find_pid(begun.child))
    short = ask(drill_app, "short", owner="hall", name="y", asked={"hangs_in": 1})
    wait_for(drill_app, short, lambda now: now.step == "Step 1")
    assert child.status() == psutil.STATUS_STOPPED
    told = tell(drill_app, long)
    assert told.is_paused
    assert write_progress(told).startswith("Paused while something shorter is made.")
    assert (tell(drill_app, short).ahead, tell(drill_app, short).left_s) == (0, queue.SHORT_S)
    (drill_app.settings.data / "go").touch()
    thread.join()
    assert {get(drill_app, row).state for row in (long, short)} == {BuildState.DONE}


def test_a_suspended_child_of_a_killed_worker_is_ended_before_another_one_begins(
    drill_app: App, workers: Workers
) -> None:
    row = ask(drill_app, "long", owner="hall", name="x", asked={"hangs_in": 1})
    pid = workers.fork()
    begun = wait_for(drill_app, row, lambda now: now.step == "Step 1" and bool(now.child))
    processes.suspend_family(begun.child)
    child = psutil.Process(find_pid(begun.child))
    while child.status() != psutil.STATUS_STOPPED:
        time.sleep(0.01)  # the signal was sent, and may not have come
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert find_pid(begun.child) is not None, "it knows nothing yet"
    (drill_app.settings.data / "go").touch()
    workers.work()
    assert find_pid(begun.child) is None
    assert get(drill_app, row).state is BuildState.DONE


def set_running(app: App, row: BuildRow, worker: str) -> None:
    with app.store.write() as work:
        work.builds.change_one(
            row.build_id,
            state=BuildState.RUNNING,
            worker=worker,
            heard_at=app.clock.read().wall,
            started_at=row.asked_at,
        )


def test_one_worker_at_a_time_on_all_machines(drill_app: App, workers: Workers, clock: FakeClock) -> None:
    row = ask(drill_app, "long", owner="hall", name="x", asked={})
    set_running(drill_app, row, NOBODY)
    other = ask(drill_app, "long", owner="hall", name="y", asked={})
    workers.started.clear()
    workers.work()
    keep_up(drill_app)
    assert (get(drill_app, row).worker, get(drill_app, other).state) == (NOBODY, BuildState.QUEUED)
    assert not workers.started
    with pytest.raises(StoreError, match="on another server, elsewhere"):
        stop(drill_app, row)
    clock.set_wall(-3 * queue.ELSEWHERE_S)
    keep_up(drill_app)
    assert workers.started, "nobody knows how long ago that was once a clock was set back by more"
    clock.set_wall(3 * queue.ELSEWHERE_S)
    clock.pass_s(queue.ELSEWHERE_S + 1)
    workers.work()
    assert {get(drill_app, each).state for each in (row, other)} == {BuildState.DONE}


def test_a_clock_that_jumps_takes_no_build_from_its_worker_here(
    drill_app: App, workers: Workers, clock: FakeClock
) -> None:
    row = ask(drill_app, "long", owner="hall", name="x", asked={"hangs_in": 1})
    thread = workers.begin()
    begun = wait_for(drill_app, row, lambda now: now.step == "Step 1" and bool(now.child))
    workers.started.clear()
    for shift_s in (86_400.0, -3 * 86_400.0):
        clock.set_wall(shift_s)
        workers.make(me="this / 1-1 / 1").work()
        keep_up(drill_app)
    assert not workers.started
    assert get(drill_app, row).worker == begun.worker
    (drill_app.settings.data / "go").touch()
    thread.join()
    assert get(drill_app, row).state is BuildState.DONE


def test_a_number_used_again_is_not_the_worker() -> None:
    me = name_process(os.getpid())
    assert find_pid(me) == os.getpid()
    machine, start, pid = me.split(" / ")
    assert find_pid(f"{machine} / {start}9 / {pid}") is None
    assert find_pid(f"elsewhere / {start} / {pid}") is None
    assert find_pid("") is find_pid("nonsense") is None


def test_what_waits_for_its_time_is_kept_when_its_worker_died(drill_app: App, workers: Workers) -> None:
    row = ask(drill_app, "later", owner="hall", name="x", asked={})
    set_running(drill_app, row, f"{processes.socket.gethostname()} / 1-1 / 1")
    workers.work()
    kept = get(drill_app, row)
    assert (kept.state, kept.step) == (BuildState.CANCELED, queue.PAUSED)
    ask_again(drill_app, kept)
    workers.work()
    assert get(drill_app, row).state is BuildState.DONE


def test_how_far_it_is_may_go_unsaid_but_not_how_it_ended(
    drill_app: App, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ask(drill_app, "long", owner="hall", name="x", asked={})
    refused = [0]
    change = RowsOf.change_one

    def refuse(self: object, build_id: str, *where: object, **values: object) -> bool:
        if "state" not in values or (values["state"] is BuildState.DONE and refused[0] < 5):
            refused[0] += 1
            raise StoreError("the disk of the database is full")
        return change(self, build_id, *where, **values)  # type: ignore[arg-type]

    monkeypatch.setattr("sim.db.rows.RowsOf.change_one", refuse)
    workers.work()
    assert get(drill_app, row).state is BuildState.DONE
    assert refused[0] >= 5


def test_the_time_left_follows_what_was_done_lately() -> None:
    rate = Rate()
    assert rate.note(0.0, -50.0) is None, "what is prepared is left out"
    assert rate.note(0.0, 0.0) is rate.note(0.01, 1.0) is None, "nobody can say yet"
    assert rate.note(0.1, 101.0) == pytest.approx(1000.0)
    for second in range(110, 1200, 10):
        left_s = rate.note(0.1 + (second - 100) * 0.0001, float(second))
    assert left_s is not None
    assert left_s == pytest.approx((1 - 0.209) / 0.0001, rel=0.01), "ten times slower since others want the machine"
    assert rate.note(0.05, 1201.0) is None, "it begins anew where work was lost"


def test_what_waits_adds_up_and_nobody_promises(
    drill_app: App, workers: Workers, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    del workers
    monkeypatch.setattr(os, "getloadavg", lambda: (2.0 * (os.cpu_count() or 1), 0, 0))
    first = ask(drill_app, "long", owner="hall", name="x", asked={}, expected_s=600.0)
    second = ask(drill_app, "long", owner="hall", name="y", asked={}, expected_s=600.0)
    unknown = ask(drill_app, "later", owner="hall", name="z", asked={})
    told = tell(drill_app, first)
    assert told.left_s == pytest.approx(1800.0), "others want the machine twice over"
    assert write_progress(told) == "About 30 minutes to go at today's speed."
    set_running(drill_app, first, name_process(os.getpid()))
    with drill_app.store.write() as work:
        work.builds.change_one(first.build_id, share=0.5, left_s=5400.0)
    told = tell(drill_app, second)
    assert (told.ahead, told.left_s) == (1, pytest.approx(5400 + 1200))
    assert told.until == clock.read().wall + timedelta(seconds=6600)
    assert write_progress(told) == "Waiting while something else is made. About 1.8 hours to go at today's speed."
    told = tell(drill_app, unknown)
    assert told.left_s is None
    assert write_progress(told) == "Waiting while 2 others are made."


def test_every_kind_of_database_holds_the_queue(drill_app: App, workers: Workers, database_url: str) -> None:
    settings = replace(drill_app.settings, database_url=database_url)
    app = replace(drill_app, store=open_store(database_url), settings=settings)
    workers.app = app
    rows = [ask(app, kind, owner="hall", name=name, asked={}) for kind, name in (("long", "x"), ("short", "y"))]
    assert ask(app, "long", owner="hall", name="x", asked={}) == rows[0]
    stop(app, rows[1])
    workers.work()
    assert [get(app, row).state for row in rows] == [BuildState.DONE, BuildState.CANCELED]
    queue.forget_builds(app, "hall")
    assert queue.list_builds(app) == ()
    app.store.close()


def test_a_queue_that_is_too_long_is_refused(drill_app: App, workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    del workers
    monkeypatch.setattr(queue, "MOST_WAITING", 2)
    for name in "ab":
        ask(drill_app, "long", owner="hall", name=name, asked={})
    with pytest.raises(StoreError, match="too much is waiting"):
        ask(drill_app, "long", owner="hall", name="c", asked={})
    assert find(drill_app, "long", owner="hall", name="c") is None


@pytest.mark.slow
def test_the_real_worker_is_started_once_and_goes_on_without_the_server(
    drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    row = ask(drill_app, kinds_module.DRILL, owner="hall", name="x", asked={"site": "hall"})
    queue.start_worker(drill_app)
    failed = wait_for(drill_app, row, lambda now: now.state is BuildState.FAILED)
    assert failed.error == child_module.UNKNOWN
    log: Path = drill_app.settings.data / queue.FOLDER / queue.LOG_FILE
    assert "validation error" in log.read_text()
    # asked for while the worker ends, as a double click does: nobody has to ask again
    for name in "abc":
        row = ask(drill_app, kinds_module.DRILL, owner="hall", name=name, asked={"site": "hall"})
        stop(drill_app, row, keeps=True)
        row = ask(drill_app, kinds_module.DRILL, owner="hall", name=name, asked={"site": "hall"})
        wait_for(drill_app, row, lambda now: now.state is BuildState.FAILED)
    for worker in queue._workers.pop(drill_app.settings.data.absolute()):
        worker.wait(timeout=60)
