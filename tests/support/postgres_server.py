"""A PostgreSQL server of the tests' own, whose databases are lent and emptied; it does not wait for the disk."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg

from sim.db.columns import metadata
from sim.db.engine import make_engine
from sim.db.migrate import migrate
from tools.bench.programs import PostgresCluster, find_programs

__all__ = ["PostgresServer", "find_programs", "run_postgres"]

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


class PostgresServer(PostgresCluster):
    def __init__(self, programs: Path) -> None:
        self._has_template = False
        self._free: list[str] = []
        super().__init__(programs, settings=SETTINGS)

    @contextlib.contextmanager
    def lend_database(self) -> Iterator[str]:
        how = f"TEMPLATE {self._find_template()} STRATEGY FILE_COPY"
        address = self._free.pop() if self._free else self.make_empty_database(how=how)
        yield address
        try:
            self._empty(address)
        except psycopg.Error:
            return
        self._free.append(address)

    def _find_template(self) -> str:
        if not self._has_template:
            self.execute(f"CREATE DATABASE {TEMPLATE}")
            engine = make_engine(self.make_address(TEMPLATE))
            migrate(engine)
            engine.dispose()
            self._has_template = True
        return TEMPLATE

    def _empty(self, address: str) -> None:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        statements = [
            "SET lock_timeout = '2s'",
            f"SELECT pg_terminate_backend(pid) {others}",
            *(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)),
        ]
        with psycopg.connect(address) as connection:
            connection.execute("; ".join(statements).encode())

    def dump(self, address: str) -> str:
        command = [str(self.programs / "pg_dump"), "--inserts", f"--dbname={address}"]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return "\n".join(line for line in text.splitlines() if not line.startswith(("--", "\\")))


@contextlib.contextmanager
def run_postgres(programs: Path) -> Iterator[PostgresServer]:
    server = PostgresServer(programs)
    try:
        yield server
    finally:
        server.close()
