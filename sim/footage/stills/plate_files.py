"""A camera's plate from a picture of its empty view, or from a clip in which people walk about."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from sim.errors import RecordingError
from sim.footage.paint.plate import FAR_M, write_depth_file, write_picture_file
from sim.footage.stills.person_detector import PersonDetector, find_people
from sim.footage.stills.plan_depth import compute_plan_depth
from sim.footage.video.sizes import check_size
from sim.footage.video.still import TurnReader, read_tag
from sim.site.camera import CameraView, make_view
from sim.site.model import CameraSpec, Site

PICTURES = 61
LEAST_PICTURES = 9
STEADY = 24
LONGEST_S = 300.0
"""Of a longer clip the first minutes are enough."""
_BAND_ROWS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyPicture:
    bgr: NDArray[np.uint8]
    # [h, w], where the clip was so different from time to time that the median may show nothing real: more than a
    # quarter of its pictures are over 24 levels off
    changing: NDArray[np.bool_]
    pictures: int  # how many pictures it is the median of


def compute_empty_picture(clip: Path, *, most: int = PICTURES) -> EmptyPicture:
    """Return the empty view of a clip, from at most `most` pictures spread over its length."""
    return make_empty_picture(read_spread(clip, most))


def make_empty_picture(pictures: Sequence[NDArray[np.uint8]]) -> EmptyPicture:
    height, width = pictures[0].shape[:2]
    bgr = np.empty((height, width, 3), dtype=np.uint8)
    changing = np.empty((height, width), dtype=np.bool_)
    for top in range(0, height, _BAND_ROWS):
        band = np.stack([picture[top : top + _BAND_ROWS] for picture in pictures])
        median = np.median(band, axis=0)
        bgr[top : top + _BAND_ROWS] = np.round(median)
        off = np.abs(band.astype(np.float32) - median).max(axis=3) > STEADY
        changing[top : top + _BAND_ROWS] = off.mean(axis=0) > 0.25
    return EmptyPicture(bgr=bgr, changing=changing, pictures=len(pictures))


def read_spread(clip: Path, most: int = PICTURES) -> list[NDArray[np.uint8]]:
    """Return pictures about evenly spread over the first five minutes of a clip."""
    found = _read_pictures(clip, most)
    if len(found) < LEAST_PICTURES:
        raise RecordingError(
            f"{clip.name} has {len(found)} pictures",
            expected=f"at least {LEAST_PICTURES}, better some minutes",
            todo="export a longer clip",
        )
    return found


def _read_pictures(clip: Path, most: int) -> list[NDArray[np.uint8]]:
    try:
        with av.open(str(clip)) as container:
            if not container.streams.video:
                raise RecordingError(f"{clip.name} has no picture", expected="a video", todo="choose another file")
            stream = container.streams.video[0]
            length_s = min(float((container.duration or 0) / av.time_base), LONGEST_S)
            step_s = max(length_s / most, 0.0)
            found: list[NDArray[np.uint8]] = []
            turns = TurnReader(tag=read_tag(container, stream), name="this clip")
            for frame in container.decode(stream):
                if len(found) == most:
                    break
                if (frame.time or 0.0) >= len(found) * step_s:
                    turn = turns.find(frame)
                    found.append(turn.apply(np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8)))
            return found
    except (av.error.FFmpegError, OSError) as error:
        raise RecordingError(
            f"{clip.name} cannot be read as a video: {error}", todo="export it again, as MP4 with H.264"
        ) from error


WIDEST_PX = 1920
LEAST_PX = 320
_SHAPE_SLACK = 0.02
_STILLS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateFiles:
    """What was written: picture, depth, the share of a clip's pixels that never held still, people found in it."""

    picture: Path
    depth: Path
    changing: float
    people: int


