"""The Python that runs, and its packages against `requirements.txt`. Needs none of them."""

import platform
import re
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sim.services.operations.doctor.finding import Finding, ok, warn, wrong

OLDEST = (3, 11)
NEWEST_TESTED = (3, 13)
_LINE = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*([^;#]*)")
_BOUND = re.compile(r"(>=|<=|==|<|>)\s*([0-9][0-9.]*)")
_INSTALL = "run `pip install -r requirements.txt` with this Python (`make run` does it)"


def check_python() -> Finding:
    """Return whether this Python is one that the program runs on."""
    text = f"{platform.python_version()}, {platform.system()} {platform.machine()}"
    if sys.version_info < OLDEST:
        return wrong("Python", text, todo="install Python 3.11 or newer from python.org or your package manager")
    if sys.version_info[:2] > NEWEST_TESTED:
        return warn("Python", f"{text}; newer than any it was tested on", todo="use Python 3.13 if something fails")
    return ok("Python", text)


def check_packages(requirements: Path) -> list[Finding]:
    """Return a finding for each package that is missing or of a wrong version, or one that all are right."""
    try:
        lines = requirements.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        return [wrong("packages", f"{requirements} cannot be read: {error.strerror}", todo="download Sightline again")]
    wanted = [found.groups() for line in lines if (found := _LINE.match(line.strip()))]
    findings = [finding for name, bounds in wanted if (finding := _check_package(name, bounds.strip()))]
    return findings or [ok("packages", f"all {len(wanted)} of requirements.txt, in versions that fit")]


def _check_package(name: str, bounds: str) -> Finding | None:
    try:
        found = version(name)
    except PackageNotFoundError:
        return wrong(f"package {name}", "is not installed", todo=_INSTALL)
    if all(_is_inside(found, sign, bound) for sign, bound in _BOUND.findall(bounds)):
        return None
    return wrong(f"package {name}", f"has version {found}, expected {bounds}", todo=_INSTALL)


def _is_inside(found: str, sign: str, bound: str) -> bool:
    """Compare two versions by their numbers: 1.10 is newer than 1.9, and 6.0 the same as 6."""
    have, want = _read_numbers(found), _read_numbers(bound)
    length = max(len(have), len(want))
    have, want = have + (0,) * (length - len(have)), want + (0,) * (length - len(want))
    return {">=": have >= want, "<=": have <= want, "==": have == want, "<": have < want, ">": have > want}[sign]


def _read_numbers(text: str) -> tuple[int, ...]:
    found = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(int(part) for part in found.group(0).split(".")) if found else ()
