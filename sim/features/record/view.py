"""The records page: who was trained in what, certificates, gaps, refreshers due, what the record still lacks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Final

from sim.app.wiring import App
from sim.canonical import read_moment
from sim.db.ledger import LedgerKind, Result, Subjects
from sim.db.sessions import Attendee, Certified, Training, TrainingState
from sim.db.teams import PersonRow
from sim.features.program.board import BoardPerson, Cell, get_board
from sim.features.record.load import Identity, find_identity, load_person_record, load_team_record
from sim.features.team.given_drills import Waiting, find_waiting
from sim.features.training.view import write_rule
from sim.ledger.pass_parts import name_skill
from sim.ledger.record import Record, find_trained_at, name_team
from sim.program.plan import RETENTION, BoardState, add_months
from sim.program.session_day import Attendance
from sim.rules.drill_access import say_known
from sim.text.tables import TextTable, make_table, own_columns
from sim.text.times import write_date


class CertificateState(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    WAITING = "waits for a passed drill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    training: Training
    person: Attendee
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
    for training, person in sorted(record.expected, key=lambda each: each[0].begins_at, reverse=True):
        if training.certified is Certified.NOTHING:
            continue
        trained_at = find_trained_at(training, person.person_id, record.trainings, is_whole=True)
        key = (person.person_id, training.title.casefold())
        if trained_at is None or key in renewed:
            continue
        earned: datetime | None = trained_at
        drill, expires, state = None, None, CertificateState.VALID
        if training.certified is Certified.PASSED:
            own = [each for each in record.results if each.person_id == person.person_id and each.passed is True]
            after = [each for each in own if each.began_at >= trained_at]
            drill = min(after, key=lambda each: each.began_at, default=None)
            earned = None if drill is None else drill.began_at
        if earned is None:
            state = CertificateState.WAITING
        else:
            renewed.add(key)
            if training.valid_months:
                day = earned.astimezone(zone)
                expires = datetime.combine(add_months(day.date(), training.valid_months), day.timetz())
                state = CertificateState.EXPIRED if now >= expires else state
        found.append(
            Certificate(
                training=training, person=person, earned_at=earned, drill=drill, expires_at=expires, state=state
            )
        )
    return tuple(sorted(found, key=lambda each: (each.person.name.casefold(), each.person.person_id)))


def make_certificate_table(record: Record, *, now: datetime, zone: tzinfo) -> TextTable:
    return make_table(
        "certificates",
        zip(list_certificates(record, now=now, zone=zone), strict=True),
        {
            "Name": lambda each: each.person.name,
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


REFRESHERS: Final = frozenset(f"{words} after" for words in RETENTION)
DELETED: Final = "deleted from the list"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One person, in words; "" for nothing."""

    person_id: str
    name: str
    trained: str  # the day on which they were trained last
    sessions: str  # how many of those they were invited to they took part in
    latest: str  # the day of their latest drill
    gaps: str  # what is open
    refresher: str  # when the next one is due, "" without a program
    acknowledged: str
    standing: str  # what became of somebody who is not on the team any more


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRecordView:
    who: Identity
    facts: tuple[tuple[str, str], ...]
    people: tuple[PersonLine, ...]
    former: tuple[PersonLine, ...]
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecordView:
    who: Identity
    line: PersonLine
    record: Record
    waiting: Waiting | None  # a re-drill that they were given and have not done; None when there is none
    newest: int  # number of the newest entry, which an acknowledgement names; 0 without any
    is_acknowledged: bool  # nothing has come since
    has_certificates: bool  # they have earned one


def get_team_view(app: App, team_id: str, *, zone: tzinfo) -> TeamRecordView:
    record = load_team_record(app, team_id)
    with app.store.read() as work:
        team = work.teams.get(team_id)
        listed = work.people.list_all(team_id=team_id)
    with app.unrestricted().store.read() as work:
        known = {person.person_id: person for person in work.people.list_all()}
    refreshers = _write_refreshers(app, team_id)
    names = {person.person_id: person.name for person in listed if person.left_at is None}
    lines = [_make_line(record, key, name, zone, refresher=refreshers.get(key, "")) for key, name in names.items()]
    told = {guest.person_id: guest.name for _, guest in record.invited}
    told |= {person.person_id: person.name for _, person in record.expected}
    told |= {each.person_id or "": each.data["name"] for each in record.notes}
    told |= {each.person_id: each.name for each in (*record.unscored, *record.results)}
    former = [
        _make_line(record, key, name, zone, standing=_write_standing(known.get(key), team_id, zone))
        for key, name in told.items()
        if key not in names
    ]
    absent = {guest.person_id for _, guest in record.invited if guest.attendance is Attendance.ABSENT}
    return TeamRecordView(
        who=Identity(name=team.name, team_id=team_id, **name_team(team)),
        facts=(
            ("Trainings held", str(sum(each.state is TrainingState.HELD for each in record.trainings))),
            ("Sessions", str(len(record.sessions))),
            ("People still absent", str(len(absent))),
            ("Drills recorded", str(len(record.results))),
            ("Open gaps", str(sum(gap.closed_at is None for gap in record.gaps))),
            ("Refreshers due", str(sum(line.refresher.startswith(("due", "overdue")) for line in lines))),
        ),
        people=tuple(lines),
        former=tuple(sorted(former, key=lambda line: (line.name.casefold(), line.person_id))),
        record=record,
    )


