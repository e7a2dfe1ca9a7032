"""`python -m sim site`: what its cameras show and miss, its mistakes, cameras from clicks, their depth."""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.errors import SiteError

if TYPE_CHECKING:
    from sim.site.coverage import CoverageReport
    from sim.site.fit import PointPair
    from sim.site.model import Site

MOST_BYTES = 20_000_000
POINT_COLUMNS = ("x_m", "y_m", "z_m", "u_px", "v_px")

site = click.Group("site", help="what the cameras of a site show and miss")


def _load(folder: str) -> "Site":
    from sim.site.model import load_site

    return load_site(Path(folder))


with_site = click.argument("site", type=_load, metavar="SITE_DIR", help="folder with site.yaml")


@site.command("coverage", help="list what each camera shows and the blind stretches")
@with_site
@click.option("--json", "as_json", is_flag=True, help="print JSON instead of a table")
def run_coverage(site: "Site", as_json: bool) -> int:
    from dataclasses import asdict

    from sim.site.coverage import make_coverage_report

    report = make_coverage_report(site)
    text = json.dumps(asdict(report), indent=2) if as_json else write_coverage_table(site, report)
    sys.stdout.write(text + "\n")
    return 0


@site.command("check", help="list what is wrong with a site, in words; exit code 1 when something is")
@with_site
def run_check(site: "Site") -> int:
    return _tell_problems(site)


def _tell_problems(site: "Site") -> int:
    from sim.site.checks import list_problems

    problems = list_problems(site)
    names = {floor.floor_id: floor.name for floor in site.floors}
    for problem in problems:
        print(f"{names[problem.floor]}, {problem.at[0]:.1f} m east, {problem.at[1]:.1f} m north: {problem.text}")
    if not problems:
        print(f"{site.name}: nothing wrong was found.")
    return int(bool(problems))


@site.command(
    "fit",
    help="Print the lines of site.yaml of a camera whose points were read off the plan and its picture, and "
    "how far each point is off.",
    short_help="find a camera from points on the plan and in its picture",
)
@with_site
@click.argument("name", metavar="CAMERA", help="as in site.yaml")
@click.argument("points", type=Path, metavar="POINTS.csv", help=f"columns {', '.join(POINT_COLUMNS)}; z from the floor")
@click.option("--size", metavar="WxH", help="of the picture, pixels (default: the camera's)")
@click.option("--hfov", type=float, metavar="DEG", help="horizontal field of view by the data sheet")
def run_fit(site: "Site", name: str, points: Path, size: str | None, hfov: float | None) -> int:
    from sim.site.fit import fit_camera, make_guess

    camera = site.get_camera(name)
    floor_m = next(f.elevation_m for f in site.floors if f.floor_id == camera.floor)
    x, y, z = camera.position_m
    guess = make_guess(site, camera.floor, (x, y), yaw_deg=camera.yaw_deg, over_floor_m=z - floor_m, hfov_deg=hfov)
    pairs = tuple(_read_points(points, floor_m))
    size_wh = _read_size(size) if size else camera.size_wh
    fit = fit_camera(pairs, guess, size_wh=size_wh)
    yaw, pitch, roll = fit.turn_deg
    print("position_m: [{:.2f}, {:.2f}, {:.2f}]".format(*fit.position_m))
    print(f"yaw_deg: {yaw:.1f}\npitch_deg: {pitch:.1f}\nroll_deg: {roll:.1f}")
    print(f"hfov_deg: {fit.hfov_deg:.1f}\nk1: {fit.k1:.3f}\nsize_wh: [{size_wh[0]}, {size_wh[1]}]\n")
    for number, off_px in enumerate(fit.residuals_px):
        odd = "  fits none of the others: look at it again" if number in fit.bad else ""
        print(f"point {number + 1}: {off_px:.1f} px off{odd}")
    return 0


