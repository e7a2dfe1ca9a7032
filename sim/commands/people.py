"""`python -m sim accounts` and `roster`."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import Any


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    _register_accounts(subparsers)
    _register_roster(subparsers)


ROLES = ("trainee", "trainer", "records", "principal", "admin")


def _register_accounts(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "accounts",
        help="who may sign in",
        description="From this machine's command line: the first account on a server without a screen, and "
        "the way back in when a passphrase is lost. A passphrase is asked for, or read from standard input.",
    )
    commands = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    commands.add_parser("list", help="all accounts").set_defaults(run=run_list)
    adding = commands.add_parser("add", help="a new account")
    adding.add_argument("name", help="to sign in with")
    adding.add_argument("--role", action="append", required=True, choices=ROLES, help="what for; may be repeated")
    adding.set_defaults(run=run_add)
    secret = commands.add_parser("secret", help="another PIN or passphrase; signs the account out everywhere")
    secret.add_argument("name", help="to sign in with")
    secret.set_defaults(run=run_secret)
    unlocking = commands.add_parser("unlock", help="forget an account's wrong tries")
    unlocking.add_argument("name", help="to sign in with")
    unlocking.set_defaults(run=run_unlock)
    without = commands.add_parser("second-step-off", help="turn off an account's second step, when its phone is lost")
    without.add_argument("name", help="to sign in with")
    without.set_defaults(run=run_second_step_off)


def run_list(args: argparse.Namespace) -> int:
    from sim.app.wiring import open_here
    from sim.features.accounts.manage import list_accounts
    from sim.rules.viewer import AT_THIS_MACHINE

    with open_here() as app:
        for card in list_accounts(app, AT_THIS_MACHINE):
            state = "disabled" if card.is_disabled else "locked" if card.wait_s else "open"
            sys.stdout.write(f"{card.sign_in_name}\t{' '.join(sorted(card.roles))}\t{state}\n")
    return 0


def run_add(args: argparse.Namespace) -> int:
    from sim.app.wiring import open_here
    from sim.features.accounts.manage import add_account
    from sim.rules.viewer import AT_THIS_MACHINE, Role

    with open_here() as app:
        roles = frozenset(Role(name) for name in args.role)
        add_account(app, AT_THIS_MACHINE, name=args.name, secret=_ask(), roles=roles)
    sys.stdout.write("Done.\n")
    return 0


def run_secret(args: argparse.Namespace) -> int:
    from sim.app.wiring import open_here
    from sim.features.accounts.manage import set_secret
    from sim.rules.viewer import AT_THIS_MACHINE

    with open_here() as app:
        set_secret(app, AT_THIS_MACHINE, _find(app, args.name), _ask())
    sys.stdout.write("Done. The account is unlocked and signed out everywhere.\n")
    return 0


def run_second_step_off(args: argparse.Namespace) -> int:
    from sim.app.wiring import open_here
    from sim.features.accounts.second_step import turn_off
    from sim.rules.viewer import AT_THIS_MACHINE

    with open_here() as app:
        turn_off(app, AT_THIS_MACHINE, _find(app, args.name))
    sys.stdout.write("Done. The account signs in with its passphrase alone.\n")
    return 0


def run_unlock(args: argparse.Namespace) -> int:
    from sim.app.wiring import open_here
    from sim.features.accounts.manage import unlock
    from sim.rules.viewer import AT_THIS_MACHINE

    with open_here() as app:
        unlock(app, AT_THIS_MACHINE, _find(app, args.name))
    sys.stdout.write("Done.\n")
    return 0


def _find(app: Any, name: str) -> str:
    from sim.errors import StoreError
    from sim.features.accounts.sign_in import make_key

    with app.store.read() as work:
        found = work.accounts.find_by_key(make_key(name))
    if found is None:
        raise StoreError(f"nobody signs in as {name!r}", todo="`python -m sim accounts list` writes all names")
    return str(found.account_id)


def _ask() -> str:
    from sim.errors import StoreError

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    secret = getpass.getpass("PIN or passphrase: ")
    if getpass.getpass("The same once more: ") != secret:
        raise StoreError("the two are not the same", todo="run the command again")
    return secret


def _register_roster(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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
    parser.set_defaults(run=_run_roster)
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


def _run_roster(args: argparse.Namespace) -> int:

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
