"""Measurements of speed: the parts there are."""

import importlib
from collections.abc import Callable, Mapping

from sim.lab.bench.rig.figures import Figure

PARTS = {
    "render": "sim.lab.bench.render",
    "score": "sim.lab.bench.score",
    "search": "sim.lab.bench.search",
    "start": "sim.lab.bench.server.start",
    "server": "sim.lab.bench.server.measure",
    "home": "sim.lab.bench.home",
    "console": "sim.lab.bench.console.run",
    "debrief": "sim.lab.bench.debrief",
    "compare": "sim.lab.bench.compare",
    "district": "sim.lab.bench.district",
    "ledger": "sim.lab.bench.ledger",
    "site": "sim.lab.bench.site",
    "editor": "sim.lab.bench.editor",
    "annotator": "sim.lab.bench.clips.annotator",
    "clips": "sim.lab.bench.clips.measure",
    "figures": "sim.lab.bench.people_figures",
}


def measure_part(
    part: str, *, on_step: Callable[[str], None], options: Mapping[str, object] | None = None
) -> tuple[Figure, ...]:
    """Run one of `PARTS`: its module's `measure(on_step=..., **options)`; `on_step` hears what is being done."""
    figures: tuple[Figure, ...] = importlib.import_module(PARTS[part]).measure(on_step=on_step, **(options or {}))
    return figures
