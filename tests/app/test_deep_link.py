"""A page asked for by its address right after the server has started is drawn inside the app, not on its own."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
CHECK = """
import app
from pathlib import Path
from streamlit.runtime.pages_manager import PagesManager
PagesManager(str(Path("sim/ui/main.py").resolve()))
raise SystemExit(1 if PagesManager.uses_pages_directory else 0)
"""


def test_streamlit_does_not_take_the_pages_folder_for_scripts_of_its_own(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHECK],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "SIGHTLINE_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
