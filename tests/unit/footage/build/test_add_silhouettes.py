import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.errors import RecordingError
from sim.footage.build.build import add_silhouettes
from sim.footage.build.camera_job import Progress, Reporter
from sim.footage.checks.verify import verify_recording
from sim.footage.recording.open import Recording, open_recording
from sim.footage.recording.recording import MANIFEST_NAME
from sim.footage.recording.tables import SILHOUETTES_FILE
from sim.services.library.footage_build import make_mask_painters
from tests.support.tiny_recording import TinySources, make_tiny_plan


@pytest.fixture
def old(tiny_recording: Recording, tmp_path: Path) -> Recording:
    """Return the recording as a release without silhouettes wrote it."""
    folder = Path(shutil.copytree(tiny_recording.folder, tmp_path / "old"))
    manifest = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
    del manifest["files"][SILHOUETTES_FILE], manifest["sizes"][SILHOUETTES_FILE]
    (folder / MANIFEST_NAME).write_text(json.dumps(manifest), encoding="utf-8")
    (folder / SILHOUETTES_FILE).unlink()
    return open_recording(folder)


class Clock:
    """Seconds that pass with every report."""

    def __init__(self, told: list[Progress]) -> None:
        self._told = told

    def __call__(self) -> float:
        return float(len(self._told))


def make_sources(shift_m: float = 0.0) -> TinySources:
    plan = make_tiny_plan()
    crowd = plan.crowd
    tracks = (replace(crowd.tracks[0], xyz_m=crowd.tracks[0].xyz_m + np.array([shift_m, 0.0, 0.0])), *crowd.tracks[1:])
    return TinySources(crowd=replace(crowd, tracks=tracks), site=plan.site)


def list_files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_added_silhouettes_are_those_that_a_build_writes_and_nothing_else_changes(
    tiny_recording: Recording, old: Recording
) -> None:
    before = list_files(old.folder)
    told: list[Progress] = []
    reporter = Reporter(on_progress=told.append, clock=Clock(told))
    add_silhouettes(old, make_source=make_sources(), processes=1, reporter=reporter)
    after = list_files(old.folder)
    assert after[SILHOUETTES_FILE] == (tiny_recording.folder / SILHOUETTES_FILE).read_bytes()
    assert {n: b for n, b in after.items() if n not in {SILHOUETTES_FILE, MANIFEST_NAME}} == {
        n: b for n, b in before.items() if n != MANIFEST_NAME
    }
    assert open_recording(old.folder).manifest == tiny_recording.manifest
    assert verify_recording(old.folder) == ()
    assert told[-1].done == told[-1].total


@pytest.mark.parametrize(("shift_m", "words"), [(0.3, "px from the truth"), (400.0, "is in the truth and not in the")])
def test_people_elsewhere_are_refused_and_nothing_is_changed(old: Recording, shift_m: float, words: str) -> None:
    before = list_files(old.folder)
    told: list[Progress] = []
    reporter = Reporter(on_progress=told.append, clock=Clock(told))
    with pytest.raises(RecordingError, match=rf"{words}.*boxes differ.*Expected.*1 px.*scenario"):
        add_silhouettes(old, make_source=make_sources(shift_m), processes=1, reporter=reporter)
    assert list_files(old.folder) == before


def test_a_scenario_that_is_not_at_hand_or_another_one_is_named(old: Recording) -> None:
    with pytest.raises(RecordingError, match=r"'tiny-scenario'.* is not at hand.*--scenario"):
        make_mask_painters(old, None)
    other = Path("scenarios/morning-arrival.yaml")
    short = replace(old, manifest=old.manifest.model_copy(update={"frame_count": 20, "fps": 10.0}))
    with pytest.raises(RecordingError, match=r"'maple-ridge-first-bell' with seed.*'tiny-scenario'.*--scenario"):
        make_mask_painters(short, other)
