"""`python -m sim serve`, `backup`, `restore`, `doctor`, `support` and `demo`: a server, and looking after it."""

import dataclasses
import gc
import json
import os
import sys
from pathlib import Path

import click

from sim.errors import SimError, StoreError, TaskError


@click.command("serve", help="run the app in this terminal; stop it with Ctrl-C")
@click.option("--host", default="127.0.0.1", help="address to listen on: this machine's own if not given")
@click.option("--port", default=8501, help="port to listen on")
@click.option(
    "--open-to-network",
    is_flag=True,
    help="let other machines in although sign-in is not set up; every page then says so",
)
@click.option(
    "--workers",
    default=1,
    metavar="N",
    help="processes on this port and those after it, behind a proxy and with PostgreSQL; SIGHUP renews them",
)
def serve(host: str, port: int, open_to_network: bool, workers: int) -> int:
    """Serve until stopped. Logs are set up first: packages that are loaded make their loggers then."""
    from sim.app.logs import set_up_logs
    from sim.app.settings import read_log_settings

    set_up_logs(read_log_settings(os.environ))
    # the data folder holds answers and people's results: whatever is made in it from here on is this user's alone
    os.umask(0o077)
    if workers != 1:
        from sim.app.settings import read_settings
        from sim.db.engine import is_postgresql, make_engine
        from sim.server.workers import serve_several

        has_postgresql = is_postgresql(make_engine(read_settings(os.environ).database_url))
        return serve_several(
            host=host, port=port, workers=workers, is_open=open_to_network, has_postgresql=has_postgresql
        )
    # a sixth of the start was looking for garbage among what is loaded and stays; `serve` looks again from there on
    gc.disable()
    from sim.server.serve import serve as serve_one

    return serve_one(host=host, port=port, is_open=open_to_network)


@click.command(
    "backup",
    help="The file holds the database, own recordings, forms, schools and the key that signs links. It is "
    "read back, and its database restored into a temporary folder, before the oldest is deleted.",
    short_help="write everything into a new file of a folder, also while the app runs",
)
@click.argument("folder", type=Path, metavar="FOLDER", help="where to; with --check the file to read back")
@click.option("--keep", default=14, metavar="N", help="files that stay in the folder")
@click.option(
    "--without-schools",
    is_flag=True,
    help="leave out schools that were drawn here, their pictures, and recordings made on them",
)
@click.option("--check", is_flag=True, help="read a backup back and change nothing")
def backup(folder: Path, keep: int, without_schools: bool, check: bool) -> int:
    from sim.app.settings import read_settings
    from sim.app.wiring import system_clock
    from sim.features.operations.backup import save_whole

    if check:
        return _check(folder)
    if keep < 1:
        raise StoreError(f"--keep is {keep}", expected="1 or more", todo="give how many backups should stay")
    settings, with_schools = read_settings(os.environ), not without_schools
    made = save_whole(settings, system_clock(), folder, keep=keep, with_schools=with_schools)
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


@click.command(
    "restore",
    help="Stop the app first. What was there is kept in the data folder. A SQLite database also goes into "
    "an empty PostgreSQL database, where DATABASE_URL names one. FILE may be the copy of the database that an "
    "update left, too.",
    short_help="put a backup back",
)
@click.argument("file", type=Path, metavar="FILE", help="as `python -m sim backup` wrote it")
def restore(file: Path) -> int:
    from sim.app.settings import read_settings
    from sim.app.wiring import system_clock
    from sim.features.operations.backup import restore_database, restore_whole
    from sim.features.operations.database_copy import is_database

    settings = read_settings(os.environ)
    if is_database(file):
        done = restore_database(settings, system_clock(), file)
        sys.stdout.write("Restored the database.\n")
    else:
        done = restore_whole(settings, system_clock(), file)
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


