"""What is installed where a camera is rendered: pictures are only the same when all of it is."""

import hashlib
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import sim
from sim.errors import MachineError

PACKAGES = ("dask", "distributed", "numpy", "pandas", "pyarrow", "opencv-python", "av", "numba", "pillow")
CODE = "Sightline"
_CODE_FOLDERS = ("crowd", "footage", "site", "truth")


@cache
def describe_installation() -> Mapping[str, str]:
    """Return the versions that decide how pictures come out; Sightline's own is a hash of its code."""
    found = {"Python": ".".join(platform.python_version_tuple()[:2]), CODE: _hash_code()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


def describe_missing(error: ImportError) -> MachineError:
    """Return the error for a package of the cluster that is not installed."""
    return MachineError(
        f"the Python package {error.name!r} is missing",
        expected="the packages of requirements-cluster.txt",
        todo="run `pip install -r requirements-cluster.txt`",
    )


def check_same(expected: Mapping[str, str], found: Mapping[str, str], *, where: str) -> None:
    """Raise MachineError naming everything that differs on the machine `where`."""
    wrong = [name for name in expected if expected[name] != found.get(name)]
    if wrong:
        has = ", ".join(f"{name} {found.get(name, 'none')}" for name in wrong)
        needs = ", ".join(f"{name} {expected[name]}" for name in wrong)
        raise MachineError(
            f"the worker {where} has {has}",
            expected=f"{needs}, as on this machine",
            todo="install the same Sightline and the same packages there, start the worker again, and run this again",
        )


def _hash_code() -> str:
    package, digest = Path(sim.__file__).parent, hashlib.sha256()
    for name in _CODE_FOLDERS:
        for file in sorted((package / name).glob("**/*.py")):
            digest.update(file.relative_to(package).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return f"{sim.__version__} ({digest.hexdigest()[:8]})"
