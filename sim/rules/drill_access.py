"""What belongs to whom: drills and their results, and how it is known who somebody is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Final

from sim.app.links import find_link
from sim.app.signed import read_seat
from sim.app.wiring import App
from sim.attempt.attempt import ENDED, UNSCORED, AttemptState, Mode
from sim.db.attempts import AttemptRow
from sim.db.programs import LinkKind
from sim.db.sessions import BY_LIST, InvitedRow
from sim.db.store import Transaction
from sim.db.teams import AccountRow
from sim.errors import AccessError, SessionError
from sim.forms.forms import Form
from sim.rules.sessions import CHOSEN_IN_SESSION
from sim.rules.viewer import Duty, KnownBy, Role, Viewer, may, require
from sim.tasks import get_task_type

LINK_SHOWS_RESULT: Final = timedelta(hours=12)
"""So long after the end a drill's own address shows its result to anyone who has it and is not signed in: anyone who
joined a session by a link learns from the debrief there and then, without a PIN."""


class Access(Enum):
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
    seat = _find_seat(app, work, row, way_in.seat)
    if seat is not None:
        return Access.OPEN if _is_own_seat(work, seat) else Access.SIGN_IN
    if row.person_id is not None and work.accounts.find(person_id=row.person_id) is not None:
        return Access.SIGN_IN
    return Access.OPEN if _has_link(app, work, row, way_in.link) else Access.LINK_ENDED


def _is_for_school(work: Transaction, viewer: Viewer, row: AttemptRow) -> bool:
    """Return whether a drill is open to somebody as a trainer, or once it has ended as a principal, of its school."""
    if not may(viewer, Duty.TRAIN) and not (may(viewer, Duty.SEE_TEAMS) and row.timing.state in ENDED):
        return False
    if viewer.schools is None or row.person_id is None:
        return True
    team = work.teams.get(work.people.get(row.person_id).team_id)
    return (team.school or team.name) in viewer.schools


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
        rows = work.attempts.list_all(person_id=viewer.person_id)
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


# Taking a name from a list, in a session or at a training: whoever has an account signs in to take theirs.
_ELSEWHERE: Final = ("oidc:", "saml:")
"""How ids begin by which someone is known at the school's own sign-in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFirst:
    """How somebody signs in before their name can be taken: the name to sign in with, and whether by a PIN here."""

    name: str
    has_secret: bool


def find_account(work: Transaction, person_id: str) -> AccountRow | None:
    """Return the account with which a person can sign in here; None where they have none, or no way into it.

    An account that a roster or a learning system brought, without a PIN, opens to nobody here: they go on as people
    without one.
    """
    account = work.accounts.find(person_id=person_id)
    if account is None or not work.accounts.has_role(Role.ADMIN.value):
        return None
    if account.secret_hash is not None:
        return account
    known = work.accounts.list_identities(account.account_id)
    return account if any(each.startswith(_ELSEWHERE) for each in known) else None


def list_sign_ins(work: Transaction, person_ids: list[str]) -> dict[str, SignInFirst]:
    return {
        person_id: SignInFirst(name=account.sign_in_name, has_secret=account.secret_hash is not None)
        for person_id, account in {person_id: find_account(work, person_id) for person_id in person_ids}.items()
        if account is not None
    }


def judge_known(work: Transaction, viewer: Viewer, person_id: str) -> KnownBy:
    """Return how it is known who takes a name, in a session or at a training: as they signed in, or by the code."""
    if viewer.account_id is not None:
        if viewer.person_id != person_id:
            raise AccessError(
                f"you are signed in as {viewer.name} and can take no other name",
                todo="sign out first, let them use their own device, or mark them as present on your page",
            )
        return viewer.known_by or KnownBy.SEAT
    if find_account(work, person_id) is not None:
        raise AccessError("this name belongs to someone with a PIN or passphrase", todo="choose it again and type that")
    return KnownBy.SEAT


NOBODY: Final = "someone not signed in"
_KNOWN: Final[Mapping[str, str]] = {
    KnownBy.SIGN_IN.value: "signed in",
    KnownBy.PIN.value: "signed in with a PIN",
    KnownBy.SESSION_CODE.value: "signed in with a PIN chosen in a session",
    KnownBy.SEAT.value: "not signed in, chose the name with the code",
    KnownBy.LINK.value: "not signed in, by a link",
    KnownBy.TRAINER.value: "not signed in, drill opened by a trainer",
    "": "not recorded",
}


def say_known(known_by: str, *, by: str = "", same_device: Sequence[str] = ()) -> str:
    """Return how it was known who somebody is: "signed in with a PIN", "entered by R. Hall", "not recorded".

    `by` is who entered it, or gave out the link; `same_device` names those who took their names in the same browser.
    """
    told = f"entered by {by or NOBODY}" if known_by == BY_LIST else _KNOWN.get(known_by, known_by)
    if known_by == KnownBy.LINK and by:
        told = f"{told} from {by}"
    return f"{told}; same device as {', '.join(same_device)}" if same_device else told


# How it is known who does a drill: noted while its page is open before its start, for the training record.
_OPEN: Final = (AttemptState.ASSIGNED, AttemptState.BRIEFED)
_RECORDED: Final = (Mode.ASSESSMENT, Mode.FAMILIARIZATION, Mode.TEAM_EXERCISE)


def note_identity(app: App, viewer: Viewer, attempt_id: str, way_in: WayIn = ALONE) -> None:
    """Note how the person at a drill's page is known; of one that has begun without a note too, and never after that.

    The page must be open to them, see `judge_access`. The last one before the start counts: that is who starts it.
    """
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
        if row.person_id is None or row.mode not in _RECORDED or not _is_to_note(row):
            return
        is_seated = viewer.person_id != row.person_id and _find_seat(app, work, row, way_in.seat) is not None
    known = _judge(viewer, row, is_seated=is_seated)
    if row.known_by != known:
        with app.store.write() as work:
            work.change(AttemptRow, AttemptRow.attempt_id == attempt_id, known_by=known.value)


def _is_to_note(row: AttemptRow) -> bool:
    is_begun = row.timing.state is AttemptState.RUNNING
    return row.timing.state in _OPEN or (is_begun and row.known_by is None)


def _judge(viewer: Viewer, row: AttemptRow, *, is_seated: bool) -> KnownBy:
    if viewer.person_id == row.person_id and viewer.known_by is not None:
        return viewer.known_by
    if is_seated:
        return KnownBy.SEAT
    return KnownBy.LINK if viewer.role is None else KnownBy.TRAINER
