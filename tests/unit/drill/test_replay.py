from dataclasses import replace

import numpy as np
import pytest

from sim.drill.event import Event, EventKind
from sim.drill.replay import Replay, replay
from sim.drill.simulated import simulate
from sim.scoring.evidence import Mark, Opening, Watch
from sim.tasks.common.base import Task
from sim.tasks.common.simulated_user import PERFECT, SLOW
from sim.truth.index import make_truth_index
from tests.support.trace_tables import make_worked_table

TAB, OTHER_TAB = "tab-a", "tab-b"


def make(*acts: tuple[float, EventKind, dict[str, object]], tab: str = TAB) -> list[Event]:
    return [
        Event(tab_id=tab, seq=seq, t_client_ms=at_s * 1000, kind=kind, payload=payload)
        for seq, (at_s, kind, payload) in enumerate(acts, start=1)
    ]


def fold(events: list[Event]) -> Replay:
    return replay(events, used_s=100.0, finished=True, limit_s=360.0)


def mark(mark_id: str, t_s: float = 1.0) -> dict[str, object]:
    return {"mark_id": mark_id, "camera_id": "CAM-01", "frame": int(t_s * 10), "t_s": t_s, "x": 0.5, "y": 0.25}


def test_marks_removed_are_no_answer_but_stay_in_the_log() -> None:
    folded = fold(
        make(
            (1, EventKind.MARK, mark("a", 1.0)),
            (2, EventKind.MARK, mark("b", 2.0)),
            (3, EventKind.UNMARK, {"mark_id": "a"}),
            (4, EventKind.SUBMIT, {"final_zone": "hall-a", "not_on_camera": False, "note": "by the stairs"}),
            (5, EventKind.MARK, mark("late", 3.0)),
        )
    )
    assert folded.answer.marks == (Mark(camera_id="CAM-01", t_s=2.0, x=0.5, y=0.25),)
    assert folded.answer.final_zone == "hall-a"
    assert folded.note == "by the stairs"
    assert folded.mark_ids == ("b",)
    assert [(t.at_s, t.kept) for t in folded.log.marks] == [(1.0, False), (2.0, True)]


def test_played_stretches_follow_camera_seek_speed_and_ticks() -> None:
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
    spans = [(w.cameras, w.site_from_s, w.site_to_s, w.wall_s, w.speed) for w in folded.log.watches]
    assert spans == [
        (("CAM-01",), 0.0, 10.0, 5.0, 2.0),
        (("CAM-01",), 10.0, 14.0, 2.0, 2.0),
        (("CAM-02",), 14.0, 16.0, 1.0, 2.0),
        (("CAM-02",), 16.0, 20.0, 1.0, 4.0),
        (("CAM-02",), 50.0, 54.0, 1.0, 4.0),
        (("CAM-02",), 54.0, 54.1, 0.0, 0.0),
    ]


def test_reverse_play_is_a_span_with_its_ends_in_order() -> None:
    folded = fold(make((0, EventKind.PLAY, {"t_s": 20.0, "speed": -1.0}), (4, EventKind.PAUSE, {"t_s": 16.0})))
    assert folded.log.watches == (
        Watch(cameras=(), site_from_s=16.0, site_to_s=20.0, began_s=0.0, wall_s=4.0, speed=-1.0),
    )


def test_all_cameras_in_the_main_pictures_place_are_looked_at_like_the_wall() -> None:
    """Up to the way back the camera was watched, then none; opened again it is another opening, of the same camera."""
    seen = {"camera_id": "CAM-01", "t_s": 10.0}
    folded = fold(
        make(
            (1, EventKind.FOCUS, seen),
            (2, EventKind.PLAY, {"t_s": 10.0, "speed": 1.0}),
            (6, EventKind.VIEW, {"name": "grid", "t_s": 14.0}),
            (9, EventKind.PLAY, {"t_s": 17.0, "speed": 1.0, "tick": True}),
            (10, EventKind.FOCUS, seen | {"t_s": 18.0}),
            (12, EventKind.PAUSE, {"t_s": 20.0}),
        )
    )
    watched = [(watch.cameras, watch.site_from_s, watch.site_to_s) for watch in folded.log.watches]
    assert watched == [(("CAM-01",), 10.0, 14.0), ((), 14.0, 17.0), ((), 17.0, 18.0), (("CAM-01",), 18.0, 20.0)]
    assert [(opening.camera_id, opening.site_s) for opening in folded.log.openings] == [
        ("CAM-01", 10.0),
        ("CAM-01", 18.0),
    ]


