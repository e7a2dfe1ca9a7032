"""The build of a new drill as a job: one at a time, found again, cancelled, gone on with."""

import os
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from sim.crowd.generator.draft import Draft, Wish
from sim.crowd.generator.levels import Level
from sim.errors import MachineError, NewerSchemaError, RecordingError, ScenarioError, SimError, StoreError
from sim.footage.build.build import build_recording
from sim.footage.build.camera_jobs.jobs import Reporter
from sim.footage.store.stored import FORMS, RECORDINGS
from sim.services.app.wiring import App
from sim.services.library.generate import generate
from sim.services.library.generate import worker as generate_worker
from sim.services.library.generate.job import (
    Job,
    JobState,
    Request,
    Worker,
    get_job_path,
    load_job,
    name_process,
    save_job,
)
from sim.services.library.own_drills import list_own_drills
from sim.site.model import Site
from tests.support.generator_site import write_generator_site
from tests.support.tiny_recording import TinySources, make_tiny_plan, paint_strip

REQUEST = Request(site="walking-hall", story="passing", level=Level.EASY, seed=2, people=12, minutes=1.0)


def test_the_price_is_known_before_anything_starts(app: App) -> None:
    short, long = (generate.estimate(app, REQUEST.model_copy(update={"minutes": m})) for m in (1.0, 4.0))
    assert long.needs.seconds == pytest.approx(4 * short.needs.seconds)
    assert long.needs.work_bytes == pytest.approx(4 * short.needs.work_bytes, rel=1e-6)
    assert short.problem == ""
    assert generate.get_job(app) is None
    assert ("walking-hall", "Walking Hall") in generate.list_options(app).sites
    people, minutes = generate.suggest(app, site="walking-hall", story="passing", level=Level.HARD)
    assert (people, minutes) == (17, 5)


