from dataclasses import replace

import numpy as np
import pytest

from sim.errors import TaskError
from sim.footage.recording.open import load_people, open_recording
from sim.scoring.evidence import Answer, Mark
from sim.tasks.common.task import Task
from sim.tasks.event import EventType
from sim.truth.events import Event
from sim.truth.index import NEAR_M, TruthIndex, find_event_views, make_truth_index
from tests.support.shipped_forms import FORMS
from tests.support.story_truth import SHIPPED, load_story_index
from tests.support.trace_tables import OTHER_BOX, SIZE_WH, Stay, make_event, make_mark, make_table

EVERY_FORM = pytest.mark.parametrize(
    "task", [pytest.param(form.task, id=form.form_id) for form in FORMS.forms if form.type == "event"]
)
EVENT_TYPE = EventType()
POINTS, MOST_LUCKY = 400, 0.05


@EVERY_FORM
def test_random_points_seldom_pass(task: Task) -> None:
    """400 points anywhere in the picture of a camera that shows it, at any second of the event."""
    index, rng = load_story_index(), np.random.default_rng(20_261_127)
    event = next(each for each in index.events if each.event_id == task.params["event_id"])
    case = EVENT_TYPE.make_case(task, Answer(), index)
    for view in case.views:
        passed = 0
        for t_s, x, y in rng.uniform((event.start_s, 0.0, 0.0), (event.end_s, 1.0, 1.0), (POINTS, 3)).tolist():
            mark = Mark(camera_id=view.camera_id, t_s=t_s, x=x, y=y)
            passed += EVENT_TYPE.make_card(replace(case, mark=mark)).passed is not False
        assert 0 < passed <= MOST_LUCKY * POINTS, view.camera_id


def test_the_nurse_on_her_way_shows_no_collapse() -> None:
    index = load_story_index()
    event = next(each for each in index.events if each.kind == "collapse")
    views = find_event_views(index, event)
    staff = set(load_people(open_recording(SHIPPED)).query("role == 'staff'")["person_id"])
    (nurse_id,) = staff & set(event.person_ids)
    fallen, nurse = (find_cameras(index, event, person) for person in (event.person_ids[0], nurse_id))
    assert {view.camera_id for view in views} == fallen
    assert nurse - fallen, "else this would hold of a view of whoever takes part"
    rows = index.table.rows
    own = rows[(rows["person_id"] == event.person_ids[0]) & rows["t_s"].between(event.start_s, event.end_s)]
    for view in views:
        boxes = own[own["camera_id"] == view.camera_id][["x1", "y1", "x2", "y2"]]
        assert view.best.box_xyxy in set(boxes.itertuples(index=False, name=None))


def find_cameras(index: TruthIndex, event: Event, person: str) -> set[str]:
    return {
        each.camera_id
        for each in index.find_appearances(person)
        if each.start_s <= event.end_s and each.end_s >= event.start_s
    }


@EVERY_FORM
def test_a_mark_on_the_person_passes_at_any_moment_of_the_event(task: Task) -> None:
    index = load_story_index()
    case = EVENT_TYPE.make_case(task, Answer(), index)
    for view in case.views:
        width, height = index.table.picture_wh[view.camera_id]
        for t_s, (x1, y1, x2, y2) in zip(view.t_s.tolist()[::7], view.box_xyxy.tolist()[::7], strict=True):
            for down in (0.08, 0.5, 0.92):
                x, y = (x1 + x2) / 2 / width, (y1 + down * (y2 - y1)) / height
                mark = Mark(camera_id=view.camera_id, t_s=t_s, x=x, y=y)
                assert EVENT_TYPE.make_card(replace(case, mark=mark)).passed is not False


def make_bag(*people: str, at_m: tuple[float, float] = (3.0, 2.0)) -> Event:
    return make_event("bag-left", *people, start_s=2.0, end_s=4.0, at_m=at_m)


def make_index(*stays: Stay, event: Event) -> TruthIndex:
    return make_truth_index(make_table(list(stays)), events=(event,))


TASK = Task(type="event", window_s=(0.0, 60.0), params={"event_id": "event", "kind": "bag-left"})
FIRST = Stay(camera_id="CAM-01", person_id="P001", first=0, last=60)
SECOND = Stay(camera_id="CAM-02", person_id="P002", first=0, last=60, box_xyxy=OTHER_BOX)