def test_what_was_not_played_is_not_watched() -> None:
    hidden = make(
        (0, EventKind.PLAY, {"t_s": 0.0, "speed": 1.0}),
        (2, EventKind.HIDDEN, {"t_s": 2.0}),
        (60, EventKind.VISIBLE, {"t_s": 2.0}),
        (61, EventKind.PAUSE, {"t_s": 3.0}),
    )
    jump = make((0, EventKind.PLAY, {"t_s": 0.0, "speed": 1.0}), (2, EventKind.PAUSE, {"t_s": 40.0}))
    backwards = make((0, EventKind.PLAY, {"t_s": 9.0, "speed": 1.0}), (2, EventKind.PAUSE, {"t_s": 8.0}))
    assert fold(backwards).log.watches == ()
    assert [(w.site_from_s, w.site_to_s) for w in fold(hidden).log.watches] == [(0.0, 2.0), (2.0, 3.0)]
    assert fold(jump).log.watches == ()


def test_order_of_arrival_does_not_matter_and_a_new_tab_takes_over() -> None:
    first = make(
        (0, EventKind.OPEN, {}),
        (1, EventKind.FOCUS, {"camera_id": "CAM-01", "t_s": 0.0}),
        (2, EventKind.PLAY, {"t_s": 0.0, "speed": 1.0}),
        (6, EventKind.MARK, mark("a", 4.0)),
    )
    second = make((10, EventKind.OPEN, {}), (11, EventKind.MARK, mark("b", 5.0)), tab=OTHER_TAB)
    stale = Event(tab_id=TAB, seq=5, t_client_ms=12_000, kind=EventKind.PAUSE, payload={"t_s": 10.0})
    events = [*first, *second, stale]
    folded = fold(events)
    assert fold(events[::-1]) == folded
    assert folded.mark_ids == ("a", "b")
    assert [(w.site_from_s, w.site_to_s) for w in folded.log.watches] == [(0.0, 4.0)]


def test_the_sequence_of_a_tab_outranks_its_clock() -> None:
    events = make(
        (5, EventKind.MARK, mark("a")), (3, EventKind.UNMARK, {"mark_id": "a"}), (4, EventKind.MARK, mark("b"))
    )
    assert fold(events).mark_ids == ("b",)


@pytest.mark.parametrize("value", [None, "1.0", True, float("nan"), float("inf"), [1.0]])
def test_garbled_payloads_are_left_out(value: object) -> None:
    folded = fold(
        make(
            (1, EventKind.MARK, mark("a") | {"x": value}),
            (2, EventKind.PLAY, {"t_s": value, "speed": value}),
            (3, EventKind.PAUSE, {"t_s": value}),
            (4, EventKind.FOCUS, {"camera_id": 7, "t_s": value}),
            (5, EventKind.UNMARK, {}),
            (6, EventKind.SUBMIT, {"final_zone": 3, "not_on_camera": "yes"}),
        )
    )
    assert folded.answer.marks == ()
    assert folded.answer.final_zone is None
    assert folded.answer.not_on_camera is False
    assert (folded.log.watches, folded.log.openings) == ((), ())


def test_repeated_mark_id_counts_once() -> None:
    folded = fold(make((1, EventKind.MARK, mark("a", 1.0)), (2, EventKind.MARK, mark("a", 2.0))))
    assert [f.t_s for f in folded.answer.marks] == [1.0]


def test_simulated_events_are_what_a_console_sends() -> None:
    index = make_truth_index(make_worked_table())
    task = Task(type="trace", target="P001", window_s=(0.0, 60.0))
    events = simulate(task, index, rng=np.random.default_rng(1), skill=PERFECT, limit_s=360.0)
    again = simulate(task, index, rng=np.random.default_rng(1), skill=PERFECT, limit_s=360.0)
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
