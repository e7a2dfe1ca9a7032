"""The forest picture: one row a kind of task or a school, its change and interval. Never sorted by result."""

import math

from sim.services.comparison.parts.forest import ForestRow, ForestView
from sim.services.comparison.report.pictures.frame import draw_foot_labels
from sim.services.comparison.report.pictures.scales import list_ratios
from sim.services.comparison.report.pictures.svg import (
    DASHED,
    INK,
    LINE,
    MUTED,
    Axis,
    Picture,
    draw_diamond,
    draw_line,
    draw_picture,
    draw_square,
    write,
)
from sim.text.printable import shorten

ROW_PT = 13.0
HEAD_PT = 18.0
FOOT_PT = 18.0
LABEL_PT = 130.0
TEXT_PT = 62.0
LABEL_SIGNS = 28


def draw_forest(view: ForestView, *, width_pt: float, alt: str) -> Picture:
    """Return the rows with their marks; the dashed line is no change, left of it is faster after."""
    values = [bound for row in view.rows for bound in (row.lower, row.estimate, row.upper) if bound is not None]
    x, ticks, nothing = _make_scale(values, is_ratio=view.is_ratio, end_pt=width_pt - TEXT_PT)
    base = HEAD_PT + ROW_PT * len(view.rows)
    middle = x.place(nothing)
    elements = [
        write((LABEL_PT - 8, 9), "People", anchor="end", size=7.5, colour=MUTED),
        write((middle - 5, 9), "\N{LEFTWARDS ARROW} faster after", anchor="end", size=7.5, colour=MUTED),
        write((middle + 5, 9), "slower after \N{RIGHTWARDS ARROW}", size=7.5, colour=MUTED),
        write((width_pt - 2, 9), "Mean time", anchor="end", size=7.5, colour=MUTED),
        draw_line((x.start_pt, base), (x.end_pt, base), colour=LINE, width=0.5),
        draw_line((middle, 14), (middle, base), colour=MUTED, width=0.8, dash=DASHED),
        *draw_foot_labels(x, ticks, base_pt=base),
    ]
    for number, row in enumerate(view.rows):
        elements += _draw_row(row, x, y_pt=HEAD_PT + ROW_PT * (number + 0.5), is_ratio=view.is_ratio, end_pt=width_pt)
    return draw_picture(elements, width_pt=width_pt, height_pt=base + FOOT_PT, alt=alt)


def _make_scale(values: list[float], *, is_ratio: bool, end_pt: float) -> tuple[Axis, list[tuple[float, str]], float]:
    if is_ratio:
        low, high = min([*values, 0.5]) * 0.95, max([*values, 2.0]) * 1.05
        low, high = max(low, 0.05), min(high, 20.0)
        axis = Axis(low=math.log(low), high=math.log(high), start_pt=LABEL_PT, end_pt=end_pt)
        return axis, [(math.log(ratio), label) for ratio, label in list_ratios(low, high)], 0.0
    reach = max([30.0, *(abs(value) for value in values)]) * 1.05
    step = next((step for step in (15.0, 30.0, 60.0, 120.0, 300.0, 600.0) if reach / step <= 4), 1800.0)
    count = int(reach // step)
    ticks = [(step * number, _write_change(step * number)) for number in range(-count, count + 1)]
    return Axis(low=-reach, high=reach, start_pt=LABEL_PT, end_pt=end_pt), ticks, 0.0


def _write_change(seconds: float) -> str:
    if seconds == 0:
        return "same"
    return f"{'+' if seconds > 0 else chr(0x2212)}{abs(seconds):.0f} s"


def _draw_row(row: ForestRow, x: Axis, *, y_pt: float, is_ratio: bool, end_pt: float) -> list[str]:
    def place(value: float) -> float:
        return x.place(math.log(max(value, 1e-6)) if is_ratio else value)

    elements = [
        write((2, y_pt + 2.8), shorten(row.label, most=LABEL_SIGNS), is_bold=row.is_total),
        write((LABEL_PT - 8, y_pt + 2.8), str(row.people), anchor="end", colour=MUTED),
        write((end_pt - 2, y_pt + 2.8), row.text, anchor="end", is_bold=row.is_total),
    ]
    if row.lower is not None and row.upper is not None:
        elements.append(draw_line((place(row.lower), y_pt), (place(row.upper), y_pt), colour=INK, width=1.2))
    if row.estimate is not None:
        at = (place(row.estimate), y_pt)
        elements.append(draw_diamond(at) if row.is_total else draw_square(at))
    return elements