def get_person_view(app: App, person_id: str, *, zone: tzinfo, is_redacted: bool = False) -> PersonRecordView:
    """Return one person's record, also of somebody who has left or was deleted. Raises StoreError: unknown person."""
    record = load_person_record(app, person_id, is_redacted=is_redacted)
    # what somebody acknowledges: their own record, not that it was exported or is held
    own = {"session_person", "training_person", "result", "gap"}
    kinds = [kind for kind in LedgerKind if own.intersection(kind.tables)]
    with app.store.read() as work:
        who = find_identity(work, person_id)
        entries = work.ledger.list_of(
            Subjects(person_id=person_id), kinds=[*kinds, LedgerKind.REDRILL_GIVEN, LedgerKind.REMEDIATION]
        )
        waiting = None if who.row is None else find_waiting(work, person_id, zone=zone)
    noted, newest = record.find_acknowledged(person_id), max((entry.number for entry in entries), default=0)
    certificates = list_certificates(record, now=app.clock.read().wall, zone=zone)
    refresher = "" if who.row is None else _write_refreshers(app, who.team_id).get(person_id, "")
    standing = _write_standing(who.row, who.team_id, zone)
    return PersonRecordView(
        who=who,
        line=_make_line(record, person_id, who.name, zone, refresher=refresher, standing=standing),
        record=record,
        waiting=waiting,
        newest=newest,
        is_acknowledged=noted is not None and noted.number > newest,
        has_certificates=any(each.earned_at is not None for each in certificates),
    )


def _write_standing(row: PersonRow | None, team_id: str, zone: tzinfo) -> str:
    if row is None:
        return DELETED
    if row.left_at is not None:
        return f"left {write_date(row.left_at, zone)}"
    return "" if row.team_id == team_id else "now on another team"


def _make_line(
    record: Record, person_id: str, name: str, zone: tzinfo, *, refresher: str = "", standing: str = ""
) -> PersonLine:
    own = [(session, guest) for session, guest in record.invited if guest.person_id == person_id]
    results = [result for result in record.results if result.person_id == person_id]
    noted, acknowledged, trained = record.find_acknowledged(person_id), "", ""
    if noted is not None:
        known = say_known(noted.data["known_by"], by=noted.data["link_by"] or "")
        acknowledged = f"{write_date(read_moment(noted.at), zone)}, {known}"
    for is_whole, words in ((True, ""), (False, ", partly")):
        at = [find_trained_at(each, person_id, record.trainings, is_whole=is_whole) for each in record.trainings]
        trained = trained or next((write_date(last, zone) + words for last in sorted(filter(None, at))[-1:]), "")
    open_gaps = [name_skill(gap.key) for gap in record.gaps if gap.person_id == person_id and gap.closed_at is None]
    return PersonLine(
        person_id=person_id,
        name=name,
        trained=trained,
        sessions=f"{sum(session.is_done_by(guest) for session, guest in own)} of {len(own)}",
        latest=write_date(results[-1].began_at, zone) if results else "",
        gaps=", ".join(open_gaps),
        refresher=refresher,
        acknowledged=acknowledged,
        standing=standing,
    )


def make_people_table(lines: Iterable[PersonLine], *, are_former: bool = False) -> TextTable:
    shown = {"Trained": "trained", "Sessions": "sessions", "Last drill": "latest", "Still to practice": "gaps"}
    if are_former:
        shown = {"Now": "standing", **shown}
    else:
        shown |= {"Refresher": "refresher", "Acknowledged": "acknowledged"}
    columns = {head: lambda line, name=name: getattr(line, name) or "-" for head, name in shown.items()}
    return make_table("former" if are_former else "people", zip(lines), own_columns(Name="name") | columns)


def list_refreshers(
    app: App, *states: BoardState, school: str | None = None, team_id: str | None = None
) -> list[tuple[BoardPerson, str, Cell]]:
    """Return the refreshers of a school or a team that stand so: whose, what it is called, and how it stands."""
    board = get_board(app, school=school, team_id=team_id)
    return [
        (person, title, cell)
        for person in board.people
        for title, cell in zip(board.titles, person.cells, strict=True)
        if title in REFRESHERS and cell.state in states
    ]


def _write_refreshers(app: App, team_id: str) -> dict[str, str]:
    found = list_refreshers(app, BoardState.OVERDUE, BoardState.DUE, BoardState.PLANNED, team_id=team_id)
    return {person.person_id: cell.text for person, _, cell in reversed(found)}  # the first of each
