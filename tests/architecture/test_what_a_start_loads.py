import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
LATER = (
    "alembic",
    "altair",
    "cv2",
    "icalendar",
    "joserfc",
    "networkx",
    "numba",
    "scipy",
    "segno",
    "sim.crowd.generator.draft",
    "typst",
)
"""Loaded when first needed: together they would take more than a second of a start and 150 MB."""


PAGES = ["sim/ui/parts/header.py", "sim/ui/screens/start.py", "sim/ui/screens/drill.py"]
"""What stands over all pages, home, and the page of a drill, which somebody waits for who starts one."""


def test_a_start_and_the_way_to_a_drill_load_nothing_that_only_some_pages_need(tmp_path: Path) -> None:
    code = (
        "import app, ast, sys, pathlib\n"
        "from sim.db.store import open_store\n"
        f"open_store('sqlite:///{(tmp_path / 'new.db').as_posix()}').close()\n"
        f"for path in {PAGES}:\n"
        "    page = ast.parse(pathlib.Path(path).read_text(encoding='utf-8'))\n"
        "    page.body = [part for part in page.body if isinstance(part, ast.Import | ast.ImportFrom)]\n"
        "    assert len(page.body) > 5\n"
        "    exec(compile(page, path, 'exec'))\n"
        f"print([name for name in {LATER} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]", ran.stderr
