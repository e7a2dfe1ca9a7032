"""The shell of a building from its site file: floors, walls with their openings, ceilings, lamps, stairs."""

from itertools import pairwise

import numpy as np
from shapely import unary_union
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from sim.site.model import Furnishing, Opening, Ramp, Site, Space
from sim.site.plan import WALL_THICKNESS_M, make_doorway
from tools.authoring.geometry import Frame, Model, Spot
from tools.authoring.materials import BASE, BRICK, CEILING, CONCRETE, DARK, STEEL, STYLES, WHITE, Style, lamp, paint

HALF_WALL_M = WALL_THICKNESS_M / 2
LAMP_SIZE_M = (1.19, 0.59)
BASE_HEIGHT_M = 0.1
ALCOVE_SIDE_M = 1.2

Hole = tuple[BaseGeometry, float, float]


def build_shell(model: Model, site: Site) -> None:
    for space in site.spaces:
        if space.kind == "outdoor":
            continue
        style = STYLES[space.style]
        outline = Polygon(space.polygon)
        holes = list_holes(site, space)
        height = get_height_m(site, space)
        base = get_elevation_m(site, space)
        _build_floor(model, outline, style, base)
        _build_walls(model, site, space, outline=outline, holes=holes)
        _build_ceiling(model, outline, style, base + height, group=space.zone_id)
    for ramp in site.ramps:
        _build_ramp(model, site, ramp)


def get_height_m(site: Site, space: Space) -> float:
    return space.height_m or next(f.height_m for f in site.floors if f.floor_id == space.floor)


def get_elevation_m(site: Site, placed: Space | Opening | Furnishing | Ramp) -> float:
    """Return the height of a thing's floor above the site's zero, meters."""
    return next(f.elevation_m for f in site.floors if f.floor_id == placed.floor)


def list_holes(site: Site, space: Space) -> list[Hole]:
    """Return the holes in a space's walls: outline in plan, lowest and highest point above the floor in meters."""
    holes: list[Hole] = []
    for opening in site.openings:
        if opening.floor == space.floor:
            shape = make_doorway(opening, inward_m=0.3, outward_m=0.3)
            holes.append((shape, opening.z_m, opening.z_m + opening.height_m))
    for item in site.furnishings:
        if item.floor == space.floor and item.kind == "window":
            holes.append((_make_window_slot(item), item.z_m, item.z_m + item.size_m[2]))
    return holes


def _make_window_slot(item: Furnishing) -> Polygon:
    frame = Frame.at(item.at[0], item.at[1], 0.0, facing_deg=item.facing_deg)
    half = item.size_m[0] / 2
    corners = np.array([[-half, -0.4, 0.0], [half, -0.4, 0.0], [half, 0.1, 0.0], [-half, 0.1, 0.0]])
    return Polygon(frame.compute_world(corners)[:, :2])


def _build_floor(model: Model, outline: Polygon, style: Style, base_m: float) -> None:
    start, width = style.border_m
    outer = outline.buffer(-HALF_WALL_M - start, join_style="mitre")
    inner = outline.buffer(-HALF_WALL_M - start - width, join_style="mitre")
    model.add_slab(style.border, outer.difference(inner), base_m, up=True)
    model.add_slab(style.floor, unary_union([inner, outline.difference(outer)]), base_m, up=True)
    model.add_extrusion(CONCRETE, outline, base_m - 0.3, base_m - 0.02)


def _build_walls(model: Model, site: Site, space: Space, *, outline: Polygon, holes: list[Hole]) -> None:
    style = STYLES[space.style]
    base, height = get_elevation_m(site, space), get_height_m(site, space)
    others = unary_union([Polygon(s.polygon) for s in _list_neighbors(site, space)])
    inside = outline.buffer(-HALF_WALL_M, join_style="mitre")
    ring = outline.difference(inside)
    outside = outline.buffer(HALF_WALL_M + 0.06, join_style="mitre").difference(unary_union([outline, others]))
    levels = sorted({0.0, style.rail_m, height + 0.04, *(z for _, low, high in holes for z in (low, high))})
    levels = [z for z in levels if 0.0 <= z <= height + 0.04]
    for low, high in pairwise(levels):
        cut = unary_union([shape for shape, bottom, top in holes if bottom <= low + 1e-6 and top >= high - 1e-6])
        paintwork = style.lower if high <= style.rail_m + 1e-6 else style.upper
        model.add_extrusion(paintwork, ring.difference(cut), base + low, base + high)
        model.add_extrusion(BRICK, outside.difference(cut), base + low, base + high)
    _build_trim(model, inside, holes, style, base)


