"""The report as a PDF that screen readers can read (PDF/UA-1), set by Typst. The same content gives the same bytes."""

import json
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

from sim.services.app.accessible_pdf import compile_pdf
from sim.services.comparison.report import wording
from sim.services.comparison.report.content import ReportContent, TableSection
from sim.services.comparison.report.front_pictures import Panel
from sim.text.printable import BOX, make_breakable
from sim.text.tables import TextTable

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


def write_pdf(content: ReportContent) -> bytes:
    """Return the report as PDF/UA-1 on US Letter."""
    return compile_pdf(TEMPLATE, _as_data(content), what="report", at=content.made_at.astimezone(UTC))


def _as_data(content: ReportContent) -> dict[str, Any]:
    data = {
        "title": _clean(content.title),
        "subtitle": _clean(content.subtitle),
        "date": [content.made_at.year, content.made_at.month, content.made_at.day],
        "headline": _clean(content.headline),
        "verdict": _clean(content.verdict),
        "is_good": content.is_good,
        "facts": _clean_rows(content.facts),
        "sentences": [_clean(sentence) for sentence in content.sentences],
        "cautions": [_clean(caution) for caution in content.cautions],
        "cannot_show": [_split_sentence(_clean(sentence)) for sentence in content.cannot_show],
        "first_panels": [_panel_data(panel) for panel in content.panels.first],
        "second_panels": [_panel_data(panel) for panel in content.panels.second],
        "further_panels": [_panel_data(panel) for panel in content.panels.appendix],
        "checks_note": _clean(wording.CHECKS_NOTE.format(design=content.design)),
        "checks": _clean_rows(content.checks),
        "tables": [_section_data(section) for section in content.tables],
        "details": _section_data(content.details),
        "left_out": _section_data(content.left_out),
        "methods": _clean_rows(content.methods),
        "source": _clean_rows(content.source),
        "foot": _clean(content.foot),
        "words": {
            name.lower(): _clean(value)
            for name, value in vars(wording).items()
            if name.isupper() and isinstance(value, str)
        },
        "checks_header": [_clean(cell) for cell in wording.CHECKS_TABLE],
    }
    has_box = BOX in json.dumps(data, ensure_ascii=False)
    return {**data, "signs_lost": has_box}


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


def _section_data(section: TableSection) -> dict[str, Any]:
    table = section.table
    return {
        "title": _clean(section.title),
        "note": _clean(section.note),
        "table": None if table is None else _table_data(_join_notes(table)),
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
