"""Pictures and plans that somebody sends, made into ordinary pictures by a process that may take little of the machine.

What is sent can be anything: it is decoded by a child process with limits of memory, processor time and size of files,
and only what that process wrote is used. A camera's picture is scaled and put into the shape of the recordings, 16:9.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from sim.errors import RecordingError, TurnError
from sim.footage.machine import BUSY, WALL_S, limit_this_process, read_answer
from sim.footage.stills.person_detector import Box, PersonDetector, find_people, take_from_others, write_picture
from sim.footage.stills.plate_files import make_empty_picture, read_spread

Bgr = NDArray[np.uint8]

MOST_BYTES = 300_000_000
MOST_PLAN_BYTES = 60_000_000
MOST_PX = 100_000_000
MOST_PAGES = 60
WIDEST_PLAN_PX, WIDEST_STILL_PX, WIDEST_SHEET_PX = 4000, 1920, 2400
LEAST_PX = 320
SHAPE = 16 / 9
CPU_S = 120.0
MEMORY_BYTES = 3_000_000_000
_SHAPE_SLACK = 0.02
_STILLS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF")
_PLAIN_LEVELS = 6.0
"""A picture whose brightness differs by less than this is black, white or covered."""
_EVERY = 3
"""Of which of a clip's pictures those are searched that show what is behind somebody who stood still."""
_BLACK = 16
_CORNER_SHARE = 0.07
_LINES_PX, _LONG_SHARE, _ALIKE_DEG = 1600, 0.04, 0.6
_TOO_LONG = "This file takes too long to read. Export it smaller, or as a picture (PNG or JPG)."
_UNKNOWN = "This file could not be read as a picture. Export it again as PNG or JPG."


class Kind(StrEnum):
    PLAN = "plan"
    STILL = "still"
    SHEET = "sheet"  # a photo of a paper that people signed


WIDEST = {Kind.PLAN: WIDEST_PLAN_PX, Kind.STILL: WIDEST_STILL_PX, Kind.SHEET: WIDEST_SHEET_PX}
_PHOTOS = ("PNG", "JPEG")


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    size_wh: tuple[int, int]  # pixels
    bars: tuple[float, float]  # the shares of width and height that are black on each side
    pages: int  # how many pages the file has; of more than one the page was to be chosen
    notes: tuple[str, ...]  # what is doubtful about it, sentences for people
    people: tuple[Box, ...] = ()  # where somebody may be in a camera's picture
    tilt_deg: float = 0.0  # of a plan, see `measure_tilt`


def convert(source: Path, target: Path, *, kind: Kind, page: int = 0) -> Uploaded:
    """Make a file that was sent into a picture; `page` counts from 1, 0 where nobody chose one."""
    command = [sys.executable, "-m", "sim.footage.stills.uploaded", str(source), str(target), kind.value, str(page)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=WALL_S, check=False, cwd=Path(__file__).parents[3])
    except subprocess.TimeoutExpired as error:
        target.unlink(missing_ok=True)
        raise RecordingError(f"this file was not read: {BUSY}", todo="try again later") from error
    said = read_answer(done.stdout)
    if "error" in said or done.returncode != 0 or not target.is_file():
        target.unlink(missing_ok=True)
        raise RecordingError(str(said.get("error") or _UNKNOWN))
    width, height = said["size_wh"]
    across, down = said["bars"]
    return Uploaded(
        size_wh=(int(width), int(height)),
        bars=(float(across), float(down)),
        pages=int(said["pages"]),
        notes=tuple(str(each) for each in said["notes"]),
        people=tuple((float(a), float(b), float(c), float(d)) for a, b, c, d in said["people"]),
        tilt_deg=float(said["tilt_deg"]),
    )


