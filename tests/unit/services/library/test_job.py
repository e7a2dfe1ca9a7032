"""The build of a new drill as a job: one at a time, found again, canceled, gone on with."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from sim.crowd.generator.draft import Draft, Wish
from sim.crowd.generator.levels import Level
from sim.errors import MachineError, NewerSchemaError, ScenarioError, SimError, StoreError
from sim.footage.recording.recording import FORMS, RECORDINGS
from sim.services.app.wiring import App
from sim.services.library import generate
from sim.services.library import job as generate_job
from sim.services.library.job import Job, JobState, Request, get_job_path, load_job, name_process, save_job
from sim.site.model import Site
from tests.support.generator_site import write_generator_site
from tests.unit.services.library.conftest import WAITS, get_job

REQUEST = Request(site="walking-hall", story="passing", level=Level.EASY, seed=2, people=12, minutes=1.0)


def test_a_disk_too_small_and_missing_pictures_are_said_before(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    write_generator_site(app.settings.data / generate.OWN_SITES / "bare", plates=False)
    bare = REQUEST.model_copy(update={"site": "bare"})
    assert "CAM-01, CAM-02, CAM-03 are missing" in generate.estimate(app, bare).problem
    monkeypatch.setattr(generate, "KEEP_FREE_BYTES", 10**18)
    assert "Free some space" in generate.estimate(app, REQUEST).problem
    with pytest.raises(MachineError, match="Free some space"):
        generate.start(app, REQUEST)
    assert generate.get_job(app) is None


@pytest.mark.usefixtures("waiting")
def test_one_build_at_a_time_that_anybody_finds_and_can_cancel(app: App) -> None:
    begun = generate.start(app, REQUEST)
    assert begun.worker is not None
    found = get_job(app)
    assert (found.state, found.worker, found.request) == (JobState.PREPARING, begun.worker, REQUEST)
    with pytest.raises(StoreError, match="already"):
        generate.start(app, REQUEST.model_copy(update={"seed": 3}))
    work = app.settings.data / RECORDINGS / f".{begun.recording_id}.partial"
    work.mkdir()
    generate.cancel(app)
    assert get_job(app).state is JobState.CANCELED
    assert not work.exists()
    assert not psutil.pid_exists(begun.worker.pid) or psutil.Process(begun.worker.pid).status() == "zombie"
    assert generate.start(app, REQUEST).state is JobState.PREPARING


@pytest.mark.parametrize("has_drills", [False, True])
def test_a_drill_that_failed_after_its_pictures_leaves_no_recording_that_is_in_no_list(
    app: App, *, has_drills: bool
) -> None:
    made = app.settings.data / RECORDINGS / "made"
    made.mkdir()
    if has_drills:
        (app.settings.data / FORMS / "made.yaml").write_text("", encoding="utf-8")
    save_job(app.settings.data, Job(request=REQUEST, state=JobState.FAILED, recording_id="made"))
    generate.cancel(app)
    assert made.exists() is has_drills


@pytest.mark.usefixtures("waiting")
def test_a_killed_worker_is_noticed_and_the_build_goes_on_after_a_restart(app: App) -> None:
    begun = generate.start(app, REQUEST)
    assert begun.worker is not None
    psutil.Process(begun.worker.pid).kill()
    psutil.wait_procs([psutil.Process(begun.worker.pid)], timeout=20)
    assert get_job(app).state is JobState.STOPPED
    generate.go_on_after_restart(app)
    again = get_job(app)
    assert again.state is JobState.PREPARING
    assert again.worker != begun.worker
    assert again.recording_id == begun.recording_id
    generate.go_on_after_restart(app)
    assert generate.get_job(app) == again, "a build that runs is left alone"


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("state", [JobState.FAILED, JobState.STOPPED])
def test_a_half_made_drill_is_not_written_over(app: App, state: JobState) -> None:
    kept = JobState.RENDERING if state is JobState.STOPPED else state
    save_job(app.settings.data, Job(request=REQUEST, state=kept, recording_id="half"))
    work = app.settings.data / RECORDINGS / ".half.partial"
    work.mkdir()
    for change in ({"is_private": True}, {"is_fresh": True}, {}):
        with pytest.raises(StoreError, match="half made"):
            generate.start(app, REQUEST.model_copy(update=change))
    found = get_job(app)
    assert (found.recording_id, found.state, work.exists()) == ("half", state, True)
    generate.cancel(app)
    assert not work.exists()
    assert generate.start(app, REQUEST).state is JobState.PREPARING


@pytest.mark.usefixtures("waiting")
def test_a_half_made_fresh_day_gives_way_and_leaves_nothing(app: App) -> None:
    fresh = REQUEST.model_copy(update={"is_fresh": True})
    save_job(app.settings.data, Job(request=fresh, state=JobState.FAILED, recording_id="half"))
    work = app.settings.data / RECORDINGS / ".half.partial"
    work.mkdir()
    begun = generate.start(app, REQUEST)
    assert begun.recording_id != "half"
    assert not work.exists()


def test_a_worker_that_cannot_be_written_down_is_ended(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[psutil.Process] = []

    def fail(data: Path, job: Job) -> None:
        assert job.worker is not None
        begun.append(psutil.Process(job.worker.pid))
        raise StoreError("job.yaml cannot be written: No space left on device")

    monkeypatch.setattr(generate, "save_job", fail)
    monkeypatch.setattr(generate, "make_command", lambda data: [sys.executable, "-c", WAITS])
    with pytest.raises(StoreError, match="No space left"):
        generate.start(app, REQUEST)
    (worker,) = begun
    assert not worker.is_running()
    assert generate_job.children == {}


@pytest.mark.usefixtures("waiting")
def test_a_build_goes_on_only_where_there_is_room_for_the_rest(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = Job(request=REQUEST, state=JobState.FAILED, problem="The disk is full.", recording_id="half")
    save_job(app.settings.data, failed)
    generate.go_on_after_restart(app)
    assert get_job(app) == failed, "it waits until somebody asks"
    needed = generate.estimate(app, REQUEST).needs.work_bytes + generate.KEEP_FREE_BYTES
    monkeypatch.setattr(generate.shutil, "disk_usage", lambda _: SimpleNamespace(free=needed - 5))
    with pytest.raises(MachineError, match="Free some space"):
        generate.go_on(app)
    assert get_job(app).state is JobState.FAILED
    camera = app.settings.data / RECORDINGS / ".half.partial" / "CAM-01"
    camera.mkdir(parents=True)
    (camera / "main.mp4").write_bytes(b"12345")
    generate.go_on(app)
    assert get_job(app).state is JobState.PREPARING


def test_a_number_used_again_is_not_the_worker(app: App) -> None:
    me = name_process(psutil.Process().pid)
    before = me.model_copy(update={"started": me.started - 99})
    for worker, state in ((me, JobState.RENDERING), (before, JobState.STOPPED)):
        save_job(app.settings.data, Job(request=REQUEST, state=JobState.RENDERING, worker=worker))
        job = load_job(app.settings.data)
        assert job is not None
        assert job.state is state


@pytest.mark.parametrize(("text", "error"), [("nonsense", StoreError), ('{"schema_version": 99}', NewerSchemaError)])
def test_a_damaged_job_file_is_named(app: App, text: str, error: type[SimError]) -> None:
    path = get_job_path(app.settings.data)
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(error, match=r"job\.yaml"):
        generate.get_job(app)


@pytest.mark.usefixtures("waiting")
def test_a_build_on_another_server_is_left_to_it_until_nothing_was_heard_of_it_for_long(app: App) -> None:
    begun = generate.start(app, REQUEST)
    assert begun.worker is not None
    path = get_job_path(app.settings.data)
    save_job(
        app.settings.data, begun.model_copy(update={"worker": begun.worker.model_copy(update={"machine": "other"})})
    )
    generate.go_on_after_restart(app)
    found = get_job(app)
    assert (found.state, found.worker and found.worker.machine) == (JobState.PREPARING, "other")
    with pytest.raises(StoreError, match="made already"):
        generate.start(app, REQUEST.model_copy(update={"seed": 3}))
    with pytest.raises(StoreError, match="on another server, other"):
        generate.cancel(app)
    long_ago_s = path.stat().st_mtime - 3600
    os.utime(path, (long_ago_s, long_ago_s))
    assert get_job(app).state is JobState.STOPPED


def test_a_length_that_nobody_can_walk_a_whole_way_in_is_refused_before_it_starts(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def fail(wish: Wish, site: Site, *, site_path: str) -> Draft:
        asked.append((wish.story, site.name, site_path))
        raise ScenarioError("no way of the story fits")

    monkeypatch.setattr(generate, "make_draft", fail)
    with pytest.raises(ScenarioError, match="1 minutes are too short for this story at this school"):
        generate.start(app, REQUEST)
    assert asked == [("passing", "Walking Hall", "walking-hall")]
    assert generate.get_job(app) is None, "nothing failed later that can be said now"
