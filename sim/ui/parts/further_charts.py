"""Charts beyond the pairs: rows with intervals, and means along drills or months. Marks and dashes tell lines apart."""

from collections.abc import Sequence

from sim.services.comparison.figures import ForestView, TrendPoint, TrendView
from sim.ui.page.theme import SCREEN
from sim.ui.parts.charts import MINUTES, Spec, field, finish_chart, list_minute_ticks

ROW_HEIGHT = 30
TREND_HEIGHT = 230
_PERCENT_OF_RATIO = (
    "abs(datum.value - 1) < 0.005 ? 'same' : (datum.value > 1 ? '+' : '\N{MINUS SIGN}')"
    " + round(abs(datum.value - 1) * 100) + '%'"
)
_SIGNED_SECONDS = "datum.value == 0 ? 'same' : (datum.value > 0 ? '+' : '\N{MINUS SIGN}') + abs(datum.value) + ' s'"


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
        axis = {"values": [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0], "labelExpr": _PERCENT_OF_RATIO}
    else:
        reach = max([30.0, *(abs(bound) for bound in bounds)]) * 1.05
        scale = {"domain": [-reach, reach], "nice": False}
        axis = {"tickCount": 5, "labelExpr": _SIGNED_SECONDS}
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
    """Return mean times with their intervals along the drills or months."""
    title = "Mean time (min:s)"
    y = field(
        "value:Q",
        title=title,
        scale={"domain": [0.0, trend.limit_s], "nice": False},
        axis={"labelExpr": MINUTES, "values": list_minute_ticks(trend.limit_s)},
    )
    return _draw_trend(trend, trend.time, y=y, title=title)


def draw_trend_accuracy(trend: TrendView) -> Spec:
    """Return mean accuracy with its intervals along the drills or months."""
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
