import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from sim.app.wiring import App
from sim.attempt.attempt import AttemptState, Phase
from sim.console import attempts, familiarization, scores
from sim.db.attempts import AttemptRow
from sim.errors import AttemptError, RateLimitError, UnknownAttemptError
from sim.features.debrief import debrief
from sim.features.debrief.moments import MARKED_RGB, TARGET_RGB, load_stills
from sim.features.library import library
from sim.features.privacy.delete import delete_old_anonymous
from sim.features.team import given_drills, team
from sim.tasks.common.simulated_user import FOLLOWER, PERFECT
from sim.text.times import write_clock
from tests.support.fake_clock import FakeClock
from tests.support.played_attempt import play_by_skill
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


def test_a_card_gives_nothing_away(drill_app: App) -> None:
    targets = {known.form.target for known in drill_app.catalog.list_forms()}
    assert not [target for target in targets for card in library.list_forms(drill_app) if target in str(card)]


def test_the_console_is_closed_before_and_after_and_the_debrief_before_the_end(
    drill_app: App, clock: FakeClock
) -> None:
    attempt_id = attempts.create_sample(drill_app)
    with pytest.raises(AttemptError, match="console is closed"):
        attempts.get_console(drill_app, attempt_id)
    attempts.get_briefing(drill_app, attempt_id)
    attempts.begin(drill_app, attempt_id)
    with pytest.raises(AttemptError, match="has not ended"):
        debrief.get_debrief(drill_app, attempt_id)
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


def test_a_moment_shows_the_very_frame_of_its_camera_with_both_people_boxed(drill_app: App, clock: FakeClock) -> None:
    view = debrief.get_debrief(drill_app, play_by_skill(drill_app, clock, "tiny-trace-a", FOLLOWER, seed=1))
    assert not view.passed
    recording = drill_app.catalog.get_recording("tiny")
    boxed = set()
    for moment in view.moments.moments:
        for scene, still in zip(moment.scenes, load_stills(drill_app, view.moments, moment), strict=True):
            picture = np.asarray(Image.open(io.BytesIO(still.jpeg)).convert("RGB"), dtype=np.int64)
            assert read_frame_number(picture) == scene.frame
            assert still.caption.startswith(f"{scene.camera_id} ")
            assert write_clock(recording.manifest.start_time, scene.frame / recording.manifest.fps) in still.caption
            if "look-alike" in moment.title:
                boxed |= set(still.boxed)
                for words, rgb in (("You marked", MARKED_RGB), ("The student", TARGET_RGB)):
                    near = np.count_nonzero(np.abs(picture - rgb).max(axis=2) < 40)
                    assert (near > 50) == (words in still.boxed)
    assert boxed == {"You marked", "The student"}


def test_a_recording_built_anew_keeps_old_results_from_being_told_wrong(drill_app: App, clock: FakeClock) -> None:
    attempt_id = play_by_skill(drill_app, clock, "tiny-practice-1", PERFECT)
    row = load_row(drill_app, attempt_id)
    with drill_app.store.write() as work:
        work.save_row(replace(row, truth_sha256="0" * 64))
    with pytest.raises(AttemptError, match="rebuilt"):
        debrief.get_debrief(drill_app, attempt_id)


HOUR_S = 3600.0


def test_without_an_account_an_address_begins_so_many_in_an_hour_and_another_is_not_slowed(
    drill_app: App, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "ANONYMOUS_AN_HOUR", 3)
    form_id = drill_app.catalog.list_forms()[0].form.form_id
    attempts.create_sample(drill_app, address="192.0.2.7")
    attempts.create_practice(drill_app, form_id=form_id, address="192.0.2.7")
    familiarization.create(drill_app, address="192.0.2.7")
    with pytest.raises(RateLimitError, match="sign in, use your own link"):
        attempts.create_sample(drill_app, address="192.0.2.7")
    attempts.create_sample(drill_app, address="192.0.2.8")
    person_id = team.add_person(drill_app, team.add_team(drill_app, "Front office"), "Heron")
    familiarization.create(drill_app, person_id=person_id, address="192.0.2.7")
    clock.pass_s(HOUR_S + 1)
    monkeypatch.undo()
    for _ in range(199):  # a school that tries out drills at once is not stopped
        attempts.note_anonymous(drill_app, "192.0.2.7")
    attempts.create_sample(drill_app, address="192.0.2.7")


def test_drills_of_nobody_are_gone_after_a_day_and_nobody_elses_are(drill_app: App, clock: FakeClock) -> None:
    person_id = team.add_person(drill_app, team.add_team(drill_app, "Front office"), "Heron")
    own = given_drills.create_attempt(drill_app, person_id, Phase.BEFORE)
    given, ended, running = (attempts.create_sample(drill_app) for _ in range(3))
    console = familiarization.create(drill_app)
    attempts.get_briefing(drill_app, ended)
    attempts.begin(drill_app, ended)
    attempts.abandon(drill_app, ended)
    clock.pass_s(23 * HOUR_S)
    assert delete_old_anonymous(drill_app) == 0
    attempts.get_state(drill_app, console)
    attempts.get_briefing(drill_app, running)
    attempts.begin(drill_app, running)
    clock.pass_s(2 * HOUR_S)
    assert delete_old_anonymous(drill_app) == 2
    for gone in (given, ended):
        with pytest.raises(UnknownAttemptError):
            attempts.get_state(drill_app, gone)
    for kept in (own, running, console):
        attempts.get_state(drill_app, kept)
    clock.pass_s(25 * HOUR_S)
    assert delete_old_anonymous(drill_app) == 2
    attempts.get_state(drill_app, own)
