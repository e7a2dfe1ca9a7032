import json
import subprocess
import sys
from pathlib import Path

import pytest

from sim.__main__ import main
from sim.app.catalog import check_form_set, load_form_set
from sim.app.score import load_truth_index
from sim.errors import TaskError
from sim.footage.checks.verify import verify_recording
from sim.footage.recording.open import Recording, open_recording
from sim.forms.forms import Origin
from sim.tasks import get_task_type
from tests.support.staged_clips import CLIPS, cut_clip, load_walker, make_clocks, make_keyframes
from tests.support.task_files import format_answer_file, format_task_file

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
    assert main(["footage", "build", "x.yaml", "--out", "y", "--jobs", value]) == 2
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


TWO = {"clip-01", "clip-02"}
DRILL = {
    "title": "Walk",
    "tasks": ["trace"],
    "clothes": {
        "top_kind": "hoodie",
        "top_color": "red",
        "bottom_kind": "jeans",
        "bottom_color": "blue",
        "shoe_color": "white",
        "hair_color": "brown",
    },
}


def write_notes(path: Path, **changes: object) -> Path:
    clocks = make_clocks().model_dump(mode="json", exclude_none=True)
    clocks["readings"] = [each for each in clocks["readings"] if each["clip_id"] in TWO]
    clocks["events"] = [each for each in clocks["events"] if {each["clip_a"], each["clip_b"]} <= TWO]
    keys = [k.model_dump(mode="json", exclude_none=True) for k in make_keyframes(load_walker()[1]) if k.clip_id in TWO]
    notes = {"cameras": ["Front door", "Lobby"], "clocks": clocks, "keyframes": keys, "drill": DRILL}
    path.write_text(json.dumps(notes | changes))
    return path


@pytest.mark.slow
def test_two_clips_become_a_drill_that_is_scored_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clips = [str(cut_clip(tmp_path / cut.name, cut)) for cut in CLIPS[:2]]
    out, forms = tmp_path / "walk-1", tmp_path / "walk-1.yaml"
    command = ["footage", "import", *clips, "--out", str(out), "--forms", str(forms), "--notes"]
    assert main([*command, str(write_notes(tmp_path / "notes.json"))]) == 1
    assert "both confirmations" in capsys.readouterr().err
    far = write_notes(tmp_path / "far.json", neighbors=[{"a": "CAM-01", "b": "CAM-02", "meters": 400}])
    assert main([*command, str(far), "--confirm-rights"]) == 1
    assert "faster than anyone walks" in capsys.readouterr().err
    assert not out.exists()
    assert main([*command, str(tmp_path / "notes.json"), "--confirm-rights"]) == 0
    assert verify_recording(out) == ()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    check_form_set(load_form_set(forms), open_recording(out))
    other = load_form_set(forms).model_copy(update={"origin": Origin.PUBLIC})
    with pytest.raises(TaskError, match="say that it is public"):
        check_form_set(other, open_recording(out))
    trace, index = get_task_type("trace"), load_truth_index(open_recording(out))
    task = trace.make_tasks(index, (0.0, index.table.duration_s))[0]
    texts = (format_task_file(task), format_answer_file(trace.answer_perfectly(task, index)))
    files = [str(tmp_path / name) for name in ("task.json", "answer.json")]
    for file, text in zip(files, texts, strict=True):
        Path(file).write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert main(["score", str(out), *files]) == 0
    score = json.loads(capsys.readouterr().out)
    assert (score["appearance_recall"], score["appearance_precision"], score["idf1"]) == (1.0, 1.0, 1.0)
