"""Two lessons on the tiny recording, services that have them, and somebody who plays a try well or badly."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import yaml

from sim.app.wiring import App, open_app
from sim.attempt.events import Event, EventKind
from sim.console import attempts
from sim.console.intake import accept_events
from sim.expert.run import simulate
from sim.tasks.common.simulated_user import PERFECT
from tests.support.fake_clock import FakeClock
from tests.support.given import load_attempt
from tests.support.played_attempt import TAB
from tests.support.tiny_app import make_tiny_settings

SEED = 5
KEY = "k" * 43
OTHER_KEY = "o" * 43


def write_lesson(folder: Path, number: int, *, limit_s: float = 120.0) -> Path:
    tries = [
        {"try_id": name, "type": "trace", "target": person, "window_s": [0.0, 16.0], "limit_s": limit_s}
        for name, person in (("a", "P001"), ("b", "P002"), ("easier", "P003"))
    ]
    example = {"try_id": "example", "type": "trace", "target": "P004", "window_s": [0.0, 16.0], "limit_s": limit_s}
    data = {
        "schema_version": 1,
        "lesson_id": f"lesson-{number}",
        "number": number,
        "title": f"Rule {number}",
        "rule": f"This is rule {number}.",
        "steps": ["Look.", "Mark."],
        "recording_id": "tiny",
        "tries": [*tries[:2], tries[2] | {"is_easier": True}],
        "example": example,
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{number:02d}.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return path


def open_course(data: Path, library: Path, clock: FakeClock) -> App:
    for number in (1, 2):
        write_lesson(data / "lessons", number)
    return open_app(replace(make_tiny_settings(data, library), lessons=(data / "lessons",)), clock)


def begin(app: App, attempt_id: str) -> None:
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)


def play(app: App, clock: FakeClock, attempt_id: str, *, well: bool) -> None:
    begin(app, attempt_id)
    row = load_attempt(app, attempt_id)
    form = app.catalog.get_form(row.form_id).form
    if well:
        index = app.catalog.get_truth(form.recording_id, form.cameras)
        events = simulate(
            form.task, index, rng=np.random.default_rng(SEED), skill=PERFECT, limit_s=form.limit_s, look_alikes=()
        )
    else:
        submit = {"final_zone": None, "not_on_camera": False}
        events = (Event.read(tab_id=TAB, seq=1, t_client_ms=1000.0, kind=EventKind.SUBMIT, payload=submit),)
    clock.pass_s(events[-1].t_client_ms / 1000.0)
    accept_events(app, attempt_id, tab_id=events[0].tab_id, events=events)
