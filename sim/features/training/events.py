"""Entering a training event, correcting it, closing it as held, canceling it: each an entry of the ledger."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlsplit

from sim.app.wiring import App
from sim.db.ledger import LedgerKind
from sim.db.programs import ProgramRow
from sim.db.sessions import Attendee, Certified, Material, Sheet, SheetPicture, Training, TrainingState
from sim.db.store import Transaction
from sim.errors import LedgerError
from sim.features.program.school_days import get_zone
from sim.ledger.record import keep_attendance, name_team, set_attendance
from sim.program.session_day import CAME, Attendance
from sim.rules.viewer import Duty, Viewer, require
from sim.text.words import clean_reason, clean_typed

MOST_LINE: Final = 200
MOST_TEXT: Final = 1000
MOST_MINUTES: Final = 24 * 60
MOST_MATERIALS: Final = 20
MOST_MONTHS: Final = 120
MOST_SHEETS: Final = 10
MOST_SHEET_MB: Final = 15
EARLIEST: Final = timedelta(days=3660)
FARTHEST: Final = timedelta(days=731)
_WORDS: Final = {
    "title": "title",
    "topics": "list of topics",
    "version": "version of the content",
    "need": "reason for the training",
    "place": "place",
    "instructor": "name of the instructor",
    "qualification": "qualification",
    "provider": "provider",
    "standard": "standard or policy",
}


_USUAL: Final[Mapping[str, Any]] = {
    **dict.fromkeys(_WORDS, ""),
    "materials": (),
    "program_id": None,
    "certified": Certified.NOTHING,
    "valid_months": 0,
    "least_minutes": 0,
    "makes_up": None,
}


def draft_training(*, team_id: str, title: str, begins_at: datetime, minutes: int, **more: Any) -> Training:
    """Return a training as someone types it, entered by nobody yet; `begins_at` has a time zone."""
    nobody = dict.fromkeys(("training_id", "team", "school", "entered_by", "minutes_by"), "")
    typed = {**_USUAL, **nobody, "title": title, "minutes": minutes, **more}
    return Training(ordinal=0, number=0, team_id=team_id, begins_at=begins_at, entered_at=begins_at, **typed)


def enter_training(
    app: App,
    plan: Training,
    *,
    person_ids: Sequence[str],
    by: str = "",
    beside: Sequence[tuple[Training, Sequence[str]]] = (),
) -> str:
    """Plan a training, or enter one that took place; return its id. Everyone in `person_ids` is expected at it.

    `beside` are those of other schools, each with who is expected there: all are entered, or none.
    """
    now, made = app.clock.read().wall, []
    with app.store.write() as work:
        for each, expected in ((plan, person_ids), *beside):
            if not expected:
                raise LedgerError("Choose at least one person who is expected at the training.")
            training = Training(
                training_id=secrets.token_urlsafe(12),
                ordinal=work.count_on(Training.ordinal),
                number=1,
                team_id=each.team_id,
                entered_at=now,
                entered_by=by,
                minutes_by=by,
                **_check_plan(work, each, now),
            )
            work.ledger.keep(training, LedgerKind.TRAINING_ENTERED, at=now, by=by)
            _expect(work, training, expected, at=now, by=by)
            made.append(training.training_id)
    return made[0]


def change_training(app: App, training_id: str, plan: Training, *, seen: int, by: str = "") -> None:
    """Enter a training anew; what stood there before stays in the ledger."""
    now = app.clock.read().wall
    with app.store.write() as work:
        values, training = _check_plan(work, plan, now), work.trainings.get(training_id)
        if training.number != seen:
            raise LedgerError("Someone else has changed this training since you opened it. Reload the page and look.")
        _refuse_canceled(training)
        if training.state is TrainingState.HELD and plan.begins_at > now:
            raise LedgerError("A training that was held cannot be in the future. Choose the day it took place.")
        changed = replace(training, **values)
        if changed == training:
            raise LedgerError("Nothing was changed, so nothing was added to the record.")
        minutes_by = training.minutes_by if changed.minutes == training.minutes else by
        withdrawn_at = now if training.is_approved else training.withdrawn_at
        changed = replace(changed, number=training.number + 1, minutes_by=minutes_by, withdrawn_at=withdrawn_at)
        work.ledger.keep(changed, LedgerKind.TRAINING_ENTERED, at=now, by=by)
        _follow(app, work, changed)


def expect_more(app: App, training_id: str, person_ids: Sequence[str], *, by: str = "") -> int:
    with change_open(app, training_id) as (work, training, now):
        fresh = [person_id for person_id in person_ids if training.find(person_id) is None]
        _expect(work, training, fresh, at=now, by=by)
    return len(fresh)


def count_clock_minutes(training: Training, until: datetime) -> int:
    """Return the minutes from a training's beginning to a moment, a begun one counted whole: what the clock allows."""
    return max(0, ceil((until - training.begins_at).total_seconds() / 60.0))


