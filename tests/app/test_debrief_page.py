"""The debrief's page: every section stands there, whatever was done in the drill."""

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sim.app.links import show_link
from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.attempt.events import Event, EventKind
from sim.console import attempts, intake
from sim.console.scores import get_replay
from sim.db.programs import LinkKind
from sim.errors import AttemptError, RecordingError
from sim.features.accounts import manage
from sim.features.debrief import page_sections as debrief_moments
from sim.features.debrief.debrief import find_held_debrief, get_debrief, get_own_replay
from sim.features.debrief.practice import find_expert, get_expert_replay, write_expert_table
from sim.features.privacy.person_data import export_person
from sim.features.record.load import load_person_record
from sim.features.record.tables import HELD, make_result_table
from sim.features.team import given_drills, team
from sim.features.team.team_view import get_person_drills
from sim.rules.held import ALSO_TOLD, TELLS_NOTHING, WAITS_AT_MOST
from sim.rules.viewer import Role, Viewer
from sim.tasks.common.simulated_user import FOLLOWER, NOVICE, PERFECT, Skill
from sim.ui.page import wording
from sim.ui.page.request_origin import Peer
from tests.app.conftest import PHRASE, RunPage, School, fail, read_page
from tests.support.fake_clock import FakeClock
from tests.support.given import begin_practice
from tests.support.played_attempt import Act, play_by_acts, play_by_skill, play_form
from tests.support.tiny_app import LIMIT_S
from tests.support.tiny_course import play

SECTIONS = (wording.DEBRIEF_PATHS, wording.DEBRIEF_TIME, wording.DEBRIEF_CAMERAS)


MISLED = replace(FOLLOWER, follow_share=1.0)


@pytest.mark.parametrize("skill", [PERFECT, NOVICE, MISLED], ids=lambda skill: skill.name)
def test_every_picture_has_its_table(run_page: RunPage, drill_app: App, clock: FakeClock, skill: Skill) -> None:
    page = run_page("drill", attempt=play_by_skill(drill_app, clock, "tiny-trace-a", skill, seed=1))
    text = read_page(page)
    for words in SECTIONS:
        assert words in text
    marks = next(str(html.value) for html in page.get("html") if f'aria-label="{wording.DEBRIEF_MARKS}"' in html.value)
    assert (">wrong person" in marks) is (skill is MISLED)
    assert "What the time went on" in text
    assert f"**{wording.DEBRIEF_LEGS}:** " in text
    assert wording.DEBRIEF_CAMERAS_TABLE in [expander.label for expander in page.expander]


def unfold(page: AppTest, opened: list[str] | None = None) -> AppTest:
    assert not opened
    page.session_state[debrief_moments.FOLD_KEY] = True
    return page.run()


