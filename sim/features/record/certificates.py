"""Who has earned which certificate, and until when it is valid: worked out from the record, stored nowhere.

A certificate is of one training that was held. Its rule says whether attending is enough, or a drill has to be passed
after it; its date is that of whatever came last. It ends after the months that the training names, and is renewed by
earning it again in another training of the same title.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from sim.db.results import Result
from sim.db.trainings import Certified, Training
from sim.features.training.view import write_rule
from sim.ledger.record import Record, find_trained_at
from sim.program.plan import add_months
from sim.text.tables import TextTable, make_table
from sim.text.times import write_date


class CertificateState(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    WAITING = "waits for a passed drill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    person_id: str
    name: str
    training: Training
    earned_at: datetime | None  # when it was earned, UTC; None while it waits
    drill: Result | None  # the drill that was passed for it; None where attending is enough
    expires_at: datetime | None  # the first moment at which it is valid no more; None for no end, or while it waits
    state: CertificateState


def list_certificates(record: Record, *, now: datetime, zone: tzinfo) -> tuple[Certificate, ...]:
    """Return the certificates of everybody whom a training that gives one has trained: by name, the latest first.

    One that a later certificate of the same title takes the place of is left out.
    """
    found: list[Certificate] = []
    renewed: set[tuple[str, str]] = set()
    latest = sorted(record.trainings, key=lambda each: each.begins_at, reverse=True)
    giving = [each for each in latest if each.certified is not Certified.NOTHING]
    for training, person in ((each, person) for each in giving for person in each.attendees):
        trained_at = find_trained_at(training, person.person_id, record.trainings)
        key = (person.person_id, training.title.casefold())
        if trained_at is None or key in renewed:
            continue
        drill = None
        if training.certified is Certified.PASSED:
            own = [each for each in record.results if each.person_id == person.person_id and each.passed is True]
            after = [each for each in own if each.began_at >= trained_at]
            drill = min(after, key=lambda each: each.began_at, default=None)
        is_earned = training.certified is Certified.ATTENDED or drill is not None
        earned = trained_at if drill is None else drill.began_at
        expires = None
        if is_earned and training.valid_months:
            day = earned.astimezone(zone)
            expires = datetime.combine(add_months(day.date(), training.valid_months), day.timetz())
        state = CertificateState.EXPIRED if expires is not None and now >= expires else CertificateState.VALID
        found.append(
            Certificate(
                person_id=person.person_id,
                name=person.name,
                training=training,
                earned_at=earned if is_earned else None,
                drill=drill,
                expires_at=expires,
                state=state if is_earned else CertificateState.WAITING,
            )
        )
        if is_earned:
            renewed.add(key)
    return tuple(sorted(found, key=lambda each: (each.name.casefold(), each.person_id)))


def make_certificate_table(record: Record, *, now: datetime, zone: tzinfo) -> TextTable:
    return make_table(
        "certificates",
        zip(list_certificates(record, now=now, zone=zone), strict=True),
        {
            "Name": lambda each: each.name,
            "Training": lambda each: each.training.title,
            "Earned": lambda each: "-" if each.earned_at is None else write_date(each.earned_at, zone),
            "Valid until": lambda each: write_until(each, zone),
            "State": lambda each: each.state.value,
            "Rule": lambda each: write_rule(each.training),
        },
    )


def write_until(certificate: Certificate, zone: tzinfo) -> str:
    """Return the day on which a certificate ends: "Nov 28, 2027", "does not expire", "-" while it waits."""
    if certificate.earned_at is None:
        return "-"
    return "does not expire" if certificate.expires_at is None else write_date(certificate.expires_at, zone)
