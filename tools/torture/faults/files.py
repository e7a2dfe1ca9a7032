"""Programs killed while they write files: a backup, a build of footage."""

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import yaml

from sim.checked import read_yaml
from sim.db.engine import make_sqlite_url
from sim.db.store import open_store
from sim.errors import SiteError
from sim.services.app.wiring import DATA_VARIABLE, PROJECT
from sim.services.operations.archive import DATABASE, unpack
from tools.torture.rig.outcome import Outcome
from tools.torture.rig.rig import Rig
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


def kill_backup(rig: Rig) -> Outcome:
    """Kill `python -m sim backup` while it copies and somebody posts; older backups stay, the next one is whole."""
    url = rig.get_server().url
    sender = rig.make_attempt()
    folder = rig.make_folder("backup")
    sender.add(20)
    sender.drain(url, within_s=30)
    wrong: list[str] = []
    _run_sim(rig, ("backup", str(folder)))
    (first,) = folder.glob("*.tar")
    older = first.read_bytes()
    stop = threading.Event()
    poster = threading.Thread(target=_keep_posting, args=(sender, url, stop))
    poster.start()
    try:
        for _ in range(1 if rig.is_short else 3):
            _kill_when_drafting(rig, folder)
        if first.read_bytes() != older:
            wrong.append("a killed backup changed an older one")
        known = sender.acknowledged
        done = _run_sim(rig, ("backup", str(folder)))
        if done.returncode != 0:
            wrong.append(f"the next backup failed: {done.stderr.strip()[:200]}")
    finally:
        stop.set()
        poster.join()
    newest = max(folder.glob("*.tar"))
    with tempfile.TemporaryDirectory() as work:
        unpack(newest, Path(work), wanted=lambda name: name == DATABASE)
        copied = open_store(make_sqlite_url(Path(work) / DATABASE))
        with copied.read() as found:
            in_backup = len(found.events.list_all(sender.attempt_id))
        copied.close()
    if in_backup < known:
        wrong.append(f"the backup has {in_backup} events, {known} were acknowledged before it began")
    said = done.stdout.replace(str(newest), newest.name).strip().splitlines()[0][:60]
    return judge(rig, [sender], saw=f"{describe_seen([sender])}; the next backup: “{said}”", wrong=wrong)


def _keep_posting(sender: Sender, url: str, stop: threading.Event) -> None:
    while not stop.is_set():
        sender.add(2)
        sender.post(url)
        stop.wait(POST_EVERY_S)


def _kill_when_drafting(rig: Rig, folder: Path) -> None:
    """Start a backup and kill it a few milliseconds after its draft appears."""
    process = _start_sim(rig, ("backup", str(folder)))
    known = set(folder.glob(".sightline-backup-*"))
    while process.poll() is None and set(folder.glob(".sightline-backup-*")) <= known:
        time.sleep(LOOK_S)
    time.sleep(rig.rng.uniform(0.0, 0.05))
    process.kill()
    process.wait()


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
