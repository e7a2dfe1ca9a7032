"""The nginx of this machine with the configuration that the documentation gives, in front of given processes."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import psutil

from sim.errors import MachineError
from sim.services.app.wiring import PROJECT

SHIPPED = PROJECT / "docs" / "nginx" / "sightline.conf"
FOR_ONE = SHIPPED.with_name("one-process.conf")
IN_CONTAINER = PROJECT / "docs" / "container" / "nginx.conf"
START_WITHIN_S = 30.0
_PLACES = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin"
_AROUND = """
user root;
worker_processes {workers};
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/sightline.conf;
}}
"""


def find_nginx() -> str | None:
    """Return where nginx is, None where it is not installed."""
    return shutil.which("nginx", path=_PLACES)


def find_free_port() -> int:
    """Return a port of this machine that nobody listens on now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def start_nginx(
    program: str,
    folder: Path,
    *,
    port: int,
    app_ports: Sequence[int],
    changes: Mapping[str, str] = MappingProxyType({}),
    workers: int = 1,
    shipped: Path = SHIPPED,
) -> "subprocess.Popen[bytes]":
    """Start nginx on a port of this machine in front of one or two app processes and wait until it listens.

    `changes` are the other texts of the shipped configuration that a machine has of its own, and what stands for each.
    `shipped` may be `FOR_ONE` or `IN_CONTAINER`.

    Raises:
        MachineError: the configuration lacks one of these texts, or nginx does not take it.
    """
    text = shipped.read_text(encoding="utf-8")
    first = f"server 127.0.0.1:{app_ports[0]}"
    own = {
        "server 127.0.0.1:8501": first,
        "/opt/sightline/(?:.+/)?sample_footage/": f"{PROJECT / 'sample_footage'}/",
        "/var/log/nginx/sightline.log": str(folder / "access.log"),
        "/var/lib/nginx/sightline": str(folder / "kept"),
    }
    if shipped == SHIPPED:
        own["server 127.0.0.1:8502"] = f"server 127.0.0.1:{app_ports[-1]}"
    elif shipped == IN_CONTAINER:
        own = {"server app:8501": first, "/dev/stdout": str(folder / "access.log")}
    for was, becomes in {"listen 443": f"listen 127.0.0.1:{port}", **own, **changes}.items():
        if text.count(was) != 1:
            raise MachineError(f"{shipped.name} has {was!r} {text.count(was)} times", expected="once")
        text = text.replace(was, becomes)
    (folder / "sightline.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(_AROUND.format(folder=folder, workers=workers), encoding="utf-8")
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    checked = subprocess.run([*command, "-t", "-q"], check=False, capture_output=True, text=True)
    if checked.returncode:
        raise MachineError(f"nginx does not take its configuration: {checked.stderr.strip()}")
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    ends = time.monotonic() + START_WITHIN_S
    while process.poll() is None and time.monotonic() < ends:
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.02)
    process.kill()
    raise MachineError(f"nginx did not start: {(folder / 'error.log').read_text(encoding='utf-8').strip()[-300:]}")


@contextmanager
def run_nginx(
    folder: Path, *, app_ports: Sequence[int], recordings: Path | None = None
) -> Iterator[tuple[str, psutil.Process]]:
    """Run it in front of app processes, without TLS, which would be the client's work too; give address and process.

    Raises:
        MachineError: it is not installed, or does not start.
    """
    program = find_nginx()
    if program is None:
        raise MachineError("nginx is not installed", todo="install it from the system's packages (`apt install nginx`)")
    plain = {name: f"# {name}" for name in ("ssl_certificate ", "ssl_certificate_key ")} | {
        " ssl;": ";",
        "Path=/; Secure; HttpOnly": "Path=/; HttpOnly",
    }
    if recordings is not None:
        plain["/var/lib/sightline/data/recordings/"] = f"{recordings.resolve()}/"
    port = find_free_port()
    process = start_nginx(program, folder, port=port, app_ports=app_ports, changes=plain)
    try:
        yield f"http://127.0.0.1:{port}", psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()
