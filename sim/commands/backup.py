"""`python -m sim backup FILE`: a copy of the database, also while the app runs."""

import argparse
import sys
from pathlib import Path


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `backup` command."""
    parser = subparsers.add_parser(
        "backup",
        help="copy the database to a file, also while the app runs",
        description="The file holds teams, people, drills, results and programs. Recordings and forms of your own "
        "lie beside the database; copy their folders too. The key that signs links is not in it: after a restore on "
        "another machine, links are handed out again.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="where to; a file that is there is replaced")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the file."""
    import os

    from sim.services.app.wiring import read_settings
    from sim.services.operations.backup import save_backup

    made = save_backup(read_settings(os.environ), args.file)
    sys.stdout.write(f"Wrote {made.path} ({made.size / 1e6:.1f} MB).\n")
    for folder in made.beside:
        sys.stdout.write(f"Not in it, copy this folder too: {folder}\n")
    return 0
