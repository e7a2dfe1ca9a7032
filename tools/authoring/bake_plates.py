"""Bake the plates of a site: `python -m tools.authoring.bake_plates SITE_FOLDER`.

For every camera this writes `plates/CAM-NN.webp`, the empty picture in 8-bit sRGB, and `plates/CAM-NN-depth.png`,
z depth in millimeters as 16 bits; by day also `plates/CAM-NN-light.json`, the light on people along the ways, and
outdoors `plates/CAM-NN-sun.png`, where the sun shines. It needs the packages of requirements-authoring.txt; running
drills does not.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.errors import MachineError, SiteError
from sim.footage.paint.light import (
    SKY_M,
    choose_lighting,
    estimate_light,
    find_light_file,
    find_sunlight_file,
    list_places,
    write_light,
)
from sim.site.camera import make_view
from sim.site.model import CameraSpec, Site, load_site
from tools.authoring.doors import build_doors
from tools.authoring.geometry import Model
from tools.authoring.outdoors import build_furnishings, build_outdoors
from tools.authoring.scene import (
    SceneBuilder,
    bend_picture,
    compute_depth_m,
    compute_sunlight,
    develop,
    expose,
    load_mitsuba,
    make_pinhole_view,
    make_sensor,
)
from tools.authoring.shell import build_shell
from tools.command import run_command

FloatArray = NDArray[np.float64]

MAX_BOUNCES = 7
GUIDE_SAMPLES = 8
PASS_SAMPLES = 4
FINER = 1.5
SEED = 20261014
WEBP_QUALITIES = (97, 95, 93, 90, 86)
MOST_BYTES = 600_000


def build_model(site: Site) -> Model:
    """Return the whole building: shell, doors, furnishings and what is outside."""
    model = Model()
    build_shell(model, site)
    build_doors(model, site)
    build_furnishings(model, site, SEED)
    build_outdoors(model, site, np.random.default_rng(SEED))
    return model


def render_plate(
    mi: Any, builder: SceneBuilder, camera: CameraSpec, *, size_wh: tuple[int, int], samples: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint16], FloatArray]:
    """Return one camera's developed picture [h, w, 3] sRGB, depth [h, w] in mm, and exposed light [h, w, 3] linear.

    Light is rendered FINER times as fine and shrunk; depth is that at the middles of the pixels returned.
    """
    view = make_view(camera, size_wh=(round(size_wh[0] * FINER), round(size_wh[1] * FINER)))
    scene = builder.make_scene(camera)
    pinhole = make_pinhole_view(view)
    sensor = make_sensor(mi, pinhole, samples=PASS_SAMPLES)
    path = mi.load_dict({"type": "path", "max_depth": MAX_BOUNCES, "rr_depth": 3})
    # in passes: all paths at once take more memory than a machine has
    passes = [
        np.array(mi.render(scene, sensor=sensor, integrator=path, spp=PASS_SAMPLES, seed=seed), dtype=np.float32)
        for seed in range(max(1, round(samples / PASS_SAMPLES)))
    ]
    radiance = np.mean(passes, axis=0)
    guides = mi.load_dict({"type": "aov", "aovs": "nn:sh_normal,al:albedo"})
    channels = np.array(
        mi.render(scene, sensor=sensor, integrator=guides, spp=GUIDE_SAMPLES, seed=99), dtype=np.float32
    )
    normal, albedo = channels[..., 0:3], np.clip(channels[..., 3:6], 0, 1)
    clean = _denoise(radiance[..., :3], albedo, normal)
    depth_m = compute_depth_m(mi, scene, make_view(camera, size_wh=size_wh))
    light = bend_picture(clean.astype(np.float64), pinhole, view)
    is_night = camera.mode == "night"
    picture, exposed = (
        cv2.resize(image, size_wh, interpolation=cv2.INTER_AREA)
        for image in (develop(light, is_night=is_night), expose(light, is_night=is_night))
    )
    return picture.astype(np.uint8), np.round(depth_m * 1000).astype(np.uint16), exposed.astype(np.float64)


def _denoise(radiance: NDArray[np.float32], albedo: NDArray[np.float32], normal: NDArray[np.float32]) -> FloatArray:
    try:
        import pyoidn  # noqa: PLC0415
    except ImportError as error:
        raise MachineError(
            "pyoidn is not installed",
            expected="the packages of requirements-authoring.txt",
            todo="pip install -r requirements-authoring.txt",
        ) from error
    arrays = [np.ascontiguousarray(np.nan_to_num(a)) for a in (radiance, albedo, normal)]
    return np.asarray(pyoidn.denoise(arrays[0], albedo=arrays[1], normal=arrays[2], hdr=True), dtype=np.float64)


def write_plate(folder: Path, camera_id: str, picture: NDArray[np.uint8], depth_mm: NDArray[np.uint16]) -> None:
    """Write both files of a camera, each under a temporary name first. Raises SiteError: one cannot be written."""
    depth = _encode(".png", depth_mm, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    for name, data in ((f"{camera_id}.webp", _encode_picture(picture)), (f"{camera_id}-depth.png", depth)):
        part = folder / f"{name}.part"
        with _telling(folder / name):
            part.write_bytes(data)
            part.replace(folder / name)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SiteError(f"{path} cannot be written: {error.strerror}") from error


def write_scene_light(
    folder: Path, site: Site, camera: CameraSpec, light: FloatArray, depth_mm: NDArray[np.uint16]
) -> None:
    """Write the light on people along the ways that a camera sees, from its scene's light [h, w, 3] linear RGB."""
    view = make_view(camera, size_wh=(light.shape[1], light.shape[0]))
    places_m = list_places(site, view)
    if not len(places_m):
        return
    depth_m = np.where(depth_mm == 0, SKY_M, depth_mm / np.float32(1000)).astype(np.float32)
    found = estimate_light(light[..., ::-1], depth_m, view, places_m, choose_lighting(site, camera))
    path = find_light_file(folder, camera.camera_id)
    with _telling(path):
        write_light(path, found)


