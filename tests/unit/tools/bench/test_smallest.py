"""Every bench runs to its end in its smallest form, on programs that end with it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tools.bench.__main__ import IN_BROWSER, PARTS, make_parser
from tools.bench.rig import BROWSERS, Figure
from tools.command import run_command

PROJECT = Path(__file__).resolve().parents[4]
FIGURE = re.compile(r"  (\S.*?)  +([-+.e\d]+|nan) .*")


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_a_bench_still_runs(part: str) -> None:
    if part in IN_BROWSER and not any(shutil.which(name) for name in BROWSERS):
        pytest.skip("there is no Chromium here")
    command = [sys.executable, "-m", "tools.bench", part, "--smallest"]
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    title, *lines = ran.stdout.splitlines() or [""]
    assert title == part, ran.stderr[-2000:]
    figures = [FIGURE.fullmatch(line) for line in lines]
    names = [figure[1] for figure in figures if figure]
    assert len(set(names)) == len(lines) > 0, lines


@pytest.mark.parametrize(
    ("value", "most", "least", "is_missed"),
    [(1.0, None, None, False), (1.0, 1.0, None, False), (1.1, 1.0, None, True), (0.9, None, 1.0, True)],
)
def test_a_bound_is_kept_or_missed(value: float, most: float | None, least: float | None, is_missed: bool) -> None:
    figure = Figure(name="x", value=value, most=most, least=least)
    assert figure.is_missed is is_missed
    assert figure.write().endswith("MISSED") is is_missed


@pytest.mark.parametrize("words", [["nothing"], ["server", "--workers", "2"], ["server", "--workers", "0"]])
def test_what_cannot_be_measured_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(make_parser(), words) == 1
    assert capsys.readouterr().err.startswith("error: ")


LEAVE = """
import subprocess, sys, time
from tools.bench.programs import end_with_this
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
will = end_with_this(child.pid)
print(child.pid, flush=True)
time.sleep(600)
"""
WITHIN_S = 60.0


def test_a_child_dies_with_the_process_that_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", LEAVE], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    assert child.is_running()
    parent.kill()
    parent.communicate()
    gone, _ = psutil.wait_procs([child], timeout=WITHIN_S)
    assert gone
