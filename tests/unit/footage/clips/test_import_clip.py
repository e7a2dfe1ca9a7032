import gc
import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from sim.clips.model import BlurMode
from sim.errors import RecordingError
from sim.footage.clips.child import probe_clip, read_answer, start_import
from sim.footage.clips.import_clip import ImportRequest, probe, take_in
from sim.footage.clips.resample import Heard, find_kind, find_recorded_at, open_source, read_pictures
from sim.footage.clips.retimed import RetimedCamera, Segment, find_gaps
from sim.footage.clips.worker import GO_FILE
from sim.footage.recording.recording import Picture
from tests.support.staged_clips import CLIPS, cut_clip, make_plain, make_sound, make_zip
from tests.support.turned_clips import FORMS, turn_away, write_clip

TURNS = [(degrees, is_mirrored) for degrees in (0, 90, 180, -90) for is_mirrored in (False, True)]


def draw_pattern() -> Picture:
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
NONSENSE: list[tuple[str, dict[str, Any]]] = [
    ("turned by 45 degrees", {"matrix": (46341, 46341, 0, -46341, 46341, 0, 0, 0, 1 << 30)}),
    ("turned by 200 degrees", {"matrix": (-61584, -22415, 0, 22415, -61584, 0, 0, 0, 1 << 30)}),
    ("makes no sense", {"matrix": (0,) * 9}),
    ("sense how its picture", {"matrix": (ONE, ONE, 0, ONE, ONE, 0, 0, 0, 1 << 30)}),
    ("way that makes no sense", {"matrix": (ONE, 0, 77, 0, ONE, 0, 0, 0, 1 << 30)}),
    ("turned by 45 degrees", {"tag": "45"}),
    ("no sense", {"tag": "nan"}),
    ("no sense", {"tag": "left"}),
]


@pytest.mark.parametrize(("words", "said"), NONSENSE)
def test_a_turn_that_makes_no_sense_is_refused_in_words(tmp_path: Path, words: str, said: dict[str, Any]) -> None:
    path = write_clip(tmp_path / ("lobby.mkv" if "tag" in said else "lobby.mov"), [draw_pattern()] * 3, **said)
    told = refuse(path)
    assert words in told
    assert "turn it upright, and export it again as MP4" in told


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="counts threads as Linux lists them")
def test_pictures_that_were_read_hold_no_threads(tmp_path: Path) -> None:
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


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cut_clip(tmp_path_factory.mktemp("clip") / "lobby.mp4", CLIPS[1], seconds=3)


def take_plain(path: Path, folder: Path) -> dict[str, object]:
    folder.mkdir(exist_ok=True)
    with path.open("rb") as file:
        take_in(file, ImportRequest(name=path.name, mode=BlurMode.NONE, model="", folder=folder))
    found: dict[str, object] = json.loads((folder / "result.json").read_text())
    return found


def refuse(path: Path) -> str:
    with path.open("rb") as file, pytest.raises(RecordingError) as told:
        probe(file, name=path.name)
    return told.value.on_screen


def test_what_is_no_clip_is_named(tmp_path: Path) -> None:
    empty, text = tmp_path / "empty.mp4", tmp_path / "words.mp4"
    empty.touch()
    text.write_text("no clip at all " * 20)
    assert "is empty (0 bytes)" in refuse(empty)
    assert "no MP4, MKV or AVI" in refuse(text)
    assert "is a ZIP file, whatever its name says" in refuse(make_zip(tmp_path / "lobby.mp4"))
    assert "sound but no picture" in refuse(make_sound(tmp_path / "sound.mp4"))
    with pytest.raises(RecordingError, match="at most 6 GB"):
        find_kind(b"\0\0\0\x18ftypmp42", name="long.mp4", size=7_000_000_000)


