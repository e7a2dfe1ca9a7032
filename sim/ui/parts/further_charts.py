"""Charts beyond the pairs: rows with intervals, and means along drills or months. Marks and dashes tell lines apart."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from sim.services.comparison.parts.forest import ForestView
from sim.services.comparison.parts.trend import TrendPoint, TrendView
from sim.ui.page.theme import SCREEN
from sim.ui.parts.charts import MINUTES, finish_chart, list_minute_ticks

ROW_HEIGHT = 30
TREND_HEIGHT = 230
_PERCENT_OF_RATIO = (
    "abs(datum.value - 1) < 0.005 ? 'same' : (datum.value > 1 ? '+' : '\N{MINUS SIGN}')"
    " + round(abs(datum.value - 1) * 100) + '%'"
)
_SIGNED_SECONDS = "datum.value == 0 ? 'same' : (datum.value > 0 ? '+' : '\N{MINUS SIGN}') + abs(datum.value) + ' s'"


def draw_forest(forest: ForestView) -> alt.LayerChart:
    """Return a row for each kind of task or school, in the given order; the dashed line is no change."""
    nothing = 1.0 if forest.is_ratio else 0.0
    table = pd.DataFrame(
        {
            "label": [row.label for row in forest.rows],
            "estimate": [row.estimate for row in forest.rows],
            "lower": [row.lower for row in forest.rows],
            "upper": [row.upper for row in forest.rows],
            "text": [row.text for row in forest.rows],
            "people": [row.people for row in forest.rows],
            "kind": ["all" if row.is_total else "one" for row in forest.rows],
        }
    )
    bounds = [value for name in ("lower", "estimate", "upper") for value in table[name].dropna()]
    if forest.is_ratio:
        scale = alt.Scale(type="log", domain=[min([0.5, *bounds]) * 0.95, max([2.0, *bounds]) * 1.05], nice=False)
        axis = alt.Axis(values=[0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0], labelExpr=_PERCENT_OF_RATIO)
    else:
        reach = max([30.0, *(abs(bound) for bound in bounds)]) * 1.05
        scale = alt.Scale(domain=[-reach, reach], nice=False)
        axis = alt.Axis(tickCount=5, labelExpr=_SIGNED_SECONDS)
    title = "Mean time, after against before (left: faster)"
    x = alt.X("estimate:Q", title=title, scale=scale, axis=axis)
    y = alt.Y("label:N", sort=list(table["label"]), title=None, axis=alt.Axis(labelLimit=190, labelFontSize=13))
    tooltip = [
        alt.Tooltip("label:N", title="Row"),
        alt.Tooltip("text:N", title="Change"),
        alt.Tooltip("people:Q", title="People"),
    ]
    base = alt.Chart(table)
    middle = (
        alt.Chart(pd.DataFrame({"estimate": [nothing]}))
        .mark_rule(color=SCREEN.muted, strokeDash=[6, 4], strokeWidth=1.5)
        .encode(x=x)
    )
    line = base.mark_rule(color=SCREEN.ink, strokeWidth=2).encode(
        x=alt.X("lower:Q", title=title, scale=scale, axis=axis), x2="upper:Q", y=y, tooltip=tooltip
    )
    marks = base.mark_point(filled=True, size=110, color=SCREEN.ink, opacity=1.0).encode(
        x=x,
        y=y,
        shape=alt.Shape("kind:N", legend=None, scale=alt.Scale(domain=["one", "all"], range=["square", "diamond"])),
        tooltip=tooltip,
    )
    return finish_chart((middle, line, marks), height=90 + ROW_HEIGHT * len(forest.rows))


def draw_trend_times(trend: TrendView) -> alt.LayerChart:
    """Return mean times with their intervals along the drills or months."""
    title = "Mean time (min:s)"
    y = alt.Y(
        "value:Q",
        title=title,
        scale=alt.Scale(domain=[0.0, trend.limit_s], nice=False),
        axis=alt.Axis(labelExpr=MINUTES, values=list_minute_ticks(trend.limit_s)),
    )
    return _draw_trend(trend, trend.time, y=y, title=title)


def draw_trend_accuracy(trend: TrendView) -> alt.LayerChart:
    """Return mean accuracy with its intervals along the drills or months."""
    title = "Match with the actual path (%)"
    y = alt.Y("value:Q", title=title, scale=alt.Scale(domain=[0.0, 100.0], nice=False))
    return _draw_trend(trend, trend.accuracy, y=y, title=title)


def _draw_trend(trend: TrendView, points: Sequence[TrendPoint], *, y: alt.Y, title: str) -> alt.LayerChart:
    table = pd.DataFrame(
        {
            "series": [point.series for point in points],
            "label": [point.label for point in points],
            "value": [point.value for point in points],
            "lower": [point.lower for point in points],
            "upper": [point.upper for point in points],
            "text": [point.text for point in points],
            "people": [point.people for point in points],
        }
    )
    series = list(trend.series)
    is_pair = len(series) > 1
    x = alt.X(
        "label:N",
        sort=list(trend.labels),
        title=None,
        scale=alt.Scale(domain=list(trend.labels), type="point", padding=0.5),
        axis=alt.Axis(labelAngle=0, labelFontSize=12, labelOverlap=True),
    )
    legend = alt.Legend(orient="top", title=None, symbolSize=140) if is_pair else None
    shape = alt.Shape(
        "series:N", legend=legend, scale=alt.Scale(domain=series, range=["square", "circle"] if is_pair else ["circle"])
    )
    dash = alt.StrokeDash(
        "series:N", legend=legend, scale=alt.Scale(domain=series, range=[[6, 4], [1, 0]] if is_pair else [[1, 0]])
    )
    fill = alt.Fill(
        "series:N",
        legend=legend,
        scale=alt.Scale(domain=series, range=[SCREEN.surface, SCREEN.ink] if is_pair else [SCREEN.ink]),
    )
    tooltip = [
        alt.Tooltip("series:N", title="When"),
        alt.Tooltip("label:N", title="Where"),
        alt.Tooltip("text:N", title="Mean"),
        alt.Tooltip("people:Q", title="People"),
    ]
    base = alt.Chart(table)
    line = base.mark_line(color=SCREEN.ink, strokeWidth=2).encode(x=x, y=y, strokeDash=dash)
    bounds = base.mark_rule(color=SCREEN.muted, strokeWidth=1.5).encode(
        x=x, y=alt.Y("lower:Q", title=title), y2="upper:Q", tooltip=tooltip
    )
    marks = base.mark_point(filled=True, size=90, opacity=1.0).encode(
        x=x,
        y=y,
        shape=shape,
        fill=fill,
        stroke=alt.value(SCREEN.ink),
        strokeWidth=alt.value(1.6),
        tooltip=tooltip,
    )
    return finish_chart((bounds, line, marks), height=TREND_HEIGHT)
