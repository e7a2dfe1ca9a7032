"""The last try beside this one: of the same person and kind, scored, and before it."""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from sim.drill.attempt import Mode
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.debrief.page import get_debrief
from sim.services.operations.demo import SteppedClock, play_attempt
from sim.services.team import team
from sim.tasks.common.skill import FOLLOWER, PERFECT, Skill


def play(app: App, person_id: str | None, skill: Skill, *, days_ago: int, form_id: str = "tiny-trace-a") -> str:
    """Play a practice drill of that person, days ago; return its id."""
    now = app.clock.read()
    clock = SteppedClock(now=replace(now, wall=now.wall - timedelta(days=days_ago)))
    earlier = replace(app, clock=clock)
    attempt_id = attempts.create(earlier, form_id=form_id, mode=Mode.PRACTICE, person_id=person_id)
    play_attempt(earlier, clock, attempt_id, rng=np.random.default_rng(1), skill=skill)
    return attempt_id


def test_the_last_try_stands_beside_this_one(drill_app: App) -> None:
    team_id = team.add_team(drill_app, "Maple Ridge")
    person_id, other_id = (team.add_person(drill_app, team_id, name) for name in ("Ana Lopez", "Ben Hill"))
    first = play(drill_app, person_id, FOLLOWER, days_ago=3)
    play(drill_app, other_id, PERFECT, days_ago=2)
    play(drill_app, None, PERFECT, days_ago=2)
    again = play(drill_app, person_id, PERFECT, days_ago=1, form_id="tiny-trace-b")
    assert get_debrief(drill_app, first).last_try is None
    view = get_debrief(drill_app, again)
    last = view.last_try
    assert last is not None
    assert last.title == get_debrief(drill_app, first).title
    assert not last.asked_the_same
    labels = [label for label, _, _ in last.lines]
    assert labels[-1] == "Time"
    now = {part.label: part.value for part in view.parts}
    before = {part.label: part.value for part in get_debrief(drill_app, first).parts}
    assert labels[:-1]
    for label, then_value, now_value in last.lines[:-1]:
        assert (then_value, now_value) == (before[label], now[label])
    assert (view.person, view.school) == ("Ana Lopez", "Maple Ridge")
