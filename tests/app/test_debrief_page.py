"""The debrief's page: every section stands there, whatever was done in the drill."""

import numpy as np
import pytest

from sim.drill.event import EventKind
from sim.services.app.wiring import App
from sim.tasks.common.simulated_user import FOLLOWER, NOVICE, PERFECT, Skill
from sim.ui.page import wording
from tests.app.conftest import RunPage
from tests.app.test_start_and_drill import write_all
from tests.support.fake_clock import FakeClock
from tests.support.played_attempt import Act, play_by_acts, play_by_skill

SECTIONS = (wording.DEBRIEF_PATHS, wording.DEBRIEF_TIME, wording.DEBRIEF_CAMERAS)


@pytest.mark.parametrize("skill", [PERFECT, NOVICE, FOLLOWER], ids=lambda skill: skill.name)
def test_every_picture_has_its_table(run_page: RunPage, drill_app: App, clock: FakeClock, skill: Skill) -> None:
    page = run_page("drill", attempt=play_by_skill(drill_app, clock, "tiny-trace-a", skill, seed=1))
    assert not page.exception
    text = write_all(page)
    for words in SECTIONS:
        assert words in text
    marks = next(str(html.value) for html in page.get("html") if f'aria-label="{wording.DEBRIEF_MARKS}"' in html.value)
    assert (">wrong person</td>" in marks) is (skill is FOLLOWER)
    assert "What the time went on" in text
    assert f"**{wording.DEBRIEF_LEGS}:** " in text
    assert wording.DEBRIEF_CAMERAS_TABLE in [expander.label for expander in page.expander]


def test_without_marks_the_map_still_shows_the_student_s_way(
    run_page: RunPage, drill_app: App, clock: FakeClock
) -> None:
    page = run_page("drill", attempt=play_by_acts(drill_app, clock, "tiny-trace-a", [(0.0, EventKind.OPEN, {})]))
    assert not page.exception
    assert wording.NO_MARKS in write_all(page)
    assert "your 0 marks" in write_all(page)


def test_a_thousand_marks_are_drawn_in_the_end(run_page: RunPage, drill_app: App, clock: FakeClock) -> None:
    rng = np.random.default_rng(5)
    acts: list[Act] = [(0.0, EventKind.OPEN, {})]
    for number in range(1000):
        x, y = rng.random(2).tolist()
        t_s = float(rng.integers(0, 100)) / 10
        place = {"camera_id": f"CAM-0{rng.integers(1, 5)}", "frame": round(t_s * 10), "t_s": t_s, "x": x, "y": y}
        acts.append((1.0, EventKind.MARK, {"mark_id": f"mark-{number}", **place}))
    page = run_page("drill", attempt=play_by_acts(drill_app, clock, "tiny-trace-a", acts))
    assert not page.exception
    assert wording.DEBRIEF_PATHS in write_all(page)
