"""The registry of furnishing kinds. A new kind is one function in a `furnish_` file and one line here."""

from collections.abc import Callable

import numpy as np

from sim.errors import SiteError
from sim.site.model import Furnishing, Site
from tools.authoring.furnish_class import (
    build_art,
    build_cart,
    build_crates,
    build_hanging_plants,
    build_science_bench,
    build_science_case,
)
from tools.authoring.furnish_gym import (
    build_ball_rack,
    build_bleachers,
    build_hoop,
    build_scoreboard,
    build_wall_pad,
)
from tools.authoring.furnish_halls import (
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
from tools.authoring.furnish_library import (
    build_armchair,
    build_book_trolley,
    build_bookcase,
    build_chair,
    build_round_table,
)
from tools.authoring.furnish_rooms import (
    build_cafeteria_table,
    build_desk,
    build_serving_counter,
    build_vending,
)
from tools.authoring.furnish_security import (
    build_belt_line,
    build_detector_head,
    build_detector_panel,
    build_screening_table,
)
from tools.authoring.furnish_stairs import build_guard_rail, build_lift_door, build_partition
from tools.authoring.furnish_walls import (
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
from tools.authoring.geometry import Frame, Model
from tools.authoring.outdoor_buildings import build_building
from tools.authoring.outdoor_grounds import (
    build_bike_rack,
    build_canopy,
    build_fence,
    build_flag_pole,
    build_lamp_post,
    build_monument_sign,
    build_picnic_table,
    build_playground,
    build_post,
    build_road,
    build_wall_lamp,
)
from tools.authoring.outdoor_plants import build_hedge, build_tree
from tools.authoring.outdoor_vehicles import build_bus, build_car

Builder = Callable[[Model, Frame, Furnishing, np.random.Generator], None]

KINDS: dict[str, Builder] = {
    "armchair": build_armchair,
    "art": build_art,
    "ball-rack": build_ball_rack,
    "banner": build_banner,
    "belt-line": build_belt_line,
    "bench": build_bench,
    "bike-rack": build_bike_rack,
    "bin": build_bin,
    "bleachers": build_bleachers,
    "book-trolley": build_book_trolley,
    "bookcase": build_bookcase,
    "building": build_building,
    "bus": build_bus,
    "cafeteria-table": build_cafeteria_table,
    "canopy": build_canopy,
    "car": build_car,
    "cart": build_cart,
    "chair": build_chair,
    "clock": build_clock,
    "crates": build_crates,
    "crest": build_crest,
    "desk": build_desk,
    "detector-head": build_detector_head,
    "detector-panel": build_detector_panel,
    "exit-sign": build_exit_sign,
    "extinguisher": build_extinguisher,
    "fence": build_fence,
    "flag-pole": build_flag_pole,
    "fountain": build_fountain,
    "guard-rail": build_guard_rail,
    "hanging-plants": build_hanging_plants,
    "hedge": build_hedge,
    "hoop": build_hoop,
    "lamp-post": build_lamp_post,
    "lift-door": build_lift_door,
    "lockers": build_lockers,
    "mat": build_mat,
    "monument-sign": build_monument_sign,
    "mural": build_mural,
    "notice-board": build_notice_board,
    "office-window": build_office_window,
    "partition": build_partition,
    "pennant": build_pennant,
    "picnic-table": build_picnic_table,
    "planter": build_planter,
    "playground": build_playground,
    "post": build_post,
    "poster": build_poster,
    "radiator": build_radiator,
    "road": build_road,
    "round-table": build_round_table,
    "science-bench": build_science_bench,
    "science-case": build_science_case,
    "scoreboard": build_scoreboard,
    "screening-table": build_screening_table,
    "serving-counter": build_serving_counter,
    "sign": build_sign,
    "tree": build_tree,
    "trophy-case": build_trophy_case,
    "vending": build_vending,
    "wall-lamp": build_wall_lamp,
    "wall-pad": build_wall_pad,
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
