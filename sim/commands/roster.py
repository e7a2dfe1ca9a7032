"""`python -m sim roster import FILE`: people from a list of the school or a OneRoster export."""

import argparse
import sys
from pathlib import Path


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `roster` commands."""
    roster = subparsers.add_parser("roster", help="people from a list of the school or a OneRoster export")
    commands = roster.add_subparsers(dest="roster_command", required=True, metavar="COMMAND")
    parser = commands.add_parser(
        "import",
        help="show what a list would change, and change it with --apply",
        description="A CSV file with names, or a OneRoster 1.2 CSV export as ZIP or folder. Nobody is ever deleted: "
        "anyone who is no longer there is marked as having left. Importing a file twice changes nothing.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV file, OneRoster ZIP or folder")
    parser.add_argument("--apply", action="store_true", help="change it; without, only show what would change")
    parser.add_argument("--whole-list", action="store_true", help="everybody is in the CSV: who is missing has left")
    parser.add_argument("--skip-wrong", action="store_true", help="go on without the rows that are wrong")
    parser.add_argument("--team", default="", metavar="NAME", help="team of those for whom the CSV names none")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Show, and change when asked to."""
    import os

    from sim.services.accounts.viewer import AT_THIS_MACHINE
    from sim.services.app.wiring import open_app, read_settings, system_clock
    from sim.services.roster.apply import apply_roster, preview_roster
    from sim.services.roster.read import read_roster_path
    from sim.services.roster.words import write_applied, write_plan

    clock = system_clock()
    app = open_app(read_settings(os.environ), clock)
    try:
        roster = read_roster_path(
            args.file, today=clock.read().wall.date(), is_whole=args.whole_list, team=args.team.strip()
        )
        plan = preview_roster(app, AT_THIS_MACHINE, roster)
        sys.stdout.write("".join(f"{line}\n" for line in write_plan(plan)))
        if args.apply:
            done = apply_roster(app, AT_THIS_MACHINE, roster, expected=plan.fingerprint, skip_wrong=args.skip_wrong)
            sys.stdout.write(f"{write_applied(done)}\n")
        elif not plan.is_empty:
            sys.stdout.write("Nothing was changed. Add --apply to do it.\n")
    finally:
        app.close()
    return 1 if plan.wrong and not args.skip_wrong else 0
