import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from sim.db.rows import AttemptRow
from sim.drill.attempt import AttemptState, Mode, Phase
from sim.drill.event import Event, EventKind
from sim.drill.simulated import simulate
from sim.errors import AttemptError, StoreError, TaskError, UnknownAttemptError
from sim.services.app.wiring import App
from sim.services.attempt import attempts, intake, replays, scores
from sim.services.debrief import page as debrief
from sim.services.debrief.moments import MARKED_RGB, TARGET_RGB, load_stills
from sim.services.library import library
from sim.tasks.common.skill import FOLLOWER, PERFECT, Skill
from sim.text.times import write_clock
from tests.support.fake_clock import FakeClock
from tests.support.tiny_app import PRACTICE_LIMIT_S, reopen
from tests.support.tiny_recording import read_frame_number


def begin(app: App, form_id: str = "tiny-practice-1") -> str:
    attempt_id = attempts.create_practice(app, form_id=form_id)
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    return attempt_id


def load_row(app: App, attempt_id: str) -> AttemptRow:
    with app.store.read() as work:
        return work.attempts.get(attempt_id)


def play(app: App, clock: FakeClock, attempt_id: str, skill: Skill, *, seed: int = 3) -> tuple[Event, ...]:
    row = load_row(app, attempt_id)
    form = app.catalog.get_form(row.form_id).form
    truth = app.catalog.get_truth("tiny")
    alike = app.catalog.list_look_alikes("tiny", form.target)
    rng = np.random.default_rng(seed)
    events = simulate(form.task, truth, rng=rng, skill=skill, limit_s=form.limit_s, look_alikes=alike)
    clock.pass_s(events[-1].t_client_ms / 1000.0)
    intake.accept_events(app, attempt_id, tab_id=events[0].tab_id, events=events)
    return events


def test_the_sample_drill_is_the_practice_form(drill_app: App) -> None:
    attempt_id = attempts.create_sample(drill_app)
    cards = library.list_forms(drill_app)
    assert [card.form_id for card in cards] == ["tiny-practice-1", "tiny-trace-a", "tiny-trace-b"]
    row = load_row(drill_app, attempt_id)
    assert (row.form_id, row.person_id, row.mode, row.phase) == (cards[0].form_id, None, Mode.PRACTICE, None)
    assert cards[0].limit_s == row.timing.limit_s == PRACTICE_LIMIT_S


def test_a_card_gives_nothing_away(drill_app: App) -> None:
    targets = {known.form.target for known in drill_app.catalog.list_forms()}
    assert not [target for target in targets for card in library.list_forms(drill_app) if target in str(card)]


def test_the_briefing_marks_and_shows_what_is_asked(drill_app: App) -> None:
    attempt_id = attempts.create_sample(drill_app)
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.ASSIGNED
    view = attempts.get_briefing(drill_app, attempt_id)
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.BRIEFED
    assert view.window_clock == ("7:55:00 AM", "7:55:16 AM")
    assert view.descriptor.endswith(" hair.")
    assert view.person_label is None
    assert view.reference_url.startswith("/footage/")


def test_begin_before_the_briefing_is_refused(drill_app: App) -> None:
    attempt_id = attempts.create_sample(drill_app)
    with pytest.raises(AttemptError, match="cannot start"):
        attempts.begin(drill_app, attempt_id)


def test_begin_twice_keeps_the_clock(drill_app: App, clock: FakeClock) -> None:
    attempt_id = begin(drill_app)
    clock.pass_s(30)
    attempts.begin(drill_app, attempt_id)
    assert intake.describe_state(drill_app, attempt_id)["elapsed_ms"] == 30_000


def test_the_console_has_all_it_draws_and_stays_the_same(drill_app: App, clock: FakeClock) -> None:
    attempt_id = begin(drill_app)
    data = attempts.get_console(drill_app, attempt_id).data
    keys = {
        "attempt_id",
        "token",
        "api",
        "limit_s",
        "mode",
        "profile",
        "options",
        "calls",
        "exercise",
        "help",
        "hints",
        "similar",
        "site",
        "links",
        "recording",
        "task",
    }
    assert set(data) == keys
    assert set(data["links"]) == {"CAM-01", "CAM-02", "CAM-03", "CAM-04"}
    assert data["api"] == f"/api/attempts/{attempt_id}"
    assert [camera["camera_id"] for camera in data["recording"]["cameras"]] == ["CAM-01", "CAM-02", "CAM-03", "CAM-04"]
    assert set(data["site"]) >= {"name", "floors", "zones", "walls", "cameras"}
    assert data["task"]["window_s"] == [0.0, 16.0]
    assert data["task"]["starts_at_s"] == 0.0
    clock.pass_s(60)
    assert attempts.get_console(drill_app, attempt_id).data == data


