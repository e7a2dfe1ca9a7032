"""No picture of what was sent lies in any file: after an import, after one that was killed, and after blurring more."""

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from sim.app.wiring import App
from sim.builds.queue import stop
from sim.clips.model import FPS, PICTURE_WH, BlurMode, Box, Keyframe, Rights, Sight
from sim.db.ledger import LedgerKind
from sim.errors import StoreError
from sim.features.own_clips.clip_jobs import ClipState, get_clip_path
from sim.features.own_clips.clocks import find_align, is_aligned, start_align
from sim.features.own_clips.folder import CLIPS as CLIPS_FOLDER
from sim.features.own_clips.folder import change_track, get_folder, load_walk, make_walk
from sim.features.own_clips.importing import add_clip, get_progress, open_upload
from sim.features.own_clips.making import make_drill
from sim.features.own_clips.removing import MoreBlur, blur_more, confirm_camera
from sim.footage.clips.import_clip import CRF, PRESET
from sim.footage.video.encode import ClipWriter, compute_planes
from tests.support.staged_clips import CLIPS, WISH, align_now, cut_clip, kill_import, wait_aligned, wait_imported
from tests.support.tiny_app import DATABASE_NAME

FOUND = 0.75
"""The best match of a piece with any place of a picture: copies have 0.9 and more, what is blurred at most 0.6."""

PIECE_WH = (32, 64)
MOVES = 0.6
"""A piece shows a person where this share of it moves."""

