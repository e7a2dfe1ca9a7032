"""Pictures that are drawn from the plan for cameras without one: made beside, cut, gone on with, canceled, outdated.

The renderer is an extra that need not be installed: a program that writes plates as it does takes its place.
"""

import multiprocessing
import sys
import time
from pathlib import Path

import psutil
import pytest

from sim.app.wiring import App
from sim.builds import queue
from sim.builds.kinds import PICTURES, Job
from sim.db.builds import BuildState
from sim.errors import SiteError, StoreError
from sim.features.library.sites import SITES
from sim.features.own_school import ready, traced
from sim.features.own_school.editing import edit, get_drawing
from sim.features.own_school.folder import get_folder
from sim.features.own_school.ready import make_ready
from sim.features.own_school.removing import delete_school
from sim.footage.paint.plate import read_plate_files
from sim.site.drawing import Change
from sim.site.model import PLATES_FOLDER, load_site
from tests.support.builds import put_build

WITHOUT = ("CAM-04", "CAM-05")
RENDERER = """
import pathlib, shutil, sys, time
folder, kept = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
assert (folder / "site.yaml").is_file()
for name in sys.argv[4:]:
    while not (folder / f"go-{name}").exists():
        time.sleep(0.02)
    for end in (".webp", "-depth.png"):
        shutil.copyfile(kept / f"{name}{end}", folder / "plates" / f"{name}{end}")
"""


@pytest.fixture
def school(drill_app: App, monkeypatch: pytest.MonkeyPatch) -> str:
    made = ready.make_example(drill_app)
    drawing = get_drawing(drill_app, made)
    bare = {name: {**drawing["cameras"][name], "picture_wh": None, "found": None} for name in WITHOUT}
    others = [name for name in drawing["cameras"] if name != "CAM-02"]
    edit(drill_app, made, tuple(Change(kind="cameras", name=name, now=bare.get(name)) for name in others))
    plates = SITES / ready.SITE / PLATES_FOLDER

    def make_command(folder: Path, cameras: list[str]) -> list[str]:
        return [sys.executable, "-c", RENDERER, str(folder), str(plates), "--", *cameras]

    monkeypatch.setattr(traced, "make_command", make_command)
    monkeypatch.setattr(traced, "is_installed", lambda: True)
    monkeypatch.setattr(queue, "start_worker", lambda app: None)
    return made


def make_job(app: App, school: str) -> Job:
    return Job(data=app.settings.data, kind=PICTURES, owner=school, name="", asked={})


def find(app: App, school: str) -> traced.Tracing:
    found = traced.find_tracing(app, school)
    assert found is not None
    return found


def allow(app: App, school: str, name: str) -> None:
    (get_folder(app, school) / traced.FOLDER / f"go-{name}").touch()


def test_pictures_are_drawn_beside_go_on_after_a_cut_and_come_into_drills(drill_app: App, school: str) -> None:
    folder = get_folder(drill_app, school)
    drawing = get_drawing(drill_app, school)
    assert traced.find_tracing(drill_app, school) is None
    traced.start(drill_app, school)
    with pytest.raises(StoreError, match="already"):
        traced.start(drill_app, school)
    allow(drill_app, school, "CAM-04")
    child = multiprocessing.get_context("fork").Process(target=traced.build, args=(make_job(drill_app, school),))
    child.start()
    end_s = time.monotonic() + 60
    while find(drill_app, school).done != ("CAM-04",):
        assert time.monotonic() < end_s
        time.sleep(0.02)
    assert (find(drill_app, school).is_done, find(drill_app, school).cameras) == (False, WITHOUT)
    for member in [*psutil.Process(child.pid).children(recursive=True), child]:
        member.kill()
    child.join()
    assert traced.find_usable(folder, drawing) == {"CAM-04"}
    allow(drill_app, school, "CAM-05")
    traced.build(make_job(drill_app, school))
    assert find(drill_app, school).is_done
    made = make_ready(drill_app.settings.data, school, on_step=lambda camera, share: None)
    assert made.left_out == ()
    assert [camera.camera_id for camera in load_site(folder).cameras] == ["CAM-02", *WITHOUT]
    assert read_plate_files(folder / PLATES_FOLDER, "CAM-05")[0].shape[2] == 3


def test_a_picture_of_an_older_plan_is_not_used_and_a_cancel_leaves_nothing(drill_app: App, school: str) -> None:
    folder = get_folder(drill_app, school)
    traced.start(drill_app, school)
    for name in WITHOUT:
        allow(drill_app, school, name)
    traced.build(make_job(drill_app, school))
    put_build(drill_app, kind=PICTURES, owner=school, name="", state=BuildState.DONE, asked={})
    moved = {**get_drawing(drill_app, school)["cameras"]["CAM-05"], "yaw_deg": 12.0}
    edit(drill_app, school, (Change(kind="cameras", name="CAM-05", now=moved),))
    assert traced.find_usable(folder, get_drawing(drill_app, school)) == {"CAM-04"}
    traced.start(drill_app, school)
    assert find(drill_app, school).told.is_open
    traced.cancel(drill_app, school)
    assert traced.find_tracing(drill_app, school) is None
    assert not (folder / traced.FOLDER).exists()
    traced.start(drill_app, school)
    delete_school(drill_app, school, by="Kim")
    assert queue.list_builds(drill_app) == ()


def test_a_renderer_that_cannot_says_why(drill_app: App, school: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fails = "import sys; print('bake_plates: no room for the light', file=sys.stderr); sys.exit(1)"
    monkeypatch.setattr(traced, "make_command", lambda folder, cameras: [sys.executable, "-c", fails])
    traced.start(drill_app, school)
    with pytest.raises(SiteError, match="no room for the light"):
        traced.build(make_job(drill_app, school))