def main(arguments: list[str]) -> int:
    """Read the file, write the picture, and say on the last line of the output what became of it."""
    source, target, kind, page = Path(arguments[0]), Path(arguments[1]), Kind(arguments[2]), int(arguments[3])
    limit_this_process(memory_bytes=MEMORY_BYTES, cpu_s=CPU_S, too_long=_TOO_LONG)
    Image.MAX_IMAGE_PIXELS = MOST_PX
    cv2.setNumThreads(1)
    try:
        bgr, pages, notes = _read(source, kind, page)
        if kind is Kind.STILL:
            _refuse_round(bgr)
        bgr, bars = _pad(bgr) if kind is Kind.STILL else (bgr, (0.0, 0.0))
        notes += _judge(bgr) if kind is Kind.STILL else []
        people = find_people(bgr, PersonDetector()) if kind is Kind.STILL else ()
        bgr = _shrink(bgr, WIDEST[kind])
        tilt_deg = measure_tilt(bgr) if kind is Kind.PLAN else 0.0
        write_picture(target, bgr)
    except RecordingError as error:
        print(json.dumps({"error": error.on_screen}))
        return 1
    except MemoryError:
        print(json.dumps({"error": "This picture is too large to be read here. Export it smaller."}))
        return 1
    except OSError as error:
        print(json.dumps({"error": f"The picture could not be stored: {error.strerror or error}. Free some space."}))
        return 1
    size_wh = [bgr.shape[1], bgr.shape[0]]
    told = {"size_wh": size_wh, "bars": bars, "pages": pages, "notes": notes, "people": people, "tilt_deg": tilt_deg}
    print(json.dumps(told))
    return 0


def _read(source: Path, kind: Kind, page: int) -> tuple[Bgr, int, list[str]]:
    with source.open("rb") as file:
        head = file.read(1024)
    if b"%PDF-" in head:
        if kind is Kind.STILL:
            raise RecordingError("this is a PDF", expected="a picture or a clip of the camera's view")
        if kind is Kind.SHEET:
            raise RecordingError("this is a PDF, whatever its name says", todo="send a photo of the paper (JPG or PNG)")
        return _read_pdf(source, page)
    text = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if text.startswith((b"<svg", b"<?xml", b"<!doctype", b"<html")):
        raise RecordingError(
            "this is an SVG drawing or a web page, whatever its name says", todo="export it as PNG or JPG"
        )
    try:
        with Image.open(source, formats=_PHOTOS if kind is Kind.SHEET else _STILLS) as opened:
            if kind is Kind.SHEET and opened.format == "PNG" and getattr(opened, "is_animated", False):
                raise RecordingError("this picture moves", todo="send a photo of the paper (JPG or PNG)")
            width, height = opened.size
            if width * height > MOST_PX:
                raise RecordingError(
                    f"this picture has {width} x {height} pixels", todo="export it at most 10,000 wide"
                )
            opened.draft("RGB", (WIDEST_PLAN_PX, WIDEST_PLAN_PX))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
            upright.thumbnail((WIDEST_PLAN_PX, WIDEST_PLAN_PX))
            bgr = np.ascontiguousarray(np.asarray(upright, dtype=np.uint8)[..., ::-1])
    except Image.DecompressionBombError as error:
        raise RecordingError("this picture has too many pixels", todo="export it at most 10,000 wide") from error
    except UnidentifiedImageError:
        return _read_clip(source, kind)
    except (OSError, ValueError, SyntaxError) as error:
        raise RecordingError("this picture is damaged or cut short", todo="export it again") from error
    if min(bgr.shape[:2]) < LEAST_PX // 2 or bgr.shape[1] < LEAST_PX // 2:
        raise RecordingError(
            f"this picture has {bgr.shape[1]} x {bgr.shape[0]} pixels", expected=f"at least {LEAST_PX} wide"
        )
    return bgr, 1, []


def _read_clip(source: Path, kind: Kind) -> tuple[Bgr, int, list[str]]:
    if kind is Kind.SHEET:
        raise RecordingError("this file is no photo", todo="send a photo of the paper (JPG or PNG)")
    if kind is Kind.PLAN:
        raise RecordingError("this file is no picture and no PDF", todo="export the plan as PNG, JPG or PDF")
    try:
        pictures = read_spread(source)
    except TurnError:
        raise
    except RecordingError as error:
        raise RecordingError(
            "this file is neither a picture nor a clip that can be read",
            todo="export a picture (PNG or JPG), or a clip as MP4",
        ) from error
    empty = make_empty_picture(pictures)
    share = float(empty.changing.mean())
    notes = (
        [] if share < 0.002 else [f"{share:.1%} of the picture never held still: look whether someone is left in it."]
    )
    detector = PersonDetector()
    stood = find_people(empty.bgr, detector)
    bgr, _ = take_from_others(empty.bgr, pictures[::_EVERY], stood, detector) if stood else (empty.bgr, ())
    return bgr, 1, notes


