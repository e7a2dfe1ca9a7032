"""A copy of a PostgreSQL database in one file, by its own tools: `pg_dump` writes it, `pg_restore` reads it."""

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL, make_url

from sim.db.engine import POSTGRESQL, make_private
from sim.errors import StoreError

MAGIC = b"PGDMP"
PROGRAM = "pg_dump"


def is_server(url: str) -> bool:
    """Return whether an address is that of a database server, not of a file."""
    return make_url(url).drivername.split("+")[0] in POSTGRESQL


def is_dump(path: Path) -> bool:
    """Return whether a file is a copy that `pg_dump` wrote. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def save_dump(url: str, path: Path) -> int:
    """Copy the database to a file, which appears complete or not at all; return its size in bytes.

    `pg_dump` reads one moment of the database while the app runs. The password goes by the environment, where the
    list of processes does not show it.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise StoreError(
            f"{PROGRAM} is not on this machine",
            expected="PostgreSQL's own tools, of the server's version or newer",
            todo="install them (Debian: apt-get install postgresql-client), or back up on the database server",
        )
    draft = path.with_name(f"{path.name}.part-{secrets.token_hex(4)}")
    parsed = make_url(url)
    password = parsed.password or parsed.query.get("password")
    environ = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    command = [
        program,
        "--format=custom",
        "--no-owner",
        "--no-password",
        f"--file={draft}",
        f"--dbname={_write_conninfo(parsed)}",
    ]
    make_private(draft)
    try:
        ended = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            said = (ended.stderr.strip() or f"exit code {ended.returncode}").splitlines()[0]
            raise StoreError(
                f"{PROGRAM} could not copy the database: {said}",
                expected="a server that answers, tools of its version or newer, and room on the disk",
                todo="mend that, then try again; an earlier backup of this name is untouched",
            )
        draft.replace(path)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror}", todo="choose another place for the backup"
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return path.stat().st_size


def refuse_restore(url: str, path: Path) -> StoreError:
    """Return why a backup is not put back here, and the command that does it."""
    parsed = make_url(url)
    place = _write_conninfo(parsed)
    return StoreError(
        "a PostgreSQL database is not put back by Sightline: other servers may be writing to it",
        expected="the tools of its server",
        todo=f"stop every app process, then run: pg_restore --clean --if-exists --single-transaction --no-owner "
        f'--dbname="{place}" {path}',
    )


def _write_conninfo(parsed: URL) -> str:
    named = {"host": parsed.host, "port": parsed.port, "user": parsed.username, "dbname": parsed.database}
    more = {name: str(value) for name, value in parsed.query.items() if name not in ("password", "options")}
    known = {name: str(value) for name, value in named.items() if value is not None}
    # 8 MB that SQLite does not need
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415

    return make_conninfo("", **known, **more)
