"""`python -m sim scenario`, `forms`, `consoles` and `cmi5`: making drills, and handing them on."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.errors import MachineError, SimError

if TYPE_CHECKING:
    from sim.footage.recording.open import Recording

scenario = click.Group("scenario", help="make new scenarios of a chosen difficulty")
forms = click.Group("forms", help="choose or check the drill forms of a recording")
consoles = click.Group("consoles", help="list or check console profiles, as of a district's own system")


def _open(folder: str) -> "Recording":
    from sim.footage.recording.open import open_recording

    return open_recording(Path(folder))


@scenario.command(
    "new",
    help="Write a scenario file: a story at a site, drawn by the seed, with people to trace whose ways are "
    "chosen for the difficulty. The difficulty it prints is an estimate; the forms of the built recording are "
    "measured.",
    short_help="write a new scenario for a site",
)
@click.option("--site", required=True, metavar="S", help="a site's folder, or its name in scenarios/sites")
@click.option(
    "--story",
    type=click.Choice(["arrival", "passing", "lunch", "dismissal", "class-time"]),
    required=True,
    help="what happens",
)
@click.option(
    "--difficulty", type=click.Choice(["easy", "medium", "hard"]), required=True, help="how hard its drills shall be"
)
@click.option("--seed", type=int, required=True, help="another seed gives another scenario")
@click.option("--people", type=int, help="everybody together, 12 to 240; by difficulty when not given")
@click.option("--minutes", type=float, help="length, 1 to 15; by difficulty when not given")
@click.option("--title", default="", show_default=False, help="title of the recording; the story's when not given")
@click.option("--out", type=Path, metavar="FILE.yaml", help="file to write; named by its id when not given")
@click.option("--force", is_flag=True, help="replace FILE.yaml")
def run_new(
    site: str,
    story: str,
    difficulty: str,
    seed: int,
    people: int | None,
    minutes: float | None,
    title: str,
    out: Path | None,
    force: bool,
) -> int:
    from sim.crowd.generator.draft import Wish
    from sim.crowd.generator.levels import Level
    from sim.features.library.footage_build import describe_estimate, write_scenario
    from sim.features.library.sites import find_site

    wish = Wish(story=story, level=Level(difficulty), seed=seed, people=people, minutes=minutes, title=title)
    made = write_scenario(wish, site_folder=find_site(site), out=out, replace=force)
    needs = made.planned.describe_needs(processes=os.cpu_count() or 1)
    sys.stdout.write(
        f"{made.path}\n{describe_estimate(made.estimate)}\n{needs}\n"
        f"Build it with `python -m sim footage build {made.path} --out DIR`.\n"
    )
    return 0


@forms.command("choose", help="choose people of equal difficulty and write a form file")
@click.argument("recording", type=_open, metavar="RECORDING_DIR", help="folder with recording.json")
@click.option("--out", type=Path, required=True, metavar="FILE.yaml", help="form file to write")
@click.option("--count", default=6, help="parallel forms")
@click.option("--practice", default=1, help="easier forms for practice")
@click.option("--margin", default=3.0, help="largest difference in difficulty")
@click.option("--min-legs", default=6, help="fewest stretches on camera")
@click.option("--limit-s", default=480.0, help="time limit of parallel forms")
@click.option("--practice-limit-s", default=360.0, help="of practice forms")
@click.option("--others", default=0, help="practice forms of each other task type")
@click.option(
    "--unsure", default=0, help="practice forms of trace, locate and origin whose student may be on no camera, of each"
)
@click.option(
    "--reference",
    type=click.Choice(["3 photos", "1 photo", "text"]),
    default="3 photos",
    help="what the other traces show of the student",
)
@click.option(
    "--known",
    is_flag=True,
    help="practice traces, locate and origin start from a last sighting, and the traces that measure are there "
    "twice: without and with one",
)
@click.option("--ladder", is_flag=True, help="short searches on four to six cameras, for those who have just begun")
@click.option(
    "--camera", "cameras", multiple=True, metavar="CAM-01", help="only this one, for all forms; may be repeated"
)
@click.option(
    "--private",
    is_flag=True,
    help="the recording was made here with a secret seed: it measures, and nobody practices on it (what a replaced "
    "file says of it stays)",
)
def run_choose(
    recording: "Recording", out: Path, reference: str, cameras: tuple[str, ...], private: bool, **wanted: Any
) -> int:
    from sim.app.catalog import LessonFiles, find_origin, write_form_set
    from sim.app.settings import read_settings
    from sim.features.library.forms import choose_forms, write_form_table
    from sim.features.program.given_forms import check_given, check_replaced, keep_ids, load_known_ids
    from sim.forms.difficulty import Reference
    from sim.forms.forms import Origin

    settings = read_settings(os.environ)
    known = load_known_ids(settings, replaced=out)
    tries = (each.form for each in LessonFiles(settings.lessons).read().tries.values())
    chosen = choose_forms(
        recording,
        reference=Reference(reference),
        in_lessons=frozenset(
            each.target for each in tries if each.target and each.recording_id == recording.manifest.recording_id
        ),
        cameras=cameras or None,
        **wanted,
    )
    origin = Origin.PRIVATE if private else find_origin(out, chosen.recording_id)
    chosen = keep_ids(chosen.model_copy(update={"origin": origin}), known)
    check_replaced(chosen, known, out)
    check_given(chosen, known)
    write_form_set(chosen, out)
    sys.stdout.write(write_form_table(chosen) + "\n")
    return 0


@forms.command("check", help="say whether a form file fits a recording")
@click.argument("path", type=Path, metavar="FILE.yaml")
@click.argument("recording", type=_open, metavar="RECORDING_DIR")
def run_check_forms(path: Path, recording: "Recording") -> int:
    from sim.app.catalog import check_form_set, load_form_set
    from sim.app.settings import read_settings
    from sim.features.library.forms import write_form_table
    from sim.features.program.given_forms import check_given, load_known_ids

    found = load_form_set(path)
    check_form_set(found, recording)
    check_given(found, load_known_ids(read_settings(os.environ)))
    sys.stdout.write(write_form_table(found) + "\n")
    return 0


@forms.command(
    "expert",
    help="Print for each form whether the expert passes in time, its par and the appearances it finds. "
    "Without a file it plays every form and every lesson that there is.",
    short_help="let the simulated expert play trace, locate and origin forms: par of each",
)
@click.argument("path", type=Path, required=False, metavar="FILE.yaml")
@click.argument("recording", type=_open, required=False, metavar="RECORDING_DIR")
def run_expert_forms(path: Path | None, recording: "Recording | None") -> int:
    from sim.app.catalog import Catalog, check_form_set, load_form_set
    from sim.app.settings import read_settings
    from sim.features.debrief.practice import list_all_forms, write_expert_table

    if path is None:
        settings = read_settings(os.environ)
        catalog = Catalog(
            recording_folders=settings.recordings, form_folders=settings.forms, lesson_folders=settings.lessons
        )
        sys.stdout.write(write_expert_table(catalog, list_all_forms(catalog)) + "\n")
        return 0
    if recording is None:
        raise SimError(f"{path} was given without its recording", todo="name the folder of the recording too")
    found = load_form_set(path)
    check_form_set(found, recording)
    catalog = Catalog(recording_folders=[recording.folder.resolve().parent], form_folders=[])
    sys.stdout.write(write_expert_table(catalog, found.forms) + "\n")
    return 0


@consoles.command("list", help="list the consoles that drills can be given on; exit code 1 when a file is wrong")
def run_list() -> int:
    from sim.app.settings import read_settings
    from sim.attempt.options import PROFILES
    from sim.console.console_profiles import find_consoles

    for profile in PROFILES.values():
        sys.stdout.write(f"{profile.name}: {profile.title}. {profile.summary}\n")
    is_wrong = False
    for found in find_consoles(read_settings(os.environ).consoles):
        if found.profile is None:
            is_wrong = True
            sys.stderr.write(f"error: {found.problem}\n")
        else:
            sys.stdout.write(f"{found.path.stem}: {found.profile.title}. {found.profile.summary}\n")
    return 1 if is_wrong else 0


@consoles.command("check", help="check console files; exit code 1 when one is wrong")
@click.argument("files", type=Path, nargs=-1, required=True, metavar="FILE.yaml")
def run_check_consoles(files: tuple[Path, ...]) -> int:
    from sim.console.console_profiles import load_console

    is_wrong = False
    for path in files:
        try:
            profile = load_console(path)
        except SimError as error:
            is_wrong = True
            sys.stderr.write(f"error: {error}\n")
        else:
            sys.stdout.write(f"{path.name}: {profile.title}. {profile.summary}\n")
    return 1 if is_wrong else 0


@click.command(
    "cmi5",
    help="A ZIP with cmi5.xml to bring into a learning system that has no LTI. The drills stay on this "
    "server, whose address SIGHTLINE_ADDRESS names. Only the learning system that the package is for can open "
    "them by it.",
    short_help="make a course package (cmi5) of practice drills",
)
@click.argument("file", type=Path, required=False, metavar="FILE.zip", help="where to write it")
@click.option("--lms", multiple=True, metavar="URL", help="address of the learning system, and of its record store")
@click.option("--drill", multiple=True, metavar="ID", help="only this drill; may be repeated")
@click.option("--list", "lists", is_flag=True, help="list the drills with their ids")
def cmi5(file: Path | None, lms: tuple[str, ...], drill: tuple[str, ...], lists: bool) -> int:
    from sim.app.wiring import open_here
    from sim.features.learning_systems.cmi5 import make_package
    from sim.features.learning_systems.deep_link import list_practice

    with open_here() as app:
        if lists:
            sys.stdout.write("".join(f"{each.form_id}: {each.title} ({each.kind})\n" for each in list_practice(app)))
            return 0
        if file is None:
            raise MachineError("no file was named", expected="FILE.zip to write, or --list")
        packed = make_package(app, learning_systems=lms, form_ids=drill)
        try:
            file.write_bytes(packed)
        except OSError as error:
            raise MachineError(f"{file} cannot be written: {error.strerror}") from error
        sys.stdout.write(f"{file} is written ({len(packed):,} bytes)\n")
    return 0
