from collections import Counter
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from sim.errors import TaskError
from sim.features.debrief.facts import DebriefFacts
from sim.scoring.evidence import Answer
from sim.scoring.losses import Loss
from sim.scoring.mark import resolve_marks
from sim.scoring.moments import BoxRole, MomentKind, PersonInFrame, make_scene
from sim.scoring.trace_moments import LossMoment
from sim.tasks import TASK_TYPES, get_task_type
from sim.tasks.common.simulated_user import CLICK_SHARES, SIDEWAYS_SHARE, aim_at
from sim.tasks.common.task import AnswerForm, Task
from sim.tasks.common.task_words import describe_loss, find_offered
from sim.tasks.encounter import measure_errors_s
from sim.truth.index import TruthIndex, make_truth_index
from tests.support.story_truth import find_half_hidden, load_story_index
from tests.support.trace_tables import (
    MARK_FIRST_LEG,
    MARK_SECOND_LEG,
    MARK_THIRD_LEG,
    SIZE_WH,
    WORKED_STAYS,
    Stay,
    make_event,
    make_table,
    make_worked_table,
)

INDEX = make_truth_index(make_worked_table())
LINKS = {
    "CAM-01": [
        {"x": 0.1, "y": 0.5, "cameras": [{"camera_id": "CAM-03", "walking_s": 4.0}]},
        {
            "x": 0.45,
            "y": 0.5,
            "cameras": [{"camera_id": "CAM-02", "walking_s": 6.0}, {"camera_id": "CAM-03", "walking_s": 9.0}],
        },
    ],
    "CAM-02": [{"x": 0.5, "y": 0.5, "cameras": [{"camera_id": "CAM-01", "walking_s": 3.0}]}],
    "CAM-03": [{"x": 0.5, "y": 0.5, "cameras": [{"camera_id": "CAM-01", "walking_s": 2.0}]}],
}
FACTS = DebriefFacts(
    index=INDEX,
    start=datetime(2026, 10, 14, 8, 0),
    cameras={"CAM-01": "B Hall", "CAM-02": "Stairs", "CAM-03": "Lobby"},
    first_worn={},
    look_alikes=lambda _: (),
    get_links=lambda: LINKS,
    task_type=get_task_type("trace"),
    form=AnswerForm(),
)


def make_moment(
    *,
    next_camera: str = "CAM-02",
    next_s: float = 21.9,
    unseen_s: float = 12.0,
    opened: tuple[str, ...] = (),
    glimpses: tuple[str, ...] = (),
    is_backwards: bool = False,
    beside: bool = False,
) -> LossMoment:
    spot = PersonInFrame(
        camera_id="CAM-01", frame=99, t_s=9.9, person_id="P001", zone="hall-a", box_xyxy=(400.0, 200.0, 440.0, 320.0)
    )
    loss = Loss(
        left=0,
        following=1,
        left_camera="CAM-01",
        next_camera=next_camera,
        left_s=9.9,
        next_s=next_s,
        next_until_s=40.0,
        beside=beside,
        unseen_s=unseen_s,
        glimpses=glimpses,
        opened=opened,
        is_found=False,
        is_backwards=is_backwards,
        mark_number=0,
    )
    return LossMoment(
        kind=MomentKind.LOST, t_s=9.9, scenes=(make_scene(spot, BoxRole.STUDENT),), loss=loss, leaving=spot
    )


def test_a_loss_says_where_when_what_was_opened_and_what_the_plan_offers() -> None:
    view = describe_loss(FACTS, make_moment(opened=("CAM-03",)))
    assert view.sentence == (
        "After CAM-01 B Hall the student was on no camera for 12 s, then at CAM-02 Stairs, at 8:00:21 AM. You opened "
        "CAM-03 Lobby instead. You did not mark them there. The map's nearest next cameras were CAM-02 Stairs and "
        "CAM-03 Lobby."
    )
    assert (view.after, view.unseen, view.then, view.then_clock) == (
        "CAM-01 B Hall",
        "12 s",
        "CAM-02 Stairs",
        "8:00:21 AM",
    )
    assert (view.opened, view.offered, view.outcome) == ("CAM-03 Lobby", "CAM-02 Stairs and CAM-03 Lobby", "not found")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"next_camera": "CAM-01"}, "then on the same camera, at 8:00:21 AM"),
        ({"next_camera": "CAM-01"}, "CAM-02 Stairs and CAM-03 Lobby; this time it was another one."),
        ({"next_s": 8.0, "unseen_s": 0.0}, "While still on CAM-01 B Hall the student came into view at CAM-02 Stairs"),
        ({"next_s": 10.1, "unseen_s": 0.2}, "After CAM-01 B Hall the student went straight on"),
        (
            {"glimpses": ("CAM-03",)},
            "on no camera for 12 s, except for a glimpse on CAM-03 Lobby, then at CAM-02 Stairs",
        ),
        (
            {"next_s": 2.0, "unseen_s": 0.0, "beside": True},
            "The student was not only on CAM-01 B Hall, but at the same time at CAM-02 Stairs, until 8:00:40 AM. You "
            "did not mark them there.",
        ),
        (
            {"next_s": 4.0, "is_backwards": True},
            "Before CAM-01 B Hall the student was on no camera for 12 s, and before that at CAM-02 Stairs, until "
            "8:00:04 AM.",
        ),
    ],
)
def test_each_way_of_losing_somebody_has_its_words(change: dict[str, object], told: str) -> None:
    assert told in describe_loss(FACTS, make_moment(**change)).sentence


