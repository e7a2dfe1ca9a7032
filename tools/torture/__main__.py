"""`python -m tools.torture`: try faults and attacks against the real server, and say what became of them."""

import argparse
import json
import shlex
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from sim.errors import SimError
from sim.ui.http.route_description import describe_routes
from tools.command import run_command
from tools.torture.page import write_page, write_table
from tools.torture.registry import PARTS, TRIALS, find_trials
from tools.torture.run import run_trials

MOST_TIMES = 1000
MOST_MINUTES = 600.0
TIMES_IN_MINUTES = 20


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of `python -m tools.torture [TRIAL ...]`."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.torture",
        description="Each fault is tried against the real server in a process of its own, on this machine alone and "
        "with temporary data; nothing of yours is touched. Exit code 1 when an acknowledged event was lost or doubled, "
        "or anything else was wrong.",
    )
    parser.add_argument(
        "trials", nargs="*", metavar="TRIAL", help="some of the trials or parts (see --list); all when none"
    )
    parser.add_argument("--times", type=int, metavar="N", help="how often each is tried (default 1; 20 with --minutes)")
    parser.add_argument(
        "--minutes",
        type=float,
        metavar="M",
        help="be over after M minutes: each once, then the least tried again; the table says what was not reached",
    )
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn by chance (default 1)")
    parser.add_argument("--short", action="store_true", help="cut waits to what shows a fault at all")
    parser.add_argument("--library", type=Path, metavar="DIR", help="folder with recordings and forms to drill on")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page, as docs/reliability.md is")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--list", action="store_true", help="name the trials and end")
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Try, print, write; return 1 when anything was wrong."""
    if args.list:
        for trial in TRIALS:
            print(f"{trial.part:<10} {trial.name:<16} {trial.fault}")
        return 0
    try:
        trials = find_trials(tuple(args.trials))
    except KeyError as error:
        names = ", ".join((*PARTS, *(trial.name for trial in TRIALS)))
        raise SimError(f"there is no trial {error.args[0]!r}", expected=f"some of {names}") from error
    times = args.times if args.times is not None else TIMES_IN_MINUTES if args.minutes is not None else 1
    if not 1 <= times <= MOST_TIMES:
        raise SimError(f"--times is {times}", expected=f"1 to {MOST_TIMES}")
    if args.minutes is not None and not 0 < args.minutes <= MOST_MINUTES:
        raise SimError(f"--minutes is {args.minutes:g}", expected=f"a number above 0 and up to {MOST_MINUTES:g}")
    began = time.monotonic()
    tallies = run_trials(
        trials,
        times=times,
        minutes=args.minutes,
        seed=args.seed,
        is_short=args.short,
        library=args.library,
        description=describe_routes(),
        on_step=lambda text: print(f"... {time.monotonic() - began:4.0f} s: {text}", file=sys.stderr, flush=True),
    )
    if args.json:
        print(json.dumps({"trials": [tally.describe() for tally in tallies]}, indent=2))
    else:
        print(write_table(tallies))
    if args.write is not None:
        command = f"python -m tools.torture {shlex.join(sys.argv[1:])}"
        page = write_page(tallies, command=command, took_s=time.monotonic() - began, at=datetime.now(UTC))
        args.write.write_text(page, encoding="utf-8")
    return int(not all(tally.is_good for tally in tallies))


if __name__ == "__main__":
    sys.exit(run_command(make_parser()))
