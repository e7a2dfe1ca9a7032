"""Making a drawn school ready: its site file and the plates of its cameras, as shipped schools have them."""

import os
import shutil
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from sim.crowd.people.body_index import USUAL_AGES
from sim.errors import NewerSchemaError, SiteError, StoreError
from sim.footage.stills.person_detector import measure_look
from sim.footage.stills.plate_files import make_own_plate
from sim.services.accounts.school_rights import require_open
from sim.services.app.wiring import App
from sim.services.own_school.editing import get_drawing
from sim.services.own_school.folder import PICTURES, get_folder
from sim.services.own_school.pictures import list_unseen
from sim.services.own_school.traced import FOLDER, find_usable
from sim.site.checks import SiteProblem
from sim.site.drawing import Drawing, DrawnCamera
from sim.site.drawn_site import list_drawn_problems, make_site
from sim.site.model import PLATES_FOLDER, SITE_FILE, CameraSpec, Site, load_site

UNSEEN: Final = (
    "The picture of {name} is another one than you looked through, and people may be in it. Add the picture once more."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeReady:
    """What came of making a school ready."""

    problems: tuple[SiteProblem, ...]  # what is to be mended first; with any, nothing was made
    cameras: tuple[str, ...]  # the names of those that drills will have
    left_out: tuple[str, ...]  # the names of those that are not ready, see `DrawnCamera.is_ready`


def check(app: App, school_id: str) -> tuple[SiteProblem, ...]:
    """Return what is wrong with a school as it is drawn now. Raises StoreError."""
    drawing = get_drawing(app, school_id)
    unseen = list_unseen(get_folder(app.settings.data, school_id), drawing)
    cameras = (DrawnCamera.model_validate(drawing["cameras"][camera_id]) for camera_id in unseen)
    problems = (SiteProblem(text=UNSEEN.format(name=each.name), floor=each.floor, at=each.at) for each in cameras)
    return (*list_drawn_problems(drawing, site_id=school_id), *problems)


def list_left_out(drawing: Drawing, traced: Collection[str] = ()) -> tuple[str, ...]:
    """Return the names of the cameras that drills will not have: not matched, no picture, or something to paint out."""
    cameras = (DrawnCamera.model_validate(each) for name, each in drawing["cameras"].items() if name not in traced)
    return tuple(camera.name for camera in cameras if not camera.is_ready)


def get_ages(app: App, school_id: str) -> tuple[int, int]:
    """Return the ages of the youngest and the oldest students, as last chosen, or the usual ones. Raises StoreError."""
    folder = get_folder(app.settings.data, school_id)
    with suppress(SiteError, NewerSchemaError):
        return load_site(folder).ages or USUAL_AGES
    return USUAL_AGES


def make_ready(
    app: App, school_id: str, *, on_step: Callable[[str, float], None], ages: tuple[int, int] = USUAL_AGES
) -> MadeReady:
    """Write the site and the plates."""
    folder = get_folder(app.settings.data, school_id)
    require_open(app, school_id)
    drawing = get_drawing(app, school_id)
    cameras_left = {name: {**drawing["cameras"][name], "picture_wh": None} for name in list_unseen(folder, drawing)}
    drawing = {**drawing, "cameras": {**drawing["cameras"], **cameras_left}}
    problems = list_drawn_problems(drawing, site_id=school_id)
    if problems:
        return MadeReady(problems=problems, cameras=(), left_out=list_left_out(drawing))
    traced = find_usable(app, school_id)
    left_out = list_left_out(drawing, traced)
    site = make_site(drawing, site_id=school_id, ready_only=True, traced=traced)
    cameras: list[CameraSpec] = []
    try:
        for number, camera in enumerate(site.cameras):
            on_step(camera.name, number / len(site.cameras))
            if camera.camera_id in traced:
                cameras.append(camera)
                _copy_plate(folder / FOLDER / PLATES_FOLDER, folder / PLATES_FOLDER, camera.camera_id)
                continue
            drawn = DrawnCamera.model_validate(drawing["cameras"][camera.camera_id])
            still = folder / PICTURES / f"{camera.camera_id}.webp"
            cameras.append(camera.model_copy(update={"look": measure_look(still)}))
            make_own_plate(
                site,
                camera,
                still,
                folder=folder / PLATES_FOLDER,
                outlines=[outline.points for outline in drawn.outlines],
                bars=drawn.bars,
            )
        _drop_others(folder / PLATES_FOLDER, site)
        _write_site(folder / SITE_FILE, site.model_copy(update={"cameras": tuple(cameras), "ages": ages}))
    except OSError as error:
        raise StoreError(
            f"the school could not be stored: {error.strerror}", todo="free some space on the server's disk"
        ) from error
    return MadeReady(problems=(), cameras=tuple(camera.name for camera in site.cameras), left_out=left_out)


def _copy_plate(source: Path, target: Path, camera_id: str) -> None:
    """Copy a picture that was drawn from the plan, with its depth. Raises OSError."""
    target.mkdir(parents=True, exist_ok=True)
    for end in (".webp", "-depth.png"):
        shutil.copyfile(source / f"{camera_id}{end}", target / f"{camera_id}{end}")


def _drop_others(plates: Path, site: Site) -> None:
    kept = {camera.camera_id for camera in site.cameras}
    for path in plates.iterdir():
        if path.stem.removesuffix("-depth") not in kept:
            path.unlink()


def _write_site(path: Path, site: Site) -> None:
    text = yaml.safe_dump(site.model_dump(mode="json", exclude_none=True), sort_keys=False, allow_unicode=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
