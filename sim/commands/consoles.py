"""`python -m sim consoles`: list console profiles, and say what is wrong with their files."""

import argparse
import os
import sys
from pathlib import Path


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    group = subparsers.add_parser("consoles", help="list or check console profiles, as of a district's own system")
    actions = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser(
        "list", help="list the consoles that drills can be given on; exit code 1 when a file is wrong"
    )
    listed.set_defaults(run=run_list)
    check = actions.add_parser("check", help="check console files; exit code 1 when one is wrong")
    check.add_argument("files", type=Path, nargs="+", metavar="FILE.yaml")
    check.set_defaults(run=run_check)


def run_list(_args: argparse.Namespace) -> int:
    from sim.app.settings import read_settings
    from sim.attempt.profile import PROFILES
    from sim.console.console_profiles import find_consoles

    for profile in PROFILES.values():
        sys.stdout.write(f"{profile.name}: {profile.title}. {profile.summary}\n")
    is_wrong = False
    for found in find_consoles(read_settings(os.environ).consoles):
        if found.profile is None:
            is_wrong = True
            sys.stderr.write(f"error: {found.problem}\n")
        else:
            sys.stdout.write(f"{found.path.stem}: {found.profile.title}. {found.profile.summary}\n")
    return 1 if is_wrong else 0


def run_check(args: argparse.Namespace) -> int:
    from sim.console.console_profiles import load_console
    from sim.errors import SimError

    is_wrong = False
    for path in args.files:
        try:
            profile = load_console(path)
        except SimError as error:
            is_wrong = True
            sys.stderr.write(f"error: {error}\n")
        else:
            sys.stdout.write(f"{path.name}: {profile.title}. {profile.summary}\n")
    return 1 if is_wrong else 0
