"""`python -m sim footage` and `fresh`: recordings, built when asked for or ahead."""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sim.app.wiring import App
    from sim.db.builds import BuildRow
    from sim.footage.recording.open import Recording

footage = click.Group("footage", help="build, check and show recordings")


def _open(folder: str) -> "Recording":
    from sim.footage.recording.open import open_recording

    return open_recording(Path(folder))


with_recording = click.argument("recording", type=_open, metavar="DIR", help="recording folder")


@footage.command(
    "build",
    help="Render every camera of a scenario, one process a camera. A build that was stopped goes on "
    "where it was when the same command runs again.",
    short_help="render a scenario into a recording",
)
@click.argument("scenario", type=Path, metavar="SCENARIO", help="scenario file, YAML")
@click.option("--out", type=Path, required=True, metavar="DIR", help="folder to make")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="processes at a time; one a core when not given")
@click.option("--seconds", type=click.FloatRange(1, 3600), metavar="S", help="only the first S seconds, for a trial")
@click.option("--force", is_flag=True, help="replace the recording in DIR")
@click.option("--crf", type=float, metavar="C", help="how coarse pictures are, 0 to 51; 34 if not given")
@click.option("--scheduler", metavar="URL", help="hand the cameras to a Dask cluster, such as tcp://HOST:8786")
def run_build(
    scenario: Path,
    out: Path,
    jobs: int | None,
    seconds: float | None,
    force: bool,
    crf: float | None,
    scheduler: str | None,
) -> int:
    from dataclasses import replace

    from sim.footage.machine import require_opencv, require_pyav

    require_opencv()
    require_pyav()
    from sim.features.library.footage_build import build_scenario, plan_scenario
    from sim.footage.build.cluster import count_workers

    jobs = count_workers(scheduler) if scheduler else jobs or os.cpu_count() or 1
    planned = plan_scenario(scenario, seconds=seconds)
    if crf is not None:
        coarser = replace(planned.plan.encoding, main_crf=crf)
        planned = replace(planned, plan=replace(planned.plan, encoding=coarser))
    print(planned.describe_needs(processes=jobs), flush=True)
    report = Report(live=sys.stdout.isatty())
    build_scenario(
        planned,
        target=out,
        processes=jobs,
        replace=force,
        on_progress=report,
        clock=time.monotonic,
        scheduler=scheduler,
    )
    report.end()
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"{out}: {size / 1e6:.1f} MB")
    return 0


@footage.command(
    "worker",
    help="Render cameras that `footage build --scheduler URL` hands out, until the scheduler goes away.",
    short_help="render cameras for a Dask cluster",
)
@click.argument("scheduler", metavar="URL", help="the Dask scheduler, such as tcp://HOST:8786")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="processes; one a core when not given")
def run_worker(scheduler: str, jobs: int | None) -> int:
    from sim.footage.build.cluster import serve_worker
    from sim.footage.machine import require_opencv, require_pyav

    require_opencv()
    require_pyav()
    serve_worker(scheduler, processes=jobs or os.cpu_count() or 1)
    return 0


@footage.command(
    "verify",
    help="Check every file's hash, decode every clip, check every table. Exit code 0 when all is right.",
    short_help="check a recording completely",
)
@click.argument("recording", type=Path, metavar="DIR", help="recording folder")
def run_verify(recording: Path) -> int:
    from sim.footage.checks.verify import verify_recording

    problems = verify_recording(recording)
    for problem in problems:
        print(f"error: {recording / problem.file}: {problem.what}", file=sys.stderr)
    if problems:
        print("What to do: restore these files, or build the recording again.", file=sys.stderr)
        return 1
    print(f"{recording}: every file is as it was built")
    return 0


@footage.command("sheet", help="draw a contact sheet: all cameras at one moment, four people close up")
@with_recording
@click.option("--out", type=Path, required=True, metavar="PNG", help="picture to write")
@click.option("--at", type=float, metavar="S", help="second of the recording; the busiest when not given")
def run_sheet(recording: "Recording", out: Path, at: float | None) -> int:
    from sim.footage.checks.sheet import draw_sheet, save_sheet

    save_sheet(draw_sheet(recording, at_s=at), out)
    print(out)
    return 0


