"""Simulated exercises: the same seed the same exercise, and the measures tell them apart as they should."""

import numpy as np
import pytest

from sim.drill.exercise_replay import replay_exercise
from sim.drill.team_exercise import Role
from sim.scoring.case import make_trace_case
from sim.scoring.metric import MetricValue
from sim.scoring.team_exercise.evidence import ExerciseCase
from sim.scoring.team_exercise.registry import compute_exercise_measures
from sim.tasks.common.base import Task
from sim.truth.index import make_truth_index
from tests.support.exercise_simulated import ExerciseKind, simulate_exercise
from tests.support.trace_tables import make_worked_table

INDEX = make_truth_index(make_worked_table())
TASK = Task(type="trace", window_s=(0.0, 60.0), target="P001")
LIMIT_S = 600.0


def measure(kind: ExerciseKind, *, seed: int) -> dict[str, MetricValue]:
    parts = simulate_exercise(TASK, INDEX, rng=np.random.default_rng(seed), kind=kind, limit_s=LIMIT_S)
    used_s = parts[Role.LEAD][-1].t_client_ms / 1000
    replay = replay_exercise(parts, leading=Role.LEAD, used_s=used_s, finished=True, limit_s=LIMIT_S)
    trace = make_trace_case(INDEX, target="P001", window_s=(0.0, 60.0), answer=replay.merged.answer)
    assert len(trace.claims.target) == len(trace.legs)
    return compute_exercise_measures(ExerciseCase(trace=trace, members=replay.members, requests=replay.requests))


@pytest.mark.parametrize("seed", range(5))
def test_the_measures_order_the_exercises_as_expected(seed: int) -> None:
    perfect, same, late = (measure(kind, seed=seed) for kind in ExerciseKind)
    assert perfect["exercise_coverage"] == pytest.approx(1.0)
    assert perfect["exercise_duplicated"] == pytest.approx(0.0, abs=0.1)
    assert float(same["exercise_duplicated"] or 0) > 0.9 > float(late["exercise_duplicated"] or 0)
    assert float(late["exercise_hand_off_delay"] or 0) > float(perfect["exercise_hand_off_delay"] or 0) + 20
    assert perfect["exercise_hand_offs_met"] == late["exercise_hand_offs_met"] == 1.0


def test_the_same_seed_gives_the_same_exercise() -> None:
    first, again = (
        simulate_exercise(TASK, INDEX, rng=np.random.default_rng(7), kind=ExerciseKind.LATE, limit_s=LIMIT_S)
        for _ in range(2)
    )
    assert first == again
