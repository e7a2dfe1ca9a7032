"""The learning and the retention picture: means with intervals along drills or months."""

from collections.abc import Sequence

from sim.services.comparison.parts.trend import TrendPoint, TrendView
from sim.services.comparison.report.pictures.frame import (
    Ticks,
    draw_foot_labels,
    draw_legend,
    draw_level_lines,
    draw_mark,
    is_first_of_two,
    write_axis_title,
)
from sim.services.comparison.report.pictures.scales import list_percents, list_times
from sim.services.comparison.report.pictures.svg import (
    DASHED,
    INK,
    MUTED,
    Axis,
    Picture,
    draw_line,
    draw_path,
    draw_picture,
)

LEFT_PT = 34.0
HEAD_PT = 20.0
FOOT_PT = 16.0
APART_PT = 3.5


def draw_trend_times(view: TrendView, *, width_pt: float, height_pt: float, alt: str) -> Picture:
    """Return mean times with their intervals."""
    ticks = list_times(view.limit_s, most=5)
    return _draw_trend(
        view, view.time, high=view.limit_s, ticks=ticks, title="Mean time (min:s)", size=(width_pt, height_pt), alt=alt
    )


def draw_trend_accuracy(view: TrendView, *, width_pt: float, height_pt: float, alt: str) -> Picture:
    """Return mean accuracy with its intervals."""
    title = "Match with the actual path"
    return _draw_trend(
        view, view.accuracy, high=100.0, ticks=list_percents(), title=title, size=(width_pt, height_pt), alt=alt
    )


def _draw_trend(
    view: TrendView,
    points: Sequence[TrendPoint],
    *,
    high: float,
    ticks: Ticks,
    title: str,
    size: tuple[float, float],
    alt: str,
) -> Picture:
    width_pt, height_pt = size
    base, right = height_pt - FOOT_PT, width_pt - 8.0
    y = Axis(low=0.0, high=high, start_pt=base, end_pt=HEAD_PT)
    x = Axis(low=-0.5, high=len(view.labels) - 0.5, start_pt=LEFT_PT, end_pt=right)
    elements = [
        write_axis_title((2, 8), title),
        *draw_level_lines(y, ticks, left_pt=LEFT_PT, right_pt=right),
        *draw_foot_labels(x, _thin_out(view.labels), base_pt=base),
    ]
    if len(view.series) > 1:
        elements += draw_legend(view.series, at=(width_pt - 128, 8), with_marks=True)
    for number, series in enumerate(view.series):
        is_open = is_first_of_two(number, view.series)
        shift = APART_PT * (number - (len(view.series) - 1) / 2)
        mine = [point for point in points if point.series == series]
        ends = [(x.place(point.place) + shift, y.place(point.value)) for point in mine]
        if len(ends) > 1:
            elements.append(draw_path(ends, colour=INK, width=1.3, dash=DASHED if is_open else ""))
        for point, at in zip(mine, ends, strict=True):
            if point.lower is not None and point.upper is not None:
                bounds = (at[0], y.place(point.lower)), (at[0], y.place(point.upper))
                elements.append(draw_line(*bounds, colour=MUTED, width=0.9))
        elements += [draw_mark(at, is_open=is_open) for at in ends]
    return draw_picture(elements, width_pt=width_pt, height_pt=height_pt, alt=alt)


def _thin_out(labels: Sequence[str]) -> list[tuple[float, str]]:
    step = -(-len(labels) // 12)
    return [(float(place), label) for place, label in enumerate(labels) if place % step == 0]
