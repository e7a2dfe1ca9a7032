"""`python -m sim accounts`: who may sign in, from the command line of the machine itself."""

import argparse
import getpass
import sys
from typing import Any

ROLES = ("trainee", "trainer", "records", "principal", "admin")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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
    from sim.features.accounts.passwords import make_key

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
