"""Marks, bookmarks and reports, folded from a log in the same way for the console and for the score."""

import random
from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sim.drill.bookmarks_and_faults import ReportedFault
from sim.drill.event import Event, EventKind
from sim.drill.replay import Replay, replay
from sim.drill.resume import fold_console_state

TABS = ("tab-a", "tab-b")
Act = tuple[EventKind, Mapping[str, Any]]


def make_log(*acts: Act, tab: str = TABS[0]) -> list[Event]:
    return [
        Event(tab_id=tab, seq=seq, t_client_ms=seq * 1000.0, kind=kind, payload=payload)
        for seq, (kind, payload) in enumerate(acts, start=1)
    ]


def fold(log: list[Event]) -> Replay:
    return replay(log, used_s=100.0, finished=True, limit_s=360.0)


def make_mark(mark_id: str, *, t_s: float = 1.0) -> Act:
    return EventKind.MARK, {
        "mark_id": mark_id,
        "camera_id": "CAM-01",
        "frame": int(t_s * 10),
        "t_s": t_s,
        "x": 0.5,
        "y": 0.25,
    }


def make_bookmark(bookmark_id: str, *, t_s: float = 1.0, text: str = "") -> Act:
    return EventKind.BOOKMARK, {"bookmark_id": bookmark_id, "camera_id": "CAM-02", "t_s": t_s, "text": text}


def make_report(fault_id: str, fault: object, *, text: str = "") -> Act:
    payload = {"fault_id": fault_id, "camera_id": "CAM-03", "fault": fault, "t_s": 4.0, "text": text}
    return EventKind.FAULT, payload


def test_a_mark_that_is_put_back_is_the_one_first_made() -> None:
    log = make_log(
        make_mark("a"),
        make_mark("b", t_s=2.0),
        (EventKind.UNMARK, {"mark_id": "a"}),
        make_mark("a", t_s=7.0),
        make_mark("b", t_s=9.0),
    )
    folded = fold(log)
    assert folded.mark_ids == ("a", "b")
    assert [(t.at_s, t.kept, t.mark.t_s) for t in folded.log.marks] == [(1.0, True, 1.0), (2.0, True, 2.0)]
    assert [mark.mark_id for mark in fold_console_state(log).marks] == ["a", "b"]


def test_moments_noted_earlier_are_not_what_is_on_screen() -> None:
    """A bookmark renamed or a mark put back carries its own time; what was watched goes on without them."""
    watching: list[Act] = [
        (EventKind.FOCUS, {"camera_id": "CAM-01", "t_s": 20.0}),
        (EventKind.PLAY, {"t_s": 20.0, "speed": 1.0}),
    ]
    noting = [make_mark("a", t_s=1.0), make_bookmark("m", t_s=3.0), make_report("r", "moved")]
    end: Act = (EventKind.PAUSE, {"t_s": 25.0})
    before = make_log(make_mark("a", t_s=1.0), (EventKind.UNMARK, {"mark_id": "a"}))
    quiet = [*before, *_shift(make_log(*watching), by=2), *_shift(make_log(end), by=7)]
    busy = [*before, *_shift(make_log(*watching, *noting), by=2), *_shift(make_log(end), by=7)]
    assert fold(busy).log.watches == fold(quiet).log.watches
    assert [watch.site_to_s for watch in fold(quiet).log.watches] == [25.0]
    assert fold_console_state(busy[:-1]).t_s == 20.0


def _shift(log: list[Event], *, by: int) -> list[Event]:
    return [
        Event(tab_id=e.tab_id, seq=e.seq + by, t_client_ms=e.t_client_ms + by * 1000, kind=e.kind, payload=e.payload)
        for e in log
    ]


def test_bookmarks_are_renamed_in_place_and_removed() -> None:
    log = make_log(
        make_bookmark("a"),
        make_bookmark("b", t_s=5.0, text='the "blue" bag'),
        make_bookmark("a", text="by the door"),
        make_bookmark("c"),
        (EventKind.UNBOOKMARK, {"bookmark_id": "c"}),
        (EventKind.BOOKMARK, {"bookmark_id": "d", "camera_id": 4, "t_s": 1.0}),
    )
    state = fold_console_state(log)
    assert [(b.bookmark_id, b.t_s, b.text) for b in state.bookmarks] == [
        ("a", 1.0, "by the door"),
        ("b", 5.0, 'the "blue" bag'),
    ]


def test_reports_are_taken_back_and_unknown_faults_left_out() -> None:
    log = make_log(
        make_report("a", "wrong-clock"),
        make_report("b", "haunted"),
        make_report("c", ["moved"]),
        make_report("d", "other", text="a bird sits on it"),
        (EventKind.UNFAULT, {"fault_id": "a"}),
    )
    (report,) = fold_console_state(log).faults
    assert (report.fault_id, report.fault, report.text) == ("d", ReportedFault.OTHER, "a bird sits on it")


IDS = st.sampled_from(["1", "2", "3"])
ACTS = st.one_of(
    st.builds(lambda i, t: make_mark(i, t_s=t), IDS, st.floats(0, 9)),
    st.builds(lambda i: (EventKind.UNMARK, {"mark_id": i}), IDS),
    st.builds(lambda i, t: make_bookmark(i, text=t), IDS, st.text(max_size=3)),
    st.builds(lambda i: (EventKind.UNBOOKMARK, {"bookmark_id": i}), IDS),
    st.builds(make_report, IDS, st.sampled_from(sorted(ReportedFault))),
    st.builds(lambda i: (EventKind.UNFAULT, {"fault_id": i}), IDS),
)


@given(st.lists(ACTS, max_size=20), st.lists(ACTS, max_size=20), st.randoms(use_true_random=False))
def test_any_order_of_arrival_leaves_the_same(own: list[Act], other: list[Act], order: random.Random) -> None:
    log = [*make_log(*own), *make_log(*other, tab=TABS[1])]
    state, folded = fold_console_state(log), fold(log)
    order.shuffle(log)
    assert fold_console_state(log) == state
    assert fold(log) == folded
    assert [mark.mark_id for mark in state.marks] == list(folded.mark_ids)


def test_ten_thousand_marks_are_folded() -> None:
    acts = [make_mark(str(number), t_s=number / 100) for number in range(10_000)]
    log = make_log(*acts, *((EventKind.UNMARK, {"mark_id": str(number)}) for number in range(0, 10_000, 2)))
    assert len(fold_console_state(log).marks) == 5000
    assert len(fold(log).answer.marks) == 5000