def test_backwards_the_cameras_that_lead_here_are_offered_and_no_gap_is_none() -> None:
    assert describe_loss(FACTS, make_moment(next_s=4.0, is_backwards=True)).offered == "CAM-03 Lobby and CAM-02 Stairs"
    assert describe_loss(FACTS, make_moment(next_s=8.0, unseen_s=0.0)).unseen == "none"


@pytest.mark.parametrize(
    ("at_xy", "offered"), [((0.0, 0.5), ("CAM-03",)), ((0.9, 0.9), ("CAM-02", "CAM-03")), ((0.2, 0.4), ("CAM-03",))]
)
def test_the_link_nearest_to_where_they_left_is_offered(at_xy: tuple[float, float], offered: tuple[str, ...]) -> None:
    assert find_offered(LINKS, "CAM-01", at_xy) == offered


@pytest.fixture(scope="module")
def sample() -> TruthIndex:
    return load_story_index()


def test_heads_chests_and_legs_are_clicked_in_the_shares_of_the_table() -> None:
    box = (400.0, 100.0, 440.0, 300.0)
    index = make_truth_index(
        make_table([Stay(camera_id="CAM-01", person_id="P001", first=0, last=1999, box_xyxy=box)], duration_s=200.0)
    )
    marks = [aim_at(index, row) for row in range(2000)]
    points = [(mark.x * SIZE_WH[0], mark.y * SIZE_WH[1]) for mark in marks]
    heights = Counter(round((y - 100.0) / 200.0, 3) for _, y in points)
    assert {h: n / 2000 for h, n in heights.items()} == pytest.approx(dict(CLICK_SHARES), abs=0.01)
    sides = np.array([(x - 420.0) / 40.0 for x, _ in points])
    assert np.abs(sides).max() <= SIDEWAYS_SHARE
    assert np.quantile(sides, [0.1, 0.5, 0.9]) == pytest.approx([-0.2, 0.0, 0.2], abs=0.01)


def test_marks_mean_whom_they_are_aimed_at(sample: TruthIndex) -> None:
    silhouettes = sample.silhouettes
    assert silhouettes is not None
    rows = np.random.default_rng(4).integers(0, len(sample.table.rows), 3000)
    rows = rows[np.diff(silhouettes.start)[rows] > 0]
    meant = resolve_marks(sample, [aim_at(sample, int(row)) for row in rows]).table_row
    assert (meant == rows).mean() >= 0.995


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
    index = make_index(replace(GLIMPSE, camera_id="CAM-01", box_xyxy=(600.0, 200.0, 640.0, 320.0)))
    mark = replace(MARK_FIRST_LEG, t_s=10.5, x=620 / 960)
    card = TASK_TYPES["trace"].score(ask("trace"), Answer(marks=(mark,), not_on_camera=True), index)
    assert card.values["absence_right"] is True
    assert [key for key, is_met in card.criteria.items() if is_met is False] == ["no_contradiction"]


def test_a_meeting_is_measured_from_where_the_other_person_is_more_than_a_glimpse() -> None:
    """P001 is glimpsed at 50.0 to 50.5 s, when they meet somebody; the nearest they are really seen is at 42.0 s."""
    met = make_event("hand-over", "P002", "P001", start_s=50.2, end_s=51.0, at_m=(1.0, 2.0), zone="yard")
    seen = Stay(camera_id="CAM-03", person_id="P001", first=390, last=420)
    glimpse = Stay(camera_id="CAM-01", person_id="P001", first=500, last=505)
    index = make_truth_index(make_table([WORKED_STAYS[0], seen, glimpse]))
    assert measure_errors_s(index, met, other="P001", window_s=(0.0, 60.0)).min() == pytest.approx(50.2 - 42.0)
