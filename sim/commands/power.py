"""`power`: what size of change a number of people and drills can show."""

import argparse
from pathlib import Path
from typing import Any


def register(subparsers: "argparse._SubParsersAction[Any]") -> None:
    parser = subparsers.add_parser(
        "power",
        help="the size of change that a team's drills can show",
        description="Print how much times must fall for a team to be found faster in 8 of 10 cases, by simulating "
        "teams and judging them as a comparison does.",
    )
    parser.add_argument("--people", type=int, help="people in the team; else a table of 6 to 30")
    parser.add_argument("--drills", type=int, help="drills of each person before, and as many after; else 1 to 4")
    parser.add_argument(
        "--spread", type=float, help="how drills of one person vary: standard deviation of log seconds; else 0.4"
    )
    parser.add_argument(
        "--from", dest="source", type=Path, metavar="ATTEMPTS.csv", help="take the spread from these attempts"
    )
    parser.add_argument("--teams", type=int, default=400, help="teams simulated at each size of change (400)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    import sys

    from sim.services.comparison.detectable import make_plan_table

    for line in make_plan_table(
        people=args.people, drills=args.drills, spread=args.spread, source=args.source, teams=args.teams
    ):
        sys.stdout.write(line + "\n")
    return 0
