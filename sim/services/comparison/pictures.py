"""The paired slope picture: one line a person from before to after."""

import math
from collections.abc import Sequence

from sim.services.comparison.figures import ForestRow, ForestView, TrendPoint, TrendView
from sim.services.comparison.svg import (
    BAND,
    DASHED,
    DOTTED,
    INK,
    LINE,
    MUTED,
    PAPER,
    Axis,
    Picture,
    Ticks,
    draw_area,
    draw_diamond,
    draw_dot,
    draw_foot_labels,
    draw_legend,
    draw_level_lines,
    draw_line,
    draw_mark,
    draw_path,
    draw_picture,
    draw_square,
    draw_triangle,
    is_first_of_two,
    list_percents,
    list_ratios,
    list_times,
    write,
    write_axis_title,
)
from sim.services.comparison.view import CurveStep, MeasureView, SlopePoint
from sim.text.words import shorten

NAME_SIGNS = 14
NAME_STEP_PT = 8.6
NAME_PT = 7.5
SLOPE_HEAD_PT = 26.0
SLOPE_FOOT_PT = 6.0
SLOPE_LEFT_PT = 34.0
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
    is_named = len(people) * NAME_STEP_PT <= height_pt - SLOPE_FOOT_PT - SLOPE_HEAD_PT
    is_marked = len(people) <= MOST_MARKED
    right = width_pt - (74.0 if is_named else 14.0)
    y = Axis(low=0.0, high=top, start_pt=height_pt - SLOPE_FOOT_PT, end_pt=SLOPE_HEAD_PT)
    before, after = SLOPE_LEFT_PT + 14.0, right - 14.0
    elements = [
        write_axis_title((2, 8), title),
        *draw_level_lines(y, ticks, left_pt=SLOPE_LEFT_PT, right_pt=right),
        write((before, SLOPE_HEAD_PT - 7), "Before", anchor="middle", is_bold=True),
        write((after, SLOPE_HEAD_PT - 7), "After", anchor="middle", is_bold=True),
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


CURVE_LEFT_PT = 38.0
CURVE_HEAD_PT = 24.0
RISK_STEP_PT = 10.0
FEWEST_APART_PT = 17.0
RISK_SIGN_PT = 3.8


def draw_completion_curves(
    curve: Sequence[CurveStep],
    *,
    limit_s: float,
    at_risk: Sequence[tuple[float, int, int]],
    width_pt: float,
    height_pt: float,
    alt: str,
) -> Picture:
    """Return both curves: before dashed, its interval between dotted lines; after solid, its interval a grey band."""
    base = height_pt - 46.0
    x = Axis(low=0.0, high=limit_s, start_pt=CURVE_LEFT_PT, end_pt=width_pt - 12.0)
    y = Axis(low=0.0, high=100.0, start_pt=base, end_pt=CURVE_HEAD_PT)
    before = [step for step in curve if step.phase == "Before"]
    after = [step for step in curve if step.phase == "After"]
    lower, upper = ([_bound(step, name) for step in after] for name in ("lower", "upper"))
    elements = [
        *draw_legend(("Before", "After"), at=(CURVE_LEFT_PT, 9), with_marks=False),
        draw_area([*_trace(upper, x, y), *reversed(_trace(lower, x, y))], colour=BAND),
        *draw_level_lines(y, list_percents(), left_pt=CURVE_LEFT_PT, right_pt=x.end_pt),
        *(
            draw_path(_trace([_bound(step, name) for step in before], x, y), colour=MUTED, width=0.7, dash=DOTTED)
            for name in ("lower", "upper")
        ),
        draw_path(_trace([(step.time_s, step.share) for step in after], x, y), colour=INK, width=1.6),
        draw_path(_trace([(step.time_s, step.share) for step in before], x, y), colour=INK, width=1.4, dash=DASHED),
        *draw_foot_labels(x, list_times(limit_s, most=8), base_pt=base),
    ]
    elements += _write_at_risk(at_risk, x, base_pt=base + 15)
    return draw_picture(elements, width_pt=width_pt, height_pt=height_pt, alt=alt)


def _bound(step: CurveStep, name: str) -> tuple[float, float]:
    return step.time_s, step.lower if name == "lower" else step.upper


def _trace(steps: Sequence[tuple[float, float]], x: Axis, y: Axis) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for time_s, share in steps:
        if points:
            points.append((x.place(time_s), points[-1][1]))
        points.append((x.place(time_s), y.place(100.0 * share)))
    return points


def _write_at_risk(at_risk: Sequence[tuple[float, int, int]], x: Axis, *, base_pt: float) -> list[str]:
    elements = [write((2, base_pt + 8), "Still searching", colour=MUTED, size=7)]
    digits = max((len(str(count)) for _, *counts in at_risk for count in counts), default=1)
    apart_pt = max(FEWEST_APART_PT, RISK_SIGN_PT * (digits + 1.5))
    for number, name in enumerate(("Before", "After")):
        row = base_pt + 8 + (number + 1) * RISK_STEP_PT
        elements.append(write((2, row), name, size=7.5, is_bold=True))
        last = -1e9
        for time_s, *counts in at_risk:
            at = x.place(time_s)
            if at - last >= apart_pt:
                elements.append(
                    write((max(at, CURVE_LEFT_PT + 4), row), str(counts[number]), anchor="middle", size=7.5)
                )
                last = at
    return elements


TREND_LEFT_PT = 34.0
TREND_HEAD_PT = 20.0
TREND_FOOT_PT = 16.0
APART_PT = 3.5


def draw_trend_times(view: TrendView, *, width_pt: float, height_pt: float, alt: str) -> Picture:
    ticks = list_times(view.limit_s, most=5)
    return _draw_trend(
        view, view.time, high=view.limit_s, ticks=ticks, title="Mean time (min:s)", size=(width_pt, height_pt), alt=alt
    )


def draw_trend_accuracy(view: TrendView, *, width_pt: float, height_pt: float, alt: str) -> Picture:
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
    base, right = height_pt - TREND_FOOT_PT, width_pt - 8.0
    y = Axis(low=0.0, high=high, start_pt=base, end_pt=TREND_HEAD_PT)
    x = Axis(low=-0.5, high=len(view.labels) - 0.5, start_pt=TREND_LEFT_PT, end_pt=right)
    elements = [
        write_axis_title((2, 8), title),
        *draw_level_lines(y, ticks, left_pt=TREND_LEFT_PT, right_pt=right),
        *draw_foot_labels(x, _thin_labels(view.labels), base_pt=base),
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


def _thin_labels(labels: Sequence[str]) -> list[tuple[float, str]]:
    step = -(-len(labels) // 12)
    return [(float(place), label) for place, label in enumerate(labels) if place % step == 0]


ROW_PT = 13.0
FOREST_HEAD_PT = 18.0
FOREST_FOOT_PT = 18.0
LABEL_PT = 130.0
TEXT_PT = 62.0
LABEL_SIGNS = 28


def draw_forest(view: ForestView, *, width_pt: float, alt: str) -> Picture:
    """Return the rows with their marks; the dashed line is no change, left of it is faster after."""
    values = [bound for row in view.rows for bound in (row.lower, row.estimate, row.upper) if bound is not None]
    x, ticks, nothing = _make_scale(values, is_ratio=view.is_ratio, end_pt=width_pt - TEXT_PT)
    base = FOREST_HEAD_PT + ROW_PT * len(view.rows)
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
        elements += _draw_row(
            row, x, y_pt=FOREST_HEAD_PT + ROW_PT * (number + 0.5), is_ratio=view.is_ratio, end_pt=width_pt
        )
    return draw_picture(elements, width_pt=width_pt, height_pt=base + FOREST_FOOT_PT, alt=alt)


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
