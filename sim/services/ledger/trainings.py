"""Training events as the ledger tells of them: planned or entered afterwards, who signed in, whether it was held.

A training event is the training itself; drills are its tests. All that is known of one stands in the ledger: what is
entered again counts from then on, and what stood there before stays.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sim.db.ledger import Entry, LedgerKind, read_moment
from sim.drill.session_day import Attendance

TRAINING_KINDS: Final = (
    LedgerKind.TRAINING_ENTERED,
    LedgerKind.TRAINING_SIGN_IN,
    LedgerKind.TRAINING_ATTENDANCE,
    LedgerKind.TRAINING_CLOSED,
)
_KINDS: Final = frozenset(kind.value for kind in TRAINING_KINDS)
CAME: Final = (Attendance.PRESENT, Attendance.MADE_UP)


class Certified(StrEnum):
    """What earns the certificate of a training."""

    NOTHING = "none"
    ATTENDED = "attended"
    PASSED = "passed"


class TrainingState(StrEnum):
    """How far a training event is. It was held once someone closed it and someone had come."""

    PLANNED = "planned"
    OPEN = "sign-in open"
    HELD = "held"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    name: str
    link: str = ""
    sha256: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    person_id: str
    name: str
    attendance: Attendance = Attendance.INVITED
    at: datetime | None = None  # when the latest entry about them was made
    # how it was known who they are, see `KnownBy`; "list" where someone else ticked them off; "" before
    known_by: str = ""
    by: str = ""  # who ticked them off or corrected it, "" for themselves or where nobody was signed in
    reason: str = ""  # of the last correction
    device: str = ""  # the mark of the browser in which they signed in themselves, "" where that is not known
    same_device: tuple[str, ...] = ()  # the names of others who signed in with that browser


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    training_id: str
    number: int  # of the ledger entry that entered or closed it last; a change is refused where that is another by now
    team_id: str
    team: str
    school: str
    # title, topics, version: what was taught
    title: str
    topics: str
    version: str
    need: str
    place: str
    begins_at: datetime  # UTC
    minutes: int  # its length as it was typed last, planned or held
    instructor: str
    qualification: str
    provider: str
    standard: str  # what it meets, as a state's mandate or a district's policy; "" for none
    materials: tuple[Material, ...]
    program_id: str | None  # the program whose training it is, None for none
    # certified, valid_months: what earns its certificate, and for how long that is valid; 0 for no end
    certified: Certified
    valid_months: int
    makes_up: str | None  # the training whose absent people it was offered to
    entered_at: datetime
    entered_by: str
    minutes_by: str = ""  # who typed the minutes
    sign_in: int = 0  # number of the entry that opened signing in; 0 while that is closed
    # sign_in_at, sign_out_at: when signing in was first opened, and closed last; the length that was measured
    sign_in_at: datetime | None = None
    sign_out_at: datetime | None = None
    sign_in_latest_at: datetime | None = None  # when it was opened last
    is_held: bool | None = None
    # closed_at, closed_by: when and by whom it was closed as held or canceled
    closed_at: datetime | None = None
    closed_by: str = ""
    why_canceled: str = ""
    why_longer: str = ""  # why these are more than had passed since it began when it was closed; "" where they are not
    attendees: tuple[Attendee, ...] = ()  # everyone expected, by name

    @property
    def state(self) -> TrainingState:
        if self.is_held is not None:
            return TrainingState.HELD if self.is_held else TrainingState.CANCELED
        return TrainingState.OPEN if self.sign_in else TrainingState.PLANNED

    def list_who(self, *attendance: Attendance) -> tuple[Attendee, ...]:
        return tuple(each for each in self.attendees if each.attendance in attendance)

    def find(self, person_id: str) -> Attendee | None:
        return next((each for each in self.attendees if each.person_id == person_id), None)


def fold_trainings(entries: Iterable[Entry]) -> tuple[Training, ...]:
    """Return the trainings that entries tell of, in the order they were first entered; later entries correct."""
    found: dict[str, Training] = {}
    people: dict[str, dict[str, Attendee]] = {}
    for entry in entries:
        if entry.kind not in _KINDS or entry.body is None:
            continue
        content: dict[str, Any] = json.loads(entry.body)
        training_id = entry.subjects.session_id or ""
        if entry.kind == LedgerKind.TRAINING_ATTENDANCE:
            _take_attendance(people.setdefault(training_id, {}), entry, content)
        elif entry.kind == LedgerKind.TRAINING_ENTERED:
            found[training_id] = _take_entered(found.get(training_id), entry, content)
        elif training_id in found:
            take = _take_sign_in if entry.kind == LedgerKind.TRAINING_SIGN_IN else _take_closed
            found[training_id] = take(found[training_id], entry, content)
    return tuple(
        replace(
            training,
            attendees=_sort(people.get(key, {})),
        )
        for key, training in found.items()
    )


def _sort(people: Mapping[str, Attendee]) -> tuple[Attendee, ...]:
    others = name_same_device({key: (each.name, each.device) for key, each in people.items()})
    told = (replace(each, same_device=others[key]) for key, each in people.items())
    return tuple(sorted(told, key=lambda each: (each.name.casefold(), each.person_id)))


def name_same_device(devices: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return for each person who else took a name in the same browser; `devices` are all names, with their marks."""
    return {
        person_id: tuple(
            sorted(other for key, (other, theirs) in devices.items() if mark and theirs == mark and key != person_id)
        )
        for person_id, (_, mark) in devices.items()
    }