def close_training(app: App, training_id: str, *, minutes: int, by: str = "", why_longer: str = "") -> None:
    """Close a training as held: those expected who did not come are absent, and it counts from now on."""
    _check_minutes(minutes)
    why = clean_typed(why_longer, what="reason", fault=LedgerError, most=MOST_LINE)
    with change_open(app, training_id) as (work, training, now):
        if now < training.begins_at:
            raise LedgerError("This training has not begun yet. Close it once it has taken place.")
        if not training.list_who(*CAME):
            raise LedgerError("Nobody is marked as present. Mark who came, or cancel the training.")
        passed = count_clock_minutes(training, now)
        if minutes > passed and not why:
            raise LedgerError(
                f"{minutes:,} minutes are more than the {passed:,} since the training began. Correct one of them, or "
                f"enter why it is longer (up to {MOST_LINE} characters)."
            )
        for missing in training.list_who(Attendance.INVITED):
            set_attendance(work, training, missing, Attendance.ABSENT, at=now, by=by)
        told = {"minutes": minutes, "minutes_by": by, "why_longer": why if minutes > passed else ""}
        _follow(app, work, _close(work, training, is_held=True, at=now, by=by, **told))


def cancel_training(app: App, training_id: str, *, reason: str, by: str = "") -> None:
    """Cancel a training that was not held; nobody is absent from it. Raises LedgerError: no reason, or it is closed."""
    why = clean_reason(reason, most=MOST_LINE, fault=LedgerError)
    with change_open(app, training_id) as (work, training, now):
        if training.list_who(*CAME):
            raise LedgerError("Someone is marked as present. Correct the attendance first, or close the training.")
        _close(work, training, is_held=False, at=now, by=by, why_canceled=why)


def approve_training(app: App, viewer: Viewer, seen: Training) -> None:
    """Note that a principal approves a training as they saw it; what is corrected afterwards withdraws that."""
    require(viewer, Duty.APPROVE)
    app = app.unrestricted(Training, seen.training_id)
    with app.store.write() as work:
        training = work.trainings.get(seen.training_id)
        if training.state is not TrainingState.HELD:
            raise LedgerError("Only a training that was held and closed can be approved.")
        if training.is_approved:
            raise LedgerError(f"{training.approved_by} has approved this training already.")
        if training != seen:
            raise LedgerError("Someone has corrected this training since you opened it. Reload the page and look.")
        now = app.clock.read().wall
        approved = replace(training, approved_at=now, approved_by=viewer.name, withdrawn_at=None)
        work.ledger.keep(approved, LedgerKind.TRAINING_APPROVED, at=now, by=viewer.name)


def withdraw_approval(work: Transaction, training: Training, *, at: datetime, by: str) -> None:
    """Withdraw what a principal said of a training, where they did: it was corrected since."""
    if training.is_approved:
        work.ledger.keep(replace(training, withdrawn_at=at), LedgerKind.TRAINING_APPROVED, at=at, by=by)


