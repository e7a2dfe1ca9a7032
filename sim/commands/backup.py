"""`python -m sim backup FILE`: a copy of the database, also while the app runs."""

import argparse
import os
import sys
from pathlib import Path


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `backup` command."""
    parser = subparsers.add_parser(
        "backup",
        help="copy the database, or everything, while the app runs",
        description="The file holds teams, people, drills, results and programs. Recordings and forms of your own "
        "lie beside the database; copy their folders too. The key that signs links is not in it: after a restore on "
        "another machine, links are handed out again. With --all there is one file that holds all of these.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="where to; a file that is there is replaced")
    parser.add_argument(
        "--all",
        action="store_true",
        help="FILE is a folder: write a new file into it with the database, own recordings, forms, schools and the "
        "key, read it back, and delete the oldest",
    )
    parser.add_argument(
        "--keep", type=int, default=14, metavar="N", help="with --all: files that stay in the folder (default 14)"
    )
    parser.add_argument(
        "--without-schools",
        action="store_true",
        help="with --all: leave out schools that were drawn here, their pictures, and recordings made on them",
    )
    parser.add_argument(
        "--check", action="store_true", help="FILE was written with --all: read it back and change nothing"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the file, or check one."""
    from sim.services.app.wiring import read_settings

    if args.check:
        return _check(args.file)
    if args.all:
        return _save_whole(args.file, keep=args.keep, with_schools=not args.without_schools)
    from sim.services.operations.backup import save_backup

    made = save_backup(read_settings(os.environ), args.file)
    sys.stdout.write(f"Wrote {made.path} ({made.size / 1e6:.1f} MB).\n")
    for folder in made.beside:
        sys.stdout.write(f"Not in it, copy this folder too: {folder}\n")
    return 0


def _save_whole(folder: Path, *, keep: int, with_schools: bool) -> int:
    from sim.errors import StoreError
    from sim.services.app.wiring import read_settings, system_clock
    from sim.services.operations.whole_backup import save_whole

    if keep < 1:
        raise StoreError(f"--keep is {keep}", expected="1 or more", todo="give how many backups should stay")
    made = save_whole(read_settings(os.environ), system_clock(), folder, keep=keep, with_schools=with_schools)
    sys.stdout.write(f"Wrote {made.path} ({made.size / 1e6:.1f} MB): the database and {made.files} files.\n")
    sys.stdout.write(f"Read back whole{_write_entries(made.entries)}.\n")
    for path in made.links:
        sys.stdout.write(f"Not in it, as it is a link; copy what it leads to too: {_write_path(path)}\n")
    for path in made.misnamed:
        sys.stdout.write(f"Not in it, rename it (without : and \\, in UTF-8): {_write_path(path)}\n")
    for path in made.leftovers:
        sys.stdout.write(f"Deleted what an interrupted backup left: {path}\n")
    for path in made.removed:
        sys.stdout.write(f"Deleted the oldest: {path}\n")
    return 0


def _check(path: Path) -> int:
    from sim.services.operations.whole_backup import check_whole

    contents, entries = check_whole(path)
    sys.stdout.write(f"{path} is whole: made {contents.made}, the database and {len(contents.files) - 1} files")
    sys.stdout.write(f"{_write_entries(entries)}.\n")
    return 0


def _write_path(path: Path) -> str:
    """Return a path as it can be printed, also one whose name is no text."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _write_entries(entries: int | None) -> str:
    return "" if entries is None else f"; its training record holds, {entries} entries"
