"""A search for parts of pictures in every file of a folder, whatever the file is called and also if it is not finished.

probes = find_probes(read_gray(clip))
assert search(folder, probes) < FOUND
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import av
import cv2
import numpy as np

from sim.clips.model import FPS, PICTURE_WH
from sim.footage.clips.import_clip import CRF, PRESET
from sim.footage.video.encode import ClipWriter, compute_planes

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
    """Return the pictures of a clip as gray ones of the size that is stored."""
    with av.open(str(path)) as container:
        return [cv2.resize(frame.to_ndarray(format="gray"), PICTURE_WH) for frame in container.decode(video=0)]


def find_probes(pictures: Sequence[Gray], *, count: int = 6) -> list[Gray]:
    """Return pieces of people who walk: what moves for sure against the clip's median, where it has most detail."""
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
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        for picture in read_pictures(path):
            if picture.shape[1] >= LEAST_WIDTH:
                best, looked = max(best, search_picture(picture, probes)), looked + 1
                if best > FOUND:
                    return best, looked
    return best, looked


def search_picture(picture: Gray, probes: Sequence[Gray]) -> float:
    """Return how well the best of the probes fits anywhere in a picture, of a clip's size or half of it."""
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
    """Return a picture without what changes slowly in it: texture alone."""
    whole = picture.astype(np.float32)
    return np.asarray(whole - cv2.GaussianBlur(whole, (0, 0), 2.0), dtype=np.float32)


def read_pictures(path: Path) -> Iterator[Gray]:
    """Yield the pictures in a file: of an image, a video, or a video that nobody finished writing."""
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
    """Yield the pictures of a clip without its index, as it was encoded so far."""
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
    """Return what a clip of this program begins with, which an unfinished file lacks: its size and coding."""
    with ClipWriter(path, size_wh=PICTURE_WH, fps=FPS, crf=CRF, preset=PRESET) as writer:
        writer.write_planes(compute_planes(np.zeros((PICTURE_WH[1], PICTURE_WH[0], 3), dtype=np.uint8)))
    with av.open(str(path)) as container:
        kept = container.streams.video[0].codec_context.extradata or b""
    path.unlink()
    size = int.from_bytes(kept[6:8], "big")
    first, rest = kept[8 : 8 + size], kept[8 + size :]
    second = rest[3 : 3 + int.from_bytes(rest[1:3], "big")]
    return b"\0\0\0\1" + first + b"\0\0\0\1" + second
