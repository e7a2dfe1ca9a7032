"""When an event was made, by what the server saw; and which silences are told."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.attempt import arrivals
from sim.attempt.events import ACTS, Event, EventKind


def make_heard(heard_s: float, since_s: float | None = None) -> arrivals.HeardTab:
    return arrivals.HeardTab(heard_s=heard_s, since_s=heard_s if since_s is None else since_s)


@pytest.mark.parametrize(
    ("t_client_s", "made_s"), [(30.4, 30.4), (4.0, 27.0), (-9e9, 27.0), (31.0, 31.0), (9e9, 31.0), (27.0, 27.0)]
)
def test_the_browsers_time_stays_inside_what_the_server_saw(t_client_s: float, made_s: float) -> None:
    assert arrivals.bound_s(t_client_s, earliest_s=30.0 - arrivals.ALLOWANCE_S, arrived_s=31.0) == made_s
    assert arrivals.bound_s(t_client_s, earliest_s=None, arrived_s=31.0) == min(max(t_client_s, 0.0), 31.0)


def test_what_comes_in_parts_keeps_the_bound_of_the_first_and_a_new_tab_is_bounded_by_the_others() -> None:
    heard = {"a": make_heard(10.0)}
    heard["a"] = arrivals.hear("a", heard, arrived_s=70.0, waiting=150)
    assert heard["a"] == arrivals.HeardTab(heard_s=70.0, since_s=10.0)
    heard["a"] = arrivals.hear("a", heard, arrived_s=70.5, waiting=0)
    assert heard["a"] == arrivals.HeardTab(heard_s=70.5, since_s=70.5)
    assert arrivals.hear("new", {}, arrived_s=3.0, waiting=0) == make_heard(3.0)
    overtaken = arrivals.hear("a", {"a": make_heard(10.0)}, arrived_s=9.0, waiting=0)
    assert overtaken == make_heard(10.0), "a post that overtook another never sets a tab back"
    assert arrivals.find_since_s("new", {}) == 0.0
    assert arrivals.find_since_s("new", {"a": make_heard(40.0), "b": make_heard(12.0)}) == 40.0
    assert arrivals.find_since_s("b", {"a": make_heard(40.0), "b": make_heard(12.0)}) == 12.0


@pytest.mark.parametrize(
    ("heard", "made_s", "told"),
    [
        ({"a": make_heard(100.0)}, [], None),
        ({"a": make_heard(45.0)}, [], (0, True)),
        ({"a": make_heard(45.0)}, [50.0, 60.0, 95.0, 105.0], (2, True)),
        ({"a": make_heard(45.0), "b": make_heard(104.0)}, [104.0], None),
        ({"a": make_heard(45.0), "b": make_heard(104.0)}, [50.0], (1, False)),
        ({"b": make_heard(104.0)}, [], None),
        ({}, [1.0], (1, True)),
    ],
    ids=["heard", "offline", "offline, much done", "rests while another leads", "held back", "new beside", "first"],
)
def test_a_silence_is_told(
    heard: dict[str, arrivals.HeardTab], made_s: Sequence[float], told: tuple[int, bool] | None
) -> None:
    found = arrivals.find_silence("a", heard, arrived_s=105.0, made_s=made_s)
    assert (None if found is None else (found.late, found.is_offline)) == told


def make_silence(from_s: float, to_s: float, *, is_offline: bool = True) -> arrivals.Silence:
    return arrivals.Silence(tab_id="a", from_s=from_s, to_s=to_s, late=0, is_offline=is_offline)


def test_every_part_of_a_silence_counts_its_late_events_and_time_once_without_the_time_away() -> None:
    silences = [make_silence(10.0, 70.0), make_silence(60.0, 80.0), make_silence(100.0, 130.0, is_offline=False)]
    assert arrivals.sum_unheard_s(silences, heard_s=200.0, used_s=200.0, away=()) == 70.0
    assert arrivals.sum_unheard_s(silences, heard_s=200.0, used_s=200.0, away=((0.0, 20.0), (75.0, 300.0))) == 55.0
    assert arrivals.sum_unheard_s(silences, heard_s=None, used_s=30.0, away=()) == 20.0
    assert arrivals.sum_unheard_s((), heard_s=100.0, used_s=100.0 + arrivals.SILENT_S, away=()) == 0.0
    assert arrivals.sum_unheard_s((), heard_s=100.0, used_s=300.0, away=()) == 200.0
    assert arrivals.sum_unheard_s((), heard_s=100.0, used_s=300.0, away=((90.0, 310.0),)) == 0.0
    first = arrivals.Silence(tab_id="a", from_s=10.0, to_s=70.0, late=200, is_offline=True)
    second = arrivals.Silence(tab_id="a", from_s=10.0, to_s=70.5, late=30, is_offline=False)
    joined = arrivals.join_silences(first, second)
    assert (joined.to_s, joined.late, joined.is_offline) == (70.5, 230, True)
    assert arrivals.join_silences(None, first) == first


OPEN = arrivals.Pauses(ended=(arrivals.Pause(at_s=100.0, stood_s=60.0),), open_at_s=150.0)
"""Real times: stopped from 100 to 160, and since 210."""

SPANS = st.lists(st.tuples(st.floats(0.0, 100.0), st.floats(0.0, 500.0)), max_size=4)


def make_pauses(spans: list[tuple[float, float]]) -> arrivals.Pauses:
    at_s, ended = 0.0, []
    for apart_s, stood_s in spans:
        at_s += apart_s
        ended.append(arrivals.Pause(at_s=at_s, stood_s=stood_s))
    return arrivals.Pauses(ended=tuple(ended))


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
    assert arrivals.NO_PAUSES.to_drill_s(earlier_s) == earlier_s


@pytest.mark.parametrize(
    ("made_s", "heard_s", "arrived_s", "weight"),
    [
        (209.0, 208.0, 210.0 + arrivals.LEARNS_WITHIN_S, arrivals.Weight.COUNTS),
        (214.0, 208.0, 215.5, arrivals.Weight.LEFT_OUT),
        (209.0, 208.0, 215.5, arrivals.Weight.WAITS),
        (209.0, 204.0, 400.0, arrivals.Weight.COUNTS),
        (215.5, 204.0, 400.0, arrivals.Weight.LEFT_OUT),
        (300.0, 299.0, 300.5, arrivals.Weight.LEFT_OUT),
        (99.0, 90.0, 170.0, arrivals.Weight.COUNTS),
        (130.0, 90.0, 170.0, arrivals.Weight.LEFT_OUT),
        (158.0, 90.0, 170.0, arrivals.Weight.COUNTS),
        (159.0, 158.5, 161.0, arrivals.Weight.COUNTS),
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
def test_what_a_pause_leaves_out(made_s: float, heard_s: float, arrived_s: float, weight: arrivals.Weight) -> None:
    assert OPEN.weigh(made_s=made_s, told_s=heard_s, heard_s=heard_s, arrived_s=arrived_s) is weight
    none = arrivals.NO_PAUSES.weigh(made_s=made_s, told_s=heard_s, heard_s=heard_s, arrived_s=arrived_s)
    assert none is arrivals.Weight.COUNTS


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
