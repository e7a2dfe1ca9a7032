"""A comparison ready to be handed over: on paper, as tables, as data."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import pandas as pd

from sim.compare.content.comparison import Comparison
from sim.services.comparison.report.bundle import write_bundle, write_comparison_json
from sim.services.comparison.report.content import make_report
from sim.services.comparison.report.fingerprint import compute_fingerprint
from sim.services.comparison.report.recipe import Asked, write_command
from sim.services.comparison.view import ComparisonView, make_comparison_view

MOST_STEM = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportExport:
    """A comparison with all that its report needs."""

    # comparison, view: the numbers, and what is drawn of them
    comparison: Comparison
    view: ComparisonView
    table: pd.DataFrame  # the attempts behind them
    title: str  # whose comparison it is
    by_name: bool | None  # whether people are named; None where the table alone says what they are called
    asked: Asked  # what was asked of the comparison


def make_handover(
    comparison: Comparison, table: pd.DataFrame, *, title: str, by_name: bool | None, asked: Asked
) -> ReportExport:
    """Return a comparison of a table of attempts, ready to be handed over; `asked` is what it was made with."""
    return ReportExport(
        comparison=comparison,
        view=make_comparison_view(comparison, labels={}),
        table=table,
        title=title,
        by_name=by_name,
        asked=asked,
    )


def write_report(handover: ReportExport, *, made_at: datetime, zone: tzinfo) -> bytes:
    """Return the report as a PDF, dated by the day of `made_at` in a time zone.

    The same comparison on the same day gives the same bytes. Raises ReportError: it could not be set.
    """
    from sim.services.comparison.report.pdf import write_pdf  # noqa: PLC0415 - Typst is large; a page that only shows needs none

    day = made_at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    content = make_report(
        handover.comparison,
        handover.view,
        title=handover.title,
        by_name=handover.by_name,
        made_at=day,
        fingerprint=compute_fingerprint(handover.table),
        command=write_command(handover.asked),
    )
    return write_pdf(content)


def write_tables(handover: ReportExport, *, made_at: datetime) -> bytes:
    """Return all tables as CSV in a ZIP, with the numbers as JSON beside them."""
    return write_bundle(
        handover.comparison, handover.view, fingerprint=compute_fingerprint(handover.table), made_at=made_at
    )


def write_json(handover: ReportExport) -> bytes:
    """Return everything shown, as JSON."""
    return write_comparison_json(handover.comparison, handover.view, fingerprint=compute_fingerprint(handover.table))


def make_file_stem(title: str) -> str:
    """Return a file's name for a title, of plain letters, digits and hyphens."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:MOST_STEM].strip("-")
    return plain or "report"
