"""The record as xAPI 1.0.3 statements: attendance and results, and how the footage was played, by the video profile.

Sources: https://github.com/adlnet/xAPI-Spec (Data), and the video profile, https://w3id.org/xapi/video.
Everybody goes by an account at this installation's own address, never by name or e-mail address.
"""

import json
import socket
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sim.drill.event import EventKind
from sim.drill.session_day import Attendance
from sim.errors import SimError
from sim.records.chain import write_moment
from sim.records.ledger_rows import LedgerKind
from sim.records.rows import StoredEvent
from sim.services.app.wiring import App
from sim.services.ledger.record import Record, ResultRecord, SessionRecord, UnscoredRecord
from sim.services.ledger.trainings import Training, TrainingState

VIDEO = "https://w3id.org/xapi/video"
ADL = "http://adlnet.gov/expapi"
MEETING = f"{ADL}/activities/meeting"
ATTENDED = f"{ADL}/verbs/attended"
PASSED, FAILED, COMPLETED = (f"{ADL}/verbs/{word}" for word in ("passed", "failed", "completed"))
INITIALIZED, TERMINATED = f"{ADL}/verbs/initialized", f"{ADL}/verbs/terminated"
PLAYED, PAUSED, SEEKED = (f"{VIDEO}/verbs/{word}" for word in ("played", "paused", "seeked"))
TIME, TIME_FROM, TIME_TO, SESSION = (
    f"{VIDEO}/extensions/{word}" for word in ("time", "time-from", "time-to", "session-id")
)
LENGTH, SEGMENTS = f"{VIDEO}/extensions/length", f"{VIDEO}/extensions/played-segments"
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://sightline.example")
"""What statements' ids are made in: no address, and the same in every installation."""
_PLAYER = frozenset({EventKind.PLAY, EventKind.PAUSE, EventKind.SEEK})


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonStatement:
    """One statement, and whom it is about."""

    person_id: str
    statement: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """Which sessions, trainings and attempts are told of; None for all."""

    session_ids: frozenset[str]
    attempt_ids: frozenset[str]


