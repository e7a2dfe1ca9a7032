"""A PostgreSQL server for a bench or a trial: a cluster in a temporary folder, reached by a socket there.

It is gone afterwards, even where this process is killed. It runs as an unprivileged user where this process is root's,
as PostgreSQL refuses to be root. Settings that are not given are its own: every commit waits for the disk.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import psycopg

from sim.errors import MachineError
from tools.bench.rig.end_with_parent import EndWithParent

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
        """Return the address of a database."""
        return f"postgresql://{USER}@/{name}?host={self.folder}"

    def make_empty_database(self, *, how: str = "") -> str:
        """Return the address of a new database without any table; `how` is the rest of the statement that makes it."""
        self._count += 1
        name = f"t{self._count}"
        self.execute(f"CREATE DATABASE {name} {how}")
        return self.make_address(name)

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement outside any transaction; return its rows."""
        with psycopg.connect(self.make_address("postgres"), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        """Stop it and remove everything."""
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
