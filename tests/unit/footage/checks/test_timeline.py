"""What the timeline shows is measured on the pictures: motion by second, and where there is none."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sim.errors import RecordingError
from sim.footage.checks.timeline import encode_levels, find_plain_thumbs, find_spans, hide_gap_edges, make_timelines
from sim.footage.recording.open import Recording, load_activity, open_recording
from sim.footage.recording.recording import ThumbLayout
from tests.support.faulty_recording import DEAD


def test_every_camera_has_a_level_for_each_second_and_none_a_gap(tiny_recording: Recording) -> None:
    activity = load_activity(tiny_recording)
    timelines = make_timelines(tiny_recording, activity)
    assert [t.camera_id for t in timelines] == [c.camera_id for c in tiny_recording.manifest.cameras]
    for timeline in timelines:
        own = activity.loc[activity["camera_id"] == timeline.camera_id, "motion"].to_numpy()
        assert timeline.levels is not None
        decoded = (np.frombuffer(timeline.levels, dtype=np.uint8) / 255) ** 2
        assert np.abs(decoded - own).max() < 0.004
        assert own.max() > 0
        assert timeline.gaps_s == ()
    rest = make_timelines(tiny_recording, activity[activity["camera_id"] != "CAM-02"])
    assert [t.camera_id for t in rest if t.levels is None] == ["CAM-02"], "one that was not measured"
    assert list(encode_levels(np.array([0.0, 1 / 576, 0.0225, 0.25, 1.0, 2.0]))) == [0, 11, 38, 128, 255, 255]


def test_a_dead_span_is_found_by_its_pictures_and_is_no_motion(faulty_recording: Recording) -> None:
    timelines = {t.camera_id: t for t in make_timelines(faulty_recording, load_activity(faulty_recording))}
    assert {name: t.gaps_s for name, t in timelines.items()} == {DEAD: ((4.0, 6.0),)} | {
        name: () for name in timelines if name != DEAD
    }
    levels = timelines[DEAD].levels
    assert levels is not None
    assert levels[4:7] == bytes(3)


def test_a_camera_that_never_gave_a_picture_is_one_gap(faulty_recording: Recording, tmp_path: Path) -> None:
    copied = open_recording(Path(shutil.copytree(faulty_recording.folder, tmp_path / "odd-cameras")))
    activity = load_activity(copied)
    activity.loc[activity["camera_id"] == DEAD, "motion"] = 0.0
    path = copied.folder / copied.get_camera(DEAD).thumbs
    with Image.open(path) as sheet:
        Image.new("RGB", sheet.size, (20, 22, 26)).save(path, "WEBP")
    (dead,) = [t for t in make_timelines(copied, activity) if t.camera_id == DEAD]
    assert dead.gaps_s == ((0.0, copied.manifest.duration_s),)
    path.write_bytes(b"no sheet at all")
    with pytest.raises(RecordingError, match=r"CAM-02\.webp cannot be read"):
        make_timelines(copied, activity)


@pytest.mark.parametrize(
    ("plain", "jumps", "spans"),
    [
        ("..##..", (3, 8), ((3.0, 8.0),)),
        ("..##..", (4, 7), ((4.0, 7.0),)),
        ("..##..", (), ((4.0, 8.0),)),
        ("##....", (3,), ((0.0, 3.0),)),
        ("....##", (8,), ((8.0, 12.0),)),
        (".....#", (10,), ((10.0, 12.0),)),
        (".#..#.", (2, 4, 7, 10), ((2.0, 4.0), (7.0, 10.0))),
        ("......", (3, 8), ()),
    ],
)
def test_edges_are_the_seconds_in_which_the_picture_jumped(
    plain: str, jumps: tuple[int, ...], spans: tuple[tuple[float, float], ...]
) -> None:
    motion = np.full(12, 0.02)
    motion[list(jumps)] = 1.0
    assert find_spans(np.array([c == "#" for c in plain]), motion, every_s=2.0) == spans


def test_the_jumps_beside_a_gap_are_no_motion_and_what_walks_there_is() -> None:
    motion = np.array([0.1, 1.0, 0.0, 0.9, 0.1, 0.1, 0.2])
    assert list(hide_gap_edges(motion, ((1.0, 3.0),))) == [0.1, 0, 0, 0, 0.1, 0.1, 0.2]
    assert list(hide_gap_edges(motion, ((4.0, 5.0),))) == [0.1, 1.0, 0, 0.9, 0, 0.1, 0.2]


def test_only_plain_and_dark_thumbnails_count() -> None:
    rng = np.random.default_rng(1)
    tiles = np.full((4, 9, 16), 20, dtype=np.uint8)
    tiles[0, 3:5, 4:8] = 200
    tiles[1] = 120
    tiles[2] = rng.integers(0, 40, (9, 16))
    sheet = tiles.reshape(2, 2, 9, 16).swapaxes(1, 2).reshape(18, 32)
    layout = ThumbLayout(tile_wh=(16, 9), every_s=2.0, columns=2)
    assert list(find_plain_thumbs(sheet, layout, count=4)) == [True, False, False, True]
    assert len(find_plain_thumbs(sheet, layout, count=3)) == 3
