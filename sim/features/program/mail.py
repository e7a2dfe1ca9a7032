"""Mail: what waits in the queue is sent through the mail server that is set; while that is down it waits.

No result, score or comparison is ever in a message: it says what is to be done, by when, and where.
"""

import secrets
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import time, timedelta, tzinfo
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Final

from sim.app.links import show_link
from sim.app.settings import MailSettings, Secured
from sim.app.signed import MAIL_STOP, MAIL_STOP_PATH
from sim.app.wiring import App
from sim.db.columns import MOST_SAID
from sim.db.programs import LinkKind, MailState, Message, ProgramRow, StepRow
from sim.db.store import Transaction
from sim.db.teams import AccountRow, PersonRow
from sim.errors import AccessError, SimError
from sim.features.program.board import BoardPerson, Cell, get_board
from sim.features.program.school_days import (
    find_limit_s,
    get_today,
    get_zone,
    load_school_days,
    name_step_long,
    write_reminder,
)
from sim.program.plan import BoardState
from sim.text.times import write_date_and_time

BATCH: Final = 50
TIMEOUT_S: Final = 20.0
WAITS_AT_MOST: Final = timedelta(days=1)
Post = Callable[[EmailMessage], None]
FIRST_HOUR, LAST_HOUR = time(7), time(17)
BY: Final = "a reminder"  # who gave out a link that is in a reminder, where the links of a team are listed
_WAITS: Final = (Message.sent_at.is_(None), Message.refused == "")
SUBJECTS: Final = {BoardState.DUE: "Due: {step}", BoardState.OVERDUE: "Overdue: {step}"}


class MailError(SimError):
    """The mail server cannot be reached, or takes nothing now: what waits stays."""


