"""How long the server takes from its start to the first page, and what it holds while nobody is in a drill."""

import time
from urllib.request import urlopen

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from sim.errors import MachineError
from sim.services.app.wiring import App
from tools.bench.load import encode_page_request
from tools.bench.rig import Figure, OnStep, Server, make_folder, open_services, run_server
from tools.bench.trainees import begin_attempt, give_attempt, open_load

IDLE_AFTER_S = 30.0
ANSWER_WITHIN_S = 60.0
BRIEFING_READ_S = 2.0
DRILL_WATCHED_S = 10.0


def measure(*, on_step: OnStep, smallest: bool = False) -> tuple[Figure, ...]:
    """Start the app with an empty database, draw its first page, leave it alone for a while, then open one drill.

    The page is there when its HTML has come and its script has run to the end; browsers add their own time. Memory is
    resident memory.
    """
    with make_folder() as folder:
        on_step("starting the server")
        with run_server(folder) as server:
            draw_page(server.url)
            first_s, cpu_s = time.monotonic() - server.began_s, server.read_cpu_s()
            on_step("leaving it alone for a while")
            time.sleep(0.0 if smallest else IDLE_AFTER_S)
            idle_mb = server.read_memory_mb()
            on_step("opening a drill")
            with open_services(folder) as app:
                drill_mb = _open_drill(app, server, watched_s=0.0 if smallest else DRILL_WATCHED_S)
    return (
        Figure(name="start to the first page, drawn", value=first_s, unit="s"),
        Figure(name="processor time of it", value=cpu_s, unit="s", most=3.0),
        Figure(name=f"memory {IDLE_AFTER_S:.0f} s later, nobody in a drill", value=idle_mb, unit="MB", most=260.0),
        Figure(name="memory with one drill open", value=drill_mb, unit="MB"),
    )


def draw_page(url: str, page: str = "", query: str = "") -> None:
    """Fetch a page as a browser without a past does, and wait until its script has run to the end."""
    with urlopen(f"{url}/{page}?{query}", timeout=ANSWER_WITHIN_S) as answer:
        answer.read()
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    with connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None) as session:
        session.send(encode_page_request(query=query, page=page))
        until = time.monotonic() + ANSWER_WITHIN_S
        while True:
            said = ForwardMsg.FromString(session.recv(timeout=max(0.0, until - time.monotonic()), decode=False))
            if said.WhichOneof("type") == "script_finished":
                return


def _open_drill(app: App, server: Server, *, watched_s: float) -> float:
    """Let one trainee read the briefing and then search; return the memory, MB."""
    attempt_id = give_attempt(app)
    draw_page(server.url, "drill", f"attempt={attempt_id}")
    time.sleep(min(watched_s, BRIEFING_READ_S))
    with open_load() as load:
        load.tell(add=[begin_attempt(app, server.url, attempt_id)])
        until = time.monotonic() + ANSWER_WITHIN_S
        while not load.ask(measure=0.2)["here"]:
            if time.monotonic() > until:
                raise MachineError("the first frames' data did not come within a minute", todo="run the bench again")
        load.ask(measure=watched_s)
        memory_mb = server.read_memory_mb()
        load.tell(stop=0)
    return memory_mb
