"""Doors in their openings: steel frames with wooden leaves, glazed entrances, arches, and what is seen through them."""

from itertools import pairwise

import numpy as np

from sim.site.model import Opening, Site
from sim.site.plan import BACK_M, JAMB_M, list_leaves
from tools.authoring.geometry import Frame, Model, Spot
from tools.authoring.materials import (
    ALUMINIUM,
    DARK,
    GLASS,
    RED,
    STEEL,
    STYLES,
    WHITE,
    WOOD,
    Colour,
    Material,
    Style,
    paint,
)
from tools.authoring.pictures import draw_exit_sign, draw_poster, draw_sign
from tools.authoring.shell import ALCOVE_SIDE_M, build_alcove, get_elevation_m

BAY_M = 1.0
FRONT_M = 0.115
ALCOVE_DEPTH_M = {"classroom": 2.6, "office": 2.4, "restroom": 2.2, "stair": 2.2}
ROOM_STYLES = {"office": STYLES["office"], "stair": STYLES["stair"], "restroom": STYLES["plain"]}
SURFACES = {"wood": WOOD, "dark": DARK, "glass": GLASS, "steel": STEEL}
PANEL = paint((0.72, 0.73, 0.72), gloss=0.1)
SIGN_COLOURS: dict[str, Colour] = {"restroom": (0.02, 0.09, 0.30), "office": (0.18, 0.08, 0.03)}


def build_doors(model: Model, site: Site) -> None:
    for opening in site.openings:
        home = find_style(site, opening)
        if home is None:
            continue
        at = model.at(*opening.at, get_elevation_m(site, opening) + opening.z_m, facing_deg=opening.facing_deg)
        if opening.kind == "exterior":
            _build_entrance(at, opening)
        elif opening.kind == "stair" and opening.leads_to is not None and opening.z_m > 0:
            continue  # the same doorway stands on the upper floor, with its frame
        elif opening.kind in ("gap", "stair"):
            _build_arch(at, opening, home.accent)
        else:
            _build_room_door(at, opening, home.accent)
        if opening.leads_to is None and opening.kind in ALCOVE_DEPTH_M and opening.leaf == "open":
            style = ROOM_STYLES.get(opening.kind, home)
            build_alcove(model, site, opening, depth_m=ALCOVE_DEPTH_M[opening.kind], style=style)
            if opening.kind in ("classroom", "office"):
                _dress_room(at, opening)


def _dress_room(at: Spot, opening: Opening) -> None:
    """Hang posters on the side walls of the piece of room behind a door, and a whiteboard on its far wall."""
    rng = np.random.default_rng(sum(opening.door_id.encode()))
    half = opening.width_m / 2 + ALCOVE_SIDE_M
    back = -ALCOVE_DEPTH_M[opening.kind]
    for side, words in ((-1, "WORDS"), (1, "MAPS")):
        x = side * (half - 0.004)
        ends = [(x, back + 0.75, 1.35), (x, back + 1.35, 1.35)]
        left, right = ends if side > 0 else ends[::-1]
        tone = (0.05 + 0.3 * float(rng.random()), 0.12, 0.1 + 0.25 * float(rng.random()))
        at.add_picture(draw_poster(rng, words, tone), left, right, 0.8)
    at.add_box(STEEL, (-half * 0.8, back, 0.95), (half * 0.8, back + 0.02, 2.1), bevel_m=0.006)
    at.add_box(PANEL, (-half * 0.8 + 0.03, back, 0.98), (half * 0.8 - 0.03, back + 0.024, 2.07))
    at.add_box(WOOD, (half * 0.25, back + 0.1, 0.70), (half - 0.05, back + 0.7, 0.74), bevel_m=0.006)
    for x in (half * 0.25 + 0.04, half - 0.1):
        at.add_box(STEEL, (x, back + 0.15, 0.0), (x + 0.03, back + 0.65, 0.70))


def find_style(site: Site, opening: Opening) -> Style | None:
    """Return the style of the indoor space whose wall an opening is in, or None outdoors."""
    best = None
    frame = Frame.at(opening.at[0], opening.at[1], 0.0, facing_deg=opening.facing_deg)
    x, y = opening.at[0] + 0.3 * frame.axes[1, 0], opening.at[1] + 0.3 * frame.axes[1, 1]
    for space in site.spaces:
        xs, ys = [p[0] for p in space.polygon], [p[1] for p in space.polygon]
        if space.floor == opening.floor and min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys):
            best = best if space.kind == "outdoor" else STYLES[space.style]
    return best


def _build_frame(at: Spot, width_m: float, height_m: float, material: Material) -> None:
    half = width_m / 2
    for x in (-half, half - JAMB_M):
        at.add_box(material, (x, BACK_M, 0.0), (x + JAMB_M, FRONT_M, height_m), bevel_m=0.006)
    at.add_box(material, (-half, BACK_M, height_m - JAMB_M), (half, FRONT_M, height_m), bevel_m=0.006)
    for x in (-half - 0.03, half - 0.005):
        at.add_box(material, (x, 0.1, 0.0), (x + 0.035, FRONT_M + 0.004, height_m + 0.03), bevel_m=0.004)
    at.add_box(material, (-half, 0.1, height_m), (half, FRONT_M + 0.004, height_m + 0.03), bevel_m=0.004)