class RefusedError(SimError):
    """The mail server will never take this one message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailStatus:
    server: str  # without name and password
    # waiting, sent: how many messages
    waiting: int
    sent: int
    failure: str  # why nothing goes out now, with when; "" where it works
    has_address: bool  # the installation's own address is set, so that links can be in mail


def get_status(app: App, *, zone: tzinfo) -> MailStatus | None:
    settings = app.settings.mail
    if settings is None:
        return None
    with app.store.read() as work:
        state, waiting = _get_state(work, settings), work.count_rows(Message, *_WAITS)
    failure = ""
    if state.failure and state.failed_at is not None:
        failure = f"{state.failure} ({write_date_and_time(state.failed_at, zone)})"
    return MailStatus(
        server=settings.name,
        waiting=waiting,
        sent=state.sent_count,
        failure=failure,
        has_address=bool(app.settings.address),
    )


def queue(
    app: App, person_id: str | None, *, key: str, subject: str, lines: tuple[str, ...], account_id: str | None = None
) -> int:
    """Queue a message, with the way to turn reminders off below it; return 0 where it was told before.

    `key` is what it is about.
    """
    off = f"To get no more reminders by mail, open {make_stop_address(app, person_id or account_id or '')}"
    message = Message(
        message_id=secrets.token_urlsafe(12),
        person_id=person_id,
        account_id=account_id,
        key=key,
        subject=subject,
        body="\n".join((*lines, "", "--", off, "")),
        queued_at=app.clock.read().wall,
    )
    with app.store.write() as work:
        if is_new := not _is_told(work, key):
            work.insert(message)
    return int(is_new)


def make_stop_address(app: App, whose: str) -> str:
    """Return where a person, or an account of nobody on a list, turns reminders off; it does nothing else."""
    return f"{app.settings.address}{MAIL_STOP_PATH}?t={MAIL_STOP.sign(app.access.secret, [whose])}"


def read_stop(app: App, token: str) -> str:
    """Return whose reminders a link turns off. Raises AccessError: forged, or of somebody who is not there any more."""
    whose = MAIL_STOP.read(app.access.secret, token[:200], str)
    with app.store.read() as work:
        if work.people.find(person_id=whose) is None and work.accounts.find(account_id=whose) is None:
            raise AccessError("this link is for someone who is not on the list any more", todo="you get no more mail")
    return whose


def stop_mail(app: App, token: str) -> None:
    whose, now = read_stop(app, token), app.clock.read().wall
    with app.store.write() as work:
        work.change(AccountRow, AccountRow.account_id == whose, mail_stopped_at=now)
        work.change(PersonRow, PersonRow.person_id == whose, PersonRow.mail_stopped_at.is_(None), mail_stopped_at=now)
        is_theirs = (Message.person_id == whose) | (Message.account_id == whose)
        work.delete(Message, is_theirs, Message.sent_at.is_(None))


def mail_again(app: App, whose: str) -> None:
    with app.store.write() as work:
        work.change(PersonRow, PersonRow.person_id == whose, mail_stopped_at=None)
        work.change(AccountRow, AccountRow.account_id == whose, mail_stopped_at=None)


def send_waiting(app: App) -> int:
    """Send what waits; return how many messages the server has taken.

    Where none is set, or another server process does it, nothing. What has waited for a day is not sent any more: what
    it says may not be so by now, and a reminder that still holds is queued anew. Where the server does not take
    anything, why is noted, and everything stays; a message that it refuses for good is noted with its person, and holds
    up no other.
    """
    settings = app.settings.mail
    if settings is None:
        return 0
    with app.store.hold("mail", waits=False) as is_ours:
        if not is_ours:
            return 0
        with app.store.write() as work:
            work.delete(Message, *_WAITS, Message.queued_at < app.clock.read().wall - WAITS_AT_MOST)
        taken = 0
        while True:
            with app.store.read() as work:
                batch = work.list_rows(Message, *_WAITS, most=BATCH)
            if not batch:
                return taken
            try:
                taken += _send_batch(app, settings, batch)
            except MailError as error:
                with app.store.write() as work:
                    failed = replace(_get_state(work, settings), failed_at=app.clock.read().wall)
                    work.put(replace(failed, failure=str(error)[:MOST_SAID]))
                return taken


def _send_batch(app: App, settings: MailSettings, batch: tuple[Message, ...]) -> int:
    taken = 0
    with _open_line(settings) as post:
        for message in batch:
            try:
                post(_write_email(app, settings, message))
            except RefusedError as error:
                with app.store.write() as work:
                    work.save_row(replace(message, refused=str(error)[:MOST_SAID] or "refused", body=""))
                continue
            with app.store.write() as work:
                now, state = app.clock.read().wall, _get_state(work, settings)
                work.save_row(replace(message, sent_at=now, body=""))
                work.put(replace(state, sent_count=state.sent_count + 1, sent_at=now, failure=""))
            taken += 1
    return taken


def _write_email(app: App, settings: MailSettings, message: Message) -> EmailMessage:
    """Return a message as it goes out. Raises RefusedError: its person has no address that mail can go to."""
    from email.headerregistry import Address  # noqa: PLC0415 - takes a tenth of a second

    with app.store.read() as work:
        address = find_address(work, message.person_id, message.account_id)
    email = EmailMessage()
    try:
        email["To"] = Address(addr_spec=address)
        email["From"] = Address(display_name="Sightline", addr_spec=settings.sender)
        email["Subject"] = message.subject
    except (ValueError, IndexError, TypeError) as error:
        raise RefusedError("no mail address that can be used") from error
    email["Date"] = format_datetime(message.queued_at)
    email["Message-ID"] = make_msgid(message.message_id.replace("_", "-"), domain=settings.sender.rpartition("@")[2])
    email["List-Unsubscribe"] = f"<{make_stop_address(app, message.person_id or message.account_id or '')}>"
    email["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    email["Auto-Submitted"] = "auto-generated"
    email.set_content(message.body, cte="quoted-printable")
    return email


@contextmanager
def _open_line(settings: MailSettings) -> Iterator[Post]:
    try:
        if settings.secured is Secured.TLS:
            context = ssl.create_default_context()
            line: smtplib.SMTP = smtplib.SMTP_SSL(settings.host, settings.port, timeout=TIMEOUT_S, context=context)
        else:
            line = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT_S)
        with line as server:
            if settings.secured is Secured.STARTTLS:
                server.starttls(context=ssl.create_default_context())
            if settings.user:
                server.login(settings.user, settings.password)
            yield lambda email: _post(server, email)
    except smtplib.SMTPAuthenticationError as error:
        raise MailError("The mail server refused the name and password.") from error
    except smtplib.SMTPResponseException as error:
        raise MailError(f"The mail server answered {error.smtp_code}.") from error
    except smtplib.SMTPNotSupportedError as error:
        raise MailError("The mail server does not offer what the setting asks for: STARTTLS, or a password.") from error
    except ssl.SSLCertVerificationError as error:
        told = f"The certificate of the mail server is not trusted ({error.verify_message})."
        raise MailError(f"{told} Ask the person who runs the server.") from error
    except (smtplib.SMTPException, OSError, ssl.SSLError) as error:
        told = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise MailError(f"The mail server did not answer: {told.lower()}") from error


def _post(server: smtplib.SMTP, email: EmailMessage) -> None:
    """Send one message. Raises RefusedError for good; MailError: not now, so that all wait."""
    try:
        server.send_message(email)
    except smtplib.SMTPRecipientsRefused as error:
        code = max((code for code, _ in error.recipients.values()), default=0)
        _judge(code, "address")
    except smtplib.SMTPDataError as error:
        _judge(error.smtp_code, "message")
    except (smtplib.SMTPNotSupportedError, UnicodeEncodeError) as error:
        raise RefusedError("no mail address that can be used") from error


def _judge(code: int, what: str) -> None:
    if code >= 500:
        raise RefusedError(f"the mail server refused the {what} (answer {code})")
    raise MailError(f"The mail server answered {code}: it takes nothing now.")


def queue_reminders(app: App, *others: Callable[[App], int]) -> int:
    """Queue what is due or overdue and was not told yet; return how many messages are new.

    `others` queue what else is to be told, as often. Nothing without a mail server and the installation's own address;
    at most every quarter of an hour, and only on school days between 7 AM and 5 PM at the school.
    """
    settings, now = app.settings.mail, app.clock.read().wall
    if settings is None or not app.settings.address:
        return 0
    with app.store.read() as work:
        looked = _get_state(work, settings).queued_up_to
        programs = {row.program_id: row for row in work.programs.list_all() if row.closed_at is None}
    if looked is not None and timedelta(0) <= now - looked < timedelta(minutes=15):
        return 0
    with app.store.write() as work:
        work.put(replace(_get_state(work, settings), queued_up_to=now))
    queued = sum(other(app) for other in others)
    open_now = {key for key, row in programs.items() if is_daytime(app, row.time_zone)}
    if not open_now:
        return queued
    told = [
        (person, cell)
        for person in get_board(app).people
        if person.program_id in open_now
        for cell in person.cells
        if cell.is_drill and cell.step_id is not None and cell.state in SUBJECTS
    ]
    return queued + sum(_queue_one(app, programs[person.program_id or ""], person, cell) for person, cell in told)


def queue_now(app: App, program_id: str, step_id: str, person_ids: frozenset[str]) -> int:
    with app.store.read() as work:
        program = work.programs.get(program_id)
    today = get_today(app, program.time_zone).isoformat()
    return sum(
        _queue_one(app, program, person, cell, mark=f"asked {today}")
        for person in get_board(app, team_id=program.team_id).people
        if person.person_id in person_ids
        for cell in person.cells
        if cell.step_id == step_id and cell.is_drill and cell.state is not BoardState.DONE
    )


def is_daytime(app: App, zone: str) -> bool:
    local = app.clock.read().wall.astimezone(get_zone(zone))
    is_open = not load_school_days(app).find_why_off(local.date())
    return is_open and FIRST_HOUR <= local.time() < LAST_HOUR


def _queue_one(app: App, program: ProgramRow, person: BoardPerson, cell: Cell, *, mark: str = "") -> int:
    with app.store.read() as work:
        step = work.steps.get(cell.step_id or "")
        # a step that was moved is due anew
        key = f"{cell.step_id} {person.person_id} {mark or f'{cell.state.value} {step.due_to}'}"
        row = work.people.get(person.person_id)
        if _is_told(work, key) or not row.email or row.mail_stopped_at is not None:
            return 0
    subject = SUBJECTS.get(cell.state, "{step}").format(step=name_step_long(step.kind, step.number))
    lines = _write_mail_lines(app, program, step, person, cell)
    return queue(app, person.person_id, key=key, subject=subject, lines=lines)


def _is_told(work: Transaction, key: str) -> bool:
    return work.find_row(Message, Message.key == key) is not None


def _get_state(work: Transaction, settings: MailSettings) -> MailState:
    return work.by_key(MailState, settings.name) or MailState(server=settings.name)


def _write_mail_lines(app: App, program: ProgramRow, step: StepRow, person: BoardPerson, cell: Cell) -> tuple[str, ...]:
    address = f"{app.settings.address}/start"
    if cell.attempt_id is not None:
        token = show_link(app, LinkKind.DRILL, person.person_id, attempt_id=cell.attempt_id, by=BY)
        address = f"{app.settings.address}/drill?attempt={cell.attempt_id}&link={token}"
    is_over = cell.state is BoardState.OVERDUE
    text = write_reminder(program, step, limit_s=find_limit_s(app, program), address=address, is_over=is_over)
    return (f"{person.name},", "", *text.splitlines())


def find_address(work: Transaction, person_id: str | None, account_id: str | None) -> str:
    """Return where mail to somebody goes, "" for nowhere."""
    if person_id is not None:
        return work.people.get(person_id).email or ""
    name = "" if account_id is None else work.accounts.get(account_id).sign_in_name
    return name if "@" in name else ""
