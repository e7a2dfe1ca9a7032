"""Who has earned which certificate, and until when it is valid: worked out from the record, stored nowhere.

A certificate is of one training that was held. Its rule says whether attending is enough, or a drill has to be passed
after it; its date is that of whatever came last. It ends after the months that the training names, and is renewed by
earning it again in another training of the same title.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Final

from sim.services.ledger.record import Record, ResultRecord
from sim.services.ledger.trainings import Certified, Training, find_trained_at
from sim.services.training_event.view import find_expiry, write_rule
from sim.text.tables import TextTable
from sim.text.times import write_date


class CertificateState(StrEnum):
    """Where a certificate stands."""

    VALID = "valid"
    EXPIRED = "expired"
    WAITING = "waits for a passed drill"


HEADER: Final = ("Name", "Training", "Earned", "Valid until", "State", "Rule")


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    person_id: str
    name: str
    training: Training
    earned_at: datetime | None  # when it was earned, UTC; None while it waits
    drill: ResultRecord | None  # the drill that was passed for it; None where attending is enough
    expires_at: datetime | None  # the first moment at which it is valid no more; None for no end, or while it waits
    state: CertificateState


def list_certificates(record: Record, *, now: datetime, zone: tzinfo) -> tuple[Certificate, ...]:
    """Return the certificates of everybody whom a training that gives one has trained: by name, the latest first."""
    found = [
        _make(person.person_id, person.name, training, record, trained_at=trained_at, now=now, zone=zone)
        for training in record.trainings
        if training.certified is not Certified.NOTHING
        for person in training.attendees
        if (trained_at := find_trained_at(training, person.person_id, record.trainings)) is not None
    ]
    found.sort(key=lambda each: each.training.begins_at, reverse=True)
    return tuple(sorted(_drop_renewed(found), key=lambda each: (each.name.casefold(), each.person_id)))


def make_certificate_table(record: Record, *, now: datetime, zone: tzinfo) -> TextTable:
    """Return the certificates as a table: who, of what, since and until when, by which rule."""
    rows = [
        (
            each.name,
            each.training.title,
            "-" if each.earned_at is None else write_date(each.earned_at, zone),
            write_until(each, zone),
            each.state.value,
            write_rule(each.training),
        )
        for each in list_certificates(record, now=now, zone=zone)
    ]
    return TextTable(name="certificates", header=HEADER, rows=tuple(rows))


def write_until(certificate: Certificate, zone: tzinfo) -> str:
    """Return the day on which a certificate ends: "Nov 28, 2027", "does not expire", "-" while it waits."""
    if certificate.earned_at is None:
        return "-"
    return "does not expire" if certificate.expires_at is None else write_date(certificate.expires_at, zone)


def _make(
    person_id: str,
    name: str,
    training: Training,
    record: Record,
    *,
    trained_at: datetime,
    now: datetime,
    zone: tzinfo,
) -> Certificate:
    drill: ResultRecord | None = None
    earned: datetime | None = trained_at
    if training.certified is Certified.PASSED:
        drill = _find_passed(record, person_id, trained_at)
        earned = None if drill is None else drill.began_at
    expires = None if earned is None else find_expiry(training, earned, zone)
    state = CertificateState.WAITING
    if earned is not None:
        state = CertificateState.EXPIRED if expires is not None and now >= expires else CertificateState.VALID
    return Certificate(
        person_id=person_id,
        name=name,
        training=training,
        earned_at=earned,
        drill=drill,
        expires_at=expires,
        state=state,
    )


def _find_passed(record: Record, person_id: str, since: datetime) -> ResultRecord | None:
    passed = [
        result
        for result in record.results
        if result.person_id == person_id and result.passed is True and result.began_at >= since
    ]
    return min(passed, key=lambda result: result.began_at, default=None)


def _drop_renewed(found: list[Certificate]) -> list[Certificate]:
    """Leave out what a later certificate of the same title takes the place of; `found` has the latest first."""
    kept: list[Certificate] = []
    earned: set[tuple[str, str]] = set()
    for each in found:
        key = (each.person_id, each.training.title.casefold())
        if key in earned:
            continue
        kept.append(each)
        if each.earned_at is not None:
            earned.add(key)
    return kept