def _build_arch(at: Spot, opening: Opening, accent: Material) -> None:
    half, height = opening.width_m / 2, opening.height_m
    for x in (-half - 0.05, half - 0.015):
        at.add_box(accent, (x, -0.115, 0.0), (x + 0.065, 0.115, height + 0.05), bevel_m=0.008)
    at.add_box(accent, (-half - 0.05, -0.115, height - 0.012), (half + 0.05, 0.115, height + 0.05), bevel_m=0.008)


def _build_room_door(at: Spot, opening: Opening, accent: Material) -> None:
    _build_frame(at, opening.width_m, opening.height_m, accent)
    for leaf in list_leaves(opening):
        along_m, out_m, turn_deg = leaf.find_hinge(1.0 if opening.leaf == "open" else 0.0)
        hinge = at.move(along_m, out_m, turn_deg=turn_deg)
        for part in leaf.list_parts():
            hinge.add_box(SURFACES[part.surface], part.low, part.high, bevel_m=part.bevel_m)
    label = opening.name.removeprefix("Room ")
    colour = SIGN_COLOURS.get(opening.kind, (0.02, 0.05, 0.14))
    sign = draw_sign(label.replace(" ", "/"), colour)
    x = opening.width_m / 2 + 0.14
    at.add_box(DARK, (x - 0.01, 0.1, 1.48), (x + 0.27, 0.112, 1.70))
    at.add_picture(sign, (x, 0.1135, 1.49), (x + 0.26, 0.1135, 1.49), 0.20)
    blade = draw_sign(label.replace(" ", "/"), colour, size_px=(256, 160))
    z = min(opening.height_m + 0.16, 2.4)
    at.add_box(DARK, (-0.012, 0.1, z), (0.012, 0.5, z + 0.24), bevel_m=0.003)
    at.add_picture(blade, (-0.0135, 0.11, z + 0.01), (-0.0135, 0.49, z + 0.01), 0.22)
    at.add_picture(blade, (0.0135, 0.49, z + 0.01), (0.0135, 0.11, z + 0.01), 0.22)


def _build_entrance(at: Spot, opening: Opening) -> None:
    """Add a glazed aluminium front: side lights at the ends of a wide one, pairs of doors, a transom above."""
    half, height = opening.width_m / 2, opening.height_m
    bar = 0.06
    _build_storefront_rails(at, half, height, bar)
    leaf_height = min(2.12, height - 0.08)
    lights = BAY_M if opening.width_m > 4 else 0.0
    doors = opening.width_m - 2 * lights
    pairs = max(1, round(doors / 2))
    posts = [-half + lights + pair * doors / pairs for pair in range(pairs + 1)]
    for x in posts:
        at.add_box(ALUMINIUM, (x - bar / 2, -0.07, 0.0), (x + bar / 2, 0.07, height), bevel_m=0.005)
    if height - leaf_height > 0.2:
        at.add_box(ALUMINIUM, (-half, -0.07, leaf_height), (half, 0.07, leaf_height + bar), bevel_m=0.005)
    for x in (-half, half - lights) if lights else ():
        at.add_box(ALUMINIUM, (x, -0.05, 0.0), (x + lights, 0.05, 0.25), bevel_m=0.005)
        at.add_box(ALUMINIUM, (x, -0.05, 1.05), (x + lights, 0.05, 1.1), bevel_m=0.005)
    for start, end in pairwise(posts):
        width = (end - start - bar) / 2
        for x, side in ((start + bar / 2, 1), (end - bar / 2, -1)):
            turn = side * 86.0 if opening.leaf == "open" else 0.0
            _build_glazed_leaf(at.move(x, -0.03, turn_deg=turn), side, width - 0.005, leaf_height - 0.01)
    _hang_exit_sign(at, height)


def _build_storefront_rails(at: Spot, half: float, height: float, bar: float) -> None:
    for x in (-half, half - bar):
        at.add_box(ALUMINIUM, (x, -0.16, 0.0), (x + bar, 0.12, height), bevel_m=0.005)
    at.add_box(ALUMINIUM, (-half, -0.16, height - bar), (half, 0.12, height), bevel_m=0.005)
    at.add_box(STEEL, (-half, -0.16, 0.0), (half, 0.12, 0.008))


def _build_glazed_leaf(at: Spot, side: int, width_m: float, height_m: float) -> None:
    stile = 0.075
    for start in (0.0, width_m - stile):
        a, b = sorted((side * start, side * (start + stile)))
        at.add_box(ALUMINIUM, (a, -0.022, 0.012), (b, 0.022, height_m), bevel_m=0.005)
    left, right = sorted((0.0, side * width_m))
    for low, high in ((0.012, 0.24), (height_m - 0.1, height_m)):
        at.add_box(ALUMINIUM, (left, -0.022, low), (right, 0.022, high), bevel_m=0.005)
    at.add_box(STEEL, (left + 0.05, 0.022, 0.98), (right - 0.05, 0.075, 1.05), bevel_m=0.012)
    at.add_box(STEEL, (left + 0.1, -0.07, 0.9), (left + 0.13, -0.03, 1.2), bevel_m=0.01)


def _hang_exit_sign(at: Spot, height_m: float) -> None:
    z = height_m + 0.09
    at.add_box(WHITE, (-0.19, 0.1, z), (0.19, 0.16, z + 0.22), bevel_m=0.008)
    at.add_picture(draw_exit_sign(), (-0.17, 0.1615, z + 0.02), (0.17, 0.1615, z + 0.02), 0.18)
    at.add_box(RED, (-0.19, 0.1, z - 0.012), (0.19, 0.16, z))
