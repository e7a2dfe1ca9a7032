"""A link in the picture opens the camera where the person who leaves there appears next.

Measured on the shipped recording: for every true transition (see list_transitions) the link zone
nearest to where the person was last seen is taken, as somebody would who looks for them, and its cameras compared with
those on which they are seen next. The links know the building only.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.footage.recording.open import load_truth, open_recording
from sim.site.next_camera import LinkZone, compute_links
from sim.truth.appearance import Appearance
from sim.truth.index import make_truth_index
from sim.truth.table import TruthTable
from tests.support.story_truth import SHIPPED

LONGEST_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    person_id: str
    camera_id: str  # the camera left
    left_s: float  # time of the last sighting there
    at: tuple[float, float]  # middle of the person's box then, shares of the picture
    next_cameras: frozenset[str]  # those that show the person at that moment already; else the one that does first
    gap_s: float  # seconds until then


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


LEAST_RIGHT = 0.9
FEWEST = 300


@cache
def get_case() -> tuple[dict[str, tuple[LinkZone, ...]], list[Transition]]:
    recording = open_recording(SHIPPED)
    return compute_links(recording.site), list_transitions(load_truth(recording))


def find_nearest(zones: tuple[LinkZone, ...], transition: Transition) -> LinkZone:
    wide, high = 16, 9
    x, y = transition.at
    return min(zones, key=lambda zone: float(np.hypot((zone.at[0] - x) * wide, (zone.at[1] - y) * high)))


def is_right(zones: tuple[LinkZone, ...], transition: Transition) -> bool:
    if not zones:
        return False
    return bool({c.camera_id for c in find_nearest(zones, transition).cameras} & transition.next_cameras)


def test_nine_of_ten_transitions_follow_the_nearest_link() -> None:
    links, transitions = get_case()
    assert len(transitions) >= FEWEST
    right = Counter(t.camera_id for t in transitions if is_right(links[t.camera_id], t))
    total = Counter(t.camera_id for t in transitions)
    shares = ", ".join(f"{camera} {right[camera]}/{total[camera]}" for camera in sorted(total))
    assert right.total() >= LEAST_RIGHT * total.total(), shares


def test_walking_time_is_near_the_true_gap() -> None:
    links, transitions = get_case()
    off: list[float] = []
    for transition in transitions:
        for camera in find_nearest(links[transition.camera_id], transition).cameras:
            if camera.camera_id in transition.next_cameras and camera.walking_s > 0:
                off.append(abs(camera.walking_s - transition.gap_s))
    assert len(off) > FEWEST / 10
    assert np.median(off) <= 3.0


def test_every_camera_has_few_zones_each_with_one_or_two_others_and_their_hall() -> None:
    links, _ = get_case()
    assert all(1 <= len(zones) <= 5 for zones in links.values())
    for camera_id, zones in links.items():
        for zone in zones:
            assert 1 <= len(zone.cameras) <= 3
            assert camera_id not in {c.camera_id for c in zone.cameras}
            assert 0 <= zone.at[0] <= 1
            assert 0 <= zone.at[1] <= 1