@click.command(
    "doctor",
    help="Looks at Python, packages, data folder, disk, memory, database, clock, footage, its "
    "store, codecs, fonts, port, proxy settings, and plays a clip in a browser of this machine. Changes nothing. "
    "Exit code 1 when something is wrong; doubtful things are warnings.",
    short_help="look the machine over and say what to do",
)
@click.option("--host", default="127.0.0.1", help="address that the app is to listen on")
@click.option("--port", type=int, help="port to look at (default: the one that was served last, else 8501)")
@click.option("--no-browser", is_flag=True, help="do not play a clip in a browser")
@click.option("--json", "as_json", is_flag=True, help="print one JSON object instead of text")
def doctor(host: str, port: int | None, no_browser: bool, as_json: bool) -> int:
    from sim.app.health import find_served_port
    from sim.features.operations.doctor import examine, is_fit

    port = find_served_port(os.environ) if port is None else port
    if not 0 <= port <= 65535:
        raise SimError(f"the port {port} does not exist", expected="0 to 65535")
    findings = []
    for finding in examine(os.environ, host=host, port=port, with_browser=not no_browser):
        findings.append(finding)
        if not as_json:
            sys.stdout.write(f"{finding.state.value:<8} {finding.name}: {finding.text}\n")
            if finding.todo:
                sys.stdout.write(f"{'':<8} -> {finding.todo}\n")
            sys.stdout.flush()
    fit = is_fit(findings)
    if as_json:
        written = {"schema": 1, "fit": fit, "findings": [dataclasses.asdict(finding) for finding in findings]}
        sys.stdout.write(json.dumps(written, indent=2) + "\n")
    elif fit:
        sys.stdout.write("Drills can be run here.\n")
    else:
        sys.stdout.write("Something is wrong; see the lines that begin with `wrong`.\n")
    return int(not fit)


@click.command(
    "support",
    help="A ZIP of what `doctor` finds, versions, which settings are set, counts of rows, free disk and the "
    "last lines of the log. It holds no names of people, teams or schools, no addresses and no passwords. It is "
    "only written, not sent.",
    short_help="write one file for someone who helps with this server",
)
@click.option("--out", type=Path, required=True, metavar="FILE", help="where to, for example support.zip")
@click.option(
    "--log", type=Path, metavar="FILE", help="a log to take the last lines of (default: that of SIGHTLINE_LOG)"
)
def support(out: Path, log: Path | None) -> int:
    from sim.app.health import find_served_port
    from sim.features.operations.support import ABOUT, save_support

    made = save_support(os.environ, out, port=find_served_port(os.environ), log=log)
    sys.stdout.write(f"Wrote {made.path} ({made.size / 1e3:.0f} kB), with {made.lines} lines of the log")
    sys.stdout.write(f"; {made.left_out} that Sightline did not write were left out.\n" if made.left_out else ".\n")
    sys.stdout.write(f"\n{ABOUT}")
    return 0


@click.command("demo", help="fill a marked demo team by simulated searchers, or remove it")
@click.option("--people", default=8, help="how many invented people, 1 to 60")
@click.option("--seed", default=1, help="the same seed gives the same results")
@click.option("--remove", is_flag=True, help="remove every demo team with all its results")
def demo(people: int, seed: int, remove: bool) -> int:
    from sim.app.wiring import open_here
    from sim.features.operations import demo
    from sim.features.team import team
    from sim.features.team.attempts_table import export_team

    if seed < 0:
        raise TaskError(f"the seed is {seed}", expected="0 or more")
    with open_here() as app:
        if remove:
            count = team.remove_demo(app)
            sys.stdout.write("Removed the demo team.\n" if count else "There was no demo team.\n")
            return 0
        team_id = demo.fill_demo(app, people=people, seed=seed, plan=demo.FULL_PLAN)
        table = export_team(app, team_id)
        done = int(table["finished"].sum())
        sys.stdout.write(
            f"{demo.TEAM_NAME}: {people} invented people, {len(table)} drills, {done} finished in time.\n"
            "See it under Team; remove it there or with `python -m sim demo --remove`.\n"
        )
    return 0
