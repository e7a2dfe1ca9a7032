"""What a process loads, and that no two folders of `sim` import each other, a folder and one inside it included."""

import ast
import subprocess
import sys
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

PROJECT = Path(__file__).resolve().parents[2]
MOST_FILES = 40
PAGES = ["sim/server/page_header.py", "sim/features/course/page.py", "sim/features/drill/page.py"]
"""What stands over all pages, home, and the page of a drill, which somebody waits for who starts one."""
LATER = (
    *("alembic", "altair", "cv2", "icalendar", "joserfc", "networkx", "numba", "scipy", "segno", "typst"),
    *("sim.clips.no_plan", "sim.crowd.generator.draft", "sim.features.operations.doctor", "sim.features.program.board"),
)
"""Loaded when first needed: together they would take more than a second of a start and 150 MB."""
APP_WITHOUT_OPENCV = """
import sys
sys.modules["cv2"] = None
import sim.features.drill.routes
import sim.console.attempts
import sim.features.debrief.debrief
import sim.features.team.team
import sim.features.operations.demo
"""


def run_python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True).stdout


def test_drills_run_without_opencv() -> None:
    run_python(APP_WITHOUT_OPENCV)


def test_the_command_line_starts_without_heavy_packages() -> None:
    code = "import sys, sim.__main__ as m\nm.main(['--help'])\nprint(*sys.modules)"
    loaded = set(run_python(code).split())
    assert "sim.__main__" in loaded
    assert loaded.isdisjoint({"streamlit", "pandas", "cv2", "av", "sqlalchemy", "scipy"})


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
    assert run_python(code).strip() == "[]"


def test_no_two_folders_import_each_other() -> None:
    graph = grimp.build_graph("sim", cache_dir=None)

    def get_home(module: str) -> str:
        return module if graph.find_children(module) else module.rpartition(".")[0]

    arrows: dict[str, set[str]] = {}
    for module in graph.modules:
        wanted = {get_home(each) for each in graph.find_modules_directly_imported_by(module)}
        arrows.setdefault(get_home(module), set()).update(wanted - {get_home(module)})
    assert len(arrows) > 50
    TopologicalSorter(arrows).prepare()  # raises CycleError, which names the circle


def list_imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(node.module.partition(".")[0])
    return found


def test_streamlit_is_for_ui_and_pages_and_starlette_for_routes_too() -> None:
    for path in (PROJECT / "sim").rglob("*.py"):
        is_drawn = path.is_relative_to(PROJECT / "sim" / "ui") or path.name.startswith("page")
        imported = list_imported(path)
        assert is_drawn or imported.isdisjoint({"streamlit", "altair"}), path
        is_served = path.is_relative_to(PROJECT / "sim" / "server") or path.name.startswith("routes")
        assert is_drawn or is_served or "starlette" not in imported, path


def test_no_folder_is_crowded() -> None:
    counted = Counter(file.parent for file in (PROJECT / "sim").rglob("*.py"))
    assert {str(folder): count for folder, count in counted.items() if count > MOST_FILES} == {}
