from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.attempt.arrivals import CLEAN_BELOW_S, is_clean
from sim.attempt.events import Event, EventKind
from sim.attempt.posted import ReportedFault
from sim.attempt.replay import Replayed, replay, replay_all, sum_stalls_s
from sim.expert.run import simulate
from sim.scoring.evidence import Mark, Opening, Watch
from sim.tasks.common.simulated_user import PERFECT, SLOW
from sim.tasks.common.task import Task
from sim.truth.index import make_truth_index
from tests.support.trace_tables import make_worked_table

TAB, OTHER_TAB = "tab-a", "tab-b"
Act = tuple[EventKind, Mapping[str, Any]]


def make(*acts: tuple[float, EventKind, Mapping[str, Any]], tab: str = TAB) -> list[Event]:
    return [
        Event.read(tab_id=tab, seq=seq, t_client_ms=at_s * 1000.0, kind=kind, payload=payload)
        for seq, (at_s, kind, payload) in enumerate(acts, start=1)
    ]


def make_log(*acts: Act, tab: str = TAB) -> list[Event]:
    return make(*((at_s, *act) for at_s, act in enumerate(acts, start=1)), tab=tab)


def fold(events: list[Event]) -> Replayed:
    return replay(events, used_s=100.0, finished=True, limit_s=360.0)


def make_mark(mark_id: str, *, t_s: float = 1.0) -> Act:
    payload = {"mark_id": mark_id, "camera_id": "CAM-01", "frame": int(t_s * 10), "t_s": t_s, "x": 0.5, "y": 0.25}
    return EventKind.MARK, payload


def make_bookmark(bookmark_id: str, *, t_s: float = 1.0, text: str = "") -> Act:
    return EventKind.BOOKMARK, {"bookmark_id": bookmark_id, "camera_id": "CAM-02", "t_s": t_s, "text": text}


def make_report(fault_id: str, fault: object, *, text: str = "") -> Act:
    return EventKind.FAULT, {"fault_id": fault_id, "camera_id": "CAM-03", "fault": fault, "t_s": 4.0, "text": text}


def test_marks_removed_are_no_answer_but_stay_in_the_log() -> None:
    folded = fold(
        make_log(
            make_mark("a", t_s=1.0),
            make_mark("b", t_s=2.0),
            (EventKind.UNMARK, {"mark_id": "a"}),
            (EventKind.SUBMIT, {"final_zone": "hall-a", "not_on_camera": False, "note": "by the stairs"}),
            make_mark("late", t_s=3.0),
        )
    )
    assert folded.answer.marks == (Mark(camera_id="CAM-01", t_s=2.0, x=0.5, y=0.25),)
    assert folded.answer.final_zone == "hall-a"
    assert folded.note == "by the stairs"
    assert folded.mark_ids == ("b",)
    assert [(t.at_s, t.kept) for t in folded.log.marks] == [(1.0, False), (2.0, True)]


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
    assert [mark.mark_id for mark in replay_all(log).marks.values() if mark.timed.kept] == ["a", "b"]


def test_played_stretches_follow_camera_seek_speed_and_ticks_and_reverse_has_its_ends_in_order() -> None:
    folded = fold(
        make(
            (0, EventKind.OPEN, {}),
            (1, EventKind.FOCUS, {"camera_id": "CAM-01", "t_s": 0.0}),
            (2, EventKind.PLAY, {"t_s": 0.0, "speed": 2.0}),
            (7, EventKind.PLAY, {"t_s": 10.0, "speed": 2.0, "tick": True}),
            (9, EventKind.FOCUS, {"camera_id": "CAM-02", "t_s": 14.0}),
            (10, EventKind.SPEED, {"t_s": 16.0, "speed": 4.0}),
            (11, EventKind.SEEK, {"from_s": 20.0, "t_s": 50.0}),
            (12, EventKind.PAUSE, {"t_s": 54.0}),
            (13, EventKind.STEP, {"t_s": 54.1, "frames": 1}),
            (90, EventKind.SEEK, {"from_s": 54.1, "t_s": 0.0}),
        )
    )
    assert folded.log.openings == (
        Opening(camera_id="CAM-01", at_s=1.0, site_s=0.0),
        Opening(camera_id="CAM-02", at_s=9.0, site_s=14.0),
    )
    assert [(w.cameras, w.site_from_s, w.site_to_s, w.wall_s, w.speed) for w in folded.log.watches] == [
        (("CAM-01",), 0.0, 10.0, 5.0, 2.0),
        (("CAM-01",), 10.0, 14.0, 2.0, 2.0),
        (("CAM-02",), 14.0, 16.0, 1.0, 2.0),
        (("CAM-02",), 16.0, 20.0, 1.0, 4.0),
        (("CAM-02",), 50.0, 54.0, 1.0, 4.0),
        (("CAM-02",), 54.0, 54.1, 0.0, 0.0),
    ]
    folded = fold(make((0, EventKind.PLAY, {"t_s": 20.0, "speed": -1.0}), (4, EventKind.PAUSE, {"t_s": 16.0})))
    assert folded.log.watches == (
        Watch(cameras=(), site_from_s=16.0, site_to_s=20.0, began_s=0.0, wall_s=4.0, speed=-1.0),
    )


