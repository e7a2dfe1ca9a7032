"""Attempts that simulated searchers have played, in the past, through the real services."""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.operations.demo import SteppedClock, play_attempt
from sim.tasks.common.simulated_user import Skill

AGO = timedelta(days=1)


def play_form(app: App, form_id: str, *, skill: Skill, seed: int) -> str:
    """Play a form from briefing to submit or time-out as of a day ago; return the attempt's id."""
    now = app.clock.read()
    clock = SteppedClock(now=replace(now, wall=now.wall - AGO))
    earlier = replace(app, clock=clock)
    attempt_id = attempts.create_practice(earlier, form_id=form_id)
    play_attempt(earlier, clock, attempt_id, rng=np.random.default_rng(seed), skill=skill)
    return attempt_id
