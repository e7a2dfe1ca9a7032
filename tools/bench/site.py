"""How well a camera is found from clicks, and depth from the plan, on all shipped schools."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import Point, Polygon

from sim.app.settings import PROJECT
from sim.footage.paint.plate import Plate, load_plate
from sim.footage.stills.plan_depth import compute_plan_depth
from sim.site.camera import CameraView, make_view
from sim.site.fit import GOOD_PAIRS, LEAST_PAIRS, CameraFit, CameraGuess, PointPair, fit_camera, suggest_points
from sim.site.model import PLATES_FOLDER, CameraSpec, Site, load_site
from sim.site.plan import WALL_THICKNESS_M, make_footprint
from tools.bench.rig import Figure, OnStep

FloatArray = NDArray[np.float64]

EDGE_PX, APART_PX = 6.0, 12.0
NEAREST_M, FARTHEST_M = 0.4, 45.0
_WINDOW_PX = 4
_LEAST_PX = 32.0
_DEPTH_SHARE, _DEPTH_M = 0.05, 0.12
_LOWER_THIRD = 2 / 3
_HUNG_M, _PLACED_SD_M, _POINTED_SD_DEG = 2.8, 0.7, 15.0
_CLICK_SD_PX, _PLAN_SD_M, _HEIGHT_SD_M = 2.0, 0.05, 0.03
"""How well somebody clicks in the picture and on the plan: standard deviations."""
_NEAR_AND_FAR = 0.25
_STEP_M = 0.7
_PERSON_M = 1.6
_NEAREST_PERSON_M = 1.0
_HIDDEN_SHARE = 0.93
_MAIN_STREAM_PX = 1280


def list_features(site: Site, floor_id: str) -> FloatArray:
    """Return the points [n, 3] of a floor, site meters: corners of door frames, rooms and things."""
    floor = next(f for f in site.floors if f.floor_id == floor_id)
    points = [*_list_door_points(site, floor_id), *_list_corners(site, floor_id, floor.height_m)]
    points += _list_thing_points(site, floor_id)
    return _raise(np.array(points, dtype=np.float64).reshape(-1, 3), floor.elevation_m)


def find_visible(site: Site, camera: CameraSpec, plate: Plate) -> tuple[FloatArray, FloatArray]:
    """Return the features [n, 3] that a picture shows, and where: pixels [n, 2] of the plate's size."""
    points = list_features(site, camera.floor)
    pixels, depth_m = make_view(camera, size_wh=plate.size_wh).compute_pixels(points)
    inside = ((pixels > EDGE_PX) & (pixels < np.array(plate.size_wh) - EDGE_PX)).all(axis=1)
    kept: list[int] = []
    for number in np.flatnonzero(inside & (depth_m > NEAREST_M) & (depth_m < FARTHEST_M)):
        column, row = (int(value) for value in pixels[number])
        around = plate.depth_m[
            max(row - _WINDOW_PX, 0) : row + _WINDOW_PX + 1, max(column - _WINDOW_PX, 0) : column + _WINDOW_PX + 1
        ]
        is_seen = (np.abs(around - depth_m[number]) < _DEPTH_SHARE * depth_m[number] + _DEPTH_M).any()
        is_apart = all(np.hypot(*(pixels[number] - pixels[other])) > APART_PX for other in kept)
        if is_seen and is_apart:
            kept.append(int(number))
    return points[kept], pixels[kept]


def choose_points(
    pixels: FloatArray, depth_m: FloatArray, count: int, *, size_wh: tuple[int, int], dice: np.random.Generator
) -> list[int]:
    """Return which points somebody takes who spreads them left and right, high and low, near and far: one low first."""
    low = np.flatnonzero(pixels[:, 1] > _LOWER_THIRD * size_wh[1])
    first = int(dice.choice(low)) if len(low) else int(pixels[:, 1].argmax())
    seen_at = np.column_stack([pixels / size_wh[0], _NEAR_AND_FAR * np.log(depth_m)])
    chosen = [first]
    while len(chosen) < min(count, len(pixels)):
        gaps = np.linalg.norm(seen_at[:, None] - seen_at[chosen][None], axis=2).min(axis=1)
        chosen.append(int(gaps.argmax()))
    return chosen


