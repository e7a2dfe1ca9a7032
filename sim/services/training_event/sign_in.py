"""Signing in to a training: by the QR code on the trainer's screen, or ticked off a list; corrected with a reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sim.drill.session_day import Attendance
from sim.errors import AccessError, LedgerError
from sim.records.ledger_rows import Draft, LedgerKind, Subjects
from sim.records.store import Work
from sim.services.accounts.viewer import KnownBy, Viewer
from sim.services.app.signed_link import TRAINING
from sim.services.app.wiring import App
from sim.services.ledger.trainings import CAME, Attendee, Training, TrainingState
from sim.services.training_event.events import (
    MOST_LINE,
    check_open,
    note_attendee,
    read_training,
    settle_made_up,
    undo_made_up,
)
from sim.text.short_names import shorten_names
from sim.text.typed import clean_typed

OPENS: Final = timedelta(hours=2)
"""How long before a training signing in can be opened."""
LASTS: Final = timedelta(hours=12)
"""How long a code that was opened works."""
BY_LIST: Final = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInView:
    """What someone who scans the code of a training sees, and no more.

    Attributes:
        title, team, place: which training.
        begins_at: UTC.
        names: person and short name of those who have not signed in, by name.
        own: the viewer, where they are signed in and expected; None otherwise.
    """

    title: str
    team: str
    place: str
    begins_at: datetime
    names: tuple[tuple[str, str], ...]
    own: Attendee | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Someone who has just signed in, and when."""

    name: str
    at: datetime


def open_sign_in(app: App, training_id: str, *, by: str = "") -> None:
    """Open signing in; codes shown before stop working. Raises LedgerError: too early, or the training is closed."""
    now = app.clock.read().wall
    with app.store.write() as work:
        training = read_training(work, training_id)
        check_open(training)
        if now < training.begins_at - OPENS:
            raise LedgerError("Sign-in opens two hours before the training. Come back then, or change its time.")
        _note_open(work, training, is_open=True, at=now, by=by)


def close_sign_in(app: App, training_id: str, *, by: str = "") -> None:
    """Close signing in; where it is closed nothing changes. Raises LedgerError: unknown training."""
    with app.store.write() as work:
        training = read_training(work, training_id)
        if training.sign_in:
            _note_open(work, training, is_open=False, at=app.clock.read().wall, by=by)


def make_sign_in_token(app: App, training: Training) -> str:
    """Return the token of the code on the trainer's screen. Raises LedgerError: signing in is not open."""
    if not training.sign_in or training.sign_in_at is None:
        raise LedgerError("Sign-in is not open.")
    return TRAINING.sign(app.access.secret, [training.training_id, training.sign_in])


def get_sign_in(app: App, viewer: Viewer, token: str) -> SignInView:
    """Return what the code shows. Raises AccessError: forged, replaced, expired, or signing in was closed."""
    with app.store.read() as work:
        training = _read(app, work, token)
    free = training.list_who(Attendance.INVITED, Attendance.ABSENT)
    shown = shorten_names({each.person_id: each.name for each in training.attendees})
    return SignInView(
        title=training.title,
        team=training.team,
        place=training.place,
        begins_at=training.begins_at,
        names=tuple(sorted(((each.person_id, shown[each.person_id]) for each in free), key=lambda each: each[1])),
        own=None if viewer.person_id is None else training.find(viewer.person_id),
    )


def sign_in(app: App, viewer: Viewer, token: str, person_id: str) -> SignedIn:
    """Sign someone in by the code. The record says how it was known who they are: signed in here, or by the code alone.

    Raises:
        AccessError: as `get_sign_in`, or the viewer is signed in as someone else of the list.
        LedgerError: not expected, or signed in already.
    """
    now = app.clock.read().wall
    with app.store.write() as work:
        training = _read(app, work, token)
        person = training.find(person_id)
        if person is None:
            raise LedgerError("Your name is not on the list. Tell the instructor.")
        if person.attendance in CAME:
            raise LedgerError("Someone has just signed in with this name. If it is yours, tell the instructor.")
        if viewer.person_id is not None and viewer.person_id != person_id:
            raise AccessError(f"You are signed in as {viewer.name}. Sign in to the training as yourself")
        known = viewer.known_by if viewer.person_id == person_id and viewer.known_by else KnownBy.LINK
        note_attendee(work, training, person, Attendance.PRESENT, at=now, known_by=known.value)
        settle_made_up(work, training, person_id, at=now)
    return SignedIn(name=person.name, at=now)


