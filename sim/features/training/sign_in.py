"""Signing in to a training: by the QR code on the trainer's screen, or ticked off a list; corrected with a reason."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final, NamedTuple

from sim.app.signed import (
    SESSION_DIGITS,
    SIGNED_IN,
    TRAINING,
    TRIES_A_MINUTE,
    Door,
    ScreenCode,
    is_typed,
    make_expired,
    mark_browser,
    read_code,
    read_grant,
    show_screen,
    write_inside,
)
from sim.app.wiring import App
from sim.canonical import write_moment
from sim.db.ledger import LedgerKind
from sim.db.sessions import BY_LIST, Attendee, Training, TrainingState
from sim.db.store import Transaction
from sim.errors import AccessError, LedgerError
from sim.features.training.events import MOST_LINE, change_open, check_open, count_clock_minutes, withdraw_approval
from sim.ledger.record import keep_attendance, set_attendance
from sim.program.session_day import CAME, Attendance
from sim.rules.drill_access import SignInFirst, judge_known, list_sign_ins
from sim.rules.viewer import Viewer
from sim.text.words import clean_reason, shorten_names

OPENS: Final = timedelta(hours=2)  # before a training
LASTS: Final = timedelta(hours=12)  # so long signing in that was opened works


class SignInView(NamedTuple):
    """What someone who scans the code of a training sees: which it is, and who may still sign in."""

    token: str  # to go on with: for a screen's code one that this browser has some minutes for, else the same
    training: Training
    names: tuple[tuple[str, str], ...]  # person and short name of those who have not signed in, by name
    sign_ins: Mapping[str, SignInFirst]  # those of `names` who sign in with their account to take theirs, and how
    own: Attendee | None  # the viewer, where they are signed in and expected; None otherwise
    from_here: tuple[tuple[str, str], ...]  # those who signed in with this browser: name, and token that shows it again


def open_sign_in(app: App, training_id: str, *, by: str = "") -> None:
    """Open signing in; codes shown before stop working. Raises LedgerError: too early, or the training is closed."""
    with change_open(app, training_id) as (work, training, now):
        if now < training.begins_at - OPENS:
            raise LedgerError("Sign-in opens two hours before the training. Come back then, or change its time.")
        first = replace(training, sign_in_at=training.sign_in_at or now, sign_ins=training.sign_ins + 1)
        opened = replace(first, is_open=True, sign_in_latest_at=now, sign_out_at=None)
        work.ledger.keep(opened, LedgerKind.TRAINING_SIGN_IN, at=now, by=by)


def close_sign_in(app: App, training_id: str, *, by: str = "") -> None:
    with app.store.write() as work:
        training = work.trainings.get(training_id)
        if training.sign_in:
            now = app.clock.read().wall
            closed = replace(training, sign_out_at=now, is_open=False)
            work.ledger.keep(closed, LedgerKind.TRAINING_SIGN_IN, at=now, by=by)


def make_sign_in_code(app: App, training: Training) -> ScreenCode:
    if not training.sign_in or training.sign_in_at is None:
        raise LedgerError("Sign-in is not open.")
    now = app.clock.read().wall
    return show_screen(TRAINING, app.access.secret, training.training_id, training.sign_in, now=now)


def find_training(app: App, typed: str, *, browser: str = "") -> str:
    """Return the token that a typed code of a training's screen gives; "" where it is no training's."""
    now = app.clock.read()
    app.rate_limit.note("training-code", now_s=now.steady_s, most=TRIES_A_MINUTE)
    code = read_code(typed, digits=SESSION_DIGITS)
    with app.store.read() as work:
        opened = work.trainings.list_all(Training.sign_in_latest_at > now.wall - LASTS, is_open=True)
    for each in opened:
        if is_typed(app.access.secret, code, each.training_id, each.sign_in, now=now.wall):
            return _let_in(app, each, browser)
    return ""


def get_sign_in(app: App, viewer: Viewer, token: str, *, browser: str = "") -> SignInView:
    with app.store.read() as work:
        training, door = _read(app, work, token, browser=browser)
        free = training.list_who(Attendance.INVITED, Attendance.ABSENT)
        sign_ins = list_sign_ins(work, [each.person_id for each in free])
    mark = mark_browser(app.access.secret, training.training_id, browser)
    shown = shorten_names({each.person_id: each.name for each in training.attendees})
    here = [each for each in training.attendees if mark and each.device == mark]
    return SignInView(
        token=_let_in(app, training, browser) if door is Door.SCREEN else token,
        training=training,
        names=tuple(sorted(((each.person_id, shown[each.person_id]) for each in free), key=lambda each: each[1])),
        sign_ins=sign_ins,
        own=None if viewer.person_id is None else training.find(viewer.person_id),
        from_here=tuple((each.name, _sign(app, training, each)) for each in here),
    )


def sign_in(app: App, viewer: Viewer, token: str, person_id: str, *, browser: str = "") -> str:
    """Sign someone in by the code; return the token that shows it again.

    The record says how it was known who they are, and notes the browser's mark.
    """
    now = app.clock.read().wall
    with app.store.write() as work:
        training, _ = _read(app, work, token, browser=browser)
        person = training.find(person_id)
        if person is None:
            raise LedgerError("Your name is not on the list. Tell the instructor.")
        known = judge_known(work, viewer, person_id)
        if person.attendance in CAME:
            if viewer.account_id is not None and person.at is not None:
                return _sign(app, training, person)
            raise LedgerError("Someone has just signed in with this name. If it is yours, tell the instructor.")
        mark = mark_browser(app.access.secret, training.training_id, browser)
        set_attendance(work, training, person, Attendance.PRESENT, at=now, known_by=known.value, device=mark)
    return _sign(app, training, replace(person, at=now))


def get_signed_in(app: App, token: str) -> tuple[Training, Attendee]:
    with app.store.read() as work:
        return _read_signed_in(app, work, token)


def sign_out(app: App, token: str, *, is_back: bool = False) -> None:
    """Note that someone leaves now, or, where they were too quick or came back, that they are there."""
    now = app.clock.read().wall
    with app.store.write() as work:
        training, person = _read_own(app, work, token)
        if now < training.begins_at:
            raise LedgerError("This training has not begun yet. Sign out when you leave it.")
        if (person.left_at is None) is not is_back:
            left = replace(person, left_at=None if is_back else now)
            keep_attendance(work, training, left, at=now, was=person)


def take_back(app: App, token: str, *, browser: str = "") -> str:
    """Take back that someone signed in, who says that it is not them; return the token to choose another name with."""
    with app.store.write() as work:
        training, person = _read_own(app, work, token)
        reason, now = "said that this was not them", app.clock.read().wall
        set_attendance(work, training, person, Attendance.INVITED, at=now, reason=reason)
    return _let_in(app, training, browser)


def tick_off(app: App, training_id: str, person_ids: list[str], *, by: str = "") -> None:
    """Mark people as present, as someone saw them."""
    with change_open(app, training_id) as (work, training, now):
        if now < training.begins_at - OPENS:
            raise LedgerError("This training has not begun yet. Mark who came on the day.")
        for person in [_find(training, person_id) for person_id in dict.fromkeys(person_ids)]:
            if person.attendance not in CAME:
                set_attendance(work, training, person, Attendance.PRESENT, at=now, by=by, known_by=BY_LIST)


def correct_attendance(
    app: App,
    training_id: str,
    person_id: str,
    became: Attendance,
    *,
    reason: str,
    minutes: int | None = None,
    by: str = "",
) -> None:
    """Correct whether someone came, and with `minutes` for how long they were there."""
    why = clean_reason(reason, most=MOST_LINE, fault=LedgerError)
    with app.store.write() as work:
        training = work.trainings.get(training_id)
        person = _find(training, person_id)
        if (became, minutes or person.minutes) == (person.attendance, person.minutes):
            raise LedgerError("Nothing was changed, so nothing was added to the record.")
        if became is Attendance.INVITED and training.state is TrainingState.HELD:
            raise LedgerError("This training was held. Choose whether they came.")
        now, known_by = app.clock.read().wall, BY_LIST if became in CAME else ""
        if minutes is not None:
            if became not in CAME:
                raise LedgerError("Minutes are for someone who came. Leave them empty, or choose “came”.")
            most = training.minutes if training.is_held else max(1, count_clock_minutes(training, now))
            if not 0 < minutes <= most:
                raise LedgerError(f"Enter how many minutes they were there (1 to {most:,}, the training so far).")
        if became is not person.attendance:
            set_attendance(work, training, person, became, at=now, by=by, known_by=known_by, reason=why)
        if minutes is not None:
            came = _find(work.trainings.get(training_id), person_id)
            there = replace(came, minutes=minutes, minutes_by=by, reason=why)
            keep_attendance(work, training, there, at=now, was=came, by=by)
        withdraw_approval(work, training, at=now, by=by)


def _find(training: Training, person_id: str) -> Attendee:
    person = training.find(person_id)
    if person is None:
        raise LedgerError("This person was not expected at the training. Add them first.")
    return person


def _read(app: App, work: Transaction, token: str, *, browser: str) -> tuple[Training, Door]:
    now = app.clock.read().wall
    grant = read_grant(TRAINING, app.access.secret, token, browser=browser, now=now)
    training = _get(work, grant.event_id)
    if not training.sign_in:
        raise AccessError("sign-in to this training is closed", todo="tell the instructor that you are here")
    if training.sign_in != grant.number:
        raise AccessError("this code was replaced by a newer one", todo=TRAINING.todo)
    opened_at = training.sign_in_latest_at
    if opened_at is None or now >= opened_at + LASTS:
        raise make_expired()
    return training, grant.door


def _get(work: Transaction, training_id: str) -> Training:
    if work.by_key(Training, training_id) is None:
        raise AccessError("this training does not exist any more", todo=TRAINING.todo)
    return work.trainings.get(training_id)


def _let_in(app: App, training: Training, browser: str) -> str:
    now = app.clock.read().wall
    return write_inside(TRAINING, app.access.secret, training.training_id, training.sign_in, browser=browser, now=now)


def _sign(app: App, training: Training, person: Attendee) -> str:
    at = write_moment(person.at or training.begins_at)
    return SIGNED_IN.sign(app.access.secret, [training.training_id, person.person_id, at])


def _read_own(app: App, work: Transaction, token: str) -> tuple[Training, Attendee]:
    training, person = _read_signed_in(app, work, token)
    check_open(training)
    if person.known_by == BY_LIST:
        raise LedgerError("The instructor marked you as present. Tell them if it is not so.")
    return training, person


def _read_signed_in(app: App, work: Transaction, token: str) -> tuple[Training, Attendee]:
    training_id, person_id, at = SIGNED_IN.read(
        app.access.secret, token, lambda of, who, at: (str(of), str(who), str(at))
    )
    training = _get(work, training_id)
    person = training.find(person_id)
    if person is None or person.at is None or person.attendance is not Attendance.PRESENT:
        raise AccessError("this sign-in was taken back", todo=TRAINING.todo)
    if write_moment(person.at) != at:
        raise AccessError("this sign-in was corrected since", todo=SIGNED_IN.todo)
    return training, person