def click(points: FloatArray, pixels: FloatArray, dice: np.random.Generator) -> tuple[PointPair, ...]:
    """Return the pairs as they are clicked, each off by a little."""
    off_m = dice.normal(0, 1, points.shape) * (_PLAN_SD_M, _PLAN_SD_M, _HEIGHT_SD_M)
    on_plan = points + off_m
    in_picture = pixels + dice.normal(0, _CLICK_SD_PX, pixels.shape)
    return tuple(
        PointPair(site_m=(float(x), float(y), float(z)), picture_px=(float(u), float(v)))
        for (x, y, z), (u, v) in zip(on_plan, in_picture, strict=True)
    )


def guess_camera(site: Site, camera: CameraSpec, dice: np.random.Generator) -> CameraGuess:
    """Return a camera as somebody puts it on the plan: the place and the direction are not exact, the room is right."""
    floor = next(f for f in site.floors if f.floor_id == camera.floor)
    at = Point(np.asarray(camera.position_m[:2]) + dice.normal(0, _PLACED_SD_M, 2))
    spot = Point(camera.position_m[:2])
    rooms = [Polygon(s.polygon) for s in site.spaces if s.floor == camera.floor and s.kind != "outdoor"]
    inside = next((room for room in rooms if room.covers(spot)), None)
    if inside is not None:
        room = inside.buffer(-WALL_THICKNESS_M, join_style="mitre")
        at = room.exterior.interpolate(room.exterior.project(at)) if not room.covers(at) else at
    return CameraGuess(
        at=(at.x, at.y),
        yaw_deg=camera.yaw_deg + float(dice.normal(0, _POINTED_SD_DEG)),
        z_m=floor.elevation_m + _HUNG_M,
        ground_m=floor.elevation_m,
        inside=inside,
    )


def _raise(points: FloatArray, by_m: float) -> FloatArray:
    return np.asarray(points + np.array([0.0, 0.0, by_m]))


def _list_door_points(site: Site, floor_id: str) -> Iterator[tuple[float, float, float]]:
    for door in site.openings:
        if door.floor != floor_id:
            continue
        angle = np.deg2rad(door.facing_deg)
        normal = np.array([np.cos(angle), np.sin(angle)])
        along = np.array([-normal[1], normal[0]]) * door.width_m / 2
        for side in (-1, 1):
            x, y = np.asarray(door.at) + WALL_THICKNESS_M / 2 * normal + side * along
            yield float(x), float(y), door.z_m
            yield float(x), float(y), door.z_m + door.height_m


def _list_corners(site: Site, floor_id: str, height_m: float) -> Iterator[tuple[float, float, float]]:
    for space in site.spaces:
        if space.floor != floor_id:
            continue
        inset = 0.0 if space.kind == "outdoor" else -WALL_THICKNESS_M / 2
        for x, y in list(Polygon(space.polygon).buffer(inset, join_style="mitre").exterior.coords)[:-1]:
            yield float(x), float(y), 0.0
            if space.kind != "outdoor":
                yield float(x), float(y), space.height_m or height_m


def _list_thing_points(site: Site, floor_id: str) -> Iterator[tuple[float, float, float]]:
    for thing in site.furnishings:
        if thing.floor == floor_id:
            for x, y in list(make_footprint(thing).exterior.coords)[:-1]:
                yield float(x), float(y), thing.z_m
                yield float(x), float(y), thing.z_m + thing.size_m[2]


def list_places(site: Site, camera: CameraSpec, plate: Plate) -> FloatArray:
    """Return floor points [n, 3] on the ways of a floor where a standing person is seen from knee to head."""
    floor = next(f for f in site.floors if f.floor_id == camera.floor)
    nodes = {node.node_id: np.array([*node.at, node.z_m]) for node in site.walk_nodes if node.floor == camera.floor}
    feet = [np.zeros((0, 3))]
    for start, end in site.walk_edges:
        if start in nodes and end in nodes:
            steps = max(int(np.linalg.norm(nodes[end] - nodes[start]) / _STEP_M), 1)
            feet.append(nodes[start] + (nodes[end] - nodes[start]) * np.linspace(0, 1, steps + 1)[:, None])
    places = _raise(np.concatenate(feet), floor.elevation_m)
    return places[_is_seen(make_view(camera, size_wh=plate.size_wh), plate, places)]


