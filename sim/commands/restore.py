"""`python -m sim restore FILE`: put a backup back."""

import argparse
import sys
from pathlib import Path


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `restore` command."""
    parser = subparsers.add_parser(
        "restore",
        help="put a backup of the database back",
        description="Stop the app first. The database as it was is kept in a file beside it. A backup of an older "
        "version is brought up to date.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="as `python -m sim backup` wrote it")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check the file and put it back."""
    import os

    from sim.services.app.wiring import read_settings, system_clock
    from sim.services.operations.backup import restore_backup

    done = restore_backup(read_settings(os.environ), system_clock(), args.file)
    sys.stdout.write(f"Restored. Teams: {done.teams}, people: {done.people}.\n")
    if done.kept is not None:
        sys.stdout.write(f"The database as it was is kept: {done.kept}\n")
    return 0
