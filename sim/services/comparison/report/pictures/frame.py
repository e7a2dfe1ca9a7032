"""The plain frame of a picture: grid lines, labels of the axes, a legend."""

from collections.abc import Sequence

from sim.services.comparison.report.pictures.svg import (
    DASHED,
    INK,
    LINE,
    MUTED,
    PAPER,
    SMALL_PT,
    Axis,
    draw_dot,
    draw_line,
    draw_square,
    write,
)

Ticks = Sequence[tuple[float, str]]
TICK_PT = 7.5


def draw_level_lines(y: Axis, ticks: Ticks, *, left_pt: float, right_pt: float) -> list[str]:
    """Return light lines across, each with its label on the left."""
    elements = []
    for value, label in ticks:
        at = y.place(value)
        elements.append(draw_line((left_pt, at), (right_pt, at), colour=LINE, width=0.5))
        elements.append(write((left_pt - 4, at + 2.6), label, anchor="end", size=TICK_PT, colour=MUTED))
    return elements


def draw_foot_labels(x: Axis, ticks: Ticks, *, base_pt: float) -> list[str]:
    """Return the labels below, each with a small mark."""
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
