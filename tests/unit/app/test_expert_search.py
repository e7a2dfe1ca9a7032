"""What may be asked: the expert finds it in time, the student moves, and the last sighting shows them."""

from dataclasses import replace

import pytest

from sim.app.expert_search import Expert, find_unfair, make_expert
from sim.app.score import load_truth_index
from sim.features.library.forms import choose_forms
from sim.footage.recording.open import Recording, load_people
from sim.tasks.common.task import Known, Task
from sim.truth.index import make_truth_index
from tests.support.trace_tables import make_worked_table


@pytest.fixture
def expert(tiny_recording: Recording) -> Expert:
    index = load_truth_index(tiny_recording)
    numbers = {camera_id: number for number, camera_id in enumerate(index.camera_ids, start=1)}
    return make_expert(index, load_people(tiny_recording), tiny_recording.site, numbers=numbers)


@pytest.fixture
def task(tiny_recording: Recording) -> Task:
    return choose_forms(tiny_recording, count=1, practice=0, min_legs=2).parallel[0].task


def test_time_enough_is_when_the_last_mark_comes_within_seven_tenths_of_the_limit(expert: Expert, task: Task) -> None:
    found = expert.search(task, limit_s=300.0)
    claimed_s = found.find_claimed_s()
    assert claimed_s is not None
    assert claimed_s <= found.par_s <= 300.0
    assert expert.is_fair(task, limit_s=300.0)
    late = replace(found.score.replay.log, limit_s=claimed_s / 0.7 - 0.1)
    score = replace(found.score, replay=replace(found.score.replay, log=late))
    assert "s to find it all" in (find_unfair(task, expert.index, replace(found, score=score)) or "")
    assert not expert.is_fair(task, limit_s=10.0)


def test_somebody_who_stays_in_one_place_is_not_asked_for() -> None:
    index = make_truth_index(make_worked_table())
    for person, fault in (("P001", None), ("P002", "the student stays in one place")):
        assert find_unfair(Task(type="locate", target=person, window_s=(0.0, 60.0)), index, None) == fault
    back = Task(type="locate", target="P001", window_s=(28.0, 60.0))
    assert find_unfair(back, index, None) is not None, "one camera, one place"


def test_a_sighting_that_does_not_show_them_is_not_given(expert: Expert, task: Task) -> None:
    seen = expert.index.find_appearances(task.person)[0]
    other = next(camera_id for camera_id in expert.index.camera_ids if camera_id != seen.camera_id)
    known = replace(task, known=Known(t_s=seen.start_s, camera_id=other))
    assert "plain sight" in (find_unfair(known, expert.index, expert.search(known, limit_s=300.0)) or "")
