"""The tables of the record, as screens and PDFs show them: what was done, how it went in words, how one was known."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from sim.db.ledger import LedgerKind
from sim.drill.attempt import AttemptState
from sim.drill.session_day import Attendance
from sim.services.accounts.drill_access import AT_A_DRILL, AT_A_SESSION, NOBODY, write_attended
from sim.services.ledger.gaps import Gap
from sim.services.ledger.record import Guest, Record, ResultRecord, SessionRecord, UnscoredRecord
from sim.services.ledger.trainings import Training, TrainingState, find_trained_at
from sim.services.training_event.view import write_begin, write_known, write_length
from sim.services.training_record.parts import write_parts
from sim.text.tables import TextTable, write_time
from sim.text.times import write_date, write_date_and_time

ATTENDANCE_WORDS: Final = {
    Attendance.INVITED: "not known yet",
    Attendance.PRESENT: "came",
    Attendance.ABSENT: "did not come",
    Attendance.MADE_UP: "made it up later",
}
STATE_WORDS: Final = {"submitted": "finished", "timed_out": "ran out of time", "abandoned": "given up"}
TOLD_WORDS: Final = {"submitted": "within the time allowed", "timed_out": "ran out of time"}
"""What is said of a time that is not told."""
PHASE_WORDS: Final = {"before": "before training", "after": "after training", "retention": "later on", "": "re-drill"}
KIND_WORDS: Final = {
    "familiarization": "Getting to know",
    "before": "Before training",
    "after": "After training",
    "retention": "Later on",
}
PASSED_WORDS: Final = {True: "Passed", False: "Did not pass", None: "Not judged"}
SHORT_VERSION: Final = 8
LATER: Final = ("after", "retention")


def write_planned(session: SessionRecord, zone: tzinfo) -> str:
    """Return the day of a session, with its hour where it was planned: "Sep 14, 2026, 2:30 PM"."""
    if session.planned_at is None:
        return write_date(session.begins_at, zone)
    return write_date_and_time(session.planned_at, zone)


def write_hours(session: SessionRecord, *, none: str = "") -> str:
    """Return how long a session was: measured, or as somebody typed it with what was measured beside it."""
    measured = "" if session.measured_hours is None else f"{session.measured_hours:g} h measured"
    if session.paused_s:
        measured = f"{measured or 'not measured'}, without a pause of {write_time(session.paused_s)}"
    if session.typed_hours is None:
        return measured or none
    typed = f"{session.typed_hours:g} h entered by {session.typed_by or NOBODY}"
    return f"{typed} ({measured or 'not measured'})"


def write_attendance(session: SessionRecord, guest: Guest) -> str:
    """Return whether somebody came to a session; who was present and began no drill is told from who did."""
    return "present, no drill" if session.is_without_drill(guest) else ATTENDANCE_WORDS[guest.attendance]


def count_came(session: SessionRecord) -> tuple[str, str]:
    """Return how many came and did a drill, or can still do one, and how many were present without one."""
    without = len(session.list_without_drill())
    return str(len(session.list_who(Attendance.PRESENT)) - without), str(without)


def write_phase(result: ResultRecord, trainings: Sequence[Training], zone: tzinfo) -> str:
    """Return which side of the training a drill was given for, and that it lies on the other where it does."""
    words = PHASE_WORDS.get(result.phase, result.phase)
    if result.phase not in ("before", *LATER):
        return words
    came = [at for each in trainings if (at := find_trained_at(each, result.person_id, trainings)) is not None]
    if not came:
        return f"{words} (no training is recorded)" if result.phase in LATER else words
    trained = min(came)
    is_after = result.began_at >= trained
    if is_after == (result.phase in LATER):
        return words
    day = write_date(trained, zone)
    return "given as “{phase}”, but done {side} the training on {day}".format(
        phase=words, side="after" if is_after else "before", day=day
    )


def write_result(result: ResultRecord) -> str:
    """Return how a drill ended and whether it was passed."""
    told = PASSED_WORDS[result.passed]
    if result.state != AttemptState.SUBMITTED.value:
        told = f"{told}, {STATE_WORDS.get(result.state, result.state)}"
    return told


def make_session_table(sessions: Sequence[SessionRecord], zone: tzinfo) -> TextTable:
    """Return for each session how many were invited, took part, did not, and made it up later, the latest first."""
    header = (
        "Session",
        "Day",
        "Place",
        "Invited",
        "Took part",
        "Present, no drill",
        "Did not come",
        "Made up later",
        "Not known yet",
    )
    rows = [
        (
            KIND_WORDS.get(session.kind, session.kind),
            write_planned(session, zone) + (", canceled" if session.is_canceled else ""),
            session.place or "-",
            str(len(session.guests)),
            *count_came(session),
            *(
                str(len(session.list_who(attendance)))
                for attendance in (Attendance.ABSENT, Attendance.MADE_UP, Attendance.INVITED)
            ),
        )
        for session in sorted(sessions, key=lambda each: each.begins_at, reverse=True)
    ]
    return TextTable(name="session-list", header=header, rows=tuple(rows))


def make_result_table(record: Record, zone: tzinfo, *, with_names: bool = True) -> TextTable:
    """Return the recorded drills, the latest first: when, what, how it went part by part, how one was known."""
    header = ("Began", "Drill", "Given for", "Result", "Parts of the pass rule", "Time", "How known")
    rows = [
        (
            *((result.name,) if with_names else ()),
            write_date_and_time(result.began_at, zone),
            f"{result.form_title} (version {result.form_version[:SHORT_VERSION]})",
            write_phase(result, record.trainings, zone),
            write_result(result),
            write_parts(result) or "-",
            write_used(result),
            AT_A_DRILL.get(result.known_by, result.known_by),
        )
        for result in reversed(record.results)
    ]
    return TextTable(name="drills", header=("Name", *header) if with_names else header, rows=tuple(rows))


def write_used(each: ResultRecord | UnscoredRecord) -> str:
    """Return how long a drill took, and for how long a trainer had stopped its clock besides."""
    words = TOLD_WORDS.get(each.state, "-")
    time = words if each.used_s is None else write_time(each.used_s)
    paused_s = each.paused_s if isinstance(each, ResultRecord) else 0
    return f"{time} (clock stopped for {write_time(paused_s)} more)" if paused_s else time


def make_unscored_table(record: Record, zone: tzinfo, *, with_names: bool = True) -> TextTable:
    """Return team exercises and getting to know the console, the latest first."""
    header = ("Began", "What", "Result", "Time", "How known")
    rows = [
        (
            *((each.name,) if with_names else ()),
            write_date_and_time(each.began_at, zone),
            write_what(each),
            write_outcome(each),
            write_used(each),
            AT_A_DRILL.get(each.known_by, each.known_by),
        )
        for each in reversed(record.unscored)
    ]
    return TextTable(name="unscored", header=("Name", *header) if with_names else header, rows=tuple(rows))


def write_what(each: UnscoredRecord) -> str:
    """Return what it was: "Team exercise: Trace D, as Lead, 2 people"."""
    if each.kind == LedgerKind.FAMILIARIZATION:
        return "Getting to know the console"
    return f"Team exercise: {each.form_title}, as {each.role}, {each.members} people"


def write_outcome(each: UnscoredRecord) -> str:
    """Return what came of it: "18 of 18 steps", "partly, 3 of 18 steps"; of a team exercise the team's result."""
    ended = STATE_WORDS.get(each.state, each.state)
    if each.kind == LedgerKind.TEAM_EXERCISE:
        return f"{PASSED_WORDS[each.passed]} as a team, {ended}"
    if each.steps_done is None:
        return f"{ended}; its steps were not kept"
    steps = f"{each.steps_done} of {each.steps} steps"
    return steps if each.steps_done == each.steps and each.state == "submitted" else f"partly, {steps}"


