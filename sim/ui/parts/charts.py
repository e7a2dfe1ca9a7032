"""The three charts of a comparison. Before and after differ by place, dash and mark, so they read in grey too.

Charts are Vega-Lite as it is sent to the browser: a library that builds it took half of a page's time.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from sim.services.comparison.figures import ForestView, TrendPoint, TrendView
from sim.services.comparison.view import CurveStep, MeasureView, SlopePoint
from sim.ui.page.theme import SCREEN

Spec = dict[str, Any]
PHASES = ["Before", "After"]
SLOPE_HEIGHT = 340
CURVE_HEIGHT = 300
MOST_GAP = 0.083
"""Of the span, between two names."""
NAMES = " "
"""The place right of both phases where names stand."""
MOST_NAMED = 12
MOST_MARKED = 60
FAINTEST = 0.04
MOST_PATHS = 60
"""A line each is a group of its own to the browser: 2,000 of them took it three seconds, so that many share a path."""
TYPES: Final = {"Q": "quantitative", "O": "ordinal", "N": "nominal"}
MINUTES = "floor(datum.value / 60) + ':' + (datum.value % 60 < 10 ? '0' : '') + floor(datum.value % 60)"


def draw_time_pairs(points: tuple[SlopePoint, ...], *, typical: tuple[float, float] | None) -> Spec:
    """Return the paired times: a line a person, a triangle at the limit where the time ran out."""
    top = max(point.value for point in points) * 1.05
    scale = {"domain": [0.0, top], "nice": False}
    y = field(
        "value:Q", title="Time used (min:s)", scale=scale, axis={"labelExpr": MINUTES, "values": list_minute_ticks(top)}
    )
    rows, layers = _pair_layers(points, y=y, span=top)
    if typical is not None:
        is_crowded = len(points) > 2 * MOST_MARKED
        middle = {
            "data": {"values": [{"phase": PHASES[side], "value": typical[side]} for side in range(2)]},
            "mark": {
                "type": "line",
                "strokeWidth": 5 if is_crowded else 9,
                "opacity": 1.0 if is_crowded else 0.45,
                "color": SCREEN.accent,
                "strokeCap": "round",
            },
            "encoding": {"x": _phase_axis(points), "y": y},
        }
        layers.insert(len(layers) if is_crowded else 0, middle)
    return finish_chart(rows, layers, height=SLOPE_HEIGHT)


def draw_measure_pairs(measure: MeasureView) -> Spec:
    largest = max((point.value for point in measure.points), default=0.0)
    top = 100.0 if measure.unit == "%" else max(10.0, largest * 1.05)
    y = field("value:Q", title=f"{measure.label} ({measure.unit})", scale={"domain": [0.0, top], "nice": False})
    return finish_chart(*_pair_layers(measure.points, y=y, span=top), height=SLOPE_HEIGHT)


def draw_completion(curve: tuple[CurveStep, ...], *, limit_s: float) -> Spec:
    """Return the share finished by each time, before dashed and after solid, each with its interval."""
    rows = [
        {
            "phase": step.phase,
            "time_s": step.time_s,
            "share": 100.0 * step.share,
            "lower": 100.0 * step.lower,
            "upper": 100.0 * step.upper,
        }
        for step in curve
    ]
    x = field(
        "time_s:Q",
        title="Time since the start (min:s)",
        scale={"domain": [0.0, limit_s], "nice": False},
        axis={"labelExpr": MINUTES, "values": list_minute_ticks(limit_s)},
    )
    legend = {"orient": "top", "symbolType": "stroke", "symbolSize": 900, "symbolStrokeWidth": 3, "symbolOpacity": 1.0}
    color = field(
        "phase:N", title=None, scale={"domain": PHASES, "range": [SCREEN.muted, SCREEN.accent]}, legend=legend
    )
    dash = field("phase:N", title=None, scale={"domain": PHASES, "range": [[6, 4], [1, 0]]}, legend=legend)
    tooltip = [
        field("phase:N", title="Phase"),
        field("share:Q", title="Finished (%)", format=".0f"),
        field("lower:Q", title="Interval from (%)", format=".0f"),
        field("upper:Q", title="to (%)", format=".0f"),
    ]
    band = {
        "mark": {"type": "area", "interpolate": "step-after", "opacity": 0.14},
        "encoding": {
            "x": x,
            "y": field("lower:Q", title="Finished (%)"),
            "y2": {"field": "upper"},
            "color": color,
        },
    }
    line = {
        "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2.5},
        "encoding": {
            "x": x,
            "y": field("share:Q", title="Finished (%)", scale={"domain": [0.0, 100.0]}),
            "color": color,
            "strokeDash": dash,
            "tooltip": tooltip,
        },
    }
    return finish_chart(rows, (band, line), height=CURVE_HEIGHT)


def _pair_layers(points: tuple[SlopePoint, ...], *, y: Spec, span: float) -> tuple[list[Spec], list[Spec]]:
    """Return the rows, and lines, marks and names; a mark nobody has is no layer: a picture without a name."""
    people = len({point.person for point in points})
    width = 1.4 if people <= MOST_NAMED else max(0.3, 25.0 / people)
    # of very many lines each is faint: where they lie close together the picture is dark
    opacity = max(FAINTEST, min(0.7, 0.7 * MOST_MARKED / people)) if people else 0.7
    stroke = {"type": "line", "color": SCREEN.ink, "strokeWidth": width, "opacity": opacity}
    x = _phase_axis(points)
    if people > MOST_MARKED:
        paths = {"detail": field("path:N"), "order": field("step:Q")}
        return _list_paths(points), [{"mark": stroke, "encoding": {"x": x, "y": y, **paths}}]
    rows = [
        {
            "person": point.person,
            "phase": point.phase,
            "value": point.value,
            "text": point.text,
            "mark": "ran out of time" if point.is_time_out else "finished",
        }
        for point in points
    ]
    tooltip = [field("person:N", title="Person"), field("phase:N"), field("text:N", title="Result")]
    shared = {"x": x, "y": y, "tooltip": tooltip}
    line = {"mark": stroke, "encoding": {**shared, "detail": field("person:N")}}
    done = {"type": "point", "shape": "circle", "filled": True, "size": 60, "color": SCREEN.ink, "opacity": 1.0}
    over = {
        "type": "point",
        "shape": "triangle-up",
        "filled": True,
        "size": 130,
        "color": SCREEN.surface,
        "stroke": SCREEN.ink,
        "strokeWidth": 1.6,
        "opacity": 1.0,
    }
    marks = [
        {"transform": [{"filter": f"datum.mark {sign} 'finished'"}], "mark": mark, "encoding": shared}
        for mark, sign, is_over in ((done, "==", False), (over, "!=", True))
        if any(point.is_time_out is is_over for point in points)
    ]
    if people > MOST_NAMED:
        return rows, [line, *marks]
    labels, place = {"values": _list_labels(points, span=span)}, {"x": x, "y": y}
    leaders = {
        "data": labels,
        "mark": {"type": "line", "color": SCREEN.muted, "strokeWidth": 0.6},
        "encoding": {**place, "detail": field("person:N")},
    }
    names = {
        "data": labels,
        "transform": [{"filter": f"datum.phase == '{NAMES}'"}],
        "mark": {"type": "text", "align": "left", "dx": 4, "color": SCREEN.ink, "fontSize": 12},
        "encoding": {**place, "text": field("person:N")},
    }
    return rows, [line, leaders, *marks, names]


def _list_paths(points: tuple[SlopePoint, ...]) -> list[Spec]:
    """Return the lines of very many people in `MOST_PATHS` paths, which break off between one line and the next."""
    of_person: dict[str, list[SlopePoint]] = {}
    for point in points:
        of_person.setdefault(point.person, []).append(point)
    rows = []
    for number, own in enumerate(of_person.values()):
        ends = [(point.phase, point.value) for point in sorted(own, key=lambda each: PHASES.index(each.phase))]
        rows += [
            {"path": number % MOST_PATHS, "phase": phase, "value": value} for phase, value in (*ends, (PHASES[1], None))
        ]
    return [{"step": step, **row} for step, row in enumerate(rows)]


def _list_labels(points: tuple[SlopePoint, ...], *, span: float) -> list[Spec]:
    """Return for each person the after mark and the place of the name: from the top down in the order of ids.

    Names stand apart from the marks and are joined to them by a thin line: in the order of results they would rank.
    """
    after = [(point.person, point.value) for point in points if point.phase == "After"]
    step = min(MOST_GAP, 1.0 / max(len(after) - 1, 1)) * span
    return [
        {"person": person, "phase": phase, "value": height}
        for number, (person, value) in enumerate(after)
        for phase, height in (("After", value), (NAMES, span - number * step))
    ]


def _phase_axis(points: tuple[SlopePoint, ...]) -> Spec:
    """Return before and after side by side, and right of them the place of the names where there are few enough."""
    places = [*PHASES, NAMES] if len({point.person for point in points}) <= MOST_NAMED else PHASES
    return field(
        "phase:O",
        sort=places,
        title=None,
        scale={"domain": places, "type": "point", "padding": 0.35},
        axis={"labelAngle": 0, "labelFontSize": 14, "labelFontWeight": "bold", "values": PHASES},
    )


def list_minute_ticks(top_s: float) -> list[float]:
    """Return round times in seconds from 0 to `top_s`."""
    step = next((step for step in (30.0, 60.0, 120.0, 300.0, 600.0, 1800.0) if top_s / step <= 9.0), 7200.0)
    return [step * index for index in range(int(top_s // step) + 1)]


def field(name: str, **more: object) -> Spec:
    """Return what a channel shows, "time_s:Q": Q for a number, O for one in order, N for a name; and more about it."""
    column, kind = name.rsplit(":", 1)
    return {"field": column, "type": TYPES[kind], **more}


def finish_chart(rows: Sequence[Mapping[str, object]], layers: Sequence[Spec], *, height: int) -> Spec:
    """Return the layers as one chart in the pages' colours and type, `rows` for those without data of their own."""
    config = {
        "background": "transparent",
        "font": "Source Sans, sans-serif",
        "view": {"stroke": None},
        "axis": {
            "labelColor": SCREEN.ink,
            "titleColor": SCREEN.ink,
            "gridColor": SCREEN.line,
            "domainColor": SCREEN.line,
            "tickColor": SCREEN.line,
            "labelFontSize": 12,
            "titleFontSize": 13,
            "titleFontWeight": "normal",
        },
        "legend": {"labelColor": SCREEN.ink, "labelFontSize": 13},
    }
    # the colors are names that the page's sheet gives values: SVG looks them up, a canvas would not
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": list(rows)},
        "layer": list(layers),
        "height": height,
        "config": config,
        "usermeta": {"embedOptions": {"renderer": "svg"}},
    }


