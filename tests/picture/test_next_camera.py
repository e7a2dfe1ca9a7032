"""A link in the picture opens the camera where the person who leaves there appears next.

Measured on the shipped recording: for every true transition (see tests/support/true_transitions.py) the link zone
nearest to where the person was last seen is taken, as somebody would who looks for them, and its cameras compared with
those on which they are seen next. The links know the building only.
"""

from collections import Counter
from functools import cache

import numpy as np

from sim.footage.recording.open import load_truth, open_recording
from sim.site.next_camera import LinkZone, compute_links
from tests.support.story_truth import SHIPPED
from tests.support.true_transitions import Transition, list_transitions

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


def test_every_camera_has_few_zones_each_with_one_or_two_others() -> None:
    links, _ = get_case()
    assert all(1 <= len(zones) <= 5 for zones in links.values())
    for camera_id, zones in links.items():
        for zone in zones:
            assert 1 <= len(zone.cameras) <= 2
            assert camera_id not in {c.camera_id for c in zone.cameras}
            assert 0 <= zone.at[0] <= 1
            assert 0 <= zone.at[1] <= 1