def make_training_table(record: Record, zone: tzinfo) -> TextTable:
    """Return one person's trainings, the latest first: what was taught, how long, by whom, and how they were known."""
    rows = [
        (
            write_begin(training, zone) + (", canceled" if training.state is TrainingState.CANCELED else ""),
            f"{training.title}, version {training.version}" if training.version else training.title,
            write_length(training, zone),
            ", ".join(part for part in (training.instructor, training.qualification) if part) or "-",
            training.standard or "-",
            "; ".join(part for part in (_write_came(training, each.attendance), write_known(each)) if part),
        )
        for training in sorted(record.trainings, key=lambda each: each.begins_at, reverse=True)
        for each in training.attendees
    ]
    header = ("When", "Training", "Length", "Instructor", "Meets", "Attendance")
    return TextTable(name="trainings", header=header, rows=tuple(rows))


def make_own_sessions(record: Record, zone: tzinfo) -> TextTable:
    """Return one person's sessions, the latest first."""
    rows = [
        (
            write_planned(session, zone) + (", canceled" if session.is_canceled else ""),
            session.content,
            session.content_version,
            write_hours(session),
            session.instructor,
            write_guest(session, guest),
        )
        for session in reversed(record.sessions)
        for guest in session.guests
    ]
    header = ("Day", "Content", "Version", "Length", "Instructor", "Attendance")
    return TextTable(name="sessions", header=header, rows=tuple(rows))


