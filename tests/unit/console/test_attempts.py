import io
import json
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sim.app.wiring import App
from sim.attempt.attempt import AttemptState, Mode, Phase
from sim.console import attempts, familiarization, scores
from sim.console.footage_access import find_file, list_measuring, make_links
from sim.console.scores import get_replay
from sim.errors import AccessError, AttemptError, RateLimitError, TaskError, UnknownAttemptError
from sim.features.debrief import debrief
from sim.features.debrief.debrief import get_debrief
from sim.features.debrief.facts import MARKED_RGB, TARGET_RGB, load_stills
from sim.features.exercise.room import list_forms
from sim.features.library import library
from sim.features.library.library import list_own_drills
from sim.features.privacy.person_data import delete_old_anonymous
from sim.features.team import given_drills, team
from sim.footage.recording.open import Recording
from sim.tasks.common.simulated_user import FOLLOWER, PERFECT
from sim.text.times import write_clock
from tests.support.fake_clock import FakeClock
from tests.support.faulty_recording import MISNAMED
from tests.support.given import begin_practice, load_attempt
from tests.support.played_attempt import play_by_skill
from tests.support.tiny_app import OPEN, PRACTICE_LIMIT_S, lay_out_library, make_tiny_app
from tests.support.tiny_recording import read_frame_number


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
    timed_out, running = begin_practice(drill_app), begin_practice(drill_app, "tiny-trace-a")
    clock.pass_s(PRACTICE_LIMIT_S + 1)
    scores.settle_all(drill_app)
    assert load_attempt(drill_app, timed_out).timing.state is AttemptState.TIMED_OUT
    assert load_attempt(drill_app, timed_out).score_json is not None
    assert load_attempt(drill_app, running).timing.state is AttemptState.RUNNING
    clock.pass_s(30)
    scores.settle_all(drill_app)
    assert load_attempt(drill_app, timed_out).timing.sealed


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
                    assert (np.count_nonzero(np.abs(picture - rgb).max(axis=2) < 40) > 50) == (words in still.boxed)
    assert boxed == {"You marked", "The student"}


def test_a_recording_built_anew_keeps_old_results_from_being_told_wrong(drill_app: App, clock: FakeClock) -> None:
    attempt_id = play_by_skill(drill_app, clock, "tiny-practice-1", PERFECT)
    row = load_attempt(drill_app, attempt_id)
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


MEASURES = "tiny"


def add_person(app: App, name: str = "Ana Lopez") -> str:
    return team.add_person(app, team.add_team(app, f"Office of {name}"), name)


def test_nobody_practices_on_it(measuring_app: App) -> None:
    for form_id in ("tiny-practice-1", "tiny-trace-a", "tiny-trace-b"):
        with pytest.raises(TaskError, match="nobody practices on it"):
            attempts.create_practice(measuring_app, form_id=form_id)
        for mode in (Mode.FAMILIARIZATION, Mode.TEAM_EXERCISE):
            with pytest.raises(TaskError, match="nobody practices on it"):
                attempts.create(measuring_app, form_id=form_id, mode=mode)


def test_nothing_offers_it_and_the_console_is_shown_on_another_recording(measuring_app: App) -> None:
    assert load_attempt(measuring_app, attempts.create_sample(measuring_app)).recording_id == OPEN
    cards = (*library.list_forms(measuring_app), *library.list_practice_drills(measuring_app))
    assert {card.form_id.split("-")[0] for card in (*cards, *list_forms(measuring_app))} == {OPEN}
    person_id = add_person(measuring_app)
    given_drills.create_attempt(measuring_app, person_id, Phase.BEFORE)
    familiar = load_attempt(measuring_app, familiarization.create(measuring_app, person_id=person_id))
    assert familiar.recording_id == OPEN


