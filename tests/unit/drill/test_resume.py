from collections.abc import Mapping
from typing import Any

from sim.drill.answers import AnswerFold
from sim.drill.event import Event, EventKind
from sim.drill.resume import ConsoleState, fold_console_state


def make_event(seq: int, kind: EventKind, payload: Mapping[str, Any], *, tab: str = "t1") -> Event:
    return Event(tab_id=tab, seq=seq, t_client_ms=seq * 1000.0, kind=kind, payload=payload)


def make_mark(seq: int, mark_id: str, *, tab: str = "t1") -> Event:
    payload = {"mark_id": mark_id, "camera_id": "CAM-01", "t_s": 3.2, "frame": 32, "x": 0.5, "y": 0.25}
    return make_event(seq, EventKind.MARK, payload, tab=tab)


def test_nothing_done_yet() -> None:
    assert fold_console_state([]) == ConsoleState()


def test_a_deleted_mark_is_gone_and_others_keep_their_order() -> None:
    log = [make_mark(1, "a"), make_mark(2, "b"), make_event(3, EventKind.UNMARK, {"mark_id": "a"}), make_mark(4, "c")]
    assert [mark.mark_id for mark in fold_console_state(log).marks] == ["b", "c"]


def test_goes_on_where_it_was() -> None:
    log = [
        make_event(1, EventKind.FOCUS, {"camera_id": "CAM-02", "t_s": 1.0}),
        make_event(2, EventKind.PLAY, {"t_s": 1.0, "speed": 4}),
        make_event(3, EventKind.NOTE, {"text": "blue bag"}),
        make_event(4, EventKind.SEEK, {"from_s": 9.0, "t_s": 30.5}),
        make_mark(5, "a"),
    ]
    state = fold_console_state(reversed(log))
    assert (state.camera_id, state.t_s, state.speed, state.note) == ("CAM-02", 30.5, 4.0, "blue bag")
    assert len(state.marks) == 1


def test_back_at_all_cameras_no_camera_is_open_until_one_is() -> None:
    opened = make_event(1, EventKind.FOCUS, {"camera_id": "CAM-02", "t_s": 1.0})
    back = make_event(2, EventKind.VIEW, {"name": "grid", "t_s": 2.5})
    assert (fold_console_state([opened, back]).camera_id, fold_console_state([opened, back]).t_s) == (None, 2.5)
    again = make_event(3, EventKind.FOCUS, {"camera_id": "CAM-03", "t_s": 2.5})
    assert fold_console_state([opened, back, again]).camera_id == "CAM-03"


def test_the_submit_carries_the_rest_of_the_answer() -> None:
    log = [make_event(1, EventKind.SUBMIT, {"final_zone": "lobby", "not_on_camera": False, "note": "done"})]
    state = fold_console_state(log)
    assert (state.final_zone, state.not_on_camera, state.note) == ("lobby", False, "done")


def test_a_garbled_mark_is_left_out() -> None:
    assert fold_console_state([make_event(1, EventKind.MARK, {"mark_id": "a", "x": True})]).marks == ()


def test_a_pinned_picture_stays_pinned_until_both_are_together_again() -> None:
    pin = make_event(1, EventKind.PIN, {"camera_id": "CAM-01", "t_s": 4.0, "wall_s": 4.0})
    seek = make_event(2, EventKind.SEEK, {"from_s": 4.0, "t_s": 14.0})
    state = fold_console_state([pin, seek])
    assert (state.t_s, state.wall_s) == (14.0, 4.0)
    assert fold_console_state([pin, seek, make_event(3, EventKind.SYNC, {"t_s": 4.0, "to": "wall"})]).wall_s is None


def test_the_timeline_shows_what_it_showed_last_and_other_views_change_nothing() -> None:
    log = [
        make_event(1, EventKind.VIEW, {"name": "timeline", "from_s": 60.0, "to_s": 120.0}),
        make_event(2, EventKind.VIEW, {"name": "floor", "floor": "2"}),
        make_event(3, EventKind.VIEW, {"name": "timeline", "from_s": "x", "to_s": 9.0}),
    ]
    assert fold_console_state(log).timeline_s == (60.0, 120.0)


def test_ones_own_view_is_handed_in_whatever_the_wall_shows_afterwards() -> None:
    def show(seq: int, name: str, *cameras: str) -> Event:
        return make_event(seq, EventKind.VIEW, {"name": name, "cameras": list(cameras)})

    built = [show(1, "wall", "A", "B"), show(2, "own", "A", "B"), show(3, "wall", "A", "B", "C")]
    removed = [*built, show(4, "own")]
    garbled = make_event(5, EventKind.VIEW, {"name": "own", "cameras": [7]})
    assert fold_answer([]).view == ()
    assert fold_answer([show(1, "wall", "A")]).view == ("A",), "without one of their own it is the wall as it is"
    assert fold_answer([*built, garbled]).view == ("A", "B")
    assert fold_console_state(built).own_view == ("A", "B")
    assert (fold_answer(removed).view, fold_console_state(removed).own_view) == (("A", "B", "C"), ())


def fold_answer(log: list[Event]) -> AnswerFold:
    fold = AnswerFold()
    for event in log:
        fold.take(event)
    return fold