HALF_WH = (PICTURE_WH[0] // 2, PICTURE_WH[1] // 2)
LEAST_WIDTH = 400
"""Pictures that are narrower, as thumbnails are, show a head as less than ten pixels."""

Gray = np.ndarray


def read_gray(path: Path) -> list[Gray]:
    with av.open(str(path)) as container:
        return [cv2.resize(frame.to_ndarray(format="gray"), PICTURE_WH) for frame in container.decode(video=0)]


def find_probes(pictures: Sequence[Gray], *, count: int = 6) -> list[Gray]:
    empty = np.median(np.stack(pictures[::5]), axis=0)
    found = []
    for picture in pictures[10:-10:2]:
        moving = cv2.blur((np.abs(picture - empty) > 25).astype(np.float32), PIECE_WH) > MOVES
        detail = cv2.blur(cv2.Laplacian(picture, cv2.CV_32F) ** 2, (9, 9)) * moving
        across, down = PIECE_WH[0] // 2, PIECE_WH[1] // 2
        detail[:down] = detail[-down:] = detail[:, :across] = detail[:, -across:] = 0
        y, x = (int(v) for v in np.unravel_index(int(detail.argmax()), detail.shape))
        if detail[y, x]:
            found.append((float(detail[y, x]), picture[y - down : y + down, x - across : x + across]))
    found.sort(key=lambda each: -each[0])
    return [piece for _, piece in found[:count]]


def search(folder: Path, probes: Sequence[Gray]) -> tuple[float, int]:
    """Return how well the best of the probes fits anywhere in any picture of any file, and how many were looked at.

    The search ends where it finds one.
    """
    best, looked = 0.0, 0
    # not the database: who closes its file drops the locks of this process on it, and a worker writes to it too
    files = (each for each in folder.rglob("*") if each.is_file() and not each.name.startswith(DATABASE_NAME))
    for path in sorted(files):
        for picture in read_pictures(path):
            if picture.shape[1] >= LEAST_WIDTH:
                best, looked = max(best, search_picture(picture, probes)), looked + 1
                if best > FOUND:
                    return best, looked
    return best, looked


def search_picture(picture: Gray, probes: Sequence[Gray]) -> float:
    sizes = [cv2.resize(picture, HALF_WH, interpolation=cv2.INTER_AREA)]
    if picture.shape[1] != PICTURE_WH[0]:
        sizes.append(picture)
    pieces = [_sharpen(cv2.resize(probe, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)) for probe in probes]
    return max(
        float(cv2.matchTemplate(sharp, piece, cv2.TM_CCOEFF_NORMED).max())
        for sharp in map(_sharpen, sizes)
        for piece in pieces
    )


def _sharpen(picture: Gray) -> Gray:
    whole = picture.astype(np.float32)
    return np.asarray(whole - cv2.GaussianBlur(whole, (0, 0), 2.0), dtype=np.float32)


def read_pictures(path: Path) -> Iterator[Gray]:
    body = path.read_bytes()
    if body:
        image = cv2.imdecode(np.frombuffer(body, dtype=np.uint8), cv2.IMREAD_GRAYSCALE)
        if image is not None:
            yield image
            return
    try:
        with av.open(str(path)) as container:
            for frame in container.decode(video=0):
                yield frame.to_ndarray(format="gray")
            return
    except (av.error.FFmpegError, IndexError):
        pass
    start = body.find(b"mdat")
    if start >= 0:
        yield from _read_unfinished(body[start + 4 :], path)


def _read_unfinished(body: bytes, path: Path) -> Iterator[Gray]:
    decoder = av.CodecContext.create("h264", "r")
    stream = _write_headers(path.with_name("headers.probe"))
    while len(body) > 4:
        size = int.from_bytes(body[:4], "big")
        if not 0 < size <= len(body) - 4:
            break
        stream += b"\0\0\0\1" + body[4 : 4 + size]
        body = body[4 + size :]
    with suppress(av.error.FFmpegError):
        for packet in (*decoder.parse(stream), *decoder.parse(b""), None):
            for frame in decoder.decode(packet):
                yield frame.to_ndarray(format="gray")


def _write_headers(path: Path) -> bytes:
    with ClipWriter(path, size_wh=PICTURE_WH, fps=FPS, crf=CRF, preset=PRESET) as writer:
        writer.write_planes(compute_planes(np.zeros((PICTURE_WH[1], PICTURE_WH[0], 3), dtype=np.uint8)))
    with av.open(str(path)) as container:
        kept = container.streams.video[0].codec_context.extradata or b""
    path.unlink()
    size = int.from_bytes(kept[6:8], "big")
    first, rest = kept[8 : 8 + size], kept[8 + size :]
    second = rest[3 : 3 + int.from_bytes(rest[1:3], "big")]
    return b"\0\0\0\1" + first + b"\0\0\0\1" + second


RIGHTS = Rights(may_use=True, everyone_agreed=True)


def send(app: App, walk_id: str, clip: Path) -> None:
    with open_upload() as sent:
        sent.write(clip.read_bytes())
        add_clip(app, walk_id, sent, file_name=clip.name, camera="Front door")


@pytest.mark.slow
def test_no_picture_that_was_sent_is_in_any_file_also_after_a_kill(
    drill_app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, data = drill_app, drill_app.settings.data
    temp, outside = tmp_path / "temp", tmp_path / "outside"
    temp.mkdir()
    outside.mkdir()
    monkeypatch.setenv("TMPDIR", str(temp))
    monkeypatch.setattr("tempfile.tempdir", None)
    clip = cut_clip(outside / "lobby.mp4", CLIPS[1], seconds=10)
    probes = find_probes(read_gray(clip))
    assert len(probes) >= 6
    assert search(outside, probes)[0] > FOUND, "the search finds a video"
    walk_id = make_walk(app, "Walk", rights=RIGHTS, blur=BlurMode.MOVING, by="")

    send(app, walk_id, clip)
    kill_import(app, walk_id)
    (killed,) = get_progress(app, walk_id)
    assert (killed.state, killed.can_resume) == (ClipState.STOPPED, False)
    best, looked = search(data, probes)
    assert looked > 0, "pictures of the unfinished clip are looked at"
    assert max(best, search(temp, probes)[0]) < FOUND

    send(app, walk_id, clip)
    wait_imported(app, walk_id)
    assert len(load_walk(app, walk_id).clips) == 1
    align_now(app, walk_id)
    best, looked = search(data, probes)
    assert looked > 200, "the clip, the recording made of it, and its wall"
    assert max(best, search(temp, probes)[0]) < FOUND

    left = data / "walks" / walk_id / "left.part"
    shutil.copy(clip, left)
    assert search(data, probes)[0] > FOUND, "the search finds a video whatever it is called"
    left.unlink()
    pictures = read_gray(clip)
    best = max(pictures, key=lambda each: cv2.matchTemplate(each, probes[0], cv2.TM_CCOEFF_NORMED).max())
    cv2.imwrite(str(data / "left.jpg"), best)
    assert search(data, probes)[0] > FOUND, "the search finds a single picture"


def find_texture(pictures: list[np.ndarray]) -> tuple[np.ndarray, tuple[float, float, float, float]]:
    picture = np.median(np.stack(pictures), axis=0).astype(np.uint8)
    (width, height), (across, down) = PICTURE_WH, PIECE_WH
    detail = cv2.blur(cv2.Laplacian(picture, cv2.CV_32F) ** 2, PIECE_WH)
    across_at, down_at = range(across, width - 2 * across, across), range(down, height - 2 * down, down)
    corners = [(left, top) for top in down_at for left in across_at]
    for left, top in sorted(corners, key=lambda at: -detail[at[1] + down // 2, at[0] + across // 2]):
        piece = picture[top : top + down, left : left + across]
        rest = picture.copy()
        rest[top - down // 2 : top + 3 * down // 2, left - across : left + 2 * across] = 0
        if search_picture(rest, [piece]) < FOUND - 0.1:
            sides = np.array([left - across, top - down / 2, left + 2 * across, top + 1.5 * down])
            x1, y1, x2, y2 = (sides / (width, height, width, height)).tolist()
            return piece, (x1, y1, x2, y2)
    raise AssertionError("the hall has no such piece")


@pytest.mark.slow
def test_what_is_blurred_later_is_in_no_file_any_more_also_when_that_was_killed(drill_app: App, tmp_path: Path) -> None:
    app, data = drill_app, drill_app.settings.data
    walk_id = make_walk(app, "Walk", rights=RIGHTS, blur=BlurMode.MOVING, by="")
    send(app, walk_id, cut_clip(tmp_path / "lobby.mp4", CLIPS[1], seconds=12))
    wait_imported(app, walk_id)
    align_now(app, walk_id)
    folder = get_folder(app, walk_id)
    probe, box = find_texture(read_gray(get_clip_path(folder, "clip-01")))
    where = Box(x1=0.1, y1=0.2, x2=0.2, y2=0.8)
    keys = [Keyframe(clip_id="clip-01", clip_s=at_s, sight=Sight.SEEN, box=where) for at_s in (1.05, 8.05)]
    change_track(folder, base=0, put=keys)
    with pytest.raises(StoreError, match="Look through Front door and confirm its blurring"):
        make_drill(app, walk_id, WISH, by="")
    confirm_camera(app, walk_id, "CAM-01", by="")
    make_drill(app, walk_id, WISH, by="")
    recording = data / "recordings" / load_walk(app, walk_id).recording_id
    for place in (folder / CLIPS_FOLDER, folder / "recording", recording):
        assert search(place, [probe])[0] > FOUND, place

    blur_more(app, walk_id, [MoreBlur(camera_id="CAM-01", first=0, last=130, box=box)], by="Dwayne")
    assert not recording.exists(), "a drill of before shows what is blurred now"
    assert load_walk(app, walk_id).recording_id == ""
    with app.store.read() as work:
        assert [entry.kind for entry in work.ledger.iterate()].count(LedgerKind.WALK_DRILLS_DELETED) == 1
    assert load_walk(app, walk_id).confirmed == ()
    for early, said in (
        (lambda: confirm_camera(app, walk_id, "CAM-01", by=""), "still being blurred"),
        (lambda: start_align(app, walk_id), "are being worked on"),
    ):
        with pytest.raises(StoreError, match=said):
            early()
    end_s = time.monotonic() + 60
    while not list((folder / CLIPS_FOLDER).glob("*.part.mp4")):
        assert time.monotonic() < end_s
        time.sleep(0.02)
    told = find_align(app, walk_id)
    assert told is not None
    stop(app, told.row, keeps=True)
    assert not is_aligned(app, walk_id)

    start_align(app, walk_id)
    wait_aligned(app, walk_id)
    assert is_aligned(app, walk_id)
    best, looked = search(data, [probe])
    assert looked > 200
    assert best < FOUND
    assert [path.name for path in folder.rglob("*.part*")] == []
