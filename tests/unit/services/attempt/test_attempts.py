import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from sim.db.rows import AttemptRow
from sim.drill.attempt import AttemptState
from sim.drill.event import Event
from sim.drill.simulated import simulate
from sim.errors import AttemptError
from sim.services.app.wiring import App
from sim.services.attempt import attempts, intake, scores
from sim.services.debrief import page as debrief
from sim.services.debrief.moments import MARKED_RGB, TARGET_RGB, load_stills
from sim.services.library import library
from sim.tasks.common.simulated_user import FOLLOWER, PERFECT, Skill
from sim.text.times import write_clock
from tests.support.fake_clock import FakeClock
from tests.support.tiny_app import PRACTICE_LIMIT_S
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


def test_a_card_gives_nothing_away(drill_app: App) -> None:
    targets = {known.form.target for known in drill_app.catalog.list_forms()}
    assert not [target for target in targets for card in library.list_forms(drill_app) if target in str(card)]


def test_the_console_is_closed_before_and_after(drill_app: App, clock: FakeClock) -> None:
    attempt_id = attempts.create_sample(drill_app)
    with pytest.raises(AttemptError, match="console is closed"):
        attempts.get_console(drill_app, attempt_id)
    attempts.get_briefing(drill_app, attempt_id)
    attempts.begin(drill_app, attempt_id)
    clock.pass_s(PRACTICE_LIMIT_S)
    with pytest.raises(AttemptError, match="timed out"):
        attempts.get_console(drill_app, attempt_id)


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


def test_there_is_no_debrief_before_the_end(drill_app: App) -> None:
    attempt_id = begin(drill_app)
    with pytest.raises(AttemptError, match="has not ended"):
        debrief.get_debrief(drill_app, attempt_id)
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.RUNNING


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


def test_a_recording_built_anew_keeps_old_results_from_being_told_wrong(drill_app: App, clock: FakeClock) -> None:
    attempt_id = begin(drill_app)
    play(drill_app, clock, attempt_id, PERFECT)
    row = load_row(drill_app, attempt_id)
    with drill_app.store.write() as work:
        work.attempts.save(replace(row, truth_sha256="0" * 64))
    with pytest.raises(AttemptError, match="rebuilt"):
        debrief.get_debrief(drill_app, attempt_id)


def test_begin_twice_keeps_the_clock(drill_app: App, clock: FakeClock) -> None:
    attempt_id = begin(drill_app)
    clock.pass_s(30)
    attempts.begin(drill_app, attempt_id)
    assert intake.describe_state(drill_app, attempt_id)["elapsed_ms"] == 30_000
