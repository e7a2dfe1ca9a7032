"""`compare`: before and after of a table of attempts, as JSON."""

import argparse
from pathlib import Path
from typing import Any


def register(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add `compare ATTEMPTS.csv...`."""
    parser = subparsers.add_parser(
        "compare",
        help="compare attempts before and after training",
        description="Print, as JSON, everything that the team page shows on the attempts in a CSV file, or in several "
        "schools' files: design, verdict, times, accuracy, warnings, and what the comparison cannot show.",
    )
    parser.add_argument(
        "attempts",
        type=Path,
        nargs="+",
        metavar="ATTEMPTS.csv",
        help="the attempts, as a team page exports them; of several schools when several files are given",
    )
    parser.add_argument("--school", action="append", default=[], help="only this school; may be given several times")
    parser.add_argument(
        "--person", action="append", default=[], help="only this person, as in person_id; may be given several times"
    )
    parser.add_argument("--device", help="the kind of device to compare; else the one that most people have")
    parser.add_argument(
        "--profile", help="the console profile to compare; else the one that most people have before and after"
    )
    parser.add_argument(
        "--options",
        help='the drill options to compare, with blanks between, or "" for none; else those that most people have',
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the comparison; return 0."""
    import json
    import sys

    from sim.services.compare import compare_files, comparison_as_data

    comparison = compare_files(
        args.attempts,
        profile=args.profile,
        options=args.options,
        device=args.device,
        schools=args.school,
        people=args.person,
    )
    json.dump(comparison_as_data(comparison), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
    return 0
