"""`python -m sim demo`: a team of invented people with results from before and after a training."""

import argparse
import sys


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("demo", help="fill a marked demo team by simulated searchers, or remove it")
    parser.add_argument("--people", type=int, default=8, help="how many invented people, 1 to 60 (default 8)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same results (default 1)")
    parser.add_argument("--remove", action="store_true", help="remove every demo team with all its results")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:

    from sim.app.wiring import open_here
    from sim.errors import TaskError
    from sim.features.operations import demo
    from sim.features.team import team
    from sim.features.team.attempts_table import export_team

    if args.seed < 0:
        raise TaskError(f"the seed is {args.seed}", expected="0 or more")
    with open_here() as app:
        if args.remove:
            count = team.remove_demo(app)
            sys.stdout.write("Removed the demo team.\n" if count else "There was no demo team.\n")
            return 0
        team_id = demo.fill_demo(app, people=args.people, seed=args.seed, plan=demo.FULL_PLAN)
        table = export_team(app, team_id)
        done = int(table["finished"].sum())
        sys.stdout.write(
            f"{demo.TEAM_NAME}: {args.people} invented people, {len(table)} drills, {done} finished in time.\n"
            "See it under Team; remove it there or with `python -m sim demo --remove`.\n"
        )
    return 0
