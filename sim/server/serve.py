"""Running the app: one process, one socket, a stop that takes seconds whatever is playing."""

import errno
import gc
import importlib
import ipaddress
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from typing import Any

import uvicorn
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from sim.app.health import note_served_port
from sim.app.settings import OPEN_VARIABLE, PROJECT, read_trusted_proxies
from sim.errors import MachineError
from sim.features.accounts.page_school import NoteProxy, prepare_sign_in
from sim.rules.sessions import is_set_up
from sim.ui.http.slow_clients import PromptHeads
from sim.ui.page.page_state import get_services

STOP_WITHIN_S = 3
PING_S = 20.0
WATCHED_VARIABLE = "SIGHTLINE_WATCHED"
"""Set for a process that another one watches, see `sim.server.workers`."""
_SETTINGS = {"STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false", "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none"}


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            sys.stdout.write(f"Sightline runs at {_write_address(sockets or [])} (stop with Ctrl-C)\n")
            sys.stdout.flush()


def serve(*, host: str, port: int, is_open: bool = False) -> int:
    """Serve the app until a signal stops it; return the exit code.

    Requests are not logged: their addresses hold tokens. `is_open` lets other machines in although signing in is not
    set up.
    """
    listening = bind(host, port)
    try:
        os.environ.update(_SETTINGS | ({OPEN_VARIABLE: "1"} if is_open else {}))
        os.chdir(PROJECT)
        if str(PROJECT) not in sys.path:
            sys.path.insert(0, str(PROJECT))
        _check_open(host)
        prepare_sign_in(get_services().settings.data)
        note_served_port(get_services().settings.data, listening.getsockname()[1])
        _end_with_parent()
        server = _Server(make_config(importlib.import_module("app").app))
        gc.freeze()
        gc.enable()
        logging.getLogger("uvicorn.access").disabled = True
        server.run(sockets=[listening])
    finally:
        listening.close()
    return 0 if server.started else 1


def make_config(app: Any) -> uvicorn.Config:
    proxies = read_trusted_proxies(os.environ)
    behind: Any = ProxyHeadersMiddleware(app, trusted_hosts=proxies)
    # a browser sends what was typed and pressed; files come another way
    return uvicorn.Config(
        NoteProxy(behind, proxies),
        proxy_headers=False,
        http=PromptHeads,
        log_level="warning",
        log_config=None,
        access_log=False,
        use_colors=False,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        ws="websockets-sansio",
        ws_max_size=4 * 1024 * 1024,
        ws_ping_interval=PING_S,
        ws_ping_timeout=PING_S,
        server_header=False,
    )


def _end_with_parent() -> None:
    def wait() -> None:
        while sys.stdin.buffer.read(1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    if os.environ.get(WATCHED_VARIABLE) == "1":
        threading.Thread(target=wait, name="parent", daemon=True).start()


def _check_open(host: str) -> None:
    """Refuse to listen to other machines while anybody there would be let in. Raises MachineError."""
    app = get_services()
    if is_set_up(app) or _is_loopback(host):
        return
    if not app.settings.open_to_network:
        raise MachineError(
            f"sign-in is not set up, and {host} can be reached from other computers",
            expected="sign-in set up first, so that it is known who did which drill",
            todo="run `python -m sim accounts add NAME --role admin --role trainer --role records` and start again; "
            "or, to let anyone on the network in without signing in, add --open-to-network",
        )
    sys.stdout.write(
        "OPEN TO THE NETWORK: sign-in is not set up. Anyone who reaches this address can open drills, and results\n"
        "prove nothing about who did them. Every page says so until sign-in is set up.\n"
    )
    sys.stdout.flush()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def bind(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise MachineError(f"the port {port} does not exist", expected="0 to 65535")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, or asyncio leaves Nagle's algorithm on and an answer's body waits 40 ms for the browser's receipt.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name != "nt":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        raise _describe(host, port, error) from error
    return listening


def _describe(host: str, port: int, error: OSError) -> MachineError:
    if error.errno == errno.EADDRINUSE:
        return MachineError(
            f"the port {port} is in use by another program",
            expected="a free port",
            todo=f"stop that program, or choose another port: `PORT={port + 1} make run`, "
            f"or `python -m sim serve --port {port + 1}`",
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return MachineError(f"the port {port} may not be used by this user", expected="a port of 1024 or more")
    return MachineError(
        f"the address {host}:{port} cannot be listened on: {error.strerror or error}",
        expected="127.0.0.1 for this machine alone, or an address of this machine",
    )


def _write_address(sockets: Sequence[socket.socket]) -> str:
    host, port = sockets[0].getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
