"""The plan of one floor with paths over it, as SVG text. Pure: data in, markup out, every text escaped."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any

from sim.features.debrief.map import MapMark
from sim.scoring.plan_points import MarkKind, TracePoint
from sim.ui.page.theme import LIGHT as PAPER

MARGIN_M = 1.5
UNITS_PER_M = 20
LETTER_SHARE = 0.55
"""Width of a letter, as a share of the font's size."""
LETTER_UNITS = 19
MOST_WORDS = 30
"""With more marks than these, their words would cover each other and are left to the table."""
SMALL_SIZES = {"not-narrow": (720, 540, 13), "not-phone": (440, 350, 12)}
"""For each class of names that may be left out: below which width of the picture, its usual width then, and the size
that letters should have then, pixels."""
ToUnits = Callable[[float, float], tuple[float, float]]


APART_UNITS = 40.0
"""So far apart are the middles of two marks at least, across or down."""


def write_plan(
    plan: Mapping[str, Any], *, floor: str, true_path: Sequence[TracePoint], marks: Sequence[MapMark], title: str
) -> str:
    zones = [zone for zone in plan["zones"] if zone["floor"] == floor]
    xs = [x for zone in plan["zones"] for x, _ in zone["polygon"]]
    ys = [y for zone in plan["zones"] for _, y in zone["polygon"]]
    left, top = min(xs) - MARGIN_M, max(ys) + MARGIN_M
    width, height = max(xs) + MARGIN_M - left, top - (min(ys) - MARGIN_M)

    def to_units(x_m: float, y_m: float) -> tuple[float, float]:
        return round((x_m - left) * UNITS_PER_M, 1), round((top - y_m) * UNITS_PER_M, 1)

    def write_points(points: Iterable[Sequence[float]]) -> str:
        return " ".join("{},{}".format(*to_units(p[0], p[1])) for p in points)

    across = width * UNITS_PER_M
    sizes = {
        kind: max(LETTER_UNITS, round(across / usual * letter)) for kind, (_, usual, letter) in SMALL_SIZES.items()
    }
    body = [f'<polygon points="{write_points(z["polygon"])}" fill="{PAPER.room}"/>' for z in zones]
    for x1, y1, x2, y2 in plan["walls"].get(floor, ()):
        (a, b), (c, d) = to_units(x1, y1), to_units(x2, y2)
        body.append(f'<line x1="{a}" y1="{b}" x2="{c}" y2="{d}" stroke="{PAPER.wall}" stroke-width="4"/>')
    body.extend(_write_label(zone, write=to_units, sizes=sizes) for zone in zones)
    for camera in plan["cameras"]:
        if camera["floor"] == floor:
            x, y = to_units(camera["x"], camera["y"])
            body.append(
                f'<g class="mark"><circle cx="{x}" cy="{y}" r="7" fill="{PAPER.wall}"/><text x="{x + 9}" y="{y - 7}" '
                f'fill="{PAPER.muted}">{escape(str(camera["camera_id"])[-2:])}</text></g>'
            )
    names = {each["floor_id"]: str(each["name"]) for each in plan["floors"]}
    body.extend(_write_true_path(true_path, floor=floor, write=to_units))
    body.extend(_write_marks(marks, floor=floor, write=to_units))
    body.extend(_write_changes(true_path, floor=floor, names=names, write=to_units, across=across))
    return (
        f'<svg viewBox="0 0 {across:.0f} {height * UNITS_PER_M:.0f}" role="img" '
        f'aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg" font-family="sans-serif">'
        f"<style>{_write_style(sizes)}</style>{''.join(body)}</svg>"
    )


def find_floors(plan: Mapping[str, Any], *paths: Sequence[TracePoint | MapMark]) -> tuple[tuple[str, str], ...]:
    touched = {point.floor for path in paths for point in path}
    return tuple((each["floor_id"], str(each["name"])) for each in plan["floors"] if each["floor_id"] in touched)


def _write_style(sizes: Mapping[str, int]) -> str:
    """The picture scales with the page: where it is small, letters and marks grow, and names without room go."""
    rules = [f"text{{font-size:{LETTER_UNITS}px}}.mark{{transform-box:fill-box;transform-origin:center}}"]
    for kind, size in sizes.items():
        rules.append(
            f"@media(max-width:{SMALL_SIZES[kind][0]}px){{text{{font-size:{size}px}}.{kind}{{display:none}}"
            f".mark{{transform:scale({size / LETTER_UNITS:.2f})}}.mark text{{font-size:{LETTER_UNITS}px}}}}"
        )
    return "".join(rules)


