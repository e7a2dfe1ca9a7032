"""The command line: `python -m sim COMMAND`.

Whatever Python the user has reads this file first: it keeps to syntax that old versions accept.
"""

import importlib
import os
import sys

from sim.errors import SimError

# chosen when Arrow is loaded: its own pools keep 20 MB after a truth was read; what the system's keeps is given back
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

OLDEST_PYTHON = (3, 11)


def main(arguments: "list[str] | None" = None) -> int:
    """Run one command; return the exit code. Every expected failure is one message on stderr, never a traceback."""
    if sys.version_info < OLDEST_PYTHON:
        needed = ".".join(str(part) for part in OLDEST_PYTHON)
        found = ".".join(str(part) for part in sys.version_info[:3])
        sys.stderr.write(
            f"error: this is Python {found}. Expected: Python {needed} or newer. "
            "What to do: install it from python.org or your package manager, then run again.\n"
        )
        return 1
    return _run(arguments)


def _run(arguments: "list[str] | None") -> int:
    try:
        # an old Python cannot read it
        return int(importlib.import_module("sim.commands.group").run(arguments))
    except SimError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "sim":
            raise
        sys.stderr.write(
            f"error: the Python package {error.name!r} is missing. Expected: the packages of requirements.txt. "
            "What to do: run `make run`, or `pip install -r requirements.txt`.\n"
        )
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except OSError as error:
        if error.filename is None:
            raise
        sys.stderr.write(
            f"error: {error.filename} cannot be used: {error.strerror}. What to do: check the path, and the disk.\n"
        )
        return 1


if __name__ == "__main__":
    sys.exit(main())
