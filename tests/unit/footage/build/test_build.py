import errno
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.app.settings import PROJECT
from sim.columns import EVENTS
from sim.crowd.people.body_index import NEWEST_SET, load_body_index
from sim.crowd.scenario.faults import DeadSpan, make_fault_rows
from sim.crowd.scenario.story_events import StoryEvent
from sim.errors import MachineError, RecordingError
from sim.footage.build import cluster as module
from sim.footage.build.assemble import BuildPlan, build_recording, estimate_needs, make_events
from sim.footage.build.camera_job import Progress, Reporter
from sim.footage.build.cluster import check_same, count_workers, describe_installation, pack
from sim.footage.build.workfolder import get_work_folder
from sim.footage.checks.verify import verify_recording
from sim.footage.paint.painter import CameraSources
from sim.footage.paint.plate import read_plate_files
from sim.footage.recording.open import TRUTH_FILE, Recording, open_recording
from sim.footage.recording.recording import Picture, Sighting, SourceFactory
from sim.footage.recording.tables import read_table, write_table
from sim.truth.events import FaultKind, make_empty_events, make_event_table
from tests.support.cluster import Cluster, HangingSources, wait_for
from tests.support.tiny_crowd import make_tiny_crowd
from tests.support.tiny_recording import START, TinySource, TinySources, make_tiny_plan, paint_strip
from tests.support.tiny_site import make_tiny_site
from tests.support.trace_tables import Stay, make_table

HANGS = """
import sys
from pathlib import Path
from tests.support.cluster import HangingSources
from tests.unit.footage.build.test_build import build
build(Path(sys.argv[1]), make_source=HangingSources(camera_id="CAM-03", note=Path(sys.argv[2])))
"""


SHORT_FRAMES = 60


def make_short_plan() -> BuildPlan:
    plan = make_tiny_plan()
    return replace(plan, crowd=replace(plan.crowd, frame_count=SHORT_FRAMES))


def build(
    target: Path,
    *,
    plan: BuildPlan | None = None,
    make_source: object = None,
    processes: int = 1,
    force: bool = False,
    heard: list[Progress] | None = None,
    scheduler: str | None = None,
) -> None:
    plan = plan or make_short_plan()
    build_recording(
        plan,
        target=target,
        make_source=make_source or TinySources(crowd=plan.crowd),
        strips=lambda person_id: paint_strip(plan.crowd, person_id),
        processes=processes,
        replace=force,
        reporter=Reporter(on_progress=(heard if heard is not None else []).append, clock=time.monotonic),
        scheduler=scheduler,
    )


@dataclass(frozen=True)
class Failing:
    error: Exception
    inner: TinySource | None = None

    def __call__(self, camera_id: str) -> "Failing":
        return replace(self, inner=TinySources(crowd=make_tiny_plan().crowd)(camera_id))

    def paint(self, frame: int) -> tuple[Picture, list[Sighting]]:
        assert self.inner is not None
        if self.inner.camera_id == "CAM-02" and frame == 50:
            raise self.error
        return self.inner.paint(frame)


def count(made: list[str]) -> SourceFactory:
    def make_source(camera_id: str) -> TinySource:
        made.append(camera_id)
        return TinySources(crowd=make_tiny_plan().crowd)(camera_id)

    return make_source


def test_two_builds_give_the_same_bytes(tiny_recording: Recording, tmp_path: Path) -> None:
    build(tmp_path / "again", plan=make_tiny_plan(), processes=2)
    again = open_recording(tmp_path / "again")
    for name in ("truth.parquet", "people.parquet", "activity.parquet", "site.json"):
        assert (again.folder / name).read_bytes() == (tiny_recording.folder / name).read_bytes(), name
    assert again.manifest.files == tiny_recording.manifest.files
    assert list(tmp_path.iterdir()) == [tmp_path / "again"]