def has_sun(site: Site, camera: CameraSpec) -> bool:
    """Tell whether people on a camera cast the shadows of the sun that plates are baked with."""
    return camera.sun is None and choose_lighting(site, camera).sun > 0


def write_sunlight(
    mi: Any, builder: SceneBuilder, camera: CameraSpec, folder: Path, *, size_wh: tuple[int, int]
) -> None:
    """Write where in a camera's picture the sun shines, half as large as the picture."""
    view = make_view(camera, size_wh=size_wh)
    lit = compute_sunlight(mi, builder.make_scene(camera), view)
    half = cv2.resize(lit, (size_wh[0] // 2, size_wh[1] // 2), interpolation=cv2.INTER_AREA)
    path = find_sunlight_file(folder, camera.camera_id)
    with _telling(path):
        path.write_bytes(_encode(".png", np.round(half).astype(np.uint8), [cv2.IMWRITE_PNG_COMPRESSION, 9]))


def _encode_picture(picture: NDArray[np.uint8]) -> bytes:
    """Return WebP data of an sRGB picture, at the best quality that keeps it under MOST_BYTES."""
    data = b""
    for quality in WEBP_QUALITIES:
        data = _encode(".webp", np.ascontiguousarray(picture[..., ::-1]), [cv2.IMWRITE_WEBP_QUALITY, quality])
        if len(data) <= MOST_BYTES:
            break
    return data


def _encode(ending: str, image: NDArray[np.uint8] | NDArray[np.uint16], options: list[int]) -> bytes:
    ok, data = cv2.imencode(ending, image, options)
    if not ok:
        raise SiteError(f"a picture of {image.shape} cannot be encoded as {ending}")
    return bytes(data.tobytes())


def _parse_size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is no size; write for example 1280x720")
    return int(width), int(height)


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bake_plates", description="Bake the plates of a site.")
    parser.add_argument("site", type=Path, help="site folder, such as scenarios/sites/maple-ridge")
    parser.add_argument("--camera", action="append", default=[], help="bake this camera only; may be repeated")
    parser.add_argument("--size", type=_parse_size, default=(1280, 720), help="picture size, WIDTHxHEIGHT")
    parser.add_argument("--samples", type=int, default=8, help="light paths a pixel of the finer rendering")
    parser.add_argument("--out", type=Path, default=None, help="folder to write to; the site's plates/ by default")
    parser.set_defaults(run=bake)
    return parser


def bake(arguments: argparse.Namespace) -> int:
    """Bake the cameras asked for, one line of progress each."""
    site = load_site(arguments.site)
    cameras = [site.get_camera(name) for name in arguments.camera] or list(site.cameras)
    folder = arguments.out or arguments.site / "plates"
    folder.mkdir(parents=True, exist_ok=True)
    mi = load_mitsuba()
    with tempfile.TemporaryDirectory(prefix="sightline-plates-") as work:
        builder = SceneBuilder(mi, build_model(site), site, Path(work))
        for camera in cameras:
            start = time.perf_counter()
            if has_sun(site, camera):
                write_sunlight(mi, builder, camera, folder, size_wh=arguments.size)
            picture, depth_mm, light = render_plate(
                mi, builder, camera, size_wh=arguments.size, samples=arguments.samples
            )
            write_plate(folder, camera.camera_id, picture, depth_mm)
            if camera.mode == "day":
                write_scene_light(folder, site, camera, light, depth_mm)
            print(f"{camera.camera_id} {camera.name}: {time.perf_counter() - start:.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(run_command(_make_parser()))
