"""The page that makes a new drill: choosing, the price, the work as anybody sees it, and what is there afterwards."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.app.own_folders import OWN_SITES
from sim.app.wiring import App
from sim.builds import queue
from sim.builds.child import FULL
from sim.builds.kinds import MEASURED
from sim.crowd.generator.levels import Level
from sim.db.builds import BuildState
from sim.features.library import form_library, page_fresh_days, recordings, sites
from sim.features.library import page_own_drills as own_drills
from sim.features.library.fresh import When, load_fresh_settings
from sim.features.library.library import OwnDrill
from sim.features.library.recordings import Request
from sim.footage.build.workfolder import TILES_FILE, get_work_folder
from sim.footage.recording.recording import RECORDINGS
from sim.footage.video.sizes import TILE_WH
from sim.footage.video.wall import write_tile
from sim.rules.viewer import NOBODY
from sim.ui.page.request_origin import Peer
from sim.ui.parts.blocks import escape_markdown
from tests.app.conftest import RunPage, read_page
from tests.support.builds import put_build
from tests.support.generator_site import write_generator_site
from tests.support.given import load_attempt
from tests.unit.features.library.test_library import make_row, store

HOSTILE = "\"'><img src=x onerror=alert(1)> *bold* $x$"
REQUEST = Request(site="walking-hall", story="passing", level=Level.HARD, seed=2, people=20, minutes=3.0, title=HOSTILE)

ASKED = REQUEST.model_dump(mode="json")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sites")
    write_generator_site(folder / "walking-hall")
    return folder


@pytest.fixture(autouse=True)
def own_site(drill_app: App, shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sites, "SITES", shipped)
    monkeypatch.setattr(recordings, "SITES", shipped)
    monkeypatch.setattr(queue, "start_worker", lambda app: None)


def test_a_school_whose_plan_is_damaged_takes_no_other_away(run_page: RunPage, drill_app: App) -> None:
    folder = drill_app.settings.data / OWN_SITES / "annex"
    folder.mkdir(parents=True)
    (folder / "site.yaml").write_text("schema_version: 1\nname: Annex\n", encoding="utf-8")
    at = run_page("new-drill")
    assert not at.exception
    assert at.selectbox(key="site").options == ["Walking Hall"]
    assert "The plan of the school in the folder annex is damaged" in at.warning[0].value
    assert not at.button(key="start").disabled


def test_start_hands_over_exactly_what_was_chosen(run_page: RunPage, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Request] = []
    monkeypatch.setattr(recordings, "start", lambda app, request: asked.append(request))
    at = run_page("new-drill")
    at.selectbox(key="story").set_value("lunch").run()
    at.text_input(key="name").set_value(HOSTILE)
    at.number_input(key="seed-").set_value(77)
    at.button_group(key="shown").set_value("text").run()
    at.checkbox(key="unsure").check().run()
    at.button(key="start").click().run()
    assert not at.exception
    assert [(r.site, r.story, r.level, r.seed, r.title, r.reference, r.unsure) for r in asked] == [
        ("walking-hall", "lunch", Level.MEDIUM, 77, HOSTILE, "text", True)
    ]


def test_the_work_is_seen_by_whoever_opens_the_page_and_another_can_be_asked_for(
    run_page: RunPage, drill_app: App
) -> None:
    row = put_build(drill_app, asked=ASKED, step="CAM-02: 500 of 2,000 pictures", share=0.25, left_s=300.0)
    other = put_build(drill_app, kind=MEASURED, state=BuildState.QUEUED, name="y", asked=ASKED)
    at = run_page("new-drill")
    text = read_page(at)
    assert "CAM-02: 500 of 2,000 pictures" in text
    assert "About 5 minutes to go at today's speed." in text
    assert "Waiting while something else is made." in text
    assert "<img" not in text.replace("\\<img", "")
    assert at.button(key="start")
    assert not at.get("image")
    for each in (row, other):
        work = get_work_folder(drill_app.settings.data / RECORDINGS / each.name) / "CAM-02.17.tmp"
        work.mkdir(parents=True)
        with (work / TILES_FILE).open("wb") as tiles:
            write_tile(tiles, np.zeros((TILE_WH[1] * 3 // 2, TILE_WH[0]), dtype=np.uint8))
            tiles.write(b"the next one is half written")
    at = run_page("new-drill")
    assert [image.caption for each in at.get("image") for image in each.proto.imgs] == ["CAM-02"], "none that measures"
    assert "Your new drill is being made, about 5 minutes to go" in read_page(run_page("start"))
    at.button(key=f"cancel-sure-{other.build_id}").click().run()
    assert "Waiting while" not in read_page(at)
    assert queue.tell(drill_app, row).is_open


def test_a_build_that_failed_says_why_and_can_go_on(
    run_page: RunPage, drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone_on: list[str] = []
    monkeypatch.setattr(recordings, "go_on", lambda app, row: gone_on.append(row.name))
    row = put_build(drill_app, state=BuildState.FAILED, asked=ASKED, error=FULL)
    at = run_page("new-drill")
    assert escape_markdown(FULL) in [each.value for each in at.error]
    at.button(key=f"go-on-{row.build_id}").click().run()
    assert gone_on == ["x"]
    at.button(key=f"throw-away-{row.build_id}").click().run()
    assert "The last one was canceled. Nothing of it was kept." in read_page(at)
    assert at.button(key="start")
    final = put_build(drill_app, state=BuildState.FAILED, asked=ASKED, name="y", error="Nobody.", step=queue.FINAL)
    at = run_page("new-drill")
    assert [each.key for each in at.button if final.build_id in str(each.key)] == [f"throw-away-{final.build_id}"]


def test_a_finished_drill_can_be_tried_and_a_missed_difficulty_is_said(run_page: RunPage, drill_app: App) -> None:
    form_id = drill_app.catalog.list_forms()[0].form.form_id
    made = {"form_ids": [form_id], "index": [11.2, 13.0], "is_met": False}
    put_build(drill_app, state=BuildState.DONE, asked=ASKED, result=made)
    assert "Your new drill is ready" in read_page(run_page("start"))
    at = run_page("new-drill")
    assert "a guess until it is played: 11.2 to 13.0" in read_page(at)
    assert "That is not the difficulty you asked for (hard)" in read_page(at)
    at.button(key="play").click().run()
    assert not at.exception
    assert "attempt" in at.query_params


def test_drills_made_here_start_from_drills(
    run_page: RunPage, drill_app: App, monkeypatch: pytest.MonkeyPatch, peer: list[Peer]
) -> None:
    assert "own-play" not in {button.key for button in run_page("drills").button}
    form_id = drill_app.catalog.list_forms()[0].form.form_id
    drill = OwnDrill(
        form_id=form_id,
        recording_id="x",
        title=HOSTILE,
        place="Walking Hall",
        number=1,
        level=Level.EASY,
        index=9.3,
        limit="6 minutes",
        shown=0,
    )
    practice = replace(drill, form_id="second", number=2, level=None, index=None, shown=3)
    monkeypatch.setattr(own_drills, "list_own_drills", lambda app: (drill, practice))
    at = run_page("drills")
    assert at.selectbox(key="own-drill").options == [
        f"{HOSTILE} · Walking Hall: drill 1, easy (9.3), 6 minutes, words only",
        f"{HOSTILE} · Walking Hall: drill 2, for practice, 6 minutes",
    ]
    assert at.button(key="own-delete-sure")
    with monkeypatch.context() as looks:
        looks.setattr("sim.features.library.page_own_drills.get_viewer", lambda: NOBODY)
        assert "own-delete-sure" not in {button.key for button in run_page("drills").button}
    at.button(key="own-play").click().run()
    assert not at.exception
    assert "attempt" in at.query_params
    peer[0] = Peer(is_local=False, cookie="")
    assert "own-play" not in {button.key for button in run_page("drills").button}


def test_the_owner_starts_every_shipped_drill_from_its_card(run_page: RunPage, drill_app: App) -> None:
    page = run_page("drills")
    if "all-cards" in {each.key for each in page.toggle}:
        page.toggle(key="all-cards").set_value(True).run()
    shipped = {f"start-{known.form.form_id}" for known in drill_app.catalog.list_forms()}
    assert {button.key for button in page.button if button.key and button.key.startswith("start-")} == shipped
    assert "start-tiny-trace-a" in shipped, "one that was chosen to measure, and measures nobody here"
    page.button(key="start-tiny-trace-a").click().run()
    assert not page.exception
    assert load_attempt(drill_app, page.query_params["attempt"]).form_id == "tiny-trace-a"


def test_fresh_school_days_are_turned_on_and_what_is_ready_is_shown(run_page: RunPage, drill_app: App) -> None:
    at = run_page("new-drill")
    assert page_fresh_days.FRESH_OFF in [box.label for box in at.expander]
    at.toggle(key="fresh-on").set_value(True)
    at.number_input(key="fresh-ready").set_value(3)
    at.number_input(key="fresh-measured").set_value(4)
    at.radio(key="fresh-when").set_value("idle")
    at.button(key="fresh-save").click().run()
    assert not at.exception
    kept = load_fresh_settings(drill_app.settings.data)
    assert (kept.is_on, kept.ready, kept.measured, kept.when) == (True, 3, 4, When.IDLE)
    assert "0 of 3 for practice, 0 of 4 to measure with" in read_page(at)
    assert "The next one is begun within a minute" in read_page(at)
    assert page_fresh_days.FRESH_ON in [box.label for box in at.expander]


def test_a_form_file_that_cannot_be_read_is_told_to_the_trainer(
    run_page: RunPage, drill_app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = drill_app.catalog._forms
    monkeypatch.setattr(files, "_folders", (*files._folders, tmp_path))
    (tmp_path / "mine.yaml").write_text("title: 'never closed\n", encoding="utf-8")
    page = run_page("drills")
    assert not page.exception
    one = form_library.write_damaged(["mine.yaml"])
    assert one.startswith("Drills are missing: mine.yaml. The file or its recording is damaged or gone. Ask")
    assert [each.value for each in page.warning] == [escape_markdown(one)]
    assert FIGURES not in [each.label for each in page.expander], "nobody has done one yet"
    many = form_library.write_damaged(["a.yaml", "b.yaml", "c.yaml", "d.yaml"])
    assert "a.yaml, b.yaml, c.yaml and 1 more file. These files or their recordings are damaged or gone." in many


FIGURES = "How long people took"


def test_times_are_shown_by_conditions(run_page: RunPage, drill_app: App, peer: list[Peer]) -> None:
    store(drill_app, make_row(drill_app, 1), make_row(drill_app, 2, mode=form_library.Mode.PRACTICE, phase=None))
    page = run_page("drills")
    assert not page.exception
    assert FIGURES in [each.label for each in page.expander]
    assert len(page.selectbox(key="counted").options) == 2
    assert "1:41" in read_page(page)
    page.selectbox(key="counted").select_index(1).run()
    assert "1:42" in read_page(page)
    peer[0] = Peer(is_local=False, cookie="")
    assert FIGURES not in [each.label for each in run_page("drills").expander]
