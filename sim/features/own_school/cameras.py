"""The cameras of a school of one's own: their pictures, and matching them by points that somebody clicked."""

import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
from shapely.geometry import Polygon

from sim.app.wiring import App
from sim.errors import RecordingError, SiteError, StoreError
from sim.features.own_school.editing import get_drawing
from sim.features.own_school.folder import PICTURES, get_folder
from sim.footage.stills.person_detector import paint_out, read_picture, write_picture
from sim.footage.stills.plan_depth import compute_plan_depth
from sim.footage.stills.uploaded import Kind, Uploaded, convert
from sim.site.camera import CameraView
from sim.site.checks import make_site
from sim.site.drawing import Drawing, DrawnCamera
from sim.site.fit import (
    GOOD_PAIRS,
    CameraFit,
    CameraGuess,
    FloatArray,
    PointPair,
    estimate_error_m,
    fit_camera,
    make_guess,
    suggest_points,
)
from sim.site.model import Site
from sim.site.plan import WALL_THICKNESS_M, list_indoor_openings

ASKED: Final = 3
_EDGE_SHARE: Final = 0.03
_NEAREST_M, _FARTHEST_M = 0.6, 35.0
_APART_M: Final = 0.3
_POOR_SHARE: Final = 0.012
_GOOD_COUNT: Final = 8
_FAIR_M, _POOR_M = 0.25, 0.6
# how much farther than the nearest floor that it sees people count for a match: beyond, a meter is few pixels
_NEAR_M: Final = 12.0
_LOW_SHARE: Final = 2 / 3
_DEPTH_WH: Final = (320, 180)
MARK_END: Final = ".mark"


def match_camera(app: App, school_id: str, camera_id: str) -> dict[str, Any]:
    drawing = get_drawing(app, school_id)
    if camera_id not in drawing["cameras"]:
        raise SiteError("this camera is not on the plan any more", todo="reload the page")
    camera = DrawnCamera.model_validate(drawing["cameras"][camera_id])
    if camera.picture_wh is None:
        raise SiteError("this camera has no picture yet", todo="add its picture first")
    site = make_site(drawing, site_id=school_id)
    guess = make_guess(
        site,
        camera.floor,
        camera.at,
        yaw_deg=camera.yaw_deg,
        over_floor_m=camera.over_floor_m,
        hfov_deg=camera.hfov_deg,
    )
    ground_m = guess.ground_m
    clicked = np.array([[*point.at, point.z_m + ground_m] for point in camera.points])
    pairs = tuple(
        PointPair(site_m=place, picture_px=(point.u * camera.picture_wh[0], point.v * camera.picture_wh[1]))
        for place, point in zip(map(tuple, clicked.tolist()), camera.points, strict=True)
    )
    fit = fit_camera(pairs, guess, size_wh=camera.picture_wh)
    walked = np.array([[*n.at, ground_m + n.z_m] for n in site.walk_nodes if n.floor == camera.floor]).reshape(-1, 3)
    walked = walked[_find_seen(fit.make_view(), walked)]
    away_m = np.linalg.norm(walked[:, :2] - fit.position_m[:2], axis=1)
    walked = walked[away_m < away_m.min(initial=np.inf) + _NEAR_M]
    grade, advice = _judge_match(
        fit, camera, estimate_error_m(fit, guess, clicked_m=clicked, walked_m=walked) if len(walked) else 0.0
    )
    yaw, pitch, roll = (round(value, 2) for value in fit.turn_deg)
    x, y, z = fit.position_m
    return {
        "found": {
            "at": [round(x, 3), round(y, 3)],
            "over_floor_m": round(z - ground_m, 3),
            "yaw_deg": yaw,
            "pitch_deg": pitch,
            "roll_deg": roll,
            "hfov_deg": round(fit.hfov_deg, 2),
            "k1": round(fit.k1, 4),
        },
        "off_px": [round(float(value), 1) for value in fit.residuals_px],
        "bad": list(fit.bad),
        "next": []
        if len(pairs) >= GOOD_PAIRS
        else _suggest(site, camera_id, fit, guess, clicked=clicked, walked=walked),
        "grade": grade,
        "advice": advice,
    }


