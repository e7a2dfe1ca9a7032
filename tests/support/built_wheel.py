"""The wheel of this checkout, built as it is or with changes, for tests that install it."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from sim.app.settings import PROJECT

CHECKOUT_ONLY = shutil.ignore_patterns(".*", "tests", "node_modules", "__pycache__", "*.egg-info")
SETTINGS = ".streamlit"


def build_wheel(folder: Path, *, change: Callable[[Path], None] = lambda source: None) -> Path:
    source = folder / "source"
    shutil.copytree(PROJECT, source, ignore=CHECKOUT_ONLY)
    shutil.copytree(PROJECT / SETTINGS, source / SETTINGS)
    change(source)
    before = set(folder.glob("sightline-*.whl"))
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q", "-w", str(folder)]
    subprocess.run([*pip, str(source)], check=True, capture_output=True)
    shutil.rmtree(source)
    (wheel,) = set(folder.glob("sightline-*.whl")) - before
    return wheel
