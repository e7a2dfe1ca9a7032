from typing import Any

from sim.attempt.events import Event, EventKind
from sim.attempt.replay import replay_all
from sim.attempt.team_exercise import Role
from sim.features.exercise.debrief import ExerciseReplay, replay_exercise
from sim.scoring.exercise_metrics import Request, Screen

OPEN = {"width": 1, "height": 1, "touch": False}


def make_log(*acts: tuple[float, str, dict[str, Any]], tab: str = "t1") -> tuple[Event, ...]:
    return tuple(
        Event.read(tab_id=tab, seq=seq, t_client_ms=at_s * 1000, kind=EventKind(kind), payload=payload)
        for seq, (at_s, kind, payload) in enumerate(acts, start=1)
    )


def mark(mark_id: str, *, x: float = 0.5) -> dict[str, Any]:
    return {"mark_id": mark_id, "camera_id": "CAM-01", "frame": 50, "t_s": 5.0, "x": x, "y": 0.5}


def strike(role: str, mark_id: str, *, struck: bool = True) -> dict[str, Any]:
    return {"role": role, "mark_id": mark_id, "struck": struck}


def fold(leading: Role = Role.LEAD, **logs: tuple[Event, ...]) -> ExerciseReplay:
    parts = {Role(name): log for name, log in logs.items()}
    return replay_exercise(parts, leading=leading, used_s=60.0, finished=True, limit_s=120.0)


def test_two_marks_for_the_same_moment_are_both_kept_and_both_scored() -> None:
    replay = fold(lead=make_log((4.0, "mark", mark("a", x=0.2))), viewer=make_log((3.0, "mark", mark("a", x=0.8))))
    assert [(each.role, each.mark_id, each.timed.kept) for each in replay.marks] == [
        (Role.VIEWER, "a", True),
        (Role.LEAD, "a", True),
    ]
    assert [each.x for each in replay.merged.answer.marks] == [0.8, 0.2]


def test_a_member_who_goes_back_to_all_cameras_has_none_on_screen() -> None:
    seen = {"camera_id": "CAM-01", "t_s": 3.0}
    log = make_log(
        (0.0, "open", OPEN), (1.0, "focus", seen), (4.0, "view", {"name": "grid", "t_s": 3.0}), (9.0, "focus", seen)
    )
    assert [(screen.from_s, screen.to_s) for screen in replay_all(log).list_screens(used_s=10.0)] == [
        (1.0, 4.0),
        (9.0, 10.0),
    ]


def test_what_the_lead_leaves_out_is_not_scored_and_the_last_word_counts() -> None:
    viewer = make_log((1.0, "mark", mark("a")), (2.0, "mark", mark("b", x=0.1)))
    lead = make_log(
        (3.0, "strike", strike("viewer", "a")),
        (4.0, "strike", strike("viewer", "b")),
        (5.0, "strike", strike("viewer", "a", struck=False)),
    )
    replay = fold(lead=lead, viewer=viewer)
    assert [each.x for each in replay.merged.answer.marks] == [0.5]
    assert [each.struck for each in replay.marks] == [False, True]
    assert replay.merged.mark_ids == ("a",)


def test_leaving_out_one_members_mark_leaves_anothers_of_the_same_name_and_makers_take_back_their_own() -> None:
    replay = fold(
        lead=make_log((1.0, "mark", mark("a", x=0.2)), (3.0, "strike", strike("viewer", "a"))),
        viewer=make_log((2.0, "mark", mark("a", x=0.8)), (3.0, "mark", mark("b")), (4.0, "unmark", {"mark_id": "b"})),
    )
    assert [each.x for each in replay.merged.answer.marks] == [0.2]
    assert [each.timed.kept for each in replay.marks] == [True, False, False]


def test_openings_and_watches_of_all_are_in_one_log_by_time() -> None:
    def watch(camera: str, at_s: float) -> tuple[Event, ...]:
        return make_log(
            (at_s, "focus", {"camera_id": camera, "t_s": 0.0}),
            (at_s + 1, "play", {"t_s": 0.0, "speed": 1}),
            (at_s + 4, "pause", {"t_s": 3.0}),
        )

    log = fold(lead=watch("CAM-02", 5.0), viewer=watch("CAM-01", 0.0)).merged.log
    assert [opening.camera_id for opening in log.openings] == ["CAM-01", "CAM-02"]
    assert [each.cameras for each in log.watches] == [("CAM-01",), ("CAM-02",)]


def test_requests_and_the_log_come_with_whose_they_are() -> None:
    asked = {"ask_id": "q", "camera_id": "CAM-02", "at_site_s": 7.0, "to": None, "about": "look"}
    replay = fold(lead=make_log((2.0, "entry", {"text": "office is told"})), viewer=make_log((1.0, "ask", asked)))
    assert replay.requests == (Request(asker="viewer", camera_id="CAM-02", site_s=7.0, asked_s=1.0),)
    assert [(line.role, line.text, line.at_s) for line in replay.lines] == [(Role.LEAD, "office is told", 2.0)]


def screen(camera: str, *times: float) -> Screen:
    from_s, to_s, site_from_s, site_to_s = times
    return Screen(camera_id=camera, from_s=from_s, to_s=to_s, site_from_s=site_from_s, site_to_s=site_to_s)


def test_screens_follow_cameras_playing_jumps_and_the_page_out_of_sight() -> None:
    log = make_log(
        (0.0, "open", OPEN),
        (1.0, "focus", {"camera_id": "CAM-01", "t_s": 10.0}),
        (3.0, "play", {"t_s": 10.0, "speed": 2}),
        (5.0, "seek", {"from_s": 14.0, "t_s": 50.0}),
        (6.0, "pause", {"t_s": 52.0}),
        (7.0, "mark", mark("a")),
        (8.0, "hidden", {"t_s": 52.0}),
        (10.0, "visible", {"t_s": 52.0}),
        (12.0, "focus", {"camera_id": "CAM-02", "t_s": 52.0}),
    )
    assert replay_all(log).list_screens(used_s=15.0) == (
        screen("CAM-01", 1, 3, 10, 10),
        screen("CAM-01", 3, 5, 10, 14),
        screen("CAM-01", 5, 6, 50, 52),
        screen("CAM-01", 6, 7, 52, 52),
        screen("CAM-01", 7, 8, 52, 52),
        screen("CAM-01", 10, 12, 52, 52),
        screen("CAM-02", 12, 15, 52, 52),
    )


def test_only_the_tab_that_opened_last_shows_anything() -> None:
    first = make_log(
        (0.0, "open", OPEN),
        (1.0, "focus", {"camera_id": "CAM-01", "t_s": 0.0}),
        (2.0, "play", {"t_s": 0.0, "speed": 1}),
        (3.0, "pause", {"t_s": 40.0}),
    )
    second = make_log((4.0, "open", OPEN), (5.0, "focus", {"camera_id": "CAM-02", "t_s": 0.0}), tab="t2")
    stray = Event.read(
        tab_id="t1", seq=9, t_client_ms=6000, kind=EventKind.FOCUS, payload={"camera_id": "X", "t_s": 0.0}
    )
    assert replay_all((*first, *second, stray)).list_screens(used_s=8.0) == (
        screen("CAM-01", 1, 2, 0, 0),
        screen("CAM-01", 2, 3, 0, 0),
        screen("CAM-01", 3, 4, 40, 40),
        screen("CAM-02", 5, 8, 0, 0),
    )
