"""`python -m sim fresh`: make school days that nobody has played yet."""

import argparse
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.app.wiring import App
    from sim.db.builds import BuildRow

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
