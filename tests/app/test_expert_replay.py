"""The expert beside one's own search: in the debrief, and to be watched, after the end only."""

import pytest

from sim.errors import AttemptError
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.debrief.expert import find_expert, get_expert_replay, write_expert_table
from sim.services.debrief.page import get_debrief
from sim.tasks.common.simulated_user import NOVICE
from tests.app.conftest import RunPage
from tests.support.fake_clock import FakeClock
from tests.support.played_attempt import play_form


def test_the_expert_is_beside_ones_own_search_and_can_be_watched(run_page: RunPage, drill_app: App) -> None:
    attempt_id = play_form(drill_app, "tiny-trace-a", skill=NOVICE)
    form = drill_app.catalog.get_form("tiny-trace-a").form
    result = find_expert(drill_app.catalog, form)
    assert result is not None
    assert find_expert(drill_app.catalog, form) is result, "searched once"
    view = get_debrief(drill_app, attempt_id)
    assert (view.expert is not None) == result.passed
    if view.expert is not None:
        assert view.expert.expert.startswith(f"found {result.found[0]} of {result.found[1]} in ")
    replay = get_expert_replay(drill_app, attempt_id, is_told=True).data["replay"]
    assert [caption["text"] for caption in replay["captions"]] == [c.text for c in result.run.captions]
    assert [event["kind"] for event in replay["events"]] == [event.kind.value for event in result.run.events]
    table = write_expert_table(drill_app.catalog, [form])
    assert "tiny-trace-a" in table
    assert f"passes {int(result.passed)} of 1 traces" in table
    page = run_page("drill", attempt=attempt_id)
    assert [button.key for button in page.button if button.key == "watch-expert"] == ["watch-expert"] * result.passed


def test_nobody_watches_the_expert_before_their_own_search_has_ended(drill_app: App, clock: FakeClock) -> None:
    attempt_id = attempts.create_practice(drill_app, form_id="tiny-practice-1")
    attempts.get_briefing(drill_app, attempt_id)
    attempts.begin(drill_app, attempt_id)
    clock.pass_s(5.0)
    with pytest.raises(AttemptError, match="cannot be watched"):
        get_expert_replay(drill_app, attempt_id, is_told=True)
