"""Which views of a way are right: any camera that shows a place, in the order of first visit, each once."""

from dataclasses import replace

from sim.scoring.evidence import Answer
from sim.tasks.setup import SetupType, find_right_views, list_views
from tests.support.story_truth import load_story_index

SETUP_TYPE = SetupType()
SHOWN = {"lobby": ("A", "B"), "hall": ("B", "C"), "stairs": ("D",)}


def test_each_place_takes_one_of_its_cameras_and_each_camera_stands_once() -> None:
    views = list_views(SHOWN, ["lobby", "hall", "stairs", "hall", "lobby"])
    assert {"".join(view) for view in views} == {"ABD", "ACD", "BD", "BCD"}


def test_every_right_view_of_the_sample_passes_and_similarity_is_to_the_nearest() -> None:
    index = load_story_index()
    several = 0
    for made in SETUP_TYPE.make_tasks(index, (0.0, 300.0)):
        task = replace(made, params={**made.params, "fault": "none"})
        views = find_right_views(index, str(task.params["start"]), str(task.params["end"]))
        several += len(views) > 1
        for view in views:
            card = SETUP_TYPE.score(task, Answer(view=view), index)
            assert (card.criteria["view_right"], card.values["view_similarity"]) == (True, 1.0)
            card = SETUP_TYPE.score(task, Answer(view=(*view, "CAM-99")), index)
            assert (card.criteria["view_right"], card.values["view_similarity"]) == (False, 1 - 1 / (len(view) + 1))
    assert several
