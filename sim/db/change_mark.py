"""A mark of the database that stays as it is for as long as nothing in it changes, however many processes write."""

import secrets
import threading

from sqlalchemy import Engine, PoolProxiedConnection, text

from sim.db.engine import is_postgresql, open_transaction, translate_errors


class ChangeMark:
    """Reads the mark. Safe to share between threads.

    SQLite tells one connection that another one has committed, so this has one of its own that never writes.
    PostgreSQL names a snapshot by the transactions that have written and those that may.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._name = secrets.token_hex(4)
        self._lock = threading.Lock()
        self._own: PoolProxiedConnection | None = None

    def read(self) -> str:
        """Return the mark: another one after every commit that changed something, and in every other `ChangeMark`."""
        if is_postgresql(self._engine):
            with open_transaction(self._engine, writes=False) as connection:
                return f"{self._name}-{connection.scalar(text('SELECT pg_current_snapshot()::text'))}"
        with translate_errors(self._engine), self._lock:
            if self._own is None:
                self._own = self._engine.raw_connection()
                self._own.detach()
            cursor = self._own.cursor()
            try:
                cursor.execute("PRAGMA data_version")
                (version,) = cursor.fetchall()[0]
            finally:
                cursor.close()
        return f"{self._name}-{version}"

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            if self._own is not None:
                self._own.close()
                self._own = None