def add_sheet(app: App, training_id: str, name: str, data: bytes, *, by: str = "") -> None:
    """Keep a picture of the paper that people signed, made anew by a process that may take little of the machine."""
    from sim.footage.machine import UPLOAD  # noqa: PLC0415 - loaded with the first picture
    from sim.footage.stills.uploaded import Kind, convert  # noqa: PLC0415 - the same

    if len(data) > MOST_SHEET_MB * 1_000_000:
        raise LedgerError(f"This picture has {len(data) / 1e6:.0f} MB. Send one of at most {MOST_SHEET_MB} MB.")
    told = clean_typed(name, what="name of the file", fault=LedgerError)[-MOST_NAME:]
    get_training(app, training_id)
    with TemporaryDirectory(dir=app.settings.data, prefix=UPLOAD) as folder:
        sent, made = Path(folder) / "sent", Path(folder) / "made"
        sent.write_bytes(data)
        convert(sent, made, kind=Kind.SHEET)
        picture = made.read_bytes()
    now, sha256 = app.clock.read().wall, hashlib.sha256(picture).hexdigest()
    with app.store.write() as work:
        training = work.trainings.get(training_id)
        kept = [each.sha256 for each in training.sheets if each.removed_at is None]
        _refuse_canceled(training)
        if sha256 in kept:
            raise LedgerError("This picture is there already.")
        if len(kept) >= MOST_SHEETS:
            raise LedgerError(f"There are {MOST_SHEETS} pictures already. Remove one first.")
        sheet = Sheet(
            sheet_id=secrets.token_urlsafe(12),
            training_id=training_id,
            name=told,
            sha256=sha256,
            size=len(picture),
            added_at=now,
            added_by=by,
        )
        work.ledger.keep(sheet, LedgerKind.TRAINING_SHEET, at=now, by=by, subjects=training)
        work.put(SheetPicture(sheet_id=sheet.sheet_id, picture=picture))


def remove_sheet(app: App, sheet_id: str, *, reason: str, by: str = "") -> None:
    """Take a wrong picture away; the record keeps that it was there, its hash, and why it went."""
    why = clean_reason(reason, most=MOST_LINE, fault=LedgerError)
    now = app.clock.read().wall
    with app.store.write() as work:
        sheet = work.by_key(Sheet, sheet_id)
        if sheet is None or sheet.removed_at is not None:
            raise LedgerError("This picture was removed already.")
        gone = replace(sheet, removed_at=now, removed_by=by, why_removed=why)
        training = work.trainings.get(sheet.training_id)
        work.ledger.keep(gone, LedgerKind.TRAINING_SHEET, at=now, by=by, subjects=training)
        work.delete(SheetPicture, SheetPicture.sheet_id == sheet_id)
        withdraw_approval(work, training, at=now, by=by)
    app.store.forget()


def load_sheet(app: App, sheet_id: str) -> bytes | None:
    """Return the picture of a signed sheet (WebP), None where it was taken away."""
    with app.store.read() as work:
        row = work.by_key(SheetPicture, sheet_id)
    return None if row is None else row.picture


def get_training(app: App, training_id: str) -> Training:
    with app.store.read() as work:
        return work.trainings.get(training_id)


def list_trainings(app: App, team_id: str) -> tuple[Training, ...]:
    with app.store.read() as work:
        found = work.trainings.list_all(team_id=team_id)
    return tuple(sorted(found, key=lambda each: (each.begins_at, each.training_id), reverse=True))


@contextmanager
def change_open(app: App, training_id: str) -> Iterator[tuple[Transaction, Training, datetime]]:
    """Read a training that is neither closed nor canceled, to change it; with the present moment."""
    with app.store.write() as work:
        training = work.trainings.get(training_id)
        check_open(training)
        yield work, training, app.clock.read().wall


def check_open(training: Training) -> None:
    if training.state is TrainingState.HELD:
        raise LedgerError("This training is closed. Corrections need a reason.")
    _refuse_canceled(training)


def _refuse_canceled(training: Training) -> None:
    if training.state is TrainingState.CANCELED:
        raise LedgerError("This training was canceled. Plan a new one.")


def _expect(work: Transaction, training: Training, person_ids: Sequence[str], *, at: datetime, by: str) -> None:
    for person_id in dict.fromkeys(person_ids):
        person = work.people.get(person_id)
        if person.team_id != training.team_id:
            raise LedgerError(f"{person.name} is not on this team. Reload the page and choose again.")
        expected = Attendee(training_id=training.training_id, person_id=person_id, name=person.name, at=at, by=by)
        keep_attendance(work, training, expected, at=at)


def _close(work: Transaction, training: Training, *, is_held: bool, at: datetime, by: str, **more: Any) -> Training:
    if training.is_open:
        training = replace(training, is_open=False, sign_out_at=at)
    closed = replace(training, number=training.number + 1, is_held=is_held, closed_at=at, closed_by=by, **more)
    work.ledger.keep(closed, LedgerKind.TRAINING_CLOSED, at=at, by=by)
    return closed


