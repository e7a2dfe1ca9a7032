"""What a proxy is told: alive, and ready or not, and nothing else."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sim.db import store
from sim.services.app.wiring import App
from sim.services.operations import health
from sim.ui.http.routes import make_routes
from tests.support.fake_clock import FakeClock
from tests.support.tiny_app import make_tiny_app

GIGABYTE = 1_000_000_000
READY = {"status": "ok", "database": "ok", "disk": "ok", "footage": "ok"}


@pytest.fixture(autouse=True)
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    set_free(monkeypatch, 50 * GIGABYTE)


def set_free(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))


def test_a_lost_database_is_not_ready_and_still_alive(client: TestClient, drill_app: App, clock: FakeClock) -> None:
    assert client.get("/healthz").status_code == 200
    with drill_app.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE team RENAME TO gone"))
    clock.pass_s(health.KEPT_S + 0.1)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {**READY, "status": "not ready", "database": "failed"})
    assert client.get("/healthz/live").status_code == 200
    with drill_app.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO team"))
    clock.pass_s(health.KEPT_S + 0.1)
    assert client.get("/healthz").json() == READY


@pytest.mark.parametrize(("free", "said", "status"), [(GIGABYTE // 2, "low", 200), (GIGABYTE // 20, "full", 503)])
def test_a_disk_that_runs_full_is_said(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, free: int, said: str, status: int
) -> None:
    set_free(monkeypatch, free)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["disk"]) == (status, said)


def test_a_server_without_its_footage_is_not_ready(tmp_path: Path, clock: FakeClock) -> None:
    app = make_tiny_app(tmp_path / "bare", tmp_path / "no-library", clock)
    with TestClient(Starlette(routes=make_routes(lambda: app))) as client:
        answer = client.get("/healthz")
    app.close()
    assert (answer.status_code, answer.json()["footage"]) == (503, "failed")


def test_the_database_is_asked_at_most_once_in_two_seconds(
    client: TestClient, drill_app: App, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    make_work = store._make_work
    monkeypatch.setattr(store, "_make_work", lambda *given: reads.append(1) or make_work(*given))
    for _ in range(20):
        client.get("/healthz")
    assert len(reads) == 1
    clock.pass_s(health.KEPT_S + 0.1)
    client.get("/healthz")
    assert len(reads) == 2
