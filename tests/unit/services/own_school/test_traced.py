"""Pictures that are drawn from the plan for cameras without one: made beside, cut, gone on with, canceled, outdated.

The renderer is an extra that need not be installed: a program that writes plates as it does takes its place.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import StoreError
from sim.footage.paint.plate import read_plate_files
from sim.services.app.wiring import App
from sim.services.library.job import SITES
from sim.services.own_school import ready, traced
from sim.services.own_school.editing import edit, get_drawing
from sim.services.own_school.folder import get_folder
from sim.services.own_school.ready import make_ready
from sim.services.own_school.removing import delete_school
from sim.services.own_school.traced import TracingState
from sim.site.drawing import Change
from sim.site.model import PLATES_FOLDER, load_site

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
    return made


def wait(app: App, school: str, is_so: Callable[[traced.Tracing], bool]) -> traced.Tracing:
    for _ in range(1000):
        found = traced.find_tracing(app, school)
        assert found is not None
        if is_so(found):
            return found
        time.sleep(0.02)
    raise AssertionError(found)


def allow(app: App, school: str, name: str) -> None:
    (get_folder(app.settings.data, school) / traced.FOLDER / f"go-{name}").touch()


def test_pictures_are_drawn_beside_go_on_after_a_cut_and_come_into_drills(drill_app: App, school: str) -> None:
    assert traced.find_tracing(drill_app, school) is None
    traced.start(drill_app, school)
    with pytest.raises(StoreError, match="already"):
        traced.start(drill_app, school)
    allow(drill_app, school, "CAM-04")
    found = wait(drill_app, school, lambda now: now.done == ("CAM-04",))
    assert (found.state, found.cameras) == (TracingState.RUNNING, WITHOUT)
    for child in list(traced.children.values()):
        child.kill()
    wait(drill_app, school, lambda now: now.state is TracingState.STOPPED)
    assert traced.find_usable(drill_app, school) == {"CAM-04"}
    traced.go_on_after_restart(drill_app)
    allow(drill_app, school, "CAM-05")
    wait(drill_app, school, lambda now: now.state is TracingState.DONE)
    made = make_ready(drill_app, school, on_step=lambda camera, share: None)
    assert made.left_out == ()
    folder = get_folder(drill_app.settings.data, school)
    assert [camera.camera_id for camera in load_site(folder).cameras] == ["CAM-02", *WITHOUT]
    assert read_plate_files(folder / PLATES_FOLDER, "CAM-05")[0].shape[2] == 3


def test_a_picture_of_an_older_plan_is_not_used_and_a_cancel_leaves_nothing(drill_app: App, school: str) -> None:
    traced.start(drill_app, school)
    for name in WITHOUT:
        allow(drill_app, school, name)
    wait(drill_app, school, lambda now: now.state is TracingState.DONE)
    moved = {**get_drawing(drill_app, school)["cameras"]["CAM-05"], "yaw_deg": 12.0}
    edit(drill_app, school, (Change(kind="cameras", name="CAM-05", now=moved),))
    assert traced.find_usable(drill_app, school) == {"CAM-04"}
    traced.start(drill_app, school)
    (get_folder(drill_app.settings.data, school) / traced.FOLDER / "go-CAM-05").unlink()
    traced.cancel(drill_app, school)
    assert traced.find_tracing(drill_app, school) is None
    assert not (get_folder(drill_app.settings.data, school) / traced.FOLDER).exists()
    traced.start(drill_app, school)
    delete_school(drill_app, school, by="Kim")
    assert all(child.wait(10) is not None for child in traced.children.values())
