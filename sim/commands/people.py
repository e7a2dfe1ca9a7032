"""`python -m sim accounts` and `roster`."""

import getpass
import os
import sys
from pathlib import Path
from typing import Any

import click

from sim.errors import StoreError

accounts = click.Group(
    "accounts",
    help="From this machine's command line: the first account on a server without a screen, and "
    "the way back in when a passphrase is lost. A passphrase is asked for, or read from standard input.",
    short_help="who may sign in",
)
roster = click.Group("roster", help="people from a list of the school or a OneRoster export")

ROLES = ("trainee", "trainer", "records", "principal", "admin")


@accounts.command("list", help="all accounts")
def run_list() -> int:
    from sim.app.wiring import open_here
    from sim.features.accounts.manage import list_accounts
    from sim.rules.viewer import AT_THIS_MACHINE

    with open_here() as app:
        for card in list_accounts(app, AT_THIS_MACHINE):
            state = "disabled" if card.is_disabled else "locked" if card.wait_s else "open"
            sys.stdout.write(f"{card.sign_in_name}\t{' '.join(sorted(card.roles))}\t{state}\n")
    return 0


@accounts.command("add", help="a new account")
@click.argument("name", help="to sign in with")
@click.option("--role", type=click.Choice(ROLES), multiple=True, required=True, help="what for; may be repeated")
def run_add(name: str, role: tuple[str, ...]) -> int:
    from sim.app.wiring import open_here
    from sim.features.accounts.manage import add_account
    from sim.rules.viewer import AT_THIS_MACHINE, Role

    with open_here() as app:
        roles = frozenset(Role(name) for name in role)
        add_account(app, AT_THIS_MACHINE, name=name, secret=_ask(), roles=roles)
    sys.stdout.write("Done.\n")
    return 0


@accounts.command("secret", help="another PIN or passphrase; signs the account out everywhere")
@click.argument("name", help="to sign in with")
def run_secret(name: str) -> int:
    from sim.app.wiring import open_here
    from sim.features.accounts.manage import set_secret
    from sim.rules.viewer import AT_THIS_MACHINE

    with open_here() as app:
        set_secret(app, AT_THIS_MACHINE, _find(app, name), _ask())
    sys.stdout.write("Done. The account is unlocked and signed out everywhere.\n")
    return 0


@accounts.command("second-step-off", help="turn off an account's second step, when its phone is lost")
@click.argument("name", help="to sign in with")
def run_second_step_off(name: str) -> int:
    from sim.app.wiring import open_here
    from sim.features.accounts.second_step import turn_off
    from sim.rules.viewer import AT_THIS_MACHINE

    with open_here() as app:
        turn_off(app, AT_THIS_MACHINE, _find(app, name))
    sys.stdout.write("Done. The account signs in with its passphrase alone.\n")
    return 0


@accounts.command("unlock", help="forget an account's wrong tries")
@click.argument("name", help="to sign in with")
def run_unlock(name: str) -> int:
    from sim.app.wiring import open_here
    from sim.features.accounts.manage import unlock
    from sim.rules.viewer import AT_THIS_MACHINE

    with open_here() as app:
        unlock(app, AT_THIS_MACHINE, _find(app, name))
    sys.stdout.write("Done.\n")
    return 0


def _find(app: Any, name: str) -> str:
    from sim.features.accounts.sign_in import make_key

    with app.store.read() as work:
        found = work.accounts.find_by_key(make_key(name))
    if found is None:
        raise StoreError(f"nobody signs in as {name!r}", todo="`python -m sim accounts list` writes all names")
    return str(found.account_id)


def _ask() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    secret = getpass.getpass("PIN or passphrase: ")
    if getpass.getpass("The same once more: ") != secret:
        raise StoreError("the two are not the same", todo="run the command again")
    return secret


