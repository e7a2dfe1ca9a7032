"""What is to be done when this process ends, however it ends: nothing that it has started may outlive it."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psutil
import psycopg

from sim.app.settings import PROJECT
from sim.errors import MachineError

_WAIT = 'read -r word && exit; "$@"'
"""A line read is the dismissal; the end of the pipe without one is the end of the process that holds the other end."""


class EndWithParent:
    """A command that another process runs once this one has ended without dismissing it, by kill -9 too.

    The other process waits at a pipe whose only writer is this process; the kernel closes it, whatever happens.
    """

    def __init__(self, command: Sequence[str], *, run_as: Mapping[str, Any] = MappingProxyType({})) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        if os.name != "nt":
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _WAIT, "sh", *command],
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                **run_as,
            )

    def dismiss(self) -> None:
        if self._process is not None:
            with contextlib.suppress(OSError):
                self._process.communicate(b"dismissed\n")
            self._process = None


def end_with_this(pid: int) -> EndWithParent:
    """Leave it that a process is killed; dismiss it once that process has ended, before its number is another's."""
    return EndWithParent(["kill", "-9", str(pid)])


USER = "sightline"
PRIVATE = {"listen_addresses": ""}
"""Nobody reaches it but by the socket in its folder."""
_CLEAR_AWAY = '"$1" --pgdata="$2/data" --silent --mode=immediate stop; rm -rf "$2"'
_UNPRIVILEGED = ("postgres", "nobody")


def find_programs() -> Path | None:
    """Return the folder with `initdb` and `pg_ctl`, the newest where there are several; None when there is none."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: float(path.parent.name))
    beside = shutil.which("initdb")
    return Path(beside).resolve().parent if beside else None


class PostgresCluster:
    """A running server.

    Args:
        programs: folder of its programs.
        settings: of postgresql.conf.
    """

    def __init__(self, programs: Path, *, settings: Mapping[str, str] = PRIVATE) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="sightline-pg-"))
        self._as: Mapping[str, Any] = _find_user() if os.name != "nt" and os.geteuid() == 0 else {}
        if self._as:
            os.chown(self.folder, self._as["user"], self._as["group"])
        clear_away = ["sh", "-c", _CLEAR_AWAY, "sh", str(programs / "pg_ctl"), str(self.folder)]
        self._will = EndWithParent(clear_away, run_as=self._as)
        self._count = 0
        self._run("initdb", "--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        with self._config.open("a") as config:
            config.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
            config.write(f"unix_socket_directories = '{self.folder}'\n")
        self.start()

    @property
    def _config(self) -> Path:
        return self.folder / "data" / "postgresql.conf"

    @property
    def process(self) -> psutil.Process:
        """The server's first process; its children are the others."""
        lines = (self.folder / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()
        return psutil.Process(int(lines[0]))

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._run("pg_ctl", "--wait", "--silent", f"--log={self.folder / 'log'}", "start")

    def stop(self, *, mode: str = "fast") -> None:
        """Stop it. `immediate` is as a power cut, without the disk losing anything."""
        self._run("pg_ctl", "--wait", "--silent", f"--mode={mode}", "stop")

    def make_address(self, name: str) -> str:
        return f"postgresql://{USER}@/{name}?host={self.folder}"

    def make_empty_database(self, *, how: str = "") -> str:
        """Return the address of a new database without any table; `how` is the rest of the statement that makes it."""
        self._count += 1
        name = f"t{self._count}"
        self.execute(f"CREATE DATABASE {name} {how}")
        return self.make_address(name)

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.make_address("postgres"), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self.stop(mode="immediate")
        shutil.rmtree(self.folder, ignore_errors=True)
        self._will.dismiss()

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), f"--pgdata={self.folder / 'data'}", *arguments]
        environ = {**os.environ, "LC_ALL": "C.UTF-8"}
        ended = subprocess.run(
            command,
            cwd="/",
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            **self._as,
        )
        if ended.returncode != 0:
            log = self.folder / "log"
            said = log.read_text() if log.exists() else ""
            raise subprocess.CalledProcessError(ended.returncode, command, stderr=f"{ended.stderr}\n{said}")


@contextlib.contextmanager
def run_postgresql() -> Iterator[PostgresCluster]:
    """Run a server with the settings that PostgreSQL comes with. Raises MachineError: it is not installed."""
    programs = find_programs()
    if programs is None:
        raise MachineError(
            "PostgreSQL is not installed", todo="install it from the system's packages (`apt install postgresql`)"
        )
    cluster = PostgresCluster(programs)
    try:
        yield cluster
    finally:
        cluster.close()


def _find_user() -> dict[str, Any]:
    import pwd  # noqa: PLC0415  there is none on Windows

    for name in _UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise MachineError(
        "PostgreSQL does not run as root, and there is nobody else to run it as",
        expected=f"one of the users {', '.join(_UNPRIVILEGED)}",
    )


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
    """Run it in front of app processes, without TLS, which would be the client's work too; give address and process."""
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
