import subprocess
import sys

from importlinter.cli import lint_imports

APP_WITHOUT_OPENCV = """
import sys
sys.modules["cv2"] = None
import sim.ui.routes
import sim.services.attempts
import sim.services.debrief
import sim.services.team
import sim.services.demo
"""


def test_the_layers_and_the_homes_of_libraries_hold():
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0


def test_drills_run_without_opencv():
    done = subprocess.run([sys.executable, "-c", APP_WITHOUT_OPENCV], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_command_line_starts_without_heavy_packages():
    code = "import sys, sim.__main__ as m\ntry: m.main(['--help'])\nexcept SystemExit: pass\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert loaded.isdisjoint({"streamlit", "pandas", "cv2", "av", "sqlalchemy", "scipy"})
