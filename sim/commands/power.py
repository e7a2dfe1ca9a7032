"""`power`: what a plan of so many people and drills can show."""

import argparse
from pathlib import Path
from typing import Any


def register(subparsers: "argparse._SubParsersAction[Any]") -> None:
    parser = subparsers.add_parser(
        "power",
        help="what a plan of so many people and drills can show",
        description="Print in how many of such studies a gain would be seen, by simulating teams and judging them as a "
        "comparison does.",
    )
    parser.add_argument("--people", type=int, default=12, help="people in all (12)")
    parser.add_argument("--before", type=int, default=4, help="drills of each person before (4)")
    parser.add_argument("--after", type=int, default=4, help="drills of each person after (4)")
    parser.add_argument("--by-lot", action="store_true", help="half of the people wait, drawn by lot")
    parser.add_argument("--smallest", type=float, default=0.3, help="smallest share of time worth having (0.3)")
    parser.add_argument("--passed", type=float, default=0.8, help="share of drills passed before (0.8)")
    parser.add_argument("--spread", type=float, default=0.4, help="standard deviation of one person's log times (0.4)")
    parser.add_argument("--from", dest="source", type=Path, metavar="ATTEMPTS.csv", help="take the spread from these")
    parser.add_argument("--teams", type=int, default=1, help="teams that will be compared, this one among them (1)")
    parser.add_argument("--studies", type=int, default=400, help="studies simulated at each size of the gain (400)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    import sys

    from sim.compare.plan import Plan
    from sim.features.comparison.planning import TeamPlan, measure_spread, simulate_plan

    spread = args.spread if args.source is None else measure_spread(args.source)
    plan = TeamPlan(
        people=args.people,
        before=args.before,
        after=args.after,
        by_lot=args.by_lot,
        passed=args.passed,
        spread=spread,
        held_to=Plan(teams=args.teams),
    )
    found = simulate_plan(plan, smallest=args.smallest, studies=args.studies, on_step=lambda _: None)
    sys.stdout.write("gain   called faster   called improved\n")
    for power in found.powers:
        sys.stdout.write(f"{100 * power.cut:3.0f}%   {100 * power.faster:12.0f}%   {100 * power.improved:14.0f}%\n")
    sys.stdout.write("\n" + "\n".join(found.sentences) + "\n")
    return 0
