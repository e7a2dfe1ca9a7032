"""The time budget in words: lines that add up, and a sentence on the largest."""

import pytest

from sim.services.app.wiring import App
from sim.services.debrief.page import get_debrief
from sim.services.debrief.time import TimeBudgetView
from sim.tasks.common.skill import FOLLOWER, NOVICE, PERFECT, SLOW, Skill
from tests.support.fake_clock import FakeClock
from tests.support.played_attempt import play_by_skill


def read_seconds(time: str) -> int:
    """Read what `write_minutes` wrote."""
    words = time.split()
    units = {"s": 1, "min": 60, "minute": 60, "minutes": 60}
    return sum(int(number) * units[unit] for number, unit in zip(words[::2], words[1::2], strict=True))


def play(app: App, clock: FakeClock, skill: Skill, *, seed: int = 3) -> TimeBudgetView:
    return get_debrief(app, play_by_skill(app, clock, "tiny-trace-a", skill, seed=seed)).time


@pytest.mark.parametrize("skill", [PERFECT, NOVICE, FOLLOWER, SLOW], ids=lambda skill: skill.name)
def test_the_lines_add_up_to_the_time_used(drill_app: App, clock: FakeClock, skill: Skill) -> None:
    view = play(drill_app, clock, skill)
    assert sum(read_seconds(line.time) for line in view.lines) == read_seconds(view.total)
    assert sum(line.percent for line in view.lines) == 100
    assert sum(line.share for line in view.lines) == pytest.approx(1.0)


def test_who_marked_somebody_else_was_on_the_wrong_person(drill_app: App, clock: FakeClock) -> None:
    def find(view: TimeBudgetView) -> float:
        return next(line.share for line in view.lines if line.use == "wrong-person")

    assert find(play(drill_app, clock, FOLLOWER, seed=1)) > 0.0
    assert find(play(drill_app, clock, PERFECT, seed=1)) == 0.0
