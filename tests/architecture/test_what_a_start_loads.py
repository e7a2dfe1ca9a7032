import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
LATER = ("alembic", "altair", "cv2", "icalendar", "networkx", "numba", "scipy", "segno", "typst")
"""Loaded when first needed: together they would take more than a second of a start and 150 MB."""


HOME = "sim/ui/screens/start.py"


def test_a_start_and_its_first_page_load_nothing_that_only_some_pages_need() -> None:
    code = (
        "import app, ast, sys, pathlib; "
        f"page = ast.parse(pathlib.Path({HOME!r}).read_text(encoding='utf-8')); "
        "page.body = [part for part in page.body if isinstance(part, ast.Import | ast.ImportFrom)]; "
        "assert len(page.body) > 5; "
        "exec(compile(page, 'home', 'exec')); "
        f"print([name for name in {LATER} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]", ran.stderr
