"""Who can fairly be asked for, and contradictions."""

from dataclasses import replace

import pytest

from sim.errors import TaskError
from sim.scoring.evidence import Answer
from sim.tasks import TASK_TYPES
from sim.tasks.common.task import Task
from sim.tasks.encounter import measure_errors_s
from sim.truth.events import Event
from sim.truth.index import TruthIndex, make_truth_index
from tests.support.story_truth import find_half_hidden, load_story_index
from tests.support.trace_tables import MARK_FIRST_LEG, MARK_SECOND_LEG, MARK_THIRD_LEG, WORKED_STAYS, Stay, make_table

WHOLE = (0.0, 60.0)
ASKS_WHERE = pytest.mark.parametrize("name", ["trace", "locate", "origin"])
GLIMPSE = Stay(camera_id="CAM-03", person_id="P003", first=100, last=109, zone="yard")


def ask(name: str, target: str = "P003", window_s: tuple[float, float] = WHOLE) -> Task:
    return Task(type=name, target=target, window_s=window_s)


def make_index(*more: Stay) -> TruthIndex:
    return make_truth_index(make_table([*WORKED_STAYS, *more]), people_ids=frozenset({"P003"}))


@ASKS_WHERE
def test_someone_in_the_picture_without_an_appearance_that_counts_is_refused(name: str) -> None:
    TASK_TYPES[name].check_task(ask(name), make_index())
    for seen in (GLIMPSE, replace(GLIMPSE, last=300, visible=0.2), replace(GLIMPSE, last=100)):
        with pytest.raises(TaskError, match=r"'P003' cannot be asked for between 0 and 60 s: cameras show them, but"):
            TASK_TYPES[name].check_task(ask(name), make_index(seen))
    TASK_TYPES[name].check_task(ask(name, window_s=(11.0, 60.0)), make_index(GLIMPSE))


def test_a_half_hidden_student_of_the_sample_is_offered_by_no_type() -> None:
    index = load_story_index()
    hidden, window_s = find_half_hidden(index)
    for name in ("trace", "locate", "origin"):
        assert hidden not in {task.target for task in TASK_TYPES[name].make_tasks(index, window_s)}
        with pytest.raises(TaskError, match=f"'{hidden}' cannot be asked for"):
            TASK_TYPES[name].check_task(ask(name, hidden, window_s), index)


def test_a_later_glimpse_that_ends_in_another_place_is_refused_by_a_trace() -> None:
    """P001 is last seen in hall-b, on CAM-01 until 39.9 s."""
    late = Stay(camera_id="CAM-02", person_id="P001", first=450, last=455, zone="yard")
    ends = replace(late, first=456, last=459, zone="hall-b")
    task_type = TASK_TYPES["trace"]
    with pytest.raises(TaskError, match="a glimpse shows them later, in another place"):
        task_type.check_task(ask("trace", "P001"), make_index(late))
    assert "P001" not in {task.target for task in task_type.make_tasks(make_index(late), WHOLE)}
    for harmless in ([replace(late, zone="hall-b")], [replace(late, first=390, last=395)], [late, ends]):
        task_type.check_task(ask("trace", "P001"), make_index(*harmless))
    task_type.check_task(ask("trace", "P001", (0.0, 44.0)), make_index(late))
    TASK_TYPES["locate"].check_task(ask("locate", "P001"), make_index(late))


@pytest.mark.parametrize("name", ["trace", "locate"])
def test_marks_beside_on_no_camera_never_pass(name: str) -> None:
    index, task = make_index(), ask(name, "P001")
    marks = (
        (MARK_FIRST_LEG, MARK_SECOND_LEG, MARK_THIRD_LEG) if name == "trace" else (replace(MARK_THIRD_LEG, t_s=39.0),)
    )
    right = Answer(marks=marks, final_zone="hall-b")
    assert TASK_TYPES[name].score(task, right, index).passed is None, "only the limit is not known"
    card = TASK_TYPES[name].score(task, replace(right, not_on_camera=True), index)
    assert card.passed is False
    assert [key for key, is_met in card.criteria.items() if is_met is False] == ["no_contradiction"]
    assert card.warnings


def test_on_no_camera_beside_a_mark_that_is_ignored_is_a_contradiction_too() -> None:
    """By the definition alone: such a task is refused when it is checked."""
    index = make_index(replace(GLIMPSE, camera_id="CAM-01", box_xyxy=(600.0, 200.0, 640.0, 320.0)))
    mark = replace(MARK_FIRST_LEG, t_s=10.5, x=620 / 960)
    card = TASK_TYPES["trace"].score(ask("trace"), Answer(marks=(mark,), not_on_camera=True), index)
    assert card.values["absence_right"] is True
    assert [key for key, is_met in card.criteria.items() if is_met is False] == ["no_contradiction"]


def test_a_meeting_is_measured_from_where_the_other_person_is_more_than_a_glimpse() -> None:
    """P001 is glimpsed at 50.0 to 50.5 s, when they meet somebody; the nearest they are really seen is at 42.0 s."""
    met = Event(
        event_id="beat",
        kind="hand-over",
        start_s=50.2,
        end_s=51.0,
        person_ids=("P002", "P001"),
        camera_id="",
        floor="1",
        zone="yard",
        at_m=(1.0, 2.0),
        shown=(),
        detail={},
    )
    seen = Stay(camera_id="CAM-03", person_id="P001", first=390, last=420)
    glimpse = Stay(camera_id="CAM-01", person_id="P001", first=500, last=505)
    index = make_truth_index(make_table([WORKED_STAYS[0], seen, glimpse]))
    assert measure_errors_s(index, met, other="P001", window_s=(0.0, 60.0)).min() == pytest.approx(50.2 - 42.0)
