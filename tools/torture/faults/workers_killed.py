"""A whole installation, PostgreSQL and nginx and two app processes, whose processes are killed while people search."""

import random
import threading
import time
from collections.abc import Sequence
from contextlib import closing

import psutil

from sim.errors import MachineError
from sim.services.app.wiring import App
from tools.bench.rig.installation import Installation, run_installation
from tools.bench.rig.nginx import find_nginx
from tools.bench.rig.postgresql import find_programs
from tools.torture.rig.outcome import CannotTryError, Outcome
from tools.torture.rig.rig import Rig, count_kept, find_form, make_sender, open_services
from tools.torture.rig.sender import POST_EVERY_S, Sender, describe_seen

TABS, SHORT_TABS = 16, 6
KILLS, SHORT_KILLS = 6, 2
"""Each process is killed in turn; one that ended five times soon after its start would be given up, rightly."""
BETWEEN_S = (1.0, 4.0)
AGAIN_WITHIN_S = 180.0
SERVED_WITHIN_S = 30.0
DRAIN_WITHIN_S = 60.0


def kill_workers(rig: Rig) -> Outcome:
    """Kill one app process after another with SIGKILL while trainees post through nginx."""
    if find_nginx() is None or find_programs() is None:
        raise CannotTryError("nginx or PostgreSQL is not installed")
    data = rig.make_folder("installation")
    try:
        with (
            run_installation(data, rig.library or data) as installation,
            closing(open_services(data, installation.database_url)) as app,
        ):
            return _try(rig, installation, app, find_form(app, data))
    except MachineError as error:
        raise CannotTryError(str(error)) from error


def _try(rig: Rig, installation: Installation, app: App, form_id: str) -> Outcome:
    senders = [make_sender(app, form_id) for _ in range(SHORT_TABS if rig.is_short else TABS)]
    for number, sender in enumerate(senders):
        # most browsers keep the proxy's cookie and their process with it; those without one post now here, now there
        sender.cookie = f"sightline_place={number:032x}" if number % 4 else ""
    stop = threading.Event()
    served = [time.monotonic()] * len(senders)
    threads = [
        threading.Thread(target=_search, args=(sender, installation.url, stop, served, place))
        for place, sender in enumerate(senders)
    ]
    for thread in threads:
        thread.start()
    wrong: list[str] = []
    away_s: list[float] = []
    try:
        for turn in range(SHORT_KILLS if rig.is_short else KILLS):
            time.sleep(rig.rng.uniform(*BETWEEN_S))
            wrong += _kill_one(installation, installation.ports[turn % 2], served, away_s)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    wrong += _finish(installation, senders)
    counted = count_kept(app, senders)
    if "Traceback" in installation.log.read_text(encoding="utf-8", errors="replace"):
        wrong.append("the app processes' log has a traceback")
    longest_s = max(away_s, default=0.0)
    return Outcome(
        saw=f"{describe_seen(senders)}; everybody was served again within {longest_s:.1f} s of each kill",
        acknowledged=counted.acknowledged,
        lost=counted.lost,
        doubled=counted.doubled,
        wrong=tuple(wrong),
    )


def _kill_one(installation: Installation, port: int, served: Sequence[float], away_s: list[float]) -> list[str]:
    """Kill the process of a port; wait until all have been served since, and it is back. Return what was wrong."""
    victim = next((each for each in installation.list_workers() if str(port) in each.cmdline()), None)
    if victim is None:
        return [f"there is no process of the port {port}"]
    victim.kill()
    killed = time.monotonic()
    while min(served) < killed:
        if time.monotonic() - killed > SERVED_WITHIN_S:
            return [f"somebody was not served for {SERVED_WITHIN_S:.0f} s after a process was killed"]
        time.sleep(0.05)
    away_s.append(time.monotonic() - killed)
    while not _is_back(installation, port, victim.pid):
        if time.monotonic() - killed > AGAIN_WITHIN_S:
            return [f"the process of the port {port} did not come back"]
        time.sleep(0.2)
    return []


def _is_back(installation: Installation, port: int, killed: int) -> bool:
    try:
        now = [each.pid for each in installation.list_workers() if str(port) in each.cmdline()]
    except psutil.NoSuchProcess:
        return False
    return bool(now) and now != [killed] and installation.is_alive(port)


def _search(sender: Sender, url: str, stop: threading.Event, served: list[float], place: int) -> None:
    """Do things and post them until told to stop, as an outbox does: what is not acknowledged is sent again."""
    pause = random.Random(place)
    while not stop.is_set():
        sender.add(2)
        if sender.post(url).status == 200:
            served[place] = time.monotonic()
        time.sleep(POST_EVERY_S + pause.uniform(0.0, POST_EVERY_S))


def _finish(installation: Installation, senders: Sequence[Sender]) -> list[str]:
    wrong = []
    for sender in senders:
        state = sender.read_state(installation.url)
        if state.get("state") != "running":
            wrong.append(f"a drill is {state.get('state', 'not there')} afterwards")
        elif state["acked"].get(sender.tab, 0) < sender.acknowledged:
            wrong.append("the server says it has fewer events than it acknowledged")
        sender.add(3)
        if not sender.drain(installation.url, within_s=DRAIN_WITHIN_S):
            wrong.append("what waited did not arrive")
    return wrong
