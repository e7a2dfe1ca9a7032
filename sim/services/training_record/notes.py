"""What people add to the record by hand: a session's details, a remediation, the trainee's acknowledgement."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sim.db.exposures import LinkKind
from sim.db.ledger import Draft, Json, LedgerKind, Subjects, write_moment
from sim.errors import AccessError, LedgerError
from sim.services.accounts.viewer import KnownBy, Viewer
from sim.services.app.links import read_link
from sim.services.app.wiring import App
from sim.services.ledger.record import Record, make_record
from sim.text.typed import clean_typed

MOST_WORDS = 400
MOST_HOURS = 24.0
HOURS = f"Enter the hours as a number above 0, up to {MOST_HOURS:g}, or leave them empty."


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What a session's instructor says of it. `hours` is None where the measured length is right."""

    need: str
    content: str
    content_version: str
    instructor: str
    qualification: str
    hours: float | None = None


def note_details(app: App, session_id: str, details: Details, *, by: str = "") -> None:
    """Add a session's details to the record; the latest ones count, the earlier ones stay in the ledger."""
    if details.hours is not None and not 0.0 < details.hours <= MOST_HOURS:
        raise LedgerError(HOURS)
    data: dict[str, Json] = {
        name: _check(value, name=name) if isinstance(value, str) else value for name, value in asdict(details).items()
    }
    if not data["content"]:
        raise LedgerError("the content is empty", expected="what was taught", todo="say it in a few words")
    if details.hours is not None:
        data["hours"] = round(details.hours, 2)
    with app.store.write() as work:
        row = work.sessions.get(session_id)
        if row.voided_at is not None:
            raise LedgerError("This session was voided, so it has no details.")
        subjects = Subjects(team_id=row.team_id, session_id=session_id)
        if not _is_new(make_record(work.ledger.list_of(subjects)), data):
            raise LedgerError("Nothing was changed, so nothing was added to the record.")
        work.ledger.append(
            Draft(kind=LedgerKind.SESSION_DETAILS, at=app.clock.read().wall, by=by, subjects=subjects, data=data)
        )


def read_hours(typed: str) -> float | None:
    """Return the hours that someone typed, None for nothing. Raises LedgerError: no number, or one that cannot be."""
    text = typed.strip().removesuffix("h").strip().replace(",", ".")
    if not text:
        return None
    try:
        hours = float(text)
    except ValueError as error:
        raise LedgerError(HOURS) from error
    if not 0.0 < hours <= MOST_HOURS:
        raise LedgerError(HOURS)
    return hours


def _is_new(record: Record, data: Mapping[str, Json]) -> bool:
    if not record.sessions:
        return True
    session = record.sessions[0]
    texts = ("need", "content", "content_version", "instructor", "qualification")
    is_same = all(data[name] == getattr(session, name) for name in texts)
    return not is_same or data["hours"] not in (None, session.typed_hours)


def note_remediation(app: App, person_id: str, *, words: str, by: str = "") -> None:
    """Record what was done about somebody's gaps; it closes none of them, only a drill does."""
    _note(app, LedgerKind.REMEDIATION, person_id, words=words, by=by)


def acknowledge(app: App, viewer: Viewer, *, up_to: int, words: str = "", link: str | None = None) -> None:
    """Record that somebody has read their own record, as it stood at entry `up_to`; `words` is what they add.

    The entry says how it is known who they are: as the person who is signed in, or as the person who has a link, and
    then who gave that out and when.
    """
    said = _check(words, name="remark")
    person_id, known = _find_known(app, viewer, link)
    with app.store.read() as work:
        name = work.teams.get_person(person_id).name
    said = said or f"read up to entry {up_to}"
    _note(app, LedgerKind.ACKNOWLEDGED, person_id, words=said, by=name, up_to=up_to, **known)


def may_acknowledge(app: App, viewer: Viewer, *, link: str | None = None) -> bool:
    """Return whether `acknowledge` takes it from them."""
    try:
        _find_known(app, viewer, link)
    except AccessError:
        return False
    return True


def _find_known(app: App, viewer: Viewer, link: str | None) -> tuple[str, dict[str, Json]]:
    row = None if link is None else read_link(app, link, LinkKind.RECORD)
    if viewer.account_id is not None and viewer.known_by is not None:
        if viewer.person_id is None or (row is not None and row.person_id != viewer.person_id):
            raise AccessError("this record is another person's", todo="sign out, then open your own link again")
        return viewer.person_id, {"known_by": viewer.known_by.value, "link_by": None, "link_at": None}
    if row is None:
        raise AccessError("nobody is signed in here", todo="sign in first")
    with app.store.read() as work:
        if work.accounts.find_by_person(row.person_id) is not None:
            raise AccessError("this record is of someone with an account", todo="sign in to acknowledge it")
    known: dict[str, Json] = {
        "known_by": KnownBy.LINK.value,
        "link_by": row.issued_by,
        "link_at": write_moment(row.issued_at),
    }
    return row.person_id, known


def _note(app: App, kind: LedgerKind, person_id: str, *, words: str, by: str, **more: Json) -> None:
    said = _check(words, name="text")
    if not said:
        raise LedgerError("nothing was said", expected=f"1 to {MOST_WORDS} letters", todo="say what was done")
    with app.store.write() as work:
        person = work.teams.get_person(person_id)
        if work.teams.get_team(person.team_id).is_demo:
            raise LedgerError("a demo team has no training record: its people are invented")
        subjects = Subjects(team_id=person.team_id, person_id=person_id)
        data: dict[str, Json] = {"name": person.name, "words": said, **more}
        work.ledger.append(Draft(kind=kind, at=app.clock.read().wall, by=by, subjects=subjects, data=data))


def _check(words: str, *, name: str) -> str:
    said = clean_typed(words, what=name, fault=LedgerError)
    if len(said) > MOST_WORDS:
        raise LedgerError(f"the {name} has {len(said)} letters", expected=f"at most {MOST_WORDS}", todo="shorten it")
    return said
