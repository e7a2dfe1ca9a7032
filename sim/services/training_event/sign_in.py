"""Signing in to a training: by the QR code on the trainer's screen, or ticked off a list; corrected with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sim.db.ledger import Draft, LedgerKind, Subjects, read_moment, write_moment
from sim.db.store import Transaction
from sim.drill.session_day import Attendance
from sim.errors import AccessError, LedgerError
from sim.services.accounts.drill_access import BY_LIST, SignInFirst, judge_known, list_sign_ins
from sim.services.accounts.viewer import KnownBy, Viewer
from sim.services.app.signed import (
    SESSION_DIGITS,
    SIGNED_IN,
    TRAINING,
    TRIES_A_MINUTE,
    Door,
    compute_typed,
    find_step,
    is_typed,
    make_expired,
    mark_browser,
    read_code,
    read_grant,
    write_code,
    write_inside,
    write_screen,
)
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
from sim.text.typed import clean_typed
from sim.text.words import shorten_names

OPENS: Final = timedelta(hours=2)
"""How long before a training signing in can be opened."""
LASTS: Final = timedelta(hours=12)
"""How long signing in that was opened works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInView:
    """What someone who scans the code of a training sees, and no more."""

    # title, team, place: which training
    title: str
    team: str
    place: str
    begins_at: datetime  # UTC
    names: tuple[tuple[str, str], ...]  # person and short name of those who have not signed in, by name
    sign_ins: Mapping[str, SignInFirst]  # those of `names` who sign in with their account to take theirs, and how
    own: Attendee | None  # the viewer, where they are signed in and expected; None otherwise
    from_here: tuple[str, ...]  # the names that were signed in with this browser


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Someone who has signed in, and when; `token` shows it again, and takes it back while the training is open."""

    name: str
    at: datetime
    token: str
    can_take_back: bool = True


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
    with app.store.write() as work:
        training = read_training(work, training_id)
        if training.sign_in:
            _note_open(work, training, is_open=False, at=app.clock.read().wall, by=by)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInCode:
    """What the screen shows in this minute: the token behind its QR code, and the digits for those who type."""

    token: str
    typed: str


def make_sign_in_code(app: App, training: Training) -> SignInCode:
    if not training.sign_in or training.sign_in_at is None:
        raise LedgerError("Sign-in is not open.")
    now, secret = app.clock.read().wall, app.access.secret
    typed = compute_typed(secret, training.training_id, training.sign_in, step=find_step(now))
    token = write_screen(TRAINING, secret, training.training_id, training.sign_in, now=now)
    return SignInCode(token=token, typed=write_code(typed))


def find_training(app: App, typed: str, *, browser: str = "") -> str:
    """Return the token that a typed code of a training's screen gives; "" where it is no training's."""
    now = app.clock.read()
    app.rate_limit.note("training-code", now_s=now.steady_s, most=TRIES_A_MINUTE)
    code = read_code(typed, digits=SESSION_DIGITS)
    opened: dict[str, int] = {}
    with app.store.read() as work:
        for entry in work.ledger.list_of(Subjects(), kinds=(LedgerKind.TRAINING_SIGN_IN,)):
            if read_moment(entry.at) > now.wall - LASTS:
                opened[entry.subjects.session_id or ""] = entry.number
    secret = app.access.secret
    for training_id, number in opened.items():
        if is_typed(secret, code, training_id, number, now=now.wall):
            return write_inside(TRAINING, secret, training_id, number, browser=browser, now=now.wall)
    return ""


def let_in(app: App, token: str, *, browser: str = "") -> str:
    """Return the token to go on with: of a screen's code one that this browser has some minutes for, else the same."""
    with app.store.read() as work:
        training, door = _read(app, work, token, browser=browser)
    if door is not Door.SCREEN:
        return token
    now = app.clock.read().wall
    return write_inside(TRAINING, app.access.secret, training.training_id, training.sign_in, browser=browser, now=now)


def get_sign_in(app: App, viewer: Viewer, token: str, *, browser: str = "") -> SignInView:
    with app.store.read() as work:
        training, _ = _read(app, work, token, browser=browser)
        free = training.list_who(Attendance.INVITED, Attendance.ABSENT)
        sign_ins = list_sign_ins(work, [each.person_id for each in free])
    mark = mark_browser(app.access.secret, training.training_id, browser)
    shown = shorten_names({each.person_id: each.name for each in training.attendees})
    return SignInView(
        title=training.title,
        team=training.team,
        place=training.place,
        begins_at=training.begins_at,
        names=tuple(sorted(((each.person_id, shown[each.person_id]) for each in free), key=lambda each: each[1])),
        sign_ins=sign_ins,
        own=None if viewer.person_id is None else training.find(viewer.person_id),
        from_here=tuple(each.name for each in training.attendees if mark and each.device == mark),
    )