def list_corners(site: Site, floor_id: str) -> list[tuple[FloatArray, str]]:
    """Return the points of a floor that can be told on a plan and in a picture, [x, y, height], with words."""
    floor = next(f for f in site.floors if f.floor_id == floor_id)
    found: list[tuple[FloatArray, str]] = []
    for door in list_indoor_openings(site, floor_id):
        angle = np.deg2rad(door.facing_deg)
        inward = np.array([np.cos(angle), np.sin(angle)])
        along = np.array([-inward[1], inward[0]]) * door.width_m / 2
        for side in (-1, 1):
            x, y = np.asarray(door.at) + inward * WALL_THICKNESS_M / 2 + side * along
            found.append((np.array([x, y, 0.0]), f"foot of the frame of {door.name}"))
            found.append((np.array([x, y, door.height_m]), f"top corner of the frame of {door.name}"))
    for space in site.spaces:
        if space.floor == floor_id:
            inset_m = 0.0 if space.kind == "outdoor" else WALL_THICKNESS_M / 2
            inner = Polygon(space.polygon).buffer(-inset_m, join_style="mitre")
            for x, y in list(inner.exterior.coords)[:-1] if isinstance(inner, Polygon) else space.polygon:
                low = "on the ground" if space.kind == "outdoor" else "at the floor"
                found.append((np.array([x, y, 0.0]), f"corner of {space.name} {low}"))
                if space.kind != "outdoor":
                    height_m = space.height_m or floor.height_m
                    found.append((np.array([x, y, height_m]), f"corner of {space.name} at the ceiling"))
    return found


def _judge_match(fit: CameraFit, camera: DrawnCamera, error_m: float) -> tuple[str, str]:
    share = float(np.median(fit.residuals_px)) / fit.size_wh[0]
    count, wrong = len(camera.points), len(fit.bad)
    is_poor = share > _POOR_SHARE or error_m > _POOR_M or 4 * wrong > count
    grade = "poor" if is_poor else "fair"
    if share > _POOR_SHARE:
        return grade, (
            "These points fit no ordinary camera well. Check that each is the same place on the plan and in the "
            "picture, and its height. Pictures of fisheye cameras, or of several lenses side by side, cannot be "
            "matched."
        )
    if wrong:
        return grade, f"Point {fit.bad[0] + 1} fits none of the others. Look at it again, and at its height."
    if all(point.v < _LOW_SHARE for point in camera.points):
        return grade, (
            "Add a point in the lower third of the picture, such as the foot of a door frame near the camera. Without "
            "one, people may be drawn too large or too small."
        )
    if is_poor or error_m > _FAIR_M or count < _GOOD_COUNT:
        off = f"People would stand {'far' if is_poor else 'a step'} from their place. " if error_m > _FAIR_M else ""
        return grade, f"{off}Add points far from the others: left and right, near and far."
    return "good", "Check the size of people with Show people, then use this match."


def _suggest(
    site: Site, camera_id: str, fit: CameraFit, guess: CameraGuess, *, clicked: FloatArray, walked: FloatArray
) -> list[dict[str, Any]]:
    """Return what to click next, the most useful first: only what this camera shows, by the match so far.

    Of each where it is, its height, and where the picture is likely to show it.
    """
    ground_m, view = guess.ground_m, fit.make_view()
    corners = list_corners(site, site.get_camera(camera_id).floor)
    points = np.array([place for place, _ in corners]) + np.array([0.0, 0.0, ground_m])
    seen = _find_seen(view, points) & (np.linalg.norm(points[:, None] - clicked[None], axis=2).min(axis=1) > _APART_M)
    rows = np.flatnonzero(seen & _find_unhidden(site, camera_id, fit, points))
    if not len(rows) or not len(walked):
        return []
    chosen = suggest_points(
        fit, guess, clicked_m=clicked, candidates_m=points[rows], walked_m=walked, count=min(ASKED, len(rows))
    )
    pixels, _ = view.compute_pixels(points)
    return [
        {
            "at": [round(float(points[row][0]), 3), round(float(points[row][1]), 3)],
            "z_m": round(float(points[row][2] - ground_m), 2),
            "words": corners[row][1],
            "u": round(float(pixels[row][0] / view.size_wh[0]), 4),
            "v": round(float(pixels[row][1] / view.size_wh[1]), 4),
        }
        for row in (int(rows[number]) for number in chosen)
    ]


def _find_unhidden(site: Site, camera_id: str, fit: CameraFit, points: FloatArray) -> FloatArray:
    """Return which points [n, 3] no wall, ceiling or furniture hides, by the plan."""
    yaw, pitch, roll = fit.turn_deg
    placed = {"position_m": fit.position_m, "yaw_deg": yaw, "pitch_deg": pitch, "roll_deg": roll}
    spec = site.get_camera(camera_id).model_copy(update={**placed, "hfov_deg": fit.hfov_deg, "k1": fit.k1})
    depth_m = compute_plan_depth(site, spec, size_wh=_DEPTH_WH)
    pixels, point_m = fit.make_view().compute_pixels(points)
    at = np.round(pixels / fit.size_wh * _DEPTH_WH - 0.5)
    rows, columns = (np.clip(at[:, axis], 1, _DEPTH_WH[axis] - 2).astype(int) for axis in (1, 0))
    # a corner is where surfaces meet: what is farther than all of them is behind
    around = [depth_m[rows + down, columns + across] for down in (-1, 0, 1) for across in (-1, 0, 1)]
    return np.asarray(point_m < np.max(around, axis=0) * 1.02 + WALL_THICKNESS_M)


