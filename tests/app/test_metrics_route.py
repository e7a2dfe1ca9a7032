"""What Prometheus reads: off without a token, closed without it in hand, numbers without names."""

import math
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from sim.app import health
from sim.app.health import FIGURES
from sim.app.settings import METRICS_VARIABLE, PROJECT
from sim.app.wiring import App
from sim.db import store
from sim.features.drill.routes import make_routes
from sim.features.team import team
from sim.server.metrics import Meter, RequestLog, make_metrics_routes, read_meter
from tests.support.fake_clock import FakeClock
from tests.support.given import begin_practice
from tests.support.tiny_app import make_tiny_app

TOKEN = "0123456789abcdefgh"
SHOWN = {"Authorization": f"Bearer {TOKEN}"}


def serve(app: App, meter: Meter | None) -> TestClient:
    routes = [*make_routes(lambda: app), *make_metrics_routes(lambda: app, meter)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(RequestLog, meter=meter)]))


def read(client: TestClient) -> dict[tuple[str, str], float]:
    text = client.get("/metrics", headers=SHOWN).text
    return {
        (sample.name, sample.labels.get("route", "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if "le" not in sample.labels
    }


def test_without_a_token_there_are_none_and_it_is_closed_to_who_does_not_show_it(drill_app: App) -> None:
    assert read_meter({}) is None
    assert serve(drill_app, None).get("/metrics", headers=SHOWN).status_code == 404
    client = serve(drill_app, read_meter({METRICS_VARIABLE: TOKEN}))
    for shown in (None, "", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"):
        answer = client.get("/metrics", headers={} if shown is None else {"Authorization": shown.encode()})
        assert answer.status_code == 401, shown
        assert "sightline_" not in answer.text


def test_it_counts_by_pattern_and_knows_what_runs(drill_app: App) -> None:
    client = serve(drill_app, read_meter({METRICS_VARIABLE: TOKEN}))
    form_id = drill_app.catalog.list_practice_forms()[0].form.form_id
    for _ in range(2):
        made = begin_practice(drill_app, form_id)
    for _ in range(3):
        assert client.get(f"/api/attempts/{made}").status_code in {401, 403}
    found = read(client)
    assert found["sightline_requests_total", "/api/attempts/{attempt_id}"] == 3
    assert found["sightline_request_seconds_count", "/api/attempts/{attempt_id}"] == 3
    assert (found["sightline_drills_running", ""], found["sightline_ready", ""]) == (2, 1)
    assert found["sightline_disk_free_bytes", ""] > 0
    assert {f"sightline_{name}" for name in FIGURES} <= {name for name, _ in found}


def test_the_rules_of_the_documentation_ask_for_figures_that_there_are(drill_app: App) -> None:
    text = (PROJECT / "docs" / "prometheus" / "sightline.yml").read_text()
    asked = set(re.findall(r"\bsightline_\w+", " ".join(re.findall(r"expr:(.*(?:\n {10}.*)?)", text))))
    client = serve(drill_app, read_meter({METRICS_VARIABLE: TOKEN}))
    client.get("/healthz")
    given = {
        sample.name
        for family in text_string_to_metric_families(client.get("/metrics", headers=SHOWN).text)
        for sample in family.samples
    }
    assert len(asked) >= 4
    assert asked <= given


def test_no_name_and_no_id_is_in_it(demo_app: App) -> None:
    client = serve(demo_app, read_meter({METRICS_VARIABLE: TOKEN}))
    with demo_app.store.read() as work:
        people = [p for t in work.teams.list_all() for p in work.people.list_all(team_id=t.team_id)]
    for person in people:
        client.get(f"/api/attempts/{person.person_id}", headers={"Authorization": f"Bearer {person.name}"})
    text = client.get("/metrics", headers=SHOWN).text
    for person in people:
        assert person.person_id not in text
        assert person.name not in text
    assert TOKEN not in text


def test_a_database_that_is_away_is_told_and_the_rest_still_comes(drill_app: App) -> None:
    client = serve(drill_app, read_meter({METRICS_VARIABLE: TOKEN}))
    team.add_team(drill_app, "Office")
    drill_app.store.close()
    path = drill_app.settings.data / "sightline.db"
    for each in path.parent.glob("sightline.db*"):
        each.unlink()
    path.write_bytes(b"not a database" * 100)
    found = read(client)
    assert (found["sightline_database_up", ""], found["sightline_ready", ""]) == (0, 0)
    assert math.isnan(found["sightline_drills_running", ""])
    assert found["sightline_disk_free_bytes", ""] > 0


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
    transaction = store.Transaction
    monkeypatch.setattr(store, "Transaction", lambda *given: reads.append(1) or transaction(*given))
    for _ in range(20):
        client.get("/healthz")
    assert len(reads) == 1
    clock.pass_s(health.KEPT_S + 0.1)
    client.get("/healthz")
    assert len(reads) == 2
