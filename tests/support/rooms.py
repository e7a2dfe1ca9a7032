"""The modules of the product between database and server, found by themselves."""

from collections.abc import Iterator
from pathlib import Path

from sim.ui.page import pages

SIM = Path(__file__).resolve().parents[2] / "sim"

SCRIPTS = {f"sim.features.{page.file.replace('/', '.')}" for page in pages.PAGES} | {"sim.server.page"}
"""What Streamlit runs, anew each time."""


def list_modules() -> Iterator[str]:
    for room in ("app", "builds", "console", "features", "ledger", "rules", "server", "ui"):
        for path in sorted((SIM / room).rglob("*.py")):
            name = ".".join(("sim", *path.relative_to(SIM).with_suffix("").parts)).removesuffix(".__init__")
            if name not in SCRIPTS:
                yield name


def list_logic() -> Iterator[str]:
    for name in list_modules():
        if not name.startswith(("sim.ui.", "sim.server.")) and ".page" not in name and ".routes" not in name:
            yield name


def name_module(module: str) -> str:
    return module.removeprefix("sim.").removeprefix("features.")
