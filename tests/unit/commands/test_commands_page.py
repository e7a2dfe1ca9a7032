import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from sim.commands.group import COMMANDS
from tests.support.commands_page import BEGIN, CONTEXT, END, PAGE, write_table


def test_the_page_holds_the_table_that_the_parser_gives():
    text = PAGE.read_text(encoding="utf-8")
    printed = text.partition(BEGIN + "\n")[2].partition("\n" + END)[0]
    assert printed == write_table(), "run `python -m tests.support.commands_page`"


UNITS = Path(__file__).resolve().parents[3] / "docs" / "systemd"
PROGRAM = "/opt/sightline/current/bin/sightline"
MOST_EXPOSED = "30"
"""Tenths of the scale of `systemd-analyze security`, on which 10 is everything and 0 nothing."""


def list_names(kind: str) -> list[str]:
    return sorted(path.name for path in UNITS.glob(f"*.{kind}"))


@pytest.fixture
def units(tmp_path: Path) -> Path:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not on this machine")
    for path in UNITS.iterdir():
        (tmp_path / path.name).write_text(path.read_text().replace(PROGRAM, sys.executable))
    return tmp_path


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", [*list_names("service"), *list_names("timer")])
def test_systemd_finds_nothing_wrong_and_a_service_may_do_little(units: Path, name: str) -> None:
    done = analyze("verify", str(units / name))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    if name.endswith(".service"):
        done = analyze("security", "--offline=yes", f"--threshold={MOST_EXPOSED}", str(units / name))
        assert done.returncode == 0, done.stdout[-400:]


@pytest.mark.parametrize("name", list_names("service"))
def test_its_command_is_one_of_ours(name: str) -> None:
    (line,) = re.findall(r"^ExecStart=(.*)$", (UNITS / name).read_text(), re.MULTILINE)
    program, *rest = shlex.split(line.replace("%i", "2"))
    assert program == PROGRAM
    command: click.Command | None = COMMANDS
    while isinstance(command, click.Group):
        command = command.get_command(CONTEXT, rest.pop(0))
    assert command is not None and command.make_context("it", rest)