def sign_in(app: App, viewer: Viewer, token: str, person_id: str, *, browser: str = "") -> SignedIn:
    """Sign someone in by the code; the record says how it was known who they are, and notes the browser's mark."""
    now = app.clock.read().wall
    with app.store.write() as work:
        training, _ = _read(app, work, token, browser=browser)
        person = training.find(person_id)
        if person is None:
            raise LedgerError("Your name is not on the list. Tell the instructor.")
        known = judge_known(work, viewer, person_id, by_code=KnownBy.LINK)
        if person.attendance in CAME:
            if viewer.account_id is not None and person.at is not None:
                return _make_signed_in(app, training, person, person.at)
            raise LedgerError("Someone has just signed in with this name. If it is yours, tell the instructor.")
        note_attendee(
            work,
            training,
            person,
            Attendance.PRESENT,
            at=now,
            known_by=known.value,
            device=mark_browser(app.access.secret, training.training_id, browser),
        )
        settle_made_up(work, training, person_id, at=now)
    return _make_signed_in(app, training, person, now)


def get_signed_in(app: App, token: str) -> SignedIn:
    """Return who has signed in, as their own page shows it again after a reload."""
    with app.store.read() as work:
        training, person = _read_signed_in(app, work, token)
    can_take_back = training.state in (TrainingState.PLANNED, TrainingState.OPEN) and person.known_by != BY_LIST
    return SignedIn(name=person.name, at=person.at or training.begins_at, token=token, can_take_back=can_take_back)


def take_back(app: App, token: str, *, browser: str = "") -> str:
    """Take back that someone signed in, who says that it is not them; return the token to choose another name with."""
    now = app.clock.read().wall
    with app.store.write() as work:
        training, person = _read_signed_in(app, work, token)
        check_open(training)
        if person.known_by == BY_LIST:
            raise LedgerError("The instructor marked you as present. Tell them if it is not so.")
        note_attendee(work, training, person, Attendance.INVITED, at=now, reason="said that this was not them")
        undo_made_up(work, read_training(work, training.training_id), person.person_id, at=now)
    return write_inside(TRAINING, app.access.secret, training.training_id, training.sign_in, browser=browser, now=now)


def tick_off(app: App, training_id: str, person_ids: list[str], *, by: str = "") -> int:
    """Mark people as present, as someone saw them; return how many were not marked yet."""
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


def _note_open(work: Transaction, training: Training, *, is_open: bool, at: datetime, by: str) -> None:
    subjects = Subjects(team_id=training.team_id, session_id=training.training_id)
    work.ledger.append(Draft(kind=LedgerKind.TRAINING_SIGN_IN, at=at, by=by, subjects=subjects, data={"open": is_open}))


def _read(app: App, work: Transaction, token: str, *, browser: str) -> tuple[Training, Door]:
    now = app.clock.read().wall
    grant = read_grant(TRAINING, app.access.secret, token, browser=browser, now=now)
    try:
        training = read_training(work, grant.event_id)
    except LedgerError as error:
        raise AccessError("this training does not exist any more", todo=TRAINING.todo) from error
    if not training.sign_in:
        raise AccessError("sign-in to this training is closed", todo="tell the instructor that you are here")
    if training.sign_in != grant.number:
        raise AccessError("this code was replaced by a newer one", todo=TRAINING.todo)
    opened_at = training.sign_in_latest_at
    if opened_at is None or now >= opened_at + LASTS:
        raise make_expired()
    return training, grant.door


def _make_signed_in(app: App, training: Training, person: Attendee, at: datetime) -> SignedIn:
    token = SIGNED_IN.sign(app.access.secret, [training.training_id, person.person_id, write_moment(at)])
    return SignedIn(name=person.name, at=at, token=token)


def _read_signed_in(app: App, work: Transaction, token: str) -> tuple[Training, Attendee]:
    training_id, person_id, at = SIGNED_IN.read(app.access.secret, token, _parse_signed_in)
    try:
        training = read_training(work, training_id)
    except LedgerError as error:
        raise AccessError("this training does not exist any more", todo=TRAINING.todo) from error
    person = training.find(person_id)
    if person is None or person.at is None or person.attendance is not Attendance.PRESENT:
        raise AccessError("this sign-in was taken back", todo=TRAINING.todo)
    if write_moment(person.at) != at:
        raise AccessError("this sign-in was corrected since", todo=SIGNED_IN.todo)
    return training, person


def _parse_signed_in(training_id: str, person_id: str, at: str) -> tuple[str, str, str]:
    return str(training_id), str(person_id), str(at)