def test_a_disk_too_small_and_missing_pictures_are_said_before(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    write_generator_site(app.settings.data / generate.OWN_SITES / "bare", plates=False)
    bare = REQUEST.model_copy(update={"site": "bare"})
    assert "CAM-01, CAM-02, CAM-03 are missing" in generate.estimate(app, bare).problem
    monkeypatch.setattr(generate, "KEEP_FREE_BYTES", 10**18)
    assert "Free some space" in generate.estimate(app, REQUEST).problem
    with pytest.raises(MachineError, match="Free some space"):
        generate.start(app, REQUEST)
    assert generate.get_job(app) is None


@pytest.mark.parametrize(
    "change",
    [{"people": 5000}, {"minutes": 600.0}, {"minutes": 12.0}, {"site": "../.."}, {"story": "heist"}, {"seed": -1}],
)
def test_wishes_out_of_range_are_refused(app: App, change: dict[str, object]) -> None:
    with pytest.raises(SimError):
        generate.start(app, REQUEST.model_copy(update=change))
    assert generate.get_job(app) is None


@pytest.mark.usefixtures("waiting")
def test_one_build_at_a_time_that_anybody_finds_and_can_cancel(app: App) -> None:
    begun = generate.start(app, REQUEST)
    assert begun.worker is not None
    found = generate.get_job(app)
    assert found is not None
    assert (found.state, found.worker, found.request) == (JobState.PREPARING, begun.worker, REQUEST)
    with pytest.raises(StoreError, match="already"):
        generate.start(app, REQUEST.model_copy(update={"seed": 3}))
    work = app.settings.data / RECORDINGS / f".{begun.recording_id}.partial"
    work.mkdir()
    generate.cancel(app)
    after = generate.get_job(app)
    assert after is not None
    assert after.state is JobState.CANCELLED
    assert not work.exists()
    assert not psutil.pid_exists(begun.worker.pid) or psutil.Process(begun.worker.pid).status() == "zombie"
    assert generate.start(app, REQUEST).state is JobState.PREPARING


@pytest.mark.usefixtures("waiting")
def test_a_killed_worker_is_noticed_and_the_build_goes_on_after_a_restart(app: App) -> None:
    begun = generate.start(app, REQUEST)
    assert begun.worker is not None
    psutil.Process(begun.worker.pid).kill()
    psutil.wait_procs([psutil.Process(begun.worker.pid)], timeout=20)
    stopped = generate.get_job(app)
    assert stopped is not None
    assert stopped.state is JobState.STOPPED
    generate.go_on_after_restart(app)
    again = generate.get_job(app)
    assert again is not None
    assert again.state is JobState.PREPARING
    assert again.worker != begun.worker
    assert again.recording_id == begun.recording_id
    generate.go_on_after_restart(app)
    assert generate.get_job(app) == again, "a build that runs is left alone"


@pytest.mark.usefixtures("waiting")
def test_a_failed_build_waits_until_somebody_asks(app: App) -> None:
    failed = Job(request=REQUEST, state=JobState.FAILED, problem="The disk is full.", recording_id="x")
    save_job(app.settings.data, failed)
    generate.go_on_after_restart(app)
    assert generate.get_job(app) == failed
    again = generate.go_on(app)
    assert again is not None
    assert (again.state, again.problem) == (JobState.PREPARING, "")


def test_a_number_used_again_is_not_the_worker(app: App) -> None:
    me = name_process(psutil.Process().pid)
    for worker, state in ((me, JobState.RENDERING), (Worker(pid=me.pid, started=me.started - 99), JobState.STOPPED)):
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


def run_worker(app: App, tmp_path: Path, job: Job) -> int:
    save_job(app.settings.data, job.model_copy(update={"worker": name_process(psutil.Process().pid)}))
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
    catalogue = type(app.catalogue)(recording_folders=settings.recordings, form_folders=settings.forms)
    app = replace(app, settings=settings, catalogue=catalogue)
    before = len(app.catalogue.list_forms())
    job = Job(request=REQUEST, state=JobState.PREPARING, recording_id="made-here")
    assert run_worker(app, tmp_path, job) == 0
    assert heard[0].state is JobState.RENDERING
    assert {j.part for j in heard} >= {"CAM-01", "CAM-04"}
    done = generate.get_job(app)
    assert done is not None
    assert done.state is JobState.DONE
    assert done.form_ids
    assert done.index is not None
    assert len(app.catalogue.list_forms()) == before + len(done.form_ids), "a running server sees it at once"
    drills = list_own_drills(app)
    assert [d.form_id for d in drills] == list(done.form_ids)
    assert {d.recording_id for d in drills} == {"made-here"}
    with pytest.raises(StoreError, match="made already"):
        monkeypatch.setattr(generate, "make_scenario_id", lambda wish, site: "made-here")
        generate.start(app, REQUEST)


@pytest.mark.parametrize(
    ("error", "words"),
    [(RecordingError("the disk of x is full"), "disk of x is full"), (ScenarioError("too dense"), "Too dense.")],
)
def test_a_failure_is_told_in_the_job(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: SimError, words: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(generate_worker, "write_scenario", fail)
    assert run_worker(app, tmp_path, Job(request=REQUEST, state=JobState.PREPARING, recording_id="r")) == 1
    job = generate.get_job(app)
    assert job is not None
    assert job.state is JobState.FAILED
    assert words in job.problem


def test_a_worker_whose_server_is_gone_does_nothing(app: App, tmp_path: Path) -> None:
    job = Job(request=REQUEST, state=JobState.PREPARING, worker=name_process(psutil.Process().pid))
    save_job(app.settings.data, job)
    empty = tmp_path / "empty"
    empty.write_text("")
    with empty.open() as lines:
        assert generate_worker.run_job(app.settings.data, lines) == 1
    assert load_job(app.settings.data) == job


@pytest.mark.usefixtures("waiting")
def test_a_build_on_another_server_is_left_to_it_until_nothing_was_heard_of_it_for_long(app: App) -> None:
    begun = generate.start(app, REQUEST)
    assert begun.worker is not None
    path = get_job_path(app.settings.data)
    save_job(
        app.settings.data, begun.model_copy(update={"worker": begun.worker.model_copy(update={"machine": "other"})})
    )
    generate.go_on_after_restart(app)
    found = generate.get_job(app)
    assert found is not None
    assert (found.state, found.worker and found.worker.machine) == (JobState.PREPARING, "other")
    with pytest.raises(StoreError, match="made already"):
        generate.start(app, REQUEST.model_copy(update={"seed": 3}))
    with pytest.raises(StoreError, match="on another server, other"):
        generate.cancel(app)
    long_ago_s = path.stat().st_mtime - 3600
    os.utime(path, (long_ago_s, long_ago_s))
    stopped = generate.get_job(app)
    assert stopped is not None
    assert stopped.state is JobState.STOPPED


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
