"""Clicks on pixels of people, painted again, on the shipped recording: each means whom it is on."""

import numpy as np
import pytest

from sim.features.library.footage_build import PlannedBuild
from sim.footage.paint.painter import CameraSources
from sim.truth.index import TruthIndex
from tests.support.clicks_page import BEGIN, END, HEIGHTS, PAGE, format_clicks, make_mask_painters, measure_clicks
from tests.support.measured_truth import share_people
from tests.support.story_truth import load_story_index

CLICKS, PEOPLE = 40, 4
CAMERA, FRAMES = "CAM-04", range(600, 1200, 200)


@pytest.fixture(scope="module")
def sources(shipped_morning: PlannedBuild) -> CameraSources:
    return share_people(make_mask_painters(shipped_morning))


@pytest.fixture(scope="module")
def index() -> TruthIndex:
    return load_story_index()


def test_shipped_silhouettes_are_those_of_masks_painted_now(index: TruthIndex, sources: CameraSources) -> None:
    silhouettes, rows = index.silhouettes, index.table.rows
    assert silhouettes is not None
    source = sources(CAMERA)
    compared = 0
    for frame in FRAMES:
        own = rows[(rows["camera_id"] == CAMERA) & (rows["frame"] == frame)]
        seen = {sighting.person_id: sighting for sighting in source.paint(frame)[1]}
        assert set(seen) == set(own["person_id"])
        for table_row, person_id in zip(own.index, own["person_id"], strict=True):
            assert np.array_equal(silhouettes.get(table_row), seen[person_id].runs)
            assert np.array_equal(silhouettes.get_shared(table_row), seen[person_id].shared)
            compared += 1
    assert compared > 20


def test_clicks_at_every_height_are_right_perfect_searchers_pass_and_the_page_has_these_rows(
    index: TruthIndex, sources: CameraSources
) -> None:
    measured = measure_clicks(index, sources, count=CLICKS, people=PEOPLE, seed=5)
    assert [row.height for row in measured] == list(HEIGHTS)
    assert {(row.clicks, row.searched) for row in measured} == {(CLICKS, PEOPLE)}
    assert all(row.right_share >= 0.995 and row.passed == row.searched for row in measured), format_clicks(measured)
    made = format_clicks(measured).splitlines()
    table = PAGE.read_text(encoding="utf-8").partition(BEGIN + "\n")[2].partition(END)[0].splitlines()
    assert table[:2] == made[:2]
    assert [line.split("|")[1:3] for line in table[2:]] == [line.split("|")[1:3] for line in made[2:]]
    searched = sum(len(index.find_appearances(person)) >= 3 for person in index.person_ids)
    assert searched > PEOPLE
    assert all("| 6000 |" in line and f"| {searched} of {searched} |" in line for line in table[2:])