def write_statements(app: App, record: Record, *, home: str = "") -> bytes:
    """Return all statements of a record as a JSON list, in the order things happened; the same record, the same bytes.

    How footage was played is told as long as the drills' events are kept. `home` is the address of this installation,
    where people have their accounts; without one it is the name of this machine.
    """
    statements = [told.statement for told in list_statements(app, record, home=home)]
    return json.dumps(statements, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8")


def list_statements(app: App, record: Record, *, home: str, only: Touched | None = None) -> tuple[PersonStatement, ...]:
    """Return the statements of a record, or of what was touched in it, in the order things happened."""
    base = home or f"http://{socket.gethostname()}"
    told: list[PersonStatement] = []
    for session in record.sessions:
        if session.ended_at is not None and (only is None or session.session_id in only.session_ids):
            told += [_tell_attendance(base, session, guest.person_id) for guest in session.list_who(Attendance.PRESENT)]
    for training in record.trainings:
        if training.state is TrainingState.HELD and (only is None or training.training_id in only.session_ids):
            told += [_tell_training(base, training, each.person_id) for each in training.list_who(Attendance.PRESENT)]
    for result in record.results:
        if only is None or result.attempt_id in only.attempt_ids:
            told += [*_tell_drill(app, base, result), _tell_result(base, result)]
    for each in record.unscored:
        if only is None or each.attempt_id in only.attempt_ids:
            told.append(_tell_unscored(base, each))
    return tuple(sorted(told, key=lambda each: str(each.statement["timestamp"])))


def _tell_attendance(base: str, session: SessionRecord, person_id: str) -> PersonStatement:
    activity = _make_activity(base, f"sessions/{session.session_id}", session.content, MEETING)
    result = {"duration": f"PT{(session.hours or 0) * 3600:.0f}S"}
    at = session.ended_at or session.begins_at
    return _make(base, "attended", person_id, ATTENDED, activity, at=at, result=result)


def _tell_training(base: str, training: Training, person_id: str) -> PersonStatement:
    activity = _make_activity(base, f"trainings/{training.training_id}", training.title, MEETING)
    result = {"duration": f"PT{training.minutes * 60}S"}
    return _make(base, "trained", person_id, ATTENDED, activity, at=training.begins_at, result=result)


def _tell_unscored(base: str, each: UnscoredRecord) -> PersonStatement:
    is_familiar = each.kind == LedgerKind.FAMILIARISATION
    name = "Getting to know the search console" if is_familiar else f"Team exercise: {each.form_title}"
    activity = _make_activity(base, f"{each.kind}/{each.attempt_id}", name, f"{ADL}/activities/simulation")
    told = {"completion": each.state == "submitted", **_tell_duration(each)}
    if is_familiar and each.steps_done is not None:
        told["completion"] = told["completion"] and each.steps_done == each.steps
    return _make(base, each.kind, each.person_id, COMPLETED, activity, at=each.began_at, result=told)


def _tell_result(base: str, result: ResultRecord) -> PersonStatement:
    verb = {True: PASSED, False: FAILED, None: COMPLETED}[result.passed]
    told: dict[str, Any] = {"completion": result.state == "submitted", **_tell_duration(result)}
    if result.passed is not None:
        told["success"] = result.passed
    idf1 = result.parts.get("idf1")
    if isinstance(idf1, int | float) and not isinstance(idf1, bool):
        told["score"] = {"scaled": idf1}
    activity = _make_activity(base, f"forms/{result.form}", result.form_title, f"{ADL}/activities/assessment")
    word = verb.rpartition("/")[2]
    attempt_id = result.attempt_id
    return _make(base, word, result.person_id, verb, activity, at=result.began_at, result=told, attempt_id=attempt_id)


def _tell_duration(each: ResultRecord | UnscoredRecord) -> dict[str, str]:
    """Return the time used; nothing where it is not told, see `sim.drill.told_time`."""
    return {} if each.used_s is None else {"duration": f"PT{each.used_s:g}S"}


def _tell_drill(app: App, base: str, result: ResultRecord) -> list[PersonStatement]:
    with app.store.read() as work:
        row = work.attempts.find_all([result.attempt_id]).get(result.attempt_id)
        log = work.events.list_all(result.attempt_id)
    if row is None or row.timing.released_at is None:
        return []
    began = row.timing.released_at
    # of what came after the drill's usual limit nothing is told: it would tell who has extended time
    length_s = min(row.timing.used_s or 0.0, result.usual_limit_s)
    activity = _make_activity(base, f"recordings/{row.recording_id}", row.recording_id, f"{VIDEO}/activity-type/video")
    session = str(uuid.uuid5(_SPACE, result.attempt_id))
    context = {
        "registration": session,
        "contextActivities": {"category": [{"id": VIDEO}]},
        "extensions": {SESSION: session, LENGTH: _find_length_s(app, row.recording_id)},
    }

    def tell(verb: str, at: datetime, number: int, extensions: Mapping[str, Any]) -> PersonStatement:
        word = verb.rpartition("/")[2]
        return _make(
            base,
            f"{word}-{number}",
            result.person_id,
            verb,
            activity,
            at=at,
            result={"extensions": dict(extensions)} if extensions else {},
            attempt_id=result.attempt_id,
            context=context,
        )

    told = [tell(INITIALIZED, began, 0, {})]
    last_s, segments = 0.0, _Segments()
    for number, stored in enumerate(_list_player(log), start=1):
        payload, kind = stored.event.payload, stored.event.kind
        if stored.event.t_client_ms / 1000.0 > result.usual_limit_s:
            break
        at = began + timedelta(seconds=min(stored.event.t_client_ms / 1000.0, length_s))
        last_s = round(float(payload.get("t_s", last_s)), 3)
        if kind is EventKind.SEEK:
            from_s = round(float(payload.get("from_s", last_s)), 3)
            segments.jump(from_s, last_s)
            told.append(tell(SEEKED, at, number, {TIME_FROM: from_s, TIME_TO: last_s}))
        elif kind is EventKind.PLAY:
            segments.play(last_s)
            told.append(tell(PLAYED, at, number, {TIME: last_s}))
        else:
            segments.stop(last_s)
            told.append(tell(PAUSED, at, number, {TIME: last_s, SEGMENTS: segments.write()}))
    if result.used_s is not None:
        at = began + timedelta(seconds=length_s)
        told.append(tell(TERMINATED, at, 0, {TIME: last_s, SEGMENTS: segments.write()}))
    return told


@dataclass(slots=True)
class _Segments:
    """What was played, as the video profile writes it: "0[.]12.5[,]14[.]20"."""

    since_s: float | None = None
    done: list[tuple[float, float]] = field(default_factory=list)

    def play(self, at_s: float) -> None:
        self.since_s = at_s if self.since_s is None else self.since_s

    def stop(self, at_s: float) -> None:
        if self.since_s is not None and at_s > self.since_s:
            self.done.append((self.since_s, at_s))
        self.since_s = None

    def jump(self, from_s: float, to_s: float) -> None:
        if self.since_s is not None:
            self.stop(from_s)
            self.since_s = to_s

    def write(self) -> str:
        return "[,]".join(f"{begin:g}[.]{end:g}" for begin, end in self.done)


def _find_length_s(app: App, recording_id: str) -> float:
    try:
        return float(app.catalogue.get_recording(recording_id).manifest.duration_s)
    except SimError:
        return 0.0


def _list_player(log: Iterable[StoredEvent]) -> list[StoredEvent]:
    """Return what was done with the player, without the events that only say that playback goes on."""
    return [
        stored
        for stored in log
        if stored.counted and stored.event.kind in _PLAYER and stored.event.payload.get("tick") is not True
    ]


def _make_activity(base: str, path: str, name: str, kind: str) -> dict[str, Any]:
    return {
        "objectType": "Activity",
        "id": f"{base}/{path}",
        "definition": {"name": {"en-US": name}, "type": kind},
    }


def _make(
    base: str,
    mark: str,
    person_id: str,
    verb: str,
    activity: Mapping[str, Any],
    *,
    at: datetime,
    result: Mapping[str, Any],
    attempt_id: str = "",
    context: Mapping[str, Any] | None = None,
) -> PersonStatement:
    """Return one statement. Its id comes from what it tells, so that sending it twice makes one."""
    told = f"{mark}|{person_id}|{verb}|{activity['id']}|{attempt_id}|{write_moment(at)}"
    statement: dict[str, Any] = {
        "id": str(uuid.uuid5(_SPACE, told)),
        "version": "1.0.3",
        "actor": {"objectType": "Agent", "account": {"homePage": base, "name": person_id}},
        "verb": {"id": verb, "display": {"en-US": verb.rpartition("/")[2]}},
        "object": dict(activity),
        "timestamp": write_moment(at),
    }
    if result:
        statement["result"] = dict(result)
    if context is not None:
        statement["context"] = dict(context)
    return PersonStatement(person_id=person_id, statement=statement)