def test_on_the_wall_is_what_was_on_screen_as_a_stretch_began() -> None:
    log = make(
        (0, EventKind.OPEN, {"on": ["CAM-01", "CAM-02"]}),
        (1, EventKind.PLAY, {"t_s": 0.0, "speed": 4.0}),
        (2, EventKind.NOTE, {"text": "", "on": ["CAM-03"]}),
        (3, EventKind.PLAY, {"t_s": 8.0, "speed": 4.0, "tick": True}),
        (4, EventKind.PAUSE, {"t_s": 12.0, "on": []}),
        (5, EventKind.STEP, {"t_s": 12.1, "frames": 1}),
    )
    assert [watch.wall for watch in fold(log).log.watches] == [("CAM-01", "CAM-02"), ("CAM-03",), ()]
    other = [
        replace(event, tab_id="tab-2", t_client_ms=event.t_client_ms + 9000.0)
        for event in make(
            (0, EventKind.OPEN, {}), (1, EventKind.PLAY, {"t_s": 0.0, "speed": 1.0}), (2, EventKind.PAUSE, {"t_s": 1.0})
        )
    ]
    assert fold([*log, *other]).log.watches[-1].wall == ()


def test_all_cameras_in_the_main_pictures_place_are_looked_at_like_the_wall() -> None:
    seen = {"camera_id": "CAM-01", "t_s": 10.0}
    log = make(
        (1, EventKind.FOCUS, seen),
        (2, EventKind.PLAY, {"t_s": 10.0, "speed": 1.0}),
        (6, EventKind.VIEW, {"name": "grid", "t_s": 14.0}),
        (9, EventKind.PLAY, {"t_s": 17.0, "speed": 1.0, "tick": True}),
        (10, EventKind.FOCUS, seen | {"t_s": 18.0}),
        (12, EventKind.PAUSE, {"t_s": 20.0}),
    )
    folded, back = fold(log), replay_all(log[:3])
    watched = [(watch.cameras, watch.site_from_s, watch.site_to_s) for watch in folded.log.watches]
    assert watched == [(("CAM-01",), 10.0, 14.0), ((), 14.0, 17.0), ((), 17.0, 18.0), (("CAM-01",), 18.0, 20.0)]
    openings = [(opening.camera_id, opening.site_s) for opening in folded.log.openings]
    assert openings == [("CAM-01", 10.0), ("CAM-01", 18.0)]
    assert (back.camera_id, back.t_s, replay_all(log).camera_id) == (None, 14.0, "CAM-01")


def test_what_was_not_played_is_not_watched() -> None:
    hidden = make(
        (0, EventKind.PLAY, {"t_s": 0.0, "speed": 1.0}),
        (2, EventKind.HIDDEN, {"t_s": 2.0}),
        (60, EventKind.VISIBLE, {"t_s": 2.0}),
        (61, EventKind.PAUSE, {"t_s": 3.0}),
    )
    jump = make((0, EventKind.PLAY, {"t_s": 0.0, "speed": 1.0}), (2, EventKind.PAUSE, {"t_s": 40.0}))
    backwards = make((0, EventKind.PLAY, {"t_s": 9.0, "speed": 1.0}), (2, EventKind.PAUSE, {"t_s": 8.0}))
    assert fold(backwards).log.watches == fold(jump).log.watches == ()
    assert [(w.site_from_s, w.site_to_s) for w in fold(hidden).log.watches] == [(0.0, 2.0), (2.0, 3.0)]