def test_own_drills_leave_out_what_measures(measuring_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.features.library.library.is_made_here", lambda *_: True)
    monkeypatch.setattr("sim.features.library.library.RECORDINGS", measuring_app.settings.recordings[0])
    before = {drill.form_id for drill in list_own_drills(measuring_app)}
    assert before == {"open-practice-1", "open-trace-a", "open-trace-b"}
    attempts.create(measuring_app, form_id="open-trace-a", mode=Mode.ASSESSMENT, person_id=add_person(measuring_app))
    assert {drill.form_id for drill in list_own_drills(measuring_app)} == {"open-practice-1"}


def test_before_a_measured_drill_the_debrief_of_practice_describes_the_student_alone(
    drill_app: App, clock: FakeClock
) -> None:
    """The attack: mark everybody in practice, read what each wears, then pass the measured drill by its words."""

    def follow_a_look_alike() -> str:
        moments = get_debrief(drill_app, play_by_skill(drill_app, clock, "tiny-trace-b", FOLLOWER)).moments.moments
        return next(each.text for each in moments if each.title == "you marked someone else")

    text = follow_a_look_alike()
    assert all(worn in text for worn in ("maroon", "navy jeans", "white")), "nobody is measured"
    attempts.create(drill_app, form_id="tiny-trace-a", mode=Mode.ASSESSMENT, person_id=add_person(drill_app))
    text = follow_a_look_alike()
    assert text.startswith("Someone else. The student has ")
    worn = dict(drill_app.catalog.get_first_worn("tiny"))
    own = worn.pop(str(drill_app.catalog.get_form("tiny-trace-b").form.target))
    said = text
    for piece in (str(own.top), str(own.bottom), f"{own.shoes} shoes"):
        assert piece in text, piece
        said = said.replace(piece, "")
    for other in worn.values():
        for word in (other.top and other.top.colour, other.bottom.kind, other.bottom.colour, other.shoes, other.hair):
            assert str(word) not in said, word
    assert not any(word in text for word in ("maroon", "navy", "jeans", "white", "ther "))
    assert "ame " not in text.replace("in the same picture", "")


def test_of_a_team_only_what_it_is_measured_on(measuring_app: App) -> None:
    attempts.create(measuring_app, form_id="open-trace-a", mode=Mode.ASSESSMENT, person_id=add_person(measuring_app))
    other = team.add_team(measuring_app, "Another office")
    with measuring_app.store.read() as work:
        assert list_measuring(measuring_app, work) == {MEASURES, OPEN}
        assert list_measuring(measuring_app, work, team_id=other) == {MEASURES}


def test_after_its_end_the_footage_stays_shut_while_others_are_measured_on_it(
    measuring_app: App, clock: FakeClock
) -> None:
    """The attack: finish one measured drill, then study the halls by its replay before the next one."""
    ana, ben = (add_person(measuring_app, name) for name in ("Ana Lopez", "Ben Ito"))
    first = given_drills.create_attempt(measuring_app, ana, Phase.BEFORE)
    waiting = given_drills.create_attempt(measuring_app, ben, Phase.BEFORE)
    attempts.get_briefing(measuring_app, first)
    attempts.begin(measuring_app, first)
    links = make_links(measuring_app, load_attempt(measuring_app, first))
    clip = (links.token, links.recording_name, links.name("main/CAM-01.mp4"))
    assert find_file(measuring_app, *clip).size
    clock.pass_s(3600)
    assert get_debrief(measuring_app, first).is_shut
    with pytest.raises(AttemptError, match="others are still measured"):
        get_replay(measuring_app, first)
    with pytest.raises(AccessError, match="others are still measured"):
        find_file(measuring_app, *clip)
    attempts.abandon(measuring_app, waiting)
    assert not get_debrief(measuring_app, first).is_shut
    assert get_replay(measuring_app, first).data["replay"]
    assert find_file(measuring_app, *clip).size


def test_its_briefing_tells_neither_who_is_sought_nor_anything_of_the_recording(drill_app: App) -> None:
    measured_id = given_drills.create_attempt(drill_app, add_person(drill_app), Phase.BEFORE)
    view = attempts.get_briefing(drill_app, measured_id)
    row = load_attempt(drill_app, measured_id)
    form = drill_app.catalog.get_form(row.form_id).form
    manifest = drill_app.catalog.get_recording(row.recording_id).manifest
    told = " ".join(str(part) for part in astuple(view))
    descriptor = drill_app.catalog.describe_target(row.recording_id, form.target)
    assert (view.reference_url, view.descriptor, view.window_clock) == (None, "", None)
    for secret in (descriptor, str(form.target), form.title, form.form_id, manifest.title, manifest.notice, "7:55"):
        assert secret
        assert secret not in told, secret
    assert not [name for name in manifest.files if name in told]


def test_the_console_knows_only_the_wrong_name_and_no_fault(
    tmp_path: Path, faulty_recording: Recording, clock: FakeClock
) -> None:
    app = make_tiny_app(tmp_path / "data", lay_out_library(tmp_path / "library", faulty_recording), clock)
    attempt_id = attempts.create_sample(app)
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    data = attempts.get_console(app, attempt_id).data
    for listed in (data["site"]["cameras"], data["recording"]["cameras"]):
        assert {c["camera_id"]: c["name"] for c in listed}[MISNAMED] == "Lobby"
    words = json.dumps(data)
    for secret in ("offset", "fault", "dead", "misnamed", "events"):
        assert secret not in words, secret
    app.close()
