"""Entering a training event, correcting it, closing it as held, canceling it: each an entry of the ledger."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Final
from urllib.parse import urlsplit

from sim.db.ledger import Draft, Json, LedgerKind, Subjects, write_moment
from sim.db.store import Transaction
from sim.drill.session_day import Attendance
from sim.errors import LedgerError
from sim.services.app.wiring import App
from sim.services.ledger.trainings import (
    CAME,
    TRAINING_KINDS,
    Attendee,
    Certified,
    Material,
    Training,
    TrainingState,
    fold_trainings,
)
from sim.services.ledger.writing import describe_known, name_team
from sim.services.program.change import set_training_time, shift_after_training
from sim.services.program.school_days import get_zone
from sim.text.typed import clean_typed

MOST_LINE: Final = 200
MOST_TEXT: Final = 1000
MOST_MINUTES: Final = 24 * 60
MOST_MATERIALS: Final = 20
MOST_MONTHS: Final = 120
EARLIEST: Final = timedelta(days=3660)
FARTHEST: Final = timedelta(days=731)
MADE_UP: Final = "made up in a later training"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """A training event as it is entered; `begins_at` has a time zone. The rest as in `Training`."""

    team_id: str
    title: str
    begins_at: datetime
    minutes: int
    topics: str = ""
    version: str = ""
    need: str = ""
    place: str = ""
    instructor: str = ""
    qualification: str = ""
    provider: str = ""
    standard: str = ""
    materials: tuple[Material, ...] = ()
    program_id: str | None = None
    certified: Certified = Certified.NOTHING
    valid_months: int = 0
    makes_up: str | None = None


def enter_training(app: App, plan: TrainingPlan, *, person_ids: Sequence[str], by: str = "") -> str:
    """Plan a training, or enter one that took place; return its id. Everyone in `person_ids` is expected at it."""
    now = app.clock.read().wall
    data = _check_plan(plan, now)
    if not person_ids:
        raise LedgerError("Choose at least one person who is expected at the training.")
    training_id = secrets.token_urlsafe(12)
    with app.store.write() as work:
        data |= _name_team(work, plan.team_id)
        _check_program(work, plan)
        subjects = Subjects(team_id=plan.team_id, session_id=training_id)
        work.ledger.append(Draft(kind=LedgerKind.TRAINING_ENTERED, at=now, by=by, subjects=subjects, data={**data}))
        _expect(work, plan.team_id, training_id, person_ids, at=now, by=by)
    return training_id


def change_training(app: App, training_id: str, plan: TrainingPlan, *, seen: int, by: str = "") -> None:
    """Enter a training anew; what stood there before stays in the ledger."""
    now = app.clock.read().wall
    data = _check_plan(plan, now)
    with app.store.write() as work:
        training = read_training(work, training_id)
        if training.number != seen:
            raise LedgerError("Someone else has changed this training since you opened it. Reload the page and look.")
        if training.state is TrainingState.CANCELED:
            raise LedgerError("This training was canceled. Plan a new one.")
        if training.state is TrainingState.HELD and plan.begins_at > now:
            raise LedgerError("A training that was held cannot be in the future. Choose the day it took place.")
        data |= _name_team(work, training.team_id)
        if data == _to_data(training):
            raise LedgerError("Nothing was changed, so nothing was added to the record.")
        _check_program(work, plan)
        work.ledger.append(
            Draft(
                kind=LedgerKind.TRAINING_ENTERED,
                at=now,
                by=by,
                subjects=Subjects(team_id=training.team_id, session_id=training_id),
                data=data,
            )
        )


def expect_more(app: App, training_id: str, person_ids: Sequence[str], *, by: str = "") -> int:
    """Expect more people at a training that is not closed; return how many were added. Raises LedgerError."""
    with app.store.write() as work:
        training = read_training(work, training_id)
        check_open(training)
        fresh = [person_id for person_id in person_ids if training.find(person_id) is None]
        _expect(work, training.team_id, training_id, fresh, at=app.clock.read().wall, by=by)
    return len(fresh)


def count_clock_minutes(training: Training, until: datetime) -> int:
    """Return the minutes from a training's beginning to a moment, a begun one counted whole: what the clock allows."""
    return max(0, ceil((until - training.begins_at).total_seconds() / 60.0))