@site.command("depth", help="write the depth of cameras by the plan alone")
@with_site
@click.argument("cameras", nargs=-1, metavar="CAMERA", help="all when none is given")
@click.option("--out", type=Path, required=True, metavar="DIR", help="folder for CAM-NN-depth.png")
def run_depth(site: "Site", cameras: tuple[str, ...], out: Path) -> int:
    from sim.footage.paint.plate import write_depth_file
    from sim.footage.stills.plan_depth import compute_plan_depth

    out.mkdir(parents=True, exist_ok=True)
    for camera in [site.get_camera(name) for name in cameras] or site.cameras:
        depth_m = compute_plan_depth(site, camera, size_wh=camera.size_wh)
        print(write_depth_file(out, camera.camera_id, depth_m))
    return 0


@site.command("plate", help="make a camera's plate from a picture or a clip of its view")
@click.argument("folder", type=Path, metavar="SITE_DIR", help="folder with site.yaml")
@click.argument("name", metavar="CAMERA", help="as in site.yaml")
@click.argument("source", type=Path, metavar="PICTURE", help="of the empty view; of a clip the median is taken")
def run_plate(folder: Path, name: str, source: Path) -> int:
    from sim.footage.stills.plate_files import make_plate_files
    from sim.site.model import PLATES_FOLDER, load_site

    site = load_site(folder)
    made = make_plate_files(site, site.get_camera(name), source, folder=folder / PLATES_FOLDER)
    print(f"{made.picture}\n{made.depth}")
    if made.changing > 0:
        print(f"{made.changing:.1%} of the picture never held still in the clip: look whether somebody is left in it")
    if made.people:
        print(f"{made.people} people may be in the picture: look, and paint them out in a picture program")
    return 0


@site.command("export", help="write a site's plan as GeoJSON in meters")
@with_site
@click.option("--out", type=Path, required=True, metavar="FILE.geojson", help="file to write")
def run_export(site: "Site", out: Path) -> int:
    from sim.site.geojson import list_left_out, write_geojson

    out.write_text(json.dumps(write_geojson(site), indent=1), encoding="utf-8")
    for words in list_left_out(site):
        print(f"left out: {words}", file=sys.stderr)
    print(out)
    return 0


@site.command(
    "import",
    help="Write site.yaml from spaces, doors, furniture and cameras; where doors stand and where people "
    "walk is computed. Then `site check` says what is wrong, and `site fit` finds the cameras.",
    short_help="make a site from a plan drawn as GeoJSON",
)
@click.argument("plan", type=Path, metavar="PLAN.geojson", help="a feature collection in meters")
@click.option("--out", type=Path, required=True, metavar="SITE_DIR", help="new folder, named as the site")
@click.option(
    "--notice",
    default="The people in the pictures of this school are simulated and fictional.",
    help="what pages say about the place",
)
def run_import(plan: Path, out: Path, notice: str) -> int:
    import yaml

    from sim.site.geojson import read_geojson

    if (out / "site.yaml").exists():
        raise SiteError(f"{out} has a site already", todo="choose another folder")
    try:
        data = plan.read_bytes()
        if len(data) > MOST_BYTES:
            raise SiteError(f"{plan} has {len(data) / 1e6:.0f} MB", expected=f"at most {MOST_BYTES / 1e6:.0f} MB")
        drawn = json.loads(data)
    except OSError as error:
        raise SiteError(f"{plan} cannot be read: {error.strerror}", todo="check the path") from error
    except (ValueError, RecursionError) as error:
        raise SiteError(f"{plan} is no JSON: {error}", expected="a GeoJSON feature collection") from error
    site = read_geojson(drawn, site_id=out.resolve().name, notice=notice, source=plan.name)
    out.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(site.model_dump(mode="json", exclude_none=True), sort_keys=False, allow_unicode=True)
    (out / "site.yaml").write_text(text, encoding="utf-8")
    print(out / "site.yaml")
    return _tell_problems(site)


