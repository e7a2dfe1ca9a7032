"""Clips that their file turns, as phones and corridor cameras do: upright here, so that heads are found and covered."""

import gc
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from sim.clips.model import PICTURE_WH, BlurMode
from sim.errors import RecordingError
from sim.footage.clips.blur import find_heads
from sim.footage.clips.import_clip import ImportRequest, probe, take_in
from sim.footage.clips.resample import Heard, find_bars, open_source, read_pictures
from sim.footage.source import Picture
from sim.footage.stills.person_detector import MODEL
from tests.support.turned_clips import FORMS, STREET, read_hall, read_upright, turn_away, write_clip

TURNS = [(degrees, is_mirrored) for degrees in (0, 90, 180, -90) for is_mirrored in (False, True)]
IMPORTED = ((".mov", 90, False), (".mp4", 180, False), (".mkv", -90, False), (".mov", 0, True), (".mkv", 90, True))
SECONDS = 2.0
SURE = 0.2
COVERED = 0.5
"""A head is covered where less than this share of its detail is left."""


def draw_pattern() -> Picture:
    """Return a wide picture, 320 x 180, whose quarters differ."""
    bgr = np.zeros((180, 320, 3), dtype=np.uint8)
    bgr[:90, :160], bgr[:90, 160:], bgr[90:, :160], bgr[90:, 160:] = (220, 20, 20), (20, 220, 20), (20, 20, 220), 200
    return bgr


def read_first(path: Path) -> Picture:
    with path.open("rb") as file:
        container, stream, _ = open_source(file, name=path.name)
        with container:
            pictures = read_pictures(container, stream, name=path.name, fps=10, size_wh=(320, 180), heard=Heard())
            return next(pictures)[0]


@pytest.mark.parametrize("suffix", FORMS)
@pytest.mark.parametrize(("degrees", "is_mirrored"), TURNS)
def test_every_turn_is_read_from_every_container(tmp_path: Path, suffix: str, degrees: int, is_mirrored: bool) -> None:
    upright = draw_pattern()
    stored = turn_away(upright, degrees=degrees, is_mirrored=is_mirrored)
    path = write_clip(tmp_path / f"clip{suffix}", [stored] * 12, degrees=degrees, is_mirrored=is_mirrored)
    assert np.abs(read_first(path).astype(int) - upright).mean() < 4
    with path.open("rb") as file:
        found = probe(file, name=path.name)
    assert (tuple(found["size_wh"]), found["bars"]) == ((320, 180), (0.0, 0.0)), "told as they are upright"
    if not is_mirrored:
        opened = cv2.VideoCapture(str(path))
        assert opened.read()[1].shape == upright.shape, "another program turns it as well"
        opened.release()


@pytest.mark.parametrize(("tag", "degrees"), [("90", -90), ("180", 180), ("270", 90), ("-90", 90), ("0", 0)])
def test_the_tag_of_older_programs_turns_clockwise(tmp_path: Path, tag: str, degrees: int) -> None:
    upright = draw_pattern()
    stored = turn_away(upright, degrees=degrees, is_mirrored=False)
    path = write_clip(tmp_path / "clip.mkv", [stored] * 3, tag=tag)
    assert np.abs(read_first(path).astype(int) - upright).mean() < 4


def test_pictures_that_turn_themselves_stand_upright(tmp_path: Path) -> None:
    """A camera's MJPEG carries its turn in each picture, as a photo does."""
    upright = draw_pattern()
    done, plain = cv2.imencode(".jpg", turn_away(upright, degrees=-90, is_mirrored=False))
    assert done
    orientation = b"\xff\xe1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    body = plain.tobytes()[:2] + orientation + plain.tobytes()[2:]
    path = tmp_path / "clip.mkv"
    with av.open(str(path), "w", format="matroska") as made:
        stream = made.add_stream("mjpeg", rate=10)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 180, 320, "yuvj420p"
        for number in range(3):
            packet = av.Packet(body)
            packet.stream, packet.time_base = stream, Fraction(1, 10)
            packet.pts = packet.dts = number
            made.mux(packet)
    assert np.abs(read_first(path).astype(int) - upright).mean() < 6


ONE = 1 << 16
NONSENSE = {
    "turned by 45 degrees": {"matrix": (46341, 46341, 0, -46341, 46341, 0, 0, 0, 1 << 30)},
    "turned by 200 degrees": {"matrix": (-61584, -22415, 0, 22415, -61584, 0, 0, 0, 1 << 30)},
    "makes no sense": {"matrix": (0,) * 9},
    "sense how its picture": {"matrix": (ONE, ONE, 0, ONE, ONE, 0, 0, 0, 1 << 30)},
    "way that makes no sense": {"matrix": (ONE, 0, 77, 0, ONE, 0, 0, 0, 1 << 30)},
}


@pytest.mark.parametrize("words", NONSENSE)
def test_a_turn_that_makes_no_sense_is_refused_in_words(tmp_path: Path, words: str) -> None:
    path = write_clip(tmp_path / "lobby.mov", [draw_pattern()] * 3, **NONSENSE[words])
    with path.open("rb") as file, pytest.raises(RecordingError, match=words) as told:
        probe(file, name=path.name)
    assert "turn it upright, and export it again as MP4" in told.value.on_screen


