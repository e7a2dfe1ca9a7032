from dataclasses import replace

import numpy as np
import pytest

from sim.app.score import score_attempt
from sim.attempt.events import Event, EventKind
from sim.scoring.evidence import Answer, Mark
from sim.tasks.common.task import Task
from sim.tasks.common.task_words import Trains
from sim.tasks.locate import LocateType
from sim.tasks.setup import SetupType, find_right_views, list_views
from sim.truth.index import make_truth_index
from tests.support.story_truth import load_story_index
from tests.support.trace_tables import FPS, Stay, make_random_table, make_table

LOCATE_TYPE = LocateType()
NOISY = [last for last in range(60, 590) if last / FPS - (last - 50) / FPS > 5.0]
FAR = (20.0, 200.0, 30.0, 230.0)


BOX = (400.0, 200.0, 440.0, 320.0)


def mark_at(frame: int, box: tuple[float, ...] = BOX) -> Answer:
    x, y = (box[0] + box[2]) / 2 / 960, (box[1] + box[3]) / 2 / 540
    return Answer(marks=(Mark(camera_id="CAM-01", t_s=frame / FPS, x=x, y=y),), final_zone="hall-a")


def judge(last: int, answer: Answer, *, later: str = "hall-a") -> dict[str, bool | None]:
    seen = Stay(camera_id="CAM-01", person_id="P001", first=0, last=last)
    index = make_truth_index(
        make_table([seen, replace(seen, first=last + 100, last=last + 104, box_xyxy=FAR, zone=later)])
    )
    task = Task(type="locate", target="P001", window_s=(0.0, 60.0))
    LOCATE_TYPE.check_task(task, index)
    return dict(LOCATE_TYPE.score(task, answer, index).criteria)


@pytest.mark.parametrize(
    ("frame", "zone", "near", "there"),
    [
        (300, "hall-a", True, True),
        (300, "yard", True, False),
        (404, "yard", True, True),
        (404, "hall-a", True, True),
        (249, "hall-a", False, True),
        (249, "yard", False, True),
        (404, "hall-b", True, False),
    ],
)
def test_whoever_saw_the_last_glimpse_and_whoever_did_not_is_right(
    frame: int, zone: str, *, near: bool, there: bool
) -> None:
    """Last seen in hall-a at 30.0 s, and far away in the yard at 40.0 to 40.4 s."""
    met = judge(300, replace(mark_at(frame, FAR if frame > 300 else BOX), final_zone=zone), later="yard")
    assert (met["right_person"], met["near_last_sighting"], met["final_place"]) == (True, near, there)


@pytest.mark.parametrize("last", NOISY)
def test_five_seconds_are_within_five_seconds_on_every_frame(last: int) -> None:
    assert judge(last, mark_at(last - 50))["near_last_sighting"] is True
    assert judge(last, mark_at(last - 51))["near_last_sighting"] is False


TAB_ID = "5b0d5a76-3f0e-4a51-9d5e-0d2b8f7c1a11"
NOBODY_THERE = {"mark_id": "1", "camera_id": "CAM-01", "frame": 10, "t_s": 1.0, "x": 0.001, "y": 0.001}


@pytest.mark.parametrize(
    ("whom", "trains"), [(None, Trains.NEXT_CAMERA), ("nobody", Trains.SAME), ("another", Trains.LOOK_ALIKES)]
)
def test_only_who_marked_another_is_told_to_compare(whom: str | None, trains: Trains) -> None:
    index = make_truth_index(make_random_table(np.random.default_rng(3), frames=600))
    task, another = LOCATE_TYPE.make_tasks(index, (0.0, 60.0))[:2]
    (there,) = LOCATE_TYPE.answer_perfectly(another, index).marks
    on_another = {
        "mark_id": "1",
        "camera_id": there.camera_id,
        "frame": round(there.t_s * FPS),
        "t_s": there.t_s,
        "x": there.x,
        "y": there.y,
    }
    marks = {None: [], "nobody": [NOBODY_THERE], "another": [on_another]}[whom]
    events = [Event.read(tab_id=TAB_ID, seq=1, t_client_ms=1000.0, kind=EventKind.MARK, payload=mark) for mark in marks]
    result = score_attempt(task, index, events, used_s=240.0, finished=False, limit_s=240.0)
    assert LOCATE_TYPE.write_advice(result, task)[0].trains is trains


SETUP_TYPE = SetupType()
SHOWN = {"lobby": ("A", "B"), "hall": ("B", "C"), "stairs": ("D",)}


def test_each_place_takes_one_of_its_cameras_and_each_camera_stands_once() -> None:
    views = list_views(SHOWN, ["lobby", "hall", "stairs", "hall", "lobby"])
    assert {"".join(view) for view in views} == {"ABD", "ACD", "BD", "BCD"}


def test_every_right_view_of_the_sample_passes_and_similarity_is_to_the_nearest() -> None:
    index = load_story_index()
    several = 0
    for made in SETUP_TYPE.make_tasks(index, (0.0, 300.0))[::6]:
        task = replace(made, params={**made.params, "fault": "none"})
        views = find_right_views(index, str(task.params["start"]), str(task.params["end"]))
        several += len(views) > 1
        for view in views:
            card = SETUP_TYPE.score(task, Answer(view=view), index)
            assert (card.criteria["view_right"], card.values["view_similarity"]) == (True, 1.0)
            card = SETUP_TYPE.score(task, Answer(view=(*view, "CAM-99")), index)
            assert (card.criteria["view_right"], card.values["view_similarity"]) == (False, 1 - 1 / (len(view) + 1))
    assert several
