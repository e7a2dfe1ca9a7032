"""Fixtures of databases: every kind that the app can store in, real ones."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.empty_database import write_empty_database

if TYPE_CHECKING:
    from tests.support.postgres_server import PostgresServer

KINDS = ("sqlite", "postgresql")
MISSING = "PostgreSQL is not installed; tests/system_packages.py installs it where apt does"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator["PostgresServer"]:
    if os.name == "nt":
        pytest.skip(MISSING)
    from tests.support.postgres_server import find_programs, run_postgres  # noqa: PLC0415

    programs = find_programs()
    if programs is None:
        pytest.skip(MISSING)
    with run_postgres(programs) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: "PostgresServer") -> Iterator[str]:
    with postgres_server.lend_database() as address:
        yield address


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return write_empty_database(tmp_path / "records.db")
    url: str = request.getfixturevalue("postgres_url")
    return url
