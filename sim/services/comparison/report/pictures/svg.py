"""The few SVG elements that the report's pictures are made of. Lengths in points, as on paper."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from sim.text.printable import make_printable

INK = "#1b2430"
MUTED = "#4d5a6b"
LINE = "#c9d0da"
BAND = "#dfe6ef"
PAPER = "#ffffff"
FONT = "Source Sans 3"
SMALL_PT = 8.0
DASHED = "4 2.5"
DOTTED = "1 2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing and what it says in words, for anyone who does not see it."""

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
        """Return where a value stands, kept inside the axis."""
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
    """Return a line through the points."""
    dashes = f" stroke-dasharray={quoteattr(dash)}" if dash else ""
    return (
        f'<polyline points="{_join(points)}" fill="none" stroke="{colour}" stroke-width="{width:g}"'
        f' stroke-linejoin="round"{dashes}/>'
    )


def draw_area(points: Sequence[tuple[float, float]], *, colour: str) -> str:
    """Return a filled shape."""
    return f'<polygon points="{_join(points)}" fill="{colour}"/>'


def draw_dot(at: tuple[float, float], *, radius: float = 2.2, fill: str = INK, stroke: str = INK) -> str:
    """Return a round mark."""
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
    """Return a filled diamond: everything taken together."""
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
