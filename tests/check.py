"""All checks: those that read the code two at a time, then, when all of these pass, the tests.

`--quick` runs the tests of units and contracts alone, without those marked slow; `--coverage` also measures which lines
the tests run, at about twice the time, and fails below 85 %; `--without-javascript` is for a machine that node cannot
be had for.

Tests in browsers run after the others, in three processes, as they wait half of their time; the others in two: beside
each other they take a third longer. Their files are in memory where there is room, and the modules they compile are
kept for the next process. The last lines tell what took how long.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = [sys.executable, "-m"]
JAVASCRIPT = [sys.executable, "tests/javascript.py"]
READERS: tuple[tuple[str, list[str]], ...] = (
    ("style", [*PYTHON, "ruff", "check", "."]),
    ("format", [*PYTHON, "ruff", "format", "--check", "."]),
    ("types", [*PYTHON, "mypy", "--num-workers=2"]),
    (
        "contracts",
        [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"],
    ),
    ("requirements", [*PYTHON, "deptry", "."]),
    ("dead code", [*PYTHON, "vulture"]),
    ("javascript style", [*JAVASCRIPT, "style"]),
    ("javascript types", [*JAVASCRIPT, "types"]),
    ("javascript units", [*JAVASCRIPT, "units"]),
)
BY_FILE = ["--dist", "loadfile", "--no-loadscope-reorder"]
TESTS = [*PYTHON, "pytest", "-q", "--durations=15", "-o", "tmp_path_retention_policy=failed", *BY_FILE]
MEMORY = Path("/dev/shm")
ROOM_BYTES = 4 * 1024**3
BROWSER = ("tests/browser", "tests/engines")
QUICK = ["-n", "2", "tests/architecture", "tests/contract", "tests/unit", "-m", "not slow"]
WITHOUT_BROWSERS = ["-n", "2", "-m", "not machine", "tests", *(f"--ignore={folder}" for folder in BROWSER)]
IN_BROWSERS = ["-n", "3", "-m", "not machine", *BROWSER]
COVERAGE = (
    ["--cov", "--cov-report="],
    ["--cov-append", "--cov", "--cov-report=term:skip-covered", "--cov-fail-under=85"],
)
AT_ONCE = 2
KEEPS_NOTHING = "PYTHONDONTWRITEBYTECODE"
"""Where this is set, each process compiles all its modules again: 14 s for all tests, half a second for a server."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""There are more processes than cores: threads of matrix products would wait for each other, computing."""


def choose_folder(environ: Mapping[str, str], memory: Path = MEMORY) -> Path | None:
    if "TMPDIR" in environ or not memory.is_dir() or not os.access(memory, os.W_OK):
        return None
    return memory if shutil.disk_usage(memory).free >= ROOM_BYTES else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended.

    Attributes:
        code: its exit code.
        took_s: from its start to its end.
        said: its words, "" where they were shown at once.
    """

    code: int
    took_s: float
    said: str


def run(command: Sequence[str], *, shows: bool) -> Ended:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sightline-tests-", dir=choose_folder(os.environ)) as folder:
        Path(folder).chmod(0o755)
        ended = subprocess.run(
            command,
            cwd=ROOT,
            check=False,
            env={**ONE_THREAD, **os.environ, KEEPS_NOTHING: "", "TMPDIR": folder},
            stdout=None if shows else subprocess.PIPE,
            stderr=None if shows else subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    return Ended(code=ended.returncode, took_s=time.monotonic() - began, said=ended.stdout or "")


def tell(name: str, ended: Ended) -> str:
    said = "passed" if ended.code == 0 else f"failed (exit code {ended.code})"
    print(f"{ended.said}== {name} {said} in {ended.took_s:.0f} s", flush=True)
    return f"{name} {ended.took_s:.0f}"


def run_steps(
    readers: Sequence[tuple[str, Sequence[str]]], tests: Sequence[tuple[str, Sequence[str]]]
) -> tuple[int, list[str]]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        started = [(name, pool.submit(run, command, shows=False)) for name, command in readers]
        times = []
        for name, ended in started:
            print(f"== {name}", flush=True)
            times.append(tell(name, ended.result()))
    codes = [ended.result().code for _, ended in started]
    if not any(codes):
        for name, command in tests:
            print(f"== {name}", flush=True)
            tested = run(command, shows=True)
            times.append(tell(name, tested))
            codes.append(tested.code)
    return next(filter(None, codes), 0), times


def main(arguments: list[str]) -> int:
    began = time.monotonic()
    if "--quick" in arguments:
        tests = [("tests", [*TESTS, *QUICK])]
    else:
        first, then = COVERAGE if "--coverage" in arguments else ([], [])
        tests = [("tests", [*TESTS, *WITHOUT_BROWSERS, *first]), ("browser tests", [*TESTS, *IN_BROWSERS, *then])]
    has_javascript = "--without-javascript" not in arguments
    readers = [step for step in READERS if has_javascript or not step[0].startswith("javascript")]
    code, times = run_steps(readers, tests)
    left_out = "" if has_javascript else "; the JavaScript was not checked"
    print(f"== {time.monotonic() - began:.0f} s in all: {', '.join(times)}{left_out}", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