def close_training(app: App, training_id: str, *, minutes: int, by: str = "", why_longer: str = "") -> None:
    """Close a training as held: those expected who did not come are absent, and it counts from now on."""
    length = _check_minutes(minutes)
    why = _check_text(why_longer, name="reason", most=MOST_LINE)
    now = app.clock.read().wall
    with app.store.write() as work:
        training = read_training(work, training_id)
        check_open(training)
        if now < training.begins_at:
            raise LedgerError("This training has not begun yet. Close it once it has taken place.")
        if not training.list_who(*CAME):
            raise LedgerError("Nobody is marked as present. Mark who came, or cancel the training.")
        passed = count_clock_minutes(training, now)
        if length > passed and not why:
            raise LedgerError(
                f"{length:,} minutes are more than the {passed:,} since the training began. Correct one of them, or "
                f"enter why it is longer (up to {MOST_LINE} characters)."
            )
        for missing in training.list_who(Attendance.INVITED):
            note_attendee(work, training, missing, Attendance.ABSENT, at=now, by=by)
        _close(
            work, training, {"held": True, "minutes": length, "reason": why if length > passed else ""}, at=now, by=by
        )


def cancel_training(app: App, training_id: str, *, reason: str, by: str = "") -> None:
    """Cancel a training that was not held; nobody is absent from it. Raises LedgerError: no reason, or it is closed."""
    why = _check_text(reason, name="reason", most=MOST_LINE)
    if not why:
        raise LedgerError(f"Enter a reason (up to {MOST_LINE} characters).")
    with app.store.write() as work:
        training = read_training(work, training_id)
        check_open(training)
        if training.list_who(*CAME):
            raise LedgerError("Someone is marked as present. Correct the attendance first, or close the training.")
        data: dict[str, Json] = {"held": False, "minutes": training.minutes, "reason": why}
        _close(work, training, data, at=app.clock.read().wall, by=by)


def get_training(app: App, training_id: str) -> Training:
    """Return a training as it stands. Raises LedgerError: there is none; AccessError: of a school that is not open."""
    with app.store.read() as work:
        training = read_training(work, training_id)
        work.teams.get_team(training.team_id)
        return training


def list_trainings(app: App, team_id: str) -> tuple[Training, ...]:
    with app.store.read() as work:
        found = fold_trainings(work.ledger.list_of(Subjects(team_id=team_id), kinds=TRAINING_KINDS))
    return tuple(sorted(found, key=lambda each: (each.begins_at, each.training_id), reverse=True))


def read_training(work: Transaction, training_id: str) -> Training:
    entries = work.ledger.list_of(Subjects(session_id=training_id), kinds=TRAINING_KINDS) if training_id else ()
    found = fold_trainings(entries)
    if not found:
        raise LedgerError("This training does not exist. Go back to the records and choose one.")
    return found[0]


def check_open(training: Training) -> None:
    """Raise LedgerError where a training was held or canceled."""
    if training.state is TrainingState.HELD:
        raise LedgerError("This training is closed. Corrections need a reason.")
    if training.state is TrainingState.CANCELED:
        raise LedgerError("This training was canceled. Plan a new one.")


def note_attendee(
    work: Transaction,
    training: Training,
    person: Attendee,
    became: Attendance,
    *,
    at: datetime,
    by: str = "",
    known_by: str = "",
    device: str = "",
    reason: str = "",
) -> None:
    """Record what became of someone expected, and the mark of their browser; the ledger says what it was before."""
    data: dict[str, Json] = {
        "name": person.name,
        "attendance": became.value,
        "was": person.attendance.value,
        "reason": reason,
        **describe_known(known_by, device),
    }
    subjects = Subjects(team_id=training.team_id, session_id=training.training_id, person_id=person.person_id)
    work.ledger.append(Draft(kind=LedgerKind.TRAINING_ATTENDANCE, at=at, by=by, subjects=subjects, data=data))


