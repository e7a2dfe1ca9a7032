import os
import stat
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml

from sim.__main__ import main
from sim.app.own_folders import OWN_SITES
from sim.app.wiring import App
from sim.builds import queue
from sim.builds.kinds import DRILL, MEASURED, Job
from sim.crowd.generator.draft import Draft, Wish
from sim.crowd.generator.levels import Level
from sim.crowd.scenario.scenario import find_site_folder, load_scenario
from sim.db.builds import BuildState
from sim.errors import BeatMissedError, MachineError, ScenarioError, StoreError, TaskError
from sim.features.library import footage_build, recordings
from sim.features.library import footage_build as generate_scenario
from sim.features.library.footage_build import PlannedBuild, count_wrong_clocks, plan_scenario, write_scenario
from sim.features.library.forms import choose_for_level
from sim.features.library.library import list_own_drills
from sim.features.library.recordings import Made, Request
from sim.features.library.sites import SCENARIOS
from sim.footage.build.camera_job import Reporter
from sim.footage.recording.recording import FORMS, RECORDINGS
from sim.footage.video.sizes import USUAL_PEOPLE, compute_frames_s, estimate_needs_of
from sim.site.model import Site
from sim.truth.index import TruthIndex, make_truth_index
from tests.support.builds import put_build
from tests.support.generator_site import write_generator_site
from tests.support.measured_truth import measure_truth
from tests.support.tiny_recording import build_planned, make_tiny_plan
from tests.support.trace_tables import Stay, make_people, make_table

REQUEST = Request(site="walking-hall", story="passing", level=Level.EASY, seed=2, people=12, minutes=1.0)
ASKED = REQUEST.model_dump(mode="json")


