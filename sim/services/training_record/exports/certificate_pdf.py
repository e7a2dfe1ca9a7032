"""Certificates on paper: a page each, with what was taught, by whom, until when it is valid and what renews it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sim.services.training_event.view import write_begin, write_entered, write_rule
from sim.services.training_record.certificates import Certificate, CertificateState, write_until
from sim.services.training_record.exports.paper import Heading, clean, compile_paper, write_foot, write_org
from sim.text.days import write_date

TEMPLATE: Final = Path(__file__).parent / "certificate.typ"
SIGNATURES: Final = ("Instructor (signature, date)", "For the school or district (name, title, signature, date)")
NONE: Final = "No certificate has been earned yet."
EXPIRED: Final = "Expired"


def write_certificates_pdf(certificates: Sequence[Certificate], heading: Heading) -> bytes:
    """Return the certificates that were earned as a PDF, a page each; expired ones say so. Raises ReportError."""
    day = heading.made_at.astimezone(heading.zone)
    content = {
        "title": clean(heading.title),
        "date": [day.year, day.month, day.day],
        "none": NONE,
        "foot": f"Made on {write_date(heading.made_at, heading.zone)}. {write_foot(heading.head)}",
        "signatures": list(SIGNATURES),
        "pages": [_make_page(each, heading) for each in certificates if each.earned_at is not None],
    }
    return compile_paper(TEMPLATE, content, made_at=heading.made_at, zone=heading.zone)


def _make_page(certificate: Certificate, heading: Heading) -> dict[str, Any]:
    training, zone = certificate.training, heading.zone
    drill = certificate.drill
    facts = (
        ("Held", f"{write_begin(training, zone)}, {training.minutes} minutes, {write_entered(training)}"),
        ("Place", training.place),
        ("Topics", training.topics),
        ("Version of the content", training.version),
        ("Instructor", ", ".join(part for part in (training.instructor, training.qualification) if part)),
        ("Provider or vendor", training.provider),
        ("Meets", training.standard),
        ("Drill passed", "" if drill is None else f"{drill.form_title}, {write_date(drill.began_at, zone)}"),
        ("Rule", write_rule(training)),
        ("Valid until", write_until(certificate, zone)),
    )
    return {
        "name": clean(certificate.name),
        "training": clean(training.title),
        "earned": "" if certificate.earned_at is None else write_date(certificate.earned_at, zone),
        "expired": EXPIRED if certificate.state is CertificateState.EXPIRED else "",
        "org": [clean(line) for line in write_org(heading)],
        "facts": [[name, clean(value)] for name, value in facts if value],
    }
