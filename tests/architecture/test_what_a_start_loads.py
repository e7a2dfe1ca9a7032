import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
LATER = ("alembic", "altair", "cv2", "icalendar", "networkx", "numba", "scipy", "segno", "typst")
"""Loaded when first needed: together they would take more than a second of a start and 150 MB."""


def test_a_start_loads_nothing_that_only_some_pages_need() -> None:
    code = f"import app, sys; print([name for name in {LATER} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]", ran.stderr
