"""The registry of furnishing kinds: `build_round_table` of these files builds what a site calls `round-table`."""

from collections.abc import Callable

import numpy as np

from sim.errors import SiteError
from sim.site.model import Furnishing, Site
from tools.authoring import furnish_halls, furnish_rooms, furnish_walls, outdoor_grounds, outdoor_vehicles
from tools.authoring.geometry import Model, Spot

Builder = Callable[[Spot, Furnishing, np.random.Generator], None]

KINDS: dict[str, Builder] = {
    name.removeprefix("build_").replace("_", "-"): build
    for module in (furnish_halls, furnish_rooms, furnish_walls, outdoor_grounds, outdoor_vehicles)
    for name, build in sorted(vars(module).items())
    if name.startswith("build_")
}


def build_furnishings(model: Model, site: Site, seed: int) -> None:
    """Add every furnishing of a site; each has its own random stream, so that adding one changes no other."""
    floors = {f.floor_id: f.elevation_m for f in site.floors}
    for item in site.furnishings:
        if item.kind not in KINDS:
            raise SiteError(f"furnishing kind {item.kind!r} is not known", expected=f"one of {', '.join(KINDS)}")
        key = [seed, *(round(v * 100) + 100_000 for v in item.at), sum(item.kind.encode())]
        rng = np.random.default_rng(np.random.SeedSequence(key))
        at = model.at(*item.at, floors[item.floor] + item.z_m, facing_deg=item.facing_deg)
        KINDS[item.kind](at, item, rng)
