"""What people add to the record by hand: a session's details, a remediation, the trainee's acknowledgement."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sim.app.links import read_link
from sim.app.wiring import App
from sim.canonical import Json, write_moment
from sim.db.ledger import LedgerKind, Subjects
from sim.db.programs import LinkKind
from sim.errors import AccessError, LedgerError
from sim.rules.viewer import KnownBy, Viewer
from sim.text.typed import clean_typed

MOST_WORDS = 400
MOST_HOURS = 24.0
HOURS = f"Enter the hours as a number above 0, up to {MOST_HOURS:g}, or leave them empty."


def note_details(app: App, session_id: str, texts: Mapping[str, str], *, hours: str = "", by: str = "") -> None:
    """Add what a session's instructor says of it; `hours` are typed, "" where the measured length is right.

    `texts` are by column, and the latest ones count; the earlier ones stay in the audit.
    """
    typed = _read_hours(hours)
    told: dict[str, Any] = {
        name: clean_typed(value, what=name, fault=LedgerError, most=MOST_WORDS) for name, value in texts.items()
    }
    if not told["content"]:
        raise LedgerError("the content is empty", expected="what was taught", todo="say it in a few words")
    with app.store.write() as work:
        row = work.sessions.get(session_id)
        if row.voided_at is not None:
            raise LedgerError("This session was voided, so it has no details.")
        changed = replace(row, **told, typed_hours=row.typed_hours if typed is None else typed)
        if changed == row:
            raise LedgerError("Nothing was changed, so nothing was added to the record.")
        changed = replace(changed, typed_by=row.typed_by if typed is None else by)
        work.ledger.keep(changed, LedgerKind.SESSION_DETAILS, at=app.clock.read().wall, by=by)


def _read_hours(typed: str) -> float | None:
    text = typed.strip().removesuffix("h").strip().replace(",", ".")
    try:
        hours = float(text or MOST_HOURS)
    except ValueError as error:
        raise LedgerError(HOURS) from error
    if not 0.0 < hours <= MOST_HOURS:
        raise LedgerError(HOURS)
    return round(hours, 2) if text else None


def note_remediation(app: App, person_id: str, *, words: str, by: str = "") -> None:
    """Record what was done about somebody's gaps; it closes none of them, only a drill does."""
    _note(app, LedgerKind.REMEDIATION, person_id, words=words, by=by)


def acknowledge(app: App, viewer: Viewer, *, up_to: int, words: str = "", link: str | None = None) -> None:
    """Record that somebody has read their own record, as it stood at entry `up_to`; `words` is what they add.

    The entry says how it is known who they are: as the person who is signed in, or as the person who has a link, and
    then who gave that out and when.
    """
    said = clean_typed(words, what="remark", fault=LedgerError, most=MOST_WORDS)
    person_id, known = _find_known(app, viewer, link)
    with app.store.read() as work:
        name = work.people.get(person_id).name
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
        if work.accounts.find(person_id=row.person_id) is not None:
            raise AccessError("this record is of someone with an account", todo="sign in to acknowledge it")
    known: dict[str, Json] = {
        "known_by": KnownBy.LINK.value,
        "link_by": row.issued_by,
        "link_at": write_moment(row.issued_at),
    }
    return row.person_id, known


def _note(app: App, kind: LedgerKind, person_id: str, *, words: str, by: str, **more: Json) -> None:
    said = clean_typed(words, what="text", fault=LedgerError, most=MOST_WORDS)
    if not said:
        raise LedgerError("nothing was said", expected=f"1 to {MOST_WORDS} letters", todo="say what was done")
    with app.store.write() as work:
        person = work.people.get(person_id)
        if work.teams.get(person.team_id).is_demo:
            raise LedgerError("a demo team has no training record: its people are invented")
        subjects = Subjects(team_id=person.team_id, person_id=person_id)
        data: dict[str, Json] = {"name": person.name, "words": said, **more}
        work.ledger.note(kind, at=app.clock.read().wall, by=by, subjects=subjects, data=data)
