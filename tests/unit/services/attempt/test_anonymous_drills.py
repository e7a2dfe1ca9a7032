"""Drills without an account: paced by address, so that a school is not one person, and gone after a day."""

import pytest

from sim.drill.attempt import AttemptState, Phase
from sim.errors import RateLimitError, UnknownAttemptError
from sim.services.app.wiring import App
from sim.services.attempt import attempts, familiarization
from sim.services.privacy.delete import delete_old_anonymous
from sim.services.team import given_drills, team
from tests.support.fake_clock import FakeClock

HOUR_S = 3600.0


def test_an_address_begins_so_many_in_an_hour_and_another_is_not_slowed(
    drill_app: App, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "ANONYMOUS_AN_HOUR", 3)
    form_id = drill_app.catalog.list_forms()[0].form.form_id
    attempts.create_sample(drill_app, address="192.0.2.7")
    attempts.create_practice(drill_app, form_id=form_id, address="192.0.2.7")
    familiarization.create(drill_app, address="192.0.2.7")
    with pytest.raises(RateLimitError, match="sign in, use your own link"):
        attempts.create_sample(drill_app, address="192.0.2.7")
    attempts.create_sample(drill_app, address="192.0.2.8")
    person_id = team.add_person(drill_app, team.add_team(drill_app, "Front office"), "Heron")
    familiarization.create(drill_app, person_id=person_id, address="192.0.2.7")
    clock.pass_s(HOUR_S + 1)
    attempts.create_sample(drill_app, address="192.0.2.7")


def test_a_school_that_tries_out_drills_at_once_is_not_stopped(drill_app: App) -> None:
    for _ in range(199):
        attempts.note_anonymous(drill_app, "192.0.2.7")
    attempt_id = attempts.create_sample(drill_app, address="192.0.2.7")
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.ASSIGNED


def test_they_are_gone_after_a_day_and_nobody_elses_are(drill_app: App, clock: FakeClock) -> None:
    person_id = team.add_person(drill_app, team.add_team(drill_app, "Front office"), "Heron")
    own = given_drills.create_attempt(drill_app, person_id, Phase.BEFORE)
    given, ended, running = (attempts.create_sample(drill_app) for _ in range(3))
    console = familiarization.create(drill_app)
    attempts.get_briefing(drill_app, ended)
    attempts.begin(drill_app, ended)
    attempts.abandon(drill_app, ended)
    clock.pass_s(23 * HOUR_S)
    assert delete_old_anonymous(drill_app) == 0
    attempts.get_state(drill_app, console)
    attempts.get_briefing(drill_app, running)
    attempts.begin(drill_app, running)
    clock.pass_s(2 * HOUR_S)
    assert delete_old_anonymous(drill_app) == 2
    for gone in (given, ended):
        with pytest.raises(UnknownAttemptError):
            attempts.get_state(drill_app, gone)
    for kept in (own, running, console):
        attempts.get_state(drill_app, kept)
    clock.pass_s(25 * HOUR_S)
    assert delete_old_anonymous(drill_app) == 2
    attempts.get_state(drill_app, own)
