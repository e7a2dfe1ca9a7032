import os
import pickle
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sim.app.settings import PROJECT
from sim.crowd.people.body_index import NEWEST_SET, load_body_index
from sim.errors import MachineError, RecordingError
from sim.footage.build import cluster as module
from sim.footage.build.camera_job import Progress
from sim.footage.build.cluster import check_same, count_workers, describe_installation, pack
from sim.footage.build.workfolder import get_work_folder
from sim.footage.checks.verify import verify_recording
from sim.footage.paint.painter import CameraSources
from sim.footage.paint.plate import read_plate_files
from sim.footage.recording.open import TRUTH_FILE, Recording, open_recording
from tests.support.cluster import Cluster, HangingSources, wait_for
from tests.support.tiny_crowd import make_tiny_crowd
from tests.support.tiny_recording import START, TinySources, make_tiny_plan
from tests.support.tiny_site import make_tiny_site
from tests.unit.footage.build.test_build import build, count


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        threading.Event().wait(0.05)


def ask(cluster: Cluster) -> str:
    """Return how many workers there are, or what is said against them."""
    try:
        return str(count_workers(cluster.address))
    except MachineError as error:
        return str(error)


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_and_then_its_scheduler(tmp_path: Path, tiny_recording: Recording) -> None:
    """One story, so that the processes are started once: about ten seconds."""
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
