"""`python -m tests.support.measure_store`: how long a seek in the shipped recording waits, from a folder and a store.

Each number is one request for 200 kB in the middle of a camera's clip, over the app's own route, on this machine.
"""

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from sim.footage.store.moving import push_recording
from sim.records.engine import make_sqlite_url
from sim.services.app.footage_store.settings import FootageSettings
from sim.services.app.wiring import PROJECT, App, Settings, open_app, system_clock
from sim.ui.http.routes import make_routes
from tests.support.driven_drill import Drill
from tests.support.object_store import Gate, ObjectStore
from tests.support.story_truth import SHIPPED

RECORDING = SHIPPED
FORMS = PROJECT / "scenarios" / "forms"
LINE_BYTES_S = 12_500_000


def main() -> None:
    with tempfile.TemporaryDirectory() as name, ObjectStore() as store:
        folder, url = Path(name), store.make_url()
        began = time.perf_counter()
        push_recording(RECORDING, store.open_remote(url), replace=False, on_file=lambda *_: None)
        size_mb = sum(path.stat().st_size for path in RECORDING.rglob("*") if path.is_file()) / 1e6
        print(f"push of {size_mb:.0f} MB: {time.perf_counter() - began:.1f} s")
        say("folder", seek(make_settings(folder / "local", None)))
        with Gate(store.endpoint, bytes_s=LINE_BYTES_S) as line:
            for words, endpoint in (("store", store.endpoint), ("store over 100 Mbit/s", line.endpoint)):
                footage = FootageSettings(
                    url=url, options=store.make_options(endpoint), cache=folder / "cache", cache_bytes=10**9
                )
                settings = make_settings(folder / "stored", footage)
                say(f"{words}, first", seek(settings))
                say(f"{words}, cached, after a restart", seek(settings))
                shutil.rmtree(folder / "cache")


def make_settings(data: Path, footage: FootageSettings | None) -> Settings:
    recordings = (RECORDING.parent,) if footage is None else (data / "recordings",)
    return Settings(
        data=data,
        database_url=make_sqlite_url(data / "sightline.db"),
        recordings=recordings,
        forms=(FORMS,),
        footage=footage,
    )


def seek(settings: Settings) -> list[tuple[float, float]]:
    """Return for each camera the first and the second request, seconds."""
    app: App = open_app(settings, system_clock())
    app.catalogue.prepare = lambda recording_id: None  # type: ignore[method-assign]
    found = []
    with TestClient(Starlette(routes=make_routes(lambda: app))) as client:
        drill = Drill(app, client).begin()
        for camera in app.catalogue.get_recording(RECORDING.name).manifest.cameras:
            times = []
            for first in (1_000_000, 1_400_000):
                began = time.perf_counter()
                wanted = {"Range": f"bytes={first}-{first + 199_999}"}
                answer = client.get(drill.links.link(camera.main), headers=wanted)
                times.append(time.perf_counter() - began)
                assert (answer.status_code, len(answer.content)) == (206, 200_000)
            found.append((times[0], times[1]))
    app.close()
    return found


def say(words: str, found: list[tuple[float, float]]) -> None:
    for turn, name in enumerate(("first seek in a clip", "next seek")):
        values = [1000 * times[turn] for times in found]
        print(f"{words}, {name}: median {statistics.median(values):.0f} ms, longest {max(values):.0f} ms")


if __name__ == "__main__":
    main()
