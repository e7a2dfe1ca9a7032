"""Accounts of people on the roster, and of people who are known elsewhere."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sim.app.accessible_pdf import compile_pdf
from sim.app.signed import read_seat
from sim.app.wiring import App
from sim.db.store import Transaction
from sim.db.teams import AccountRow, PersonRow
from sim.errors import AccessError
from sim.features.accounts.passwords import make_key
from sim.features.accounts.sign_in import make_account, replace_secret
from sim.program.session_day import is_over
from sim.rules.sessions import CHOSEN_IN_SESSION, GIVEN, SCHOOL, AccountChange, note_account
from sim.rules.viewer import Duty, Role, Viewer, require
from sim.text.words import make_breakable

_log = logging.getLogger("sightline.accounts")


def set_pin(app: App, viewer: Viewer, person_id: str, pin: str) -> str:
    """Give somebody of the roster a PIN, and an account where they have none; return their sign-in name."""
    require(viewer, Duty.SET_PINS)
    with app.store.read() as work:
        row = work.accounts.find(person_id=person_id)
    if row is None:
        return make_trainee(app, person_id, pin, source=GIVEN)
    if row.roles != {Role.TRAINEE.value}:
        raise AccessError("this is not a trainee's account", todo="ask your administrator to change its passphrase")
    replace_secret(app, row, pin, by=viewer)
    _log.info("account %s: given another PIN, by %s", row.account_id, viewer.account_id or "this machine")
    return row.sign_in_name


def list_without_pin(app: App, team_id: str) -> tuple[str, ...]:
    with app.store.read() as work:
        people = [person.person_id for person in work.people.list_all(team_id=team_id) if person.left_at is None]
        found = {person_id: work.accounts.find(person_id=person_id) for person_id in people}
    return tuple(person_id for person_id, row in found.items() if row is None or row.secret_hash is None)


def make_trainee(app: App, person_id: str, pin: str | None, *, source: str) -> str:
    with app.store.read() as work:
        name = work.people.get(person_id).name
    row = make_account(app, name=name, secret=pin, roles=frozenset({Role.TRAINEE}), person_id=person_id)
    with app.store.write() as work:
        free = find_free_name(work, name)
        work.accounts.add(replace(row, sign_in_name=free, sign_in_key=make_key(free), secret_source=source))
    return free


def find_first_pin_name(app: App, seat_token: str) -> str | None:
    """Return the name of a seat's holder who may choose a first PIN: in the session, without earlier results."""
    grant = read_seat(app.access.secret, seat_token)
    with app.store.read() as work:
        invited = work.sessions.get_invited(grant.session_id, grant.person_id)
        if invited.joined_at is None or invited.seat != grant.seat or not work.accounts.has_role(Role.ADMIN.value):
            return None
        session = work.sessions.get(grant.session_id)
        if is_over(session.day, app.clock.read().wall) or work.accounts.find(person_id=grant.person_id) is not None:
            return None
        ended = [row.timing.ended_at for row in work.attempts.list_all(person_id=grant.person_id)]
        if any(at is not None and at < invited.joined_at for at in ended):
            return None
        return work.people.get(grant.person_id).name


def choose_first_pin(app: App, seat_token: str, pin: str) -> str:
    """Make the account of the holder of a seat, with a PIN of their own; return the name to sign in with."""
    if find_first_pin_name(app, seat_token) is None:
        raise AccessError("a PIN cannot be chosen here", todo="ask your trainer for one")
    return make_trainee(app, read_seat(app.access.secret, seat_token).person_id, pin, source=CHOSEN_IN_SESSION)


def take_back_pin(work: Transaction, person_id: str, *, since: datetime, now: datetime, by: str = "") -> None:
    """Close the way in of an account that somebody made for a person since a moment, as one does who has joined."""
    row = work.accounts.find(person_id=person_id)
    if row is not None and row.created_at >= since and row.roles <= {Role.TRAINEE.value}:
        work.accounts.save(replace(row, secret_hash=None))
        work.accounts.end_sessions(row.account_id, at=now)
        note_account(work, row, AccountChange.SECRET, at=now, by=by)


def find_or_create(
    app: App,
    external_id: str,
    *,
    name: str,
    roles: frozenset[Role],
    person_id: str | None = None,
    sign_in_name: str = "",
) -> AccountRow:
    """Return the account of somebody known elsewhere, or of their roster entry, or a new one; old ones keep roles."""
    draft = make_account(app, name=name, secret=None, roles=roles, person_id=person_id)
    with app.store.write() as work:
        found = work.accounts.find_by_identity(external_id)
        if found is None and person_id is not None:
            found = work.accounts.find(person_id=person_id)
        if found is None:
            free = find_free_name(work, sign_in_name or name)
            found = replace(draft, sign_in_name=free, sign_in_key=make_key(free))
            work.accounts.add(found)
            note_account(work, found, AccountChange.MADE, at=found.created_at, by=SCHOOL)
        work.accounts.add_identity(found.account_id, external_id)
    return found


def find_free_name(work: Transaction, name: str) -> str:
    wanted = " ".join(name.split())
    number = 1
    while work.accounts.find_by_key(make_key(wanted if number == 1 else f"{wanted} {number}")) is not None:
        number += 1
    return wanted if number == 1 else f"{wanted} {number}"


def follow_name(work: Transaction, before: PersonRow, name: str) -> None:
    """Write somebody's new name beside what they do from now on; the name that they sign in with stays."""
    account = work.accounts.find(person_id=before.person_id) if name != before.name else None
    if account is not None and account.display_name == before.name:
        work.accounts.save(replace(account, display_name=name))


# Slips of paper with a sign-in name and a PIN each, to be cut apart and handed over: a PDF that is stored nowhere.
TEMPLATE: Final = Path(__file__).parent / "pin_slips.typ"
NAME, PIN, OPEN = "Sign-in name", "PIN", "Open"
KEEP: Final = "Keep this to yourself. You can change the PIN after you have signed in."


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    person: str
    sign_in_name: str
    pin: str


def write_pin_slips(slips: Sequence[Slip], *, team: str, address: str, at: datetime) -> bytes:
    """Return the slips as a PDF/UA-1 on US Letter, two in a row, with lines to cut along."""
    content = {
        "title": make_breakable(f"PIN slips: {team}"),
        "team": make_breakable(team),
        "date": [at.year, at.month, at.day],
        "labels": [NAME, PIN, OPEN],
        "address": make_breakable(address),
        "keep": KEEP,
        "slips": [[make_breakable(each.person), make_breakable(each.sign_in_name), each.pin] for each in slips],
    }
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return compile_pdf(TEMPLATE, content, what="PIN slips", at=midnight)
