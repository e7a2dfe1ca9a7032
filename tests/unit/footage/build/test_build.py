import errno
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from sim.errors import MachineError, RecordingError
from sim.footage.build import camera_job
from sim.footage.build.assemble import BuildPlan, estimate_needs
from sim.footage.build.build import build_recording
from sim.footage.build.camera_job import Progress, Reporter
from sim.footage.build.workfolder import get_work_folder
from sim.footage.checks.verify import verify_recording
from sim.footage.recording.open import Recording, open_recording
from sim.footage.source import Picture, Sighting
from sim.footage.video.encode import ClipWriter
from tests.support.tiny_recording import TinySource, TinySources, make_tiny_plan, paint_strip

PROJECT = Path(__file__).parents[4]


def _build(
    target: Path,
    *,
    plan: BuildPlan | None = None,
    make_source: object = None,
    processes: int = 1,
    force: bool = False,
    heard: list[Progress] | None = None,
) -> None:
    plan = plan or make_tiny_plan()
    build_recording(
        plan,
        target=target,
        make_source=make_source or TinySources(crowd=plan.crowd),
        strips=lambda person_id: paint_strip(plan.crowd, person_id),
        processes=processes,
        replace=force,
        reporter=Reporter(on_progress=(heard if heard is not None else []).append, clock=time.monotonic),
    )


@dataclass(frozen=True)
class CountingSources:
    """Notes which cameras are painted."""

    made: list[str]

    def __call__(self, camera_id: str) -> TinySource:
        self.made.append(camera_id)
        return TinySources(crowd=make_tiny_plan().crowd)(camera_id)


@dataclass(frozen=True)
class FailingSources:
    """Paints until the second camera's frame 50, then fails as the given error says."""

    error: Exception

    def __call__(self, camera_id: str) -> "FailingSource":
        return FailingSource(inner=TinySources(crowd=make_tiny_plan().crowd)(camera_id), error=self.error)


@dataclass(frozen=True)
class FailingSource:
    inner: TinySource
    error: Exception

    def paint(self, frame: int) -> tuple[Picture, list[Sighting]]:
        if self.inner.camera_id == "CAM-02" and frame == 50:
            raise self.error
        return self.inner.paint(frame)


def test_two_builds_give_the_same_bytes(tiny_recording: Recording, tmp_path: Path) -> None:
    _build(tmp_path / "again", processes=2)
    again = open_recording(tmp_path / "again")
    for name in ("truth.parquet", "people.parquet", "activity.parquet", "site.json"):
        assert (again.folder / name).read_bytes() == (tiny_recording.folder / name).read_bytes(), name
    assert again.manifest.files == tiny_recording.manifest.files
    assert list(tmp_path.iterdir()) == [tmp_path / "again"]


def test_progress_names_every_camera_and_the_wall_to_the_end(tmp_path: Path) -> None:
    heard: list[Progress] = []
    _build(tmp_path / "new", heard=heard)
    last = {p.part: p for p in heard}
    assert list(last) == ["CAM-01", "CAM-02", "CAM-03", "CAM-04", "wall"]
    assert all(p.done == p.total == 160 for p in last.values())
    assert last["CAM-04"].left_s == 0
    assert heard[0].left_s > 0


def test_a_recording_is_kept_unless_forced(tiny_recording_copy: Recording) -> None:
    target = tiny_recording_copy.folder
    (target / "truth.parquet").write_bytes(b"mended by hand")
    with pytest.raises(RecordingError, match=r"is not empty\..*--force"):
        _build(target)
    assert (target / "truth.parquet").read_bytes() == b"mended by hand"
    _build(target, force=True)
    assert verify_recording(target) == ()


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_that_is_no_recording_is_never_replaced(tiny_recording_copy: Recording, force: bool) -> None:
    recordings = tiny_recording_copy.folder.parent
    before = {path: path.stat().st_size for path in recordings.rglob("*")}
    with pytest.raises(RecordingError, match="holds no recording; nothing was changed") as refused:
        _build(recordings, force=force)
    assert "--force" not in str(refused.value)
    assert {path: path.stat().st_size for path in recordings.rglob("*")} == before