def test_progress_names_every_camera_and_the_wall_to_the_end(tmp_path: Path) -> None:
    heard: list[Progress] = []
    build(tmp_path / "new", heard=heard)
    last = {p.part: p for p in heard}
    assert list(last) == ["CAM-01", "CAM-02", "CAM-03", "CAM-04", "wall"]
    assert all(p.done == p.total == SHORT_FRAMES for p in last.values())
    assert last["CAM-04"].left_s == 0
    assert heard[0].left_s > 0


def test_a_recording_is_kept_unless_forced(tiny_recording_copy: Recording) -> None:
    target = tiny_recording_copy.folder
    (target / "truth.parquet").write_bytes(b"mended by hand")
    with pytest.raises(RecordingError, match=r"is not empty\..*--force"):
        build(target)
    assert (target / "truth.parquet").read_bytes() == b"mended by hand"
    build(target, force=True)
    assert verify_recording(target) == ()


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_that_is_no_recording_is_never_replaced(tiny_recording_copy: Recording, force: bool) -> None:
    recordings = tiny_recording_copy.folder.parent
    before = {path: path.stat().st_size for path in recordings.rglob("*")}
    with pytest.raises(RecordingError, match="holds no recording; nothing was changed") as refused:
        build(recordings, force=force)
    assert "--force" not in str(refused.value)
    assert {path: path.stat().st_size for path in recordings.rglob("*")} == before


def test_a_folder_that_appears_while_building_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "mine"

    def make_source(camera_id: str) -> TinySource:
        target.mkdir(exist_ok=True)
        (target / "thesis.txt").write_text("years of work")
        return TinySources(crowd=make_tiny_plan().crowd)(camera_id)

    with pytest.raises(RecordingError, match="holds no recording"):
        build(target, make_source=make_source, force=True)
    assert [p.name for p in target.iterdir()] == ["thesis.txt"]


def test_finished_cameras_of_another_seed_are_not_used(tmp_path: Path) -> None:
    target = tmp_path / "new"
    with pytest.raises(RuntimeError, match="broken"):
        build(target, make_source=Failing(RuntimeError("broken")))
    made: list[str] = []
    build(target, plan=replace(make_short_plan(), seed=8), make_source=count(made))
    assert len(made) == 4


def test_a_full_disk_keeps_finished_cameras_which_are_not_painted_again(tmp_path: Path) -> None:
    target = tmp_path / "new"
    full = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(MachineError, match=r"is full.*CAM-01"):
        build(target, make_source=Failing(full))
    work = get_work_folder(target)
    assert list(tmp_path.iterdir()) == [work]
    assert sorted(p.name for p in work.iterdir()) == ["CAM-01", "fingerprint.txt", "process.txt"]
    made: list[str] = []
    build(target, make_source=count(made))
    assert made == ["CAM-02", "CAM-03", "CAM-04"]
    assert verify_recording(target) == ()
    assert not work.exists()


