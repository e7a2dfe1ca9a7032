"""The report as a PDF that screen readers can read (PDF/UA-1), set by Typst. The same content gives the same bytes."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sim import __version__
from sim.compare.checks import Finding
from sim.compare.comparison import Comparison
from sim.services.app.accessible_pdf import compile_pdf
from sim.services.comparison import wording
from sim.services.comparison.panels import Panel, list_first_panels, list_further_panels
from sim.services.comparison.tables import list_tables
from sim.text.tables import TextTable
from sim.text.words import BOX, make_breakable

MOST_ROWS = 60
TEMPLATE = Path(__file__).parent / "report.typ"
COLUMN_SHARES = {
    "groups": (2.4, 1.2, 1.2, 1.2, 1.2),
    "plan": (2.6, 1.6, 1.6),
    "left-out": (2, 1, 6),
    "details": (4.4, 1.3, 3.2, 1.1, 5.6),
    "task-types": (3, 1.2, 1.2, 1.6, 3, 1.6, 2),
    "schools": (3, 1.2, 1.2, 1.6, 3, 1.6, 2),
    "drill-by-drill": (1, 1.4, 1.2, 3, 3),
    "later": (2, 1.1, 2.6, 2, 2, 2.4, 2),
    "people": (2, 1.5, 3, 2.8, 1.6, 2, 2.8),
}
FOLDED = 9  # rows from which a narrow table stands in two columns on paper
PRINTED = ("groups", "flow", "plan", "details", "left-out")  # tables that have a place of their own, or a picture


def make_report(
    comparison: Comparison,
    *,
    title: str,
    by_name: bool | None,
    made_at: datetime,
    fingerprint: str,
    command: str,
) -> dict[str, Any]:
    """Return what a report says and shows, page by page, as `report.typ` reads it; `made_at` in the school's time."""
    date = f"{made_at:%B} {made_at.day}, {made_at.year}"
    subtitle = (f"{wording.KIND}.", f"Made on {date}.", wording.PEOPLE_AS[by_name])
    has_waiting = comparison.effects.has_waiting
    sections = {table.name: _make_section(table, has_waiting=has_waiting) for table in list_tables(comparison)}
    tables = [section for name, section in sections.items() if name not in PRINTED]
    if comparison.changes_note and not comparison.changes:
        tables.append(_make_note("Single people", comparison.changes_note))
    short = " ".join(fingerprint[start : start + 4] for start in range(0, 12, 4))
    data = {
        "title": _clean(title),
        "subtitle": _clean(" ".join(part for part in subtitle if part)),
        "date": [made_at.year, made_at.month, made_at.day],
        "headline": _clean(comparison.headline),
        "verdict": _clean(comparison.verdict),
        "sentences": [_clean(each) for each in comparison.sentences],
        "small": [_clean(each) for each in (*comparison.warnings, comparison.checks_sentence)],
        "cannot_show": [_split_sentence(_clean(sentence)) for sentence in comparison.cannot_show],
        "first_panels": {panel.key: _panel_data(panel) for panel in list_first_panels(comparison)},
        "further_panels": [_panel_data(panel) for panel in list_further_panels(comparison)],
        "groups": sections.get("groups"),
        "plan": sections.get("plan"),
        "checks_note": _clean(wording.CHECKS_NOTE.format(design=comparison.design)),
        "checks": [
            [_clean(check.question), "Fine" if check.finding is Finding.FINE else "Look", _clean(check.sentence)]
            for check in comparison.checks
        ],
        "tables": tables,
        "details": sections.get("details"),
        "not_in_it": _clean(" ".join(comparison.not_in_it)),
        "left_out": sections.get("left-out"),
        "methods": _clean_rows(wording.METHOD_LINES),
        "source": _clean_rows(
            (
                ("Program", f"Sightline {__version__}"),
                (
                    "Fingerprint of the drills (SHA-256)",
                    " ".join(fingerprint[start : start + 8] for start in range(0, 64, 8)),
                ),
                (wording.COMMAND, f"{command}, with the drills as the page exports them"),
            )
        ),
        "foot": _clean(f"Sightline {__version__}, drills {short}"),
        "words": {
            name.lower(): _clean(value)
            for name, value in vars(wording).items()
            if name.isupper() and isinstance(value, str)
        },
        "checks_header": [_clean(cell) for cell in wording.CHECKS_TABLE],
    }
    has_box = BOX in json.dumps(data, ensure_ascii=False)
    return {**data, "signs_lost": has_box}


def write_pdf(report: dict[str, Any], *, made_at: datetime) -> bytes:
    return compile_pdf(TEMPLATE, report, what="report", at=made_at.astimezone(UTC))


def _make_section(table: TextTable, *, has_waiting: bool) -> dict[str, Any]:
    title = wording.TABLE_TITLES.get(table.name, table.name)
    note = wording.OF_TRAINED.strip() if has_waiting and table.name in wording.TRAINED_ONLY else ""
    if len(table.rows) > MOST_ROWS and table.name != "details":
        return _make_note(title, wording.TOO_MANY_ROWS.format(rows=len(table.rows)))
    return {"title": _clean(title), "note": _clean(note), "table": _table_data(table)}


def _make_note(title: str, note: str) -> dict[str, Any]:
    return {"title": _clean(title), "note": _clean(note), "table": None}


def _clean(text: str) -> str:
    """Return printable text in which no line ends between a number and its sign of percent."""
    return make_breakable(text).replace(" %", "\N{NO-BREAK SPACE}%")


def _clean_rows(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    return [[_clean(cell) for cell in row] for row in rows]


def _split_sentence(text: str) -> list[str]:
    first, stop, rest = text.partition(". ")
    return [first + stop.strip(), rest]


def _panel_data(panel: Panel) -> dict[str, Any]:
    return {
        "title": _clean(panel.title),
        "note": _clean(panel.note),
        "pictures": [
            {"svg": picture.svg, "alt": picture.alt, "width": picture.width_pt, "height": picture.height_pt}
            for picture in panel.pictures
        ],
    }


def _table_data(table: TextTable) -> dict[str, Any]:
    header, rows = table.header, table.rows
    if len(header) <= 3 and len(rows) >= FOLDED and table.name not in PRINTED:
        half = -(-len(rows) // 2)
        rows = tuple(a + b for a, b in zip_longest(rows[:half], rows[half:], fillvalue=("",) * len(header)))
        header *= 2
    shares = COLUMN_SHARES.get(table.name, ())[: len(header)] or (1,) * len(header)
    return {"header": [_clean(cell) for cell in header], "rows": _clean_rows(rows), "shares": shares}
