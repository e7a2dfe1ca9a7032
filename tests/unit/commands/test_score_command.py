"""`python -m sim score` on the tiny recording."""

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

from sim.commands.score import register
from sim.drill.simulated import simulate
from sim.errors import AnswerError, RecordingError, SimError, TaskError
from sim.footage.recording.open import Recording
from sim.scoring.evidence import Answer
from sim.scoring.registry import METRICS
from sim.services.app.score import load_truth_index, score_attempt
from sim.tasks import TASK_TYPES
from sim.tasks.common.answer_form import format_answer_file
from sim.tasks.common.base import Task, format_task_file
from sim.tasks.common.simulated_user import PERFECT
from sim.tasks.event import QUESTIONS
from sim.truth.index import find_event_views
from tests.support.story_truth import SHIPPED, find_half_hidden, load_story_index


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    args = parser.parse_args(["score", *words])
    return int(args.run(args))


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


def test_bad_answers_and_tasks_are_refused(tiny_recording: Recording, tmp_path: Path) -> None:
    task, answer = write_files(tmp_path, make_task(tiny_recording), Answer())
    for content, words in (
        (b'{"marks": [{"camera_id": "CAM-99", "t_s": 1, "x": 0, "y": 0}]}', "mark 1 of 1: camera_id 'CAM-99'"),
        (b"\xff\xfe", "answer.json is not text"),
    ):
        Path(answer).write_bytes(content)
        with pytest.raises(AnswerError, match=words):
            run(str(tiny_recording.folder), task, answer)
    Path(answer).write_text('{"marks": []}')
    for asked, words in (
        ({"type": "hunt", "target": "P001", "window_s": [0, 10]}, "'hunt' does not exist"),
        ({"type": "trace", "target": "P001", "window_s": [0, 9999]}, "leaves the recording"),
        ({"type": "trace", "target": "P001", "window_s": [9, 1]}, "forward"),
        ({"target": "P001"}, "task.json, type"),
    ):
        Path(task).write_text(json.dumps(asked))
        with pytest.raises(TaskError, match=words):
            run(str(tiny_recording.folder), task, answer)


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


def test_what_a_drill_refuses_is_refused(tmp_path: Path) -> None:
    """Tasks of the sample that cannot be solved or have no one right answer."""
    index = load_story_index()
    unseen = next(each for each in index.events if each.kind in QUESTIONS and not find_event_views(index, each))
    meeting = next(each for each in index.events if each.kind == "meeting")
    names = {"start_name": "East stair", "end_name": "Office corridor"}
    hidden, window_s = find_half_hidden(index)
    task_path, answer_path = tmp_path / "task.json", tmp_path / "answer.json"
    answer_path.write_text(json.dumps({"marks": []}))
    for asked, words in (
        ({"type": "event", "event_id": unseen.event_id, "kind": unseen.kind}, "no camera shows it"),
        (
            {"type": "encounter", "target": meeting.person_ids[0], "event_id": meeting.event_id, "kind": "hand-over"},
            "is of kind meeting",
        ),
        (
            {"type": "setup", "start": "east-stair", "end": "office-corridor", **names, "fault": "none"},
            "depend on where",
        ),
        ({"type": "trace", "target": hidden, "window_s": window_s}, "never long, large and clearly enough"),
    ):
        task_path.write_text(json.dumps({"window_s": [0, 300], **asked}))
        with pytest.raises(TaskError, match=words):
            run(str(SHIPPED), str(task_path), str(answer_path))
