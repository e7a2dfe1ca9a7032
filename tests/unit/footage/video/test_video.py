import base64
import io
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PIL import Image

from sim.errors import RecordingError
from sim.footage.checks.timeline import cut_front_photo
from sim.footage.checks.verify import check_clip
from sim.footage.recording.open import Recording
from sim.footage.video.clip_index import make_clip_index
from sim.footage.video.encode import ClipWriter, compute_planes, shrink_planes, split_planes
from sim.footage.video.sizes import MOST_PX, check_size
from sim.footage.video.still import StillBox, decode_frame, decode_frames, draw_boxes, load_still
from sim.footage.video.wall import choose_layouts
from tests.support.tiny_recording import read_frame_number


@pytest.mark.parametrize("frame", [0, 1, 9, 10, 77, 100, 158, 159])
def test_the_very_frame_asked_for_is_decoded(tiny_recording: Recording, frame: int) -> None:
    picture = load_still(tiny_recording, "CAM-03", frame)
    assert picture.shape == (180, 320, 3)
    assert read_frame_number(picture) == frame


@pytest.mark.parametrize(("camera_id", "frame"), [("CAM-01", 160), ("CAM-01", -1), ("CAM-77", 0)])
def test_a_frame_that_does_not_exist_is_refused(tiny_recording: Recording, camera_id: str, frame: int) -> None:
    with pytest.raises(RecordingError, match="Expected"):
        load_still(tiny_recording, camera_id, frame)


def test_a_damaged_clip_is_named(tiny_recording_copy: Recording) -> None:
    path = tiny_recording_copy.folder / "main/CAM-01.mp4"
    path.write_bytes(b"\0" * path.stat().st_size)
    with pytest.raises(RecordingError, match=r"CAM-01\.mp4 cannot be decoded"):
        load_still(tiny_recording_copy, "CAM-01", 5)
    with pytest.raises(RecordingError, match=r"CAM-01\.mp4 cannot be read"):
        make_clip_index(path)


def test_a_dashed_box_is_told_from_a_whole_one_without_its_colour() -> None:
    grey = np.full((180, 320, 3), 128, dtype=np.uint8)
    dark = []
    for is_dashed in (False, True):
        box = StillBox(box_xyxy=(100, 40, 160, 150), label="", rgb=(214, 93, 14), is_dashed=is_dashed)
        drawn = np.asarray(Image.open(io.BytesIO(draw_boxes(grey, [box]))).convert("L")).astype(int)
        side = drawn[50:140, 96:100].mean(axis=1)
        dark.append(int(np.count_nonzero(np.diff((side < 60).astype(int)))))
    whole, dashed = dark
    assert whole == 0
    assert dashed >= 6


def test_boxes_are_drawn_around_the_person_and_labels_stay_inside() -> None:
    grey = np.full((180, 320, 3), 128, dtype=np.uint8)
    boxes = [
        StillBox(box_xyxy=(100, 60, 140, 150), label="Your mark", rgb=(220, 30, 30)),
        StillBox(box_xyxy=(290, 0, 320, 180), label="Target at the edge", rgb=(30, 200, 30)),
    ]
    drawn = np.asarray(Image.open(io.BytesIO(draw_boxes(grey, boxes))).convert("RGB")).astype(int)
    assert drawn.shape == grey.shape
    assert drawn[100, 97, 0] > drawn[100, 97, 1] + 80
    assert abs(drawn[100, 120] - 128).max() < 12


def test_frames_cut_by_the_index_decode_to_their_numbers_and_the_codec_is_named(tiny_library: Path) -> None:
    path = tiny_library / "recordings" / "tiny" / "main" / "CAM-01.mp4"
    index = make_clip_index(path)
    data = path.read_bytes()
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata = index.description
    start = index.keys[3]
    for frame in range(start, start + 13):
        offset, size = index.offsets[frame], index.sizes[frame]
        (picture,) = decoder.decode(av.Packet(data[offset : offset + size]))
        assert read_frame_number(picture.to_ndarray(format="rgb24")) == frame
    index = make_clip_index(tiny_library / "recordings" / "tiny" / "wall" / "wall-0.mp4")
    assert index.keys == tuple(range(0, len(index.sizes), 30))
    assert index.codec.startswith("avc1.64")
    told = index.to_json()
    assert base64.b64decode(told["description"]) == index.description
    assert told["first_byte"] + sum(told["sizes"][:5]) + sum(told["gaps"][:5]) == index.offsets[5]


