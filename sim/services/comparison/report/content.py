"""What a report says and shows, page by page, before it is set in type."""

from dataclasses import dataclass
from datetime import datetime

from sim import __version__
from sim.compare.content.comparison import Comparison
from sim.services.comparison.report import wording
from sim.services.comparison.report.fingerprint import shorten_fingerprint
from sim.services.comparison.report.front_pictures import ReportPanels, draw_panels
from sim.services.comparison.report.tables import list_tables
from sim.services.comparison.view import ComparisonView
from sim.text.tables import TextTable

MOST_ROWS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSection:
    """A table of the appendix under its title; `note` stands in its place when there are no rows to print."""

    title: str
    note: str
    table: TextTable | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContent:
    """A whole report."""

    # title, subtitle: whose it is, and what it is
    title: str
    subtitle: str
    made_at: datetime  # when it was made, in the school's time
    # headline, verdict: the verdict's first sentence and the rest of it
    headline: str
    verdict: str
    is_good: bool  # the word is "improved"
    # facts, cautions, cannot_show: as on the page
    facts: tuple[tuple[str, str], ...]
    sentences: tuple[str, ...]  # the numbers that decided, what else the drills say, what is open, and who is not in it
    cautions: tuple[str, ...]
    cannot_show: tuple[str, ...]
    panels: ReportPanels  # the pictures
    design: str  # name of the design
    checks: tuple[tuple[str, str, str], ...]  # question, "Fine" or "Look", answer
    tables: tuple[TableSection, ...]  # of the appendix
    details: TableSection
    left_out: TableSection  # what was not used
    methods: tuple[tuple[str, str], ...]  # names and sentences
    source: tuple[tuple[str, str], ...]  # names and values: program, fingerprint, command
    foot: str  # at the foot of every page


def make_report(
    comparison: Comparison,
    view: ComparisonView,
    *,
    title: str,
    by_name: bool | None,
    made_at: datetime,
    fingerprint: str,
    command: str,
) -> ReportContent:
    date = f"{made_at:%B} {made_at.day}, {made_at.year}"
    subtitle = (f"{wording.KIND}.", wording.MADE_ON.format(date=date), wording.PEOPLE_AS[by_name])
    sections = {table.name: _make_section(table) for table in list_tables(view)}
    details, left_out = sections.pop("details"), sections.pop("left-out", None)
    numbers = (view.time_sentence, view.accuracy_sentence, *view.readings) if view.has_pairs else ()
    sentences = (*numbers, view.checks_sentence, " ".join(view.not_in_it))
    return ReportContent(
        title=title,
        subtitle=" ".join(part for part in subtitle if part),
        made_at=made_at,
        headline=view.headline,
        verdict=view.verdict,
        is_good=view.is_good,
        facts=view.facts,
        sentences=sentences,
        cautions=view.cautions,
        cannot_show=view.cannot_show,
        panels=draw_panels(view, comparison, first_text=(view.verdict, *sentences, *view.cannot_show)),
        design=view.design_name,
        checks=tuple(
            (question, wording.FINE if is_fine else wording.LOOK, sentence)
            for question, sentence, is_fine in view.design_lines
        ),
        tables=(*sections.values(), *_explain_people(view)),
        details=details,
        left_out=left_out or TableSection(title=wording.LEFT_OUT, note=wording.NOTHING_LEFT_OUT, table=None),
        methods=wording.METHOD_LINES,
        source=(
            (wording.PROGRAM, f"Sightline {__version__}"),
            (wording.FINGERPRINT, " ".join(fingerprint[start : start + 8] for start in range(0, 64, 8))),
            (wording.COMMAND, wording.COMMAND_TEXT.format(command=command)),
        ),
        foot=f"Sightline {__version__}, drills {shorten_fingerprint(fingerprint)}",
    )


def _make_section(table: TextTable) -> TableSection:
    title = wording.TABLE_TITLES.get(table.name, table.name)
    if len(table.rows) > MOST_ROWS and table.name != "details":
        return TableSection(title=title, note=wording.TOO_MANY_ROWS.format(rows=len(table.rows)), table=None)
    return TableSection(title=title, note="", table=table)


def _explain_people(view: ComparisonView) -> tuple[TableSection, ...]:
    if view.people_table.rows or not view.people_note:
        return ()
    return (TableSection(title=wording.PEOPLE, note=view.people_note, table=None),)
