"""What the scoring bench measures on is of the size it says."""

import numpy as np

from sim.drill.event import EventKind
from sim.services.app.score import score_attempt
from sim.services.attempt.event_payloads import PAYLOADS, Payload
from sim.tasks.common.base import Task
from sim.truth.index import make_truth_index
from tools.bench.score import make_bench_log, make_bench_truth

PEOPLE, DURATION_S = 20, 300.0
TABLE = make_bench_truth(np.random.default_rng(4), cameras=6, people=PEOPLE, duration_s=DURATION_S)


def test_truth_has_the_row_density_of_the_shipped_recording() -> None:
    density = len(TABLE.rows) / (PEOPLE * TABLE.frame_count)
    assert 0.45 < density < 0.6
    assert len(TABLE.person_ids) == PEOPLE
    assert TABLE.rows["frame"].max() == TABLE.frame_count - 1
    assert not TABLE.rows.duplicated(["camera_id", "person_id", "frame"]).any()


def test_a_log_has_the_marks_and_events_asked_for_and_every_mark_counts() -> None:
    index = make_truth_index(TABLE)
    rng = np.random.default_rng(5)
    log = make_bench_log(rng, index, target="P001", marks=40, events=1_000, used_s=600.0)
    assert len(log) == 1_000
    assert [event.seq for event in log] == list(range(1, 1_001))
    for event in log:
        PAYLOADS.get(event.kind, Payload).model_validate(event.payload)
    task = Task(type="trace", target="P001", window_s=(0.0, DURATION_S))
    score = score_attempt(task, index, log, used_s=600.0, finished=True, limit_s=900.0)
    assert sum(event.kind is EventKind.MARK for event in log) == len(score.replay.answer.marks) == 40
    assert score.refused == ()
    assert score.card.values["appearance_recall"] > 0.3
    assert 0.2 < score.card.values["appearance_precision"] < 1.0
