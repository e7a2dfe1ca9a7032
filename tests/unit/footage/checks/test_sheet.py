from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.errors import RecordingError
from sim.footage.checks.sheet import (
    WIDTH_PX,
    Standpoint,
    choose_busy_frame,
    choose_close_ups,
    draw_sheet,
    find_crop,
    save_sheet,
    write_captions,
)
from sim.footage.recording.open import Recording

PICTURES = {"CAM-01": (960, 540), "CAM-02": (960, 540)}


def _rows(*rows: tuple[str, int, str, float, float, float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["camera_id", "frame", "person_id", "x1", "y1", "x2", "y2", "visible"])


def test_the_busy_moment_prefers_people_on_every_camera_and_is_the_middle_without_anybody() -> None:
    crowded = [("CAM-01", 25, f"P{n:03d}", 10, 10, 60, 160, 1.0) for n in range(3)]
    spread = [("CAM-01", 45, "P001", 10, 10, 60, 160, 1.0), ("CAM-02", 45, "P002", 10, 10, 60, 160, 1.0)]
    small = [("CAM-02", 65, f"P{n:03d}", 10, 10, 20, 30, 1.0) for n in range(9)]
    assert choose_busy_frame(_rows(*crowded, *spread, *small), fps=10, frame_count=100) == 45

    assert choose_busy_frame(_rows(), fps=10, frame_count=100) == 50


def _walk(
    camera_id: str, person_id: str, *, high: float, frame: int = 10, away: bool = False, visible: float = 1.0
) -> list[dict[str, object]]:
    """Two rows a second apart of somebody who walks a meter towards the camera at the origin, or away from it."""
    box = {"x1": 300, "x2": 300 + high / 3, "y1": 490 - high, "y2": 490, "visible": visible}
    same = {"camera_id": camera_id, "person_id": person_id, "floor_y_m": 0.0} | box
    first, second = (5.0, 6.0) if away else (6.0, 5.0)
    return [same | {"frame": frame, "floor_x_m": first}, same | {"frame": frame + 10, "floor_x_m": second}]


def _choose(*walks: list[dict[str, object]], spoilt: tuple[str, ...] = (), count: int = 2) -> list[str]:
    looks = {"P001": "red", "P002": "red", "P003": "blue", "P004": "blue"}
    people = [
        {"person_id": person_id, "role": "student", "top_kind": "hoodie", "top_colour": colour, "bottom_kind": "jeans"}
        | {"bottom_colour": "navy", "hair_colour": "brown" if person_id < "P003" else "black", "bag_kind": "none"}
        for person_id, colour in looks.items()
    ]
    chosen = choose_close_ups(
        pd.DataFrame([row for walk in walks for row in walk]),
        pd.DataFrame(people),
        cameras={c: Standpoint(size_wh=wh, at_xy_m=(0.0, 0.0)) for c, wh in PICTURES.items()},
        fps=10,
        spoilt=spoilt,
        count=count,
    )
    return [f"{c.camera_id} {c.person_id} {c.frame}" for c in chosen]


def test_close_ups_are_the_largest_and_whoever_differs_most_everybody_once_on_clear_cameras_first() -> None:
    alike, other = _walk("CAM-02", "P002", high=290), _walk("CAM-02", "P003", high=200)
    assert _choose(_walk("CAM-01", "P001", high=300), alike, other) == ["CAM-01 P001 10", "CAM-02 P003 10"]
    first, again = _walk("CAM-01", "P001", high=300), _walk("CAM-02", "P001", high=280)
    near, far = _walk("CAM-01", "P003", high=260), _walk("CAM-02", "P004", high=200)
    assert _choose(first, again, near, far) == ["CAM-01 P001 10", "CAM-02 P004 10"]
    assert _choose(first, again, count=4) == ["CAM-01 P001 10"]
    spoilt, clear = _walk("CAM-01", "P001", high=300), _walk("CAM-02", "P003", high=100)
    assert _choose(spoilt, clear, spoilt=("CAM-01",)) == ["CAM-02 P003 10"]
    assert _choose(spoilt, spoilt=("CAM-01",)) == ["CAM-01 P001 10"]


@pytest.mark.parametrize(
    "walk",
    [
        _walk("CAM-01", "P001", high=300, away=True),
        _walk("CAM-01", "P001", high=300, visible=0.9),
        _walk("CAM-01", "P001", high=470),
        _walk("CAM-01", "P001", high=300, frame=15),
        _walk("CAM-01", "P001", high=300)[:1],
    ],
    ids=["walks away", "half hidden", "under the text", "no key frame", "gone a second later"],
)
def test_whoever_would_not_be_seen_well_is_not_shown(walk: list[dict[str, object]]) -> None:
    assert _choose(walk, _walk("CAM-02", "P003", high=100)) == ["CAM-02 P003 10"]


@pytest.mark.parametrize("box", [(300, 200, 340, 320), (0, 0, 200, 530), (900, 400, 960, 540), (100, 50, 420, 400)])
def test_a_crop_holds_its_box_inside_the_picture_and_is_enlarged_at_most_twofold(
    box: tuple[float, float, float, float],
) -> None:
    left, upper, width, height = find_crop(box, picture_wh=(960, 540), size_wh=(460, 575))
    assert 575 / height <= 2.0 + 1e-9
    assert width / height == pytest.approx(460 / 575)
    assert 0 <= left <= box[0] < box[2] <= left + width <= 960
    assert 0 <= upper <= box[1] < box[3] <= upper + height <= 540


def test_day_and_night_are_told_where_there_are_both(tiny_recording: Recording) -> None:
    assert write_captions(tiny_recording)["CAM-02"] == "CAM-02 · Hall A"
    site = tiny_recording.site
    dark = tuple(c.model_copy(update={"mode": "night" if c.camera_id == "CAM-04" else "day"}) for c in site.cameras)
    captions = write_captions(replace(tiny_recording, site=site.model_copy(update={"cameras": dark})))
    assert captions["CAM-02"] == "CAM-02 · Hall A · day"
    assert list(captions.values())[-1] == "CAM-04 · Cafeteria · night"


def test_the_sheet_shows_every_camera_at_its_moment(tiny_recording: Recording, tmp_path: Path) -> None:
    sheet = draw_sheet(tiny_recording, at_s=5.0)
    assert sheet.width == WIDTH_PX
    picture = np.asarray(sheet)
    tile = picture[64 + 40 : 64 + 500, 16 + 20 : 16 + 900].reshape(-1, 3)
    assert len(np.unique(tile // 32, axis=0)) > 4
    save_sheet(sheet, tmp_path / "new" / "sheet.png")
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["sheet.png"]
    for at_s in (-1.0, 16.0, float("nan")):
        with pytest.raises(RecordingError, match="0 to 16"):
            draw_sheet(tiny_recording, at_s=at_s)
