"""Who is followed on Home: one person on several cameras, whole, and nobody whom a drill asks for."""

import pandas as pd

from sim.services.library.demo_search import COLUMNS, find_scenes

SIZE = (960, 540)


def stay(camera_id: str, person_id: str, frames: range, *, x: float = 400.0, tall: float = 120.0) -> list[tuple]:
    return [(camera_id, f, person_id, 1.0, x, 200.0, x + 40.0, 200.0 + tall + f % 7) for f in frames]


def make_rows(*stays: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame([row for own in stays for row in own], columns=list(COLUMNS))


WALK = [
    stay("CAM-01", "P1", range(0, 20)),
    stay("CAM-02", "P1", range(100, 130)),
    stay("CAM-03", "P1", range(200, 230)),
]


def test_each_camera_of_a_walk_is_shown_where_the_person_is_tallest() -> None:
    found = find_scenes(make_rows(*WALK), hidden=frozenset(), fps=10.0, size_wh=SIZE)
    assert list(found["camera_id"]) == ["CAM-01", "CAM-02", "CAM-03"]
    assert [frame % 7 for frame in found["frame"]] == [6, 6, 6]


def test_nobody_who_is_sought_is_followed_or_in_a_picture() -> None:
    sought = stay("CAM-02", "P9", range(100, 130), x=700.0)
    hidden = frozenset({"P9"})
    assert find_scenes(make_rows(*WALK, sought), hidden=hidden, fps=10.0, size_wh=SIZE).empty
    later = [*WALK, stay("CAM-04", "P1", range(300, 310)), sought]
    found = find_scenes(make_rows(*later), hidden=hidden, fps=10.0, size_wh=SIZE)
    assert list(found["camera_id"]) == ["CAM-01", "CAM-03", "CAM-04"]
    assert find_scenes(make_rows(*WALK), hidden=frozenset({"P1"}), fps=10.0, size_wh=SIZE).empty