def test_the_first_wrong_moment_is_open_and_its_pictures_have_no_address(
    run_page: RunPage, drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    load = debrief_moments.load_stills

    def note(*args: object) -> object:
        opened.append(args[2].title)  # type: ignore[attr-defined]
        return load(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(debrief_moments, "load_stills", note)
    page = unfold(run_page("drill", attempt=play_form(drill_app, "tiny-trace-a", skill=MISLED)), opened)
    assert not page.exception
    labels = [box.label for box in page.expander]
    assert "**you followed a look\\-alike**" in labels[1], labels
    assert any("CAM\\-0" in label for label in labels)
    assert len(opened) == 1
    assert "correct" not in opened[0]

    # the attack: open a picture by its address, in a browser in which nobody is signed in
    pictures = [picture.url for each in page.get("image") for picture in each.proto.imgs]
    assert pictures
    assert all(url.startswith("data:image/jpeg;base64,/9j/") for url in pictures)
    assert "/media/" not in str(page)


def test_an_unreadable_clip_leaves_the_rest(run_page: RunPage, drill_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    error = RecordingError("main/CAM-01.mp4 cannot be decoded", todo="restore the clip")
    monkeypatch.setattr(debrief_moments, "load_stills", fail(error))
    page = unfold(run_page("drill", attempt=play_form(drill_app, "tiny-trace-a", skill=FOLLOWER)))
    assert not page.exception
    assert any(wording.MOMENT_PICTURE_LOST in str(warning.value) for warning in page.warning)
    assert any("cannot be decoded" in str(warning.value) for warning in page.warning)
    assert page.button(key="done")


def test_a_long_list_is_shown_in_parts(run_page: RunPage, drill_app: App, clock: FakeClock) -> None:
    attempt_id = begin_practice(drill_app, "tiny-trace-a")
    cameras = [camera.camera_id for camera in drill_app.catalog.get_recording("tiny").manifest.cameras]
    marks = [(camera, second) for camera in cameras for second in (0.5, 6.0, 11.5)] * 2
    corners = [0.0] * (len(marks) // 2) + [1.0] * (len(marks) // 2)
    events = [
        Event.read(
            tab_id="5b0d5a76-3f0e-4a51-9d5e-0d2b8f7c1a11",
            seq=seq,
            t_client_ms=100.0 * seq,
            kind=EventKind.MARK,
            payload={"mark_id": f"f{seq}", "camera_id": camera, "frame": 0, "t_s": t_s, "x": x, "y": 0.0},
        )
        for seq, ((camera, t_s), x) in enumerate(zip(marks, corners, strict=True), start=1)
    ]
    clock.pass_s(60.0)
    intake.accept_events(drill_app, attempt_id, tab_id=events[0].tab_id, events=events)
    clock.pass_s(LIMIT_S + 60.0)
    page = run_page("drill", attempt=attempt_id)
    assert not page.exception
    choice = page.selectbox(key="moments-page")
    assert choice.options[0].startswith(f"1 to {debrief_moments.PAGE} of ")
    moments = re.compile(r":material/")
    first = [box.label for box in page.expander if moments.match(box.label)]
    choice.set_value(debrief_moments.PAGE).run()
    assert not page.exception
    second = [box.label for box in page.expander if moments.match(box.label)]
    assert first[0] not in second
    assert second


def test_the_expert_is_beside_ones_own_search_and_can_be_watched(run_page: RunPage, drill_app: App) -> None:
    attempt_id = play_form(drill_app, "tiny-trace-a", skill=NOVICE)
    form = drill_app.catalog.get_form("tiny-trace-a").form
    result = find_expert(drill_app.catalog, form)
    assert result is not None
    assert find_expert(drill_app.catalog, form) is result, "searched once"
    view = get_debrief(drill_app, attempt_id)
    minutes, seconds = divmod(round(result.par_s), 60)
    assert view.expert == (f"{minutes}:{seconds:02}" if result.passed else None)
    replay = get_expert_replay(drill_app, attempt_id, is_told=True).data["replay"]
    assert [caption["text"] for caption in replay["captions"]] == [c.text for c in result.run.captions]
    assert [event["kind"] for event in replay["events"]] == [event.kind.value for event in result.run.events]
    table = write_expert_table(drill_app.catalog, [form])
    assert "tiny-trace-a" in table
    assert f"passes {int(result.passed)} of 1 traces" in table
    page = run_page("drill", attempt=attempt_id)
    assert [button.key for button in page.button if button.key == "watch-expert"] == ["watch-expert"] * result.passed


def test_ones_own_replay_has_the_truth_inside_the_window_the_plain_one_nothing_and_before_the_end_there_is_none(
    drill_app: App, clock: FakeClock
) -> None:
    attempt_id = play_form(drill_app, "tiny-trace-a", skill=NOVICE)
    form = drill_app.catalog.get_form("tiny-trace-a").form
    truth = drill_app.catalog.get_truth(form.recording_id).table
    own = truth.rows[(truth.rows["person_id"] == form.target) & truth.rows["t_s"].between(*form.window_s)]
    ghost = get_own_replay(drill_app, attempt_id).data["replay"]["ghost"]
    assert set(ghost["boxes"]) == set(own["camera_id"])
    for camera_id, boxes in ghost["boxes"].items():
        width, height = truth.picture_wh[camera_id]
        shown = own[own["camera_id"] == camera_id].set_index("frame")
        assert boxes == sorted(boxes)
        for t_s, x1, y1, x2, y2 in boxes:
            row = shown.loc[round(t_s * truth.fps)]
            sides = (row["x1"] / width, row["y1"] / height, row["x2"] / width, row["y2"] / height)
            assert (x1, y1, x2, y2) == pytest.approx(sides, abs=1e-3)
    assert [point[0] for point in ghost["path"]] == sorted(point[0] for point in ghost["path"])
    assert {floor for *_, floor in ghost["path"]} <= set(own["floor"])

    assert get_replay(drill_app, attempt_id).data["replay"]["ghost"] is None
    attempt_id = begin_practice(drill_app, "tiny-practice-1")
    clock.pass_s(5.0)
    for watch in (
        lambda: get_own_replay(drill_app, attempt_id),
        lambda: get_expert_replay(drill_app, attempt_id, is_told=True),
    ):
        with pytest.raises(AttemptError, match="cannot be watched"):
            watch()


pytestmark = pytest.mark.usefixtures("quick_hash")


def see(school: School, *roles: Role, schools: frozenset[str] | None = None) -> Viewer:
    further = frozenset(roles)
    return Viewer(
        account_id="ana", person_id=school.ana, name="Ana", role=Role.TRAINEE, further=further, schools=schools
    )


def finish(school: School, clock: FakeClock, attempt_id: str) -> None:
    play(school.app, clock, attempt_id, well=True)


def test_the_answer_waits_for_the_others(school: School, run_page: RunPage, peer: list[Peer], clock: FakeClock) -> None:
    """The attack: be done first, and tell the others where the student goes."""
    own, others = school.give(school.ana), school.give(school.ben)
    finish(school, clock, own)
    held = find_held_debrief(school.app, see(school), own)
    assert held is not None
    assert held.marks
    assert not any(part.sentence for part in held.parts)
    assert {part.key for part in held.parts} <= TELLS_NOTHING
    stored = read_own_data(school, school.ana)
    scored = next(row for row in stored["attempt"] if row["attempt_id"] == own)
    assert set(json.loads(scored["score_json"])) <= TELLS_NOTHING | ALSO_TOLD
    assert {scored[name] for name in ("idf1", "appearance_precision", "wrong_person_s")} == {None}
    assert not any("criteria" in (row["body"] or "") for row in stored["audit"])
    assert "gap" not in stored
    (told,) = stored["result"]
    assert (told["criteria"], set(json.loads(told["parts"])) <= TELLS_NOTHING) == ("{}", True)
    record = load_person_record(school.app, school.ana, is_redacted=True)
    assert HELD in make_result_table(record, UTC).rows[0]
    assert record.gaps == ()
    assert [each.accuracy for each in get_person_drills(school.app, school.ana, zone=UTC, is_own=True).drills] == [None]

    ana = Peer(is_local=False, cookie=school.enter())
    peer[0] = ana
    page = run_page("drill", attempt=own)
    assert "once everyone on your team has done their drills on this footage" in read_page(page)
    headers = [each.value for each in page.header]
    assert headers == [wording.DEBRIEF_PARTS]
    assert not page.expander
    assert not page.get("image")
    told = str(page)
    for hidden in (wording.DEBRIEF_PATHS, wording.DEBRIEF_LEGS, wording.DEBRIEF_MOMENTS, "Correct student", "in view"):
        assert hidden not in told, hidden

    peer[0] = Peer(is_local=False, cookie=school.cookie)
    assert wording.DEBRIEF_PATHS in read_page(run_page("drill", attempt=own))

    attempts.abandon(school.app, others)
    peer[0] = ana
    assert wording.DEBRIEF_PATHS in read_page(run_page("drill", attempt=own))


def read_own_data(school: School, person_id: str) -> dict[str, list[dict[str, Any]]]:
    packed = export_person(school.app, replace(see(school), person_id=person_id), person_id)
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        tables: dict[str, list[dict[str, Any]]] = json.loads(files.read("everything.json"))["tables"]
    return tables


def test_it_waits_for_who_trains_others_too_and_is_not_told_by_a_link(
    school: School, run_page: RunPage, peer: list[Peer], clock: FakeClock
) -> None:
    """The attacks: be made a trainer, of another school even, or open somebody's record by a link as one."""
    own, others = school.give(school.ana), school.give(school.ben)
    play(school.app, clock, own, well=False)
    assert find_held_debrief(school.app, see(school, Role.TRAINER), own) is not None
    assert find_held_debrief(school.app, school.admin, own) is None
    elsewhere = replace(school.admin, schools=frozenset({"Elsewhere"}))
    assert find_held_debrief(school.app, elsewhere, own) is not None
    assert find_held_debrief(school.app, replace(elsewhere, schools=frozenset({"North"})), own) is None
    manage.add_account(
        school.app,
        school.admin,
        name="Sol Ray",
        secret=PHRASE,
        roles=frozenset({Role.TRAINER}),
        schools=frozenset({"Elsewhere"}),
    )
    peer[0] = Peer(is_local=False, cookie=school.enter("Sol Ray", PHRASE))
    link = show_link(school.app, LinkKind.RECORD, school.ana, by="Kim Lee")
    assert HELD in read_page(run_page("record", t=link))
    stored = read_own_data(school, school.ana)
    assert "gap" not in stored, "all that there are tell what was wrong"
    attempts.abandon(school.app, others)
    assert read_own_data(school, school.ana)["gap"]


def test_where_nobody_signs_in_the_trainer_has_to_ask(run_page: RunPage, drill_app: App, clock: FakeClock) -> None:
    """The attack: hand in first on one of the room's laptops, where everybody has all rights."""
    team_id = team.add_team(drill_app, "Front office")
    ana, ben = (team.add_person(drill_app, team_id, name) for name in ("Ana", "Ben"))
    own = given_drills.create_attempt(drill_app, ana, Phase.BEFORE)
    given_drills.create_attempt(drill_app, ben, Phase.BEFORE)
    play(drill_app, clock, own, well=True)
    page = run_page("drill", attempt=own)
    assert wording.DEBRIEF_PATHS not in str(page)
    assert wording.DEBRIEF_PATHS in read_page(page.button(key="show-answers").click().run())


def test_the_expert_is_held_back_too(school: School, run_page: RunPage, peer: list[Peer], clock: FakeClock) -> None:
    """The attack: write the expert's replay into the address, and watch where the student goes."""
    own, others = school.give(school.ana), school.give(school.ben)
    finish(school, clock, own)
    ana = Peer(is_local=False, cookie=school.enter())

    def watch() -> tuple[list[str], bool]:
        page = run_page("drill", attempt=own, replay="expert")
        return [each.value for each in page.error], bool(page.get("bidi_component"))

    peer[0] = ana
    errors, is_shown = watch()
    assert (len(errors), is_shown) == (1, False)
    assert "cannot be watched yet" in errors[0]
    peer[0] = Peer(is_local=False, cookie=school.cookie)
    assert watch() == ([], True), "their trainer may"
    attempts.abandon(school.app, others)
    peer[0] = ana
    assert watch() == ([], True)


def test_an_unopened_drill_keeps_it_back_for_two_weeks_practice_does_not(school: School, clock: FakeClock) -> None:
    own = school.give(school.ana)
    finish(school, clock, own)
    assert find_held_debrief(school.app, see(school), own) is None, "it is nobody else's drill"
    school.give(school.ben)
    practice = attempts.create_sample(school.app)
    finish(school, clock, practice)
    assert find_held_debrief(school.app, see(school), practice) is None
    assert find_held_debrief(school.app, see(school), own) is not None
    clock.pass_s(WAITS_AT_MOST.total_seconds())
    assert find_held_debrief(school.app, see(school), own) is None


def test_only_what_was_watched_twice_is_watched_more_than_once(drill_app: App, clock: FakeClock) -> None:
    acts: list[Act] = [(0.0, EventKind.OPEN, {}), (0.1, EventKind.FOCUS, {"camera_id": "CAM-01", "t_s": 0.0})]
    for at_s, from_s, to_s in ((1.0, 0.0, 5.2), (8.0, 5.1, 9.0), (14.0, 1.0, 4.0)):
        acts += [
            (at_s, EventKind.SEEK, {"from_s": acts[-1][2]["t_s"], "t_s": from_s}),
            (at_s, EventKind.PLAY, {"t_s": from_s, "speed": 1.0}),
            (at_s + to_s - from_s, EventKind.PAUSE, {"t_s": to_s}),
        ]
    view = get_debrief(drill_app, play_by_acts(drill_app, clock, "tiny-trace-a", acts))
    (row,) = (row for row in view.cameras.rows if row.camera_id == "CAM-01")
    assert [cell.level for cell in row.cells] == [2, 3, 3, 3, 2, 2, 2, 2, 2]
    assert row.cells[1].words.endswith("2 s watched, more than once")
    assert (row.cells[0].from_share, row.watched) == (0.0, "12 s")
