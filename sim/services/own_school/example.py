"""A school to try the drawing on: the plan and the pictures of a shipped one, most of it drawn already.

Nothing of it lies in the program: its plan is drawn at the moment, and its pictures are the shipped plates.
"""

import shutil
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from sim.services.accounts.school_rights import EXAMPLE_STEM
from sim.services.app.wiring import App
from sim.services.library.generate.sites import SITES
from sim.services.own_school.editing import edit
from sim.services.own_school.folder import PICTURES, get_folder, make_school
from sim.site.drawing import Change, Json
from sim.site.model import PLATES_FOLDER, CameraSpec, Site, load_site
from sim.site.plan import make_floor_plan, make_footprint

SITE: Final = "birch-elementary"
NAME: Final = "Example school"
PX_PER_M: Final = 24
MARGIN_M: Final = 2.0
LEFT_TO_DO: Final = "CAM-03"
"""The camera that is for the person who tries it to match."""
_PAPER, _INK, _PALE = (255, 255, 255), (40, 44, 52), (232, 236, 241)
_LETTERS_PX: Final = 15
_THIN_M: Final = 0.05


def make_example(app: App) -> str:
    """Make the example and return its id. Raises StoreError: it cannot be stored."""
    site = load_site(SITES / SITE)
    school_id = make_school(app.settings.data, NAME, stem=EXAMPLE_STEM)
    folder = get_folder(app.settings.data, school_id) / PICTURES
    picture = draw_plan(site)
    picture.save(folder / "plan-1.webp", format="WEBP", lossless=True)
    for camera in site.cameras:
        copy_still(camera, folder)
    edit(app, school_id, describe_site(site, size_wh=picture.size, left_to_do=(LEFT_TO_DO,)))
    return school_id


def copy_still(camera: CameraSpec, folder: Path) -> None:
    """Put a shipped camera's empty picture into a folder as a still."""
    shutil.copyfile(SITES / SITE / PLATES_FOLDER / f"{camera.camera_id}.webp", folder / f"{camera.camera_id}.webp")


def find_corner(site: Site) -> tuple[float, float]:
    """Return the plan's lower left corner in meters."""
    points = [point for space in site.spaces for point in space.polygon]
    return min(x for x, _ in points) - MARGIN_M, min(y for _, y in points) - MARGIN_M


def draw_plan(site: Site) -> Image.Image:
    """Return the picture of a site's first floor as an evacuation plan shows it: walls with gaps for doors, names."""
    floor = site.floors[0].floor_id
    left, low = find_corner(site)
    points = [point for space in site.spaces for point in space.polygon]
    width = round((max(x for x, _ in points) + MARGIN_M - left) * PX_PER_M)
    height = round((max(y for _, y in points) + MARGIN_M - low) * PX_PER_M)
    picture = Image.new("RGB", (width, height), _PAPER)
    pen = ImageDraw.Draw(picture)

    def to_px(x: float, y: float) -> tuple[float, float]:
        return (x - left) * PX_PER_M, height - (y - low) * PX_PER_M

    for space in site.spaces:
        if space.floor == floor:
            pen.polygon([to_px(*point) for point in space.polygon], fill=_PALE if space.kind == "outdoor" else _PAPER)
    for x1, y1, x2, y2 in make_floor_plan(site, floor).walls:
        pen.line([to_px(x1, y1), to_px(x2, y2)], fill=_INK, width=5)
    for space in site.spaces:
        if space.floor == floor:
            middle = (
                sum(p[0] for p in space.polygon) / len(space.polygon),
                sum(p[1] for p in space.polygon) / len(space.polygon),
            )
            pen.text(to_px(*middle), space.name, fill=_INK, anchor="mm", font_size=_LETTERS_PX)
    return picture


def describe_site(site: Site, *, size_wh: tuple[int, int], left_to_do: tuple[str, ...] = ()) -> tuple[Change, ...]:
    """Return the changes that draw a site of one floor; cameras of `left_to_do` are put on the plan and not matched."""
    picture: Json = {"size_wh": size_wh, "m_per_px": 1 / PX_PER_M, "at": find_corner(site), "is_scaled": True}
    ground_m = site.floors[0].elevation_m
    floor = site.floors[0].model_dump(exclude={"floor_id"}) | {"picture": picture}
    return (
        Change(kind="floors", name=site.floors[0].floor_id, now=floor),
        *(
            Change(
                kind="spaces",
                name=space.zone_id,
                now=space.model_dump(mode="json", include={"floor", "name", "kind", "polygon", "height_m"}),
            )
            for space in site.spaces
        ),
        *(
            Change(
                kind="doors",
                name=door.door_id,
                now=door.model_dump(include={"floor", "name", "kind", "at", "width_m", "height_m", "leaf"}),
            )
            for door in site.openings
        ),
        *(
            Change(
                kind="things",
                name=f"thing-{number}",
                now={
                    **thing.model_dump(include={"floor", "kind", "solid", "facing_deg", "z_m"}),
                    "polygon": list(make_footprint(thing).exterior.coords)[:-1],
                    "height_m": thing.size_m[2],
                },
            )
            for number, thing in enumerate(site.furnishings, start=1)
            if thing.size_m[1] > _THIN_M and thing.size_m[2] > _THIN_M
        ),
        *(
            Change(kind="cameras", name=camera.camera_id, now=_describe_camera(camera, ground_m, left_to_do))
            for camera in site.cameras
        ),
    )


def _describe_camera(camera: CameraSpec, ground_m: float, left_to_do: tuple[str, ...]) -> Json:
    found: Json = {
        "at": camera.position_m[:2],
        "over_floor_m": camera.position_m[2] - ground_m,
        **camera.model_dump(include={"yaw_deg", "pitch_deg", "roll_deg", "hfov_deg", "k1"}),
    }
    path = SITES / SITE / PLATES_FOLDER / f"{camera.camera_id}.webp"
    with Image.open(path) as opened:
        picture_wh = opened.size
    return {
        "floor": camera.floor,
        "name": camera.name,
        "at": camera.position_m[:2],
        "yaw_deg": camera.yaw_deg,
        "mode": camera.mode,
        "picture_wh": picture_wh,
        "found": None if camera.camera_id in left_to_do else found,
    }
