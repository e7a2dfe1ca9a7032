"""Drill time and real time, and what of a log a pause leaves out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.drill.arrivals import ALWAYS, LEARNS_WITHIN_S, NO_PAUSES, Pause, Pauses, Weight, is_action
from sim.drill.event import Event, EventKind

OPEN = Pauses(ended=(Pause(at_s=100.0, stood_s=60.0),), open_at_s=150.0)
"""Real times: stopped from 100 to 160, and since 210."""

SPANS = st.lists(st.tuples(st.floats(0.0, 100.0), st.floats(0.0, 500.0)), max_size=4)


def make_pauses(spans: list[tuple[float, float]]) -> Pauses:
    at_s, ended = 0.0, []
    for apart_s, stood_s in spans:
        at_s += apart_s
        ended.append(Pause(at_s=at_s, stood_s=stood_s))
    return Pauses(ended=tuple(ended))


@pytest.mark.parametrize(
    ("real_s", "drill_s"),
    [(99.0, 99.0), (130.0, 100.0), (160.0, 100.0), (170.0, 110.0), (210.0, 150.0), (900.0, 150.0)],
)
def test_drill_time_stands_still_in_a_pause(real_s: float, drill_s: float) -> None:
    assert OPEN.to_drill_s(real_s) == drill_s


@given(spans=SPANS, earlier_s=st.floats(0.0, 2000.0), more_s=st.floats(0.0, 500.0))
def test_drill_time_never_falls_and_never_runs_faster(
    spans: list[tuple[float, float]], earlier_s: float, more_s: float
) -> None:
    pauses = make_pauses(spans)
    passed_s = pauses.to_drill_s(earlier_s + more_s) - pauses.to_drill_s(earlier_s)
    assert -1e-6 <= passed_s <= more_s + 1e-6
    assert pauses.to_real_s(pauses.to_drill_s(earlier_s), told_s=earlier_s) == pytest.approx(earlier_s, abs=1e-6)
    assert NO_PAUSES.to_drill_s(earlier_s) == earlier_s


@pytest.mark.parametrize(
    ("made_s", "heard_s", "arrived_s", "weight"),
    [
        (209.0, 208.0, 210.0 + LEARNS_WITHIN_S, Weight.COUNTS),
        (214.0, 208.0, 215.5, Weight.LEFT_OUT),
        (209.0, 208.0, 215.5, Weight.WAITS),
        (209.0, 204.0, 400.0, Weight.COUNTS),
        (215.5, 204.0, 400.0, Weight.LEFT_OUT),
        (300.0, 299.0, 300.5, Weight.LEFT_OUT),
        (99.0, 90.0, 170.0, Weight.COUNTS),
        (130.0, 90.0, 170.0, Weight.LEFT_OUT),
        (158.0, 90.0, 170.0, Weight.COUNTS),
        (159.0, 158.5, 161.0, Weight.COUNTS),
    ],
    ids=[
        "in the first seconds",
        "in a pause that its page did not know of",
        "just before, by a tab that was there",
        "before, by a tab that was offline",
        "in it, by a tab that was offline",
        "in it, by a tab that knew",
        "before one that is over",
        "in one that is over, unknown to its tab",
        "about the end of one, unknown to its tab",
        "about the end of one that its tab knew of",
    ],
)
def test_what_a_pause_leaves_out(made_s: float, heard_s: float, arrived_s: float, weight: Weight) -> None:
    assert OPEN.weigh(made_s=made_s, told_s=heard_s, heard_s=heard_s, arrived_s=arrived_s) is weight
    none = NO_PAUSES.weigh(made_s=made_s, told_s=heard_s, heard_s=heard_s, arrived_s=arrived_s)
    assert none is Weight.COUNTS


def test_a_page_that_comes_goes_or_plays_on_is_no_action() -> None:
    tick = Event(tab_id="t", seq=1, t_client_ms=0.0, kind=EventKind.PLAY, payload={"tick": True})
    assert not is_action(tick)
    for kind in EventKind:
        event = Event(tab_id="t", seq=1, t_client_ms=0.0, kind=kind, payload={})
        assert is_action(event) is (kind not in ALWAYS)
    assert not ALWAYS & {EventKind.MARK, EventKind.SUBMIT, EventKind.PLAY, EventKind.NOTE}


def test_the_console_holds_back_what_the_server_would_leave_out() -> None:
    text = (Path(__file__).parents[3] / "sim/ui/console/js/outbox.js").read_text(encoding="utf-8")
    listed = text.split("const ALWAYS = new Set([")[1].split("])")[0]
    assert {name.strip().strip('"') for name in listed.split(",")} == {kind.value for kind in ALWAYS}
