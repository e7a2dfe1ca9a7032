"""Attempts played to their end: by a simulated searcher, or by the events that a test writes down."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from sim.app.wiring import App
from sim.attempt.events import Event, EventKind
from sim.console import attempts
from sim.console.intake import accept_events
from sim.expert.run import simulate
from sim.features.operations.demo import SteppedClock, play_attempt
from sim.tasks.common.simulated_user import Skill
from tests.support.fake_clock import FakeClock
from tests.support.given import begin_practice

TAB = "0b6b4a2e-6b8e-4a53-9d0c-2f4f6a0a1c11"
BATCH = 200

Act = tuple[float, EventKind, dict[str, Any]]


def play_by_skill(app: App, clock: FakeClock, form_id: str, skill: Skill, *, seed: int = 3) -> str:
    known = app.catalog.get_form(form_id)
    events = simulate(
        known.form.task,
        app.catalog.get_truth(known.recording_id),
        rng=np.random.default_rng(seed),
        skill=skill,
        limit_s=known.form.limit_s,
        look_alikes=app.catalog.list_look_alikes(known.recording_id, known.form.target),
    )
    return _play(app, clock, form_id, events)


def play_by_acts(app: App, clock: FakeClock, form_id: str, acts: Sequence[Act]) -> str:
    events = [
        Event.read(tab_id=TAB, seq=seq, t_client_ms=at_s * 1000.0, kind=kind, payload=payload)
        for seq, (at_s, kind, payload) in enumerate(acts, start=1)
    ]
    return _play(app, clock, form_id, events)


def _play(app: App, clock: FakeClock, form_id: str, events: Sequence[Event]) -> str:
    attempt_id = begin_practice(app, form_id)
    limit_s = app.catalog.get_form(form_id).form.limit_s
    last_s = events[-1].t_client_ms / 1000.0 if events else 0.0
    clock.pass_s(last_s)
    for first in range(0, len(events), BATCH):
        accept_events(app, attempt_id, tab_id=events[0].tab_id, events=events[first : first + BATCH])
    clock.pass_s(limit_s + 60.0 - last_s)
    return attempt_id


def play_form(app: App, form_id: str, *, skill: Skill) -> str:
    now = app.clock.read()
    clock = SteppedClock(now=replace(now, wall=now.wall - timedelta(days=1)))
    earlier = replace(app, clock=clock)
    attempt_id = attempts.create_practice(earlier, form_id=form_id)
    play_attempt(earlier, clock, attempt_id, rng=np.random.default_rng(1), skill=skill)
    return attempt_id
