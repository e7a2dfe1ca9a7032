"""`python -m sim torture`: try faults and attacks against the real server, and say what became of them."""

import argparse
from pathlib import Path
from typing import Any

MOST_TIMES = 1000
MOST_MINUTES = 600.0


def register(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add `torture [TRIAL ...]`."""
    parser = subparsers.add_parser(
        "torture",
        help="try faults and attacks against the real server",
        description="Each fault is tried against the real server in a process of its own, on this machine alone and "
        "with temporary data; nothing of yours is touched. Exit code 1 when an acknowledged event was lost or doubled, "
        "or anything else was wrong.",
    )
    parser.add_argument("trials", nargs="*", metavar="TRIAL", help="some of the trials (see --list); all when none")
    parser.add_argument("--times", type=int, default=1, metavar="N", help="how often each is tried (default 1)")
    parser.add_argument("--minutes", type=float, metavar="M", help="begin no further try after M minutes")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn by chance (default 1)")
    parser.add_argument("--short", action="store_true", help="cut waits to what shows a fault at all")
    parser.add_argument("--library", type=Path, metavar="DIR", help="folder with recordings and forms to drill on")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page, as docs/reliability.md is")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument(
        "--from",
        type=Path,
        nargs="+",
        dest="earlier",
        metavar="FILE",
        help="try nothing; join what earlier runs printed with --json",
    )
    parser.add_argument("--list", action="store_true", help="name the trials and end")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Try, print, write; return 1 when anything was wrong."""
    import json
    import sys
    from datetime import UTC, datetime

    from sim.errors import SimError
    from sim.services.torture.page import write_page, write_table
    from sim.services.torture.registry import TRIALS, find_trials
    from sim.services.torture.run import read_tallies, run_trials
    from sim.ui.route_description import describe_routes

    if args.list:
        for trial in TRIALS:
            print(f"{trial.name:<16} {trial.fault}")
        return 0
    try:
        trials = find_trials(tuple(args.trials))
    except KeyError as error:
        names = ", ".join(trial.name for trial in TRIALS)
        raise SimError(f"there is no trial {error.args[0]!r}", expected=f"some of {names}") from error
    if not 1 <= args.times <= MOST_TIMES:
        raise SimError(f"--times is {args.times}", expected=f"1 to {MOST_TIMES}")
    if args.minutes is not None and not 0 < args.minutes <= MOST_MINUTES:
        raise SimError(f"--minutes is {args.minutes:g}", expected=f"a number above 0 and up to {MOST_MINUTES:g}")
    if args.earlier:
        tallies = read_tallies(args.earlier, trials)
    else:
        tallies = run_trials(
            trials,
            times=args.times,
            minutes=args.minutes,
            seed=args.seed,
            is_short=args.short,
            library=args.library,
            description=describe_routes(),
            on_step=lambda text: print(f"... {text}", file=sys.stderr, flush=True),
        )
    if args.json:
        print(json.dumps({"trials": [tally.describe() for tally in tallies]}, indent=2))
    else:
        print(write_table(tallies))
    if args.write is not None:
        page = write_page(tallies, at=datetime.now(UTC))
        args.write.write_text(page, encoding="utf-8")
    return int(not all(tally.is_good for tally in tallies))