def test_a_folder_that_appears_while_building_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "mine"

    def make_source(camera_id: str) -> TinySource:
        target.mkdir(exist_ok=True)
        (target / "thesis.txt").write_text("years of work")
        return TinySources(crowd=make_tiny_plan().crowd)(camera_id)

    with pytest.raises(RecordingError, match="holds no recording"):
        _build(target, make_source=make_source, force=True)
    assert [p.name for p in target.iterdir()] == ["thesis.txt"]


def test_finished_cameras_are_not_painted_again(tmp_path: Path) -> None:
    target = tmp_path / "new"
    with pytest.raises(RuntimeError, match="broken"):
        _build(target, make_source=FailingSources(error=RuntimeError("broken")))
    work = get_work_folder(target)
    assert sorted(p.name for p in work.iterdir()) == ["CAM-01", "fingerprint.txt", "process.txt"]
    made: list[str] = []
    _build(target, make_source=CountingSources(made=made))
    assert made == ["CAM-02", "CAM-03", "CAM-04"]
    assert verify_recording(target) == ()
    assert not work.exists()


def test_finished_cameras_of_another_seed_are_not_used(tmp_path: Path) -> None:
    target = tmp_path / "new"
    with pytest.raises(RuntimeError, match="broken"):
        _build(target, make_source=FailingSources(error=RuntimeError("broken")))
    made: list[str] = []
    _build(target, plan=replace(make_tiny_plan(), seed=8), make_source=CountingSources(made=made))
    assert len(made) == 4


def test_a_full_disk_keeps_finished_cameras_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "new"
    full = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(MachineError, match=r"is full.*CAM-01"):
        _build(target, make_source=FailingSources(error=full))
    work = get_work_folder(target)
    assert list(tmp_path.iterdir()) == [work]
    assert sorted(p.name for p in work.iterdir()) == ["CAM-01", "fingerprint.txt", "process.txt"]


def test_a_full_disk_in_a_worker_process_is_told_the_same_way(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="is full"):
        _build(tmp_path / "new", make_source=FailingSources(error=OSError(errno.ENOSPC, "full")), processes=2)
    assert not list(tmp_path.rglob("*.tmp"))
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["encode_wall", "write_table"])
def test_a_full_disk_while_the_recording_is_put_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(f"sim.footage.build.assemble.{name}", fail)
    with pytest.raises(MachineError, match="is full"):
        _build(tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_full_disk_at_the_very_first_camera_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: ClipWriter) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ClipWriter, "close", fail)
    with pytest.raises(MachineError, match="is full"):
        _build(tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_too_small_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs = estimate_needs(make_tiny_plan(), processes=1)
    monkeypatch.setattr(
        "sim.footage.build.workfolder.shutil.disk_usage", lambda path: _Usage(free=needs.work_bytes - 1)
    )
    with pytest.raises(MachineError, match="free some space"):
        _build(tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


@dataclass(frozen=True)
class _Usage:
    free: int


def test_the_estimate_covers_what_is_really_written(tiny_recording: Recording) -> None:
    needs = estimate_needs(make_tiny_plan(), processes=1)
    assert needs.work_bytes > 4 * 160 * 320 * 180 * 1.5
    assert needs.work_bytes > sum(tiny_recording.manifest.sizes.values())


def test_a_killed_build_goes_on_where_it_was(tmp_path: Path) -> None:
    target = tmp_path / "new"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.hanging_build", str(target)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "CAM-03 has begun\n"
    with pytest.raises(RecordingError, match=f"process {process.pid} is building"):
        _build(target)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert not target.exists()
    made: list[str] = []
    _build(target, make_source=CountingSources(made=made))
    assert made == ["CAM-03", "CAM-04"]
    assert verify_recording(target) == ()
    assert list(tmp_path.iterdir()) == [target]


def test_pictures_of_the_wrong_size_are_refused(tmp_path: Path) -> None:
    plan = replace(make_tiny_plan(), size_wh=(640, 360))
    with pytest.raises(RecordingError, match="640"):
        _build(tmp_path / "new", plan=plan)
    assert camera_job.MAIN_FILE not in {p.name for p in tmp_path.rglob("*")}