def _list_neighbors(site: Site, space: Space) -> list[Space]:
    """Return the other indoor spaces at the same height, on whatever floor they are counted."""
    low = get_elevation_m(site, space)
    high = low + get_height_m(site, space)
    return [
        s
        for s in site.spaces
        if s.zone_id != space.zone_id
        and s.kind != "outdoor"
        and get_elevation_m(site, s) < high
        and get_elevation_m(site, s) + get_height_m(site, s) > low
    ]


def _build_trim(model: Model, inside: BaseGeometry, holes: list[Hole], style: Style, base: float) -> None:
    doors = unary_union([shape.buffer(0.07, join_style="mitre") for shape, low, _ in holes if low <= 0.01])
    skirting = inside.difference(inside.buffer(-0.014, join_style="mitre")).difference(doors)
    model.add_extrusion(BASE, skirting, base, base + BASE_HEIGHT_M)
    cut = unary_union(
        [shape.buffer(0.07, join_style="mitre") for shape, low, high in holes if low < style.rail_m < high]
    )
    rail = inside.difference(inside.buffer(-0.012, join_style="mitre")).difference(cut)
    model.add_extrusion(style.accent, rail, base + style.rail_m - 0.03, base + style.rail_m + 0.045)


def _build_ceiling(model: Model, outline: Polygon, style: Style, z_m: float, *, group: str) -> None:
    panels = [panel for part in list_rectangles(outline) for panel in _list_lamps(part, style.lamp_pitch_m)]
    wells = unary_union(panels)
    model.add_slab(CEILING, outline.difference(wells), z_m, up=False)
    model.add_extrusion(CONCRETE, outline.buffer(0.05), z_m + 0.13, z_m + 0.4)
    material = lamp((1.0, 0.955, 0.86), style.lamp_radiance, group=group)
    for panel in panels:
        frame = panel.difference(panel.buffer(-0.028, join_style="mitre"))
        model.add_extrusion(WHITE, frame, z_m - 0.006, z_m + 0.1)
        model.add_slab(material, panel.buffer(-0.028, join_style="mitre"), z_m + 0.03, up=False)


def list_rectangles(outline: Polygon) -> list[Polygon]:
    """Cut a right-angled outline into rectangles at its corners, joining those that fit together along x."""
    xs = sorted({round(x, 3) for x, _ in outline.exterior.coords})
    pieces: list[Polygon] = []
    low_y, high_y = outline.bounds[1], outline.bounds[3]
    for left, right in pairwise(xs):
        strip = outline.intersection(box(left, low_y, right, high_y))
        for part in getattr(strip, "geoms", [strip]):
            if not isinstance(part, Polygon) or part.is_empty:
                continue
            x1, y1, x2, y2 = part.bounds
            last = pieces[-1].bounds if pieces else None
            if last and abs(last[2] - x1) < 1e-6 and abs(last[1] - y1) < 1e-6 and abs(last[3] - y2) < 1e-6:
                pieces[-1] = box(last[0], y1, x2, y2)
            else:
                pieces.append(box(x1, y1, x2, y2))
    return pieces


def _list_lamps(part: Polygon, pitch_m: float) -> list[Polygon]:
    x1, y1, x2, y2 = part.bounds
    wide, deep = x2 - x1, y2 - y1
    columns, rows = max(1, round(wide / pitch_m)), max(1, round(deep / max(pitch_m, 2.6)))
    long, short = LAMP_SIZE_M if wide < deep * 3 else LAMP_SIZE_M[::-1]
    if deep > 3 * wide:
        long, short = LAMP_SIZE_M
    panels = []
    for i in range(columns):
        for j in range(rows):
            x, y = x1 + wide * (i + 0.5) / columns, y1 + deep * (j + 0.5) / rows
            panels.append(box(x - long / 2, y - short / 2, x + long / 2, y + short / 2))
    return panels


