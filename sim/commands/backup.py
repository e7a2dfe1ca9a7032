"""`python -m sim backup FOLDER`: everything in one file, also while the app runs."""

import argparse
import os
import sys
from pathlib import Path


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "backup",
        help="write everything into a new file of a folder, also while the app runs",
        description="The file holds the database, own recordings, forms, schools and the key that signs links. It is "
        "read back, and its database restored into a temporary folder, before the oldest is deleted.",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where to; with --check the file to read back")
    parser.add_argument("--keep", type=int, default=14, metavar="N", help="files that stay in the folder (default 14)")
    parser.add_argument(
        "--without-schools",
        action="store_true",
        help="leave out schools that were drawn here, their pictures, and recordings made on them",
    )
    parser.add_argument("--check", action="store_true", help="read a backup back and change nothing")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from sim.app.settings import read_settings
    from sim.app.wiring import system_clock
    from sim.errors import StoreError
    from sim.features.operations.backup import save_whole

    if args.check:
        return _check(args.folder)
    if args.keep < 1:
        raise StoreError(f"--keep is {args.keep}", expected="1 or more", todo="give how many backups should stay")
    settings, with_schools = read_settings(os.environ), not args.without_schools
    made = save_whole(settings, system_clock(), args.folder, keep=args.keep, with_schools=with_schools)
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
    from sim.features.operations.backup import check_whole

    contents, entries = check_whole(path)
    sys.stdout.write(f"{path} is whole: made {contents.made}, the database and {len(contents.files) - 1} files")
    sys.stdout.write(f"{_write_entries(entries)}.\n")
    return 0


def _write_path(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _write_entries(entries: int | None) -> str:
    return "" if entries is None else f"; its training record holds, {entries} entries"
