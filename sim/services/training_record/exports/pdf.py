"""The training record on paper: PDF/UA-1 on US Letter, set by Typst. See docs/decisions/140 and 141."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Final

import typst

from sim import __version__
from sim.errors import ReportError
from sim.records.ledger_rows import Head
from sim.services.ledger.record import SessionRecord
from sim.services.training_record.exports.rows import make_gap_rows
from sim.services.training_record.view import ATTENDANCE_WORDS, KIND_WORDS, TeamRecordView
from sim.text.days import write_date
from sim.text.printable import FONTS, make_breakable
from sim.text.tables import TextTable

TEMPLATE = Path(__file__).parent / "record.typ"
STANDARD: Final = "ua-1"
NOT_ENTERED: Final = "not entered"
PROOF: Final = (
    "Every line of this record stands in a ledger whose entries hold each other by SHA-256. The head below says where "
    "the ledger ended. Keep this page: with it `python -m sim records verify --head` shows that nothing before it was "
    "changed, moved, taken out or cut off since."
)


def write_record_pdf(view: TeamRecordView, *, head: Head, made_at: datetime, zone: tzinfo = UTC) -> bytes:
    """Return a team's record as a PDF; the same record on the same day gives the same bytes.

    Every text reaches Typst as data, never as markup.

    Raises:
        ReportError: Typst refused.
    """
    sections = _list_sections(view, zone)
    return set_record(
        title=f"Training record: {view.team}",
        facts=view.facts,
        sections=sections,
        reduced=view.reduced,
        head=head,
        made_at=made_at,
        zone=zone,
    )


def set_record(
    *,
    title: str,
    facts: Sequence[tuple[str, str]],
    sections: Sequence[dict[str, Any]],
    reduced: int,
    head: Head,
    made_at: datetime,
    zone: tzinfo,
) -> bytes:
    """Return a record as a PDF; `sections` are those of `make_section`, how to check it comes last.

    Raises:
        ReportError: Typst refused.
    """
    day = made_at.astimezone(zone)
    content = {
        "title": clean(title),
        "subtitle": f"Camera-search training. Made on {day:%B} {day.day}, {day.year}.",
        "date": [day.year, day.month, day.day],
        "facts": [[clean(name), clean(value)] for name, value in facts],
        "sections": list(sections),
        "proof": _make_proof(head, reduced),
        "foot": f"Sightline {__version__}, ledger {head.number}:{head.sha256[:12]}",
    }
    data = json.dumps(content, ensure_ascii=False)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    try:
        compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=fonts, sys_inputs={"content": data})
        pdf = compiler.compile(format="pdf", pdf_standards=[STANDARD], timestamp=int(midnight.timestamp()))
    except typst.TypstError as error:
        raise ReportError(
            f"the record could not be set: {error.message}",
            expected="a record that screen readers can read",
            todo="download the tables instead, and report this",
        ) from error
    if not isinstance(pdf, bytes):
        raise ReportError("the record could not be set: no file came back", todo="download the tables instead")
    return pdf


def _list_sections(view: TeamRecordView, zone: tzinfo) -> list[dict[str, Any]]:
    people = TextTable(
        name="people",
        header=("Name", "Came", "Last drill", "Still to practice", "Refresher", "Has read it"),
        rows=tuple(
            (
                line.name,
                f"{line.attended} of {line.invited}",
                line.latest or "-",
                ", ".join(line.gaps) or "-",
                line.refresher or "-",
                line.acknowledged or "-",
            )
            for line in view.people
        ),
    )
    sections = [
        make_section("People", (), people, shares=(2, 1, 1.4, 3, 1.8, 1.4)),
        make_section("Sessions", () if view.record.sessions else ("No session is recorded.",), None),
    ]
    sections += [_session_section(session, zone) for session in view.record.sessions]
    sections += [
        make_section(
            "Recorded drills",
            ("Practice is never recorded.",),
            view.results,
            shares=(2, 1.5, 1.8, 1.3, 1.6, 1.6, 0.8, 0.9),
        ),
        make_section(
            "Gaps",
            ("A part of a drill that was not passed stays open until a later drill passes it.",),
            make_gap_rows(view.record, zone),
            shares=(2, 3, 1.3, 1.3, 3),
            header=("Name", "To practice", "Open since", "Closed", "What was done"),
        ),
    ]
    return sections


def _make_proof(head: Head, reduced: int) -> dict[str, Any]:
    gone = (f"{reduced} entries are kept as hashes only, as their period is over.",) if reduced else ()
    return make_section(
        "How to check this record",
        (PROOF, *gone),
        TextTable(
            name="proof",
            header=("What", "Value"),
            rows=(
                ("Ledger entry", str(head.number)),
                ("Its hash (SHA-256)", _group(head.sha256)),
                ("Program", f"Sightline {__version__}"),
            ),
        ),
        shares=(2, 5),
    )


def _session_section(session: SessionRecord, zone: tzinfo) -> dict[str, Any]:
    unknown = "still open" if session.ended_at is None else NOT_ENTERED
    hours = unknown if session.hours is None else f"{session.hours:g} h"
    qualification = f", {session.qualification}" if session.qualification else ""
    lines = (
        f"Content: {session.content}, version {session.content_version}. Length: {hours}. "
        f"Place: {session.place or NOT_ENTERED}.",
        f"Need: {session.need or NOT_ENTERED}. Instructor: {session.instructor or NOT_ENTERED}{qualification}.",
    )
    guests = TextTable(
        name="guests",
        header=("Invited", "Attendance", "Reason of a correction"),
        rows=tuple((guest.name, ATTENDANCE_WORDS[guest.attendance], guest.reason or "-") for guest in session.guests),
    )
    title = f"{KIND_WORDS.get(session.kind, session.kind)}, {write_date(session.begins_at, zone)}"
    return make_section(title, lines, guests, shares=(2, 2, 3), level=3)


def make_section(
    title: str,
    lines: Sequence[str],
    table: TextTable | None,
    *,
    shares: Sequence[float] = (),
    header: Sequence[str] = (),
    level: int = 2,
) -> dict[str, Any]:
    """Return a heading, sentences and a table as the template takes them; a table without rows is "None."."""
    found = None
    if table is not None and table.rows:
        found = {
            "header": [clean(cell) for cell in header or table.header],
            "rows": [[clean(cell) for cell in row] for row in table.rows],
            "shares": list(shares),
        }
    return {
        "title": clean(title),
        "level": level,
        "lines": [clean(line) for line in (lines if found or not table else (*lines, "None."))],
        "table": found,
    }


def _group(digits: str) -> str:
    return " ".join(digits[start : start + 8] for start in range(0, 64, 8))


def clean(text: str) -> str:
    """Return a text that the report's letters can print, and that breaks where it is too long for its column."""
    return make_breakable(text)
