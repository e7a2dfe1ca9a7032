"""Programs killed while they write files: a migration, a backup, a build of footage."""

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import yaml

from sim.checked import read_yaml
from sim.errors import SimError, SiteError
from sim.records.engine import make_sqlite_url
from sim.records.store import open_store
from sim.services.app.wiring import DATA_VARIABLE, PROJECT
from tools.torture.rig.database_file import (
    FIRST_VERSION,
    OLD_EVENTS,
    OLD_PEOPLE,
    get_newest_version,
    make_first_release,
    make_killed_opening,
    read_facts,
)
from tools.torture.rig.outcome import Outcome
from tools.torture.rig.rig import DATABASE, Rig
from tools.torture.rig.sender import POST_EVERY_S, Sender, describe_seen
from tools.torture.rig.trial import judge

COMMAND_WITHIN_S = 600.0
LOOK_S = 0.0005
_SCENARIO = """
schema_version: 1
scenario_id: torture
title: Torture
site: {site}
start_time: 2026-10-14T10:10:00
duration_s: 2
fps: 5
main_size_wh: [320, 180]
seed: 7
days:
  - day_id: two-at-the-door
    people: 2
    arrive: [{{doors: [walkers-gate], at_s: [0, 1]}}]
    steps: [{{do: walk, nodes: [walk-front]}}]
"""


def kill_migration(rig: Rig) -> Outcome:
    """Kill the opening of a first-release database before a statement drawn by chance, then open it again."""
    path = rig.make_folder("old") / DATABASE
    make_first_release(path)
    before = read_facts(path)
    lived = path.with_name("lived.db")
    make_first_release(lived)
    statements = int(_run(make_killed_opening(lived, at_statement=0)).stdout.strip().splitlines()[-1])
    wrong: list[str] = []
    for _ in range(1 if rig.is_short else 3):
        ended = _run(make_killed_opening(path, at_statement=rig.rng.randint(2, statements)))
        if ended.returncode != -signal.SIGKILL:
            wrong.append(f"the migration was not killed (exit code {ended.returncode})")
        left = read_facts(path)
        if left != before:
            wrong.append(f"a killed migration left version {left['version']} and other tables than before")
    open_store(make_sqlite_url(path)).close()
    after = read_facts(path)
    if not after["sound"] or after["version"] != get_newest_version():
        wrong.append(f"opened again the database has version {after['version']}")
    lost = OLD_EVENTS + OLD_PEOPLE - int(str(after["events"])) - int(str(after["people"]))
    return Outcome(
        saw=f"the next start brings the database from {FIRST_VERSION} to {after['version']} and goes on",
        acknowledged=OLD_EVENTS + OLD_PEOPLE,
        lost=max(lost, 0),
        doubled=max(-lost, 0),
        wrong=tuple(wrong),
    )


def kill_backup(rig: Rig) -> Outcome:
    """Kill `python -m sim backup` while it copies and somebody posts; the older backup stays, the next one is whole."""
    url = rig.get_server().url
    sender = rig.make_attempt()
    target = rig.make_folder("backup") / "monday.db"
    sender.add(20)
    sender.drain(url, within_s=30)
    wrong: list[str] = []
    _run_sim(rig, ("backup", str(target)))
    older = target.read_bytes()
    stop = threading.Event()
    poster = threading.Thread(target=_keep_posting, args=(sender, url, stop))
    poster.start()
    try:
        for _ in range(1 if rig.is_short else 3):
            was_killed = _kill_when_drafting(rig, target)
            if was_killed and target.read_bytes() != older and not _is_whole(target):
                wrong.append("a killed backup left a broken one in place of the older one")
        known = sender.acknowledged
        done = _run_sim(rig, ("backup", str(target)))
        if done.returncode != 0:
            wrong.append(f"the next backup failed: {done.stderr.strip()[:200]}")
    finally:
        stop.set()
        poster.join()
    copied = open_store(make_sqlite_url(target))
    with copied.read() as work:
        in_backup = len(work.events.list_all(sender.attempt_id))
    copied.close()
    if in_backup < known:
        wrong.append(f"the backup has {in_backup} events, {known} were acknowledged before it began")
    said = done.stdout.replace(str(target), target.name).strip().splitlines()[0][:60]
    return judge(rig, [sender], saw=f"{describe_seen([sender])}; the next backup: “{said}”", wrong=wrong)


