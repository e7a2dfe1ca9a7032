"""`footage`: build, check and show recordings."""

import argparse
from pathlib import Path
from typing import Any

from sim.commands.footage_progress import Report, positive


def register(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add `footage build|import|verify|silhouettes|sheet|export-mot|export-coco`."""
    from sim.commands import footage_import, footage_silhouettes

    parser = subparsers.add_parser("footage", help="build, check and show recordings")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    build = actions.add_parser(
        "build",
        help="render a scenario into a recording",
        description="Render every camera of a scenario, one process a camera. A build that was stopped goes on "
        "where it was when the same command runs again.",
    )
    build.add_argument("scenario", type=Path, metavar="SCENARIO", help="scenario file, YAML")
    build.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to make")
    build.add_argument("--jobs", type=positive, metavar="N", help="processes at a time; one a core when not given")
    build.add_argument("--seconds", type=_seconds, metavar="S", help="only the first S seconds, for a trial")
    build.add_argument("--force", action="store_true", help="replace the recording in DIR")
    build.add_argument("--scheduler", metavar="URL", help="hand the cameras to a Dask cluster, such as tcp://HOST:8786")
    build.set_defaults(run=run_build)

    worker = actions.add_parser(
        "worker",
        help="render cameras for a Dask cluster",
        description="Render cameras that `footage build --scheduler URL` hands out, until the scheduler goes away.",
    )
    worker.add_argument("scheduler", metavar="URL", help="the Dask scheduler, such as tcp://HOST:8786")
    worker.add_argument("--jobs", type=positive, metavar="N", help="processes; one a core when not given")
    worker.set_defaults(run=run_worker)

    footage_import.register(actions)

    verify = actions.add_parser(
        "verify",
        help="check a recording completely",
        description="Check every file's hash, decode every clip, check every table. Exit code 0 when all is right.",
    )
    verify.add_argument("recording", type=Path, metavar="DIR", help="recording folder")
    verify.set_defaults(run=run_verify)

    footage_silhouettes.register(actions)

    sheet = actions.add_parser("sheet", help="draw a contact sheet: all cameras at one moment, four people close up")
    sheet.add_argument("recording", type=Path, metavar="DIR", help="recording folder")
    sheet.add_argument("--out", type=Path, required=True, metavar="PNG", help="picture to write")
    sheet.add_argument("--at", type=float, metavar="S", help="second of the recording; the busiest when not given")
    sheet.set_defaults(run=run_sheet)

    mot = actions.add_parser("export-mot", help="write the ground truth as MOTChallenge text files")
    mot.add_argument("recording", type=Path, metavar="DIR", help="recording folder")
    mot.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    mot.set_defaults(run=run_export_mot)

    coco = actions.add_parser("export-coco", help="write the ground truth of one camera as COCO JSON")
    coco.add_argument("recording", type=Path, metavar="DIR", help="recording folder")
    coco.add_argument("--camera", required=True, metavar="CAMERA", help="camera_id, such as CAM-03")
    coco.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON file to write")
    coco.set_defaults(run=run_export_coco)


def run_build(args: argparse.Namespace) -> int:
    """Say what is needed, build with progress, say what was made."""
    import os
    import sys
    import time

    from sim.services.library.footage import require_opencv, require_pyav

    require_opencv()
    require_pyav()
    from sim.services.library.build.footage_build import build_scenario, count_workers, plan_scenario

    jobs = count_workers(args.scheduler) if args.scheduler else args.jobs or os.cpu_count() or 1
    planned = plan_scenario(args.scenario, seconds=args.seconds)
    print(planned.describe_needs(processes=jobs), flush=True)
    report = Report(live=sys.stdout.isatty())
    build_scenario(
        planned,
        target=args.out,
        processes=jobs,
        replace=args.force,
        on_progress=report,
        clock=time.monotonic,
        scheduler=args.scheduler,
    )
    report.end()
    size = sum(path.stat().st_size for path in args.out.rglob("*") if path.is_file())
    print(f"{args.out}: {size / 1e6:.1f} MB")
    return 0


def run_worker(args: argparse.Namespace) -> int:
    """Render until the scheduler goes away."""
    import os

    from sim.services.library.footage import require_opencv, require_pyav, serve_worker

    require_opencv()
    require_pyav()
    serve_worker(args.scheduler, processes=args.jobs or os.cpu_count() or 1)
    return 0


def run_verify(args: argparse.Namespace) -> int:
    """Print every problem, or that there is none."""
    import sys

    from sim.services.library.footage import verify

    problems = verify(args.recording)
    for problem in problems:
        print(f"error: {args.recording / problem.file}: {problem.what}", file=sys.stderr)
    if problems:
        print("What to do: restore these files, or build the recording again.", file=sys.stderr)
        return 1
    print(f"{args.recording}: every file is as it was built")
    return 0


def run_sheet(args: argparse.Namespace) -> int:
    """Draw the contact sheet."""
    from sim.services.library.footage import write_sheet

    write_sheet(args.recording, args.out, at_s=args.at)
    print(args.out)
    return 0


def run_export_mot(args: argparse.Namespace) -> int:
    """Write the text files and name them."""
    from sim.services.library.footage import write_mot

    for path in write_mot(args.recording, args.out):
        print(path)
    return 0


def run_export_coco(args: argparse.Namespace) -> int:
    """Write the JSON file and name it."""
    from sim.services.library.footage import write_coco

    print(write_coco(args.recording, args.out, camera_id=args.camera))
    return 0


def _seconds(text: str) -> float:
    value = float(text)
    if not 1 <= value <= 3600:
        raise argparse.ArgumentTypeError("must be from 1 to 3600")
    return value
