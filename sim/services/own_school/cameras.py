"""Matching a camera: from the points that somebody clicked to where it hangs, and what to click next."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from shapely.geometry import Point, Polygon

from sim.errors import SiteError
from sim.services.app.wiring import App
from sim.services.own_school.editing import get_drawing
from sim.site.camera import CameraView
from sim.site.drawing import DrawnCamera
from sim.site.drawn_site import make_site
from sim.site.fit import (
    GOOD_PAIRS,
    LEAST_PAIRS,
    CameraFit,
    CameraGuess,
    FloatArray,
    PointPair,
    fit_camera,
    suggest_points,
)
from sim.site.model import Site
from sim.site.plan import WALL_THICKNESS_M

ASKED: Final = 3
_EDGE_SHARE: Final = 0.03
_NEAREST_M, _FARTHEST_M = 0.6, 35.0
_APART_M: Final = 0.3
_POOR_SHARE: Final = 0.012
_DOUBT: Final = (
    "These points fit no ordinary camera well. Check that each is the same place on the plan and in the picture, and "
    "its height. Pictures of fisheye cameras, or of several lenses side by side, cannot be matched."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corner:
    """A point of the plan to be clicked next: where it is, its height, and where the picture is likely to show it."""

    at: tuple[float, float]
    z_m: float
    words: str
    u: float
    v: float


def match_camera(app: App, school_id: str, camera_id: str) -> dict[str, Any]:
    """Return a camera found from its points, as JSON: `found`, how far each point is `off_px`, `bad`, `next`,
    `doubt`.
    """
    drawing = get_drawing(app, school_id)
    if camera_id not in drawing["cameras"]:
        raise SiteError("this camera is not on the plan any more", todo="reload the page")
    camera = DrawnCamera.model_validate(drawing["cameras"][camera_id])
    if camera.picture_wh is None:
        raise SiteError("this camera has no picture yet", todo="add its picture first")
    site = make_site(drawing, site_id=school_id)
    ground_m = next(f.elevation_m for f in site.floors if f.floor_id == camera.floor)
    pairs = tuple(
        PointPair(
            site_m=(*point.at, point.z_m + ground_m),
            picture_px=(point.u * camera.picture_wh[0], point.v * camera.picture_wh[1]),
        )
        for point in camera.points
    )
    guess = make_guess(site, camera, ground_m)
    fit = fit_camera(pairs, guess, size_wh=camera.picture_wh)
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
        "next": [_write_corner(c) for c in _suggest(site, camera, fit, guess)],
        "is_enough": len(pairs) >= GOOD_PAIRS,
        "doubt": _DOUBT if float(np.median(fit.residuals_px)) > _POOR_SHARE * camera.picture_wh[0] else "",
        "least": LEAST_PAIRS,
    }


def make_guess(site: Site, camera: DrawnCamera, ground_m: float) -> CameraGuess:
    """Return what is known of a camera before its points: where it was put, and in which room."""
    at = Point(camera.at)
    rooms = [Polygon(s.polygon) for s in site.spaces if s.floor == camera.floor and s.kind != "outdoor"]
    return CameraGuess(
        at=camera.at,
        yaw_deg=camera.yaw_deg,
        z_m=camera.over_floor_m + ground_m,
        inside=next((room for room in rooms if room.covers(at)), None),
        hfov_deg=camera.hfov_deg,
    )


def list_corners(site: Site, floor_id: str) -> list[tuple[FloatArray, str]]:
    """Return the points of a floor that can be told on a plan and in a picture, [x, y, height], with words."""
    floor = next(f for f in site.floors if f.floor_id == floor_id)
    found: list[tuple[FloatArray, str]] = []
    for door in site.openings:
        if door.floor == floor_id:
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
                found.append((np.array([x, y, 0.0]), f"corner of {space.name} at the floor"))
                if space.kind != "outdoor":
                    height_m = space.height_m or floor.height_m
                    found.append((np.array([x, y, height_m]), f"corner of {space.name} at the ceiling"))
    return found


def _suggest(site: Site, camera: DrawnCamera, fit: CameraFit, guess: CameraGuess) -> list[Corner]:
    """Return what to click next, the most useful first: only what the picture shows by the camera so far."""
    ground_m = next(f.elevation_m for f in site.floors if f.floor_id == camera.floor)
    view = fit.make_view()
    corners = list_corners(site, camera.floor)
    clicked = np.array([[*point.at, point.z_m + ground_m] for point in camera.points])
    points = np.array([place for place, _ in corners]) + np.array([0.0, 0.0, ground_m])
    seen = _find_seen(view, points) & (np.linalg.norm(points[:, None] - clicked[None], axis=2).min(axis=1) > _APART_M)
    walked = np.array([[*node.at, ground_m + node.z_m] for node in site.walk_nodes if node.floor == camera.floor])
    walked = walked[_find_seen(view, walked)] if len(walked) else walked
    rows = np.flatnonzero(seen)
    if not len(rows) or not len(walked):
        return []
    chosen = suggest_points(
        fit, guess, clicked_m=clicked, candidates_m=points[rows], walked_m=walked, count=min(ASKED, len(rows))
    )
    pixels, _ = view.compute_pixels(points)
    return [
        Corner(
            at=(float(points[row][0]), float(points[row][1])),
            z_m=float(points[row][2] - ground_m),
            words=corners[row][1],
            u=float(pixels[row][0] / view.size_wh[0]),
            v=float(pixels[row][1] / view.size_wh[1]),
        )
        for row in (int(rows[number]) for number in chosen)
    ]


def _find_seen(view: CameraView, points: FloatArray) -> FloatArray:
    """Return which points [n, 3] lie well inside a picture, before the camera and not far."""
    pixels, depth_m = view.compute_pixels(points)
    shares = pixels / np.asarray(view.size_wh)
    inside = ((shares > _EDGE_SHARE) & (shares < 1 - _EDGE_SHARE)).all(axis=1)
    return np.asarray(inside & (depth_m > _NEAREST_M) & (depth_m < _FARTHEST_M))


def _write_corner(corner: Corner) -> dict[str, Any]:
    return {
        "at": [round(corner.at[0], 3), round(corner.at[1], 3)],
        "z_m": round(corner.z_m, 2),
        "words": corner.words,
        "u": round(corner.u, 4),
        "v": round(corner.v, 4),
    }
