"""`python -m sim forms`: choose parallel forms of a recording, or check a form file against it."""

import argparse
import os
import sys
from pathlib import Path


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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
    check.set_defaults(run=run_check)


def run_choose(args: argparse.Namespace) -> int:
    from sim.app.forms import LessonFiles, find_origin, write_form_set
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


def run_check(args: argparse.Namespace) -> int:
    from sim.app.forms import check_form_set, load_form_set
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
    from sim.app.catalog import Catalog
    from sim.app.forms import check_form_set, load_form_set
    from sim.app.settings import read_settings
    from sim.errors import SimError
    from sim.features.debrief.expert import list_all_forms, write_expert_table
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
