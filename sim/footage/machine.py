"""What rendering needs of the machine beyond Python packages."""

import importlib

from sim.errors import MachineError


def require_opencv() -> None:
    """Raise MachineError, with what to install, when OpenCV is installed but a library of the system is missing."""
    try:
        importlib.import_module("cv2")
    except ModuleNotFoundError:
        raise
    except ImportError as error:
        raise MachineError(
            f"OpenCV cannot be loaded ({error})",
            expected="the system libraries it uses to render footage; playing drills works without",
            todo="on Debian or Ubuntu `apt install libgl1 libglib2.0-0`, on Fedora `dnf install mesa-libGL glib2`",
        ) from error