def _check_plan(work: Transaction, plan: Training, now: datetime) -> dict[str, Any]:
    entered = {name: getattr(plan, name) for name in (*_USUAL, "minutes")}
    for name, words in _WORDS.items():
        most = MOST_TEXT if name == "topics" else MOST_LINE
        entered[name] = clean_typed(entered[name], what=words, fault=LedgerError, most=most)
    if not entered["title"]:
        raise LedgerError(f"Enter a title (1 to {MOST_LINE} characters).")
    begins_at = plan.begins_at.astimezone(UTC)
    if not now - EARLIEST <= begins_at <= now + FARTHEST:
        raise LedgerError("Choose a day within the last ten years or the next two.")
    if not 0 <= plan.valid_months <= MOST_MONTHS:
        raise LedgerError(f"Enter how long the certificate is valid (1 to {MOST_MONTHS} months, or no end).")
    if len(plan.materials) > MOST_MATERIALS:
        raise LedgerError(f"Enter at most {MOST_MATERIALS} materials.")
    _check_minutes(plan.minutes)
    if not 0 <= plan.least_minutes <= plan.minutes:
        raise LedgerError(f"Enter at most the training's {plan.minutes:,} minutes as the least for a certificate.")
    team = work.teams.get(plan.team_id)
    if team.is_demo:
        raise LedgerError("A demo team has no training record: its people are invented. Make a team of your own.")
    if plan.program_id is not None and work.programs.get(plan.program_id).team_id != plan.team_id:
        raise LedgerError("This program is another team's. Choose one of this team.")
    if plan.makes_up is not None and work.trainings.get(plan.makes_up).team_id != plan.team_id:
        raise LedgerError("The training to be made up is another team's.")
    if plan.certified is Certified.NOTHING:
        entered["valid_months"] = 0
    return {**name_team(team), **entered, "begins_at": begins_at}


def _check_minutes(minutes: int) -> None:
    if not 1 <= minutes <= MOST_MINUTES:
        raise LedgerError(f"Enter the length of the training (1 to {MOST_MINUTES:,} minutes).")


MOST_LINK: Final = 500
MOST_NAME: Final = 120


def read_links(typed: str) -> tuple[Material, ...]:
    """Return the links of a text, one a line; a line may begin with a name: "Slides https://..."."""
    found = []
    for line in typed.splitlines():
        words = clean_typed(line, what="link", fault=LedgerError)
        if not words:
            continue
        (name, _, link), host = words.rpartition(" "), None
        with suppress(ValueError):
            parts = urlsplit(link)
            host = parts.hostname if parts.scheme in ("http", "https") else None
        if host is None:
            raise LedgerError(f"Enter a link that begins with https:// on each line; “{words[:60]}” has none.")
        if len(link) > MOST_LINK or len(name) > MOST_NAME:
            raise LedgerError(f"Shorten the link “{words[:60]}” (up to {MOST_LINK} characters).")
        found.append(Material(name=name or host, link=link))
    return tuple(found)


def write_links(materials: Iterable[Material]) -> str:
    return "\n".join(f"{each.name} {each.link}" for each in materials if each.link)


def take_file(name: str, data: bytes) -> Material:
    """Return what is kept of a file: its name, size and SHA-256. Raises LedgerError: the name cannot be kept."""
    cleaned = clean_typed(name, what="name of the file", fault=LedgerError)
    return Material(name=cleaned[-MOST_NAME:], sha256=hashlib.sha256(data).hexdigest(), size=len(data))


def find_planned_day(app: App, training: Training) -> date | None:
    """Return the other day on which a training's program has it, while it is not held; None where they agree."""
    if training.program_id is None or training.makes_up is not None or training.is_held is not None:
        return None
    with app.store.read() as work:
        program = work.by_key(ProgramRow, training.program_id)
    if program is None or program.closed_at is not None or program.training_on is None:
        return None
    begins = training.begins_at.astimezone(get_zone(program.time_zone))
    return None if begins.date() == program.training_on else program.training_on


def _follow(app: App, work: Transaction, training: Training) -> None:
    """A training that was held moves its program: drills count by the day on which it was."""
    if training.state is TrainingState.HELD and training.program_id is not None:
        from sim.features.program.change import follow_held  # noqa: PLC0415 - not needed for a start

        follow_held(app, work, training.program_id)
