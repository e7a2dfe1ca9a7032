"""When an event was made, by what the server saw; and which silences are told."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.attempt import arrivals
from sim.attempt.events import ACTS, Event, EventKind

SPANS = st.lists(st.tuples(st.floats(0.0, 100.0), st.floats(0.0, 500.0)), max_size=4)


@given(spans=SPANS, earlier_s=st.floats(0.0, 2000.0), more_s=st.floats(0.0, 500.0))
def test_drill_time_never_falls_and_never_runs_faster(
    spans: list[tuple[float, float]], earlier_s: float, more_s: float
) -> None:
    begins_s = itertools.accumulate(apart_s for apart_s, _ in spans)
    ended = (arrivals.Pause(at_s=at_s, stood_s=stood_s) for at_s, (_, stood_s) in zip(begins_s, spans, strict=True))
    pauses = arrivals.Pauses(ended=tuple(ended))
    passed_s = pauses.to_drill_s(earlier_s + more_s) - pauses.to_drill_s(earlier_s)
    assert -1e-6 <= passed_s <= more_s + 1e-6
    assert pauses.to_real_s(pauses.to_drill_s(earlier_s), told_s=earlier_s) == pytest.approx(earlier_s, abs=1e-6)
    assert arrivals.NO_PAUSES.to_drill_s(earlier_s) == earlier_s


def test_a_page_that_comes_goes_or_plays_on_is_no_action_for_console_and_server_alike() -> None:
    text = (Path(__file__).parents[3] / "sim/ui/console/js/attempt_api.js").read_text(encoding="utf-8")
    listed = text.split("const ALWAYS = new Set([")[1].split("])")[0]
    assert {name.strip().strip('"') for name in listed.split(",")} == {kind.value for kind in arrivals.ALWAYS}
    tick = Event.read(
        tab_id="t", seq=1, t_client_ms=0.0, kind=EventKind.PLAY, payload={"t_s": 1.0, "speed": 1.0, "tick": True}
    )
    assert not arrivals.is_action(tick)
    for kind in EventKind:
        event = Event(tab_id="t", seq=1, t_client_ms=0.0, act=ACTS[kind].model_construct(), payload={})
        assert arrivals.is_action(event) is (kind not in arrivals.ALWAYS)
    assert not arrivals.ALWAYS & {EventKind.MARK, EventKind.SUBMIT, EventKind.PLAY, EventKind.NOTE}
