from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.errors import RecordingError
from sim.footage.export_mot import export_mot
from sim.footage.open import Recording, load_truth
from sim.footage.sheet import WIDTH_PX, choose_busy_frame, choose_close_ups, draw_sheet, save_sheet

PICTURES = {"CAM-01": (960, 540), "CAM-02": (960, 540)}


def _rows(*rows: tuple[str, int, str, float, float, float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["camera_id", "frame", "person_id", "x1", "y1", "x2", "y2", "visible"])


def test_the_busy_moment_prefers_people_on_every_camera() -> None:
    crowded = [("CAM-01", 25, f"P{n:03d}", 10, 10, 60, 160, 1.0) for n in range(3)]
    spread = [("CAM-01", 45, "P001", 10, 10, 60, 160, 1.0), ("CAM-02", 45, "P002", 10, 10, 60, 160, 1.0)]
    small = [("CAM-02", 65, f"P{n:03d}", 10, 10, 20, 30, 1.0) for n in range(9)]
    assert choose_busy_frame(_rows(*crowded, *spread, *small), fps=10, frame_count=100) == 45


def test_nobody_in_view_gives_the_middle() -> None:
    assert choose_busy_frame(_rows(), fps=10, frame_count=100) == 50


def test_close_ups_are_whole_people_who_come_nearer_each_once_on_several_cameras() -> None:
    now = [
        ("CAM-01", 10, "P001", 100, 60, 250, 480, 1.0),
        ("CAM-01", 20, "P001", 100, 50, 250, 485, 1.0),
        ("CAM-01", 20, "P002", 300, 70, 400, 485, 1.0),
        ("CAM-01", 20, "P003", 500, 0, 600, 540, 1.0),
        ("CAM-01", 20, "P004", 500, 45, 600, 485, 0.9),
        ("CAM-01", 25, "P006", 500, 45, 600, 485, 1.0),
        ("CAM-02", 30, "P001", 100, 100, 250, 480, 1.0),
        ("CAM-02", 30, "P005", 100, 200, 200, 400, 1.0),
        ("CAM-02", 30, "P007", 100, 150, 200, 400, 1.0),
    ]
    later = [(c, f + 10, p, x1, y1, x2, y2 + (-9 if p == "P007" else 9), 0.5) for c, f, p, x1, y1, x2, y2, _ in now]
    chosen = choose_close_ups(_rows(*now, *later[1:]), picture_wh=PICTURES, count=3)
    assert [(c.camera_id, c.frame, c.person_id) for c in chosen] == [
        ("CAM-01", 20, "P001"),
        ("CAM-02", 30, "P005"),
        ("CAM-01", 20, "P002"),
    ]


def test_the_sheet_shows_every_camera_at_its_moment(tiny_recording: Recording, tmp_path: Path) -> None:
    sheet = draw_sheet(tiny_recording, at_s=5.0)
    assert sheet.width == WIDTH_PX
    picture = np.asarray(sheet)
    tile = picture[64 + 40 : 64 + 500, 16 + 20 : 16 + 900].reshape(-1, 3)
    assert len(np.unique(tile // 32, axis=0)) > 4
    save_sheet(sheet, tmp_path / "new" / "sheet.png")
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["sheet.png"]


@pytest.mark.parametrize("at_s", [-1.0, 16.0, float("nan")])
def test_a_moment_outside_the_recording_is_refused(tiny_recording: Recording, at_s: float) -> None:
    with pytest.raises(RecordingError, match="0 to 16"):
        draw_sheet(tiny_recording, at_s=at_s)


def test_mot_text_holds_every_sighting(tiny_recording: Recording, tmp_path: Path) -> None:
    files = export_mot(tiny_recording, tmp_path)
    assert [f.relative_to(tmp_path).as_posix() for f in files] == [f"CAM-0{n}/gt/gt.txt" for n in range(1, 5)]
    lines = [line.split(",") for file in files for line in file.read_text().splitlines()]
    truth = load_truth(tiny_recording).rows
    assert len(lines) == len(truth)
    first = truth[(truth["camera_id"] == "CAM-01") & (truth["frame"] == 0)].iloc[0]
    assert lines[0][:2] == ["1", "1"]
    assert [float(v) for v in lines[0][2:6]] == [first.x1, first.y1, first.x2 - first.x1, first.y2 - first.y1]
