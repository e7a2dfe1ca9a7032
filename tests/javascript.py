"""The checks of the JavaScript: `style`, `types` or `units`; the exit code is 0 when there is nothing to mend.

The style is oxlint's (.oxlintrc.json), the types are those of the comments and `.d.ts` files, held by TypeScript
(sim/jsconfig.json), the units run in node's own test runner (tests/js). Oxlint and node come with
requirements-dev.txt; TypeScript is an npm package, named by package-lock.json, and installed here when it is missing
or another one. The app needs none of it. See docs/decisions/003-console-files-joined-in-python.md.
"""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = sysconfig.get_path("scripts")
LOCK = ROOT / "package-lock.json"
INSTALLED = ROOT / "node_modules" / ".package-lock.json"
TYPESCRIPT = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
FOLDERS = ["sim", "tests/js"]


class ToolMissingError(Exception):
    """A tool cannot be had; the message says what to do."""


def find_tool(name: str) -> str:
    """Return the path of a program that requirements-dev.txt installs beside this Python.

    Raises:
        ToolMissingError: it is not there.
    """
    path = shutil.which(name, path=SCRIPTS)
    if path is None:
        raise ToolMissingError(
            f"{name} is not installed. What to do: run `make check`, or `pip install -r requirements-dev.txt` in the "
            f"environment of {sys.executable}. Where no wheel of it fits this machine, run all other steps: "
            f"`python tests/check.py --without-javascript`."
        )
    return path


def install_typescript() -> None:
    """Install what package-lock.json names, unless that is done.

    Raises:
        ToolMissingError: npm cannot.
    """
    if INSTALLED.is_file() and TYPESCRIPT.is_file() and INSTALLED.stat().st_mtime >= LOCK.stat().st_mtime:
        return
    print("Installing TypeScript ...", flush=True)
    command = [find_tool("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        raise ToolMissingError(
            "TypeScript could not be installed. What to do: `npm ci` in the project's folder needs the npm registry, "
            "once; try again with a connection. All other steps: `python tests/check.py --without-javascript`."
        )
    INSTALLED.touch()


def make_command(check: str) -> list[str]:
    """Return the command of a check.

    Raises:
        ToolMissingError: what it runs with cannot be had.
    """
    match check:
        case "style":
            return [find_tool("oxlint"), "--deny-warnings", *FOLDERS]
        case "types":
            install_typescript()
            return [find_tool("node"), str(TYPESCRIPT), "--project", "sim/jsconfig.json"]
        case _:
            return [find_tool("node"), "--import=./tests/js/joined.js", "--test", "tests/js/**/*.test.js"]


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in ("style", "types", "units"):
        print("error: which check? What to do: name one of style, types, units.", file=sys.stderr)
        return 2
    try:
        command = make_command(arguments[0])
    except ToolMissingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
