"""The charts of one person's drills; marks tell before, after and later apart."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from sim.services.team.person_view import PHASE_WORDS, PersonDrill
from sim.ui.page.theme import SCREEN
from sim.ui.parts.charts import MINUTES, finish_chart, list_minute_ticks

HEIGHT = 240
TIME_OUT = "Ran out of time"
KINDS = [*PHASE_WORDS.values(), TIME_OUT]
SHAPES = ["square", "circle", "diamond", "triangle-up"]
FILLS = [SCREEN.surface, SCREEN.ink, SCREEN.ink, SCREEN.surface]


def draw_own_times(drills: Sequence[PersonDrill]) -> alt.LayerChart:
    """Return the time of each drill."""
    top = max(drill.time_s for drill in drills) * 1.1
    y = alt.Y(
        "value:Q",
        title="Time used (min:s)",
        scale=alt.Scale(domain=[0.0, top], nice=False),
        axis=alt.Axis(labelExpr=MINUTES, values=list_minute_ticks(top)),
    )
    return _draw_drills(drills, [drill.time_s for drill in drills], y=y)


def draw_own_accuracy(drills: Sequence[PersonDrill]) -> alt.LayerChart:
    """Return the accuracy of each drill in which it is defined."""
    defined = [drill for drill in drills if drill.accuracy is not None]
    y = alt.Y("value:Q", title="Match with the actual path (%)", scale=alt.Scale(domain=[0.0, 100.0], nice=False))
    return _draw_drills(defined, [drill.accuracy or 0.0 for drill in defined], y=y)


def _draw_drills(drills: Sequence[PersonDrill], values: Sequence[float], *, y: alt.Y) -> alt.LayerChart:
    table = pd.DataFrame(
        {
            "number": [drill.number for drill in drills],
            "value": list(values),
            "kind": [TIME_OUT if drill.is_time_out else drill.phase for drill in drills],
            "day": [drill.day for drill in drills],
            "text": [drill.text for drill in drills],
        }
    )
    kinds = [kind for kind in KINDS if kind in set(table["kind"])]
    places = [KINDS.index(kind) for kind in kinds]
    x = alt.X("number:O", title="Drill", axis=alt.Axis(labelAngle=0, labelOverlap=True))
    shape = alt.Shape(
        "kind:N",
        legend=alt.Legend(orient="top", title=None, symbolSize=140),
        scale=alt.Scale(domain=kinds, range=[SHAPES[place] for place in places]),
    )
    fill = alt.Fill("kind:N", legend=None, scale=alt.Scale(domain=kinds, range=[FILLS[place] for place in places]))
    base = alt.Chart(table).encode(x=x, y=y)
    line = base.mark_line(color=SCREEN.line, strokeWidth=1.5)
    marks = base.mark_point(filled=True, size=110, opacity=1.0).encode(
        shape=shape,
        fill=fill,
        stroke=alt.value(SCREEN.ink),
        strokeWidth=alt.value(1.6),
        tooltip=[
            alt.Tooltip("number:O", title="Drill"),
            alt.Tooltip("day:N", title="Day"),
            alt.Tooltip("text:N", title="Result"),
        ],
    )
    return finish_chart((line, marks), height=HEIGHT)
