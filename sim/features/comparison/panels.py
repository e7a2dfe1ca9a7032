"""Which pictures a comparison has, under which title and note: page and paper draw the same."""

from dataclasses import dataclass

from sim.compare.comparison import Comparison
from sim.compare.result import LEVEL
from sim.compare.wording import say_level
from sim.features.comparison import pictures
from sim.features.comparison.pictures import Picture
from sim.features.comparison.tables import GROUP_LABELS, TABLE_TITLES

HALF_PT, FOREST_PT = 244.0, 280.0
DECIDES_PT, SLOPE_PT, FLOW_PT = 240.0, (240.0, 150.0), (240.0, 188.0)  # of one group, and of two
MOST_PARTS = 30
OF_TRAINED = "Of those who were trained. "


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
    panels, plan = [], comparison.plan
    groups = comparison.groups if comparison.is_described else ()
    two = len(comparison.flow[0].counts) > 1
    if groups and comparison.effects.match.estimate is not None:
        level = say_level(plan.raise_level(LEVEL))
        note = (
            f"Lines are {level} intervals; upright: no change, left of it faster, or for match and drills passed "
            f"lower. Dotted, for match: the margin, {100 * plan.margin:.0f} points lower."
        )
        if plan.smallest is not None:
            note += f" Dotted, for time: the smallest change worth having, {100 * plan.smallest:.0f}% less."
        decides = pictures.draw_decides(comparison, width_pt=DECIDES_PT)
        panels.append(Panel(key="decides", title="What decides", note=note, pictures=(decides,), table="groups"))
    slopes = tuple(
        pictures.draw_slopes(
            [person for person in comparison.people if person.group == group.name],
            limit_s=comparison.left.limit_s,
            title=f"{GROUP_LABELS[group.name]} (min:s)",
            width_pt=SLOPE_PT[two],
            height_pt=156.0,
        )
        for group in groups
        if group.typical_s is not None
    )
    if slopes:
        note = (
            "A line per person; a drill not passed counts as the limit. Triangle: none passed. Broad: a typical person."
        )
        panels.append(Panel(key="times", title="Time to a right answer", note=note, pictures=slopes, table="times"))
    flow = pictures.draw_flow(comparison, width_pt=FLOW_PT[two])
    return (*panels, Panel(key="flow", title="Who is compared", note="", pictures=(flow,), table="flow"))


def list_further_panels(comparison: Comparison) -> tuple[Panel, ...]:
    if not comparison.is_described:
        return ()
    panels, curves = [], comparison.curve
    trained = OF_TRAINED if comparison.effects.has_waiting else ""
    if curves:
        note = "Share of drills passed by each time. Dashed before, solid after; gray: its interval."
        drawn = tuple(
            pictures.draw_curves(
                curves[at : at + 2], limit_s=comparison.left.limit_s, width_pt=HALF_PT, height_pt=132.0
            )
            for at in range(0, len(curves), 2)
        )
        panels.append(Panel(key="found", title="Who had found by when", note=note, pictures=drawn, table="found"))
    learning = (
        "Everybody's first, second, third drill and so on, with 95% intervals. What changes among the drills before is "
        "practice, not training."
    )
    later = (
        "Those who came back, right after the training and later. The changes in the table compare each of them with "
        "themselves, after and before."
    )
    for key, points, note, table in (
        ("learning", comparison.learning, learning, "drill-by-drill"),
        ("retention", comparison.retention, later, "later"),
    ):
        if points:
            drawn = tuple(
                pictures.draw_trend(points, is_time=is_time, width_pt=HALF_PT, height_pt=112.0)
                for is_time in (True, False)
                if is_time or any(point.match.estimate is not None for point in points)
            )
            title = TABLE_TITLES[table]
            panels.append(Panel(key=key, title=title, note=trained + note, pictures=drawn, table=table))
    types = "Every kind of task there is, not a choice of them; rows are not tested one by one."
    schools = "In the order of names. Few people stand behind each school, so the lines are long."
    for key, title, parts, note, table in (
        ("types", "By kind of task", comparison.by_task_type, types, "task-types"),
        ("schools", "By school", comparison.by_school, schools, "schools"),
    ):
        for at in range(0, len(parts), MOST_PARTS):
            shown, name = parts[at : at + MOST_PARTS], f"{key}-{at}" if at else key
            picture = pictures.draw_forest(shown, comparison.effects.own, is_types=key == "types", width_pt=FOREST_PT)
            panels.append(Panel(key=name, title=title, note=trained + note, pictures=(picture,), table=table))
    return tuple(panels)
