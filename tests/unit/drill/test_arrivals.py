"""When an event was made, by what the server saw; and which silences are told."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.drill.arrivals import (
    ALLOWANCE_S,
    SILENT_S,
    HeardTab,
    Silence,
    bound_s,
    find_silence,
    find_since_s,
    hear,
    join_silences,
    sum_unheard_s,
)


def make_heard(heard_s: float, since_s: float | None = None) -> HeardTab:
    return HeardTab(heard_s=heard_s, since_s=heard_s if since_s is None else since_s)


@pytest.mark.parametrize(
    ("t_client_s", "made_s"),
    [(30.4, 30.4), (4.0, 27.0), (-9e9, 27.0), (31.0, 31.0), (9e9, 31.0), (27.0, 27.0)],
)
def test_the_browsers_time_stays_inside_what_the_server_saw(t_client_s: float, made_s: float) -> None:
    assert bound_s(t_client_s, earliest_s=30.0 - ALLOWANCE_S, arrived_s=31.0) == made_s


def test_without_a_lower_bound_an_old_event_is_taken_as_before() -> None:
    assert bound_s(4.0, earliest_s=None, arrived_s=31.0) == 4.0
    assert bound_s(-4.0, earliest_s=None, arrived_s=31.0) == 0.0


@given(t_client_s=st.floats(-1e10, 1e10), prior_s=st.floats(0.0, 600.0), pause_s=st.floats(0.0, 60.0))
def test_no_browser_gains_more_than_the_allowance_and_its_own_silence(
    t_client_s: float, prior_s: float, pause_s: float
) -> None:
    arrived_s = prior_s + pause_s
    made_s = bound_s(t_client_s, earliest_s=prior_s - ALLOWANCE_S, arrived_s=arrived_s)
    assert max(0.0, prior_s - ALLOWANCE_S) <= made_s <= arrived_s


def test_a_tab_not_heard_before_is_bounded_by_the_others() -> None:
    assert find_since_s("new", {}) == 0.0
    assert find_since_s("new", {"a": make_heard(40.0), "b": make_heard(12.0)}) == 40.0
    assert find_since_s("b", {"a": make_heard(40.0), "b": make_heard(12.0)}) == 12.0


def test_what_comes_in_parts_keeps_the_bound_of_the_first() -> None:
    heard = {"a": make_heard(10.0)}
    heard["a"] = hear("a", heard, arrived_s=70.0, waiting=150)
    assert heard["a"] == HeardTab(heard_s=70.0, since_s=10.0)
    heard["a"] = hear("a", heard, arrived_s=70.5, waiting=0)
    assert heard["a"] == HeardTab(heard_s=70.5, since_s=70.5)
    assert hear("new", {}, arrived_s=3.0, waiting=0) == make_heard(3.0)


def test_a_post_that_overtook_another_never_sets_a_tab_back() -> None:
    assert hear("a", {"a": make_heard(10.0)}, arrived_s=9.0, waiting=0) == make_heard(10.0)


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
def test_a_silence_is_told(heard: dict[str, HeardTab], made_s: Sequence[float], told: tuple[int, bool] | None) -> None:
    found = find_silence("a", heard, arrived_s=105.0, made_s=made_s)
    assert (None if found is None else (found.late, found.is_offline)) == told


def test_every_part_of_a_silence_counts_its_late_events() -> None:
    first = Silence(tab_id="a", from_s=10.0, to_s=70.0, late=200, is_offline=True)
    second = Silence(tab_id="a", from_s=10.0, to_s=70.5, late=30, is_offline=False)
    joined = join_silences(first, second)
    assert (joined.to_s, joined.late, joined.is_offline) == (70.5, 230, True)
    assert join_silences(None, first) == first


def make_silence(from_s: float, to_s: float, *, is_offline: bool = True) -> Silence:
    return Silence(tab_id="a", from_s=from_s, to_s=to_s, late=0, is_offline=is_offline)


def test_unheard_time_is_summed_once_without_the_time_away() -> None:
    silences = [make_silence(10.0, 70.0), make_silence(60.0, 80.0), make_silence(100.0, 130.0, is_offline=False)]
    assert sum_unheard_s(silences, heard_s=200.0, used_s=200.0, away=()) == 70.0
    assert sum_unheard_s(silences, heard_s=200.0, used_s=200.0, away=((0.0, 20.0), (75.0, 300.0))) == 55.0
    assert sum_unheard_s(silences, heard_s=None, used_s=30.0, away=()) == 20.0


def test_a_browser_that_never_came_back_is_unheard_to_the_end() -> None:
    assert sum_unheard_s((), heard_s=100.0, used_s=100.0 + SILENT_S, away=()) == 0.0
    assert sum_unheard_s((), heard_s=100.0, used_s=300.0, away=()) == 200.0
    assert sum_unheard_s((), heard_s=100.0, used_s=300.0, away=((90.0, 310.0),)) == 0.0