@pytest.mark.parametrize("times", [1, 2, 3, 4, 6])
def test_a_smaller_picture_is_made_of_means(times: int) -> None:
    small_wh, size_wh = (32, 16), (32 * times, 16 * times)
    planes = np.random.default_rng(3).integers(0, 256, (size_wh[1] * 3 // 2, size_wh[0])).astype(np.uint8)
    small = split_planes(shrink_planes(planes, size_wh, small_wh), small_wh)
    for plane, got in zip(split_planes(planes, size_wh), small, strict=True):
        high, wide = got.shape
        wanted = plane.reshape(high, times, wide, times).mean(axis=(1, 3))
        assert np.abs(wanted - got).max() <= 1


def test_people_are_kept_finer_than_floors_and_small_ones_finest(tmp_path: Path) -> None:
    size_wh = (320, 192)
    noise = np.random.default_rng(5).normal(size=(size_wh[1], size_wh[0])).astype(np.float32)
    blots = cv2.GaussianBlur(noise, (0, 0), 2.5)
    bgr = np.repeat(np.clip(128 + 25 * blots / blots.std(), 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    small, large = (24.0, 32.0, 48.0, 72.0), (16.0, 16.0, 112.0, 160.0)
    path = tmp_path / "clip.mp4"
    with ClipWriter(path, size_wh=size_wh, fps=10.0, crf=39.5, preset="slow") as writer:
        for _ in range(3):
            writer.write_planes(compute_planes(bgr), people=[large, small])
    shown = decode_frames(path, frames=range(2, 3), fps=10.0)[2][..., ::-1]
    off = np.abs(shown.astype(int) - bgr.astype(int)).mean(axis=2)
    lost = [off[32:72, 24:48].mean(), off[96:144, 32:96].mean(), off[:, 160:].mean()]
    assert lost[2] > 1.5 * lost[1]
    assert lost[1] > 1.1 * lost[0]


def write_video_bomb(path: Path) -> None:
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=10, options={"preset": "ultrafast", "crf": "51"})
        stream.width = stream.height = 6400
        stream.pix_fmt = "yuv420p"
        plain = np.zeros((9600, 6400), dtype=np.uint8)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(plain, format="yuv420p")))
        container.mux(stream.encode(None))


def test_a_small_file_that_is_enormous_once_decoded_is_refused_before(tmp_path: Path) -> None:
    photo = tmp_path / "P001.webp"
    with Image.new("L", (16_000, 16_000)) as picture:  # 250 KB, 770 MB once decoded
        picture.save(photo, "PNG")
    assert photo.stat().st_size < 1_000_000
    with pytest.raises(RecordingError):
        cut_front_photo(photo)
    bomb = tmp_path / "CAM-01.mp4"
    write_video_bomb(bomb)
    assert bomb.stat().st_size < 2_000_000
    with pytest.raises(RecordingError, match="6400 x 6400 px"):
        decode_frame(bomb, frame=0, fps=10)
    (problem,) = check_clip(bomb, size_wh=(320, 180), fps=10, frame_count=1)
    assert "expected h264 (320, 180)" in problem
    check_size(Path("x"), 7680, 4320)
    with pytest.raises(RecordingError, match="million pixels"):
        check_size(Path("x"), MOST_PX, 2)


@pytest.mark.parametrize(
    ("count", "shapes"),
    [
        (1, [(1, 1)]),
        (2, [(2, 1)]),
        (5, [(3, 2)]),
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
        whole = [pictures[frame][row : row + 270, left : left + 480] for row in (0, 270) for left in (0, 480)]
        tiles = [cv2.resize(tile, (320, 180), interpolation=cv2.INTER_AREA) for tile in whole]
        assert [read_frame_number(tile) for tile in tiles] == [frame] * 4
        blue_minus_red = [float(tile[20, 150, 2]) - float(tile[20, 150, 0]) for tile in tiles]
        assert blue_minus_red == sorted(blue_minus_red)
        assert np.ptp(blue_minus_red) > 20