def test_the_console_is_closed_before_and_after(drill_app: App, clock: FakeClock) -> None:
    attempt_id = attempts.create_sample(drill_app)
    with pytest.raises(AttemptError, match="console is closed"):
        attempts.get_console(drill_app, attempt_id)
    attempts.get_briefing(drill_app, attempt_id)
    attempts.begin(drill_app, attempt_id)
    clock.pass_s(PRACTICE_LIMIT_S)
    with pytest.raises(AttemptError, match="timed out"):
        attempts.get_console(drill_app, attempt_id)


def test_the_limit_ends_it_whoever_looks(drill_app: App, clock: FakeClock) -> None:
    attempt_id = begin(drill_app)
    clock.pass_s(PRACTICE_LIMIT_S - 0.1)
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.RUNNING
    clock.pass_s(0.1)
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.TIMED_OUT


def test_the_watch_ends_and_scores_what_nobody_looks_at(drill_app: App, clock: FakeClock) -> None:
    timed_out, running = begin(drill_app), begin(drill_app, "tiny-trace-a")
    clock.pass_s(PRACTICE_LIMIT_S + 1)
    scores.settle_all(drill_app)
    assert load_row(drill_app, timed_out).timing.state is AttemptState.TIMED_OUT
    assert load_row(drill_app, timed_out).score_json is not None
    assert load_row(drill_app, running).timing.state is AttemptState.RUNNING
    clock.pass_s(30)
    scores.settle_all(drill_app)
    assert load_row(drill_app, timed_out).timing.sealed


def test_a_restart_goes_on_with_the_clock_counting(drill_app: App, clock: FakeClock) -> None:
    attempt_id = begin(drill_app)
    clock.pass_s(40)
    attempts.get_state(drill_app, attempt_id)
    drill_app.close()
    clock.pass_s(20)
    clock.restart(epoch="run-2")
    again = reopen(drill_app, clock)
    assert intake.describe_state(again, attempt_id)["elapsed_ms"] == 60_000
    again.close()


def test_giving_up_ends_it_without_a_result(drill_app: App) -> None:
    attempt_id = begin(drill_app)
    attempts.abandon(drill_app, attempt_id)
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.ABANDONED
    with pytest.raises(AttemptError, match="no result"):
        debrief.get_debrief(drill_app, attempt_id)


def test_there_is_no_debrief_before_the_end(drill_app: App) -> None:
    attempt_id = begin(drill_app)
    with pytest.raises(AttemptError, match="has not ended"):
        debrief.get_debrief(drill_app, attempt_id)
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.RUNNING


def test_full_marks_for_whoever_clicks_where_truth_says(drill_app: App, clock: FakeClock) -> None:
    attempt_id = begin(drill_app, "tiny-trace-a")
    play(drill_app, clock, attempt_id, PERFECT)
    view = debrief.get_debrief(drill_app, attempt_id)
    assert (view.state, view.passed) == ("submitted", True)
    assert [moment.title for moment in view.moments.moments if not moment.is_good] == []
    assert view.losses == ()
    counted = [leg for leg in view.legs if not leg.is_glimpse]
    assert {leg.outcome for leg in counted} == {"found"}
    assert {leg.outcome for leg in view.legs if leg.is_glimpse} <= {"glimpse"}
    assert view.map is not None
    assert [mark.kind for mark in view.map.marks] == ["right"] * len(counted)
    assert view.again is not None
    assert view.again.form_id != "tiny-trace-a", "the same kind of drill, another student"
    assert view.practice == (), "nothing else was wrong"


def test_a_moment_shows_both_people_boxed_and_labelled(drill_app: App, clock: FakeClock) -> None:
    attempt_id = begin(drill_app, "tiny-trace-a")
    play(drill_app, clock, attempt_id, FOLLOWER, seed=1)
    view = debrief.get_debrief(drill_app, attempt_id)
    assert not view.passed
    wrong = next(moment for moment in view.moments.moments if "someone else" in moment.title)
    stills = load_stills(drill_app, view.moments, wrong)
    assert {words for still in stills for words in still.boxed} == {"You marked", "The student"}
    for still in stills:
        picture = np.asarray(Image.open(io.BytesIO(still.jpeg)).convert("RGB"), dtype=np.int64)
        for words, rgb in (("You marked", MARKED_RGB), ("The student", TARGET_RGB)):
            near = np.count_nonzero(np.abs(picture - rgb).max(axis=2) < 40)
            assert (near > 50) == (words in still.boxed)


def test_a_moment_shows_the_very_frame_of_its_camera(drill_app: App, clock: FakeClock) -> None:
    attempt_id = begin(drill_app, "tiny-trace-a")
    play(drill_app, clock, attempt_id, FOLLOWER, seed=1)
    view = debrief.get_debrief(drill_app, attempt_id)
    recording = drill_app.catalog.get_recording("tiny")
    shown = 0
    for moment in view.moments.moments:
        for scene, still in zip(moment.scenes, load_stills(drill_app, view.moments, moment), strict=True):
            picture = np.asarray(Image.open(io.BytesIO(still.jpeg)).convert("RGB"))
            assert read_frame_number(picture) == scene.frame
            assert still.caption.startswith(f"{scene.camera_id} ")
            assert write_clock(recording.manifest.start_time, scene.frame / recording.manifest.fps) in still.caption
            shown += 1
    assert shown >= 2


