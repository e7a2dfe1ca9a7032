"""`python -m sim restore FILE`: put a backup back."""

import argparse
import os
import sys
from pathlib import Path


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "restore",
        help="put a backup back",
        description="Stop the app first. What was there is kept in the data folder. A SQLite database also goes into "
        "an empty PostgreSQL database, where DATABASE_URL names one. FILE may be the copy of the database that an "
        "update left, too.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="as `python -m sim backup` wrote it")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from sim.app.settings import read_settings
    from sim.app.wiring import system_clock
    from sim.features.operations.backup import restore_database, restore_whole
    from sim.features.operations.database_copy import is_database

    settings = read_settings(os.environ)
    if is_database(args.file):
        done = restore_database(settings, system_clock(), args.file)
        sys.stdout.write("Restored the database.\n")
    else:
        done = restore_whole(settings, system_clock(), args.file)
        sys.stdout.write(f"Restored to {settings.data}: {done.files} files")
        sys.stdout.write(".\n" if done.left else " and the database.\n")
    if done.copied:
        sys.stdout.write(f"Copied {done.copied} rows into PostgreSQL.\n")
    if done.kept is not None:
        sys.stdout.write(f"What was there before is kept: {done.kept}\n")
    if done.heads is not None:
        told = f"python -m sim records verify --heads {done.heads}"
        sys.stdout.write(f"What the training record has lost since the backup is told by: {told}\n")
    if done.left:
        sys.stdout.write(f"The database is not back yet: {done.left}\n")
    return 0