@footage.command("export-mot", help="write the ground truth as MOTChallenge text files")
@with_recording
@click.option("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
def run_export_mot(recording: "Recording", out: Path) -> int:
    from sim.footage.checks.export_truth import export_mot

    for path in export_mot(recording, out):
        print(path)
    return 0


@footage.command("export-coco", help="write the ground truth of one camera as COCO JSON")
@with_recording
@click.option("--camera", required=True, metavar="CAMERA", help="camera_id, such as CAM-03")
@click.option("--out", type=Path, required=True, metavar="FILE", help="JSON file to write")
def run_export_coco(recording: "Recording", camera: str, out: Path) -> int:
    from sim.footage.checks.export_truth import export_coco

    print(export_coco(recording, camera, out))
    return 0


@footage.command(
    "import",
    help="Take in clips of the school's own cameras (MP4, MKV, AVI), blurred before anything is stored, and "
    "put them on one clock. With a drill in the notes the recording knows where the walker is, and `tasks example` "
    "and `score` work on it. An import that was stopped goes on when the same command runs again.",
    short_help="make clips of a staged walk into a recording for practice",
)
@click.argument("clips", type=Path, nargs=-1, required=True, metavar="CLIP", help="video file")
@click.option("--out", type=Path, required=True, metavar="DIR", help="folder to make")
@click.option("--notes", type=Path, metavar="FILE", help="cameras, clocks, keyframes and drill, JSON")
@click.option("--forms", type=Path, metavar="FILE", help="write the forms of the drill here, YAML")
@click.option(
    "--blur",
    type=click.Choice(("heads", "moving", "none")),
    help="heads with --model, else all that moves; none: all signed",
)
@click.option("--model", type=Path, metavar="FILE", help="NanoDet-g as ONNX, which finds people")
@click.option(
    "--confirm-rights", is_flag=True, help="the school may use the footage for training, and those who act in it agreed"
)
@click.option("--all-signed", is_flag=True, help="everyone who can be seen has signed")
@click.option("--looked-at", multiple=True, metavar="NAME", help="clip with almost no heads that you looked at")
def run_import(
    clips: tuple[Path, ...],
    out: Path,
    notes: Path | None,
    forms: Path | None,
    blur: str | None,
    model: Path | None,
    confirm_rights: bool,
    all_signed: bool,
    looked_at: tuple[str, ...],
) -> int:
    import getpass
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

    made, said = import_outside(
        clips,
        out,
        read_notes(notes),
        rights=Rights(may_use=confirm_rights, everyone_agreed=confirm_rights, all_signed=all_signed),
        blur=BlurMode(blur or ("heads" if model else "moving")),
        model=model,
        looked_at=looked_at,
        by=getpass.getuser() if looked_at else "",
        at=datetime.now(tz=UTC),
        on_progress=tell,
        on_step=tell_step,
    )
    if is_live:
        print(file=sys.stderr)
    for each in said:
        print(f"note: {each}")
    if made is not None and forms is not None:
        write_form_set(made, forms)
        print(forms)
    print(out)
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


@click.command(
    "fresh",
    help="Make recordings with new people and ways until every school has as many as wanted that nobody "
    "has played, one after another, in one process that gives way to everything else. A run that was stopped goes "
    "on where it was; one that is being made already is waited for. What is not given here is as chosen on the "
    "page New drill; the hours chosen there are for the server and do not hold back this command.",
    short_help="keep recordings ready that nobody has played",
)
@click.option("--once", is_flag=True, help="make one and end")
@click.option("--site", multiple=True, metavar="SITE", help="only for this school; may be given several times")
@click.option("--ready", type=int, metavar="N", help="how many to keep for each school")
@click.option("--difficulty", type=click.Choice(["easy", "medium", "hard"]), help="how hard their drills shall be")
@click.option("--minutes", type=float, help="length, 1 to 10")
@click.option("--disk", type=float, metavar="GB", help="disk that all of them may take")
def fresh(
    once: bool,
    site: tuple[str, ...],
    ready: int | None,
    difficulty: str | None,
    minutes: float | None,
    disk: float | None,
) -> int:
    from sim.app.wiring import open_here
    from sim.features.library.fresh import begin_next, change_settings, is_on_battery, load_fresh_settings

    with open_here() as app:
        settings = change_settings(
            load_fresh_settings(app.settings.data),
            schools=site or None,
            ready=ready,
            level=difficulty,
            minutes=minutes,
            disk_gb=disk,
        )
        made = 0
        while True:
            if is_on_battery():
                sys.stdout.write("This computer runs on its battery; plug it in and run this again.\n")
                return 1
            row = begin_next(app, settings, is_forced=once and made == 0)
            if row is None:
                sys.stdout.write("Every school has enough recordings that nobody has played.\n")
                return 0
            if not _wait(app, row):
                return 1
            made += 1
            if once:
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