def find_trained_at(training: Training, person_id: str, trainings: Iterable[Training]) -> datetime | None:
    """Return when somebody was trained by a training that was held, UTC; None while they were not.

    That is when it began or, where they made it up, when the one began in which they did, once that is held; where none
    is recorded, when that they made it up was entered. `trainings` are all that may be, in the order they were entered.
    """
    person = training.find(person_id)
    if training.state is not TrainingState.HELD or person is None or person.attendance not in CAME:
        return None
    if person.attendance is Attendance.PRESENT:
        return training.begins_at
    later = [each for each in _list_make_ups(training, trainings) if _was_there(each, person_id)]
    if not later:
        return person.at
    return min((each.begins_at for each in later if each.state is TrainingState.HELD), default=None)


def _list_make_ups(training: Training, trainings: Iterable[Training]) -> list[Training]:
    """Return what makes a training up, and what makes that up; not what was canceled."""
    made_up, found = {training.training_id}, []
    for each in trainings:
        if each.makes_up in made_up:
            made_up.add(each.training_id)
            found.append(each)
    return [each for each in found if each.state is not TrainingState.CANCELED]


def _was_there(training: Training, person_id: str) -> bool:
    person = training.find(person_id)
    return person is not None and person.attendance is Attendance.PRESENT


def _take_entered(before: Training | None, entry: Entry, content: Mapping[str, Any]) -> Training:
    data = content["data"]
    fresh = Training(
        training_id=entry.subjects.session_id or "",
        number=entry.number,
        team_id=entry.subjects.team_id or "",
        team=data["team"],
        school=data["school"],
        title=data["title"],
        topics=data["topics"],
        version=data["version"],
        need=data["need"],
        place=data["place"],
        begins_at=read_moment(data["begins_at"]),
        minutes=data["minutes"],
        instructor=data["instructor"],
        qualification=data["qualification"],
        provider=data["provider"],
        standard=data["standard"],
        materials=tuple(Material(**each) for each in data["materials"]),
        program_id=data["program_id"],
        certified=Certified(data["certified"]),
        valid_months=data["valid_months"],
        makes_up=data["makes_up"],
        entered_at=read_moment(entry.at),
        entered_by=content["by"],
        minutes_by=content["by"],
    )
    if before is None:
        return fresh
    return replace(
        fresh,
        entered_at=before.entered_at,
        entered_by=before.entered_by,
        minutes_by=before.minutes_by if before.minutes == fresh.minutes else fresh.minutes_by,
        sign_in=before.sign_in,
        sign_in_at=before.sign_in_at,
        sign_out_at=before.sign_out_at,
        sign_in_latest_at=before.sign_in_latest_at,
        is_held=before.is_held,
        closed_at=before.closed_at,
        closed_by=before.closed_by,
        why_canceled=before.why_canceled,
        why_longer=before.why_longer,
    )


def _take_sign_in(before: Training, entry: Entry, content: Mapping[str, Any]) -> Training:
    at = read_moment(entry.at)
    if content["data"]["open"]:
        return replace(
            before, sign_in=entry.number, sign_in_at=before.sign_in_at or at, sign_in_latest_at=at, sign_out_at=None
        )
    return replace(before, sign_in=0, sign_out_at=at)


def _take_closed(before: Training, entry: Entry, content: Mapping[str, Any]) -> Training:
    data, at = content["data"], read_moment(entry.at)
    return replace(
        before,
        number=entry.number,
        is_held=data["held"],
        closed_at=at,
        closed_by=content["by"],
        why_canceled="" if data["held"] else data["reason"],
        why_longer=data["reason"] if data["held"] else "",
        sign_in=0,
        sign_out_at=at if before.sign_in else before.sign_out_at,
        minutes=data["minutes"] if data["held"] else before.minutes,
        minutes_by=content["by"] if data["held"] else before.minutes_by,
    )


def _take_attendance(people: dict[str, Attendee], entry: Entry, content: Mapping[str, Any]) -> None:
    person_id, data = entry.subjects.person_id or "", content["data"]
    people[person_id] = Attendee(
        person_id=person_id,
        name=data["name"],
        attendance=Attendance(data["attendance"]),
        at=read_moment(entry.at),
        known_by=data["known_by"],
        by=content["by"],
        reason=data["reason"],
        device=data.get("device", ""),
    )
