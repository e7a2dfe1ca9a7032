"""The time budget in words: lines that add up, and a sentence on the largest."""

import pytest

from sim.drill.event import EventKind
from sim.services.app.wiring import App
from sim.services.debrief.page import get_debrief
from sim.services.debrief.time import TimeBudgetView
from sim.tasks.common.skill import FOLLOWER, NOVICE, PERFECT, SLOW, Skill
from tests.support.fake_clock import FakeClock
from tests.support.played_attempt import Act, play_by_acts, play_by_skill


def read_seconds(time: str) -> int:
    """Read what `write_minutes` wrote."""
    words = time.split()
    units = {"s": 1, "min": 60, "minute": 60, "minutes": 60}
    return sum(int(number) * units[unit] for number, unit in zip(words[::2], words[1::2], strict=True))


def play(app: App, clock: FakeClock, skill: Skill, *, seed: int = 3) -> TimeBudgetView:
    return get_debrief(app, play_by_skill(app, clock, "tiny-trace-a", skill, seed=seed)).time


def make_attempt(app: App, clock: FakeClock, *acts: Act) -> TimeBudgetView:
    return get_debrief(app, play_by_acts(app, clock, "tiny-practice-1", acts)).time


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


def test_the_sentence_is_on_the_largest(drill_app: App, clock: FakeClock) -> None:
    opened = (2.0, EventKind.OPEN, {})
    still = make_attempt(drill_app, clock, opened)
    assert still.sentence == (
        "Most of the time, 1 min 58 s of 2 minutes, went on a paused picture, to look, decide, and mark."
    )
    hidden = make_attempt(drill_app, clock, opened, (40.0, EventKind.HIDDEN, {}))
    assert hidden.sentence == "Most of the time, 1 min 22 s of 2 minutes, went on the page being hidden or closed."
    assert make_attempt(drill_app, clock).sentence == (
        "All of the time, 2 minutes, went on the page being hidden or closed."
    )


def test_waiting_and_the_page_out_of_sight_are_told_only_where_they_were(drill_app: App, clock: FakeClock) -> None:
    usual = ["following", "searching", "again", "wrong-person", "paused"]
    stall = (20.0, EventKind.STALL, {"t_s": 1.0, "seconds": 3.0})
    assert [line.use for line in make_attempt(drill_app, clock, (0.0, EventKind.OPEN, {})).lines] == usual
    waited = make_attempt(drill_app, clock, (0.0, EventKind.OPEN, {}), stall)
    assert [line.use for line in waited.lines] == [*usual, "waiting"]
    assert waited.lines[-1].time == "3 s"
    assert [line.use for line in make_attempt(drill_app, clock).lines] == [*usual, "away"]
    blink = (20.0, EventKind.STALL, {"t_s": 1.0, "seconds": 0.6})
    short = make_attempt(drill_app, clock, (0.4, EventKind.OPEN, {}), blink)
    assert [line.use for line in short.lines] == usual
    assert (short.lines[-1].time, short.lines[-1].percent, short.total) == ("2 minutes", 100, "2 minutes")
