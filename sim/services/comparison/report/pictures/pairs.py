"""The paired slope picture: one line a person from before to after."""

from collections.abc import Sequence

from sim.services.comparison.report.pictures.frame import Ticks, draw_level_lines, write_axis_title
from sim.services.comparison.report.pictures.scales import list_percents, list_times
from sim.services.comparison.report.pictures.svg import (
    BAND,
    INK,
    LINE,
    MUTED,
    PAPER,
    Axis,
    Picture,
    draw_dot,
    draw_line,
    draw_path,
    draw_picture,
    draw_triangle,
    write,
)
from sim.services.comparison.view import MeasureView, SlopePoint
from sim.text.printable import shorten

NAME_SIGNS = 14
NAME_STEP_PT = 8.6
NAME_PT = 7.5
HEAD_PT = 26.0
FOOT_PT = 6.0
LEFT_PT = 34.0
LEADER_PT = 26.0
MOST_STEP_PT = 18.0
MOST_MARKED = 60
PALE = "#8d99a8"


def draw_time_slopes(
    points: Sequence[SlopePoint], *, typical: tuple[float, float] | None, width_pt: float, height_pt: float, alt: str
) -> Picture:
    """Return everybody's times; an open triangle is a time that ran out, the broad line the typical time."""
    top = max(point.value for point in points) * 1.05
    return _draw_slopes(
        points,
        top=top,
        ticks=list_times(top, most=7),
        title="Time used (min:s)",
        typical=typical,
        width_pt=width_pt,
        height_pt=height_pt,
        alt=alt,
    )


def draw_measure_slopes(measure: MeasureView, *, width_pt: float, height_pt: float, alt: str) -> Picture:
    """Return everybody's accuracy in one measure."""
    is_share = measure.unit == "%"
    top = 100.0 if is_share else max(10.0, max(point.value for point in measure.points) * 1.05)
    return _draw_slopes(
        measure.points,
        top=top,
        ticks=list_percents() if is_share else [(value, f"{value:.0f} s") for value in _round_steps(top)],
        title=measure.label,
        typical=None,
        width_pt=width_pt,
        height_pt=height_pt,
        alt=alt,
    )


def _round_steps(top: float) -> list[float]:
    step = next((step for step in (5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0) if top / step <= 5), 1000.0)
    return [step * number for number in range(int(top // step) + 1)]


def _draw_slopes(
    points: Sequence[SlopePoint],
    *,
    top: float,
    ticks: Ticks,
    title: str,
    typical: tuple[float, float] | None,
    width_pt: float,
    height_pt: float,
    alt: str,
) -> Picture:
    people = {point.person for point in points}
    is_named = len(people) * NAME_STEP_PT <= height_pt - FOOT_PT - HEAD_PT
    is_marked = len(people) <= MOST_MARKED
    right = width_pt - (74.0 if is_named else 14.0)
    y = Axis(low=0.0, high=top, start_pt=height_pt - FOOT_PT, end_pt=HEAD_PT)
    before, after = LEFT_PT + 14.0, right - 14.0
    elements = [
        write_axis_title((2, 8), title),
        *draw_level_lines(y, ticks, left_pt=LEFT_PT, right_pt=right),
        write((before, HEAD_PT - 7), "Before", anchor="middle", is_bold=True),
        write((after, HEAD_PT - 7), "After", anchor="middle", is_bold=True),
    ]
    middle = [] if typical is None else [(before, y.place(typical[0])), (after, y.place(typical[1]))]
    if middle and is_named:
        elements.append(draw_path(middle, colour=BAND, width=8.0))
    by_person: dict[str, dict[str, SlopePoint]] = {}
    for point in points:
        by_person.setdefault(point.person, {})[point.phase] = point
    width = 0.9 if is_named else max(0.25, 12.0 / len(people))
    for sides in by_person.values():
        ends = [(before, y.place(sides["Before"].value)), (after, y.place(sides["After"].value))]
        elements.append(draw_line(*ends, colour=INK if is_named else MUTED if is_marked else PALE, width=width))
    for sides in by_person.values():
        for phase, x in (("Before", before), ("After", after)):
            at = (x, y.place(sides[phase].value))
            if sides[phase].is_time_out:
                elements.append(draw_triangle(at))
            elif is_marked:
                elements.append(draw_dot(at, radius=2.0 if is_named else 1.2))
    if middle and not is_named:
        elements += [draw_path(middle, colour=PAPER, width=6.0), draw_path(middle, colour=INK, width=3.2)]
    if is_named:
        elements += _write_names(by_person, y, mark_pt=after)
    return draw_picture(elements, width_pt=width_pt, height_pt=height_pt, alt=alt)


def _write_names(by_person: dict[str, dict[str, SlopePoint]], y: Axis, *, mark_pt: float) -> list[str]:
    """Return the names one below the other in the order of ids, never by result, each joined to its after mark."""
    elements = []
    step = min(MOST_STEP_PT, (y.start_pt - y.end_pt) / max(len(by_person) - 1, 1))
    for number, (person, sides) in enumerate(by_person.items()):
        mark, place = y.place(sides["After"].value), y.end_pt + number * step
        elements.append(draw_line((mark_pt + 4, mark), (mark_pt + LEADER_PT, place), colour=LINE, width=0.5))
        elements.append(write((mark_pt + LEADER_PT + 2, place + 2.5), shorten(person, most=NAME_SIGNS), size=NAME_PT))
    return elements
