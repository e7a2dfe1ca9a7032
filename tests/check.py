"""All checks in order; the first that fails ends the run.

`--quick` leaves out the browser and picture tests; `--coverage` also measures which lines the tests run, at about twice
the time, and fails below 85 %; `--without-javascript` is for a machine that node cannot be had for.

The tests run in two processes, as tests/support/two_lanes.py shares them out, with their files in memory where there is
room (docs/decisions/090-tests-in-two-processes.md). The last lines tell what took how long.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = [sys.executable, "-m"]
JAVASCRIPT = [sys.executable, "tests/javascript.py"]
STEPS: tuple[tuple[str, list[str]], ...] = (
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
TESTS = [*PYTHON, "pytest", "-q", "-n", "2", "--durations=15", "-o", "tmp_path_retention_policy=failed"]
COVERAGE = ["--cov", "--cov-report=term:skip-covered", "--cov-fail-under=85"]
MEMORY = Path("/dev/shm")
ROOM_BYTES = 4 * 1024**3
SLOW = ["--ignore=tests/browser", "--ignore=tests/picture"]


def choose_folder(environ: Mapping[str, str], memory: Path = MEMORY) -> Path | None:
    """Return where in memory the tests' files may go; None where there is no room, or the user has set a folder."""
    if "TMPDIR" in environ or not memory.is_dir() or not os.access(memory, os.W_OK):
        return None
    return memory if shutil.disk_usage(memory).free >= ROOM_BYTES else None


def run(command: list[str]) -> int:
    """Run a command from the project's folder; return its exit code."""
    with tempfile.TemporaryDirectory(prefix="sightline-tests-", dir=choose_folder(os.environ)) as folder:
        Path(folder).chmod(0o755)
        return subprocess.run(command, cwd=ROOT, check=False, env={**os.environ, "TMPDIR": folder}).returncode


def main(arguments: list[str]) -> int:
    """Run every step from the project's folder; return 0 when all pass."""
    quick = "--quick" in arguments
    tests = [*TESTS, *(SLOW if quick else ()), *(COVERAGE if "--coverage" in arguments else ())]
    times_s: dict[str, float] = {}
    code = 0
    steps = [step for step in STEPS if "--without-javascript" not in arguments or not step[0].startswith("javascript")]
    for name, command in (*steps, ("tests", tests)):
        print(f"== {name}", flush=True)
        began = time.monotonic()
        code = run(command)
        times_s[name] = time.monotonic() - began
        said = "passed" if code == 0 else f"failed (exit code {code})"
        print(f"== {name} {said} in {times_s[name]:.0f} s", flush=True)
        if code != 0:
            break
    took = ", ".join(f"{name} {seconds:.0f}" for name, seconds in times_s.items())
    left_out = "; the JavaScript was not checked" if len(steps) < len(STEPS) else ""
    print(f"== {sum(times_s.values()):.0f} s in all: {took}{left_out}", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