def _read_pdf(source: Path, page: int) -> tuple[Bgr, int, list[str]]:
    import pypdfium2  # noqa: PLC0415 - only here, in the child

    try:
        document = pypdfium2.PdfDocument(str(source))
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise RecordingError(
                "this PDF is locked with a password", todo="save it without one, or take a picture of the page"
            ) from error
        raise RecordingError("this PDF is damaged", todo="export it again") from error
    if pages > MOST_PAGES:
        raise RecordingError(f"this PDF has {pages} pages", todo="save the page with the plan as a file of its own")
    if pages > 1 and not 1 <= page <= pages:
        raise RecordingError(f"this PDF has {pages} pages", todo="enter the page that shows this floor")
    sheet = document[max(page, 1) - 1]
    width, height = sheet.get_size()
    if not (width > 1 and height > 1):
        raise RecordingError("this page of the PDF is empty", todo="choose another page")
    scale = min(WIDEST_PLAN_PX * 0.75 / max(width, height), 8.0)
    rgb = np.asarray(sheet.render(scale=scale).to_pil().convert("RGB"), dtype=np.uint8)
    return np.ascontiguousarray(rgb[..., ::-1]), pages, []


def _pad(bgr: Bgr) -> tuple[Bgr, tuple[float, float]]:
    """Return a picture in the shape 16:9, black bars added, and their shares of width and height on each side."""
    height, width = bgr.shape[:2]
    if abs(width / height / SHAPE - 1) < _SHAPE_SLACK:
        return bgr, (0.0, 0.0)
    across = max(0, round((height * SHAPE - width) / 2))
    down = max(0, round((width / SHAPE - height) / 2))
    padded = cv2.copyMakeBorder(bgr, down, down, across, across, cv2.BORDER_CONSTANT, value=(0, 0, 0))
    shares = (across / padded.shape[1], down / padded.shape[0])
    return np.asarray(padded, dtype=np.uint8), shares


def _shrink(bgr: Bgr, widest_px: int) -> Bgr:
    height, width = bgr.shape[:2]
    if max(width, height) <= widest_px:
        return bgr
    scale = widest_px / max(width, height)
    size_wh = (round(width * scale), round(height * scale))
    return np.asarray(cv2.resize(bgr, size_wh, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def measure_tilt(bgr: Bgr) -> float:
    """Return how far a plan's long lines are from level or upright, degrees counterclockwise; 0 where they disagree."""
    grey = cv2.cvtColor(_shrink(bgr, _LINES_PX), cv2.COLOR_BGR2GRAY)
    lines = cv2.createLineSegmentDetector().detect(grey)[0]
    if lines is None:
        return 0.0
    ends = lines.reshape(-1, 2, 2).astype(np.float64)
    across, down = (ends[:, 1] - ends[:, 0]).T
    length = np.hypot(across, down)
    is_long = length > _LONG_SHARE * max(grey.shape)
    tilts, length = np.rad2deg(np.arctan2(-down, across))[is_long], length[is_long]
    if not len(tilts):
        return 0.0
    apart = (tilts[None, :] - tilts[:, None] + 45) % 90 - 45
    alike = (np.abs(apart) < _ALIKE_DEG) @ length
    best = int(alike.argmax())
    if alike[best] < length.sum() / 2:
        return 0.0
    near = np.abs(apart[best]) < _ALIKE_DEG
    tilt = tilts[best] + np.average(apart[best][near], weights=length[near])
    return round(float((tilt + 45) % 90 - 45), 2)


def _refuse_round(bgr: Bgr) -> None:
    """Refuse the round picture of a fisheye: all corners black, and the middles of its edges not."""
    grey = bgr.mean(axis=2)
    height, width = grey.shape
    down, across = max(2, int(height * _CORNER_SHARE)), max(2, int(width * _CORNER_SHARE))
    corners = [
        grey[y, x] for y in (slice(0, down), slice(-down, None)) for x in (slice(0, across), slice(-across, None))
    ]
    middle = slice(height // 2 - down, height // 2 + down), slice(width // 2 - across, width // 2 + across)
    top = grey[:down, middle[1]]
    if max(float(corner.max()) for corner in corners) < _BLACK and float(top.mean()) > 2 * _BLACK < grey[middle].mean():
        raise RecordingError(
            "this is the round picture of a fisheye camera", todo="export a flat view of it, or leave this camera out"
        )


def _judge(bgr: Bgr) -> list[str]:
    if float(bgr.std()) < _PLAIN_LEVELS:
        return ["This picture is almost one color: look whether the camera was covered or off."]
    apart = np.abs(bgr.astype(np.int16) - bgr.mean(axis=2, keepdims=True)).mean()
    return ["This picture has no colors. If it is infrared, set the camera to night."] if apart < 1.0 else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
