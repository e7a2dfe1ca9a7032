"""The charts of one person's drills; marks tell before, after and later apart."""

from collections.abc import Sequence

from sim.services.team.person_view import PHASE_WORDS, PersonDrill
from sim.ui.page.theme import SCREEN
from sim.ui.parts.charts import MINUTES, Spec, field, finish_chart, list_minute_ticks

HEIGHT = 240
TIME_OUT = "Ran out of time"
KINDS = [*PHASE_WORDS.values(), TIME_OUT]
SHAPES = ["square", "circle", "diamond", "triangle-up"]
FILLS = [SCREEN.surface, SCREEN.ink, SCREEN.ink, SCREEN.surface]


def draw_own_times(drills: Sequence[PersonDrill]) -> Spec:
    top = max(drill.time_s for drill in drills) * 1.1
    y = field(
        "value:Q",
        title="Time used (min:s)",
        scale={"domain": [0.0, top], "nice": False},
        axis={"labelExpr": MINUTES, "values": list_minute_ticks(top)},
    )
    return _draw_drills(drills, [drill.time_s for drill in drills], y=y)


def draw_own_accuracy(drills: Sequence[PersonDrill]) -> Spec:
    defined = [drill for drill in drills if drill.accuracy is not None]
    y = field("value:Q", title="Match with the actual path (%)", scale={"domain": [0.0, 100.0], "nice": False})
    return _draw_drills(defined, [drill.accuracy or 0.0 for drill in defined], y=y)


def _draw_drills(drills: Sequence[PersonDrill], values: Sequence[float], *, y: Spec) -> Spec:
    rows = [
        {
            "number": drill.number,
            "value": value,
            "kind": TIME_OUT if drill.is_time_out else drill.phase,
            "day": drill.day,
            "text": drill.text,
        }
        for drill, value in zip(drills, values, strict=True)
    ]
    kinds = [kind for kind in KINDS if any(row["kind"] == kind for row in rows)]
    places = [KINDS.index(kind) for kind in kinds]
    x = field("number:O", title="Drill", axis={"labelAngle": 0, "labelOverlap": True})
    line = {"mark": {"type": "line", "color": SCREEN.line, "strokeWidth": 1.5}, "encoding": {"x": x, "y": y}}
    marks = {
        "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1.0},
        "encoding": {
            "x": x,
            "y": y,
            "shape": field(
                "kind:N",
                legend={"orient": "top", "title": None, "symbolSize": 140},
                scale={"domain": kinds, "range": [SHAPES[place] for place in places]},
            ),
            "fill": field("kind:N", legend=None, scale={"domain": kinds, "range": [FILLS[place] for place in places]}),
            "stroke": {"value": SCREEN.ink},
            "strokeWidth": {"value": 1.6},
            "tooltip": [
                field("number:O", title="Drill"),
                field("day:N", title="Day"),
                field("text:N", title="Result"),
            ],
        },
    }
    return finish_chart(rows, (line, marks), height=HEIGHT)
