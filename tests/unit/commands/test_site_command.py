from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

from sim.app.settings import PROJECT
from sim.commands.site import site as site_command
from sim.errors import RecordingError, SiteError
from sim.features.library.sites import find_missing_plates
from sim.footage.paint.plate import FAR_M, load_plate, read_plate_files
from sim.site.camera import make_view
from sim.site.checks import list_problems
from sim.site.model import Site, load_site, parse_site
from tests.support.dismissal_clip import find_clip

BIRCH = PROJECT / "scenarios" / "sites" / "birch-elementary"
CORNERS = ((0, -1.5, 0), (2, 1.8, 0), (5, 0.4, 1.1), (8, -1.4, 0), (3, 1.8, 2.1), (9, 1.6, 2.4), (1, -1.0, 1.5))


def run(*words: str) -> int:
    return int(site_command.main(words, standalone_mode=False))


@pytest.fixture(scope="module")
def site() -> Site:
    return load_site(BIRCH)


def spoil(site: Site, change: dict[str, object]) -> Site:
    return parse_site(yaml.safe_load(yaml.safe_dump(site.model_dump(mode="json") | change)), source="spoiled")


@pytest.mark.parametrize("name", ["birch-elementary", "lincoln-high", "maple-ridge"])
def test_shipped_schools_have_nothing_wrong(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", str(PROJECT / "scenarios" / "sites" / name)) == 0
    assert "nothing wrong" in capsys.readouterr().out


def test_each_mistake_is_said_with_its_place(site: Site) -> None:
    data = site.model_dump(mode="json")
    spaces, cameras, doors = data["spaces"], data["cameras"], data["openings"]
    x1, y1 = np.array(spaces[0]["polygon"]).min(axis=0).tolist()
    square = [[x1 + d, y1 + e] for d, e in ((0, 0), (4, 0), (4, 4), (0, 4))]
    twin = spaces[0] | {"zone_id": "twin", "name": "Twin", "polygon": square}
    assert any("Twin overlap by" in p.text for p in list_problems(spoil(site, {"spaces": [*spaces, twin]})))
    lost = doors[0] | {"at": [-90.0, -90.0]}
    (problem,) = list_problems(spoil(site, {"openings": [lost, *doors[1:]], "walk_nodes": [], "walk_edges": []}))
    assert "lies on no wall" in problem.text
    assert problem.at == (-90.0, -90.0)
    away = cameras[0] | {"position_m": [-90.0, -90.0, 2.8]}
    found = list_problems(spoil(site, {"cameras": [away, *cameras[1:]]}))
    assert any("shows no place where people walk" in p.text for p in found)


def write_points(site: Site, path: Path) -> None:
    camera = site.get_camera("CAM-03")
    yaw = np.deg2rad(camera.yaw_deg)
    ahead, left = np.array([np.cos(yaw), np.sin(yaw)]), np.array([-np.sin(yaw), np.cos(yaw)])
    places = [(*(np.array(camera.position_m[:2]) + (far + 3) * ahead + side * left), up) for far, side, up in CORNERS]
    pixels, _ = make_view(camera).compute_pixels(np.array(places))
    rows = [",".join(f"{value:.3f}" for value in (*p, *q)) for p, q in zip(places, pixels, strict=True)]
    path.write_text("x_m,y_m,z_m,u_px,v_px\n" + "\n".join(rows) + "\n")


def test_a_camera_is_found_from_a_file_of_points(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_points(site, tmp_path / "points.csv")
    words = (
        "fit",
        str(BIRCH),
        "CAM-03",
        str(tmp_path / "points.csv"),
        "--hfov",
        str(site.get_camera("CAM-03").hfov_deg),
    )
    assert run(*words) == 0
    lines, _, points = capsys.readouterr().out.partition("\n\n")
    found, true = yaml.safe_load(lines), site.get_camera("CAM-03")
    assert np.allclose(found["position_m"], true.position_m, atol=0.1)
    assert found["hfov_deg"] == pytest.approx(true.hfov_deg, abs=1.0)
    assert points.count("px off") == len(CORNERS)


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "has no points"), ("a,b\n1,2\n", "has no points"), ("x_m,y_m,z_m,u_px,v_px\n1,2,x,4,5\n", "point 1")],
)
def test_a_bad_file_of_points_is_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text(text)
    with pytest.raises(SiteError, match=message):
        run("fit", str(BIRCH), "CAM-03", str(tmp_path / "points.csv"))
    with pytest.raises(SiteError, match="cannot be read"):
        run("fit", str(BIRCH), "CAM-03", str(tmp_path / "none.csv"))
    with pytest.raises(SiteError, match="--size"):
        write_points(load_site(BIRCH), tmp_path / "points.csv")
        run("fit", str(BIRCH), "CAM-03", str(tmp_path / "points.csv"), "--size", "12 by 9")


