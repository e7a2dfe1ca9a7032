"""A program made on its page, in the browser's own time zone, at a desk and on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from sim.features.team import team
from sim.footage.recording.open import Recording
from tests.browser.conftest import LAPTOP, LIMIT_S, PHONE, prepare
from tests.support.barriers import list_barriers
from tests.support.server_process import ServerProcess, open_data
from tests.support.tiny_app import lay_out_measuring_library

ZONE = "America/New_York"


@pytest.fixture
def data(tmp_path: Path, tiny_recording: Recording) -> Path:
    """A library of footage that nobody can know, with which a program measures."""
    return lay_out_measuring_library(tmp_path / "data", tiny_recording, practice_limit_s=LIMIT_S)


def test_a_program_has_the_browsers_zone_and_keeps_nobody_out(browser: Browser, data: Path) -> None:
    app = open_data(data)
    team_id, other = team.add_team(app, "Front office"), team.add_team(app, "Library")
    team.add_person(app, other, "Di Lake")
    for name in ("Ben Hill", "Cy Park"):
        team.add_person(app, team_id, name)
    context = prepare(browser.new_context(viewport=LAPTOP, timezone_id=ZONE))
    page = context.new_page()
    with ServerProcess(data) as server:
        page.goto(f"{server.url}/plan?team={team_id}")
        schools = page.get_by_role("combobox", name="Other schools in the same plan")
        schools.fill("Library")
        schools.press("Enter")
        page.keyboard.press("Escape")  # its list hides the rest of the page
        expect(page.get_by_text("Library, 1 person")).to_be_visible()
        for label in ("Drills before the training", "Drills after it"):
            count = page.get_by_role("spinbutton", name=label)
            count.fill("1")
            count.press("Enter")
        expect(page.get_by_text("2 drills for each person.")).to_be_visible()
        page.get_by_role("button", name="Make the program").click()
        expect(page.get_by_role("tab", name="Give and send")).to_be_visible()
        expect(page.get_by_role("row", name="Di Lake Library")).to_be_visible()
        for size in (PHONE, LAPTOP):
            page.set_viewport_size(size)
            assert list_barriers(page) == []
        context.close()
    with app.store.read() as work:
        assert [row.time_zone for row in work.programs.list_all()] == [ZONE, ZONE]
    app.close()
