from collections.abc import Mapping
from typing import Any

import pytest

from sim.drill.event import Event, EventKind
from sim.drill.stalls import CLEAN_BELOW_S, is_clean, sum_stalls_s


def make_event(seq: int, kind: EventKind, payload: Mapping[str, Any]) -> Event:
    return Event(tab_id="t1", seq=seq, t_client_ms=seq * 1000.0, kind=kind, payload=payload)


def test_waiting_adds_up() -> None:
    log = [
        make_event(1, EventKind.STALL, {"t_s": 1.0, "seconds": 0.7}),
        make_event(2, EventKind.PLAY, {"t_s": 1.0, "speed": 1, "seconds": 50.0}),
        make_event(3, EventKind.STALL, {"t_s": 4.0, "seconds": 2.1}),
    ]
    assert sum_stalls_s(log) == pytest.approx(2.8)


def test_what_is_garbled_counts_as_nothing() -> None:
    log = [make_event(n, EventKind.STALL, payload) for n, payload in enumerate([{}, {"seconds": "3"}, {"seconds": -4}])]
    assert sum_stalls_s(log) == 0.0


def test_a_long_wait_makes_the_time_unclean_and_no_note_does_not() -> None:
    assert is_clean(None)
    assert is_clean(CLEAN_BELOW_S)
    assert not is_clean(CLEAN_BELOW_S + 0.1)
