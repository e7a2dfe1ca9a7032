"""Where a teacher stands at the door of a classroom: beside it, looking down the hall, in nobody's way."""

import math
from collections.abc import Sequence

import numpy as np

from sim.crowd.generator.stories.halts import Halt, HaltKind
from sim.crowd.places.routes import RouteMap
from sim.site.model import Site

_BESIDE_M = 0.42
_OUT_M = 0.42
_CLEAR_M = 0.3
_TURN_RAD = 0.9


def list_doorways(site: Site, routes: RouteMap, door_ids: Sequence[str]) -> list[Halt]:
    """Return one place beside each of the doors that has room for it; `facing_deg` is down the hall."""
    found: list[Halt] = []
    for opening in site.openings:
        if opening.door_id not in door_ids:
            continue
        ground, normal = routes.grounds[opening.floor], math.radians(opening.facing_deg)
        for side in (1.0, -1.0):
            along_m = side * (opening.width_m / 2 + _BESIDE_M)
            x = opening.at[0] + _OUT_M * math.cos(normal) - along_m * math.sin(normal)
            y = opening.at[1] + _OUT_M * math.sin(normal) + along_m * math.cos(normal)
            at = (round(x, 3), round(y, 3))
            clear_m = float(ground.compute_clearance_m(np.asarray([at]))[0])
            if clear_m < _CLEAR_M or not ground.plan.is_walkable(at) or not routes.entries.can_reach(opening.floor, at):
                continue
            facing = round(math.degrees(math.remainder(normal + side * _TURN_RAD, 2 * math.pi)))
            step = {"do": "stand", "floor": opening.floor, "at": list(at), "facing_deg": facing}
            node = routes.get_door_node(opening.door_id)
            zone = ground.plan.find_zone(at) or ""
            found.append(Halt(kind=HaltKind.DOORWAY, node=node, zone=zone, step=step))
            break
    return found
