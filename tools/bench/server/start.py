"""How long the server takes from its start to the first page, and what it holds while nobody is in a drill."""

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

from websockets.sync.client import connect
from websockets.typing import Subprotocol

from sim.db.engine import make_sqlite_url
from sim.errors import MachineError
from sim.services.app.wiring import App, open_app, read_settings, system_clock
from tools.bench.rig.figures import Figure
from tools.bench.rig.server import Server, run_server
from tools.bench.server.page_request import encode_page_request, is_script_finished
from tools.bench.server.trainees import begin_attempt, give_attempt, open_load

START_LIMIT_S = 3.0
IDLE_LIMIT_MB = 300.0
IDLE_AFTER_S = 30.0
ANSWER_WITHIN_S = 60.0
BRIEFING_READ_S = 2.0
DRILL_WATCHED_S = 10.0


def measure(*, on_step: Callable[[str], None]) -> tuple[Figure, ...]:
    """Start the real app with an empty database, open its first page, leave it alone for a while, then open one drill.

    The page is there when its HTML has come and its script has run to the end; browsers add their own time. Memory is
    resident memory.

    Raises:
        TaskError: there is no form to drill.
        MachineError: the server does not start.
    """
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        data = Path(folder)
        on_step("starting the server")
        with run_server(data, read_settings(os.environ).data) as server:
            heard_s = time.monotonic() - server.began_s
            open_page(server.url)
            first_s, cpu_s = time.monotonic() - server.began_s, server.read_cpu_s()
            on_step(f"leaving it alone for {IDLE_AFTER_S:.0f} s")
            time.sleep(IDLE_AFTER_S)
            idle_mb = server.read_memory_mb()
            on_step("opening a drill")
            settings = replace(
                read_settings(os.environ), data=data, database_url=make_sqlite_url(data / "sightline.db")
            )
            app = open_app(settings, system_clock())
            try:
                drill = _open_drill(app, server)
            finally:
                app.close()
    return (
        Figure(name="start: listening", value=heard_s, unit="s"),
        Figure(
            name="start to the first page, drawn",
            value=first_s,
            unit="s",
            target=f"at most {START_LIMIT_S:g} s",
            met=first_s <= START_LIMIT_S,
        ),
        Figure(name="processor time of it", value=cpu_s, unit="s"),
        Figure(
            name=f"memory {IDLE_AFTER_S:.0f} s later, nobody in a drill",
            value=idle_mb,
            unit="MB",
            target=f"at most {IDLE_LIMIT_MB:g} MB",
            met=idle_mb <= IDLE_LIMIT_MB,
        ),
        *drill,
    )


def open_page(url: str, page: str = "", query: str = "") -> None:
    """Fetch a page as a browser without a past does, and wait until its script has run to the end.

    Raises:
        OSError, TimeoutError: it did not within a minute.
    """
    with urlopen(f"{url}/{page}?{query}", timeout=ANSWER_WITHIN_S) as answer:
        answer.read()
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    with connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None) as session:
        session.send(encode_page_request(query=query, page=page))
        until = time.monotonic() + ANSWER_WITHIN_S
        while not is_script_finished(session.recv(timeout=max(0.0, until - time.monotonic()), decode=False)):
            pass


def _open_drill(app: App, server: Server) -> tuple[Figure, ...]:
    """Let one trainee read the briefing for two seconds, the first since the server's start, and then search."""
    attempt_id = give_attempt(app)
    began_s = time.monotonic()
    open_page(server.url, "drill", f"attempt={attempt_id}")
    briefing_ms = (time.monotonic() - began_s) * 1000.0
    time.sleep(BRIEFING_READ_S)
    with open_load() as load:
        load.tell(add=[begin_attempt(app, server.url, attempt_id)])
        first_ms: list[float] = []
        until = time.monotonic() + ANSWER_WITHIN_S
        while not first_ms and time.monotonic() < until:
            first_ms = load.ask(measure=1.0)["first_ms"]
        load.ask(measure=DRILL_WATCHED_S)
        memory_mb = server.read_memory_mb()
        load.tell(stop=0)
    if not first_ms:
        raise MachineError("the first frames' data did not come within a minute", todo="run the bench again")
    return (
        Figure(name="the first drill: its briefing, drawn", value=briefing_ms, unit="ms"),
        Figure(name="then state and first frames' data", value=first_ms[0], unit="ms"),
        Figure(name="memory with that drill open", value=memory_mb, unit="MB"),
    )
