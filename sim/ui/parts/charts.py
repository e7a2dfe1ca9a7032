"""The three charts of a comparison. Before and after differ by place, dash and mark, so they read in grey too."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from sim.services.comparison.view import CurveStep, MeasureView, SlopePoint
from sim.ui.page.theme import SCREEN

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
MINUTES = "floor(datum.value / 60) + ':' + (datum.value % 60 < 10 ? '0' : '') + floor(datum.value % 60)"


def draw_time_pairs(points: tuple[SlopePoint, ...], *, typical: tuple[float, float] | None) -> alt.LayerChart:
    """Return the paired times: a line a person, a triangle at the limit where the time ran out."""
    top = max(point.value for point in points) * 1.05
    scale = alt.Scale(domain=[0.0, top], nice=False)
    axis = alt.Axis(labelExpr=MINUTES, values=list_minute_ticks(top))
    y = alt.Y("value:Q", title="Time used (min:s)", scale=scale, axis=axis)
    layers = list(_pair_layers(points, y=y, span=top))
    if typical is not None:
        middle = alt.Chart(pd.DataFrame({"phase": PHASES, "value": typical})).encode(x=_phase_axis(points), y=y)
        is_crowded = len(points) > 2 * MOST_MARKED
        layers.insert(
            len(layers) if is_crowded else 0,
            middle.mark_line(
                strokeWidth=5 if is_crowded else 9,
                opacity=1.0 if is_crowded else 0.45,
                color=SCREEN.accent,
                strokeCap="round",
            ),
        )
    return finish_chart(layers, height=SLOPE_HEIGHT)


def draw_measure_pairs(measure: MeasureView) -> alt.LayerChart:
    """Return the pairs of one accuracy measure."""
    largest = max((point.value for point in measure.points), default=0.0)
    top = 100.0 if measure.unit == "%" else max(10.0, largest * 1.05)
    y = alt.Y("value:Q", title=f"{measure.label} ({measure.unit})", scale=alt.Scale(domain=[0.0, top], nice=False))
    return finish_chart(_pair_layers(measure.points, y=y, span=top), height=SLOPE_HEIGHT)


def draw_completion(curve: tuple[CurveStep, ...], *, limit_s: float) -> alt.LayerChart:
    """Return the share finished by each time, before dashed and after solid, each with its interval."""
    table = pd.DataFrame(
        {
            "phase": [step.phase for step in curve],
            "time_s": [step.time_s for step in curve],
            "share": [100.0 * step.share for step in curve],
            "lower": [100.0 * step.lower for step in curve],
            "upper": [100.0 * step.upper for step in curve],
        }
    )
    x = alt.X(
        "time_s:Q",
        title="Time since the start (min:s)",
        scale=alt.Scale(domain=[0.0, limit_s], nice=False),
        axis=alt.Axis(labelExpr=MINUTES, values=list_minute_ticks(limit_s)),
    )
    y = alt.Y("share:Q", title="Finished (%)", scale=alt.Scale(domain=[0.0, 100.0]))
    colour = alt.Color(
        "phase:N",
        title=None,
        scale=alt.Scale(domain=PHASES, range=[SCREEN.muted, SCREEN.accent]),
        legend=_stroke_legend(),
    )
    dash = alt.StrokeDash(
        "phase:N",
        title=None,
        scale=alt.Scale(domain=PHASES, range=[[6, 4], [1, 0]]),
        legend=_stroke_legend(),
    )
    base = alt.Chart(table)
    band = base.mark_area(interpolate="step-after", opacity=0.14).encode(
        x=x, y=alt.Y("lower:Q", title="Finished (%)"), y2="upper:Q", color=colour
    )
    line = base.mark_line(interpolate="step-after", strokeWidth=2.5).encode(
        x=x,
        y=y,
        color=colour,
        strokeDash=dash,
        tooltip=[
            alt.Tooltip("phase:N", title="Phase"),
            alt.Tooltip("share:Q", title="Finished (%)", format=".0f"),
            alt.Tooltip("lower:Q", title="Interval from (%)", format=".0f"),
            alt.Tooltip("upper:Q", title="to (%)", format=".0f"),
        ],
    )
    return finish_chart((band, line), height=CURVE_HEIGHT)


def _stroke_legend() -> alt.Legend:
    return alt.Legend(orient="top", symbolType="stroke", symbolSize=900, symbolStrokeWidth=3, symbolOpacity=1.0)


def _pair_layers(points: tuple[SlopePoint, ...], *, y: alt.Y, span: float) -> tuple[alt.Chart, ...]:
    """Return lines, marks and names; a mark nobody has is no layer, since that would be a picture without a name."""
    table = pd.DataFrame(
        {
            "person": [point.person for point in points],
            "phase": [point.phase for point in points],
            "value": [point.value for point in points],
            "text": [point.text for point in points],
            "mark": ["ran out of time" if point.is_time_out else "finished" for point in points],
        }
    )
    base = alt.Chart(table).encode(
        x=_phase_axis(points),
        y=y,
        tooltip=[
            alt.Tooltip("person:N", title="Person"),
            alt.Tooltip("phase:N"),
            alt.Tooltip("text:N", title="Result"),
        ],
    )
    people = len({point.person for point in points})
    width = 1.4 if people <= MOST_NAMED else max(0.3, 25.0 / people)
    # of very many lines each is faint: where they lie close together the picture is dark
    opacity = max(FAINTEST, min(0.7, 0.7 * MOST_MARKED / people)) if people else 0.7
    line = base.mark_line(color=SCREEN.ink, strokeWidth=width, opacity=opacity).encode(detail="person:N")
    if people > MOST_MARKED:
        return (line,)
    done = base.transform_filter("datum.mark == 'finished'").mark_point(
        shape="circle", filled=True, size=60, color=SCREEN.ink, opacity=1.0
    )
    over = base.transform_filter("datum.mark != 'finished'").mark_point(
        shape="triangle-up",
        filled=True,
        size=130,
        color=SCREEN.surface,
        stroke=SCREEN.ink,
        strokeWidth=1.6,
        opacity=1.0,
    )
    labels = _list_labels(points, span=span)
    leaders = (
        alt.Chart(labels)
        .mark_line(color=SCREEN.muted, strokeWidth=0.6)
        .encode(x=_phase_axis(points), y=y.copy(), detail="person:N")
    )
    ends = (
        alt.Chart(labels)
        .transform_filter(f"datum.phase == '{NAMES}'")
        .encode(x=_phase_axis(points), y=y.copy(), text="person:N")
    )
    names = ends.mark_text(align="left", dx=4, color=SCREEN.ink, fontSize=12)
    kinds = ((done, any(not point.is_time_out for point in points)), (over, any(point.is_time_out for point in points)))
    marks = tuple(layer for layer, has_points in kinds if has_points)
    return (line, leaders, *marks, names) if people <= MOST_NAMED else (line, *marks)


def _list_labels(points: tuple[SlopePoint, ...], *, span: float) -> pd.DataFrame:
    """Return for each person the after mark and the place of the name: from the top down in the order of ids.

    Names stand apart from the marks and are joined to them by a thin line: in the order of results they would rank.
    """
    after = [(point.person, point.value) for point in points if point.phase == "After"]
    step = min(MOST_GAP, 1.0 / max(len(after) - 1, 1)) * span
    rows = [
        row
        for number, (person, value) in enumerate(after)
        for row in ((person, "After", value), (person, NAMES, span - number * step))
    ]
    return pd.DataFrame(rows, columns=["person", "phase", "value"])


def _phase_axis(points: tuple[SlopePoint, ...]) -> alt.X:
    """Return before and after side by side, and right of them the place of the names where there are few enough."""
    places = [*PHASES, NAMES] if len({point.person for point in points}) <= MOST_NAMED else PHASES
    return alt.X(
        "phase:O",
        sort=places,
        title=None,
        scale=alt.Scale(domain=places, type="point", padding=0.35),
        axis=alt.Axis(labelAngle=0, labelFontSize=14, labelFontWeight="bold", values=PHASES),
    )


def list_minute_ticks(top_s: float) -> list[float]:
    """Return round times in seconds from 0 to `top_s`."""
    step = next((step for step in (30.0, 60.0, 120.0, 300.0, 600.0, 1800.0) if top_s / step <= 9.0), 7200.0)
    return [step * index for index in range(int(top_s // step) + 1)]


def finish_chart(layers: Sequence[alt.Chart], *, height: int) -> alt.LayerChart:
    """Return the layers as one chart in the pages' colours and type."""
    config = alt.Config(
        background="transparent",
        font="Source Sans, sans-serif",
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor=SCREEN.ink,
            titleColor=SCREEN.ink,
            gridColor=SCREEN.line,
            domainColor=SCREEN.line,
            tickColor=SCREEN.line,
            labelFontSize=12,
            titleFontSize=13,
            titleFontWeight="normal",
        ),
        legend=alt.LegendConfig(labelColor=SCREEN.ink, labelFontSize=13),
    )
    # the colors are names that the page's sheet gives values: SVG looks them up, a canvas would not
    return alt.LayerChart(
        layer=list(layers), height=height, config=config, usermeta={"embedOptions": {"renderer": "svg"}}
    )
