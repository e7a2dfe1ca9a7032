"""An attempt driven over HTTP, as the browser does."""

from dataclasses import replace
from typing import Any, Self

from starlette.testclient import TestClient

from sim.app.wiring import App
from sim.console import attempts
from sim.console.footage_access import make_links
from tests.support.given import load_attempt

TAB = "0b6b4a2e-6b8e-4a53-9d0c-2f4f6a0a1c11"
OTHER_TAB = "7f1f9b9e-3a30-4f57-8a0d-8d6a3f1e2c22"


class Drill:
    def __init__(self, app: App, client: TestClient) -> None:
        self.app = app
        self.client = client
        self.attempt_id = attempts.create_sample(app)
        attempts.get_briefing(app, self.attempt_id)
        row = load_attempt(app, self.attempt_id)
        self.links = make_links(app, row)
        self.url = f"/api/attempts/{self.attempt_id}"
        self.headers = {"Authorization": f"Bearer {self.links.token}"}

    def begin(self) -> Self:
        attempts.begin(self.app, self.attempt_id)
        return self

    def post(self, *events: dict[str, Any], tab: str = TAB) -> Any:
        return self.client.post(f"{self.url}/events", headers=self.headers, json={"tab": tab, "events": list(events)})

    def state(self) -> dict[str, Any]:
        answer = self.client.get(self.url, headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


class Asking(Drill):
    question: str

    def make_question(self) -> dict[str, Any]:
        raise NotImplementedError

    def ask(self, **changes: Any) -> Any:
        body = {**self.make_question(), **changes}
        return self.client.post(f"{self.url}/{self.question}", headers=self.headers, json=body)

    def send(self, content: bytes) -> Any:
        return self.client.post(f"{self.url}/{self.question}", headers=self.headers, content=content)

    def change(self, **values: Any) -> None:
        with self.app.store.write() as work:
            work.save_row(replace(work.attempts.get(self.attempt_id), **values))


def event(seq: int, kind: str, payload: dict[str, Any] | None = None, *, t_ms: float = 0.0) -> dict[str, Any]:
    return {"seq": seq, "t_client_ms": t_ms, "kind": kind, "payload": payload or {}}


def mark(seq: int, mark_id: str, *, t_ms: float = 0.0, x: float = 0.5) -> dict[str, Any]:
    payload = {"mark_id": mark_id, "camera_id": "CAM-01", "frame": 32, "t_s": 3.2, "x": x, "y": 0.25}
    return event(seq, "mark", payload, t_ms=t_ms)


def submit(seq: int, *, t_ms: float = 0.0) -> dict[str, Any]:
    return event(seq, "submit", {"final_zone": "lobby", "not_on_camera": False, "note": "n"}, t_ms=t_ms)
