"""The page that makes a new drill: choosing, the price, the work as anybody sees it, and what is there afterwards."""

from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from sim.crowd.generator.levels import Level
from sim.services.app.wiring import App
from sim.services.library import form_library, generate
from sim.services.library.fresh_settings import When, load_fresh_settings
from sim.services.library.job import Job, JobState, Request, name_process, save_job
from sim.services.library.library import OwnDrill
from sim.ui.drill import own_drills
from sim.ui.library import wording
from sim.ui.parts.blocks import escape_markdown
from tests.app.conftest import RunPage, read_page
from tests.support.generator_site import write_generator_site
from tests.unit.services.library.test_library import make_row, store

HOSTILE = "\"'><img src=x onerror=alert(1)> *bold* $x$"
REQUEST = Request(site="walking-hall", story="passing", level=Level.HARD, seed=2, people=20, minutes=3.0, title=HOSTILE)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sites")
    write_generator_site(folder / "walking-hall")
    return folder


@pytest.fixture(autouse=True)
def own_site(drill_app: App, sites: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "SITES", sites)


def test_a_school_whose_plan_is_damaged_takes_no_other_away(run_page: RunPage, drill_app: App) -> None:
    folder = drill_app.settings.data / generate.OWN_SITES / "annex"
    folder.mkdir(parents=True)
    (folder / "site.yaml").write_text("schema_version: 1\nname: Annex\n", encoding="utf-8")
    at = run_page("new_drill")
    assert not at.exception
    assert at.selectbox(key="site").options == ["Walking Hall"]
    assert "The plan of the school in the folder annex is damaged" in at.warning[0].value
    assert not at.button(key="start").disabled


def test_start_hands_over_exactly_what_was_chosen(run_page: RunPage, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Request] = []
    monkeypatch.setattr(generate, "start", lambda app, request: asked.append(request))
    at = run_page("new_drill")
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


def test_the_work_is_seen_by_whoever_opens_the_page(run_page: RunPage, drill_app: App) -> None:
    job = Job(
        request=REQUEST,
        state=JobState.RENDERING,
        worker=name_process(psutil.Process().pid),
        part="CAM-02",
        frames_done=500,
        frames=2000,
        left_s=300.0,
        recording_id="x",
    )
    save_job(drill_app.settings.data, job)
    at = run_page("new_drill")
    assert "CAM-02: 500 of 2,000 pictures" in read_page(at)
    assert "About 5 minutes to go" in read_page(at)
    assert "<img" not in read_page(at).replace("\\<img", "")
    assert not at.selectbox


def test_an_interrupted_build_can_go_on(run_page: RunPage, drill_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    gone_on: list[App] = []
    monkeypatch.setattr(generate, "go_on", gone_on.append)
    save_job(drill_app.settings.data, Job(request=REQUEST, state=JobState.RENDERING, recording_id="x"))
    at = run_page("new_drill")
    assert wording.STOPPED in read_page(at)
    at.button(key="go-on").click().run()
    assert gone_on == [drill_app]
    at.button(key="throw-away").click().run()
    assert wording.CANCELED in read_page(at)
    assert at.button(key="start")


def test_a_finished_drill_can_be_tried_and_a_missed_difficulty_is_said(run_page: RunPage, drill_app: App) -> None:
    form_id = drill_app.catalog.list_forms()[0].form.form_id
    job = Job(
        request=REQUEST, state=JobState.DONE, recording_id="x", form_ids=(form_id,), index=(11.2, 13.0), is_met=False
    )
    save_job(drill_app.settings.data, job)
    at = run_page("new_drill")
    assert "measured difficulty of 11.2 to 13.0" in read_page(at)
    assert wording.NOT_MET.format(level="hard") in read_page(at)
    at.button(key="play").click().run()
    assert not at.exception
    assert "attempt" in at.query_params


def test_drills_made_here_start_from_home(run_page: RunPage, drill_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "own-play" not in {button.key for button in run_page("start").button}
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
    at = run_page("start")
    assert at.selectbox(key="own-drill").options == [
        f"{HOSTILE} · Walking Hall: drill 1, easy (9.3), 6 minutes, words only",
        f"{HOSTILE} · Walking Hall: drill 2, for practice, 6 minutes",
    ]
    at.button(key="own-play").click().run()
    assert not at.exception
    assert "attempt" in at.query_params


def test_fresh_school_days_are_turned_on_and_what_is_ready_is_shown(run_page: RunPage, drill_app: App) -> None:
    at = run_page("new_drill")
    assert wording.FRESH_OFF in [box.label for box in at.expander]
    at.toggle(key="fresh-on").set_value(True)
    at.number_input(key="fresh-ready").set_value(3)
    at.radio(key="fresh-when").set_value("idle")
    at.button(key="fresh-save").click().run()
    assert not at.exception
    kept = load_fresh_settings(drill_app.settings.data)
    assert (kept.is_on, kept.ready, kept.when) == (True, 3, When.IDLE)
    assert wording.FRESH_READY.format(ready=0) in read_page(at)
    assert wording.FRESH_ON in [box.label for box in at.expander]


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
    assert "not enough yet: 0 of 30" in read_page(page)
    many = form_library.write_damaged(["a.yaml", "b.yaml", "c.yaml", "d.yaml"])
    assert "a.yaml, b.yaml, c.yaml and 1 more file. These files or their recordings are damaged or gone." in many


def test_times_are_shown_by_conditions(run_page: RunPage, drill_app: App) -> None:
    store(drill_app, make_row(drill_app, 1), make_row(drill_app, 2, mode=form_library.Mode.PRACTICE, phase=None))
    page = run_page("drills")
    assert not page.exception
    assert not page.info
    assert len(page.selectbox(key="counted").options) == 2
    assert "1:41" in read_page(page)
    page.selectbox(key="counted").select_index(1).run()
    assert "1:42" in read_page(page)
