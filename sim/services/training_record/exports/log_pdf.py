"""The drill log on paper, as states ask for it."""

from typing import Final

from sim.services.ledger.record import Record
from sim.services.training_record.drill_log import list_log, make_log_table
from sim.services.training_record.exports.paper import Heading, make_section, set_record

KIND: Final = "Drill log: trainings, sessions, team exercises and drills that took place"
MEANING: Final = (
    "“Entered by” marks minutes that someone typed; the others were measured. Only what was held, ended or done is "
    "here: a training counts once it was closed with at least one person present. In a session, only those who began a "
    "drill took part; anyone who was present without one is counted beside them."
)
SIGNATURES: Final = (
    "Principal or designee (name, signature, date)",
    "Safety coordinator (name, signature, date)",
)


def write_log_pdf(record: Record, heading: Heading) -> bytes:
    """Return the drill log of a team as a PDF on wide pages. Raises ReportError: Typst refused."""
    lines = list_log(record)
    facts = (
        ("Entries", str(len(lines))),
        ("Trainings", str(sum(line.kind.startswith("Training") for line in lines))),
        ("Minutes in all", f"{sum(line.minutes or 0.0 for line in lines):,.0f}"),
    )
    table = make_log_table(record, heading.zone)
    section = make_section("Log", (MEANING,), table, shares=(1.5, 2.6, 0.9, 1.4, 0.7, 0.9, 0.8, 1.2, 1.7, 2.4))
    return set_record(heading, facts=facts, sections=[section], signatures=SIGNATURES, is_wide=True)
