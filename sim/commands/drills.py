"""`python -m sim scenario`, `forms`, `consoles` and `cmi5`: making drills, and handing them on."""

import argparse
import os
import sys
from pathlib import Path


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    _register_scenario(subparsers)
    _register_forms(subparsers)
    _register_consoles(subparsers)
    _register_cmi5(subparsers)


STORIES = ("arrival", "passing", "lunch", "dismissal", "class-time")
LEVELS = ("easy", "medium", "hard")


def _register_scenario(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    group = subparsers.add_parser("scenario", help="make new scenarios of a chosen difficulty")
    actions = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    new = actions.add_parser(
        "new",
        help="write a new scenario for a site",
        description="Write a scenario file: a story at a site, drawn by the seed, with people to trace whose ways are "
        "chosen for the difficulty. The difficulty it prints is an estimate; the forms of the built recording are "
        "measured.",
    )
    new.add_argument("--site", required=True, metavar="S", help="a site's folder, or its name in scenarios/sites")
    new.add_argument("--story", required=True, choices=STORIES, help="what happens")
    new.add_argument("--difficulty", required=True, choices=LEVELS, help="how hard its drills shall be")
    new.add_argument("--seed", type=int, required=True, help="another seed gives another scenario")
    new.add_argument("--people", type=int, help="everybody together, 12 to 240; by difficulty when not given")
    new.add_argument("--minutes", type=float, help="length, 1 to 15; by difficulty when not given")
    new.add_argument("--title", default="", help="title of the recording; the story's when not given")
    new.add_argument("--out", type=Path, metavar="FILE.yaml", help="file to write; named by its id when not given")
    new.add_argument("--force", action="store_true", help="replace FILE.yaml")
    new.set_defaults(run=run_new)


def run_new(args: argparse.Namespace) -> int:
    import os

    from sim.crowd.generator.draft import Wish
    from sim.crowd.generator.levels import Level
    from sim.features.library.footage_build import describe_estimate, write_scenario
    from sim.features.library.sites import find_site

    wish = Wish(
        story=args.story,
        level=Level(args.difficulty),
        seed=args.seed,
        people=args.people,
        minutes=args.minutes,
        title=args.title,
    )
    made = write_scenario(wish, site_folder=find_site(args.site), out=args.out, replace=args.force)
    needs = made.planned.describe_needs(processes=os.cpu_count() or 1)
    sys.stdout.write(
        f"{made.path}\n{describe_estimate(made.estimate)}\n{needs}\n"
        f"Build it with `python -m sim footage build {made.path} --out DIR`.\n"
    )
    return 0


def _register_forms(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    group = subparsers.add_parser("forms", help="choose or check the drill forms of a recording")
    actions = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    choose = actions.add_parser("choose", help="choose people of equal difficulty and write a form file")
    choose.add_argument("recording", type=Path, metavar="RECORDING_DIR", help="folder with recording.json")
    choose.add_argument("--out", type=Path, required=True, metavar="FILE.yaml", help="form file to write")
    choose.add_argument("--count", type=int, default=6, help="parallel forms (default 6)")
    choose.add_argument("--practice", type=int, default=1, help="easier forms for practice (default 1)")
    choose.add_argument("--margin", type=float, default=3.0, help="largest difference in difficulty (default 3)")
    choose.add_argument("--min-legs", type=int, default=6, help="fewest stretches on camera (default 6)")
    choose.add_argument("--limit-s", type=float, default=480.0, help="time limit of parallel forms (default 480)")
    choose.add_argument("--practice-limit-s", type=float, default=360.0, help="of practice forms (default 360)")
    choose.add_argument("--others", type=int, default=0, help="practice forms of each other task type (default 0)")
    choose.add_argument(
        "--unsure",
        type=int,
        default=0,
        help="practice forms of trace, locate and origin whose student may be on no camera, of each (default 0)",
    )
    choose.add_argument(
        "--reference",
        choices=["3 photos", "1 photo", "text"],
        default="3 photos",
        help="what the other traces show of the student (default 3 photos)",
    )
    choose.add_argument(
        "--known",
        action="store_true",
        help="practice traces, locate and origin start from a last sighting, and the traces that measure are there "
        "twice: without and with one",
    )
    choose.add_argument(
        "--ladder", action="store_true", help="short searches on four to six cameras, for those who have just begun"
    )
    choose.add_argument(
        "--cameras", nargs="+", metavar="CAM-01", help="the part of the site that all forms are about (default all)"
    )
    choose.add_argument(
        "--private",
        action="store_true",
        help="the recording was made here with a secret seed: it measures, and nobody practices on it (what a replaced "
        "file says of it stays)",
    )
    choose.set_defaults(run=run_choose)
    expert = actions.add_parser(
        "expert",
        help="let the simulated expert play trace, locate and origin forms: par of each",
        description="Print for each form whether the expert passes in time, its par and the appearances it finds. "
        "Without a file it plays every form and every lesson that there is.",
    )
    expert.add_argument("forms", type=Path, metavar="FILE.yaml", nargs="?")
    expert.add_argument("recording", type=Path, metavar="RECORDING_DIR", nargs="?")
    expert.set_defaults(run=run_expert_forms)
    check = actions.add_parser("check", help="say whether a form file fits a recording")
    check.add_argument("forms", type=Path, metavar="FILE.yaml")
    check.add_argument("recording", type=Path, metavar="RECORDING_DIR")
    check.set_defaults(run=run_check_forms)


def run_choose(args: argparse.Namespace) -> int:
    from sim.app.catalog import LessonFiles, find_origin, write_form_set
    from sim.app.settings import read_settings
    from sim.features.library.forms import choose_forms, write_form_table
    from sim.features.program.given_forms import check_given, check_replaced, keep_ids, load_known_ids
    from sim.footage.recording.open import open_recording
    from sim.forms.difficulty import Reference
    from sim.forms.forms import Origin

    settings, recording = read_settings(os.environ), open_recording(args.recording)
    known = load_known_ids(settings, replaced=args.out)
    tries = (each.form for each in LessonFiles(settings.lessons).read().tries.values())
    forms = choose_forms(
        recording,
        count=args.count,
        practice=args.practice,
        margin=args.margin,
        min_legs=args.min_legs,
        limit_s=args.limit_s,
        practice_limit_s=args.practice_limit_s,
        others=args.others,
        unsure=args.unsure,
        reference=Reference(args.reference),
        known=args.known,
        ladder=args.ladder,
        in_lessons=frozenset(
            each.target for each in tries if each.target and each.recording_id == recording.manifest.recording_id
        ),
        cameras=args.cameras,
    )
    origin = Origin.PRIVATE if args.private else find_origin(args.out, forms.recording_id)
    forms = keep_ids(forms.model_copy(update={"origin": origin}), known)
    check_replaced(forms, known, args.out)
    check_given(forms, known)
    write_form_set(forms, args.out)
    sys.stdout.write(write_form_table(forms) + "\n")
    return 0


def run_check_forms(args: argparse.Namespace) -> int:
    from sim.app.catalog import check_form_set, load_form_set
    from sim.app.settings import read_settings
    from sim.features.library.forms import write_form_table
    from sim.features.program.given_forms import check_given, load_known_ids
    from sim.footage.recording.open import open_recording

    forms = load_form_set(args.forms)
    check_form_set(forms, open_recording(args.recording))
    check_given(forms, load_known_ids(read_settings(os.environ)))
    sys.stdout.write(write_form_table(forms) + "\n")
    return 0


def run_expert_forms(args: argparse.Namespace) -> int:
    from sim.app.catalog import Catalog, check_form_set, load_form_set
    from sim.app.settings import read_settings
    from sim.errors import SimError
    from sim.features.debrief.practice import list_all_forms, write_expert_table
    from sim.footage.recording.open import open_recording

    if args.forms is None:
        settings = read_settings(os.environ)
        catalog = Catalog(
            recording_folders=settings.recordings, form_folders=settings.forms, lesson_folders=settings.lessons
        )
        sys.stdout.write(write_expert_table(catalog, list_all_forms(catalog)) + "\n")
        return 0
    if args.recording is None:
        raise SimError(f"{args.forms} was given without its recording", todo="name the folder of the recording too")
    forms = load_form_set(args.forms)
    check_form_set(forms, open_recording(args.recording))
    catalog = Catalog(recording_folders=[args.recording.resolve().parent], form_folders=[])
    sys.stdout.write(write_expert_table(catalog, forms.forms) + "\n")
    return 0


def _register_consoles(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    group = subparsers.add_parser("consoles", help="list or check console profiles, as of a district's own system")
    actions = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser(
        "list", help="list the consoles that drills can be given on; exit code 1 when a file is wrong"
    )
    listed.set_defaults(run=run_list)
    check = actions.add_parser("check", help="check console files; exit code 1 when one is wrong")
    check.add_argument("files", type=Path, nargs="+", metavar="FILE.yaml")
    check.set_defaults(run=run_check_consoles)


def run_list(_args: argparse.Namespace) -> int:
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


def run_check_consoles(args: argparse.Namespace) -> int:
    from sim.console.console_profiles import load_console
    from sim.errors import SimError

    is_wrong = False
    for path in args.files:
        try:
            profile = load_console(path)
        except SimError as error:
            is_wrong = True
            sys.stderr.write(f"error: {error}\n")
        else:
            sys.stdout.write(f"{path.name}: {profile.title}. {profile.summary}\n")
    return 1 if is_wrong else 0


def _register_cmi5(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "cmi5",
        help="make a course package (cmi5) of practice drills",
        description="A ZIP with cmi5.xml to bring into a learning system that has no LTI. The drills stay on this "
        "server, whose address SIGHTLINE_ADDRESS names. Only the learning system that the package is for can open "
        "them by it.",
    )
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE.zip", help="where to write it")
    parser.add_argument(
        "--lms",
        action="append",
        default=[],
        metavar="URL",
        help="address of the learning system, and of its record store",
    )
    parser.add_argument("--drill", action="append", default=[], metavar="ID", help="only this drill; may be repeated")
    parser.add_argument("--list", action="store_true", help="list the drills with their ids")
    parser.set_defaults(run=_run_cmi5)


def _run_cmi5(args: argparse.Namespace) -> int:

    from sim.app.wiring import open_here
    from sim.errors import MachineError
    from sim.features.learning_systems.cmi5 import make_package
    from sim.features.learning_systems.deep_link import list_practice

    with open_here() as app:
        if args.list:
            sys.stdout.write("".join(f"{each.form_id}: {each.title} ({each.kind})\n" for each in list_practice(app)))
            return 0
        if args.file is None:
            raise MachineError("no file was named", expected="FILE.zip to write, or --list")
        packed = make_package(app, learning_systems=args.lms, form_ids=args.drill)
        try:
            args.file.write_bytes(packed)
        except OSError as error:
            raise MachineError(f"{args.file} cannot be written: {error.strerror}") from error
        sys.stdout.write(f"{args.file} is written ({len(packed):,} bytes)\n")
    return 0