def settle_made_up(work: Transaction, training: Training, person_id: str, *, at: datetime, by: str = "") -> None:
    """Someone came to a training that makes up another one: where they were absent, that is made up now."""
    earlier, seen = training.makes_up, {training.training_id}
    while earlier is not None and earlier not in seen:
        seen.add(earlier)
        missed = read_training(work, earlier)
        person = missed.find(person_id)
        if person is not None and person.attendance is Attendance.ABSENT:
            note_attendee(work, missed, person, Attendance.MADE_UP, at=at, by=by, reason=MADE_UP)
        earlier = missed.makes_up


def undo_made_up(work: Transaction, training: Training, person_id: str, *, at: datetime, by: str = "") -> None:
    """Someone did not come to a training after all: what counted as made up by it alone is missed again."""
    earlier, seen = training.makes_up, {training.training_id}
    others = [
        each
        for each in fold_trainings(work.ledger.list_of(Subjects(team_id=training.team_id), kinds=TRAINING_KINDS))
        if each.training_id != training.training_id
    ]
    while earlier is not None and earlier not in seen:
        seen.add(earlier)
        missed = read_training(work, earlier)
        person = missed.find(person_id)
        by_others = (each.find(person_id) for each in others if each.makes_up == earlier)
        is_made_up = any(other is not None and other.attendance in CAME for other in by_others)
        if (
            person is not None
            and (person.attendance, person.reason) == (Attendance.MADE_UP, MADE_UP)
            and not is_made_up
        ):
            note_attendee(
                work, missed, person, Attendance.ABSENT, at=at, by=by, reason="was not at the later training after all"
            )
        earlier = missed.makes_up


def _expect(
    work: Transaction, team_id: str, training_id: str, person_ids: Sequence[str], *, at: datetime, by: str
) -> None:
    for person_id in dict.fromkeys(person_ids):
        person = work.teams.get_person(person_id)
        if person.team_id != team_id:
            raise LedgerError(f"{person.name} is not on this team. Reload the page and choose again.")
        data: dict[str, Json] = {
            "name": person.name,
            "attendance": Attendance.INVITED.value,
            "was": "",
            "known_by": "",
            "reason": "",
        }
        subjects = Subjects(team_id=team_id, session_id=training_id, person_id=person_id)
        work.ledger.append(Draft(kind=LedgerKind.TRAINING_ATTENDANCE, at=at, by=by, subjects=subjects, data=data))


def _close(work: Transaction, training: Training, data: dict[str, Json], *, at: datetime, by: str) -> None:
    subjects = Subjects(team_id=training.team_id, session_id=training.training_id)
    work.ledger.append(Draft(kind=LedgerKind.TRAINING_CLOSED, at=at, by=by, subjects=subjects, data=data))


def _name_team(work: Transaction, team_id: str) -> dict[str, Json]:
    row = work.teams.get_team(team_id)
    if row.is_demo:
        raise LedgerError("A demo team has no training record: its people are invented. Make a team of your own.")
    return name_team(row)


def _check_program(work: Transaction, plan: TrainingPlan) -> None:
    if plan.program_id is not None and work.programs.get(plan.program_id).team_id != plan.team_id:
        raise LedgerError("This program is another team's. Choose one of this team.")
    if plan.makes_up is not None and read_training(work, plan.makes_up).team_id != plan.team_id:
        raise LedgerError("The training to be made up is another team's.")


def _check_plan(plan: TrainingPlan, now: datetime) -> dict[str, Json]:
    texts: dict[str, Json] = {
        name: _check_text(getattr(plan, name), name=words, most=MOST_TEXT if name == "topics" else MOST_LINE)
        for name, words in _WORDS.items()
    }
    if not texts["title"]:
        raise LedgerError(f"Enter a title (1 to {MOST_LINE} characters).")
    begins_at = plan.begins_at.astimezone(UTC)
    if not now - EARLIEST <= begins_at <= now + FARTHEST:
        raise LedgerError("Choose a day within the last ten years or the next two.")
    if not 0 <= plan.valid_months <= MOST_MONTHS:
        raise LedgerError(f"Enter how long the certificate is valid (1 to {MOST_MONTHS} months, or no end).")
    if len(plan.materials) > MOST_MATERIALS:
        raise LedgerError(f"Enter at most {MOST_MATERIALS} materials.")
    materials: list[Json] = [{**asdict(each)} for each in plan.materials]
    return {
        **texts,
        "begins_at": write_moment(begins_at),
        "minutes": _check_minutes(plan.minutes),
        "materials": materials,
        "program_id": plan.program_id,
        "certified": plan.certified.value,
        "valid_months": plan.valid_months if plan.certified is not Certified.NOTHING else 0,
        "makes_up": plan.makes_up,
    }


