"""A comparison's pictures under their titles and notes, as page and paper draw them; and the report on paper.

The PDF can be read by screen readers (PDF/UA-1) and is set by Typst. The same content gives the same bytes.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sim.app.accessible_pdf import compile_pdf
from sim.compare.checks import Finding
from sim.compare.comparison import Comparison
from sim.compare.result import LEVEL
from sim.compare.wording import say_level
from sim.features.comparison import pictures
from sim.features.comparison.handover import ReportExport, compute_fingerprint, write_command
from sim.features.comparison.pictures import Picture
from sim.features.comparison.tables import GROUP_LABELS, TABLE_TITLES, list_tables
from sim.text.tables import TextTable
from sim.text.words import BOX, make_breakable
from sim.version import VERSION

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


MOST_ROWS = 60
TEMPLATE = Path(__file__).parent / "report.typ"
COLUMN_SHARES = {
    "groups": (2.4, 1.2, 1.2, 1.2, 1.2),
    "plan": (2.6, 1.6, 1.6),
    "left-out": (2, 1, 6),
    "remarks": (2, 1.6, 6),
    "details": (4.4, 1.3, 3.2, 1.1, 5.6),
    "task-types": (3, 1, 1, 4, 4),
    "schools": (3, 1, 1, 4, 4),
    "drill-by-drill": (1, 1.4, 1.2, 3, 3),
    "later": (2, 1.1, 2.6, 2, 2, 2.4, 2),
    "people": (1.4, 4.2, 3, 3.6, 3),
}
FOLDED = 9  # rows from which a narrow table stands in two columns on paper
PRINTED = ("groups", "flow", "plan", "details", "left-out")  # tables that have a place of their own, or a picture
TRAINED_ONLY = ("accuracy", "task-types", "schools", "drill-by-drill", "later", "people")  # they hold nobody who waited
METHODS = (
    (
        "Time to a right answer",
        "From the moment the task is on screen until the answer is submitted, for a drill that was passed. A drill "
        "that was not passed, given up or ran out counts as its limit. Everybody counts once, by the mean logarithm of "
        "their drills on each side; change is after less before.",
    ),
    (
        "One group",
        "The mean change with its t interval at 95%, and the signed rank of the changes, which must agree at 90%. From "
        "six schools on both are taken over schools.",
    ),
    (
        "With a waiting group",
        "Analysis of covariance: time after by group, with the own time before as covariate. By lot this alone "
        "decides, and everybody drawn counts in their group; not by lot their own change must be clear too.",
    ),
    (
        "Accuracy",
        "A better word needs no smaller share of drills passed, and a mean change in match (IDF1) no lower than the "
        "margin set beforehand; improved needs its 90% interval above the margin too. More accurate, traded and worse "
        "need the 99% interval, so that all wrong words together are given to fewer than 5 of 100 unchanged teams.",
    ),
    (
        "Practice",
        "With one drill or two before the training, practice alone may do this. From three on, one slope of log time "
        "by log drill number is taken off, and what is left must be clear.",
    ),
    (
        "No word",
        "Whatever the numbers, none is given to fewer than six people, nor where a check above stands against it.",
    ),
    (
        "Several teams, several looks",
        "What a level leaves to chance is divided by the number of teams, and by that of looks to the power 1.5.",
    ),
)


def write_report(handover: ReportExport, *, made_at: datetime, zone: tzinfo) -> bytes:
    """Return the report as a PDF, dated by the day of `made_at` in a time zone."""
    day = made_at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    return compile_pdf(TEMPLATE, make_report(handover, day=day), what="report", at=day)


def make_report(handover: ReportExport, *, day: datetime) -> dict[str, Any]:
    """Return what a report says and shows, page by page, as `report.typ` reads it."""
    comparison, fingerprint = handover.comparison, compute_fingerprint(handover.table)
    people = {True: " People by name.", False: " People by pseudonym.", None: ""}[handover.by_name]
    kind = "Before and after: camera-search drills"
    has_waiting = comparison.effects.has_waiting
    sections = {table.name: _make_section(table, has_waiting=has_waiting) for table in list_tables(comparison)}
    tables = [section for name, section in sections.items() if name not in PRINTED]
    if comparison.changes_note and not comparison.changes:
        tables.append({"title": "Single people", "note": comparison.changes_note, "table": None})
    data = _clean(
        {
            "title": handover.title,
            "kind": kind,
            "subtitle": f"{kind}. Made on {day:%B} {day.day}, {day.year}.{people}",
            "date": [day.year, day.month, day.day],
            "headline": comparison.headline,
            "verdict": comparison.verdict,
            "sentences": comparison.sentences,
            "small": [*comparison.warnings, comparison.checks_sentence],
            "cannot_show": [_split_sentence(sentence) for sentence in comparison.cannot_show],
            "first_panels": {panel.key: panel for panel in list_first_panels(comparison)},
            "further_panels": list_further_panels(comparison),
            "groups": sections.get("groups"),
            "plan": sections.get("plan"),
            "checks_note": f"Design: {comparison.design}. Each question was put to the drills before any number was "
            "computed.",
            "checks": [
                [check.question, "Fine" if check.finding is Finding.FINE else "Look", check.sentence]
                for check in comparison.checks
            ],
            "tables": tables,
            "details": sections.get("details"),
            "not_in_it": " ".join(comparison.not_in_it),
            "left_out": sections.get("left-out"),
            "methods": METHODS,
            "source_note": "The same drills and the same program give the same report. The fingerprint is of the table "
            "of drills. docs/comparison.md says how to read that table in R.",
            "source": [
                ("Program", f"Sightline {VERSION}"),
                ("Fingerprint of the drills (SHA-256)", _group(fingerprint, 8)),
                ("To compute it again", f"{write_command(handover.asked)}, with the drills as the page exports them"),
            ],
            "foot": f"Sightline {VERSION}, drills {_group(fingerprint[:12], 4)}",
        }
    )
    return {**data, "signs_lost": BOX in json.dumps(data, ensure_ascii=False)}


def _make_section(table: TextTable, *, has_waiting: bool) -> dict[str, Any]:
    title = TABLE_TITLES.get(table.name, table.name)
    header, rows = table.header, table.rows
    if len(rows) > MOST_ROWS and table.name != "details":
        note = f"This table has {len(rows)} rows. It is in the download of tables, not on paper."
        return {"title": title, "note": note, "table": None}
    if len(header) <= 3 and len(rows) >= FOLDED and table.name not in PRINTED:
        half = -(-len(rows) // 2)
        rows = tuple(a + b for a, b in zip_longest(rows[:half], rows[half:], fillvalue=("",) * len(header)))
        header *= 2
    shares = COLUMN_SHARES.get(table.name, ())[: len(header)] or (1,) * len(header)
    note = OF_TRAINED.strip() if has_waiting and table.name in TRAINED_ONLY else ""
    return {"title": title, "note": note, "table": {"header": header, "rows": rows, "shares": shares}}


def _clean(value: Any) -> Any:
    """Return printable texts, in which no line ends between a number and its sign of percent; pictures are ready."""
    match value:
        case str():
            return make_breakable(value).replace(" %", "\N{NO-BREAK SPACE}%")
        case Picture():
            return {"svg": value.svg, "alt": value.alt, "width": value.width_pt, "height": value.height_pt}
        case Panel():
            return _clean({"title": value.title, "note": value.note, "pictures": value.pictures})
        case dict():
            return {key: _clean(each) for key, each in value.items()}
        case list() | tuple():
            return [_clean(each) for each in value]
    return value


def _split_sentence(text: str) -> list[str]:
    first, stop, rest = text.partition(". ")
    return [first + stop.strip(), rest]


def _group(digits: str, size: int) -> str:
    return " ".join(digits[start : start + size] for start in range(0, len(digits), size))