def test_a_disk_too_small_and_missing_pictures_are_said_before(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    write_generator_site(app.settings.data / OWN_SITES / "bare", plates=False)
    bare = REQUEST.model_copy(update={"site": "bare"})
    assert "CAM-01, CAM-02, CAM-03 are missing" in recordings.estimate(app, bare).problem
    monkeypatch.setattr(recordings, "KEEP_FREE_BYTES", 10**18)
    assert "Free some space" in recordings.estimate(app, REQUEST).problem
    with pytest.raises(MachineError, match="Free some space"):
        recordings.start(app, REQUEST)
    assert queue.list_builds(app) == ()


def test_what_is_asked_for_waits_for_others_and_leaves_nothing_when_stopped(app: App) -> None:
    first = recordings.start(app, REQUEST)
    other = recordings.start(app, REQUEST.model_copy(update={"seed": 3}), kind=MEASURED)
    assert recordings.start(app, REQUEST) == first, "it is asked for once"
    assert recordings.read_request(first) == REQUEST
    assert [queue.tell(app, row).ahead for row in (other, first)] == [0, 1], "what measures goes first"
    work = app.settings.data / RECORDINGS / f".{first.name}.partial"
    work.mkdir()
    queue.stop(app, first)
    assert queue.tell(app, first).row.state is BuildState.CANCELED
    assert not work.exists()
    assert recordings.start(app, REQUEST).state is BuildState.QUEUED


@pytest.mark.parametrize("has_drills", [False, True])
def test_a_drill_that_failed_after_its_pictures_leaves_no_recording_that_is_in_no_list(
    app: App, *, has_drills: bool
) -> None:
    made = app.settings.data / RECORDINGS / "made"
    made.mkdir()
    if has_drills:
        (app.settings.data / FORMS / "made.yaml").write_text("", encoding="utf-8")
    queue.stop(app, put_build(app, state=BuildState.FAILED, name="made", asked=ASKED))
    assert made.exists() is has_drills


def test_a_build_goes_on_only_where_there_is_room_for_the_rest(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = put_build(app, state=BuildState.FAILED, name="half", asked=ASKED, error="The disk is full.")
    needed = recordings.estimate(app, REQUEST).needs.work_bytes + recordings.KEEP_FREE_BYTES
    monkeypatch.setattr(recordings.shutil, "disk_usage", lambda _: SimpleNamespace(free=needed - 5))
    with pytest.raises(MachineError, match="Free some space"):
        recordings.go_on(app, failed)
    assert queue.tell(app, failed).row.state is BuildState.FAILED
    camera = app.settings.data / RECORDINGS / ".half.partial" / "CAM-01"
    camera.mkdir(parents=True)
    (camera / "main.mp4").write_bytes(b"12345")
    recordings.go_on(app, failed)
    assert queue.tell(app, failed).row.state is BuildState.QUEUED


def test_a_length_that_nobody_can_walk_a_whole_way_in_is_refused_before_it_starts(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def fail(wish: Wish, site: Site, *, site_path: str) -> Draft:
        asked.append((wish.story, site.name, site_path))
        raise ScenarioError("no way of the story fits")

    monkeypatch.setattr(recordings, "make_draft", fail)
    with pytest.raises(ScenarioError, match="1 minutes are too short for this story at this school"):
        recordings.start(app, REQUEST)
    assert asked == [("passing", "Walking Hall", "walking-hall")]
    assert queue.list_builds(app) == (), "nothing failed later that can be said now"


def note(app: App, took_s: float, *, people: int = USUAL_PEOPLE, computed_s: float = 0.0) -> None:
    speed = footage_build.measure_frames_s(
        frames=9600, people=people, processes=2, took_s=took_s, computed_s=computed_s
    )
    made = Made(frames_s=speed).model_dump(mode="json")
    put_build(app, state=BuildState.DONE, name=f"{len(queue.list_builds(app))}", asked=ASKED, result=made)


def foretell(app: App, frames: int, people: int = USUAL_PEOPLE) -> float:
    frames_s = recordings.find_frames_s(app, people=people)
    return estimate_needs_of(frames=frames, size_wh=(1280, 720), processes=2, frames_s=frames_s).seconds


def test_the_next_build_like_the_last_takes_what_was_foretold(app: App) -> None:
    assert recordings.find_frames_s(app, people=188) == compute_frames_s(188), "what is usual"
    note(app, 600.0)
    assert foretell(app, 9600) == pytest.approx(600.0, rel=0.01)
    assert 1 / 1.5 < foretell(app, 19_200) / 1200.0 < 1.5


def test_a_full_school_takes_longer_than_a_quiet_one_and_teaches_the_same(app: App) -> None:
    note(app, 600.0, people=188)
    assert foretell(app, 9600, people=188) == pytest.approx(600.0, rel=0.01)
    quiet_s = foretell(app, 9600, people=30)
    assert quiet_s == pytest.approx(600.0 * compute_frames_s(188) / compute_frames_s(30), rel=0.01)
    assert 480 < quiet_s < 560, "dressing and encoding a hall costs more than the people in it"


def test_a_busy_machine_spoils_no_estimate_and_one_odd_build_of_several_neither(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(app, 2400.0, computed_s=960.0)
    assert foretell(app, 9600) == pytest.approx(600.0, rel=0.01)
    for took_s in (610.0, 590.0, 20_000.0):
        note(app, took_s)
    assert 1 / 1.5 < foretell(app, 9600) / 600.0 < 1.5
    said = []
    for load in (0.0, 90.0):
        monkeypatch.setattr(os, "getloadavg", lambda load=load: (load * (os.cpu_count() or 1), 0, 0))
        said.append(recordings.estimate(app, REQUEST).time)
    assert said[0] != said[1], "but while others want the machine, so it is said"
    assert all(each.endswith("at today's speed") for each in said)


def build(app: App, name: str, heard: list[str], kind: str = DRILL) -> Made:
    job = Job(
        data=app.settings.data,
        kind=kind,
        owner=REQUEST.site,
        name=name,
        asked=ASKED,
        say=lambda share, step: heard.append(step),
    )
    return Made.model_validate(footage_build.build(job))


def paint(planned: object, *, target: Path, on_progress: object, clock: object, **_: object) -> None:
    plan = replace(make_tiny_plan(), recording_id=target.name)
    build_planned(plan, target, reporter=Reporter(on_progress=on_progress, clock=clock))  # type: ignore[arg-type]


def test_the_child_leaves_a_drill_that_can_be_played(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(footage_build, "build_scenario", paint)
    settings = replace(
        app.settings,
        recordings=(*app.settings.recordings, app.settings.data / RECORDINGS),
        forms=(*app.settings.forms, app.settings.data / FORMS),
    )
    catalog = type(app.catalog)(recording_folders=settings.recordings, form_folders=settings.forms)
    app = replace(app, settings=settings, catalog=catalog)
    before = len(app.catalog.list_forms())
    data = app.settings.data
    data.chmod(0o755)
    (data / SCENARIOS).mkdir(mode=0o755)
    made = build(app, "made-here", heard)
    if os.name != "nt":  # the seed stands in it
        scenario = data / SCENARIOS / "made-here.yaml"
        assert [stat.S_IMODE(each.stat().st_mode) for each in (scenario, scenario.parent)] == [0o600, 0o700]
    assert heard[0].startswith("Letting 12 people walk")
    assert {step.partition(":")[0] for step in heard} >= {"CAM-01", "CAM-04", "The wall of all cameras"}
    assert made.form_ids
    assert made.index is not None
    assert len(app.catalog.list_forms()) == before + len(made.form_ids), "a running server sees it at once"
    drills = list_own_drills(app)
    assert [d.form_id for d in drills] == list(made.form_ids)
    assert {d.recording_id for d in drills} == {"made-here"}
    (data / FORMS / "made-here.yaml").unlink()
    assert build(app, "made-here", heard).form_ids == made.form_ids, "the pictures are kept"
    with pytest.raises(StoreError, match="made already"):
        monkeypatch.setattr(recordings, "make_scenario_id", lambda wish, site: "made-here")
        recordings.start(app, REQUEST)


WISH = Wish(story="passing", level=Level.EASY, seed=2, people=12, minutes=1.0)


def test_the_command_writes_a_scenario_that_can_be_built(
    site_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "made" / "new.yaml"
    words = ["scenario", "new", "--site", str(site_folder), "--story", "passing", "--difficulty", "easy", "--seed", "2"]
    words += ["--people", "12", "--minutes", "1", "--out", str(out)]
    assert main(words) == 0
    printed = capsys.readouterr().out
    assert "estimated difficulty" in printed
    assert "Needs about" in printed
    scenario = load_scenario(out)
    assert find_site_folder(out, scenario).resolve() == site_folder.resolve()
    assert (scenario.people_count, scenario.duration_s, scenario.seed) == (12, 60, 2)
    assert "Estimated difficulty" in out.read_text()
    assert [path.name for path in out.parent.iterdir()] == ["new.yaml"]
    assert len(plan_scenario(out).plan.crowd.people) == 12
    assert main(words) == 1
    assert "exists" in capsys.readouterr().err
    assert main([*words, "--force"]) == 0


def test_nothing_is_left_when_the_site_has_not_what_the_story_needs(site_folder: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    data = yaml.safe_load((site_folder / "site.yaml").read_text())
    data["openings"] = [o | {"kind": "exterior"} for o in data["openings"]]
    (bare / "site.yaml").write_text(yaml.safe_dump(data))
    with pytest.raises(ScenarioError, match="no door to come in by"):
        write_scenario(WISH, site_folder=bare, out=tmp_path / "made" / "new.yaml")
    assert not (tmp_path / "made").exists()


def test_where_something_does_not_come_about_another_draft_is_drawn(
    site_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts: list[str] = []

    def plan(path: Path) -> PlannedBuild:
        drafts.append(path.read_text())
        if len(drafts) < 3:
            raise BeatMissedError("beat bag does not take place")
        return plan_scenario(path)

    monkeypatch.setattr(generate_scenario, "plan_scenario", plan)
    made = write_scenario(WISH, site_folder=site_folder, out=tmp_path / "new.yaml")
    assert len(set(drafts)) == 3
    drafts.clear()
    again = write_scenario(WISH, site_folder=site_folder, out=tmp_path / "again.yaml")
    assert again.draft.data == made.draft.data

    def miss(path: Path) -> PlannedBuild:
        raise BeatMissedError("beat bag does not take place")

    monkeypatch.setattr(generate_scenario, "plan_scenario", miss)
    with pytest.raises(BeatMissedError):
        write_scenario(WISH, site_folder=site_folder, out=tmp_path / "none.yaml")
    assert not (tmp_path / "none.yaml").exists()


@pytest.mark.slow
def test_measured_difficulties_separate_and_are_near_the_estimate(site_folder: Path, tmp_path: Path) -> None:
    measured: list[float] = []
    for level in (Level.EASY, Level.HARD):
        path = tmp_path / f"{level.value}.yaml"
        wish = Wish(story="passing", level=level, seed=1, people=12, minutes=1.5)
        made = write_scenario(wish, site_folder=site_folder, out=path)
        choice = choose_for_level(
            measure_truth(made.planned, size_wh=(160, 90), every_s=3.0),
            made.planned.plan.people,
            level=level,
            clock_faults=count_wrong_clocks(load_scenario(path)),
            count=1,
        )
        (chosen,) = choice.chosen
        guesses = {each.task.person: each.difficulty.index for each in made.estimate.easier}
        assert abs(guesses[chosen.task.person] - chosen.difficulty.index) < 2.0
        measured.append(chosen.difficulty.index)
    assert measured[0] < measured[1]


PEOPLE = make_people({"P001": {}})
FOUR = [
    Stay(camera_id=f"CAM-{number % 2 + 1:02}", person_id="P001", first=100 * number, last=100 * number + 60)
    for number in range(4)
]


def make_index(stays: list[Stay], *, stands_s: float = 0.0) -> TruthIndex:
    table = make_table(stays)
    stands = (table.rows["t_s"] < stands_s).to_numpy()
    table.rows["floor_x_m"] = (table.rows["frame"].to_numpy() / 8).astype(np.float32)
    table.rows.loc[stands, "floor_x_m"] = np.float32(1.0)
    return make_truth_index(table)


@pytest.mark.parametrize(
    "index",
    [
        pytest.param(make_index(FOUR[:2]), id="two appearances"),
        pytest.param(
            make_index([Stay(camera_id="CAM-03", person_id="P001", first=0, last=299), *FOUR[3:]], stands_s=25.0),
            id="half of the time in one place",
        ),
    ],
)
def test_who_is_hardly_seen_or_stands_in_view_is_sought_at_easy_alone(index: TruthIndex) -> None:
    with pytest.raises(TaskError, match="no student of this recording makes a medium drill"):
        choose_for_level(index, PEOPLE, level=Level.MEDIUM, clock_faults=0)
    assert choose_for_level(index, PEOPLE, level=Level.EASY, clock_faults=0).chosen
    four = choose_for_level(make_index(FOUR), PEOPLE, level=Level.MEDIUM, clock_faults=0)
    assert [each.task.target for each in four.chosen] == ["P001"], "who walks past four cameras is sought at medium"
