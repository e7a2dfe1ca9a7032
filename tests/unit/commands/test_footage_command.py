import json
import subprocess
import sys
from pathlib import Path

import pytest

from sim.__main__ import main
from sim.footage.recording.open import Recording

PROJECT = Path(__file__).parents[3]
BROKEN_OPENCV = """
import sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "cv2":
            raise ImportError("libGL.so.1: cannot open shared object file: No such file or directory")
sys.meta_path.insert(0, Finder())
"""


def test_verify_names_the_file_with_a_flipped_byte(tiny_recording_copy: Recording, capsys) -> None:
    clip = tiny_recording_copy.folder / "main/CAM-03.mp4"
    content = bytearray(clip.read_bytes())
    content[-1] ^= 1
    clip.write_bytes(content)
    assert main(["footage", "verify", str(tiny_recording_copy.folder)]) == 1
    error = capsys.readouterr().err
    assert str(clip) in error
    assert "altered" in error
    assert "What to do" in error


def test_sheet_mot_and_coco_write_what_they_say(tiny_recording: Recording, tmp_path: Path, capsys) -> None:
    folder, coco = str(tiny_recording.folder), tmp_path / "coco.json"
    assert main(["footage", "sheet", folder, "--out", str(tmp_path / "sheet.png"), "--at", "3"]) == 0
    assert main(["footage", "export-mot", folder, "--out", str(tmp_path / "mot")]) == 0
    command = ["footage", "export-coco", folder, "--out", str(coco), "--camera"]
    assert main([*command, "CAM-02"]) == 0
    assert all(Path(line).is_file() for line in capsys.readouterr().out.splitlines())
    assert len(json.loads(coco.read_text())["images"]) == 160
    assert main([*command, "CAM-20"]) == 1
    assert "CAM-20" in capsys.readouterr().err


@pytest.mark.parametrize("value", ["0", "-2", "many"])
def test_a_senseless_number_of_jobs_is_refused(value: str, capsys) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["footage", "build", "x.yaml", "--out", "y", "--jobs", value])
    assert stopped.value.code == 2
    assert "--jobs" in capsys.readouterr().err


def _run_without_libgl(*commands: list[str]) -> "subprocess.CompletedProcess[str]":
    code = BROKEN_OPENCV + f"from sim.__main__ import main\nsys.exit(max(main(command) for command in {commands!r}))"
    return subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)


def test_without_libgl_building_says_what_to_install_and_a_recording_can_be_verified_and_shown(
    tiny_recording: Recording, tmp_path: Path
) -> None:
    done = _run_without_libgl(["footage", "build", "x.yaml", "--out", str(tmp_path / "new")])
    assert done.returncode == 1
    assert "libGL.so.1" in done.stderr
    assert "apt install libgl1" in done.stderr
    assert "Traceback" not in done.stderr
    folder, sheet = str(tiny_recording.folder), tmp_path / "sheet.png"
    done = _run_without_libgl(["footage", "verify", folder], ["footage", "sheet", folder, "--out", str(sheet)])
    assert done.returncode == 0, done.stderr
    assert sheet.is_file()


def test_a_pyav_without_its_libraries_or_encoder_is_named_before_a_build(monkeypatch, capsys) -> None:
    def refuse(name: str, mode: str) -> None:
        raise ValueError(name, mode)

    monkeypatch.setattr("av.codec.Codec", refuse)
    assert main(["footage", "build", "scenarios/none.yaml", "--out", "out"]) == 1
    error = capsys.readouterr().err
    assert "PyAV has no libx264 encoder" in error
    assert "pip install" in error
