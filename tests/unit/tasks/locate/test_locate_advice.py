"""What somebody is told to practice after a locate drill: it fits what they did."""

import numpy as np
import pytest

from sim.drill.event import Event, EventKind
from sim.services.app.score import score_attempt
from sim.tasks.common.task_words import Trains
from sim.tasks.locate import LOCATE_TYPE, LOCATE_WORDS
from sim.truth.index import make_truth_index
from tests.support.trace_tables import make_random_table

TAB_ID = "5b0d5a76-3f0e-4a51-9d5e-0d2b8f7c1a11"
NOBODY_THERE = {"mark_id": "1", "camera_id": "CAM-01", "frame": 10, "t_s": 1.0, "x": 0.001, "y": 0.001}


@pytest.mark.parametrize(("marks", "trains"), [((), Trains.NEXT_CAMERA), ((NOBODY_THERE,), Trains.LOOK_ALIKES)])
def test_who_marked_no_one_is_told_to_mark_and_not_to_compare(
    marks: tuple[dict[str, object], ...], trains: Trains
) -> None:
    index = make_truth_index(make_random_table(np.random.default_rng(3), frames=600))
    task = LOCATE_TYPE.make_tasks(index, (0.0, 60.0))[0]
    events = [Event(tab_id=TAB_ID, seq=1, t_client_ms=1000.0, kind=EventKind.MARK, payload=mark) for mark in marks]
    result = score_attempt(task, index, events, used_s=240.0, finished=False, limit_s=240.0)
    assert LOCATE_WORDS.write_advice(result, task, {})[0].trains is trains
