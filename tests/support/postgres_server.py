"""A PostgreSQL server of the tests' own: a cluster in a temporary folder, reached by a socket there, gone afterwards,
even where the tests are killed.

It runs as an unprivileged user where the tests run as root, which PostgreSQL refuses to do. Its settings leave out the
waiting for the disk: a killed server loses nothing by that, only a power cut would.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg

from sim.lab.torture.rig.end_with_parent import EndWithParent
from sim.records.engine import make_engine
from sim.records.migrate import migrate
from sim.records.tables import metadata

USER = "sightline"
TEMPLATE = "sightline_template"
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "on",
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_min_messages": "fatal",
}
_CLEAR_AWAY = '"$1" --pgdata="$2/data" --silent --mode=immediate stop; rm -rf "$2"'
_UNPRIVILEGED = ("postgres", "nobody")


def find_programs() -> Path | None:
    """Return the folder with `initdb` and `pg_ctl`, the newest where there are several; None when there is none."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: float(path.parent.name))
    beside = shutil.which("initdb")
    return Path(beside).resolve().parent if beside else None


class PostgresServer:
    """A running server."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="sightline-pg-"))
        self._as: Mapping[str, Any] = _find_user() if os.geteuid() == 0 else {}
        if self._as:
            os.chown(self.folder, self._as["user"], self._as["group"])
        clear_away = ["sh", "-c", _CLEAR_AWAY, "sh", str(programs / "pg_ctl"), str(self.folder)]
        self._will = EndWithParent(clear_away, run_as=self._as)
        self._count = 0
        self._has_template = False
        self._free: list[str] = []
        self._run("initdb", "--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        with self._config.open("a") as config:
            config.writelines(f"{name} = '{value}'\n" for name, value in SETTINGS.items())
            config.write(f"unix_socket_directories = '{self.folder}'\n")
        self.start()

    @property
    def _config(self) -> Path:
        return self.folder / "data" / "postgresql.conf"

    def start(self) -> None:
        self._run("pg_ctl", "--wait", "--silent", f"--log={self.folder / 'log'}", "start")

    def stop(self, *, mode: str = "fast") -> None:
        """Stop it. `immediate` is as a power cut, without the disk losing anything."""
        self._run("pg_ctl", "--wait", "--silent", f"--mode={mode}", "stop")

    def make_address(self, name: str) -> str:
        return f"postgresql://{USER}@/{name}?host={self.folder}"

    def make_empty_database(self) -> str:
        """Return the address of a new database without any table."""
        return self._make("")

    @contextlib.contextmanager
    def lend_database(self) -> Iterator[str]:
        """Give the address of a database that has the tables of today, and nothing in them."""
        address = self._free.pop() if self._free else self._make(f"TEMPLATE {self._find_template()} STRATEGY FILE_COPY")
        yield address
        try:
            self._empty(address)
        except psycopg.Error:
            return
        self._free.append(address)

    def _make(self, how: str) -> str:
        self._count += 1
        name = f"t{self._count}"
        self.execute(f"CREATE DATABASE {name} {how}")
        return self.make_address(name)

    def _find_template(self) -> str:
        if not self._has_template:
            self.execute(f"CREATE DATABASE {TEMPLATE}")
            engine = make_engine(self.make_address(TEMPLATE))
            migrate(engine)
            engine.dispose()
            self._has_template = True
        return TEMPLATE

    def _empty(self, address: str) -> None:
        """Delete every row. Whatever still uses the database is cut off first, so that it cannot hold a lock."""
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        statements = [
            "SET lock_timeout = '2s'",
            f"SELECT pg_terminate_backend(pid) {others}",
            *(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)),
        ]
        with psycopg.connect(address) as connection:
            connection.execute("; ".join(statements).encode())

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.make_address("postgres"), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def dump(self, address: str) -> str:
        """Return everything in a database, as text; the same for the same content."""
        command = [str(self._programs / "pg_dump"), "--inserts", f"--dbname={address}"]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return "\n".join(line for line in text.splitlines() if not line.startswith(("--", "\\")))

    def close(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self.stop(mode="immediate")
        shutil.rmtree(self.folder, ignore_errors=True)
        self._will.dismiss()

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), f"--pgdata={self.folder / 'data'}", *arguments]
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
def run_postgres(programs: Path) -> Iterator[PostgresServer]:
    server = PostgresServer(programs)
    try:
        yield server
    finally:
        server.close()


def _find_user() -> dict[str, Any]:
    import pwd  # noqa: PLC0415  there is none on Windows

    for name in _UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise LookupError(f"the tests run as root and there is none of the users {_UNPRIVILEGED} to run PostgreSQL as")
