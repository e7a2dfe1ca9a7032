"""The record as rows for spreadsheets: who was trained in what, and each recorded drill with its measures."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

from sim.canonical import read_moment, write_moment
from sim.db.ledger import LedgerKind
from sim.db.results import Gap
from sim.features.record.tables import (
    write_attendance,
    write_outcome,
    write_phase,
    write_remarks,
    write_result,
    write_what,
)
from sim.features.session.attendance import write_guest_known
from sim.features.training.view import write_approval, write_known, write_stay
from sim.features.training.view import write_attendance as write_came_as
from sim.ledger.pass_parts import name_skill, write_parts
from sim.ledger.record import Record
from sim.rules.drill_access import say_known
from sim.text.tables import TextTable, make_table, own_columns, write_cell

_OF_DRILL = {**own_columns("school", "team", person="name")}


def make_attendance_rows(record: Record, zone: tzinfo = UTC) -> TextTable:
    return make_table(
        "attendance",
        [(session, guest) for session in record.sessions for guest in session.guests],
        {
            **own_columns("school", "team"),
            **own_columns(part=1, person="name"),
            "date": lambda session, _: _write_iso(session.begins_at, zone),
            **own_columns("kind", "need", "content", "content_version", "hours", hours_measured="measured_hours"),
            **own_columns(hours_entered="typed_hours", hours_entered_by="typed_by", place="place"),
            **own_columns("instructor", "qualification"),
            "attendance": write_attendance,
            "known_by": lambda _, guest: write_guest_known(guest),
            **own_columns("reason", part=1),
            **own_columns(makes_up_session="makes_up", session_id="session_id"),
        },
    )


def make_drill_rows(record: Record, zone: tzinfo = UTC) -> TextTable:
    return make_table(
        "drills",
        zip(record.results, strict=True),
        {
            **_OF_DRILL,
            "date": lambda result: _write_iso(result.began_at, zone),
            **own_columns("form", "form_version", "mode", "phase", ended="state", time_s="used_s"),
            "passed": lambda result: {True: "yes", False: "no", None: ""}[result.passed],
            "not_met": lambda result: " ".join(key for key, is_met in result.criteria.items() if is_met is False),
            "measures": lambda result: json.dumps(result.parts, sort_keys=True),
            **own_columns("program", ledger_entry="number"),
            "began_at_utc": lambda result: write_moment(result.began_at),
            "known_by": lambda result: say_known(result.known_by),
            "given_for": lambda result: write_phase(result, record),
            "result": write_result,
            "parts": write_parts,
            "remarks": write_remarks,
            "paused_s": lambda result: write_cell(result.doubts.get("paused_s")),
        },
    )


def make_training_rows(record: Record, zone: tzinfo = UTC) -> TextTable:
    return make_table(
        "trainings",
        [(training, person) for training in record.trainings for person in training.attendees],
        {
            **own_columns("school", "team"),
            **own_columns(part=1, person="name"),
            "date": lambda training, _: _write_iso(training.begins_at, zone),
            "time": lambda training, _: f"{training.begins_at.astimezone(zone):%H:%M}",
            **own_columns(training="title", topics="topics", content_version="version", need="need"),
            **own_columns("minutes", minutes_entered_by="minutes_by", place="place"),
            **own_columns("instructor", "qualification", "provider", "standard", "state"),
            "attendance": write_came_as,
            "least_minutes": lambda training, _: str(training.needed_minutes),
            "approved": lambda training, _: write_approval(training, zone),
            "present_for": lambda training, person: write_stay(training, person, zone),
            "known_by": lambda _, person: write_known(person),
            **own_columns("reason", part=1),
            **own_columns(makes_up_training="makes_up", training_id="training_id"),
        },
    )


def make_unscored_rows(record: Record, zone: tzinfo = UTC) -> TextTable:
    """Return a row a team exercise or look at the console, as `exercises.csv` has them."""
    return make_table(
        "exercises",
        zip(record.unscored, strict=True),
        {
            **_OF_DRILL,
            "date": lambda each: _write_iso(each.began_at, zone),
            "what": write_what,
            "result": write_outcome,
            **own_columns(time_s="used_s"),
            "known_by": lambda each: say_known(each.known_by),
            **own_columns(ledger_entry="number"),
        },
    )


def _write_iso(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).date().isoformat()


def make_gap_rows(
    record: Record, zone: tzinfo = UTC, *, write_day: Callable[[datetime, tzinfo], str] = _write_iso
) -> TextTable:
    """Return a row a gap, closed ones too, with what was done since it opened: notes, and the re-drill."""

    def write_done(gap: Gap) -> str:
        done = [
            note.data["words"]
            for note in record.notes
            if (note.kind, note.person_id) == (LedgerKind.REMEDIATION, gap.person_id)
            and read_moment(note.at) >= gap.opened_at
        ]
        if gap.redrill_at is not None:
            closed = ", which closed it" if gap.is_closed_by_redrill else ""
            done.append(f"re-drill given on {write_day(gap.redrill_at, zone)}{closed}")
        return "; ".join(done)

    return make_table(
        "gaps",
        zip(record.gaps, strict=True),
        {
            **own_columns(person="name"),
            "gap": lambda gap: name_skill(gap.key),
            "open_since": lambda gap: write_day(gap.opened_at, zone),
            "closed_on": lambda gap: "" if gap.closed_at is None else write_day(gap.closed_at, zone),
            "remediation": write_done,
        },
    )
