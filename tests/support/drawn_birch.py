"""Birch as somebody draws it, with clicks that are off."""

import numpy as np

from sim.services.own_school.ready import describe_site, draw_plan
from sim.site.drawing import Drawing, apply_changes, make_empty_drawing
from sim.site.model import Site

OFF_M = 0.1


def draw_birch(birch: Site, *, seed: int, with_furniture: bool = True) -> Drawing:
    """Return a drawing of it whose corners and doors are all off by up to 14 cm."""
    dice = np.random.default_rng(seed)

    def shake(point: tuple[float, float]) -> tuple[float, float]:
        x, y = np.asarray(point) + dice.uniform(-OFF_M, OFF_M, 2)
        return float(x), float(y)

    changes = []
    for change in describe_site(birch, size_wh=draw_plan(birch).size):
        now = dict(change.now or {})
        if change.kind == "spaces":
            now["polygon"] = [shake(point) for point in now["polygon"]]
        if change.kind == "doors":
            now["at"] = shake(now["at"])
        if with_furniture or change.kind != "things":
            changes.append(change.model_copy(update={"now": now}))
    return apply_changes(make_empty_drawing("Birch"), changes)
