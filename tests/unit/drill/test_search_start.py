import pytest

from sim.drill.search_start import find_first_moment_s
from sim.tasks import TASK_TYPES


@pytest.mark.parametrize("task_type", sorted(TASK_TYPES))
def test_a_search_backward_begins_at_the_end_and_every_other_at_the_start(task_type: str) -> None:
    assert find_first_moment_s(task_type, (0.0, 117.0)) == (117.0 if task_type == "origin" else 0.0)
