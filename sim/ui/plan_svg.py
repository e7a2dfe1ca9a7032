"""The plan of one floor with paths over it, as SVG text. Pure: data in, markup out, every text escaped."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any

from sim.services.views import PathPoint
from sim.ui import theme

MARGIN_M = 1.5
UNITS_PER_M = 20


def write_plan(
    plan: Mapping[str, Any],
    *,
    floor: str,
    true_path: Sequence[PathPoint],
    claimed_path: Sequence[PathPoint],
    title: str,
) -> str:
    """Return the SVG of a floor: rooms, walls, cameras, the true path as a line, the claims as numbered marks.

    Args:
        plan: the `site` part of the console's data (see `sim.services.views.ConsoleView`).
        floor: floor_id to draw.
        true_path: the student's way; stretches no camera shows are dashed.
        claimed_path: where the trainee marked somebody, in order of time.
        title: what the picture is, for screen readers.
    """
    zones = [zone for zone in plan["zones"] if zone["floor"] == floor]
    xs = [x for zone in zones for x, _ in zone["polygon"]]
    ys = [y for zone in zones for _, y in zone["polygon"]]
    left, top = min(xs) - MARGIN_M, max(ys) + MARGIN_M
    width, height = max(xs) + MARGIN_M - left, top - (min(ys) - MARGIN_M)

    def to_units(x_m: float, y_m: float) -> tuple[float, float]:
        return round((x_m - left) * UNITS_PER_M, 1), round((top - y_m) * UNITS_PER_M, 1)

    def write_points(points: Iterable[Sequence[float]]) -> str:
        return " ".join("{},{}".format(*to_units(p[0], p[1])) for p in points)

    body = [f'<polygon points="{write_points(z["polygon"])}" fill="{theme.ROOM}"/>' for z in zones]
    for x1, y1, x2, y2 in plan["walls"].get(floor, ()):
        (a, b), (c, d) = to_units(x1, y1), to_units(x2, y2)
        body.append(f'<line x1="{a}" y1="{b}" x2="{c}" y2="{d}" stroke="{theme.WALL}" stroke-width="4"/>')
    body.extend(_write_label(zone, write=to_units) for zone in zones)
    for camera in plan["cameras"]:
        if camera["floor"] == floor:
            x, y = to_units(camera["x"], camera["y"])
            body.append(
                f'<circle cx="{x}" cy="{y}" r="7" fill="{theme.WALL}"/><text x="{x + 10}" y="{y - 8}" font-size="17" '
                f'fill="{theme.MUTED}">{escape(str(camera["camera_id"])[-2:])}</text>'
            )
    body.extend(_write_true_path([p for p in true_path if p.floor == floor], write=to_units))
    body.extend(_write_claims([p for p in claimed_path if p.floor == floor], write=to_units))
    return (
        f'<svg viewBox="0 0 {width * UNITS_PER_M:.0f} {height * UNITS_PER_M:.0f}" role="img" '
        f'aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg" font-family="sans-serif">'
        f"{''.join(body)}</svg>"
    )


def _write_label(zone: Mapping[str, Any], *, write: Any) -> str:
    points = zone["polygon"]
    x, y = write(sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points))
    name = escape(str(zone["name"]))
    return f'<text x="{x}" y="{y}" font-size="19" text-anchor="middle" fill="{theme.MUTED}">{name}</text>'


def _write_true_path(points: Sequence[PathPoint], *, write: Any) -> Iterable[str]:
    for before, after in pairwise(points):
        (a, b), (c, d) = write(before.x_m, before.y_m), write(after.x_m, after.y_m)
        dash = "" if after.seen else ' stroke-dasharray="6 8"'
        yield (
            f'<line x1="{a}" y1="{b}" x2="{c}" y2="{d}" stroke="{theme.TRUE_PATH}" stroke-width="5" '
            f'stroke-linecap="round"{dash}/>'
        )


def _write_claims(points: Sequence[PathPoint], *, write: Any) -> Iterable[str]:
    placed = [write(point.x_m, point.y_m) for point in points]
    if len(placed) > 1:
        line = " ".join(f"{x},{y}" for x, y in placed)
        yield f'<polyline points="{line}" fill="none" stroke="{theme.CLAIMED_PATH}" stroke-width="3"/>'
    for number, (x, y) in enumerate(placed, start=1):
        yield (
            f'<rect x="{x - 13}" y="{y - 13}" width="26" height="26" rx="4" fill="{theme.CLAIMED_PATH}" stroke="#fff" '
            f'stroke-width="2"/><text x="{x}" y="{y + 6}" font-size="17" font-weight="700" text-anchor="middle" '
            f'fill="#fff">{number}</text>'
        )
