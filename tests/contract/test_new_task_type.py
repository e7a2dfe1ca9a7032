"""A new task type is one file and one line: a toy type is added to a copy of the project, played, and is gone."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim.footage.recording.open import Recording
from sim.tasks import TASK_TYPES

ROOT = Path(__file__).parents[2]
TOY = ROOT / "tests" / "support" / "toy_task.py"
LAST = "    SetupType(),\n)"


@pytest.fixture
def with_toy(tmp_path: Path) -> Path:
    copy = tmp_path / "project"
    shutil.copytree(ROOT / "sim", copy / "sim", ignore=shutil.ignore_patterns("__pycache__", "*.js", "*.css"))
    (copy / "tests").symlink_to(ROOT / "tests")
    shutil.copy(TOY, copy / "sim" / "tasks" / "busiest.py")
    types = copy / "sim" / "tasks" / "__init__.py"
    text = types.read_text(encoding="utf-8")
    assert LAST in text
    line = "from sim.tasks.busiest import BusiestType\n"
    text = text.replace("from sim.tasks.encounter", f"{line}from sim.tasks.encounter")
    types.write_text(text.replace(LAST, "    SetupType(),\n    BusiestType(),\n)"), encoding="utf-8")
    return copy


def test_a_toy_type_is_played_by_one_file_and_line(with_toy: Path, tiny_recording: Recording, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.play_toy", str(tiny_recording.folder), str(tmp_path)],
        cwd=with_toy,
        env={**os.environ, "PYTHONPATH": str(with_toy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["forms"] == ["Busiest camera 1", "Busiest camera 2"]
    assert said["briefing"][:2] == ["Busiest camera 1", "Pass: the camera that shows the most people, in time."]
    assert said["briefing"][2][0] == "The camera."
    assert said["fields"] == ["The busiest camera"]
    right, wrong = said["right"], said["wrong"]
    assert right["passed"] is True
    assert right["verdict"] == "Correct. You know the crowd."
    assert right["moments"] == []
    assert wrong["passed"] is False
    assert wrong["verdict"] == "Not yet. You named another camera."
    assert wrong["moments"] == ["another camera shows more"]
    assert wrong["parts"] == ["The camera", "Time used"]
    assert right["practice"] == wrong["practice"] == ["Busiest camera 2"]
    assert "busiest" not in TASK_TYPES
