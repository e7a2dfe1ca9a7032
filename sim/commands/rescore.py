"""`python -m sim rescore`: score old attempts again by the rules of today, and say what changes."""

import argparse
import os
import sys
from typing import Any


def register(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the `rescore` command."""
    parser = subparsers.add_parser(
        "rescore",
        help="score old attempts again by the rules of today; --apply keeps the new scores",
        description="Score every stored attempt again from its log and print what changes: measure, before, after, and "
        "whether it passed. Without --apply nothing is written. The score before is kept beside the new one, and the "
        "training record gets an entry of its own.",
    )
    parser.add_argument("--apply", action="store_true", help="keep the new scores; without this they are only shown")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Score again and print; 1 when some attempt could not be scored."""
    from contextlib import closing

    from sim.services.app.wiring import open_app, read_settings, system_clock
    from sim.services.operations.rescore import rescore_all

    said = {True: "passed", False: "not passed", None: "not judged"}
    changed = failed = 0
    with closing(open_app(read_settings(os.environ), system_clock())) as app:
        for each in rescore_all(app, apply=args.apply):
            sys.stdout.write(f"{each.attempt_id}  {each.form_id}\n")
            if each.problem:
                failed += 1
                sys.stdout.write(f"  stays as it was: {each.problem}\n")
                continue
            changed += 1
            before, after = (said[passed] for passed in each.passed)
            sys.stdout.write(f"  {before}\n" if before == after else f"  {before} -> {after}\n")
            for key, (old, new) in each.changes.items():
                sys.stdout.write(f"  {key}: {old} -> {new}\n")
            if not each.changes:
                sys.stdout.write("  same values, by newer rules\n")
    done = "scored again" if args.apply else "would be scored again; add --apply to keep the new scores"
    sys.stdout.write(f"Attempts {done}: {changed}. Left as they were: {failed}.\n")
    return 1 if failed else 0