def test_an_event_without_people_is_shown_by_those_within_three_meters_of_it() -> None:
    """The stays walk along y = 2 m, a meter in ten frames: from 2 to 4 m during the event."""
    x_m = 4.0 + NEAR_M
    index = make_index(FIRST, SECOND, event=make_bag(at_m=(x_m, 2.0)))
    views = find_event_views(index, index.events[0])
    assert [(view.camera_id, view.t_s.tolist()) for view in views] == [("CAM-01", [4.0]), ("CAM-02", [4.0])]
    away = make_index(FIRST, SECOND, event=make_bag(at_m=(x_m + 0.01, 2.0)))
    assert find_event_views(away, away.events[0]) == ()
    other_floor = make_index(FIRST, event=replace(make_bag(), floor="2"))
    assert find_event_views(other_floor, other_floor.events[0]) == ()
    both = make_index(FIRST, replace(SECOND, camera_id="CAM-01"), event=make_bag())
    (view,) = find_event_views(both, both.events[0])
    assert view.best.box_xyxy == (400.0, 200.0, 640.0, 320.0)


def test_a_quarter_of_the_picture_exactly_may_be_asked_about_and_more_may_not() -> None:
    width, height = SIZE_WH
    quarter = (0.0, 0.0, width / 2, height / 2)
    EVENT_TYPE.check_task(TASK, make_index(replace(FIRST, box_xyxy=quarter), event=make_bag("P001")))
    large = make_index(replace(FIRST, box_xyxy=(0.0, 0.0, width / 2 + 1, height / 2)), event=make_bag("P001"))
    with pytest.raises(TaskError, match="its box covers 25% of the picture of CAM-01"):
        EVENT_TYPE.check_task(TASK, large)
    assert EVENT_TYPE.make_tasks(large, (0.0, 60.0)) == ()
    one_frame = Stay(camera_id="CAM-03", person_id="P001", first=30, last=30, box_xyxy=(0.0, 0.0, 960.0, 540.0))
    with pytest.raises(TaskError, match="covers 100% of the picture of CAM-03"):
        EVENT_TYPE.check_task(TASK, make_index(FIRST, one_frame, event=make_bag("P001")))


def test_an_event_that_no_camera_shows_or_of_another_kind_is_refused() -> None:
    with pytest.raises(TaskError, match="no camera shows it"):
        EVENT_TYPE.check_task(TASK, make_index(SECOND, FIRST, event=replace(make_bag("P001"), start_s=50, end_s=55)))
    wrong = replace(TASK, params={"event_id": "event", "kind": "collapse"})
    with pytest.raises(TaskError, match="is of kind bag-left"):
        EVENT_TYPE.check_task(wrong, make_index(FIRST, event=make_bag("P001")))


@pytest.mark.parametrize(
    ("x_px", "y_px", "is_right"),
    [(376.0, 260.0, True), (375.9, 260.0, False), (464.0, 344.0, True), (464.1, 344.0, False), (420.0, 175.9, False)],
)
def test_the_point_may_be_24_px_beside_the_box(x_px: float, y_px: float, is_right: bool) -> None:
    index = make_index(FIRST, event=make_bag("P001"))
    mark = make_mark("CAM-01", 3.0, x_px=x_px, y_px=y_px)
    assert EVENT_TYPE.score(TASK, Answer(marks=(mark,)), index).values["right_point"] is is_right


def test_the_box_is_that_of_the_frame_marked_or_of_the_nearest_in_the_event() -> None:
    moved = (700.0, 200.0, 740.0, 320.0)
    stays = (replace(FIRST, last=29), replace(FIRST, first=30, box_xyxy=moved))
    index = make_index(*stays, event=make_bag("P001"))

    def judge(t_s: float, x_px: float) -> object:
        answer = Answer(marks=(make_mark("CAM-01", t_s, x_px=x_px),))
        return EVENT_TYPE.score(TASK, answer, index).values["right_point"]

    assert (judge(2.5, 420.0), judge(2.5, 720.0)) == (True, False)
    assert (judge(3.5, 420.0), judge(3.5, 720.0)) == (False, True)
    assert (judge(0.0, 420.0), judge(8.0, 720.0)) == (True, True)
