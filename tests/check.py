"""All checks in order; the first that fails ends the run. `--quick` leaves out the browser and picture tests.

The tests run in two processes, as tests/support/two_lanes.py shares them out. The last lines tell what took how long.
"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = [sys.executable, "-m"]
STEPS: tuple[tuple[str, list[str]], ...] = (
    ("style", [*PYTHON, "ruff", "check", "."]),
    ("format", [*PYTHON, "ruff", "format", "--check", "."]),
    ("types", [*PYTHON, "mypy"]),
    (
        "contracts",
        [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"],
    ),
)
TESTS = [*PYTHON, "pytest", "-q", "-n", "2", "--durations=15"]
COVERAGE = ["--cov", "--cov-report=term:skip-covered", "--cov-fail-under=85"]
SLOW = ["--ignore=tests/browser", "--ignore=tests/picture"]


def main(arguments: list[str]) -> int:
    """Run every step from the project's folder; return 0 when all pass."""
    quick = "--quick" in arguments
    tests = [*TESTS, *SLOW] if quick else [*TESTS, *COVERAGE]
    times_s: dict[str, float] = {}
    code = 0
    for name, command in (*STEPS, ("tests", tests)):
        print(f"== {name}", flush=True)
        began = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        times_s[name] = time.monotonic() - began
        said = "passed" if code == 0 else f"failed (exit code {code})"
        print(f"== {name} {said} in {times_s[name]:.0f} s", flush=True)
        if code != 0:
            break
    steps = ", ".join(f"{name} {seconds:.0f}" for name, seconds in times_s.items())
    print(f"== {sum(times_s.values()):.0f} s in all: {steps}", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
