"""Which pictures a comparison has, under which title and note: page and paper draw the same."""

from dataclasses import dataclass

from sim.compare.comparison import Comparison
from sim.services.comparison import wording
from sim.services.comparison.pictures import (
    draw_curves,
    draw_decides,
    draw_flow,
    draw_forest,
    draw_slopes,
    draw_trend,
)
from sim.services.comparison.svg import Picture
from sim.services.comparison.tables import GROUP_LABELS

HALF_PT, FOREST_PT = 244.0, 280.0
DECIDES_PT, SLOPE_PT, FLOW_PT = 240.0, (240.0, 150.0), (240.0, 188.0)  # of one group, and of two
SLOPE_HIGH_PT = 156.0
MOST_PARTS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One picture or two under a title and a note, and the table that says the same."""

    key: str
    title: str
    note: str
    pictures: tuple[Picture, ...]
    table: str  # name of its table; "" for none


def list_first_panels(comparison: Comparison) -> tuple[Panel, ...]:
    """Return the pictures of the first page: what decides, everybody's times, and who is compared."""
    panels = []
    plan = comparison.plan
    groups = comparison.groups if comparison.is_described else ()
    two = len(comparison.flow[0].counts) > 1
    if groups and comparison.effects.match.estimate is not None:
        note = wording.DECIDES_NOTE.format(margin=f"{100 * plan.margin:.0f} points lower")
        if plan.smallest is not None:
            note += wording.SMALLEST_NOTE.format(smallest=f"{100 * plan.smallest:.0f}% less")
        decides = draw_decides(comparison, width_pt=DECIDES_PT)
        panels.append(Panel(key="decides", title=wording.DECIDES, note=note, pictures=(decides,), table="groups"))
    slopes = tuple(
        draw_slopes(
            [person for person in comparison.people if person.group == group.name],
            limit_s=comparison.left.limit_s,
            title=f"{GROUP_LABELS[group.name]} (min:s)",
            width_pt=SLOPE_PT[two],
            height_pt=SLOPE_HIGH_PT,
        )
        for group in groups
        if group.typical_s is not None
    )
    if slopes:
        panels.append(Panel(key="times", title=wording.TIMES, note=wording.TIMES_NOTE, pictures=slopes, table="times"))
    flow = draw_flow(comparison, width_pt=FLOW_PT[two])
    return (*panels, Panel(key="flow", title=wording.FLOW, note="", pictures=(flow,), table="flow"))


def list_further_panels(comparison: Comparison) -> tuple[Panel, ...]:
    """Return every other picture, in the order of the appendix."""
    if not comparison.is_described:
        return ()
    panels = []
    of_trained = wording.OF_TRAINED if comparison.effects.has_waiting else ""
    curves = comparison.curve
    if curves:
        pictures = tuple(
            draw_curves(curves[at : at + 2], limit_s=comparison.left.limit_s, width_pt=HALF_PT, height_pt=132.0)
            for at in range(0, len(curves), 2)
        )
        panels.append(
            Panel(key="found", title=wording.FOUND, note=wording.FOUND_NOTE, pictures=pictures, table="found")
        )
    for key, title, note, points, table in (
        ("learning", wording.LEARNING, wording.LEARNING_NOTE, comparison.learning, "drill-by-drill"),
        ("retention", wording.RETENTION, wording.RETENTION_NOTE, comparison.retention, "later"),
    ):
        if points:
            pictures = tuple(
                draw_trend(points, is_time=is_time, width_pt=HALF_PT, height_pt=112.0)
                for is_time in (True, False)
                if is_time or any(point.match.estimate is not None for point in points)
            )
            panels.append(Panel(key=key, title=title, note=of_trained + note, pictures=pictures, table=table))
    for key, title, note, parts, table in (
        ("types", wording.TASK_TYPES, wording.TASK_TYPES_NOTE, comparison.by_task_type, "task-types"),
        ("schools", wording.SCHOOLS, wording.SCHOOLS_NOTE, comparison.by_school, "schools"),
    ):
        panels += [
            Panel(
                key=key if at == 0 else f"{key}-{at}",
                title=title,
                note=of_trained + note,
                pictures=(
                    draw_forest(
                        parts[at : at + MOST_PARTS],
                        comparison.effects.own,
                        is_types=key == "types",
                        width_pt=FOREST_PT,
                    ),
                ),
                table=table,
            )
            for at in range(0, len(parts), MOST_PARTS)
        ]
    return tuple(panels)