def _build_ramp(model: Model, site: Site, ramp: Ramp) -> None:
    """Add a flight, a landing or a ramp, with a railing along both sides of a flight."""
    base = get_elevation_m(site, ramp)
    outline = Polygon(ramp.polygon)
    style = _find_ramp_style(site, ramp)
    if ramp.steps == 0:
        top_m = base + max(ramp.foot_z_m, ramp.top_z_m)
        model.add_extrusion(style.lower, outline, base, top_m - 0.18)
        model.add_extrusion(style.accent, outline.buffer(0.012, join_style="mitre"), top_m - 0.18, top_m - 0.012)
        model.add_extrusion(style.floor, outline, top_m - 0.012, top_m)
        return
    foot, top = np.asarray(ramp.foot), np.asarray(ramp.top)
    run = float(np.linalg.norm(top - foot))
    facing = float(np.rad2deg(np.arctan2(*(foot - top)[::-1])))
    at = model.at(foot[0], foot[1], base, facing_deg=facing)
    across = (np.asarray(ramp.polygon) - foot) @ at.frame.axes[0, :2]
    left, right = float(across.min()), float(across.max())
    tread, rise = run / ramp.steps, (ramp.top_z_m - ramp.foot_z_m) / ramp.steps
    for step in range(ramp.steps):
        front, z = -step * tread, ramp.foot_z_m + (step + 1) * rise
        at.add_box(style.lower, (left, front - tread, 0.0), (right, front, z - 0.03))
        at.add_box(DARK, (left, front - tread, z - 0.03), (right, front + 0.02, z), bevel_m=0.006)
        at.add_box(paint((0.62, 0.42, 0.05)), (left, front - 0.035, z), (right, front + 0.012, z + 0.003))
    for x in (left + 0.08, right - 0.08):
        _build_railing(at, x, run=run, ramp=ramp)


def _find_ramp_style(site: Site, ramp: Ramp) -> Style:
    middle = Polygon(ramp.polygon).centroid
    home = [s for s in site.spaces if s.floor == ramp.floor and Polygon(s.polygon).covers(middle)]
    return STYLES[home[0].style if home and home[0].style in STYLES else "plain"]


def _build_railing(at: Spot, x: float, *, run: float, ramp: Ramp) -> None:
    foot_z, top_z = ramp.foot_z_m, ramp.top_z_m
    start, end = (x, 0.25, foot_z + 0.92), (x, -run, top_z + 0.92)
    at.add_cylinder(STEEL, start, end, 0.024)
    at.add_cylinder(STEEL, (x, 0.25, foot_z + 0.5), (x, -run, top_z + 0.5), 0.014)
    for share in (0.0, 0.33, 0.66, 1.0):
        y, z = 0.25 - share * (run + 0.25), foot_z + share * (top_z - foot_z)
        at.add_cylinder(STEEL, (x, y, z - 0.1), (x, y, z + 0.92), 0.02)


def build_alcove(model: Model, site: Site, opening: Opening, *, depth_m: float, style: Style) -> None:
    """Add the lit piece of a room that is seen through an open door."""
    base = get_elevation_m(site, opening) + opening.z_m
    taken = unary_union(
        [Polygon(s.polygon).buffer(0.17, join_style="mitre") for s in site.spaces if s.floor == opening.floor]
    )
    frame = Frame.at(opening.at[0], opening.at[1], 0.0, facing_deg=opening.facing_deg)
    half = opening.width_m / 2 + ALCOVE_SIDE_M
    corners = np.array([[-half, -depth_m, 0.0], [half, -depth_m, 0.0], [half, -0.16, 0.0], [-half, -0.16, 0.0]])
    room = Polygon(frame.compute_world(corners)[:, :2]).difference(taken)
    floor = unary_union([room, make_doorway(opening, inward_m=0.0, outward_m=0.2)])
    height = max(2.75, opening.height_m + 0.3)
    doorway = make_doorway(opening, inward_m=0.3, outward_m=0.3)
    walls = floor.buffer(0.1, join_style="mitre").difference(unary_union([floor, doorway, taken]))
    model.add_slab(style.floor, floor, base + (0.001 if opening.z_m else 0.0), up=True)
    model.add_extrusion(style.lower, walls, base, base + style.rail_m)
    model.add_extrusion(WHITE, walls, base + style.rail_m, base + height)
    lid = room.buffer(0.1, join_style="mitre").difference(taken)
    model.add_extrusion(CEILING, lid, base + height, base + height + 0.1)
    inner = corners * np.array([0.5, 0.5, 0.0]) + np.array([0.0, -depth_m * 0.28, 0.0])
    panel = Polygon(frame.compute_world(inner)[:, :2]).intersection(room.buffer(-0.2))
    model.add_slab(lamp((1.0, 0.95, 0.86), 3.0, group="rooms"), panel, base + height - 0.01, up=False)
