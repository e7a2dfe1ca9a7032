"""A camera's plate from a picture of its empty view, or from a clip in which people walk about."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from sim.errors import RecordingError
from sim.footage.paint.plate import write_depth_file, write_picture_file
from sim.footage.picture_size import check_size
from sim.footage.stills.empty_picture import compute_empty_picture
from sim.footage.stills.people_left import find_people
from sim.footage.stills.person_detector import PersonDetector
from sim.footage.stills.plan_depth import compute_plan_depth
from sim.site.model import CameraSpec, Site

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
    """Write the plate of a camera into a folder, from a still or a clip."""
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
