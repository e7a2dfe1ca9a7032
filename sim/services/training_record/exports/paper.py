"""Paper: PDF/UA-1 on US Letter, set by Typst from data. See docs/decisions/025."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Final

from sim import __version__
from sim.db.ledger import Head
from sim.services.app.accessible_pdf import compile_pdf
from sim.text.tables import TextTable
from sim.text.words import make_breakable, write_count

TEMPLATE: Final = Path(__file__).parent / "record.typ"
NOT_ENTERED: Final = "not entered"
PROOF: Final = (
    "Every line of this record stands in a ledger whose entries hold each other by SHA-256. The head below says where "
    "the ledger ended. Keep this page: with it anyone who has the ledger can show that nothing before it was changed, "
    "moved, taken out or cut off since."
)
CHECK: Final = "python -m sim records verify --head {number}:HASH, with the hash above and no spaces in it"
SIGNED: Final = ("Prepared by (name, title, signature, date)", "Reviewed by (name, title, signature, date)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a paper is called and whose it is."""

    title: str  # of the paper
    kind: str  # what it is, in the line below the title
    # school, district: whose; "" where nobody said
    school: str
    district: str
    made_at: datetime
    zone: tzinfo  # whose days are written
    head: Head  # where the ledger ends
    reduced: int = 0  # how many entries are kept as hashes only


def set_record(
    heading: Heading,
    *,
    facts: Sequence[tuple[str, str]],
    sections: Sequence[dict[str, Any]],
    signatures: Sequence[str] = SIGNED,
    is_wide: bool = False,
) -> bytes:
    """Return a record as a PDF; `sections` are those of `make_section`, signatures and how to check it come last."""
    content = {
        **_make_head(heading),
        "facts": [[clean(name), clean(value)] for name, value in facts],
        "sections": list(sections),
        "signatures": [clean(line) for line in signatures],
        "wide": is_wide,
        "proof": _make_proof(heading),
    }
    return compile_paper(TEMPLATE, content, made_at=heading.made_at, zone=heading.zone)


def _make_head(heading: Heading) -> dict[str, Any]:
    day = heading.made_at.astimezone(heading.zone)
    return {
        "title": clean(heading.title),
        "subtitle": f"{heading.kind}. Made on {day:%B} {day.day}, {day.year}.",
        "org": [clean(line) for line in write_org(heading)],
        "date": [day.year, day.month, day.day],
        "foot": write_foot(heading.head),
    }


def write_org(heading: Heading) -> tuple[str, ...]:
    """Return whose a paper is: the school's line, and the district's where one is named."""
    told = (("School", heading.school), ("District", heading.district))
    return tuple(f"{name}: {value}" for name, value in told if value)


def write_foot(head: Head) -> str:
    """Return what stands below every page: the program, and where the ledger ends."""
    return f"Sightline {__version__}, ledger {head.number}:{head.sha256[:12]}"


def compile_paper(template: Path, content: Mapping[str, Any], *, made_at: datetime, zone: tzinfo) -> bytes:
    """Return what a template makes of its content, as a PDF. Raises ReportError: Typst refused."""
    midnight = made_at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    return compile_pdf(template, content, what="record", at=midnight)


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


def _make_proof(heading: Heading) -> dict[str, Any]:
    head = heading.head
    kept = write_count(heading.reduced, "entry is", "entries are")
    gone = (f"{kept} kept as hashes only, as their period is over.",) if heading.reduced else ()
    return make_section(
        "How to check this record",
        (PROOF, *gone),
        TextTable(
            name="proof",
            header=("What", "Value"),
            rows=(
                ("Ledger entry", str(head.number)),
                ("Its hash (SHA-256)", " ".join(head.sha256[start : start + 8] for start in range(0, 64, 8))),
                ("To check it", CHECK.format(number=head.number)),
                ("Program", f"Sightline {__version__}"),
            ),
        ),
        shares=(2, 5),
    )


def clean(text: str) -> str:
    """Return a text that the report's letters can print, and that breaks where it is too long for its column."""
    return make_breakable(text)