def _is_whole(target: Path) -> bool:
    """Return whether a backup that was done just before the kill can be opened and read."""
    with contextlib.suppress(SimError):
        copied = open_store(make_sqlite_url(target))
        with copied.read() as work:
            work.teams.list_everybody()
        copied.close()
        return True
    return False


def _keep_posting(sender: Sender, url: str, stop: threading.Event) -> None:
    while not stop.is_set():
        sender.add(2)
        sender.post(url)
        stop.wait(POST_EVERY_S)


def _kill_when_drafting(rig: Rig, target: Path) -> bool:
    """Start a backup and kill it a few milliseconds after its draft appears; return whether it was killed."""
    process = _start_sim(rig, ("backup", str(target)))
    known = set(target.parent.glob("*.part-*"))
    while process.poll() is None and set(target.parent.glob("*.part-*")) <= known:
        time.sleep(LOOK_S)
    time.sleep(rig.rng.uniform(0.0, 0.02))
    process.kill()
    process.wait()
    return process.returncode == -signal.SIGKILL


def kill_build(rig: Rig) -> Outcome:
    """Kill a build of footage and whatever it started; then build again and compare with one that was left alone."""
    folder = rig.make_folder("build")
    scenario = folder / "torture.yaml"
    scenario.write_text(_SCENARIO.format(site=_make_small_site(folder)), encoding="utf-8")
    build = ("footage", "build", str(scenario), "--jobs", "2", "--out")
    whole, cut = folder / "whole", folder / "cut"
    wrong: list[str] = []
    began = time.monotonic()
    first = _run_sim(rig, (*build, str(whole)))
    takes_s = time.monotonic() - began
    if first.returncode != 0:
        return Outcome(saw="", wrong=(f"the build left alone failed: {first.stderr.strip()[-300:]}",))
    kills, wanted = 0, 1 if rig.is_short else 3
    for _ in range(2 * wanted):
        if kills == wanted:
            break
        process = _start_sim(rig, (*build, str(cut)), is_leader=True)
        began = time.monotonic()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=rig.rng.uniform(0.2, 0.9) * takes_s)
        was_over = process.returncode is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if was_over:  # quicker than the one before: once more, from the beginning, and killed earlier
            takes_s = time.monotonic() - began
            shutil.rmtree(cut, ignore_errors=True)
            continue
        kills += 1
        if cut.exists():  # it was done before the kill; whether it is whole is seen below
            break
    if not kills:
        wrong.append("every build was over before it could be killed")
    if not cut.exists():
        last = _run_sim(rig, (*build, str(cut)))
        if last.returncode != 0:
            wrong.append(f"the build did not go on: {last.stderr.strip()[-300:]}")
    checked = _run_sim(rig, ("footage", "verify", str(cut)))
    if checked.returncode != 0:
        wrong.append(f"verify: {checked.stderr.strip()[:300]}")
    if not wrong:
        wrong += [f"{name} differs from the build left alone" for name in _list_other_truth(whole, cut)]
    return Outcome(
        saw=f"killed {kills} times; the same command goes on and ends; verify: “every file is as it was built”",
        wrong=tuple(wrong),
    )


def _make_small_site(folder: Path) -> Path:
    """Make a site of two cameras out of the smallest that comes with the program."""
    whole = PROJECT / "scenarios" / "sites" / "birch-elementary"
    site = folder / "site"
    site.mkdir()
    (site / "plates").symlink_to(whole / "plates", target_is_directory=True)
    described = read_yaml(whole / "site.yaml", fault=SiteError)
    assert isinstance(described, dict)
    described["cameras"] = described["cameras"][:2]
    (site / "site.yaml").write_text(yaml.safe_dump(described), encoding="utf-8")
    return site


def _list_other_truth(one: Path, other: Path) -> list[str]:
    return [
        path.name
        for path in sorted(one.glob("*.parquet"))
        if hashlib.sha256(path.read_bytes()).digest() != hashlib.sha256((other / path.name).read_bytes()).digest()
    ]


def _run(program: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *program], cwd=PROJECT, capture_output=True, text=True, timeout=COMMAND_WITHIN_S, check=False
    )


def _run_sim(rig: Rig, arguments: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "sim", *arguments],
        cwd=PROJECT,
        env={**os.environ, DATA_VARIABLE: str(rig.data)},
        capture_output=True,
        text=True,
        timeout=COMMAND_WITHIN_S,
        check=False,
    )


def _start_sim(rig: Rig, arguments: Sequence[str], *, is_leader: bool = False) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *arguments],
        cwd=PROJECT,
        env={**os.environ, DATA_VARIABLE: str(rig.data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=is_leader,
    )
