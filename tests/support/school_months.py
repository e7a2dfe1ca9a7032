"""A school whose months pass in a test: the running server, clocks that can be set ahead, and people who search.

What they do goes over the server's own routes, as their browsers would send it. Run as a module this serves the app
with such clocks, like `python -m sim serve`.
"""

import argparse
import http.client
import json
import os
import shutil
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from sim.drill.event import Event
from sim.drill.forms import Origin
from sim.drill.instant import Instant
from sim.drill.simulated import simulate
from sim.footage.recording.recording import MANIFEST_NAME
from sim.services.app.settings import read_settings
from sim.services.app.wiring import App, open_app, system_clock
from sim.services.attempt import attempts, familiarization
from sim.services.attempt.footage_access import make_links
from sim.services.operations.demo import blend_skill
from sim.services.program.give import give_step
from sim.ui.http.serve import serve
from sim.ui.page import page_state
from tests.support.guide_log import WHOLE_GUIDE
from tests.support.server_process import ServerProcess

AHEAD_FILE = "ahead_s.txt"


class ShiftedClock:
    """Both clocks go ahead together, in every process that reads the same data folder."""

    def __init__(self, data: Path) -> None:
        self._file = data / AHEAD_FILE
        self._real = system_clock()

    def read(self) -> Instant:
        now, ahead_s = self._real.read(), self._read_ahead_s()
        return replace(now, wall=now.wall + timedelta(seconds=ahead_s), steady_s=now.steady_s + ahead_s)

    def pass_s(self, seconds: float) -> None:
        """Let time go by; anyone who reads meanwhile sees the time before or after it."""
        part = self._file.with_suffix(".part")
        part.write_text(repr(self._read_ahead_s() + seconds))
        part.replace(self._file)

    def _read_ahead_s(self) -> float:
        return float(self._file.read_text()) if self._file.exists() else 0.0


READING_S = 20.0
POST_EVERY_S = 30.0
DAY_S = 86_400.0
PRIVATE = "kept-for-measuring"


class School:
    def __init__(self, server: ServerProcess, app: App, clock: ShiftedClock) -> None:
        self.server, self.app, self.clock = server, app, clock

    def get_familiar(self, step_id: str, person_id: str) -> None:
        attempt_id = give_step(self.app, step_id, person_id)
        familiarization.start(self.app, attempt_id)
        whole = [
            {"seq": number, "t_client_ms": 100.0 * number, "kind": kind.value, "payload": payload}
            for number, (kind, payload) in enumerate(WHOLE_GUIDE, start=1)
        ]
        self.post(attempt_id, str(uuid.uuid4()), whole)

    def search(self, step_id: str, person_id: str, *, rng: np.random.Generator, level: float) -> None:
        """Do a step's drill as a searcher of a skill does: briefing, start, posts while time goes by, hand-in."""
        attempt_id = give_step(self.app, step_id, person_id)
        attempts.get_briefing(self.app, attempt_id)
        self.clock.pass_s(READING_S)
        attempts.begin(self.app, attempt_id)
        with self.app.store.read() as work:
            row = work.attempts.get(attempt_id)
        form = self.app.catalog.get_form(row.form_id).form
        events = simulate(
            form.task,
            self.app.catalog.get_truth(row.recording_id),
            rng=rng,
            skill=blend_skill(level),
            limit_s=row.timing.limit_s,
            look_alikes=self.app.catalog.list_look_alikes(row.recording_id, form.target),
        )
        spent_s = 0.0
        for batch in cut(events):
            until_s = batch[-1].t_client_ms / 1000.0
            self.clock.pass_s(until_s - spent_s)
            spent_s = until_s
            self.post(
                attempt_id,
                batch[0].tab_id,
                [
                    {"seq": e.seq, "t_client_ms": e.t_client_ms, "kind": e.kind.value, "payload": dict(e.payload)}
                    for e in batch
                ],
            )

    def post(self, attempt_id: str, tab_id: str, events: list[dict[str, object]]) -> None:
        with self.app.store.read() as work:
            links = make_links(self.app, work.attempts.get(attempt_id))
        headers = {"Authorization": f"Bearer {links.token}", "Content-Type": "application/json"}
        body = json.dumps({"tab": tab_id, "events": events})
        with closing(http.client.HTTPConnection(urlsplit(self.server.url).netloc, timeout=30)) as link:
            link.request("POST", f"/api/attempts/{attempt_id}/events", body=body, headers=headers)
            answer = link.getresponse()
            text = answer.read()
        assert answer.status == 200, text
        assert json.loads(text)["ack"] == events[-1]["seq"], text


def cut(events: tuple[Event, ...]) -> list[list[Event]]:
    batches: dict[int, list[Event]] = {}
    for event in events:
        batches.setdefault(int(event.t_client_ms / 1000.0 / POST_EVERY_S), []).append(event)
    return [batches[number] for number in sorted(batches)]


def lay_out_private(app: App, data: Path) -> None:
    source = app.catalog.get_recording(app.catalog.list_forms()[0].recording_id)
    old = source.manifest.recording_id
    folder = data / "recordings" / PRIVATE
    shutil.copytree(source.folder, folder, copy_function=_put_there, ignore=shutil.ignore_patterns(MANIFEST_NAME))
    manifest = json.loads((source.folder / MANIFEST_NAME).read_text(encoding="utf-8"))
    (folder / MANIFEST_NAME).write_text(json.dumps({**manifest, "recording_id": PRIVATE}), encoding="utf-8")
    (forms,) = (path for place in app.settings.forms if (path := place / f"{old}.yaml").is_file())
    text = forms.read_text(encoding="utf-8").replace(old, PRIVATE)
    (data / "forms").mkdir(parents=True, exist_ok=True)
    (data / "forms" / f"{PRIVATE}.yaml").write_text(
        text.replace(f"origin: {Origin.PUBLIC}", f"origin: {Origin.PRIVATE}"), encoding="utf-8"
    )


def _put_there(path: str, place: str) -> None:
    """Give a file a second name, or copy it where the disk cannot."""
    try:
        Path(place).hardlink_to(Path(path).resolve())
    except OSError:
        shutil.copyfile(path, place)


@contextmanager
def open_school(data: Path) -> Iterator[School]:
    data.mkdir()
    clock, settings = ShiftedClock(data), read_settings({"SIGHTLINE_DATA": str(data)})
    with closing(open_app(settings, clock)) as app:
        lay_out_private(app, data)
    served = ServerProcess(data, command=(sys.executable, "-m", "tests.support.school_months"))
    with served as server, closing(open_app(settings, clock)) as app:
        yield School(server, app, clock)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    data = read_settings(os.environ).data
    data.mkdir(parents=True, exist_ok=True)
    page_state.system_clock = lambda: ShiftedClock(data)
    return serve(host="127.0.0.1", port=parser.parse_args().port)


if __name__ == "__main__":
    sys.exit(main())
