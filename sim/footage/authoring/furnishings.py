"""The registry of furnishing kinds. A new kind is one function in a `furnish_` file and one line here."""

from collections.abc import Callable

import numpy as np

from sim.errors import SiteError
from sim.footage.authoring.furnish_halls import (
    build_bench,
    build_bin,
    build_extinguisher,
    build_fountain,
    build_lockers,
    build_planter,
    build_radiator,
    build_trophy_case,
    build_window,
)
from sim.footage.authoring.furnish_rooms import (
    build_cafeteria_table,
    build_desk,
    build_serving_counter,
    build_vending,
)
from sim.footage.authoring.furnish_walls import (
    build_banner,
    build_clock,
    build_crest,
    build_exit_sign,
    build_mat,
    build_mural,
    build_notice_board,
    build_office_window,
    build_pennant,
    build_poster,
    build_sign,
)
from sim.footage.authoring.geometry import Frame, Model
from sim.site.model import Furnishing, Site

Builder = Callable[[Model, Frame, Furnishing, np.random.Generator], None]

KINDS: dict[str, Builder] = {
    "banner": build_banner,
    "bench": build_bench,
    "bin": build_bin,
    "cafeteria-table": build_cafeteria_table,
    "clock": build_clock,
    "crest": build_crest,
    "desk": build_desk,
    "exit-sign": build_exit_sign,
    "extinguisher": build_extinguisher,
    "fountain": build_fountain,
    "lockers": build_lockers,
    "mat": build_mat,
    "mural": build_mural,
    "notice-board": build_notice_board,
    "office-window": build_office_window,
    "pennant": build_pennant,
    "planter": build_planter,
    "poster": build_poster,
    "radiator": build_radiator,
    "serving-counter": build_serving_counter,
    "sign": build_sign,
    "trophy-case": build_trophy_case,
    "vending": build_vending,
    "window": build_window,
}


def build_furnishings(model: Model, site: Site, seed: int) -> None:
    """Add every furnishing of a site; each has its own random stream, so that adding one changes no other.

    Raises:
        SiteError: the kind is not known.
    """
    floors = {f.floor_id: f.elevation_m for f in site.floors}
    for item in site.furnishings:
        if item.kind not in KINDS:
            raise SiteError(f"furnishing kind {item.kind!r} is not known", expected=f"one of {', '.join(KINDS)}")
        key = [seed, *(round(v * 100) + 100_000 for v in item.at), sum(item.kind.encode())]
        rng = np.random.default_rng(np.random.SeedSequence(key))
        frame = Frame.at(item.at[0], item.at[1], floors[item.floor] + item.z_m, facing_deg=item.facing_deg)
        KINDS[item.kind](model, frame, item, rng)