def _find_seen(view: CameraView, points: FloatArray) -> FloatArray:
    """Return which points [n, 3] lie well inside a picture, before the camera and not far."""
    pixels, depth_m = view.compute_pixels(points)
    shares = pixels / np.asarray(view.size_wh)
    inside = ((shares > _EDGE_SHARE) & (shares < 1 - _EDGE_SHARE)).all(axis=1)
    return np.asarray(inside & (depth_m > _NEAREST_M) & (depth_m < _FARTHEST_M))


def find_picture(app: App, school_id: str, part: str) -> Path:
    path = get_folder(app, school_id) / PICTURES / f"{_check_part(app, school_id, part)}.webp"
    if not path.is_file():
        raise StoreError("there is no picture here yet", todo="add one")
    return path


def find_upload_place(app: App, school_id: str, part: str, *, mark: str) -> Path:
    return get_folder(app, school_id) / PICTURES / f"{_check_part(app, school_id, part)}.{mark}.sent"


def take_picture(app: App, school_id: str, part: str, sent: Path, *, page: int) -> tuple[Uploaded, str]:
    """Make a file that was sent into the picture of a floor or camera; the file is deleted either way.

    Return what is to be said of it, and a mark that tells it from every other picture of the camera, "" for a plan.
    """
    name = _check_part(app, school_id, part)
    target = get_folder(app, school_id) / PICTURES / f"{name}.webp"
    made = sent.with_suffix(".made")
    try:
        found = convert(sent, made, kind=Kind.PLAN if name.startswith("plan-") else Kind.STILL, page=page)
        mark = "" if name.startswith("plan-") else secrets.token_hex(4)
        _store(made, target, mark=mark)
    except OSError as error:
        raise RecordingError(f"the picture could not be stored: {error.strerror}", todo="free some space") from error
    finally:
        sent.unlink(missing_ok=True)
        made.unlink(missing_ok=True)
    return found, mark


def _store(made: Path, target: Path, *, mark: str) -> None:
    """Put a picture in its place with its mark: first the mark, so that it is never taken for the one before."""
    marked = target.with_suffix(MARK_END)
    before = marked.read_text(encoding="ascii") if marked.is_file() else None
    try:
        if mark:
            marked.write_text(mark, encoding="ascii")
        made.replace(target)
    except OSError:
        with suppress(OSError):
            marked.unlink(missing_ok=True)
            if before is not None:
                marked.write_text(before, encoding="ascii")
        raise


def list_unseen(folder: Path, drawing: Drawing) -> tuple[str, ...]:
    """Return the cameras whose stored picture their drawing has not heard of: nobody looked for people in it."""
    found = []
    for camera_id, drawn in drawing["cameras"].items():
        marked = folder / PICTURES / f"{camera_id}{MARK_END}"
        known = DrawnCamera.model_validate(drawn).picture_mark
        if marked.is_file() and marked.read_text(encoding="ascii") != known:
            found.append(camera_id)
    return tuple(found)


def paint_boxes(app: App, school_id: str, camera_id: str) -> int:
    """Fill the boxes that are drawn in a camera's picture from around them; return how many there were."""
    path = find_picture(app, school_id, camera_id)
    drawn = get_drawing(app, school_id)["cameras"].get(camera_id)
    if drawn is None:
        raise StoreError("this is no picture of a camera", todo="reload the page")
    boxes = DrawnCamera.model_validate(drawn).boxes
    made = path.with_suffix(".painted")
    try:
        write_picture(made, paint_out(read_picture(path), boxes))
        made.replace(path)
    except OSError as error:
        raise StoreError(f"the picture could not be stored: {error.strerror}", todo="free some space") from error
    finally:
        made.unlink(missing_ok=True)
    return len(boxes)


def _check_part(app: App, school_id: str, part: str) -> str:
    drawing = get_drawing(app, school_id)
    if part in drawing["cameras"] or (part.startswith("plan-") and part.removeprefix("plan-") in drawing["floors"]):
        return part
    raise StoreError("this camera or floor is not on the plan any more", todo="reload the page")