@site.command("delete", help="delete a school of your own, with all recordings and drills made on it")
@click.argument("name", metavar="NAME", help="of its folder in the data folder, or as it is called")
def run_delete(name: str) -> int:
    from sim.app.wiring import open_here
    from sim.features.own_school.removing import delete_school, find_school

    with open_here() as app:
        gone = delete_school(app, find_school(app, name), by="command line")
    print(f"deleted, with {gone.recordings} recordings and {gone.attempts} drills on them")
    return 0


@site.command(
    "draw",
    help="Wait until they are drawn, with a line for each; Ctrl-C leaves what is done, and the next start "
    "goes on. Then make the school ready on its page.",
    short_help="draw pictures from the plan for a school's cameras that have none (needs requirements-authoring.txt)",
)
@click.argument("name", metavar="NAME", help="of its folder in the data folder, or as it is called")
def run_draw(name: str) -> int:
    import time

    from sim.app.wiring import open_here
    from sim.builds.queue import keep_up
    from sim.features.own_school import traced
    from sim.features.own_school.removing import find_school

    with open_here() as app:
        school_id = find_school(app, name)
        traced.start(app, school_id)
        told: set[str] = set()
        while (found := traced.find_tracing(app, school_id)) is not None:
            for camera in set(found.done) - told:
                print(f"{camera} ({len(found.done)} of {len(found.cameras)})", flush=True)
            told = set(found.done)
            if not found.told.is_open:
                break
            keep_up(app)
            time.sleep(1.0)
    if found is not None and found.told.row.error:
        print(found.told.row.error, file=sys.stderr)
    return 0 if found is not None and found.is_done else 1


def write_coverage_table(site: "Site", report: "CoverageReport") -> str:
    names = {space.zone_id: space.name for space in site.spaces}
    doors = {opening.door_id: opening.name for opening in site.openings}
    lines = [
        f"{site.name}: {report.ways_m:.0f} m of ways, {report.unseen_share:.0%} of them on no camera",
        "",
        f"{'camera':<8} {'shows':>7}  name",
    ]
    lines += [f"{c.camera_id:<8} {report.seen_m[c.camera_id]:>5.0f} m  {c.name}" for c in site.cameras]
    lines += ["", "blind gaps of a meter or more, longest walk first"]
    for stretch in report.stretches:
        where = ", ".join(names.get(zone, zone) for zone in stretch.zones) or "between zones"
        unseen = f"; doors: {', '.join(doors[d] for d in stretch.doors)}" if stretch.doors else ""
        between = f"; next on {', '.join(stretch.cameras)}" if stretch.cameras else ""
        lines.append(f"{stretch.walking_s:>6.1f} s {stretch.length_m:>6.1f} m  {where}{between}{unseen}")
    return "\n".join(lines)


def _read_points(path: Path, floor_m: float) -> "Iterator[PointPair]":
    from sim.site.fit import PointPair
    from sim.text.tables import decode_text

    try:
        text = decode_text(path.read_bytes())
    except OSError as error:
        raise SiteError(f"{path} cannot be read: {error.strerror}", todo="check the path") from error
    rows = list(csv.DictReader((text or "").splitlines()))
    if not rows or not set(POINT_COLUMNS) <= set(rows[0]):
        raise SiteError(f"{path} has no points", expected=f"a CSV file with the columns {', '.join(POINT_COLUMNS)}")
    for number, row in enumerate(rows, start=1):
        try:
            x, y, z, u, v = (float(row[name]) for name in POINT_COLUMNS)
        except (TypeError, ValueError) as error:
            raise SiteError(f"{path}, point {number}: {error}", expected="five numbers") from error
        yield PointPair(site_m=(x, y, z + floor_m), picture_px=(u, v))


def _read_size(text: str) -> tuple[int, int]:

    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and 0 < int(width) <= 8192 and 0 < int(height) <= 8192):
        raise SiteError(f"--size is {text!r}", expected="such as 1280x720")
    return int(width), int(height)
