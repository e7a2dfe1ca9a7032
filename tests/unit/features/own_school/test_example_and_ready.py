import multiprocessing
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from sim.app.wiring import App
from sim.builds import queue
from sim.builds.kinds import PICTURES, Job
from sim.console import attempts
from sim.db.builds import BuildState
from sim.db.ledger import LedgerKind
from sim.errors import RecordingError, SiteError, StoreError
from sim.features.library.recordings import list_options
from sim.features.library.sites import SITES, find_missing_plates, find_sites
from sim.features.own_school import cameras, ready, removing, traced
from sim.features.own_school.cameras import list_corners, match_camera
from sim.features.own_school.editing import edit, get_drawing
from sim.features.own_school.folder import get_folder
from sim.features.own_school.ready import check, make_ready
from sim.features.own_school.removing import delete_school
from sim.footage.paint.plate import read_plate_files
from sim.site.camera import make_view
from sim.site.drawing import Change
from sim.site.model import PLATES_FOLDER, Site, load_site
from tests.support.builds import put_build
from tests.support.given import begin, load_attempt
from tools.bench.site import choose_points

READY, CAMERA = "CAM-02", "CAM-03"
NAME = "Quernmore Elementary"


@pytest.fixture(scope="module")
def birch() -> Site:
    return load_site(SITES / ready.SITE)


@pytest.fixture
def school(drill_app: App) -> str:
    made = ready.make_example(drill_app)
    others = (name for name in get_drawing(drill_app, made)["cameras"] if name not in (READY, CAMERA))
    dropped = tuple(Change(kind="cameras", name=name, now=None) for name in others)
    edit(drill_app, made, (Change(kind="school", name="head", now={"name": NAME}), *dropped))
    return made


def make_school_ready(app: App, school: str) -> ready.MadeReady:
    return make_ready(app.settings.data, school, on_step=lambda camera, share: None)


def click_points(site: Site, camera_id: str, count: int) -> list[dict[str, object]]:
    dice = np.random.default_rng(3)
    view = make_view(site.get_camera(camera_id), size_wh=(960, 540))
    corners = np.array([place for place, _ in list_corners(site, "1")])
    pixels, depth_m = view.compute_pixels(corners)
    inside = ((pixels > 8) & (pixels < (952, 532))).all(axis=1) & (depth_m > 0.5) & (depth_m < 20)
    rows = np.flatnonzero(inside)
    chosen = rows[choose_points(pixels[rows], depth_m[rows], count, size_wh=(960, 540), dice=dice)]
    points = corners[chosen] + dice.normal(0, (0.05, 0.05, 0.0), (count, 3))
    shares = (pixels[chosen] + dice.normal(0, 2, (count, 2))) / (960, 540)
    return [
        {"at": (float(x), float(y)), "z_m": float(z), "u": float(u), "v": float(v)}
        for (x, y, z), (u, v) in zip(points, shares, strict=True)
    ]


def put_camera(app: App, school: str, camera: str = CAMERA, **changed: object) -> None:
    now = get_drawing(app, school)["cameras"][camera] | changed
    edit(app, school, (Change(kind="cameras", name=camera, now=now),))


def test_a_camera_is_matched_from_clicks_and_a_wrong_one_is_named(drill_app: App, school: str, birch: Site) -> None:
    with pytest.raises(SiteError, match="cannot be found from 0 points"):
        match_camera(drill_app, school, CAMERA)
    points = click_points(birch, CAMERA, 8)
    put_camera(drill_app, school, points=points)
    found = match_camera(drill_app, school, CAMERA)
    true = birch.get_camera(CAMERA)
    assert found["found"]["at"] == pytest.approx(true.position_m[:2], abs=0.3)
    assert found["found"]["yaw_deg"] == pytest.approx(true.yaw_deg, abs=1.5)
    assert (found["bad"], found["grade"]) == ([], "good")
    assert found["next"]
    assert all(0 < corner["u"] < 1 and 0 < corner["v"] < 1 for corner in found["next"])
    points[4] = {**points[4], "u": 1 - points[4]["u"], "v": 0.1}  # type: ignore[operator]
    put_camera(drill_app, school, points=points)
    assert match_camera(drill_app, school, CAMERA)["bad"][0] == 4


def test_points_that_fit_no_lens_are_said(drill_app: App, birch: Site) -> None:
    school, camera = ready.make_example(drill_app), "CAM-05"  # a long hall: its far end does not decide
    points = click_points(birch, camera, 10)
    put_camera(drill_app, school, camera, points=points)
    assert match_camera(drill_app, school, camera)["grade"] == "good"
    mixed = [
        {**point, "u": other["u"], "v": other["v"]}
        for point, other in zip(points, points[3:] + points[:3], strict=True)
    ]
    put_camera(drill_app, school, camera, points=mixed)
    found = match_camera(drill_app, school, camera)
    assert (found["grade"], "fisheye" in found["advice"]) == ("poor", True)


