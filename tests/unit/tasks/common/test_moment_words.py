"""Losses in words: what the plan's links offer, and what was opened instead."""

from datetime import datetime

import pytest

from sim.features.debrief.facts import DebriefFacts
from sim.scoring.losses import Loss
from sim.scoring.moments import BoxRole, MomentKind, PersonInFrame, make_scene
from sim.scoring.trace_moments import LossMoment
from sim.tasks import get_task_type
from sim.tasks.common.moment_words import describe_loss, find_offered
from sim.tasks.common.task import AnswerForm
from sim.truth.index import make_truth_index
from tests.support.trace_tables import make_worked_table

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
        (
            {"next_s": 8.0, "unseen_s": 0.0},
            "While still on CAM-01 B Hall the student came into view at CAM-02 Stairs",
        ),
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
