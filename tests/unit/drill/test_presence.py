from typing import Any

from sim.drill.event import Event, EventKind
from sim.drill.replay import replay
from sim.scoring.evidence import SearchLog

USED_S = 100.0


def make(tab: str, *acts: tuple[float, EventKind, dict[str, Any]]) -> list[Event]:
    return [
        Event(tab_id=tab, seq=seq, t_client_ms=at_s * 1000.0, kind=kind, payload=payload)
        for seq, (at_s, kind, payload) in enumerate(acts, start=1)
    ]


def fold(*events: Event) -> SearchLog:
    return replay(events, used_s=USED_S, finished=False, limit_s=USED_S).log


def test_the_console_is_away_until_it_opens_and_while_out_of_sight() -> None:
    log = fold(
        *make(
            "a",
            (2, EventKind.OPEN, {}),
            (10, EventKind.HIDDEN, {"t_s": 0.0}),
            (25, EventKind.VISIBLE, {"t_s": 0.0}),
            (90, EventKind.CLOSE, {"t_s": 0.0}),
        )
    )
    assert log.away == ((0.0, 2.0), (10.0, 25.0), (90.0, 100.0))


def test_hidden_and_then_closed_is_one_absence_that_opening_ends() -> None:
    first = make("a", (0, EventKind.OPEN, {}), (30, EventKind.HIDDEN, {}), (40, EventKind.CLOSE, {}))
    assert fold(*first, *make("b", (55, EventKind.OPEN, {}))).away == ((30.0, 55.0),)


def test_only_the_tab_that_opened_last_is_asked() -> None:
    old = make("a", (0, EventKind.OPEN, {}), (30, EventKind.HIDDEN, {}), (50, EventKind.VISIBLE, {}))
    assert fold(*old, *make("b", (20, EventKind.OPEN, {}))).away == ()


def test_a_log_without_an_opening_begins_with_its_first_event_and_an_empty_one_never() -> None:
    assert fold(*make("a", (12, EventKind.PLAY, {"t_s": 0.0, "speed": 1.0}))).away == ((0.0, 12.0),)
    assert fold().away == ((0.0, USED_S),)


def test_a_stall_is_a_wait_that_ends_when_it_is_told() -> None:
    waits = fold(
        *make(
            "a",
            (0, EventKind.OPEN, {}),
            (20, EventKind.STALL, {"t_s": 3.0, "seconds": 2.5}),
            (30, EventKind.STALL, {"t_s": 3.0}),
            (40, EventKind.STALL, {"t_s": 3.0, "seconds": -1.0}),
        )
    ).waits
    assert waits == ((17.5, 20.0),)
