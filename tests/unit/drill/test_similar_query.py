"""Whom a box means, and what is cut out around somebody."""

import numpy as np
import pytest

from sim.drill.similar_query import (
    SimilarQuery,
    compute_overlap,
    cut_around,
    find_cut_out,
    find_person,
)
from sim.errors import AnswerError, TaskError
from sim.truth.index import TruthIndex, make_truth_index
from tests.support.trace_tables import SIZE_WH, Stay, make_table

NEAR = (400.0, 200.0, 440.0, 320.0)
BEHIND = (425.0, 205.0, 455.0, 300.0)


def make_index() -> TruthIndex:
    stays = [
        Stay(camera_id="CAM-01", person_id="P001", first=0, last=20, box_xyxy=NEAR),
        Stay(camera_id="CAM-01", person_id="P002", first=0, last=20, box_xyxy=BEHIND),
        Stay(camera_id="CAM-01", person_id="P003", first=0, last=20, box_xyxy=(800.0, 100.0, 830.0, 190.0)),
    ]
    return make_truth_index(make_table(stays))


def ask(x1: float, y1: float, x2: float, y2: float, *, camera_id: str = "CAM-01", frame: int = 5) -> SimilarQuery:
    width, height = SIZE_WH
    return SimilarQuery(camera_id=camera_id, frame=frame, box=(x1 / width, y1 / height, x2 / width, y2 / height))


def name_person(query: SimilarQuery) -> str | None:
    found = find_person(make_index(), query)
    return None if found is None else found.person_id


def test_overlap_of_the_docstring() -> None:
    assert compute_overlap((100, 100, 140, 200), (110, 90, 130, 190)) == pytest.approx(1800 / 4200)
    assert compute_overlap((0, 0, 10, 10), (10, 0, 20, 10)) == 0.0


@pytest.mark.parametrize(
    ("box", "person"),
    [
        (NEAR, "P001"),
        (BEHIND, "P002"),
        ((395, 190, 445, 330), "P001"),
        ((400, 200, 440, 260), "P001"),
        ((780, 80, 850, 210), "P003"),
        ((832, 130, 840, 150), None),
        ((600, 200, 640, 320), None),
        ((0, 0, 960, 540), None),
    ],
)
def test_a_box_means_whoever_agrees_best_with_it(box: tuple[float, ...], person: str | None) -> None:
    assert name_person(ask(*box)) == person


def test_another_frame_or_camera_has_other_people() -> None:
    assert name_person(ask(*NEAR, frame=300)) is None
    assert name_person(ask(*NEAR, camera_id="CAM-02")) is None


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (ask(*NEAR, frame=600), "frame 600"),
        (ask(*NEAR, frame=-1), "frame -1"),
        (ask(440, 200, 400, 320), "too small"),
        (ask(400, 200, 402, 320), "too small"),
        (ask(-40, 200, 400, 320), "leaves the picture"),
        (SimilarQuery(camera_id="CAM-01", frame=5, box=(float("nan"), 0.1, 0.5, 0.5)), "leaves the picture"),
        (SimilarQuery(camera_id="CAM-01", frame=5, box=(0.1, 0.1, float("inf"), 0.5)), "leaves the picture"),
    ],
)
def test_what_is_no_box_is_refused(query: SimilarQuery, words: str) -> None:
    with pytest.raises(AnswerError, match=words):
        find_person(make_index(), query)


def test_an_unknown_camera_is_refused() -> None:
    with pytest.raises(TaskError, match="CAM-99"):
        find_person(make_index(), ask(*NEAR, camera_id="CAM-99"))


def test_a_cut_out_is_larger_than_the_person_inside_the_picture_and_found_again() -> None:
    assert cut_around((400, 200, 440, 320), size_wh=SIZE_WH) == (394, 182, 446, 338)
    assert cut_around((0.4, 2, 20.2, 30), size_wh=SIZE_WH) == (0, 0, 27, 36)
    index = make_index()
    for person, box in (("P001", NEAR), ("P002", BEHIND)):
        crop = cut_around(box, size_wh=SIZE_WH)
        found = find_cut_out(index, camera_id="CAM-01", frame=7, crop_px=crop)
        assert found is not None
        assert (found.person_id, found.t_s) == (person, pytest.approx(0.7))
        moved = (crop[0] + 1, *crop[1:])
        assert find_cut_out(index, camera_id="CAM-01", frame=7, crop_px=moved) is None


def test_every_row_is_found_by_its_own_box() -> None:
    rng = np.random.default_rng(3)
    boxes = [(x, y, x + 30.0, y + 90.0) for x, y in rng.uniform([0, 0], [900, 440], (8, 2)).tolist()]
    stays = [
        Stay(camera_id="CAM-01", person_id=f"P{place:03}", first=0, last=3, box_xyxy=box)
        for place, box in enumerate(boxes)
    ]
    index = make_truth_index(make_table(stays))
    for place, box in enumerate(boxes):
        found = find_person(index, ask(*box, frame=2))
        assert found is not None
        assert found.person_id == f"P{place:03}"