def test_a_full_disk_in_a_worker_process_is_told_the_same_way(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="is full"):
        build(tmp_path / "new", make_source=Failing(OSError(errno.ENOSPC, "full")), processes=2)
    assert not list(tmp_path.rglob("*.tmp"))
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["assemble.encode_wall", "assemble.write_table", "camera_job.ClipWriter.close"])
def test_a_full_disk_at_the_first_camera_or_while_the_recording_is_put_together_leaves_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(f"sim.footage.build.{name}", fail)
    with pytest.raises(MachineError, match="is full"):
        build(tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert not list(tmp_path.rglob("*.tmp"))
    assert "assemble" in name or list(tmp_path.iterdir()) == []


def test_a_disk_too_small_is_refused_before_anything_is_written(
    tiny_recording: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs = estimate_needs(make_tiny_plan(), processes=1)
    assert needs.work_bytes > needs.final_bytes + 4 * 160 * 20_000, "tiles too"
    assert needs.work_bytes > sum(tiny_recording.manifest.sizes.values()), "what is really written"
    free = SimpleNamespace(free=needs.work_bytes - 1)
    monkeypatch.setattr("sim.footage.build.workfolder.shutil.disk_usage", lambda path: free)
    with pytest.raises(MachineError, match="free some space"):
        build(tmp_path / "new", plan=make_tiny_plan())
    assert list(tmp_path.iterdir()) == []


def test_a_killed_build_goes_on_where_it_was(tmp_path: Path) -> None:
    target, note = tmp_path / "new", tmp_path / "note"
    process = subprocess.Popen([sys.executable, "-c", HANGS, str(target), str(note)])
    while not note.exists():
        assert process.poll() is None
        threading.Event().wait(0.02)
    with pytest.raises(RecordingError, match=f"process {process.pid} is building"):
        build(target)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not target.exists()
    made: list[str] = []
    build(target, make_source=count(made))
    assert made == ["CAM-03", "CAM-04"]
    assert verify_recording(target) == ()
    assert sorted(tmp_path.iterdir()) == [target, note]


LEFT, RIGHT = (100.0, 200.0, 140.0, 320.0), (300.0, 190.0, 350.0, 330.0)


BAG = StoryEvent(
    event_id="bag",
    kind="hand-over",
    first_frame=100,
    last_frame=160,
    person_ids=("P002", "P001"),
    at_m=(3.0, 4.0),
    floor="1",
    zone="hall-a",
    detail={"door": "x"},
)


def test_the_best_moment_shows_most_people_and_them_largest(tmp_path: Path):
    stays = [
        Stay(camera_id="CAM-01", person_id="P001", first=90, last=200, box_xyxy=LEFT),
        Stay(camera_id="CAM-01", person_id="P002", first=130, last=170, box_xyxy=RIGHT),
        Stay(camera_id="CAM-02", person_id="P002", first=0, last=110, box_xyxy=LEFT),
        Stay(camera_id="CAM-03", person_id="P002", first=0, last=99, box_xyxy=LEFT),
    ]
    table = make_events([BAG], make_table(stays), make_empty_events())
    (event,) = table.find()
    write_table(tmp_path / "events.parquet", table.rows, columns=EVENTS)
    assert make_event_table(read_table(tmp_path / "events.parquet", columns=EVENTS)).find() == (event,)
    assert (event.start_s, event.end_s, event.person_ids) == (10.0, 16.0, ("P002", "P001"))
    assert (event.at_m, event.zone, event.detail) == ((3.0, 4.0), "hall-a", {"door": "x"})
    first, second = event.shown
    assert (first.camera_id, first.shown_s, first.box_xyxy) == ("CAM-01", 13.0, (100.0, 190.0, 350.0, 330.0))
    assert (second.camera_id, second.shown_s, second.box_xyxy) == ("CAM-02", 10.0, LEFT)


@pytest.mark.parametrize(("visible", "shown"), [(0.25, 1), (0.24, 0)])
def test_a_quarter_must_be_visible(visible, shown):
    stays = [Stay(camera_id="CAM-01", person_id="P001", first=120, last=130, visible=visible)]
    (event,) = make_events([BAG], make_table(stays), make_empty_events()).find()
    assert len(event.shown) == shown


def test_an_event_that_no_camera_shows_has_a_row_of_its_own_and_faults_stand_beside_the_story():
    others = make_table([Stay(camera_id="CAM-01", person_id="P009", first=0, last=200)])
    table = make_events([BAG], others, make_empty_events())
    assert len(table.rows) == 1
    assert table.rows["camera_id"].iloc[0] == ""
    assert table.get("bag").shown == ()
    fault = DeadSpan(kind=FaultKind.DEAD_SPAN, camera="CAM-02", from_s=3, to_s=9)
    table = make_table([Stay(camera_id="CAM-01", person_id="P001", first=120, last=130)])
    events = make_events([BAG], table, make_fault_rows([fault], duration_s=60.0))
    assert [e.kind for e in events.find()] == ["dead-span", "hand-over"]
    (dead,) = events.find("dead-span")
    assert (dead.camera_id, dead.shown, dead.at_m) == ("CAM-02", (), None)


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        threading.Event().wait(0.05)


def ask(cluster: Cluster) -> str:
    try:
        return str(count_workers(cluster.address))
    except MachineError as error:
        return str(error)


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_and_then_its_scheduler(tmp_path: Path, tiny_recording: Recording) -> None:
    with Cluster(tmp_path, workers=2) as cluster, ThreadPoolExecutor(1) as pool:
        wait_until(lambda: "numpy 1.2.3" in ask(cluster))
        sources = TinySources(crowd=make_tiny_crowd())
        with pytest.raises(MachineError, match=r"the worker tcp://.* has numpy 1\.2\.3\. Expected: numpy "):
            build(tmp_path / "other", make_source=sources, scheduler=cluster.address)
        cluster.other.kill()
        wait_until(lambda: ask(cluster) == "2")

        note, target, heard = tmp_path / "killed", tmp_path / "new", list[Progress]()
        sources = HangingSources(camera_id="CAM-02", note=note)
        plan = make_tiny_plan()
        building = pool.submit(build, target, plan=plan, make_source=sources, scheduler=cluster.address, heard=heard)
        wait_for(note)
        os.kill(int(note.read_text()), signal.SIGKILL)
        building.result(timeout=120)
        built = open_recording(target)
        assert built.manifest.files[TRUTH_FILE] == tiny_recording.manifest.files[TRUTH_FILE]
        assert built.manifest.files == tiny_recording.manifest.files
        assert {part.part for part in heard} >= {"CAM-01", "CAM-02", "CAM-03", "CAM-04", "wall"}
        assert sum(worker.poll() is None for worker in cluster.workers) == 1

        note, target = tmp_path / "hangs", tmp_path / "later"
        sources = HangingSources(camera_id="CAM-03", note=note)
        building = pool.submit(build, target, make_source=sources, scheduler=cluster.address)
        wait_for(note)
        wait_for(get_work_folder(target) / "CAM-02")
        cluster.scheduler.kill()
        with pytest.raises(MachineError, match=r"does not answer any more.*goes on after the finished cameras"):
            building.result(timeout=120)

    assert not target.exists()
    made: list[str] = []
    build(target, make_source=count(made))
    assert made == ["CAM-03", "CAM-04"]
    assert verify_recording(target) == ()


def test_no_scheduler_and_everything_that_differs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECT_S", 0.5)
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        with pytest.raises(MachineError, match="cannot be reached"):
            count_workers(address)
    here = describe_installation()
    check_same(here, dict(here), where="tcp://127.0.0.1:1")
    with pytest.raises(MachineError, match=r"worker tcp://127\.0\.0\.1:1 has numpy 1, av none") as told:
        check_same(here, {**here, "numpy": "1", "av": "none"}, where="tcp://127.0.0.1:1")
    assert f"numpy {here['numpy']}, av {here['av']}" in str(told.value)
    with pytest.raises(MachineError, match="Sightline"):
        check_same(here, {**here, "Sightline": "0.0.1 (abc)"}, where="there")


def test_a_camera_travels_with_its_plates_and_all_bodies(tmp_path: Path) -> None:
    scenarios = PROJECT / "scenarios"
    painters = CameraSources(
        site=make_tiny_site(),
        crowd=make_tiny_crowd(),
        plates_folder=scenarios / "sites" / "birch-elementary" / "plates",
        bodies_folder=scenarios / NEWEST_SET,
        size_wh=(320, 180),
        start_time=START,
        seed=1,
    )
    packed = pack(painters, "CAM-01")
    assert {name for name in packed.files if name.startswith("plates/")} == {
        "plates/CAM-01.webp",
        "plates/CAM-01-depth.png",
        "plates/CAM-01-sun.png",
    }
    traveled = pickle.loads(pickle.dumps(packed)).unpack(tmp_path / "there")
    assert isinstance(traveled, CameraSources)
    here, there = (read_plate_files(each.plates_folder, "CAM-01") for each in (painters, traveled))
    assert (here[0] == there[0]).all()
    assert (here[1] == there[1]).all()
    assert load_body_index(traveled.bodies_folder) == load_body_index(painters.bodies_folder)
    with pytest.raises(RecordingError):
        read_plate_files(traveled.plates_folder, "CAM-02")