def tick_off(app: App, training_id: str, person_ids: list[str], *, by: str = "") -> int:
    """Mark people as present, as someone saw them; return how many were not marked yet.

    Raises:
        LedgerError: the training is closed or has not begun, or someone is not expected.
    """
    now = app.clock.read().wall
    with app.store.write() as work:
        training = read_training(work, training_id)
        check_open(training)
        if now < training.begins_at - OPENS:
            raise LedgerError("This training has not begun yet. Mark who came on the day.")
        fresh = [_find(training, person_id) for person_id in dict.fromkeys(person_ids)]
        fresh = [person for person in fresh if person.attendance not in CAME]
        for person in fresh:
            note_attendee(work, training, person, Attendance.PRESENT, at=now, by=by, known_by=BY_LIST)
            settle_made_up(work, training, person.person_id, at=now, by=by)
    return len(fresh)


def correct_attendance(
    app: App, training_id: str, person_id: str, became: Attendance, *, reason: str, by: str = ""
) -> None:
    """Record that someone's attendance is another than was recorded, and why.

    Raises:
        LedgerError: no reason, nothing different, unknown person, or not known any more after it was held.
    """
    why = clean_typed(reason, what="reason", fault=LedgerError)
    if not why or len(why) > MOST_LINE:
        raise LedgerError(f"Enter a reason (up to {MOST_LINE} characters).")
    with app.store.write() as work:
        training = read_training(work, training_id)
        person = _find(training, person_id)
        if person.attendance is became:
            raise LedgerError("Nothing was changed, so nothing was added to the record.")
        if became is Attendance.INVITED and training.state is TrainingState.HELD:
            raise LedgerError("This training was held. Choose whether they came.")
        now, known_by = app.clock.read().wall, BY_LIST if became in CAME else ""
        note_attendee(work, training, person, became, at=now, by=by, known_by=known_by, reason=why)
        if became is Attendance.PRESENT:
            settle_made_up(work, training, person_id, at=now, by=by)
        elif person.attendance is Attendance.PRESENT:
            undo_made_up(work, read_training(work, training_id), person_id, at=now, by=by)


def _find(training: Training, person_id: str) -> Attendee:
    person = training.find(person_id)
    if person is None:
        raise LedgerError("This person was not expected at the training. Add them first.")
    return person


def _note_open(work: Work, training: Training, *, is_open: bool, at: datetime, by: str) -> None:
    subjects = Subjects(team_id=training.team_id, session_id=training.training_id)
    work.ledger.append(Draft(kind=LedgerKind.TRAINING_SIGN_IN, at=at, by=by, subjects=subjects, data={"open": is_open}))


def _read(app: App, work: Work, token: str) -> Training:
    training_id, number = TRAINING.read(app.access.secret, token, _parse)
    try:
        training = read_training(work, training_id)
    except LedgerError as error:
        raise AccessError("this training does not exist any more", todo=TRAINING.todo) from error
    if not training.sign_in:
        raise AccessError("sign-in to this training is closed", todo="tell the instructor that you are here")
    if training.sign_in != number:
        raise AccessError("this code was replaced by a newer one", todo=TRAINING.todo)
    opened_at = training.sign_in_latest_at
    if opened_at is None or app.clock.read().wall >= opened_at + LASTS:
        raise AccessError("this code has expired", todo=TRAINING.todo)
    return training


def _parse(training_id: str, number: int) -> tuple[str, int]:
    return str(training_id), int(number)