def test_depth_files_are_read_as_plates_are(site: Site, tmp_path: Path) -> None:
    assert run("depth", str(BIRCH), "CAM-03", "--out", str(tmp_path)) == 0
    (tmp_path / "CAM-03.webp").write_bytes((BIRCH / "plates" / "CAM-03.webp").read_bytes())
    _, baked_m = read_plate_files(BIRCH / "plates", "CAM-03")
    _, found_m = read_plate_files(tmp_path, "CAM-03")
    assert found_m.shape == baked_m.shape
    assert np.median(np.abs(np.where(found_m == 0, FAR_M, found_m) - np.where(baked_m == 0, FAR_M, baked_m))) < 0.05


@pytest.mark.slow
def test_a_plate_is_made_of_a_still_or_a_clip(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "site.yaml").write_bytes((BIRCH / "site.yaml").read_bytes())
    still, clip = tmp_path / "still.jpg", find_clip("CAM-03")
    Image.open(BIRCH / "plates" / "CAM-03.webp").convert("RGB").save(still, quality=95)
    for source in (still, clip):
        assert run("plate", str(tmp_path), "CAM-03", str(source)) == 0
        bgr, depth_m = read_plate_files(tmp_path / "plates", "CAM-03")
        assert bgr.shape[:2] == depth_m.shape
        true = load_plate(BIRCH / "plates", "CAM-03", size_wh=(bgr.shape[1], bgr.shape[0]))
        assert np.median(np.abs(bgr.astype(int) - true.bgr)) < 12
        assert find_missing_plates(tmp_path) == tuple(c.camera_id for c in site.cameras if c.camera_id != "CAM-03")
    assert "never held still" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("none.jpg", None, "is not there"),
        ("text.jpg", b"hello " * 100, "cannot be read as a video"),
        ("portrait.png", Image.new("RGB", (540, 960)), "is 540x960"),
        ("tiny.png", Image.new("RGB", (160, 90)), "is 160x90"),
        ("huge.png", Image.new("1", (9000, 5062)), "9000 x 5062"),
    ],
)
def test_a_source_of_no_plate_is_refused_and_nothing_written(
    name: str, data: bytes | Image.Image | None, message: str, tmp_path: Path
) -> None:
    (tmp_path / "site.yaml").write_bytes((BIRCH / "site.yaml").read_bytes())
    if isinstance(data, bytes):
        (tmp_path / name).write_bytes(data)
    elif data is not None:
        data.save(tmp_path / name)
    with pytest.raises(RecordingError, match=message):
        run("plate", str(tmp_path), "CAM-03", str(tmp_path / name))
    assert not (tmp_path / "plates").exists()


def test_a_plan_goes_out_and_comes_in(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan, folder = tmp_path / "plan.geojson", tmp_path / "our-school"
    assert run("export", str(BIRCH), "--out", str(plan)) == 0
    assert run("import", str(plan), "--out", str(folder)) == 0
    assert "nothing wrong" in capsys.readouterr().out
    back = load_site(folder)
    assert (back.site_id, len(back.cameras)) == ("our-school", len(site.cameras))
    with pytest.raises(SiteError, match="has a site already"):
        run("import", str(plan), "--out", str(folder))
    plan.write_text("[" * 100_000)
    with pytest.raises(SiteError, match="is no JSON"):
        run("import", str(plan), "--out", str(tmp_path / "other"))
    assert not (tmp_path / "other").exists()