def _is_seen(view: CameraView, plate: Plate, feet: FloatArray) -> NDArray[np.bool_]:
    width, height = plate.size_wh
    foot_px, foot_m = view.compute_pixels(feet)
    head_px, head_m = view.compute_pixels(_raise(feet, _PERSON_M))
    middle = (foot_px + head_px) / 2
    column = np.clip(middle[:, 0], 0, width - 1).astype(int)
    row = np.clip(middle[:, 1], 0, height - 1).astype(int)
    is_in = (foot_px[:, 0] > 0) & (foot_px[:, 0] < width) & (foot_px[:, 1] < height) & (head_px[:, 1] > -20)
    is_large = foot_px[:, 1] - head_px[:, 1] >= _LEAST_PX * width / _MAIN_STREAM_PX
    is_free = plate.depth_m[row, column] > foot_m * _HIDDEN_SHARE
    return np.asarray(is_in & is_large & is_free & (foot_m > _NEAREST_PERSON_M) & (head_m > 0.5))


def compute_box_iou(true: CameraView, fitted: CameraView, feet: FloatArray) -> FloatArray:
    """Return, for people at places [n, 3], the intersection over union [n] of their boxes as two cameras show them."""
    a, b = _make_boxes(true, feet), _make_boxes(fitted, feet)
    overlap = np.clip(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), 0, None).prod(axis=1)
    areas = [(box[:, 2:] - box[:, :2]).prod(axis=1) for box in (a, b)]
    return np.asarray(overlap / (areas[0] + areas[1] - overlap))


def _make_boxes(view: CameraView, feet: FloatArray) -> FloatArray:
    foot, _ = view.compute_pixels(feet)
    head, _ = view.compute_pixels(_raise(feet, _PERSON_M))
    tall = np.linalg.norm(foot - head, axis=1)
    middle = (foot[:, 0] + head[:, 0]) / 2
    return np.stack([middle - 0.16 * tall, head[:, 1], middle + 0.16 * tall, foot[:, 1]], axis=1)


def compute_floor_errors_m(true: CameraView, fitted: CameraView, feet: FloatArray) -> FloatArray:
    """Return how far [n] from people's feet [n, 3] the fitted camera places them by the true picture."""
    pixels, _ = true.compute_pixels(feet)
    rays = fitted.compute_rays(pixels) @ fitted.rotation
    reach = (feet[:, 2] - fitted.position_m[2]) / rays[:, 2]
    found = fitted.position_m + reach[:, None] * rays
    off = np.linalg.norm(found[:, :2] - feet[:, :2], axis=1)
    return np.where(reach > 0, off, FARTHEST_M)


SITES = PROJECT / "scenarios" / "sites"
SIZE_WH = (960, 540)
COMPILED_WH = (16, 9)
"""A tiny picture first: compiling is done once a machine, and is no camera's time."""
TRIES = 3
DEPTH_SHARE, DEPTH_M = 0.03, 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickedCamera:
    """What a camera found from clicks is off by, medians over people on its ways and over tries."""

    box_iou: float  # intersection over union of people's boxes
    floor_m: float  # how far feet are from where they are taken to be
    seconds: float  # the slowest fit


@dataclass(frozen=True, slots=True, kw_only=True)
class DepthShares:
    """The shares of a picture whose depth by the plan is too far (something is missing) and too near, 0..1."""

    missing: float
    extra: float
    seconds: float


def measure(*, on_step: OnStep, smallest: bool = False) -> tuple[Figure, ...]:
    """Fit every shipped camera from simulated clicks; compute the depth of every one indoors from its plan."""
    clicked: list[ClickedCamera] = []
    depths: list[DepthShares] = []
    for folder in sorted(SITES.iterdir())[: 1 if smallest else None]:
        site = load_site(folder)
        if smallest:
            site = site.keep_cameras([camera.camera_id for camera in site.cameras[:2]])
        on_step(f"{site.name}: depth, and cameras found by clicks")
        depths += compare_depths(site, folder)
        clicked += click_cameras(site, folder)
    iou = float(np.median([each.box_iou for each in clicked]))
    floor_m = float(np.median([each.floor_m for each in clicked]))
    return (
        Figure(name="cameras found from clicks", value=len(clicked)),
        Figure(name="boxes of people, intersection over union", value=iou, least=0.82),
        Figure(name="floor error", value=floor_m, unit="m", most=0.10),
        Figure(name="the slowest fit", value=max(each.seconds for each in clicked), unit="s", most=1.0),
        Figure(name="the slowest depth", value=max(each.seconds for each in depths), unit="s", most=2.0),
    )