def show_chart(chart: Spec, *, key: str, alt_text: str) -> None:
    """Draw a chart on the page, as wide as its place; `alt_text` says it in words."""
    st.vega_lite_chart(chart, width="stretch", theme=None, key=key, alt=alt_text)


ROW_HEIGHT = 30
TREND_HEIGHT = 230


def draw_forest(forest: ForestView) -> Spec:
    """Return a row for each kind of task or school, in the given order; the dashed line is no change."""
    nothing = 1.0 if forest.is_ratio else 0.0
    rows = [
        {
            "label": row.label,
            "estimate": row.estimate,
            "lower": row.lower,
            "upper": row.upper,
            "text": row.text,
            "people": row.people,
            "kind": "all" if row.is_total else "one",
        }
        for row in forest.rows
    ]
    values = (value for row in forest.rows for value in (row.lower, row.estimate, row.upper))
    bounds = [value for value in values if value is not None]
    scale: Spec
    axis: Spec
    if forest.is_ratio:
        scale = {"type": "log", "domain": [min([0.5, *bounds]) * 0.95, max([2.0, *bounds]) * 1.05], "nice": False}
        axis = {
            "values": [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0],
            "labelExpr": (
                "abs(datum.value - 1) < 0.005 ? 'same' : (datum.value > 1 ? '+' : '\N{MINUS SIGN}')"
                " + round(abs(datum.value - 1) * 100) + '%'"
            ),
        }
    else:
        reach = max([30.0, *(abs(bound) for bound in bounds)]) * 1.05
        scale = {"domain": [-reach, reach], "nice": False}
        axis = {
            "tickCount": 5,
            "labelExpr": "datum.value == 0 ? 'same' : (datum.value > 0 ? '+' : '\N{MINUS SIGN}')"
            " + abs(datum.value) + ' s'",
        }
    title = "Mean time, after against before (left: faster)"
    x = field("estimate:Q", title=title, scale=scale, axis=axis)
    labels = [row.label for row in forest.rows]
    y = field("label:N", sort=labels, title=None, axis={"labelLimit": 190, "labelFontSize": 13})
    tooltip = [
        field("label:N", title="Row"),
        field("text:N", title="Change"),
        field("people:Q", title="People"),
    ]
    middle = {
        "data": {"values": [{"estimate": nothing}]},
        "mark": {"type": "rule", "color": SCREEN.muted, "strokeDash": [6, 4], "strokeWidth": 1.5},
        "encoding": {"x": x},
    }
    line = {
        "mark": {"type": "rule", "color": SCREEN.ink, "strokeWidth": 2},
        "encoding": {
            "x": field("lower:Q", title=title, scale=scale, axis=axis),
            "x2": {"field": "upper"},
            "y": y,
            "tooltip": tooltip,
        },
    }
    shapes = {"domain": ["one", "all"], "range": ["square", "diamond"]}
    marks = {
        "mark": {"type": "point", "filled": True, "size": 110, "color": SCREEN.ink, "opacity": 1.0},
        "encoding": {"x": x, "y": y, "shape": field("kind:N", legend=None, scale=shapes), "tooltip": tooltip},
    }
    return finish_chart(rows, (middle, line, marks), height=90 + ROW_HEIGHT * len(forest.rows))