def test_scoring_again_gives_the_same(drill_app: App, clock: FakeClock) -> None:
    attempt_id = begin(drill_app, "tiny-trace-b")
    play(drill_app, clock, attempt_id, FOLLOWER)
    first = scores.settle(drill_app, attempt_id)
    clock.pass_s(1e6)
    again = scores.compute_score(drill_app, load_row(drill_app, attempt_id))
    assert first.score_json == scores.write_score(again.card)
    assert first.metric_versions is not None


def test_truth_is_held_once_for_everybody(drill_app: App, clock: FakeClock) -> None:
    first, second = begin(drill_app, "tiny-trace-a"), begin(drill_app, "tiny-trace-b")
    for attempt_id in (first, second):
        play(drill_app, clock, attempt_id, PERFECT)
    with ThreadPoolExecutor(8) as pool:
        rows = [load_row(drill_app, attempt_id) for attempt_id in (first, second) * 4]
        found = list(pool.map(lambda row: scores.compute_score(drill_app, row).case.index, rows))
    assert len({id(index) for index in found}) == 1
    assert found[0] is drill_app.catalog.get_truth("tiny")


def test_a_score_just_computed_is_kept_as_it_is(drill_app: App, clock: FakeClock) -> None:
    attempt_id = begin(drill_app, "tiny-trace-b")
    play(drill_app, clock, attempt_id, FOLLOWER)
    score = scores.compute_score(drill_app, load_row(drill_app, attempt_id))
    kept = scores.settle(drill_app, attempt_id, score=replace(score, stall_s=7.5))
    assert (kept.score_json, kept.stall_s) == (scores.write_score(score.card), 7.5)
    assert load_row(drill_app, attempt_id) == kept


def test_a_mark_outside_the_window_or_recording_is_refused_the_rest_scored(drill_app: App, clock: FakeClock) -> None:
    attempt_id = begin(drill_app, "tiny-trace-a")
    events = play(drill_app, clock, attempt_id, PERFECT)
    other = begin(drill_app, "tiny-trace-a")
    stray = {"mark_id": "stray", "camera_id": "CAM-99", "frame": 1, "t_s": 9999.0, "x": 0.5, "y": 0.5}
    moved = [replace(event, seq=event.seq + 1) for event in events]
    first = Event(tab_id=events[0].tab_id, seq=1, t_client_ms=0.0, kind=EventKind.MARK, payload=stray)
    clock.pass_s(events[-1].t_client_ms / 1000.0)
    intake.accept_events(drill_app, other, tab_id=first.tab_id, events=[first, *moved])
    assert debrief.get_debrief(drill_app, other).passed


def test_a_recording_built_anew_keeps_old_results_from_being_told_wrong(drill_app: App, clock: FakeClock) -> None:
    attempt_id = begin(drill_app)
    play(drill_app, clock, attempt_id, PERFECT)
    row = load_row(drill_app, attempt_id)
    with drill_app.store.write() as work:
        work.attempts.save(replace(row, truth_sha256="0" * 64))
    with pytest.raises(AttemptError, match="rebuilt"):
        debrief.get_debrief(drill_app, attempt_id)


def test_what_does_not_exist_is_said_so(drill_app: App) -> None:
    with pytest.raises(UnknownAttemptError):
        attempts.get_state(drill_app, "nonsense")
    with pytest.raises(UnknownAttemptError):
        attempts.get_state(drill_app, "")
    with pytest.raises(TaskError, match="does not exist on this computer"):
        attempts.create_practice(drill_app, form_id="nonsense")
    with pytest.raises(StoreError, match="not on any team"):
        attempts.create(drill_app, form_id="tiny-trace-a", mode=Mode.ASSESSMENT, phase=Phase.BEFORE, person_id="nobody")


def test_the_cover_is_a_picture_with_its_words(drill_app: App) -> None:
    cover = library.get_cover(drill_app)
    assert cover is not None
    assert cover.jpeg.startswith(b"\xff\xd8")
    assert "A made-up corridor" in cover.caption
    assert library.get_cover(drill_app) is cover


def test_a_search_is_watched_again_only_after_it_has_ended(drill_app: App, clock: FakeClock) -> None:
    attempt_id = begin(drill_app)
    with pytest.raises(AttemptError, match="cannot be watched again: the attempt is running"):
        replays.get_replay(drill_app, attempt_id)
    events = play(drill_app, clock, attempt_id, PERFECT)
    data = replays.get_replay(drill_app, attempt_id).data
    shown = [(event["kind"], event["payload"]) for event in data["replay"]["events"]]
    assert shown == [(event.kind.value, dict(event.payload)) for event in events]
    assert data["replay"]["used_ms"] == pytest.approx(events[-1].t_client_ms, abs=1.0)
    assert set(data) - {"replay"} == set(attempts.get_console(drill_app, begin(drill_app)).data)
