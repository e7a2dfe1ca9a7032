"""The report as a PDF that screen readers can read (PDF/UA-1), set by Typst. The same content gives the same bytes."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim import __version__
from sim.compare.content.comparison import Comparison
from sim.services.app.accessible_pdf import compile_pdf
from sim.services.comparison import wording
from sim.services.comparison.front_pictures import Panel, draw_panels
from sim.services.comparison.view import ComparisonView, list_tables
from sim.text.tables import TextTable
from sim.text.words import BOX, make_breakable

MOST_ROWS = 60
TEMPLATE = Path(__file__).parent / "report.typ"
COLUMN_SHARES = {
    "times": (2, 3, 3),
    "finished": (1, 2, 2),
    "accuracy": (3, 2, 3, 2),
    "left-out": (2, 1, 6),
    "details": (4.4, 1.6, 3.2, 1.3, 1.2, 5.4),
    "task-types": (3, 1.2, 1.2, 2, 3, 2, 3),
    "schools": (3, 1.2, 1.6, 2.4, 2, 3),
    "drill-by-drill": (1, 1.4, 1.2, 3, 3),
    "later": (2, 1.1, 2.6, 3, 2.6, 3),
    "people": (2, 1.6, 3, 2.4, 1.8, 2.8, 2.4),
}


def make_report(
    comparison: Comparison,
    view: ComparisonView,
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
    sections = {table.name: _make_section(table) for table in list_tables(view)}
    details, left_out = sections.pop("details"), sections.pop("left-out", None)
    tables = [*sections.values()]
    if view.people_note and not view.people_table.rows:
        tables.append(_make_note("Single people", view.people_note))
    numbers = (view.time_sentence, view.accuracy_sentence, *view.readings) if view.has_pairs else ()
    sentences = (*numbers, view.checks_sentence, " ".join(view.not_in_it))
    panels = draw_panels(view, comparison, first_text=(view.verdict, *sentences, *view.cannot_show))
    short = " ".join(fingerprint[start : start + 4] for start in range(0, 12, 4))
    data = {
        "title": _clean(title),
        "subtitle": _clean(" ".join(part for part in subtitle if part)),
        "date": [made_at.year, made_at.month, made_at.day],
        "headline": _clean(view.headline),
        "verdict": _clean(view.verdict),
        "is_good": view.is_good,
        "facts": _clean_rows(view.facts),
        "sentences": [_clean(sentence) for sentence in sentences],
        "cautions": [_clean(caution) for caution in view.cautions],
        "cannot_show": [_split_sentence(_clean(sentence)) for sentence in view.cannot_show],
        "first_panels": [_panel_data(panel) for panel in panels.first],
        "second_panels": [_panel_data(panel) for panel in panels.second],
        "further_panels": [_panel_data(panel) for panel in panels.appendix],
        "checks_note": _clean(wording.CHECKS_NOTE.format(design=view.design_name)),
        "checks": [
            [_clean(question), _clean("Fine" if is_fine else "Look"), _clean(sentence)]
            for question, sentence, is_fine in view.design_lines
        ],
        "tables": tables,
        "details": details,
        "left_out": left_out or _make_note(wording.LEFT_OUT, "Nothing: every drill is in the comparison."),
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


def _make_section(table: TextTable) -> dict[str, Any]:
    title = wording.TABLE_TITLES.get(table.name, table.name)
    if len(table.rows) > MOST_ROWS and table.name != "details":
        return _make_note(title, wording.TOO_MANY_ROWS.format(rows=len(table.rows)))
    return {"title": _clean(title), "note": "", "table": _table_data(_join_notes(table))}


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
        "is_half": panel.is_half,
        "pictures": [
            {"svg": picture.svg, "alt": picture.alt, "width": picture.width_pt, "height": picture.height_pt}
            for picture in panel.pictures
        ],
    }


def _table_data(table: TextTable) -> dict[str, Any]:
    shares = COLUMN_SHARES.get(table.name) or (2, *([1] * (len(table.header) - 1)))
    return {"header": [_clean(cell) for cell in table.header], "rows": _clean_rows(table.rows), "shares": list(shares)}


def _join_notes(table: TextTable) -> TextTable:
    """Return the table of details with its notes behind the methods: seven columns are too many for a page."""
    if table.name != "details":
        return table
    rows = tuple((*row[:5], f"{row[5]}. {row[6]}" if row[6] else row[5]) for row in table.rows)
    return TextTable(name=table.name, header=(*table.header[:5], "Method and notes"), rows=rows)
