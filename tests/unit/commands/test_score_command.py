import json
from pathlib import Path

import numpy as np
import pytest

from sim.app.score import load_truth_index, score_attempt
from sim.commands.results import score
from sim.errors import AnswerError, RecordingError, SimError, TaskError
from sim.expert.run import simulate
from sim.footage.recording.open import Recording
from sim.scoring.evidence import Answer
from sim.scoring.score_card import METRICS
from sim.tasks import TASK_TYPES
from sim.tasks.common.simulated_user import PERFECT
from sim.tasks.common.task import Task
from tests.support.story_truth import SHIPPED, find_half_hidden, load_story_index
from tests.support.task_files import format_answer_file, format_task_file


def run(*words: str) -> int:
    return int(score.main(words, standalone_mode=False))


def make_task(recording: Recording) -> Task:
    index = load_truth_index(recording)
    target = max(sorted(index.person_ids), key=lambda p: len(index.find_appearances(p)))
    return Task(type="trace", target=target, window_s=(0.0, recording.manifest.duration_s))


def write_files(folder: Path, task: Task, answer: Answer) -> tuple[str, str]:
    task_path, answer_path = folder / "task.json", folder / "answer.json"
    task_path.write_text(format_task_file(task))
    answer_path.write_text(format_answer_file(answer))
    return str(task_path), str(answer_path)


def answer_perfectly(recording: Recording, task: Task) -> Answer:
    return TASK_TYPES["trace"].answer_perfectly(task, load_truth_index(recording))


def test_full_marks_are_printed_as_sorted_json(
    tiny_recording: Recording, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    task = make_task(tiny_recording)
    files = write_files(tmp_path, task, answer_perfectly(tiny_recording, task))
    assert run(str(tiny_recording.folder), *files) == 0
    out = capsys.readouterr().out
    data = json.loads(out)
    assert [data[key] for key in ("appearance_recall", "appearance_precision", "idf1", "final_place")] == [
        1,
        1,
        1,
        True,
    ]
    assert list(data) == sorted(data)
    assert data["versions"]["idf1"] == METRICS["idf1"].version
    assert "completion_time_s" not in data


def test_a_log_adds_its_metrics(tiny_recording: Recording, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    task = make_task(tiny_recording)
    index = load_truth_index(tiny_recording)
    events = simulate(task, index, rng=np.random.default_rng(2), skill=PERFECT, limit_s=600.0)
    log = tmp_path / "log.json"
    entries = [
        {"tab_id": e.tab_id, "seq": e.seq, "t_client_ms": e.t_client_ms, "kind": e.kind, "payload": e.payload}
        for e in events
    ]
    log.write_text(json.dumps({"used_s": 90.0, "finished": True, "limit_s": 600.0, "events": entries}))
    files = write_files(tmp_path, task, answer_perfectly(tiny_recording, task))
    run(str(tiny_recording.folder), *files, "--log", str(log))
    data = json.loads(capsys.readouterr().out)
    assert data["completion_time_s"] == 90.0
    assert data["passed"] is True
    scored = score_attempt(task, index, events, used_s=90.0, finished=True, limit_s=600.0)
    assert scored.card.as_data() == data


def test_what_a_drill_refuses_is_refused(tmp_path: Path) -> None:
    hidden, window_s = find_half_hidden(load_story_index())
    files = write_files(tmp_path, Task(type="trace", target=hidden, window_s=window_s), Answer())
    with pytest.raises(TaskError, match="never long, large and clearly enough"):
        run(str(SHIPPED), *files)


def test_missing_files_are_named(tiny_recording: Recording, tmp_path: Path) -> None:
    task, answer = write_files(tmp_path, make_task(tiny_recording), Answer())
    with pytest.raises(RecordingError, match="nowhere"):
        run(str(tmp_path / "nowhere"), task, answer)
    with pytest.raises(SimError, match=r"gone\.json cannot be read"):
        run(str(tiny_recording.folder), task, str(tmp_path / "gone.json"))


def test_marks_outside_the_window_count_nowhere_in_an_attempt(tiny_recording: Recording) -> None:
    index = load_truth_index(tiny_recording)
    task = make_task(tiny_recording)
    events = simulate(task, index, rng=np.random.default_rng(2), skill=PERFECT, limit_s=600.0)
    leg = index.find_appearances(task.target)[0]
    late = Task(type="trace", target=task.target, window_s=(leg.end_s + 0.05, task.window_s[1]))
    scored = score_attempt(late, index, events, used_s=90.0, finished=True, limit_s=600.0)
    assert scored.refused
    assert all(mark.t_s < late.window_s[0] for mark in scored.refused)
    assert len(scored.case.answer.marks) + len(scored.refused) == len(scored.replay.answer.marks)


def test_a_log_with_a_number_twice_is_refused(tiny_recording: Recording, tmp_path: Path) -> None:
    task = make_task(tiny_recording)
    files = write_files(tmp_path, task, answer_perfectly(tiny_recording, task))
    event = {"tab_id": "tab-1", "seq": 3, "t_client_ms": 5.0, "kind": "pause", "payload": {"t_s": 1.0}}
    other = {**event, "tab_id": "tab-2"}
    for events, is_refused in (([event, other], False), ([event, other, {**event, "t_client_ms": 9.0}], True)):
        log = tmp_path / "log.json"
        log.write_text(json.dumps({"used_s": 20, "finished": True, "limit_s": 60, "events": events}))
        if not is_refused:
            assert run(str(tiny_recording.folder), *files, "--log", str(log)) == 0
            continue
        with pytest.raises(AnswerError, match=r"the tab 'tab-1' has 2 events with seq 3"):
            run(str(tiny_recording.folder), *files, "--log", str(log))
