"""Who is sought in a recording made here: above easy nobody whose search would be none."""

import numpy as np
import pytest

from sim.crowd.generator.levels import Level
from sim.errors import TaskError
from sim.services.library.generate.forms import choose_for_level
from sim.truth.index import TruthIndex, make_truth_index
from tests.support.trace_tables import Stay, make_people, make_table

PEOPLE = make_people({"P001": {}})
FOUR = [
    Stay(camera_id=f"CAM-{number % 2 + 1:02}", person_id="P001", first=100 * number, last=100 * number + 60)
    for number in range(4)
]


def make_index(stays: list[Stay], *, stands_s: float = 0.0) -> TruthIndex:
    """Return the truth of these stays, somebody standing for that long at the beginning and walking from then on."""
    table = make_table(stays)
    stands = (table.rows["t_s"] < stands_s).to_numpy()
    table.rows["floor_x_m"] = (table.rows["frame"].to_numpy() / 8).astype(np.float32)
    table.rows.loc[stands, "floor_x_m"] = np.float32(1.0)
    return make_truth_index(table)


def test_who_walks_past_four_cameras_is_sought_at_medium() -> None:
    choice = choose_for_level(make_index(FOUR), PEOPLE, level=Level.MEDIUM, clock_faults=0)
    assert [each.task.target for each in choice.chosen] == ["P001"]


@pytest.mark.parametrize(
    "index",
    [
        pytest.param(make_index(FOUR[:2]), id="two appearances"),
        pytest.param(
            make_index([Stay(camera_id="CAM-03", person_id="P001", first=0, last=299), *FOUR[3:]], stands_s=25.0),
            id="half of the time in one place",
        ),
    ],
)
def test_who_is_hardly_seen_or_stands_in_view_is_sought_at_easy_alone(index: TruthIndex) -> None:
    with pytest.raises(TaskError, match="no student of this recording makes a medium drill"):
        choose_for_level(index, PEOPLE, level=Level.MEDIUM, clock_faults=0)
    assert choose_for_level(index, PEOPLE, level=Level.EASY, clock_faults=0).chosen