@roster.command(
    "sync",
    help="SIGHTLINE_ONEROSTER names the service with client and secret, SIGHTLINE_ONEROSTER_TOKEN where its "
    "tokens are. The first time everything is read, later what has changed since. A service that stops half way "
    "changes nothing.",
    short_help="read a OneRoster REST service, and bring in what has changed with --apply",
)
@click.option("--apply", is_flag=True, help="change it; without, only show what would change")
@click.option("--full", is_flag=True, help="read everything: who is missing has left")
@click.option("--known-only", is_flag=True, help="bring in nobody new: only people who are here already")
@click.option("--keep-teams", is_flag=True, help="people on a team stay on it")
@click.option("--skip-wrong", is_flag=True, help="go on without the records that are wrong")
@click.option("--many-leave", is_flag=True, help="go on although many would be marked as having left")
def run_sync(apply: bool, full: bool, known_only: bool, keep_teams: bool, skip_wrong: bool, many_leave: bool) -> int:
    from sim.app.settings import read_api
    from sim.app.wiring import open_here
    from sim.features.people.apply import write_applied, write_plan
    from sim.features.people.one_roster_rest import Choice, apply_sync, prepare_sync
    from sim.rules.viewer import AT_THIS_MACHINE

    api = read_api(os.environ)
    choice = Choice(
        known_only=known_only, keeps_teams=keep_teams, skips_wrong=skip_wrong, takes_many_leaving=many_leave
    )
    with open_here() as app:
        prepared = prepare_sync(app, AT_THIS_MACHINE, api, choice=choice, is_full=full)
        sys.stdout.write(f"Read {f'changes since {prepared.since}' if prepared.since else 'everything'}.\n")
        sys.stdout.write("".join(f"{line}\n" for line in write_plan(prepared.plan)))
        if apply:
            done = apply_sync(app, AT_THIS_MACHINE, api, prepared, choice=choice)
            sys.stdout.write(f"{write_applied(done)}\n")
        elif not prepared.plan.is_empty:
            sys.stdout.write("Nothing was changed. Add --apply to do it.\n")
    return 1 if prepared.plan.wrong and not skip_wrong else 0


@roster.command(
    "import",
    help="A CSV file with names, or a OneRoster 1.2 CSV export as ZIP or folder. Nobody is ever deleted: "
    "anyone who is no longer there is marked as having left. Importing a file twice changes nothing.",
    short_help="show what a list would change, and change it with --apply",
)
@click.argument("file", type=Path, metavar="FILE", help="CSV file, OneRoster ZIP or folder")
@click.option("--apply", is_flag=True, help="change it; without, only show what would change")
@click.option("--whole-list", is_flag=True, help="everybody is in the CSV: who is missing has left")
@click.option("--skip-wrong", is_flag=True, help="go on without the rows that are wrong")
@click.option(
    "--team", default="", show_default=False, metavar="NAME", help="team of those for whom the CSV names none"
)
def run_roster(file: Path, apply: bool, whole_list: bool, skip_wrong: bool, team: str) -> int:
    from sim.app.wiring import open_here
    from sim.features.people.apply import apply_roster, preview_roster, write_applied, write_plan
    from sim.features.people.read import read_roster_path
    from sim.rules.viewer import AT_THIS_MACHINE

    with open_here() as app:
        roster = read_roster_path(file, today=app.clock.read().wall.date(), is_whole=whole_list, team=team.strip())
        plan = preview_roster(app, AT_THIS_MACHINE, roster)
        sys.stdout.write("".join(f"{line}\n" for line in write_plan(plan)))
        if apply:
            done = apply_roster(app, AT_THIS_MACHINE, roster, expected=plan.fingerprint, skip_wrong=skip_wrong)
            sys.stdout.write(f"{write_applied(done)}\n")
        elif not plan.is_empty:
            sys.stdout.write("Nothing was changed. Add --apply to do it.\n")
    return 1 if plan.wrong and not skip_wrong else 0
