"""One body over every metric."""

import numpy as np
import pytest

from sim.attempt.replay import replay
from sim.expert.run import simulate
from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.score_card import Metric
from sim.tasks import get_task_type
from sim.tasks.common.simulated_user import SKILLS
from sim.tasks.common.task import Task
from sim.truth.index import make_truth_index
from tests.support.trace_tables import make_random_table

INDEX = make_truth_index(make_random_table(np.random.default_rng(8), frames=500), people_ids=frozenset({"P009"}))
WINDOW = (0.0, 50.0)
EVERY = pytest.mark.parametrize("metric", get_task_type("trace").metrics, ids=lambda m: m.key)


def make_cases() -> list[TraceCase]:
    cases = []
    for number, skill in enumerate(SKILLS * 3):
        task = Task(type="trace", target=f"P{number % 6 + 1:03}", window_s=WINDOW)
        events = simulate(task, INDEX, rng=np.random.default_rng(number), skill=skill, limit_s=200.0)
        folded = replay(events, used_s=200.0, finished=False, limit_s=200.0)
        cases.append(make_trace_case(INDEX, target=task.target, window_s=WINDOW, answer=folded.answer, log=folded.log))
    for target in ("P001", "P009"):
        log = SearchLog(used_s=1.0, finished=True, limit_s=2.0)
        cases.append(make_trace_case(INDEX, target=target, window_s=WINDOW, answer=Answer(marks=()), log=log))
    return cases


CASES = make_cases()


@EVERY
def test_values_are_in_range_and_repeatable(metric: Metric) -> None:
    for case in CASES:
        value = metric.compute(case)
        assert metric.compute(case) == value
        if value is None:
            continue
        assert isinstance(value, bool if metric.unit == "" else int if metric.unit in {"rows", "marks"} else float)
        assert np.isfinite(value)
        assert value >= 0
        if metric.unit == "ratio" and metric.key not in {"search_economy", "mean_speed"}:
            assert value <= 1


@EVERY
def test_not_needing_a_log_means_the_log_changes_nothing(metric: Metric) -> None:
    case = CASES[1]
    without = make_trace_case(INDEX, target=case.target, window_s=WINDOW, answer=case.answer)
    if metric.needs_log:
        with pytest.raises(ValueError, match="needs a search log"):
            metric.compute(without)
    else:
        assert metric.compute(without) == metric.compute(case)
