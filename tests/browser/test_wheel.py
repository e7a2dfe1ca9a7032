"""The wheel, installed outside the checkout: its own command looks the machine over, serves, and a lesson is played."""

import os
import shutil
import site
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.test_lesson import play_try, press_button
from tests.support.built_wheel import build_wheel
from tests.support.server_process import ServerProcess, open_data

pytestmark = pytest.mark.machine


@pytest.fixture(scope="module")
def sightline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("wheel")
    wheel = build_wheel(folder)
    pip = [sys.executable, "-m", "pip"]
    venv.create(folder / "own", with_pip=False)
    (packages,) = (folder / "own").glob("lib/python*/site-packages")
    install = [*pip, f"--python={folder / 'own' / 'bin' / 'python'}", "install", "--no-deps", "--no-index", "-q"]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    wheel.unlink()
    (packages / "lent.pth").write_text("\n".join(path for path in site.getsitepackages() if Path(path).is_dir()))
    yield folder / "own" / "bin" / "sightline"
    shutil.rmtree(folder)


def test_it_looks_the_machine_over_and_says_its_own_name(sightline: Path, tmp_path: Path) -> None:
    environ = {**os.environ, "SIGHTLINE_DATA": str(tmp_path / "data")}
    command = [str(sightline), "doctor", "--no-browser"]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Drills can be run here." in done.stdout
    usage = subprocess.run([str(sightline), "--help"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert usage.startswith("Usage: sightline ")


def test_its_server_starts_a_lesson_that_is_passed(sightline: Path, tmp_path: Path, page: Page) -> None:
    data = tmp_path / "data"
    services = open_data(data)
    with ServerProcess(data, command=(str(sightline), "serve")) as server:
        page.goto(server.url)
        press_button(page, "Start lesson 1", press=lambda button: button.click())
        play_try(page, services)
        assert "traceback" not in server.output.lower()
    services.close()