def make_plate_files(site: Site, camera: CameraSpec, source: Path, *, folder: Path) -> PlateFiles:
    bgr, changing = _read_source(source)
    height, width = bgr.shape[:2]
    wanted = camera.size_wh[0] / camera.size_wh[1]
    if width < LEAST_PX or abs(width / height / wanted - 1) > _SHAPE_SLACK:
        raise RecordingError(
            f"{source.name} is {width}x{height}",
            expected=f"at least {LEAST_PX} pixels wide, and the shape of {camera.size_wh[0]}x{camera.size_wh[1]}",
            todo=f"export the whole picture of {camera.camera_id}, or set its size_wh in site.yaml",
        )
    if width > WIDEST_PX:
        smaller_wh = (WIDEST_PX, round(height * WIDEST_PX / width))
        bgr = np.asarray(cv2.resize(bgr, smaller_wh, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    depth_m = compute_plan_depth(site, camera, size_wh=(bgr.shape[1], bgr.shape[0]))
    folder.mkdir(parents=True, exist_ok=True)
    return PlateFiles(
        picture=write_picture_file(folder, camera.camera_id, bgr),
        depth=write_depth_file(folder, camera.camera_id, depth_m),
        changing=changing,
        people=len(find_people(bgr, PersonDetector())),
    )


def _read_source(source: Path) -> tuple[NDArray[np.uint8], float]:
    if not source.is_file():
        raise RecordingError(f"{source} is not there", todo="check the path")
    try:
        with Image.open(source, formats=_STILLS) as opened:
            check_size(source, *opened.size)
            return np.ascontiguousarray(np.asarray(opened.convert("RGB"))[..., ::-1]), 0.0
    except UnidentifiedImageError:
        empty = compute_empty_picture(source)
        return empty.bgr, float(empty.changing.mean())
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise RecordingError(f"{source.name} is a damaged picture: {error}", todo="export it again") from error


BAR_M = 0.2
"""Depth of what is no picture: nobody is drawn in front of it."""
_LEVEL = 1e-6


def make_own_plate(
    site: Site,
    camera: CameraSpec,
    still: Path,
    *,
    folder: Path,
    outlines: Sequence[Sequence[tuple[float, float]]] = (),
    bars: tuple[float, float] = (0.0, 0.0),
) -> None:
    try:
        with Image.open(still) as opened:
            bgr = np.ascontiguousarray(np.asarray(opened.convert("RGB"), dtype=np.uint8)[..., ::-1])
    except OSError as error:
        raise RecordingError(f"the picture of {camera.name} cannot be read", todo="add it again") from error
    size_wh = (bgr.shape[1], bgr.shape[0])
    depth_m = compute_plan_depth(site, camera, size_wh=size_wh)
    floor_m = next(f.elevation_m for f in site.floors if f.floor_id == camera.floor)
    for outline in outlines:
        _draw_outline(depth_m, make_view(camera, size_wh=size_wh), outline, floor_m)
    _draw_bars(depth_m, bars)
    folder.mkdir(parents=True, exist_ok=True)
    write_picture_file(folder, camera.camera_id, bgr)
    write_depth_file(folder, camera.camera_id, depth_m)


def _draw_outline(
    depth_m: NDArray[np.float32], view: CameraView, outline: Sequence[tuple[float, float]], floor_m: float
) -> None:
    """Put what is in an outline as far away as the floor at its lowest point, where it is not nearer already."""
    pixels = np.asarray(outline, dtype=np.float64) * view.size_wh
    lowest = pixels[int(pixels[:, 1].argmax())]
    (ray,) = view.compute_rays(lowest[None]) @ view.rotation
    if ray[2] > -_LEVEL:
        return
    stands_m = min(float((floor_m - view.position_m[2]) / ray[2]), FAR_M)
    mask = np.zeros(depth_m.shape, dtype=np.uint8)
    cv2.fillPoly(mask, [np.round(pixels).astype(np.int32)], (1,))
    depth_m[mask > 0] = np.minimum(depth_m[mask > 0], np.float32(stands_m))


def _draw_bars(depth_m: NDArray[np.float32], bars: tuple[float, float]) -> None:
    across, down = round(bars[0] * depth_m.shape[1]), round(bars[1] * depth_m.shape[0])
    if across:
        depth_m[:, :across] = depth_m[:, -across:] = BAR_M
    if down:
        depth_m[:down] = depth_m[-down:] = BAR_M
