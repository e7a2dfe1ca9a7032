"""An upgrade that brings another recording: results on the one that is gone stay, and its debrief says what to do."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from sim.app.wiring import App, open_app
from sim.db.attempts import AttemptRow
from sim.footage.recording.open import Recording
from sim.ui.page import page_state, wording
from tests.app.conftest import RunPage, read_page
from tests.support.fake_clock import FakeClock
from tests.support.tiny_app import OPEN, copy_recording, lay_out_library

OLD = "tiny"
Upgrade = Callable[[], App]


@pytest.fixture
def upgrade(
    demo_app: App, tiny_recording: Recording, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Upgrade]:
    later = lay_out_library(tmp_path / "later", copy_recording(tiny_recording, tmp_path / "apart" / OPEN))
    data = demo_app.settings.data
    settings = replace(
        demo_app.settings,
        recordings=(later / "recordings", data / "recordings"),
        forms=(later / "forms", data / "forms"),
    )
    with ExitStack() as opened:

        def start() -> App:
            app = open_app(settings, clock)
            opened.callback(app.close)
            monkeypatch.setattr(page_state, "open_app", lambda settings, clock: app)
            page_state.get_services.clear()
            return app

        yield start


def read_drills(app: App) -> tuple[str, list[AttemptRow]]:
    with app.store.read() as work:
        (team,) = work.teams.list_all()
        rows = work.attempts.list_of_team(team.team_id)
    return team.team_id, [row for row in rows if row.score_json]


def test_results_stay_and_the_debrief_says_what_is_missing(run_page: RunPage, upgrade: Upgrade) -> None:
    app = upgrade()
    team_id, rows = read_drills(app)
    assert {row.recording_id for row in rows} == {OLD}
    for name, query, words in (
        ("results", {"team": team_id}, "8 people"),
        ("team", {"team": team_id}, "8 of 8"),
        ("record", {"person": rows[0].person_id or ""}, "Drills before"),
    ):
        page = run_page(name, **query)
        assert not page.exception, name
        assert words in read_page(page), name
    page = run_page("drill", attempt=rows[0].timing.attempt_id)
    text = read_page(page)
    assert "not on this computer" in text
    assert "its stored score stays" in text
    assert wording.DEBRIEF_PATHS not in text


def test_the_old_recording_brings_the_debrief_back(run_page: RunPage, upgrade: Upgrade, tiny_library: Path) -> None:
    app = upgrade()
    _, rows = read_drills(app)
    data = app.settings.data
    shutil.copytree(tiny_library / "recordings" / OLD, data / "recordings" / OLD)
    (data / "forms").mkdir(exist_ok=True)
    shutil.copy(tiny_library / "forms" / f"{OLD}.yaml", data / "forms")
    upgrade()
    page = run_page("drill", attempt=rows[0].timing.attempt_id)
    text = read_page(page)
    assert "not on this computer" not in text
    assert wording.DEBRIEF_PATHS in text
