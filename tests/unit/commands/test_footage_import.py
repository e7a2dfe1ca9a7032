"""Clips made into a recording and a drill by command, and scored by command."""

import json
from pathlib import Path

import pytest

from sim.__main__ import main
from sim.app.forms import check_form_set, load_form_set
from sim.app.score import load_truth_index
from sim.errors import TaskError
from sim.footage.checks.verify import verify_recording
from sim.footage.recording.open import open_recording
from sim.forms.forms import Origin
from sim.tasks import get_task_type
from sim.tasks.common.task import format_answer_file, format_task_file
from tests.support.staged_clips import CLIPS, cut_clip, load_walker, make_clocks, make_keyframes

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
