"""Where in a picture to click on somebody, as people do."""

from sim.tasks.common.simulated_user import aim_at
from sim.truth.index import TruthIndex


def find_spot(
    index: TruthIndex, person_id: str, *, camera_id: str, frame: int, height: float | None = None
) -> tuple[float, float]:
    rows = index.table.rows
    is_asked = (rows["person_id"] == person_id) & (rows["camera_id"] == camera_id) & (rows["frame"] == frame)
    assert is_asked.any(), f"{person_id} is not on {camera_id} in frame {frame}"
    mark = aim_at(index, int(is_asked.to_numpy().argmax()), height=height)
    return mark.x, mark.y