def _to_data(training: Training) -> dict[str, Json]:
    fields = ("team", "school", *_WORDS, "minutes", "program_id", "valid_months", "makes_up")
    materials: list[Json] = [{**asdict(each)} for each in training.materials]
    data: dict[str, Json] = {name: getattr(training, name) for name in fields}
    data |= {"begins_at": write_moment(training.begins_at), "materials": materials}
    return json.loads(json.dumps(data | {"certified": training.certified.value}))  # type: ignore[no-any-return]


def _check_minutes(minutes: int) -> int:
    if not 1 <= minutes <= MOST_MINUTES:
        raise LedgerError(f"Enter the length of the training (1 to {MOST_MINUTES:,} minutes).")
    return minutes


def _check_text(text: str, *, name: str, most: int) -> str:
    cleaned = clean_typed(text, what=name, fault=LedgerError)
    if len(cleaned) > most:
        raise LedgerError(f"Shorten the {name}: it has {len(cleaned)} characters, and {most} fit.")
    return cleaned


MOST_LINK: Final = 500
MOST_NAME: Final = 120


def read_links(typed: str) -> tuple[Material, ...]:
    """Return the links of a text, one a line; a line may begin with a name: "Slides https://..."."""
    found = []
    for line in typed.splitlines():
        words = clean_typed(line, what="link", fault=LedgerError)
        if not words:
            continue
        name, _, link = words.rpartition(" ")
        parts = _split(link)
        if parts is None:
            raise LedgerError(f"Enter a link that begins with https:// on each line; “{words[:60]}” has none.")
        if len(link) > MOST_LINK or len(name) > MOST_NAME:
            raise LedgerError(f"Shorten the link “{words[:60]}” (up to {MOST_LINK} characters).")
        found.append(Material(name=name or parts, link=link))
    return tuple(found)


def write_links(materials: Iterable[Material]) -> str:
    """Return links as `read_links` reads them."""
    return "\n".join(f"{each.name} {each.link}" for each in materials if each.link)


def take_file(name: str, data: bytes) -> Material:
    """Return what is kept of a file: its name, size and SHA-256. Raises LedgerError: the name cannot be kept."""
    cleaned = clean_typed(name, what="name of the file", fault=LedgerError)
    return Material(name=cleaned[-MOST_NAME:], sha256=hashlib.sha256(data).hexdigest(), size=len(data))


def _split(link: str) -> str | None:
    try:
        parts = urlsplit(link)
        return parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherDay:
    """The day a program has for its training, and the day and time of the training itself, at the school."""

    program_id: str
    planned_on: date
    training_on: date
    training_at: str


def find_other_day(app: App, training: Training) -> OtherDay | None:
    """Return on which other day a program has its training; None where they agree, or none follows."""
    if training.program_id is None or training.makes_up is not None or training.state is TrainingState.CANCELED:
        return None
    with app.store.read() as work:
        program = work.programs.find(training.program_id)
    if program is None or program.closed_at is not None or program.training_on is None:
        return None
    begins = training.begins_at.astimezone(get_zone(program.time_zone))
    if begins.date() == program.training_on:
        return None
    return OtherDay(
        program_id=program.program_id,
        planned_on=program.training_on,
        training_on=begins.date(),
        training_at=f"{begins:%H:%M}",
    )


def follow_training(app: App, other: OtherDay) -> int:
    """Move a program's training to the day of the training event, with the drills after it; return how many moved."""
    moved = shift_after_training(app, other.program_id, other.training_on, is_held=True)
    set_training_time(app, other.program_id, other.training_at)
    return moved
