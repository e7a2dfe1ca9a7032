"""All checks in order; the first that fails ends the run. `--quick` leaves out the browser and picture tests."""

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
TESTS = [*PYTHON, "pytest", "-q"]
COVERAGE = ["--cov", "--cov-report=term:skip-covered", "--cov-fail-under=85"]
SLOW = ["--ignore=tests/browser", "--ignore=tests/picture"]


def main(arguments: list[str]) -> int:
    """Run every step from the project's folder; return 0 when all pass."""
    quick = "--quick" in arguments
    tests = [*TESTS, *SLOW] if quick else [*TESTS, *COVERAGE]
    for name, command in (*STEPS, ("tests", tests)):
        print(f"== {name}", flush=True)
        began = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        if code != 0:
            print(f"== {name} failed (exit code {code})", flush=True)
            return code
        print(f"== {name} passed in {time.monotonic() - began:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
