"""The command line: `python -m sim COMMAND`.

Whatever Python the user has reads this file first: it keeps to syntax that old versions accept.
"""

import argparse
import importlib
import os
import sys

from sim.errors import SimError

# chosen when Arrow is loaded: its own pools keep 20 MB after a truth was read; what the system's keeps is given back
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

OLDEST_PYTHON = (3, 11)
COMMANDS = {
    "serve": "serve",
    "accounts": "people",
    "footage": "footage",
    "site": "site",
    "scenario": "drills",
    "forms": "drills",
    "consoles": "drills",
    "score": "results",
    "compare": "results",
    "power": "results",
    "demo": "upkeep",
    "doctor": "upkeep",
    "support": "upkeep",
    "fresh": "footage",
    "roster": "people",
    "cmi5": "drills",
    "backup": "upkeep",
    "restore": "upkeep",
    "records": "records",
}
"""Each command, and the module of `sim.commands` that has it."""


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


def make_parser(modules: "tuple[str, ...]" = ()) -> argparse.ArgumentParser:
    """Return the parser of some modules of `sim.commands`, of all where none is named."""
    name = "sightline" if sys.argv[0].endswith("sightline") else "python -m sim"
    parser = argparse.ArgumentParser(prog=name, description="Sightline: camera-search drills for schools")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in modules or dict.fromkeys(COMMANDS.values()):
        importlib.import_module(f"sim.commands.{module}").register(subparsers)
    return parser


def _run(arguments: "list[str] | None") -> int:
    asked = (sys.argv[1:] if arguments is None else arguments)[:1]
    args = make_parser(tuple(COMMANDS[name] for name in asked if name in COMMANDS)).parse_args(arguments)
    try:
        return int(args.run(args))
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
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
