import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
APP_WITHOUT_OPENCV = """
import sys
sys.modules["cv2"] = None
import sim.ui.http.routes
import sim.services.attempt.attempts
import sim.services.debrief.page
import sim.services.team.team
import sim.services.operations.demo
"""


def run_python(code: str) -> "subprocess.CompletedProcess[str]":
    """Run code in a process of its own: import-linter would silence every logger of this one."""
    return subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)


def test_the_layers_and_the_homes_of_libraries_hold():
    done = run_python("import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))")
    assert done.returncode == 0, done.stdout


def test_drills_run_without_opencv():
    done = run_python(APP_WITHOUT_OPENCV)
    assert done.returncode == 0, done.stderr


def test_the_command_line_starts_without_heavy_packages():
    code = "import sys, sim.__main__ as m\ntry: m.main(['--help'])\nexcept SystemExit: pass\nprint(*sys.modules)"
    loaded = set(run_python(code).stdout.split())
    assert "sim.__main__" in loaded
    assert loaded.isdisjoint({"streamlit", "pandas", "cv2", "av", "sqlalchemy", "scipy"})