def test_moments_noted_earlier_are_not_what_is_on_screen() -> None:
    before: list[Act] = [
        make_mark("a"),
        (EventKind.UNMARK, {"mark_id": "a"}),
        (EventKind.FOCUS, {"camera_id": "CAM-01", "t_s": 20.0}),
        (EventKind.PLAY, {"t_s": 20.0, "speed": 1.0}),
    ]
    noting = [make_mark("a", t_s=1.0), make_bookmark("m", t_s=3.0), make_report("r", "moved")]
    log = make_log(*before, *noting, (EventKind.PAUSE, {"t_s": 25.0}))
    (watch,) = fold(log).log.watches
    assert (watch.cameras, watch.site_from_s, watch.site_to_s) == (("CAM-01",), 20.0, 25.0)
    assert replay_all(log[:-1]).t_s == 20.0


def test_a_new_tab_takes_over_and_the_sequence_of_a_tab_outranks_its_clock() -> None:
    first = make(
        (0, EventKind.OPEN, {}),
        (1, EventKind.FOCUS, {"camera_id": "CAM-01", "t_s": 0.0}),
        (2, EventKind.PLAY, {"t_s": 0.0, "speed": 1.0}),
        (6, *make_mark("a", t_s=4.0)),
    )
    second = make((10, EventKind.OPEN, {}), (11, *make_mark("b", t_s=5.0)), tab=OTHER_TAB)
    stale = Event.read(tab_id=TAB, seq=5, t_client_ms=12_000, kind=EventKind.PAUSE, payload={"t_s": 10.0})
    folded = fold([*first, *second, stale])
    assert fold([stale, *second[::-1], *first[::-1]]) == folded
    assert folded.mark_ids == ("a", "b")
    assert [(w.site_from_s, w.site_to_s) for w in folded.log.watches] == [(0.0, 4.0)]
    events = make((5, *make_mark("a")), (3, EventKind.UNMARK, {"mark_id": "a"}), (4, *make_mark("b")))
    assert fold(events).mark_ids == ("b",)


def test_simulated_events_are_what_a_console_sends() -> None:
    index = make_truth_index(make_worked_table())
    task = Task(type="trace", target="P001", window_s=(0.0, 60.0))
    events, again = (
        simulate(task, index, rng=np.random.default_rng(1), skill=PERFECT, limit_s=360.0) for _ in range(2)
    )
    assert events == again
    assert [e.seq for e in events] == list(range(1, len(events) + 1))
    times = [e.t_client_ms for e in events]
    assert times == sorted(times)
    assert (events[0].kind, events[-1].kind) == (EventKind.OPEN, EventKind.SUBMIT)
    assert [e.kind for e in events].count(EventKind.MARK) == 3
    slow = replace(SLOW, detours=30.0)
    cut = simulate(task, index, rng=np.random.default_rng(1), skill=slow, limit_s=60.0)
    assert EventKind.SUBMIT not in {e.kind for e in cut}
    assert max(e.t_client_ms for e in cut) <= 60_000
    assert any(e.payload.get("tick") for e in cut)


def test_bookmarks_are_renamed_in_place_and_removed() -> None:
    log = make_log(
        make_bookmark("a"),
        make_bookmark("b", t_s=5.0, text='the "blue" bag'),
        make_bookmark("a", text="by the door"),
        make_bookmark("c"),
        (EventKind.UNBOOKMARK, {"bookmark_id": "c"}),
    )
    found = [(b.bookmark_id, b.t_s, b.text) for b in replay_all(log).bookmarks.values()]
    assert found == [("a", 1.0, "by the door"), ("b", 5.0, 'the "blue" bag')]


def test_reports_are_taken_back() -> None:
    log = make_log(
        make_report("a", "wrong-clock"),
        make_report("d", "other", text="a bird sits on it"),
        (EventKind.UNFAULT, {"fault_id": "a"}),
    )
    (report,) = replay_all(log).faults.values()
    assert (report.fault_id, report.fault, report.text) == ("d", ReportedFault.OTHER, "a bird sits on it")