def test_a_school_whose_drill_is_under_way_stays(drill_app: App, school: str, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt_id = begin(drill_app, attempts.create_sample(drill_app))
    recording_id = load_attempt(drill_app, attempt_id).recording_id
    monkeypatch.setattr(removing, "list_recordings", lambda data, school_id: (recording_id,))
    with pytest.raises(StoreError, match=r"a drill on this school is under way.*wait until it has ended"):
        removing.delete_school(drill_app, school, by="Kim")
    assert check(drill_app, school) == ()
    assert load_attempt(drill_app, attempt_id).recording_id == recording_id


def test_a_picture_that_does_not_fit_on_the_disk_leaves_the_one_before(
    drill_app: App, school: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = cameras.find_picture(drill_app, school, CAMERA).read_bytes()
    sent = cameras.find_upload_place(drill_app, school, CAMERA, mark="0a")
    sent.write_bytes(before)

    def fail(path: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(Path, "replace", fail)
        with pytest.raises(RecordingError, match="No space left on device"):
            cameras.take_picture(drill_app, school, CAMERA, sent, page=0)
        with pytest.raises(StoreError, match="No space left on device"):
            cameras.paint_boxes(drill_app, school, CAMERA)
    assert cameras.find_picture(drill_app, school, CAMERA).read_bytes() == before
    assert not sent.exists()
    assert check(drill_app, school) == (), "the picture is still the one that was looked through"


def test_a_picture_that_the_drawing_has_not_heard_of_is_in_no_drill(drill_app: App, school: str, birch: Site) -> None:
    now = get_drawing(drill_app, school)["cameras"][READY]
    sent = cameras.find_upload_place(drill_app, school, READY, mark="0a")
    sent.write_bytes(cameras.find_picture(drill_app, school, READY).read_bytes())
    _, mark = cameras.take_picture(drill_app, school, READY, sent, page=0)
    (problem,) = check(drill_app, school)
    name = birch.get_camera(READY).name
    assert "people may be in it" in problem.text and name in problem.text
    with pytest.raises(SiteError):
        make_school_ready(drill_app, school)
    seen = Change(kind="cameras", name=READY, now={**now, "picture_mark": mark, "boxes": []})
    edit(drill_app, school, (seen,))
    assert check(drill_app, school) == ()
    assert make_school_ready(drill_app, school).cameras == (name,)
    edit(drill_app, school, (Change(kind="cameras", name=READY, now=now),))
    assert len(check(drill_app, school)) == 1


def test_the_example_is_made_ready_chosen_and_deleted_without_a_trace(drill_app: App, school: str, birch: Site) -> None:
    assert check(drill_app, school) == ()
    assert school not in dict(list_options(drill_app).sites)
    heard: list[str] = []
    made = make_ready(drill_app.settings.data, school, on_step=lambda camera, share: heard.append(camera))
    assert made.left_out == (birch.get_camera(CAMERA).name,)
    assert list(made.cameras) == heard
    assert dict(list_options(drill_app).sites)[school] == NAME
    data = drill_app.settings.data
    folder = find_sites(data)[school]
    assert find_missing_plates(folder) == ()
    assert [camera.camera_id for camera in load_site(folder).cameras] == [READY]
    _, depth_m = read_plate_files(folder / PLATES_FOLDER, READY)
    _, true_m = read_plate_files(SITES / ready.SITE / PLATES_FOLDER, READY)
    assert float((np.abs(depth_m - true_m) < 0.03 * true_m + 0.15).mean()) > 0.8

    put_build(drill_app, owner=school, name=f"{school}-x", asked={})
    with pytest.raises(StoreError, match="is being made"):
        removing.delete_school(drill_app, school, by="Kim")
    assert list_mentions(data, NAME) != []
    put_build(drill_app, owner=school, name=f"{school}-x", asked={}, state=BuildState.FAILED)
    assert removing.delete_school(drill_app, school, by="Kim").recordings == 0
    assert list_mentions(data, NAME) == []
    assert set(list_mentions(data, school)) <= {"sightline.db", "sightline.db-wal"}, "one line in the ledger"
    assert school not in dict(list_options(drill_app).sites)
    with drill_app.store.read() as work:
        (entry,) = [each for each in work.ledger.iterate() if each.kind == LedgerKind.SCHOOL_DELETED]
    assert ("Kim" in (entry.body or ""), NAME in (entry.body or "")) == (True, False)
    with pytest.raises(StoreError, match="no such school"):
        removing.delete_school(drill_app, school, by="Kim")


def test_what_is_outlined_stands_where_its_foot_is(drill_app: App, school: str, birch: Site) -> None:
    true = birch.get_camera(CAMERA)
    found = true.model_dump(include={"yaw_deg", "pitch_deg", "roll_deg", "hfov_deg", "k1"})
    post = {"points": [(0.48, 0.3), (0.52, 0.3), (0.52, 0.7), (0.48, 0.7)]}
    at = {"at": true.position_m[:2], "over_floor_m": true.position_m[2]}
    put_camera(drill_app, school, found={**found, **at}, outlines=[post], bars=(0.1, 0.0))
    make_school_ready(drill_app, school)
    folder = find_sites(drill_app.settings.data)[school]
    _, depth_m = read_plate_files(folder / PLATES_FOLDER, CAMERA)
    height, width = depth_m.shape
    foot, top = depth_m[int(0.705 * height), width // 2], depth_m[int(0.4 * height), width // 2]
    assert top == pytest.approx(foot, rel=0.05)
    assert depth_m[:, : width // 20].max() < 0.3


def list_mentions(data: Path, *names: str) -> list[str]:
    return [
        str(path.relative_to(data))
        for path in sorted(data.rglob("*"))
        if any(name in str(path.relative_to(data)) for name in names)
        or (path.is_file() and any(name.encode() in path.read_bytes() for name in names))
    ]


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
def bare_school(drill_app: App, monkeypatch: pytest.MonkeyPatch) -> str:
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


def make_job(app: App, bare_school: str) -> Job:
    return Job(data=app.settings.data, kind=PICTURES, owner=bare_school, name="", asked={})


def find(app: App, bare_school: str) -> traced.Tracing:
    found = traced.find_tracing(app, bare_school)
    assert found is not None
    return found


def allow(app: App, bare_school: str, name: str) -> None:
    (get_folder(app, bare_school) / traced.FOLDER / f"go-{name}").touch()


def test_pictures_are_drawn_beside_go_on_after_a_cut_and_come_into_drills(drill_app: App, bare_school: str) -> None:
    folder = get_folder(drill_app, bare_school)
    drawing = get_drawing(drill_app, bare_school)
    assert traced.find_tracing(drill_app, bare_school) is None
    traced.start(drill_app, bare_school)
    with pytest.raises(StoreError, match="already"):
        traced.start(drill_app, bare_school)
    allow(drill_app, bare_school, "CAM-04")
    child = multiprocessing.get_context("fork").Process(target=traced.build, args=(make_job(drill_app, bare_school),))
    child.start()
    end_s = time.monotonic() + 60
    while find(drill_app, bare_school).done != ("CAM-04",):
        assert time.monotonic() < end_s
        time.sleep(0.02)
    assert (find(drill_app, bare_school).is_done, find(drill_app, bare_school).cameras) == (False, WITHOUT)
    for member in [*psutil.Process(child.pid).children(recursive=True), child]:
        member.kill()
    child.join()
    assert traced.find_usable(folder, drawing) == {"CAM-04"}
    allow(drill_app, bare_school, "CAM-05")
    traced.build(make_job(drill_app, bare_school))
    assert find(drill_app, bare_school).is_done
    made = make_ready(drill_app.settings.data, bare_school, on_step=lambda camera, share: None)
    assert made.left_out == ()
    assert [camera.camera_id for camera in load_site(folder).cameras] == ["CAM-02", *WITHOUT]
    assert read_plate_files(folder / PLATES_FOLDER, "CAM-05")[0].shape[2] == 3


def test_a_picture_of_an_older_plan_is_not_used_and_a_cancel_leaves_nothing(drill_app: App, bare_school: str) -> None:
    folder = get_folder(drill_app, bare_school)
    traced.start(drill_app, bare_school)
    for name in WITHOUT:
        allow(drill_app, bare_school, name)
    traced.build(make_job(drill_app, bare_school))
    put_build(drill_app, kind=PICTURES, owner=bare_school, name="", state=BuildState.DONE, asked={})
    moved = {**get_drawing(drill_app, bare_school)["cameras"]["CAM-05"], "yaw_deg": 12.0}
    edit(drill_app, bare_school, (Change(kind="cameras", name="CAM-05", now=moved),))
    assert traced.find_usable(folder, get_drawing(drill_app, bare_school)) == {"CAM-04"}
    traced.start(drill_app, bare_school)
    assert find(drill_app, bare_school).told.is_open
    traced.cancel(drill_app, bare_school)
    assert traced.find_tracing(drill_app, bare_school) is None
    assert not (folder / traced.FOLDER).exists()
    traced.start(drill_app, bare_school)
    delete_school(drill_app, bare_school, by="Kim")
    assert queue.list_builds(drill_app) == ()


def test_a_renderer_that_cannot_says_why(drill_app: App, bare_school: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fails = "import sys; print('bake_plates: no room for the light', file=sys.stderr); sys.exit(1)"
    monkeypatch.setattr(traced, "make_command", lambda folder, cameras: [sys.executable, "-c", fails])
    traced.start(drill_app, bare_school)
    with pytest.raises(SiteError, match="no room for the light"):
        traced.build(make_job(drill_app, bare_school))