def draw_trend_times(trend: TrendView) -> Spec:
    title = "Mean time (min:s)"
    y = field(
        "value:Q",
        title=title,
        scale={"domain": [0.0, trend.limit_s], "nice": False},
        axis={"labelExpr": MINUTES, "values": list_minute_ticks(trend.limit_s)},
    )
    return _draw_trend(trend, trend.time, y=y, title=title)


def draw_trend_accuracy(trend: TrendView) -> Spec:
    title = "Match with the actual path (%)"
    y = field("value:Q", title=title, scale={"domain": [0.0, 100.0], "nice": False})
    return _draw_trend(trend, trend.accuracy, y=y, title=title)


def _draw_trend(trend: TrendView, points: Sequence[TrendPoint], *, y: Spec, title: str) -> Spec:
    rows = [
        {
            "series": point.series,
            "label": point.label,
            "value": point.value,
            "lower": point.lower,
            "upper": point.upper,
            "text": point.text,
            "people": point.people,
        }
        for point in points
    ]
    series = list(trend.series)
    is_pair = len(series) > 1
    x = field(
        "label:N",
        sort=list(trend.labels),
        title=None,
        scale={"domain": list(trend.labels), "type": "point", "padding": 0.5},
        axis={"labelAngle": 0, "labelFontSize": 12, "labelOverlap": True},
    )
    legend = {"orient": "top", "title": None, "symbolSize": 140} if is_pair else None

    def tell_apart(pair: list[object], one: object) -> Spec:
        return field("series:N", legend=legend, scale={"domain": series, "range": pair if is_pair else [one]})

    dash = tell_apart([[6, 4], [1, 0]], [1, 0])
    tooltip = [
        field("series:N", title="When"),
        field("label:N", title="Where"),
        field("text:N", title="Mean"),
        field("people:Q", title="People"),
    ]
    line = {
        "mark": {"type": "line", "color": SCREEN.ink, "strokeWidth": 2},
        "encoding": {"x": x, "y": y, "strokeDash": dash},
    }
    bounds = {
        "mark": {"type": "rule", "color": SCREEN.muted, "strokeWidth": 1.5},
        "encoding": {"x": x, "y": field("lower:Q", title=title), "y2": {"field": "upper"}, "tooltip": tooltip},
    }
    marks = {
        "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1.0},
        "encoding": {
            "x": x,
            "y": y,
            "shape": tell_apart(["square", "circle"], "circle"),
            "fill": tell_apart([SCREEN.surface, SCREEN.ink], SCREEN.ink),
            "stroke": {"value": SCREEN.ink},
            "strokeWidth": {"value": 1.6},
            "tooltip": tooltip,
        },
    }
    return finish_chart(rows, (bounds, line, marks), height=TREND_HEIGHT)