def test_the_console_goes_on_where_it_was() -> None:
    log = make_log(
        (EventKind.FOCUS, {"camera_id": "CAM-02", "t_s": 1.0}),
        (EventKind.PLAY, {"t_s": 1.0, "speed": 4}),
        (EventKind.NOTE, {"text": "blue bag"}),
        (EventKind.PIN, {"camera_id": "CAM-02", "t_s": 4.0, "wall_s": 4.0}),
        (EventKind.SEEK, {"from_s": 9.0, "t_s": 30.5}),
        (EventKind.VIEW, {"name": "timeline", "from_s": 60.0, "to_s": 120.0}),
        (EventKind.VIEW, {"name": "floor", "floor": "2"}),
        (EventKind.VIEW, {"name": "timeline", "from_s": "x", "to_s": 9.0}),
        (EventKind.SYNC, {"t_s": 4.0, "to": "wall"}),
        (EventKind.SUBMIT, {"final_zone": "lobby", "not_on_camera": False, "note": "done"}),
    )
    state = replay_all(reversed(log[:-2]))
    assert (state.camera_id, state.t_s, state.speed, state.note) == ("CAM-02", 30.5, 4.0, "blue bag")
    assert (state.wall_s, state.timeline_s) == (4.0, (60.0, 120.0))
    state = replay_all(log)
    assert (state.wall_s, state.final_zone, state.not_on_camera, state.note) == (None, "lobby", False, "done")


def test_ones_own_view_is_handed_in_whatever_the_wall_shows_afterwards() -> None:
    def show(name: str, *cameras: Any) -> Act:
        return EventKind.VIEW, {"name": name, "cameras": list(cameras)}

    def find_view(*acts: Act) -> tuple[str, ...]:
        return replay_all(make_log(*acts)).view

    built = [show("wall", "A", "B"), show("own", "A", "B"), show("wall", "A", "B", "C")]
    assert find_view() == ()
    assert find_view(show("wall", "A")) == ("A",), "without one of their own it is the wall as it is"
    assert find_view(*built, show("own", 7)) == ("A", "B")
    assert replay_all(make_log(*built)).own_view == ("A", "B")
    removed = [*built, show("own")]
    assert (find_view(*removed), replay_all(make_log(*removed)).own_view) == (("A", "B", "C"), ())


def test_the_console_is_away_until_it_opens_and_while_out_of_sight() -> None:
    assert fold(
        make(
            (2, EventKind.OPEN, {}),
            (10, EventKind.HIDDEN, {"t_s": 0.0}),
            (25, EventKind.VISIBLE, {"t_s": 0.0}),
            (90, EventKind.CLOSE, {"t_s": 0.0}),
        )
    ).log.away == ((0.0, 2.0), (10.0, 25.0), (90.0, 100.0))
    assert fold(make((12, EventKind.PLAY, {"t_s": 0.0, "speed": 1.0}))).log.away == ((0.0, 12.0),)
    assert fold([]).log.away == ((0.0, 100.0),)


def test_only_the_tab_that_opened_last_is_asked_and_opening_ends_an_absence() -> None:
    first = make((0, EventKind.OPEN, {}), (30, EventKind.HIDDEN, {}), (40, EventKind.CLOSE, {}))
    assert fold([*first, *make((55, EventKind.OPEN, {}), tab=OTHER_TAB)]).log.away == ((30.0, 55.0),)
    old = make((0, EventKind.OPEN, {}), (30, EventKind.HIDDEN, {}), (50, EventKind.VISIBLE, {}))
    assert fold([*old, *make((20, EventKind.OPEN, {}), tab=OTHER_TAB)]).log.away == ()


def test_a_stall_is_a_wait_that_ends_when_it_is_told_and_long_waits_make_the_time_unclean() -> None:
    log = make(
        (0, EventKind.OPEN, {}),
        (20, EventKind.STALL, {"t_s": 3.0, "seconds": 2.5}),
        (25, EventKind.PLAY, {"t_s": 1.0, "speed": 1, "seconds": 50.0}),
        (30, EventKind.STALL, {"t_s": 3.0, "seconds": 0}),
        (50, EventKind.STALL, {"t_s": 3.0, "seconds": 0.5}),
    )
    assert fold(log).log.waits == ((17.5, 20.0), (49.5, 50.0))
    assert sum_stalls_s(log) == pytest.approx(3.0)
    assert is_clean(None)
    assert is_clean(CLEAN_BELOW_S)
    assert not is_clean(CLEAN_BELOW_S + 0.1)
