"""`python -m sim footage` and `fresh`: recordings, built when asked for or ahead."""

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.app.wiring import App
    from sim.db.builds import BuildRow


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    _register_footage(subparsers)
    _register_fresh(subparsers)


def _register_footage(subparsers: "argparse._SubParsersAction[Any]") -> None:
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
    build.add_argument("--jobs", type=_positive, metavar="N", help="processes at a time; one a core when not given")
    build.add_argument("--seconds", type=_seconds, metavar="S", help="only the first S seconds, for a trial")
    build.add_argument("--force", action="store_true", help="replace the recording in DIR")
    build.add_argument("--crf", type=float, metavar="C", help="how coarse pictures are, 0 to 51; 34 if not given")
    build.add_argument("--scheduler", metavar="URL", help="hand the cameras to a Dask cluster, such as tcp://HOST:8786")
    build.set_defaults(run=run_build)

    worker = actions.add_parser(
        "worker",
        help="render cameras for a Dask cluster",
        description="Render cameras that `footage build --scheduler URL` hands out, until the scheduler goes away.",
    )
    worker.add_argument("scheduler", metavar="URL", help="the Dask scheduler, such as tcp://HOST:8786")
    worker.add_argument("--jobs", type=_positive, metavar="N", help="processes; one a core when not given")
    worker.set_defaults(run=run_worker)

    _register_import(actions)

    verify = actions.add_parser(
        "verify",
        help="check a recording completely",
        description="Check every file's hash, decode every clip, check every table. Exit code 0 when all is right.",
    )
    verify.add_argument("recording", type=Path, metavar="DIR", help="recording folder")
    verify.set_defaults(run=run_verify)

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
    import os
    import sys
    import time
    from dataclasses import replace

    from sim.footage.machine import require_opencv, require_pyav

    require_opencv()
    require_pyav()
    from sim.features.library.footage_build import build_scenario, plan_scenario
    from sim.footage.build.cluster import count_workers

    jobs = count_workers(args.scheduler) if args.scheduler else args.jobs or os.cpu_count() or 1
    planned = plan_scenario(args.scenario, seconds=args.seconds)
    if args.crf is not None:
        coarser = replace(planned.plan.encoding, main_crf=args.crf)
        planned = replace(planned, plan=replace(planned.plan, encoding=coarser))
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
    import os

    from sim.footage.build.cluster import serve_worker
    from sim.footage.machine import require_opencv, require_pyav

    require_opencv()
    require_pyav()
    serve_worker(args.scheduler, processes=args.jobs or os.cpu_count() or 1)
    return 0


def run_verify(args: argparse.Namespace) -> int:
    import sys

    from sim.footage.checks.verify import verify_recording

    problems = verify_recording(args.recording)
    for problem in problems:
        print(f"error: {args.recording / problem.file}: {problem.what}", file=sys.stderr)
    if problems:
        print("What to do: restore these files, or build the recording again.", file=sys.stderr)
        return 1
    print(f"{args.recording}: every file is as it was built")
    return 0


def run_sheet(args: argparse.Namespace) -> int:
    from sim.footage.checks.sheet import draw_sheet, save_sheet
    from sim.footage.recording.open import open_recording

    save_sheet(draw_sheet(open_recording(args.recording), at_s=args.at), args.out)
    print(args.out)
    return 0


def run_export_mot(args: argparse.Namespace) -> int:
    from sim.footage.checks.export_truth import export_mot
    from sim.footage.recording.open import open_recording

    for path in export_mot(open_recording(args.recording), args.out):
        print(path)
    return 0


def run_export_coco(args: argparse.Namespace) -> int:
    from sim.footage.checks.export_truth import export_coco
    from sim.footage.recording.open import open_recording

    print(export_coco(open_recording(args.recording), args.camera, args.out))
    return 0


def _seconds(text: str) -> float:
    value = float(text)
    if not 1 <= value <= 3600:
        raise argparse.ArgumentTypeError("must be from 1 to 3600")
    return value


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


def _register_import(actions: "argparse._SubParsersAction[Any]") -> None:
    parser = actions.add_parser(
        "import",
        help="make clips of a staged walk into a recording for practice",
        description="Take in clips of the school's own cameras (MP4, MKV, AVI), blurred before anything is stored, and "
        "put them on one clock. With a drill in the notes the recording knows where the walker is, and `tasks example` "
        "and `score` work on it. An import that was stopped goes on when the same command runs again.",
    )
    parser.add_argument("clips", type=Path, nargs="+", metavar="CLIP", help="video file")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to make")
    parser.add_argument("--notes", type=Path, metavar="FILE", help="cameras, clocks, keyframes and drill, JSON")
    parser.add_argument("--forms", type=Path, metavar="FILE", help="write the forms of the drill here, YAML")
    parser.add_argument(
        "--blur", choices=("heads", "moving", "none"), help="heads with --model, else all that moves; none: all signed"
    )
    parser.add_argument("--model", type=Path, metavar="FILE", help="NanoDet-g as ONNX, which finds people")
    parser.add_argument(
        "--confirm-rights",
        action="store_true",
        help="the school may use the footage for training, and those who act in it agreed",
    )
    parser.add_argument("--all-signed", action="store_true", help="everyone who can be seen has signed")
    parser.add_argument(
        "--looked-at", action="append", default=[], metavar="NAME", help="clip with almost no heads that you looked at"
    )
    parser.set_defaults(run=run_import)


