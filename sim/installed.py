"""The command `sightline` of an installed wheel: in it the checkout lies in one folder, which becomes the program's.

`sim` is found there by its own name, as in a checkout, so nothing else has to know where it is installed.
"""

import os
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]


def main() -> int:
    """Do what `python -m sim` does in a checkout; return its exit code."""
    sys.path.insert(0, str(FOLDER))
    # what this starts as `python -m sim` finds the same folder
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(FOLDER), os.environ.get("PYTHONPATH"))))
    from sim.__main__ import main as run  # noqa: PLC0415 - found only from here on

    return run()
