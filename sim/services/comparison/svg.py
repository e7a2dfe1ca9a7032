"""The few SVG elements that the report's pictures are made of. Lengths in points, as on paper."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from sim.compare.result import Result
from sim.text.tables import write_time
from sim.text.words import make_printable

INK = "#1b2430"
MUTED = "#4d5a6b"
LINE = "#c9d0da"
BAND = "#dfe6ef"
PAPER = "#ffffff"
FONT = "Source Sans 3, Source Sans, sans-serif"
SMALL_PT = 8.0
DASHED = "4 2.5"
DOTTED = "1 2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    svg: str
    alt: str
    width_pt: float
    height_pt: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Maps values to points along one axis of a picture, `low` to `start_pt` and `high` to `end_pt`."""

    low: float
    high: float
    start_pt: float
    end_pt: float

    def place(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start_pt + min(max(share, 0.0), 1.0) * (self.end_pt - self.start_pt)


def draw_picture(elements: Iterable[str], *, width_pt: float, height_pt: float, alt: str) -> Picture:
    body = "".join(elements)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_pt:g}pt" height="{height_pt:g}pt" '
        f'viewBox="0 0 {width_pt:g} {height_pt:g}">{body}</svg>'
    )
    return Picture(svg=svg, alt=make_printable(alt), width_pt=width_pt, height_pt=height_pt)


def draw_line(
    start: tuple[float, float], end: tuple[float, float], *, colour: str, width: float = 0.75, dash: str = ""
) -> str:
    return draw_path([start, end], colour=colour, width=width, dash=dash)


def draw_path(points: Sequence[tuple[float, float]], *, colour: str, width: float = 0.75, dash: str = "") -> str:
    dashes = f" stroke-dasharray={quoteattr(dash)}" if dash else ""
    return (
        f'<polyline points="{_join(points)}" fill="none" stroke="{colour}" stroke-width="{width:g}"'
        f' stroke-linejoin="round"{dashes}/>'
    )


def draw_area(points: Sequence[tuple[float, float]], *, colour: str) -> str:
    return f'<polygon points="{_join(points)}" fill="{colour}"/>'


def draw_dot(at: tuple[float, float], *, radius: float = 2.2, fill: str = INK, stroke: str = INK) -> str:
    return (
        f'<circle cx="{at[0]:.2f}" cy="{at[1]:.2f}" r="{radius:g}" fill="{fill}" stroke="{stroke}" stroke-width="0.9"/>'
    )


def draw_square(at: tuple[float, float], *, half: float = 2.6, fill: str = INK, stroke: str = INK) -> str:
    x, y = at[0] - half, at[1] - half
    return (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{2 * half:g}" height="{2 * half:g}" fill="{fill}" stroke="{stroke}"'
        ' stroke-width="0.9"/>'
    )


def draw_triangle(at: tuple[float, float], *, half: float = 3.2) -> str:
    """Return an open triangle: a time that ran out."""
    x, y = at
    points = [(x - half, y + 0.75 * half), (x + half, y + 0.75 * half), (x, y - half)]
    return f'<polygon points="{_join(points)}" fill="{PAPER}" stroke="{INK}" stroke-width="0.9"/>'


def draw_diamond(at: tuple[float, float], *, half: float = 4.0) -> str:
    x, y = at
    return draw_area([(x - half, y), (x, y - half), (x + half, y), (x, y + half)], colour=INK)


def write(
    at: tuple[float, float],
    text: str,
    *,
    anchor: str = "start",
    size: float = SMALL_PT,
    colour: str = INK,
    is_bold: bool = False,
    turned: bool = False,
) -> str:
    """Return a line of text whose baseline begins, ends or has its middle at a point."""
    weight = ' font-weight="600"' if is_bold else ""
    turn = f' transform="rotate(-90 {at[0]:.2f} {at[1]:.2f})"' if turned else ""
    return (
        f'<text x="{at[0]:.2f}" y="{at[1]:.2f}" font-family="{FONT}" font-size="{size:g}" fill="{colour}"'
        f' text-anchor="{anchor}"{weight}{turn}>{escape(make_printable(text))}</text>'
    )


def _join(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in points)


TIME_STEPS_S = (15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
RATIO_TICKS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
LABEL_PT = 26.0
NEAR_TICKS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)