def run_import(args: argparse.Namespace) -> int:
    import getpass
    import sys
    from datetime import UTC, datetime

    from sim.app.catalog import write_form_set
    from sim.clips.model import BlurMode, Rights
    from sim.features.own_clips.importing import ClipProgress
    from sim.features.own_clips.making import import_outside, read_notes
    from sim.footage.machine import require_opencv, require_pyav

    require_opencv()
    require_pyav()
    is_live = sys.stderr.isatty()

    def tell(found: tuple[ClipProgress, ...]) -> None:
        if is_live:
            share = sum(each.share for each in found) / len(found)
            print(f"\rreading clips: {share:4.0%} ", end="", file=sys.stderr, flush=True)

    def tell_step(camera: str, share: float) -> None:
        if is_live:
            print(f"\rone clock: {share:4.0%} {camera[:30]:<30}", end="", file=sys.stderr, flush=True)

    forms, said = import_outside(
        args.clips,
        args.out,
        read_notes(args.notes),
        rights=Rights(may_use=args.confirm_rights, everyone_agreed=args.confirm_rights, all_signed=args.all_signed),
        blur=BlurMode(args.blur or ("heads" if args.model else "moving")),
        model=args.model,
        looked_at=args.looked_at,
        by=getpass.getuser() if args.looked_at else "",
        at=datetime.now(tz=UTC),
        on_progress=tell,
        on_step=tell_step,
    )
    if is_live:
        print(file=sys.stderr)
    for each in said:
        print(f"note: {each}")
    if forms is not None and args.forms is not None:
        write_form_set(forms, args.forms)
        print(args.forms)
    print(args.out)
    return 0


class Report:
    """Progress on the terminal: one line kept up to date, or a new line every ten seconds into a file."""

    def __init__(self, *, live: bool) -> None:
        self._live = live
        self._clock = time.monotonic
        self._said = -1e9

    def __call__(self, progress: Any) -> None:
        finished = progress.done == progress.total
        if not self._live and not finished and self._clock() - self._said < 10:
            return
        self._said = self._clock()
        text = f"{progress.part}  {progress.done} of {progress.total} frames  {_format_left(progress.left_s)} left"
        print(f"\r{text:<70}" if self._live else text, end="" if self._live else "\n", flush=True)

    def end(self) -> None:
        if self._live:
            print()


def _format_left(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


LOOK_EVERY_S = 1.0


def _register_fresh(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "fresh",
        help="keep recordings ready that nobody has played",
        description="Make recordings with new people and ways until every school has as many as wanted that nobody "
        "has played, one after another, in one process that gives way to everything else. A run that was stopped goes "
        "on where it was; one that is being made already is waited for. What is not given here is as chosen on the "
        "page New drill; the hours chosen there are for the server and do not hold back this command.",
    )
    parser.add_argument("--once", action="store_true", help="make one and end")
    parser.add_argument(
        "--site", action="append", default=[], metavar="SITE", help="only for this school; may be given several times"
    )
    parser.add_argument("--ready", type=int, metavar="N", help="how many to keep for each school")
    parser.add_argument("--difficulty", choices=["easy", "medium", "hard"], help="how hard their drills shall be")
    parser.add_argument("--minutes", type=float, help="length, 1 to 10")
    parser.add_argument("--disk", type=float, metavar="GB", help="disk that all of them may take")
    parser.set_defaults(run=_run_fresh)


def _run_fresh(args: argparse.Namespace) -> int:

    from sim.app.wiring import open_here
    from sim.features.library.fresh import begin_next, change_settings, is_on_battery, load_fresh_settings

    with open_here() as app:
        settings = change_settings(
            load_fresh_settings(app.settings.data),
            schools=tuple(args.site) or None,
            ready=args.ready,
            level=args.difficulty,
            minutes=args.minutes,
            disk_gb=args.disk,
        )
        made = 0
        while True:
            if is_on_battery():
                sys.stdout.write("This computer runs on its battery; plug it in and run this again.\n")
                return 1
            row = begin_next(app, settings, is_forced=args.once and made == 0)
            if row is None:
                sys.stdout.write("Every school has enough recordings that nobody has played.\n")
                return 0
            if not _wait(app, row):
                return 1
            made += 1
            if args.once:
                return 0


def _wait(app: "App", row: "BuildRow") -> bool:
    from sim.builds.queue import keep_up, tell, write_left
    from sim.db.builds import BuildState
    from sim.features.library.recordings import read_made, read_request

    request, said = read_request(row), ""
    sys.stdout.write(f"Making {row.name} ({request.story}, {request.level}).\n")
    while (told := tell(app, row)).is_open:
        keep_up(app)
        left = "" if told.left_s is None else f", {write_left(told.left_s)} left"
        begun = f"{told.row.share:.0%}" if told.row.share else "preparing"
        words = f"{f'waiting for {told.ahead} others' if told.ahead else begun}{left}"
        if words != said:
            sys.stdout.write(f"{words}\n")
            sys.stdout.flush()
            said = words
        time.sleep(LOOK_EVERY_S)
    now = told.row
    if now.state is not BuildState.DONE:
        problem = now.error or "it was stopped; run this again to go on"
        sys.stderr.write(f"error: {row.name} was not finished: {problem}\n")
        return False
    sys.stdout.write(f"{row.name} is ready, with the drills {', '.join(read_made(now).form_ids)}.\n")
    return True