def compare_depths(site: Site, folder: Path) -> Iterator[DepthShares]:
    """Compare the depth by the plan with the depth that was baked, for every camera that hangs indoors."""
    outdoors = [Polygon(s.polygon) for s in site.spaces if s.kind == "outdoor"]
    for camera in site.cameras:
        if any(space.covers(Point(camera.position_m[:2])) for space in outdoors):
            continue
        baked_m = load_plate(folder / PLATES_FOLDER, camera.camera_id, size_wh=SIZE_WH).depth_m
        compute_plan_depth(site, camera, size_wh=COMPILED_WH)
        began = time.process_time()
        found_m = compute_plan_depth(site, camera, size_wh=SIZE_WH)
        took_s = time.process_time() - began
        slack_m = DEPTH_SHARE * np.minimum(baked_m, found_m) + DEPTH_M
        yield DepthShares(
            missing=float((found_m > baked_m + slack_m).mean()),
            extra=float((found_m < baked_m - slack_m).mean()),
            seconds=took_s,
        )


def click_cameras(site: Site, folder: Path) -> Iterator[ClickedCamera]:
    """Find every camera of a site from clicks; a camera whose picture shows too few points is left out."""
    for camera in site.cameras:
        plate = load_plate(folder / PLATES_FOLDER, camera.camera_id, size_wh=SIZE_WH)
        points, pixels = find_visible(site, camera, plate)
        feet = list_places(site, camera, plate)
        if len(points) < LEAST_PAIRS or not len(feet):
            continue
        true = make_view(camera, size_wh=SIZE_WH)
        ious, floors_m, seconds = [], [], []
        for number in range(TRIES):
            dice = np.random.default_rng([number, crc32(f"{site.site_id} {camera.camera_id}".encode())])
            fit, took_s = _click(true, guess_camera(site, camera, dice), points, pixels, feet=feet, dice=dice)
            seconds.append(took_s)
            ious.append(float(np.median(compute_box_iou(true, fit.make_view(), feet))))
            floors_m.append(float(np.median(compute_floor_errors_m(true, fit.make_view(), feet))))
        yield ClickedCamera(box_iou=float(np.median(ious)), floor_m=float(np.median(floors_m)), seconds=max(seconds))


def _click(
    true: CameraView,
    guess: CameraGuess,
    points: FloatArray,
    pixels: FloatArray,
    *,
    feet: FloatArray,
    dice: np.random.Generator,
) -> tuple[CameraFit, float]:
    """Click six points that are spread well, then those that the program asks for, up to ten.

    Return the camera by all points, and the processor seconds of the slowest fit.
    """
    _, depth_m = true.compute_pixels(points)
    chosen = choose_points(pixels, depth_m, LEAST_PAIRS, size_wh=SIZE_WH, dice=dice)
    pairs = click(points[chosen], pixels[chosen], dice)
    fit, slowest_s = _time_fit(pairs, guess)
    while len(chosen) < min(GOOD_PAIRS, len(points)):
        left = [number for number in range(len(points)) if number not in chosen]
        (best,) = suggest_points(
            fit, guess, clicked_m=points[chosen], candidates_m=points[left], walked_m=feet, count=1
        )
        chosen.append(left[best])
        pairs += click(points[chosen[-1:]], pixels[chosen[-1:]], dice)
        fit, took_s = _time_fit(pairs, guess)
        slowest_s = max(slowest_s, took_s)
    return fit, slowest_s


def _time_fit(pairs: Sequence[PointPair], guess: CameraGuess) -> tuple[CameraFit, float]:
    began = time.process_time()
    return fit_camera(pairs, guess, size_wh=SIZE_WH), time.process_time() - began
