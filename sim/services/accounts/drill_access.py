"""What belongs to whom: drills and their results."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Final

from sim.db.links import LinkKind
from sim.db.rows import AttemptRow
from sim.db.sessions import InvitedRow
from sim.db.store import Transaction
from sim.drill.attempt import ENDED, UNSCORED, Mode
from sim.drill.forms import Form
from sim.errors import AccessError, SessionError
from sim.services.accounts.own_name import find_account
from sim.services.accounts.sessions import CHOSEN_IN_SESSION
from sim.services.accounts.viewer import Duty, Viewer, may, require
from sim.services.app.links.tokens import find_link
from sim.services.app.session_links import read_seat
from sim.services.app.wiring import App
from sim.tasks import get_task_type

LINK_SHOWS_RESULT: Final = timedelta(hours=12)
"""So long after the end a drill's own address shows its result to anyone who has it and is not signed in: anyone who
joined a session by a link learns from the debrief there and then, without a PIN."""


class Access(Enum):
    """Whether a drill's page opens."""

    OPEN = "open"
    RESULT_CLOSED = "the result is no longer shown by its link alone"
    OF_ANOTHER = "the drill is someone else's"
    SIGN_IN = "whose drill it is has an account and is not signed in"
    LINK_ENDED = "the link does not open it, or there is none"


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """What an address holds besides the drill: the token of a link to it, or of a seat in a session; "" for none."""

    link: str = ""
    seat: str = ""


ALONE: Final = WayIn()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDrill:
    """A drill that waits for somebody, or runs."""

    attempt_id: str
    title: str


def judge_access(app: App, viewer: Viewer, attempt_id: str, way_in: WayIn = ALONE) -> Access:
    """Return whether a drill's page opens to somebody who has its address.

    A drill of nobody of the roster is open by its address, whose id is 24 signs drawn by chance. One of somebody is
    open to them and to trainers of their school, once it has ended to principals too. To anyone who is not signed in it
    is open with a seat in the session that it was given in, or with the link that the trainer gave out, where its
    person has no account; with a seat also to whoever chose their PIN in it. Some hours after its end its result is
    shown to nobody who is not signed in.
    """
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
        if row.person_id is None or row.person_id == viewer.person_id or _is_for_school(work, viewer, row):
            return Access.OPEN
        if viewer.account_id is not None:
            return Access.OF_ANOTHER
        access = _judge_way_in(app, work, row, way_in)
    if access is not Access.OPEN:
        return access
    ended_at = row.timing.ended_at
    if row.timing.state in ENDED and (ended_at is None or abs(app.clock.read().wall - ended_at) >= LINK_SHOWS_RESULT):
        return Access.RESULT_CLOSED
    return Access.OPEN


def _judge_way_in(app: App, work: Transaction, row: AttemptRow, way_in: WayIn) -> Access:
    """Return whether what an address holds opens somebody's drill to anyone who is not signed in."""
    seat = _find_seat(app, work, row, way_in.seat)
    if seat is not None:
        return Access.OPEN if _is_own_seat(work, seat) else Access.SIGN_IN
    if row.person_id is not None and work.accounts.find_by_person(row.person_id) is not None:
        return Access.SIGN_IN
    return Access.OPEN if _has_link(app, work, row, way_in.link) else Access.LINK_ENDED


def _is_for_school(work: Transaction, viewer: Viewer, row: AttemptRow) -> bool:
    """Return whether a drill is open to somebody as a trainer, or once it has ended as a principal, of its school."""
    if not may(viewer, Duty.TRAIN) and not (may(viewer, Duty.SEE_TEAMS) and row.timing.state in ENDED):
        return False
    if viewer.schools is None or row.person_id is None:
        return True
    team = work.teams.get_team(work.teams.get_person(row.person_id).team_id)
    return (team.school or team.name) in viewer.schools


def has_seat(app: App, work: Transaction, row: AttemptRow, token: str) -> bool:
    """Return whether a seat is in the session of a drill, or of the look round before it."""
    return _find_seat(app, work, row, token) is not None


def _is_own_seat(work: Transaction, seat: InvitedRow) -> bool:
    """Return whether a seat alone says enough: its person signs in nowhere, or has chosen their PIN in this seat."""
    account = find_account(work, seat.person_id)
    if account is None:
        return True
    is_chosen = account.secret_source == CHOSEN_IN_SESSION
    return is_chosen and seat.joined_at is not None and account.created_at >= seat.joined_at


def _find_seat(app: App, work: Transaction, row: AttemptRow, token: str) -> InvitedRow | None:
    try:
        grant = read_seat(app.access.secret, token)
        invited = work.sessions.get_invited(grant.session_id, grant.person_id)
        session = work.sessions.get(grant.session_id)
    except (AccessError, SessionError):
        return None
    is_held = invited.joined_at is not None and invited.seat == grant.seat and invited.person_id == row.person_id
    is_of_it = row.timing.attempt_id == invited.attempt_id or row.mode is Mode.FAMILIARIZATION
    is_in_time = app.clock.read().wall < session.day.expires_at + LINK_SHOWS_RESULT
    return invited if is_held and is_of_it and is_in_time else None


def _has_link(app: App, work: Transaction, row: AttemptRow, token: str) -> bool:
    """Return whether a link opens a drill: its own, or the look round before it."""
    try:
        link = find_link(app, work, token, LinkKind.DRILL)
    except AccessError:
        return False
    is_of_it = row.timing.attempt_id == link.attempt_id or row.mode is Mode.FAMILIARIZATION
    return link.person_id == row.person_id and is_of_it


def list_own_open(app: App, viewer: Viewer) -> tuple[OpenDrill, ...]:
    """Return the drills that wait for somebody or run, in the order they were given. Raises AccessError."""
    return tuple(drill for drill, is_open in _list_own(app, viewer) if is_open)


def list_own_ended(app: App, viewer: Viewer) -> tuple[OpenDrill, ...]:
    """Return somebody's own ended drills that have a result, the newest first. Raises AccessError."""
    return tuple(drill for drill, is_open in reversed(_list_own(app, viewer)) if not is_open)


def _list_own(app: App, viewer: Viewer) -> list[tuple[OpenDrill, bool]]:
    require(viewer, Duty.SEE_OWN)
    if viewer.person_id is None:
        return []
    forms = {known.form.form_id: known.form for known in app.catalog.list_forms()}
    with app.store.read() as work:
        rows = work.attempts.list_of_person(viewer.person_id)
    return [
        (
            OpenDrill(attempt_id=row.timing.attempt_id, title=_name_drill(row, forms.get(row.form_id))),
            row.timing.state not in ENDED,
        )
        for row in rows
        if row.mode not in UNSCORED
    ]


def _name_drill(row: AttemptRow, form: Form | None) -> str:
    """Return what a drill is called: a measured one that has not ended by its kind, which does not tell who is sought.

    Of a form that is gone, its id.
    """
    if form is None:
        return row.form_id
    return (
        get_task_type(form.type).title if row.mode is Mode.ASSESSMENT and row.timing.state not in ENDED else form.title
    )
