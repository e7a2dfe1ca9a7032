import av
import numpy as np
import pytest

from sim.footage.recording.open import Recording
from sim.footage.video.wall import choose_layouts
from tests.support.tiny_recording import read_frame_number


@pytest.mark.parametrize(
    ("count", "shapes"),
    [
        (1, [(1, 1)]),
        (2, [(2, 1)]),
        (4, [(2, 2)]),
        (5, [(3, 2)]),
        (8, [(4, 2)]),
        (9, [(3, 3)]),
        (10, [(4, 3)]),
        (16, [(4, 4)]),
        (20, [(4, 4), (2, 2)]),
    ],
)
def test_layout_suits_the_number_of_cameras(count: int, shapes: list[tuple[int, int]]) -> None:
    cameras = [f"CAM-{number:02d}" for number in range(1, count + 1)]
    layouts = choose_layouts(cameras)
    assert [(layout.columns, layout.rows) for layout in layouts] == shapes
    assert [camera for layout in layouts for camera in layout.cameras] == cameras


def test_every_tile_shows_its_camera_at_the_same_frame(tiny_recording: Recording) -> None:
    (wall,) = tiny_recording.manifest.walls
    with av.open(str(tiny_recording.folder / wall.file)) as container:
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(pictures) == tiny_recording.manifest.frame_count
    for frame in (0, 63, 159):
        tiles = [pictures[frame][row : row + 180, left : left + 320] for row in (0, 180) for left in (0, 320)]
        assert [read_frame_number(tile) for tile in tiles] == [frame] * 4
        blue_minus_red = [float(tile[20, 150, 2]) - float(tile[20, 150, 0]) for tile in tiles]
        assert blue_minus_red == sorted(blue_minus_red)
        assert np.ptp(blue_minus_red) > 20
