"""`python -m sim roster import FILE`: people from a list of the school or a OneRoster export."""

import argparse
import sys
from pathlib import Path


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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
    sync = commands.add_parser(
        "sync",
        help="read a OneRoster REST service, and bring in what has changed with --apply",
        description="SIGHTLINE_ONEROSTER names the service with client and secret, SIGHTLINE_ONEROSTER_TOKEN where its "
        "tokens are. The first time everything is read, later what has changed since. A service that stops half way "
        "changes nothing.",
    )
    sync.add_argument("--apply", action="store_true", help="change it; without, only show what would change")
    sync.add_argument("--full", action="store_true", help="read everything: who is missing has left")
    sync.add_argument("--known-only", action="store_true", help="bring in nobody new: only people who are here already")
    sync.add_argument("--keep-teams", action="store_true", help="people on a team stay on it")
    sync.add_argument("--skip-wrong", action="store_true", help="go on without the records that are wrong")
    sync.add_argument("--many-leave", action="store_true", help="go on although many would be marked as having left")
    sync.set_defaults(run=run_sync)


def run_sync(args: argparse.Namespace) -> int:
    import os

    from sim.app.settings import read_api
    from sim.app.wiring import open_here
    from sim.features.people.apply import write_applied, write_plan
    from sim.features.people.one_roster_rest import Choice, apply_sync, prepare_sync
    from sim.rules.viewer import AT_THIS_MACHINE

    api = read_api(os.environ)
    choice = Choice(
        known_only=args.known_only,
        keeps_teams=args.keep_teams,
        skips_wrong=args.skip_wrong,
        takes_many_leaving=args.many_leave,
    )
    with open_here() as app:
        prepared = prepare_sync(app, AT_THIS_MACHINE, api, choice=choice, is_full=args.full)
        sys.stdout.write(f"Read {f'changes since {prepared.since}' if prepared.since else 'everything'}.\n")
        sys.stdout.write("".join(f"{line}\n" for line in write_plan(prepared.plan)))
        if args.apply:
            done = apply_sync(app, AT_THIS_MACHINE, api, prepared, choice=choice)
            sys.stdout.write(f"{write_applied(done)}\n")
        elif not prepared.plan.is_empty:
            sys.stdout.write("Nothing was changed. Add --apply to do it.\n")
    return 1 if prepared.plan.wrong and not args.skip_wrong else 0


def run(args: argparse.Namespace) -> int:

    from sim.app.wiring import open_here
    from sim.features.people.apply import apply_roster, preview_roster, write_applied, write_plan
    from sim.features.people.read import read_roster_path
    from sim.rules.viewer import AT_THIS_MACHINE

    with open_here() as app:
        roster = read_roster_path(
            args.file, today=app.clock.read().wall.date(), is_whole=args.whole_list, team=args.team.strip()
        )
        plan = preview_roster(app, AT_THIS_MACHINE, roster)
        sys.stdout.write("".join(f"{line}\n" for line in write_plan(plan)))
        if args.apply:
            done = apply_roster(app, AT_THIS_MACHINE, roster, expected=plan.fingerprint, skip_wrong=args.skip_wrong)
            sys.stdout.write(f"{write_applied(done)}\n")
        elif not plan.is_empty:
            sys.stdout.write("Nothing was changed. Add --apply to do it.\n")
    return 1 if plan.wrong and not args.skip_wrong else 0
