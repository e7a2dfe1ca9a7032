"""The process that makes a drill: what it leaves, how it tells of failing, and whom it works for."""

import os
import stat
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import psutil
import pytest

from sim.crowd.generator.levels import Level
from sim.errors import ScenarioError, StoreError
from sim.footage.build.build import build_recording
from sim.footage.build.camera_job import Reporter
from sim.footage.recording.recording import FORMS, MANIFEST_NAME, RECORDINGS
from sim.services.app.wiring import App
from sim.services.library import generate
from sim.services.library import job as generate_job
from sim.services.library import worker as generate_worker
from sim.services.library.job import SCENARIOS, Job, JobState, Request, get_job_path, load_job, name_process, save_job
from sim.services.library.library import list_own_drills
from tests.support.tiny_recording import TinySources, make_tiny_plan, paint_strip
from tests.unit.services.library.conftest import get_job

REQUEST = Request(site="walking-hall", story="passing", level=Level.EASY, seed=2, people=12, minutes=1.0)


def run_worker(app: App, tmp_path: Path, job: Job, *, pid: int | None = None) -> int:
    save_job(app.settings.data, job.model_copy(update={"worker": name_process(pid or os.getpid())}))
    signal = tmp_path / "signal"
    signal.write_text("go\n")
    with signal.open() as lines:
        return generate_worker.run_job(app.settings.data, lines)


def test_the_worker_leaves_a_drill_that_can_be_played(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Job] = []

    def build(planned: object, *, target: Path, on_progress: object, clock: object, **_: object) -> None:
        plan = replace(make_tiny_plan(), recording_id=target.name)
        reporter = Reporter(on_progress=on_progress, clock=clock)  # type: ignore[arg-type]
        build_recording(
            plan,
            target=target,
            make_source=TinySources(crowd=plan.crowd),
            strips=lambda person_id: paint_strip(plan.crowd, person_id),
            processes=1,
            replace=False,
            reporter=reporter,
        )

    def save(data: Path, job: Job) -> None:
        heard.append(job)
        save_job(data, job)

    monkeypatch.setattr(generate_worker, "build_scenario", build)
    monkeypatch.setattr(generate_worker, "save_job", save)
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
    job = Job(request=REQUEST, state=JobState.PREPARING, recording_id="made-here")
    assert run_worker(app, tmp_path, job) == 0
    if os.name != "nt":
        told = (data / SCENARIOS / "made-here.yaml", get_job_path(data))  # the seed stands in both
        modes = [stat.S_IMODE(each.stat().st_mode) for path in told for each in (path, path.parent)]
        assert modes == [0o600, 0o700] * 2
    assert heard[0].state is JobState.RENDERING
    assert {j.part for j in heard} >= {"CAM-01", "CAM-04"}
    done = get_job(app)
    assert done.state is JobState.DONE
    assert done.form_ids
    assert done.index is not None
    assert len(app.catalog.list_forms()) == before + len(done.form_ids), "a running server sees it at once"
    drills = list_own_drills(app)
    assert [d.form_id for d in drills] == list(done.form_ids)
    assert {d.recording_id for d in drills} == {"made-here"}
    with pytest.raises(StoreError, match="made already"):
        monkeypatch.setattr(generate, "make_scenario_id", lambda wish, site: "made-here")
        generate.start(app, REQUEST)


@pytest.mark.skipif(os.name == "nt", reason="rights of files are of another kind there")
def test_what_the_worker_makes_is_for_its_user_alone_in_a_folder_that_others_see(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(data: Path, signal: object) -> int:
        del signal
        (data / RECORDINGS / "r").mkdir(parents=True)
        return (data / RECORDINGS / "r" / MANIFEST_NAME).write_text("seed: 7")

    monkeypatch.setattr(generate_worker, "run_job", make)
    monkeypatch.setattr(generate_worker, "_give_way", lambda steps: None)
    tmp_path.chmod(0o755)
    usual = os.umask(0o022)
    try:
        assert generate_worker.main(tmp_path) > 0
    finally:
        os.umask(usual)
    assert not [path for path in tmp_path.rglob("*") if path.stat().st_mode & 0o077]


def test_a_failure_is_told_in_the_job(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate_worker, "write_scenario", Mock(side_effect=ScenarioError("too dense")))
    assert run_worker(app, tmp_path, Job(request=REQUEST, state=JobState.PREPARING, recording_id="r")) == 1
    job = get_job(app)
    assert (job.state, job.problem) == (JobState.FAILED, "Too dense.")


def test_a_worker_that_another_process_started_for_the_server_works(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generate_worker, "_make", lambda data, note: note.save(state=JobState.DONE))
    job = Job(request=REQUEST, state=JobState.PREPARING, recording_id="r")
    assert run_worker(app, tmp_path, job, pid=os.getppid()) == 0
    assert run_worker(app, tmp_path, job, pid=1) == 1, "a job of another worker is left to that one"


@pytest.fixture
def refusals(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Renames that Windows refuses, as somebody reads the file: how many are to come."""
    left = [0]
    replace_file = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target.name == "job.yaml" and left[0]:
            left[0] -= 1
            raise PermissionError(13, "Access is denied")
        return replace_file(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.setattr(generate_job, "REPLACE_AGAIN_S", 0.0)
    return left


def test_how_far_a_build_is_may_go_unsaid_but_not_how_it_ended(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusals: list[int]
) -> None:
    job = Job(request=REQUEST, state=JobState.RENDERING, recording_id="r")
    refusals[0] = 3
    save_job(app.settings.data, job.model_copy(update={"state": JobState.DONE}))
    assert get_job(app).state is JobState.DONE, "a file that a page reads just now is written a moment later"

    def make(data: Path, note: generate_worker._Note) -> None:
        refusals[0] = 1000
        note.save(part="CAM-01", frames_done=1)
        refusals[0] = 0
        note.save(part="CAM-02")
        refusals[0] = 1000
        note.save(state=JobState.DONE)

    monkeypatch.setattr(generate_worker, "_make", make)
    with pytest.raises(StoreError, match="cannot be written"):
        run_worker(app, tmp_path, job)
    left = get_job(app)
    assert (left.part, left.frames_done) == ("CAM-02", 1)
    assert [path.name for path in get_job_path(app.settings.data).parent.iterdir()] == ["job.yaml"]


def test_a_worker_whose_server_is_gone_does_nothing(app: App, tmp_path: Path) -> None:
    job = Job(request=REQUEST, state=JobState.PREPARING, worker=name_process(psutil.Process().pid))
    save_job(app.settings.data, job)
    empty = tmp_path / "empty"
    empty.write_text("")
    with empty.open() as lines:
        assert generate_worker.run_job(app.settings.data, lines) == 1
    assert load_job(app.settings.data) == job
