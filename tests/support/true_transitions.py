"""Every time somebody in a recording goes from one camera to another, from its ground truth."""

from dataclasses import dataclass

from sim.truth.appearance import Appearance
from sim.truth.index import make_truth_index
from sim.truth.table import TruthTable

LONGEST_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A person leaves a camera and appears on another.

    Attributes:
        person_id: who.
        camera_id: the camera left.
        left_s: time of the last sighting there.
        at: middle of the person's box then, shares of the picture.
        next_cameras: the cameras that show the person at that moment already; else the one that does first.
        gap_s: seconds until then.
    """

    person_id: str
    camera_id: str
    left_s: float
    at: tuple[float, float]
    next_cameras: frozenset[str]
    gap_s: float


def list_transitions(table: TruthTable) -> list[Transition]:
    """Return the transitions: an appearance on A ends, and within 60 s, with no other on A between, B != A shows them.

    Appearances are those of `sim.truth.appearance`. A camera that shows the person before they leave A, and still does
    after, counts as the next one.
    """
    index = make_truth_index(table)
    found: list[Transition] = []
    for person_id in sorted(table.person_ids):
        appearances = index.find_appearances(person_id)
        for left in appearances:
            transition = _follow(table, left, appearances)
            if transition is not None:
                found.append(transition)
    return found


def _follow(table: TruthTable, left: Appearance, appearances: tuple[Appearance, ...]) -> Transition | None:
    later = [a for a in appearances if a is not left and a.end_s > left.end_s and a.start_s <= left.end_s + LONGEST_S]
    back_s = min((a.start_s for a in later if a.camera_id == left.camera_id), default=float("inf"))
    others = [a for a in later if a.camera_id != left.camera_id and a.start_s < back_s]
    if not others:
        return None
    first_s = max(left.end_s, min(a.start_s for a in others))
    rows = table.rows
    row = rows[
        (rows["camera_id"] == left.camera_id)
        & (rows["person_id"] == left.person_id)
        & (rows["frame"] == left.last_frame)
    ].iloc[0]
    width, height = table.picture_wh[left.camera_id]
    return Transition(
        person_id=left.person_id,
        camera_id=left.camera_id,
        left_s=left.end_s,
        at=(float(row["x1"] + row["x2"]) / 2 / width, float(row["y1"] + row["y2"]) / 2 / height),
        next_cameras=frozenset(a.camera_id for a in others if a.start_s <= first_s),
        gap_s=first_s - left.end_s,
    )
