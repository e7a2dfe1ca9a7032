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
    parser.add_argument(
        "--all",
        action="store_true",
        help="FILE was written by `backup --all`: own recordings, forms, schools and the key come back too",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check the file and put it back."""
    import os

    from sim.services.app.wiring import read_settings, system_clock

    if args.all:
        return _restore_whole(args.file)
    from sim.services.operations.backup import restore_backup

    done = restore_backup(read_settings(os.environ), system_clock(), args.file)
    sys.stdout.write(f"Restored. Teams: {done.teams}, people: {done.people}.\n")
    if done.kept is not None:
        sys.stdout.write(f"The database as it was is kept: {done.kept}\n")
    if done.heads is not None:
        told = f"python -m sim records verify --heads {done.heads}"
        sys.stdout.write(f"What the training record has lost since the backup is told by: {told}\n")
    return 0


def _restore_whole(path: Path) -> int:
    import os

    from sim.services.app.wiring import read_settings, system_clock
    from sim.services.operations.whole_backup import restore_whole

    settings = read_settings(os.environ)
    done = restore_whole(settings, system_clock(), path)
    sys.stdout.write(f"Restored to {settings.data}: {done.files} files")
    sys.stdout.write(".\n" if done.left else " and the database.\n")
    if done.kept is not None:
        sys.stdout.write(f"What was there before is kept: {done.kept}\n")
    if done.left:
        sys.stdout.write(f"The database is not back yet: {done.left}\n")
    return 0
