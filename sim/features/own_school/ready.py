"""Making a drawn school ready: its site file and plates, as shipped schools have them; and a school to try it on."""

import os
import shutil
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import yaml
from PIL import Image, ImageDraw
from pydantic import BaseModel, ConfigDict

from sim.app.own_folders import OWN_SITES
from sim.app.wiring import App
from sim.builds import queue
from sim.builds.kinds import SCHOOL, Job
from sim.builds.queue import Progress
from sim.crowd.people.body_index import USUAL_AGES
from sim.db.builds import BuildRow
from sim.errors import NewerSchemaError, SiteError, StoreError
from sim.features.library.sites import SITES
from sim.features.own_school.cameras import list_unseen
from sim.features.own_school.editing import edit, get_drawing
from sim.features.own_school.folder import PICTURES, get_folder, make_school, read_log
from sim.features.own_school.traced import FOLDER, find_usable
from sim.footage.build.workfolder import move_into_place, remove_tree
from sim.footage.stills.person_detector import measure_look
from sim.footage.stills.plate_files import make_own_plate
from sim.rules.school_rights import EXAMPLE_STEM, require_open
from sim.site.checks import SiteProblem, list_drawn_problems, make_site
from sim.site.drawing import Change, Drawing, DrawnCamera, Json
from sim.site.model import PLATES_FOLDER, SITE_FILE, CameraSpec, Site, load_site
from sim.site.plan import make_floor_plan, make_footprint

SITE: Final = "birch-elementary"
NAME: Final = "Example school"
PX_PER_M: Final = 24
MARGIN_M: Final = 2.0
"""The camera that is for the person who tries it to match."""
_PAPER, _INK, _PALE = (255, 255, 255), (40, 44, 52), (232, 236, 241)
_LETTERS_PX: Final = 15
_THIN_M: Final = 0.05
WORK: Final = "plates.part"


class MadeReady(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    problems: tuple[str, ...] = ()  # what is to be mended first; with any, nothing was made
    cameras: tuple[str, ...]  # the names of those that drills will have
    left_out: tuple[str, ...]  # the names of those that are not ready, see `DrawnCamera.is_ready`


def check(app: App, school_id: str) -> tuple[SiteProblem, ...]:
    drawing = get_drawing(app, school_id)
    unseen = list_unseen(get_folder(app, school_id), drawing)
    cameras = (DrawnCamera.model_validate(drawing["cameras"][camera_id]) for camera_id in unseen)
    problems = (
        SiteProblem(
            text=(
                f"The picture of {each.name} is another one than you looked through, and people may be in it. Add "
                "the picture once more."
            ),
            floor=each.floor,
            at=each.at,
        )
        for each in cameras
    )
    return (*list_drawn_problems(drawing, site_id=school_id), *problems)


def list_left_out(drawing: Drawing, traced: Collection[str] = ()) -> tuple[str, ...]:
    """Return the names of the cameras that drills will not have: not matched, no picture, or something to paint out."""
    cameras = (DrawnCamera.model_validate(each) for name, each in drawing["cameras"].items() if name not in traced)
    return tuple(camera.name for camera in cameras if not camera.is_ready)


def get_ages(app: App, school_id: str) -> tuple[int, int]:
    folder = get_folder(app, school_id)
    with suppress(SiteError, NewerSchemaError):
        return load_site(folder).ages or USUAL_AGES
    return USUAL_AGES


def ask(app: App, school_id: str, *, ages: tuple[int, int]) -> None:
    require_open(app, school_id)
    queue.ask(app, SCHOOL, owner=school_id, asked={"ages": ages})


def find(app: App, school_id: str) -> Progress | None:
    row = queue.find(app, SCHOOL, owner=school_id)
    return None if row is None else queue.tell(app, row)


def read_made(row: BuildRow) -> MadeReady:
    return MadeReady.model_validate_json(row.result)


def build(job: Job) -> dict[str, Any]:
    ages = tuple(job.asked["ages"])
    made = make_ready(
        job.data, job.owner, ages=(ages[0], ages[1]), on_step=lambda name, share: job.say(share, f"Working on {name}")
    )
    return made.model_dump(mode="json")


def clean(job: Job) -> None:
    remove_tree(job.data / OWN_SITES / job.owner / WORK)


def make_ready(
    data: Path, school_id: str, *, on_step: Callable[[str, float], None], ages: tuple[int, int] = USUAL_AGES
) -> MadeReady:
    """Write the plates beside, then put them and the site in their places."""
    folder = data / OWN_SITES / school_id
    drawing = read_log(folder).history.drawing
    cameras_left = {name: {**drawing["cameras"][name], "picture_wh": None} for name in list_unseen(folder, drawing)}
    drawing = {**drawing, "cameras": {**drawing["cameras"], **cameras_left}}
    problems = list_drawn_problems(drawing, site_id=school_id)
    if problems:
        return MadeReady(problems=tuple(each.text for each in problems), cameras=(), left_out=list_left_out(drawing))
    traced = find_usable(folder, drawing)
    left_out = list_left_out(drawing, traced)
    site = make_site(drawing, site_id=school_id, ready_only=True, traced=traced)
    cameras: list[CameraSpec] = []
    work = folder / WORK
    try:
        remove_tree(work)
        work.mkdir()
        for number, camera in enumerate(site.cameras):
            on_step(camera.name, number / len(site.cameras))
            if camera.camera_id in traced:
                cameras.append(camera)
                for end in (".webp", "-depth.png"):
                    name = f"{camera.camera_id}{end}"
                    shutil.copyfile(folder / FOLDER / PLATES_FOLDER / name, work / name)
                continue
            drawn = DrawnCamera.model_validate(drawing["cameras"][camera.camera_id])
            still = folder / PICTURES / f"{camera.camera_id}.webp"
            cameras.append(camera.model_copy(update={"look": measure_look(still)}))
            make_own_plate(
                site,
                camera,
                still,
                folder=work,
                outlines=[outline.points for outline in drawn.outlines],
                bars=drawn.bars,
            )
        move_into_place(work, folder / PLATES_FOLDER)
        path = folder / SITE_FILE
        text = yaml.safe_dump(
            site.model_copy(update={"cameras": tuple(cameras), "ages": ages}).model_dump(
                mode="json", exclude_none=True
            ),
            sort_keys=False,
            allow_unicode=True,
        )
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise StoreError(
            f"the school could not be stored: {error.strerror}", todo="free some space on the server's disk"
        ) from error
    return MadeReady(cameras=tuple(camera.name for camera in site.cameras), left_out=left_out)


def make_example(app: App) -> str:
    site = load_site(SITES / SITE)
    school_id = make_school(app, NAME, stem=EXAMPLE_STEM)
    folder = get_folder(app, school_id) / PICTURES
    picture = draw_plan(site)
    picture.save(folder / "plan-1.webp", format="WEBP", lossless=True)
    for camera in site.cameras:
        shutil.copyfile(SITES / SITE / PLATES_FOLDER / f"{camera.camera_id}.webp", folder / f"{camera.camera_id}.webp")
    edit(app, school_id, describe_site(site, size_wh=picture.size, left_to_do=("CAM-03",)))
    return school_id


def find_corner(site: Site) -> tuple[float, float]:
    points = [point for space in site.spaces for point in space.polygon]
    return min(x for x, _ in points) - MARGIN_M, min(y for _, y in points) - MARGIN_M


def draw_plan(site: Site) -> Image.Image:
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
