"""Simulated crews: the same seed the same crew, and the measures tell them apart as they should."""

import numpy as np
import pytest

from sim.drill.crew import Role
from sim.drill.crew_replay import replay_crew
from sim.lab.validity.crew_simulated import CrewKind, simulate_crew
from sim.scoring.case import make_trace_case
from sim.scoring.crew.evidence import CrewCase
from sim.scoring.crew.registry import compute_crew_measures
from sim.scoring.metric import MetricValue
from sim.tasks.common.base import Task
from sim.truth.index import make_truth_index
from tests.support.trace_tables import make_worked_table

INDEX = make_truth_index(make_worked_table())
TASK = Task(type="trace", window_s=(0.0, 60.0), target="P001")
LIMIT_S = 600.0


def measure(kind: CrewKind, *, seed: int) -> dict[str, MetricValue]:
    parts = simulate_crew(TASK, INDEX, rng=np.random.default_rng(seed), kind=kind, limit_s=LIMIT_S)
    used_s = parts[Role.LEAD][-1].t_client_ms / 1000
    replay = replay_crew(parts, leading=Role.LEAD, used_s=used_s, finished=True, limit_s=LIMIT_S)
    trace = make_trace_case(INDEX, target="P001", window_s=(0.0, 60.0), answer=replay.merged.answer)
    assert len(trace.claims.target) == len(trace.legs)
    return compute_crew_measures(CrewCase(trace=trace, members=replay.members, requests=replay.requests))


@pytest.mark.parametrize("seed", range(5))
def test_the_measures_order_the_crews_as_expected(seed: int) -> None:
    perfect, same, late = (measure(kind, seed=seed) for kind in CrewKind)
    assert perfect["crew_coverage"] == pytest.approx(1.0)
    assert perfect["crew_duplicated"] == pytest.approx(0.0, abs=0.1)
    assert float(same["crew_duplicated"] or 0) > 0.9 > float(late["crew_duplicated"] or 0)
    assert float(late["crew_hand_off_delay"] or 0) > float(perfect["crew_hand_off_delay"] or 0) + 20
    assert perfect["crew_hand_offs_met"] == late["crew_hand_offs_met"] == 1.0


def test_the_same_seed_gives_the_same_crew() -> None:
    first, again = (
        simulate_crew(TASK, INDEX, rng=np.random.default_rng(7), kind=CrewKind.LATE, limit_s=LIMIT_S) for _ in range(2)
    )
    assert first == again
