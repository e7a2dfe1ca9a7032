"""`python -m sim backup`, `restore`, `doctor`, `support` and `demo`: looking after a server."""

import argparse
import os
import sys
from pathlib import Path


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    _register_backup(subparsers)
    _register_restore(subparsers)
    _register_doctor(subparsers)
    _register_support(subparsers)
    _register_demo(subparsers)


def _register_backup(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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
    parser.set_defaults(run=_run_backup)


def _run_backup(args: argparse.Namespace) -> int:
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


def _register_restore(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "restore",
        help="put a backup back",
        description="Stop the app first. What was there is kept in the data folder. A SQLite database also goes into "
        "an empty PostgreSQL database, where DATABASE_URL names one. FILE may be the copy of the database that an "
        "update left, too.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="as `python -m sim backup` wrote it")
    parser.set_defaults(run=_run_restore)


def _run_restore(args: argparse.Namespace) -> int:
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


def _register_doctor(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "doctor",
        help="look the machine over and say what to do",
        description="Looks at Python, packages, data folder, disk, memory, database, clock, footage, its "
        "store, codecs, fonts, port, proxy settings, and plays a clip in a browser of this machine. Changes nothing. "
        "Exit code 1 when something is wrong; doubtful things are warnings.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address that the app is to listen on")
    parser.add_argument(
        "--port", type=int, default=None, help="port to look at (default: the one that was served last, else 8501)"
    )
    parser.add_argument("--no-browser", action="store_true", help="do not play a clip in a browser")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    parser.set_defaults(run=_run_doctor)


def _run_doctor(args: argparse.Namespace) -> int:
    import dataclasses
    import json
    import os

    from sim.app.health import find_served_port
    from sim.errors import SimError
    from sim.features.operations.doctor import examine, is_fit

    port = find_served_port(os.environ) if args.port is None else args.port
    if not 0 <= port <= 65535:
        raise SimError(f"the port {port} does not exist", expected="0 to 65535")
    findings = []
    for finding in examine(os.environ, host=args.host, port=port, with_browser=not args.no_browser):
        findings.append(finding)
        if not args.json:
            sys.stdout.write(f"{finding.state.value:<8} {finding.name}: {finding.text}\n")
            if finding.todo:
                sys.stdout.write(f"{'':<8} -> {finding.todo}\n")
            sys.stdout.flush()
    fit = is_fit(findings)
    if args.json:
        written = {"schema": 1, "fit": fit, "findings": [dataclasses.asdict(finding) for finding in findings]}
        sys.stdout.write(json.dumps(written, indent=2) + "\n")
    elif fit:
        sys.stdout.write("Drills can be run here.\n")
    else:
        sys.stdout.write("Something is wrong; see the lines that begin with `wrong`.\n")
    return int(not fit)


def _register_support(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "support",
        help="write one file for someone who helps with this server",
        description="A ZIP of what `doctor` finds, versions, which settings are set, counts of rows, free disk and the "
        "last lines of the log. It holds no names of people, teams or schools, no addresses and no passwords. It is "
        "only written, not sent.",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to, for example support.zip")
    parser.add_argument(
        "--log", type=Path, metavar="FILE", help="a log to take the last lines of (default: that of SIGHTLINE_LOG)"
    )
    parser.set_defaults(run=_run_support)


def _run_support(args: argparse.Namespace) -> int:
    import os

    from sim.app.health import find_served_port
    from sim.features.operations.support import ABOUT, save_support

    made = save_support(os.environ, args.out, port=find_served_port(os.environ), log=args.log)
    sys.stdout.write(f"Wrote {made.path} ({made.size / 1e3:.0f} kB), with {made.lines} lines of the log")
    sys.stdout.write(f"; {made.left_out} that Sightline did not write were left out.\n" if made.left_out else ".\n")
    sys.stdout.write(f"\n{ABOUT}")
    return 0


def _register_demo(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("demo", help="fill a marked demo team by simulated searchers, or remove it")
    parser.add_argument("--people", type=int, default=8, help="how many invented people, 1 to 60 (default 8)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same results (default 1)")
    parser.add_argument("--remove", action="store_true", help="remove every demo team with all its results")
    parser.set_defaults(run=_run_demo)


def _run_demo(args: argparse.Namespace) -> int:

    from sim.app.wiring import open_here
    from sim.errors import TaskError
    from sim.features.operations import demo
    from sim.features.team import team
    from sim.features.team.attempts_table import export_team

    if args.seed < 0:
        raise TaskError(f"the seed is {args.seed}", expected="0 or more")
    with open_here() as app:
        if args.remove:
            count = team.remove_demo(app)
            sys.stdout.write("Removed the demo team.\n" if count else "There was no demo team.\n")
            return 0
        team_id = demo.fill_demo(app, people=args.people, seed=args.seed, plan=demo.FULL_PLAN)
        table = export_team(app, team_id)
        done = int(table["finished"].sum())
        sys.stdout.write(
            f"{demo.TEAM_NAME}: {args.people} invented people, {len(table)} drills, {done} finished in time.\n"
            "See it under Team; remove it there or with `python -m sim demo --remove`.\n"
        )
    return 0
