from datetime import datetime, timedelta

import pytest

from sim.clips import model
from sim.clips.clocks import fit_clocks
from sim.clips.keyframes import Stay, compute_speeds
from sim.errors import RecordingError

NOON = datetime(2026, 10, 14, 12)
STARTS_S = (0.0, 4.37, 9.81, 2.25)
OFFS_S = (0.0, -95.0, 12.4, 3601.3)
LENGTH_S = 60.0


def make_walk(count: int = 4, **changes: object) -> model.Walk:
    clips = tuple(
        model.Clip(
            clip_id=f"clip-{n:02d}",
            camera_id=f"CAM-{n:02d}",
            file_name=f"{n}.mp4",
            sha256=f"{n:064x}",
            size_wh=(960, 540),
            codec="H.264",
            pictures_s=10,
            duration_s=LENGTH_S,
        )
        for n in range(1, count + 1)
    )
    cameras = tuple(model.WalkCamera(camera_id=f"CAM-{n:02d}", name=f"Hall {n}") for n in range(1, count + 1))
    walk = model.Walk(
        walk_id="walk-1",
        name="Walk",
        rights=model.Rights(may_use=True, everyone_agreed=True),
        blur=model.BlurMode.MOVING,
        cameras=cameras,
        clips=clips,
    )
    return walk.model_copy(update=changes)


def read(number: int, clip_s: float, *, rate: float = 1.0, **more: bool) -> model.Reading:
    shown = NOON + timedelta(seconds=STARTS_S[number - 1] + clip_s * rate + OFFS_S[number - 1])
    return model.Reading(clip_id=f"clip-{number:02d}", clip_s=clip_s, clock=shown.replace(microsecond=0), **more)


def share(one: int, other: int, at_s: float, *, slip_s: float = 0.0) -> model.SharedEvent:
    return model.SharedEvent(
        clip_a=f"clip-{one:02d}",
        a_s=round(at_s - STARTS_S[one - 1], 1),
        clip_b=f"clip-{other:02d}",
        b_s=round(at_s - STARTS_S[other - 1] + slip_s, 1),
    )


def test_clocks_off_by_minutes_and_an_hour_are_placed_within_a_seventh_of_a_second() -> None:
    notes = model.ClockNotes(
        readings=tuple(read(n, s) for n in range(1, 5) for s in (0.05, 59.9)),
        events=(share(1, 2, 20.0), share(2, 3, 31.3), share(3, 4, 44.4)),
        reference="CAM-01",
    )
    fit = fit_clocks(make_walk(), notes)
    assert not fit.problems
    first = fit.clips["clip-01"].start_s
    for number, (start_s, off_s) in enumerate(zip(STARTS_S, OFFS_S, strict=True), start=1):
        clock = fit.clips[f"clip-{number:02d}"]
        assert clock.start_s - first == pytest.approx(start_s, abs=0.15)
        assert clock.off_s == pytest.approx(off_s, abs=0.7)
        assert (clock.rate, clock.is_tied) == (1.0, True)
    assert abs((fit.start_time - NOON).total_seconds()) <= 1
    assert fit.frame_count == pytest.approx((max(STARTS_S) + LENGTH_S + first) * 10, abs=2)


def test_ticks_are_exact_where_the_clocks_are_right_and_one_that_drifts_is_followed_and_told() -> None:
    ticks = tuple(
        model.Reading(clip_id=f"clip-{n:02d}", clip_s=clip_s, clock=NOON + timedelta(seconds=20), is_tick=True)
        for n, clip_s in ((1, 20.0), (2, 15.63))
    )
    fit = fit_clocks(make_walk(2), model.ClockNotes(readings=ticks))
    assert fit.clips["clip-02"].start_s - fit.clips["clip-01"].start_s == pytest.approx(4.37, abs=0.06)
    assert not fit.clips["clip-02"].is_tied
    assert "taken as right" in fit.notes[0]
    readings = tuple(read(1, s, rate=1.05) for s in (0.0, 20.0, 40.0, 59.9))
    fit = fit_clocks(make_walk(1), model.ClockNotes(readings=readings))
    assert fit.clips["clip-01"].rate == pytest.approx(1.05, abs=0.015)
    assert "3.0 s faster" in fit.notes[0] or "faster than the clip" in fit.notes[0]


def test_jumps_two_days_contradictions_and_what_nobody_knows_are_refused_in_words() -> None:
    jump = (read(1, 0.0), read(1, 30.0), model.Reading(clip_id="clip-01", clip_s=59.0, clock=NOON + timedelta(hours=1)))
    (problem,) = fit_clocks(make_walk(1), model.ClockNotes(readings=jump)).problems
    assert "goes on by 3,600 seconds while the clip plays for 59" in problem
    assert "cut the clip there" in problem
    days = (read(1, 0.0), model.Reading(clip_id="clip-02", clip_s=0.0, clock=NOON + timedelta(days=1)))
    (problem,) = fit_clocks(make_walk(2), model.ClockNotes(readings=days)).problems
    assert "Hall 1 (1.mp4) and Hall 2 (2.mp4) are 1 day, 0:00:00 apart" in problem
    events = (share(1, 2, 20.0), share(1, 2, 40.0, slip_s=6.0))
    fit = fit_clocks(make_walk(2), model.ClockNotes(readings=(read(1, 0.0),), events=events))
    assert len(fit.problems) == 2
    assert "disagree by 3.0 s" in fit.problems[0]
    fit = fit_clocks(make_walk(2), model.ClockNotes(readings=(read(1, 0.0),)))
    assert "Hall 2 (2.mp4): nothing says when it was" in fit.problems[0]
    walk = make_walk(2)
    same = walk.model_copy(update={"clips": (walk.clips[0], walk.clips[1].model_copy(update={"camera_id": "CAM-01"}))})
    fit = fit_clocks(same, model.ClockNotes(readings=(read(1, 0.0), read(2, 0.0).model_copy(update={"clock": NOON}))))
    assert "1.mp4 and 2.mp4 show Hall 1 at the same time" in fit.problems[0]
    with pytest.raises(RecordingError, match="no clips yet"):
        fit_clocks(make_walk(0), model.ClockNotes())
    with pytest.raises(RecordingError, match="clip-03 is not part of this walk"):
        fit_clocks(make_walk(2), model.ClockNotes(readings=(read(3, 0.0),)))


def test_speeds_between_cameras_over_three_meters_a_second_are_too_fast() -> None:
    stays = [
        Stay(camera_id="CAM-01", first_s=0, last_s=10),
        Stay(camera_id="CAM-02", first_s=20, last_s=30),
        Stay(camera_id="CAM-03", first_s=33, last_s=40),
    ]
    near = [model.Neighbor(a="CAM-02", b="CAM-01", meters=12), model.Neighbor(a="CAM-02", b="CAM-03", meters=12)]
    slow, fast = compute_speeds(stays, near)
    assert (slow.m_s, slow.is_too_fast) == (pytest.approx(1.2), False)
    assert (fast.m_s, fast.is_too_fast) == (pytest.approx(4.0), True)
    assert compute_speeds(stays, [])[0].m_s is None
