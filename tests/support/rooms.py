"""The modules of the product between database and server, found by themselves."""

import pkgutil
from collections.abc import Iterator

from sim import app, builds, console, features, ledger, rules, server, ui
from sim.ui.page import pages

SCRIPTS = {f"sim.features.{page.file.replace('/', '.')}" for page in pages.PAGES} | {"sim.server.page"}
"""What Streamlit runs, anew each time."""


def list_modules() -> Iterator[str]:
    for package in (app, builds, console, features, ledger, rules, server, ui):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if info.name not in SCRIPTS:
                yield info.name


def list_logic() -> Iterator[str]:
    """Yield the modules of what the product does, without pages and what draws and serves them."""
    for name in list_modules():
        if not name.startswith(("sim.ui.", "sim.server.")) and ".page" not in name and ".routes" not in name:
            yield name


def name_module(module: str) -> str:
    """Return the short name of a module: "team.looks", "rules.held"."""
    return module.removeprefix("sim.").removeprefix("features.")
