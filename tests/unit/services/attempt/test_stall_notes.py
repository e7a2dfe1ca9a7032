"""How long playing waited for footage is kept with the result, and said where the drill's time is read."""

import pytest

from sim.drill.attempt import Phase
from sim.drill.event import Event, EventKind
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt.intake import accept_events
from sim.services.debrief import page as debrief
from sim.services.team import given_drills, team
from sim.services.team.team_view import get_team_view
from tests.support.driven_drill import TAB
from tests.support.fake_clock import FakeClock


def finish_drill(app: App, clock: FakeClock, person_id: str, *, waits_s: tuple[float, ...]) -> str:
    attempt_id = given_drills.create_attempt(app, person_id, Phase.BEFORE)
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    clock.pass_s(60)
    payloads = [(EventKind.STALL, {"t_s": 1.0, "seconds": wait_s}) for wait_s in waits_s]
    payloads.append((EventKind.SUBMIT, {"final_zone": None, "not_on_camera": True, "note": ""}))
    log = [
        Event(tab_id=TAB, seq=seq, t_client_ms=1000.0 * seq, kind=kind, payload=payload)
        for seq, (kind, payload) in enumerate(payloads, start=1)
    ]
    accept_events(app, attempt_id, tab_id=TAB, events=log)
    return attempt_id


def test_a_drill_that_waited_long_is_said_not_to_be_clean(drill_app: App, clock: FakeClock) -> None:
    team_id = team.add_team(drill_app, "Front office")
    person_id = team.add_person(drill_app, team_id, "Heron")
    attempt_id = finish_drill(drill_app, clock, person_id, waits_s=(4.0, 8.5))
    assert [card.stall_s for card in given_drills.list_attempts(drill_app, team_id)] == [pytest.approx(12.5)]
    (line,) = get_team_view(drill_app, team_id).people[0].before
    assert ". Playing waited 12 s for footage: the time is not clean" in line.text
    assert debrief.get_debrief(drill_app, attempt_id).stall_s == pytest.approx(12.5)
