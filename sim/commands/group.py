"""All commands by their names; the module of one is loaded when it is asked for."""

import importlib
import sys
from typing import Any

import click

MODULES = {
    "serve": "upkeep",
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


class _Commands(click.Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(MODULES)

    def get_command(self, _ctx: click.Context, name: str) -> Any:
        return getattr(importlib.import_module(f"sim.commands.{MODULES[name]}"), name) if name in MODULES else None


SETTINGS = {"help_option_names": ["-h", "--help"], "show_default": True, "max_content_width": 120}
COMMANDS = _Commands("sim", help="Sightline: camera-search drills for schools", context_settings=SETTINGS)


def run(arguments: list[str] | None) -> int:
    """Run one command; return its exit code, 2 for words that are no command. Raises what the command raises."""
    name = "sightline" if sys.argv[0].endswith("sightline") else "python -m sim"
    try:
        return int(COMMANDS.main(arguments, prog_name=name, standalone_mode=False))
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        sys.stderr.write("stopped\n")
        return 130