def test_sizes_rates_and_codecs_that_are_not_taken(tmp_path: Path) -> None:
    huge = make_plain(tmp_path / "8k.mkv", size_wh=(7680, 4320), rate=10, times_s=[0.0])
    assert "7680 x 4320 pixels" in refuse(huge)
    fast = make_plain(tmp_path / "fast.mkv", size_wh=(320, 180), rate=240, times_s=[n / 240 for n in range(24)])
    assert "240 pictures a second" in refuse(fast)
    odd = make_plain(tmp_path / "odd.mkv", size_wh=(320, 180), rate=25, times_s=[0.0, 0.1], codec="libvpx")
    assert "is coded as vp8" in refuse(odd)
    tiny = make_plain(tmp_path / "tiny.mkv", size_wh=(64, 48), rate=10, times_s=[0.0, 0.1])
    assert "at least 160 x 120" in refuse(tiny)


def test_a_clip_cut_short_leaves_nothing_but_words(clip: Path, tmp_path: Path) -> None:
    whole = clip.read_bytes()
    short = tmp_path / "short.mp4"
    short.write_bytes(whole[: len(whole) // 2])
    assert "cut short or damaged" in refuse(short)
    matroska = cut_clip(tmp_path / "front.mkv", CLIPS[0], seconds=4)
    matroska.write_bytes(matroska.read_bytes()[: matroska.stat().st_size // 2])
    with pytest.raises(RecordingError, match="is cut short: it ends after "):
        take_plain(matroska, tmp_path / "out")
    assert not (tmp_path / "out" / "result.json").exists()


def test_a_damaged_clip_is_refused_and_the_name_does_not_decide_what_a_file_is(clip: Path, tmp_path: Path) -> None:
    path = cut_clip(tmp_path / "hall.avi", CLIPS[2], seconds=4)
    damaged = bytearray(path.read_bytes())
    for place in range(20_000, len(damaged) - 4_000, 900):
        damaged[place : place + 300] = b"\xff" * 300
    path.write_bytes(damaged)
    with pytest.raises(RecordingError, match=r"damaged|cut short"):
        take_plain(path, tmp_path / "out")
    renamed = tmp_path / "lobby.avi"
    renamed.write_bytes(clip.read_bytes())
    with renamed.open("rb") as file:
        assert probe(file, name="lobby.avi")["notes"] == ("The file is MP4, whatever its name says.",)


def test_gaps_are_filled_and_told_and_jumps_refused(tmp_path: Path) -> None:
    times = [n / 10 for n in range(20)] + [4.5 + n / 10 for n in range(10)]
    gap = make_plain(tmp_path / "gap.mkv", size_wh=(320, 240), rate=10, times_s=times)
    found = take_plain(gap, tmp_path / "gap")
    assert (found["frames"], found["duration_s"]) == (55, 5.5)
    assert found["notes"] == ["No picture comes for a while once, for up to 2.6 seconds: the last one stays."]
    jump = make_plain(tmp_path / "jump.mkv", size_wh=(320, 240), rate=10, times_s=[0.0, 0.1, 0.2, 900.0, 900.1])
    with pytest.raises(RecordingError, match="jumps by 900 seconds after 0 seconds"):
        take_plain(jump, tmp_path / "jump")


def test_what_a_child_is_told_and_says(clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = subprocess.Popen.__init__

    def begin_on_windows(self: "subprocess.Popen[bytes]", *args: Any, **more: Any) -> None:
        assert not more.get("pass_fds"), "Windows hands over no open files but input and output"
        begin(self, *args, **more)

    monkeypatch.setattr(subprocess.Popen, "__init__", begin_on_windows)
    with clip.open("rb") as file:
        assert probe_clip(file, name="lobby.mp4")["codec"] == "H.264"
        folder = tmp_path / "clips" / "clip-01.part"
        folder.mkdir(parents=True)
        (folder / GO_FILE).touch()
        child = start_import(
            file, name="lobby.mp4", mode="none", model=None, folder=folder, answer=folder / "answer.json"
        )
    assert child.wait(60) == 0
    assert read_answer((folder / "answer.json").read_bytes()) == {}
    assert json.loads((folder / "result.json").read_text())["frames"] == 30
    with make_zip(tmp_path / "lobby.mp4").open("rb") as file, pytest.raises(RecordingError, match="is a ZIP file"):
        probe_clip(file, name="lobby.mp4")


LITTLE_DISK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
from sim.footage.clips.worker import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="only a Unix limits the size of files")
def test_a_disk_that_is_full_is_told(clip: Path, tmp_path: Path) -> None:
    folder = tmp_path / "walk" / "clips" / "clip-01.part"
    folder.mkdir(parents=True)
    (folder / GO_FILE).touch()
    with clip.open("rb") as file:
        command = [sys.executable, "-c", LITTLE_DISK, "take", "lobby.mp4", "none", "", str(folder)]
        done = subprocess.run(command, stdin=file, capture_output=True, check=False)
    assert done.returncode == 1
    assert "could not be stored: File too large. Free some space." in read_answer(done.stdout)["error"]
    assert not (folder / "result.json").exists()


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Lobby_2026-10-14_08-00-05.mp4", "2026-10-14T08:00:05"),
        ("ch01_20261014080005.avi", "2026-10-14T08:00:05"),
        ("20261014-080005 Front door.mkv", "2026-10-14T08:00:05"),
        ("CAM 12.mp4", None),
        ("2026-13-40_99-99-99.mp4", None),
    ],
)
def test_the_time_in_a_name(name: str, found: str | None) -> None:
    at = find_recorded_at(name)
    assert (at.isoformat() if at else None) == found


def make_growing(path: Path, *, sizes_wh: list[tuple[int, int]]) -> Path:
    bodies = []
    for width, height in sizes_wh:
        done, body = cv2.imencode(".jpg", np.full((height, width, 3), 90, dtype=np.uint8))
        assert done
        bodies.append(body.tobytes())
    with av.open(str(path), "w", format="matroska") as made:
        stream = made.add_stream("mjpeg", rate=10)
        stream.width, stream.height, stream.pix_fmt = *sizes_wh[0], "yuvj420p"
        for number, body in enumerate(bodies):
            packet = av.Packet(body)
            packet.stream, packet.pts, packet.dts = stream, number * 100, number * 100
            packet.time_base = Fraction(1, 1000)
            made.mux(packet)
    return path


def test_a_small_file_that_unpacks_to_something_huge_is_refused(tmp_path: Path) -> None:
    growing = make_growing(tmp_path / "grows.mkv", sizes_wh=[(320, 240)] * 5 + [(12000, 9000)])
    assert growing.stat().st_size < 3_000_000
    with pytest.raises(RecordingError, match="grows to 12000 x 9000 pixels"):
        take_plain(growing, tmp_path / "grows")
    assert not (tmp_path / "grows" / "result.json").exists()
    long = make_plain(tmp_path / "long.mkv", size_wh=(320, 240), rate=1, times_s=[n * 50.0 for n in range(80)])
    assert long.stat().st_size < 300_000
    assert "lasts 66 minutes" in refuse(long)


def make_segment(start_s: float, frames: int, *, rate: float = 1.0) -> Segment:
    return Segment(path=Path("no-such-clip.mp4"), start_s=start_s, rate=rate, frames=frames)


@pytest.mark.parametrize(
    ("segments", "gaps"),
    [
        ([(0.0, 30)], ((30, 50),)),
        ([(0.04, 50)], ()),
        ([(0.06, 50)], ((0, 1),)),
        ([(1.0, 20), (4.0, 10)], ((0, 10), (30, 40))),
        ([(4.0, 10), (-1.0, 20)], ((10, 40),)),
        ([], ((0, 50),)),
    ],
)
def test_spans_without_a_picture_are_between_the_clips(
    segments: list[tuple[float, int]], gaps: tuple[tuple[int, int], ...]
) -> None:
    assert find_gaps([make_segment(start_s, frames) for start_s, frames in segments], 50) == gaps


def test_a_clip_whose_clock_runs_slow_lasts_longer_and_without_a_picture_the_camera_is_gray() -> None:
    assert find_gaps([make_segment(0.0, 40, rate=1.25)], 60) == ((50, 60),)

    camera = RetimedCamera([make_segment(2.0, 10)])
    picture, people = camera.paint(3)
    assert (np.unique(picture).tolist(), list(people)) == ([24], [])