def _write_label(zone: Mapping[str, Any], *, write: ToUnits, sizes: Mapping[str, int]) -> str:
    points = zone["polygon"]
    x, y = write(sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points))
    name = str(zone["name"])
    room = (max(p[0] for p in points) - min(p[0] for p in points)) * UNITS_PER_M
    kinds = [kind for kind, size in sizes.items() if len(name) * size * LETTER_SHARE > room]
    return (
        f'<text class="{" ".join(kinds)}" x="{x}" y="{y}" text-anchor="middle" fill="{PAPER.muted}">'
        f"{escape(name)}</text>"
    )


def _write_true_path(points: Sequence[TracePoint], *, floor: str, write: ToUnits) -> Iterable[str]:
    for before, after in pairwise(points):
        if not before.floor == after.floor == floor:
            continue
        (a, b), (c, d) = write(before.x_m, before.y_m), write(after.x_m, after.y_m)
        dash = "" if after.seen else ' stroke-dasharray="6 8"'
        yield (
            f'<line x1="{a}" y1="{b}" x2="{c}" y2="{d}" stroke="{PAPER.true_path}" stroke-width="5" '
            f'stroke-linecap="round"{dash}/>'
        )


def _write_changes(
    points: Sequence[TracePoint], *, floor: str, names: Mapping[str, str], write: ToUnits, across: float
) -> Iterable[str]:
    """Write "to" and the other floor's name where the true path leaves this one, "from" where it comes back."""
    for before, after in pairwise(points):
        if before.floor == after.floor or floor not in (before.floor, after.floor):
            continue
        here, there, word = (before, after, "to") if before.floor == floor else (after, before, "from")
        words = f"{word} {names.get(there.floor, there.floor)}"
        x, y = write(here.x_m, here.y_m)
        width = len(words) * LETTER_UNITS * LETTER_SHARE + 18
        middle = min(max(x, width), across - width)
        drop = 42 if word == "to" else -26
        yield (
            f'<circle cx="{x}" cy="{y}" r="9" fill="#fff" stroke="{PAPER.true_path}" stroke-width="5"/>'
            f'<g class="mark"><rect x="{middle - width / 2:.1f}" y="{y + drop - 20}" width="{width:.1f}" height="27" '
            f'rx="5" fill="{PAPER.true_path}"/><text x="{middle:.1f}" y="{y + drop}" font-weight="600" '
            f'text-anchor="middle" fill="#fff">{escape(words)}</text></g>'
        )


def _write_marks(marks: Sequence[MapMark], *, floor: str, write: ToUnits) -> Iterable[str]:
    placed: list[tuple[MapMark, tuple[float, float]]] = []
    for mark in marks:
        x, y = write(mark.x_m, mark.y_m)
        # marks at one place stand side by side, so that each number is read
        while any(abs(x - c) < APART_UNITS and abs(y - d) < APART_UNITS for _, (c, d) in placed):
            x = round(x + APART_UNITS / 2, 1)
        placed += [(mark, (x, y))] if mark.floor == floor else []
    for (before, (a, b)), (after, (c, d)) in pairwise(placed):
        if after.number == before.number + 1:
            yield f'<line x1="{a}" y1="{b}" x2="{c}" y2="{d}" stroke="{PAPER.claimed_path}" stroke-width="3"/>'
    has_words = len(marks) <= MOST_WORDS
    for mark, (x, y) in placed:
        words = ""
        if has_words and mark.kind != MarkKind.RIGHT:
            words = (
                f'<text x="{x}" y="{y + 37}" text-anchor="middle" font-weight="600" fill="{PAPER.ink}" '
                f'stroke="#fff" stroke-width="5" paint-order="stroke">{escape(mark.words)}</text>'
            )
        ink = "#fff" if mark.kind in (MarkKind.RIGHT.value, MarkKind.WRONG_PERSON.value) else PAPER.ink
        yield (
            f'<g class="mark" data-kind="{escape(mark.kind)}">{_write_shape(mark.kind, x, y)}<text x="{x}" y="{y + 7}" '
            f'font-weight="700" text-anchor="middle" fill="{ink}">{mark.number}</text>{words}</g>'
        )


def _write_shape(kind: str, x: float, y: float) -> str:
    """Return a square for the right person, a diamond for a wrong one, a ring for nobody or for what is not counted."""
    match kind:
        case MarkKind.RIGHT:
            return (
                f'<rect x="{x - 14}" y="{y - 14}" width="28" height="28" rx="4" fill="{PAPER.good}" '
                'stroke="#fff" stroke-width="2"/>'
            )
        case MarkKind.WRONG_PERSON:
            return (
                f'<path d="M{x} {y - 21}L{x + 21} {y}L{x} {y + 21}L{x - 21} {y}Z" fill="{PAPER.ink}" stroke="#fff" '
                'stroke-width="2"/>'
            )
        case _:
            return f'<circle cx="{x}" cy="{y}" r="16" fill="#fff" stroke="{PAPER.ink}" stroke-width="4"/>'