def list_times(top_s: float, *, most: int) -> list[tuple[float, str]]:
    """Return at most `most` + 1 round times from 0 to `top_s` with their labels."""
    step = next((step for step in TIME_STEPS_S if top_s / step <= most), 7200.0)
    return [(step * number, write_time(step * number)) for number in range(int(top_s // step) + 1)]


def list_percents() -> list[tuple[float, str]]:
    return [(value, f"{value:.0f}%") for value in (0.0, 25.0, 50.0, 75.0, 100.0)]


def list_points(reach: float) -> list[tuple[float, str]]:
    """Return round differences of shares from -`reach` to `reach` with their labels in points."""
    step = next((step for step in (5, 10, 20) if 100.0 * reach / step < 4.0), 50)
    most = int(100.0 * reach // step)
    return [
        (step * at / 100.0, f"{'+' if at > 0 else chr(0x2212) if at < 0 else ''}{step * abs(at)}")
        for at in range(-most, most + 1)
    ]


def find_ratio_bounds(results: Sequence[Result], *others: float) -> tuple[float, float]:
    """Return the ends of an axis that holds ratios with their intervals, and the ratios .6 and 1.6."""
    values = [value for each in results for value in (each.estimate, *(each.interval or ())) if value is not None]
    return max(min([*values, *others, 0.6]) * 0.95, 0.05), min(max([*values, *others, 1.6]) * 1.05, 20.0)


def list_ratios(low: float, high: float, *, width_pt: float) -> list[tuple[float, str]]:
    """Return the logs of round ratios between `low` and `high`, labelled as a change in percent."""
    ticks = NEAR_TICKS if width_pt * math.log(4.0 / 3.0) > LABEL_PT * math.log(high / low) else RATIO_TICKS
    return [(math.log(ratio), _write_ratio(ratio)) for ratio in ticks if low <= ratio <= high]


def _write_ratio(ratio: float) -> str:
    percent = round(100.0 * (ratio - 1.0))
    if percent == 0:
        return "same"
    return f"+{percent}%" if percent > 0 else f"\N{MINUS SIGN}{-percent}%"


Ticks = Sequence[tuple[float, str]]
TICK_PT = 7.5


def draw_level_lines(y: Axis, ticks: Ticks, *, left_pt: float, right_pt: float) -> list[str]:
    elements = []
    for value, label in ticks:
        at = y.place(value)
        elements.append(draw_line((left_pt, at), (right_pt, at), colour=LINE, width=0.5))
        elements.append(write((left_pt - 4, at + 2.6), label, anchor="end", size=TICK_PT, colour=MUTED))
    return elements


def draw_foot_labels(x: Axis, ticks: Ticks, *, base_pt: float) -> list[str]:
    elements = []
    for value, label in ticks:
        at = x.place(value)
        elements.append(draw_line((at, base_pt), (at, base_pt + 3), colour=LINE, width=0.5))
        elements.append(write((at, base_pt + 11), label, anchor="middle", size=TICK_PT, colour=MUTED))
    return elements


def draw_legend(series: Sequence[str], *, at: tuple[float, float], with_marks: bool) -> list[str]:
    """Return a legend: the first series dashed with open squares, the second solid with filled dots."""
    elements = []
    x, y = at
    for number, name in enumerate(series):
        dash = DASHED if is_first_of_two(number, series) else ""
        elements.append(draw_line((x, y - 2.6), (x + 22, y - 2.6), colour=INK, width=1.4, dash=dash))
        if with_marks:
            elements.append(draw_mark((x + 11, y - 2.6), is_open=is_first_of_two(number, series)))
        elements.append(write((x + 26, y), name, is_bold=True))
        x += 26 + 4.4 * len(name) + 12
    return elements


def is_first_of_two(number: int, series: Sequence[str]) -> bool:
    """Return whether a series is drawn dashed and open: the first, where there are two."""
    return number == 0 and len(series) > 1


def draw_mark(at: tuple[float, float], *, is_open: bool) -> str:
    return draw_square(at, fill=PAPER) if is_open else draw_dot(at)


def write_axis_title(at: tuple[float, float], text: str) -> str:
    return write(at, text, size=SMALL_PT, colour=MUTED)