@pytest.mark.parametrize(("tag", "words"), [("45", "turned by 45 degrees"), ("nan", "no sense"), ("left", "no sense")])
def test_a_tag_that_makes_no_sense_is_refused_in_words(tmp_path: Path, tag: str, words: str) -> None:
    path = write_clip(tmp_path / "lobby.mkv", [draw_pattern()] * 3, tag=tag)
    with path.open("rb") as file, pytest.raises(RecordingError, match=words):
        probe(file, name=path.name)


def take(path: Path, folder: Path) -> tuple[list[Picture], np.ndarray, tuple[int, ...]]:
    """Take a clip in; return what was stored, the people found (frame, x1 y1 x2 y2 in shares), and where to look."""
    folder.mkdir()
    with path.open("rb") as file:
        take_in(file, ImportRequest(name=path.name, mode=BlurMode.HEADS, model=str(MODEL), folder=folder))
    with np.load(folder / "people.npz") as found:
        sure = found["scores"] >= SURE
        people = np.column_stack([found["frames"][sure], found["boxes"][sure]])
    result = json.loads((folder / "result.json").read_text())
    return read_upright(folder / "main.mp4", start_s=0, seconds=60), people, tuple(result["look_at"])


def count_covered(upright: list[Picture], stored: list[Picture], people: np.ndarray) -> int:
    """Return how many heads of the people lost their detail between what was filmed and what was stored."""
    covered = 0
    (width, height), (bar_x, bar_y) = PICTURE_WH, find_bars(upright[0].shape[1], upright[0].shape[0], PICTURE_WH)
    inner_wh = round(width * (1 - 2 * bar_x)), round(height * (1 - 2 * bar_y))
    for number, *box in people:
        before = np.zeros((height, width, 3), dtype=np.uint8)
        top, left = round(bar_y * height), round(bar_x * width)
        fitted = cv2.resize(upright[int(number)], inner_wh, interpolation=cv2.INTER_AREA)
        before[top : top + inner_wh[1], left : left + inner_wh[0]] = fitted
        (sides,) = find_heads(np.array([box]) * (width, height, width, height))
        x1, y1, x2, y2 = np.clip(np.round(sides), 0, (width, height, width, height)).astype(int)
        if x2 - x1 > 4 and y2 - y1 > 4:
            details = [cv2.Laplacian(each[y1:y2, x1:x2], cv2.CV_64F).var() for each in (before, stored[int(number)])]
            covered += details[1] < COVERED * details[0]
    return covered


@pytest.fixture(params=["hall", "street"])
def read_source(request: pytest.FixtureRequest) -> Callable[[], list[Picture]]:
    if request.param == "hall":
        return lambda: read_hall(seconds=SECONDS)
    if not STREET.is_file():
        pytest.skip("vtest.avi is not here: it is in Debian's opencv-doc; SIGHTLINE_STREET_CLIP names it")
    return lambda: read_upright(STREET, start_s=20.0, seconds=SECONDS)


@pytest.mark.slow
def test_as_many_heads_are_covered_however_a_file_turns_its_pictures(
    tmp_path: Path, read_source: Callable[[], list[Picture]]
) -> None:
    upright = read_source()
    stored, people, look_at = take(write_clip(tmp_path / "upright.mp4", upright), tmp_path / "upright")
    covered = count_covered(upright, stored, people)
    assert covered > 0.8 * len(people) > 20
    assert look_at == ()
    for suffix, degrees, is_mirrored in IMPORTED:
        name = f"turned{degrees}{'m' if is_mirrored else ''}"
        turned = [turn_away(each, degrees=degrees, is_mirrored=is_mirrored) for each in upright]
        path = write_clip(tmp_path / f"{name}{suffix}", turned, degrees=degrees, is_mirrored=is_mirrored)
        again, found, look_at = take(path, tmp_path / name)
        assert len(found) == pytest.approx(len(people), rel=0.02), name
        assert count_covered(upright, again, people) == pytest.approx(covered, rel=0.02), name
        assert np.mean([np.abs(a.astype(int) - b).mean() for a, b in zip(again, stored, strict=True)]) < 2, name
        assert look_at == ()


@pytest.mark.slow
@pytest.mark.parametrize("degrees", [90, -90])
def test_a_clip_on_its_side_whose_file_says_nothing_is_to_be_looked_at(
    tmp_path: Path, read_source: Callable[[], list[Picture]], degrees: int
) -> None:
    upright = read_source()
    turned = [turn_away(each, degrees=degrees, is_mirrored=False) for each in upright]
    _, _, look_at = take(write_clip(tmp_path / "side.mp4", turned), tmp_path / "side")
    assert 1 < len(look_at) <= 6
    assert list(look_at) == sorted(set(look_at))
    assert look_at[-1] < len(upright)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="counts threads as Linux lists them")
def test_pictures_that_were_read_hold_no_threads(tmp_path: Path) -> None:
    """Each picture that is kept holds the threads that scaled it: an import died of them in its middle."""
    path = write_clip(tmp_path / "clip.mp4", [draw_pattern()] * 120, degrees=90)
    gc.collect()
    gc.disable()
    try:
        before = len(list(Path("/proc/self/task").iterdir()))
        with path.open("rb") as file:
            container, stream, _ = open_source(file, name=path.name)
            with container:
                pictures = read_pictures(container, stream, name=path.name, fps=10, size_wh=(320, 180), heard=Heard())
                most = max(len(list(Path("/proc/self/task").iterdir())) for _ in pictures)
    finally:
        gc.enable()
    assert most - before < 20
