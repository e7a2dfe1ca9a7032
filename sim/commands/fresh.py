"""`python -m sim fresh`: make school days that nobody has played yet."""

import argparse
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.services.app.wiring import App
    from sim.services.library.fresh_settings import FreshSettings
    from sim.services.library.job import Job

LOOK_EVERY_S = 1.0


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:

    from sim.services.app.wiring import open_here
    from sim.services.library.fresh import begin_next, is_on_battery
    from sim.services.library.fresh_settings import change_settings, load_fresh_settings

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
            job = _wait_for_others(app, settings) or begin_next(app, settings, is_forced=args.once and made == 0)
            if job is None:
                sys.stdout.write("Every school has enough recordings that nobody has played.\n")
                return 0
            if not _wait(app, job):
                return 1
            made += 1
            if args.once:
                return 0


def _wait_for_others(app: "App", settings: "FreshSettings") -> "Job | None":
    """Return the fresh school day that is being made already, for a school that is wanted; wait for any other build."""
    from sim.services.library import generate
    from sim.services.library.job import ACTIVE

    while True:
        job = generate.get_job(app)
        if job is None or job.state not in ACTIVE:
            return None
        sys.stdout.write("A recording is being made already; this waits for it.\n")
        if job.request.is_fresh and job.request.site in (settings.schools or (job.request.site,)):
            return job
        _wait(app, job)


def _wait(app: "App", job: "Job") -> bool:
    from sim.services.library import generate
    from sim.services.library.job import ACTIVE, JobState, write_left

    sys.stdout.write(f"Making {job.recording_id} ({job.request.story}, {job.request.level}).\n")
    told = ""
    while True:
        now = generate.get_job(app)
        if now is None or now.recording_id != job.recording_id:
            sys.stderr.write("error: another recording is being made meanwhile. What to do: run this again later.\n")
            return False
        if now.state not in ACTIVE:
            break
        left = "" if now.left_s is None else f", {write_left(now.left_s)} left"
        share = f"{now.frames_done / now.frames:.0%}" if now.frames else "preparing"
        said = f"{share}{left}"
        if said != told:
            sys.stdout.write(f"{said}\n")
            sys.stdout.flush()
            told = said
        time.sleep(LOOK_EVERY_S)
    if now.state is not JobState.DONE:
        problem = now.problem or "the work was interrupted; run this again to go on"
        sys.stderr.write(f"error: {job.recording_id} was not finished: {problem}\n")
        return False
    sys.stdout.write(f"{job.recording_id} is ready, with the drills {', '.join(now.form_ids)}.\n")
    return True