def write_guest(session: SessionRecord, guest: Guest) -> str:
    """Return whether somebody came to a session, and how that is known: "came; signed in with a PIN"."""
    return "; ".join(part for part in (write_attendance(session, guest), write_guest_known(guest)) if part)


def write_guest_known(guest: Guest) -> str:
    """Return how it is known that somebody came to a session or did not, "" where nothing was noted."""
    return write_attended(guest.known_by, by=guest.by, same_device=guest.same_device, words=AT_A_SESSION)


def make_gap_table(gaps: Sequence[Gap], zone: tzinfo) -> TextTable:
    """Return what is still to be practiced, since when, and by what it was closed."""
    is_any_closed = any(gap.closed_at is not None for gap in gaps)
    header = ("To practice", "Open since", *(("Closed",) if is_any_closed else ()))
    rows = [
        (
            gap.skill,
            write_date(gap.opened_at, zone),
            *((_write_closed(gap, zone),) if is_any_closed else ()),
        )
        for gap in gaps
    ]
    return TextTable(name="gaps", header=header, rows=tuple(rows))


def make_note_table(record: Record, zone: tzinfo, *, with_names: bool = False) -> TextTable:
    """Return what was done, and what people said when they acknowledged, the latest first."""
    kinds = {LedgerKind.REMEDIATION.value: "Done", LedgerKind.ACKNOWLEDGED.value: "Remark"}
    rows = [
        (
            *((note.name,) if with_names else ()),
            write_date(note.at, zone),
            kinds[note.kind],
            note.words,
            note.by or NOBODY,
        )
        for note in reversed(record.notes)
        if note.kind in kinds and not (note.kind == LedgerKind.ACKNOWLEDGED and is_bare(note.words))
    ]
    header = ("Day", "Kind", "What was said", "By")
    return TextTable(name="notes", header=("Name", *header) if with_names else header, rows=tuple(rows))


def is_bare(words: str) -> bool:
    """Return whether an acknowledgement came without a remark: its words then only name the entry that was seen."""
    return words.startswith("read up to entry ")


def _write_came(training: Training, attendance: Attendance) -> str:
    if training.state is TrainingState.CANCELED:
        return "-"
    is_open = training.state is not TrainingState.HELD
    return ATTENDANCE_WORDS[attendance] + (", training not closed" if is_open else "")


def _write_closed(gap: Gap, zone: tzinfo) -> str:
    if gap.closed_at is None:
        return "still open"
    return f"{write_date(gap.closed_at, zone)}, by {'the re-drill' if gap.is_closed_by_redrill else 'a drill'}"
