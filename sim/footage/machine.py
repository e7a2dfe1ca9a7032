"""What rendering needs of the machine beyond Python packages."""

import importlib

from sim.errors import MachineError


def require_opencv() -> None:
    """Raise MachineError, with what to install, when OpenCV is installed but a library of the system is missing."""
    _require(
        "cv2",
        name="OpenCV",
        expected="the system libraries it uses to render footage; playing drills works without",
        todo="on Debian or Ubuntu `apt install libgl1 libglib2.0-0`, on Fedora `dnf install mesa-libGL glib2`",
    )


def require_pyav() -> None:
    """Raise MachineError when PyAV is installed but cannot be loaded, or can neither write nor read H.264.

    Wheels from PyPI hold all it takes; a PyAV that was built against the system's FFmpeg may lack the encoder.
    """
    todo = "install the wheel: `pip install --force-reinstall --only-binary :all: av`"
    _require("av", name="PyAV", expected="the video libraries inside its wheel", todo=todo)
    codec = importlib.import_module("av.codec").Codec
    for kind, mode in (("libx264", "w"), ("h264", "r")):
        try:
            codec(kind, mode)
        except ValueError as error:
            raise MachineError(
                f"PyAV has no {kind} {'encoder' if mode == 'w' else 'decoder'}",
                expected="one, to write and read clips",
                todo=todo,
            ) from error


def _require(module: str, *, name: str, expected: str, todo: str) -> None:
    try:
        importlib.import_module(module)
    except ModuleNotFoundError:
        raise
    except ImportError as error:
        raise MachineError(f"{name} cannot be loaded ({error})", expected=expected, todo=todo) from error
