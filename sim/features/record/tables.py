"""The tables of the record, as screens and PDFs show them: what was done, how it went in words, how one was known."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from operator import attrgetter
from typing import Final

from sim.attempt.attempt import AttemptState
from sim.canonical import read_moment
from sim.db.ledger import Gap, LedgerKind, Result
from sim.db.sessions import Attendee, InvitedRow, SessionRow, Training, TrainingState
from sim.features.session.attendance import write_guest_known, write_late
from sim.features.training.view import ATTENDANCE, write_came_as, write_length, write_presence
from sim.ledger.pass_parts import name_skill, write_parts
from sim.ledger.record import Record, find_trained_at
from sim.program.session_day import KIND_WORDS, Attendance
from sim.rules.drill_access import NOBODY, say_known
from sim.rules.held import list_remarks, say_time
from sim.text.tables import TextTable, make_table, own_columns, write_time
from sim.text.times import write_date, write_date_and_time

NOT_ENTERED: Final = "not entered"
EMPTY: Final = "Nothing is recorded yet. Hold a session, or give drills: both are recorded automatically."
HELD: Final = "Shown once everyone on the team has done their drills on this footage."
ON_TIME: Final = (
    "“On time” means within the limit that applied to this person. Some people are entitled to extended time; who they "
    "are is not part of this record. The drill's own settings keep each limit, and a trainer can show it where the law "
    "asks for it."
)


STATE_WORDS: Final = {"submitted": "finished", "timed_out": "ran out of time", "abandoned": "given up"}
PHASE_WORDS: Final = {"before": "before training", "after": "after training", "retention": "later on", "": "re-drill"}
PASSED_WORDS: Final = {True: "Passed", False: "Did not pass", None: "Not judged"}
LATER: Final = ("after", "retention")


def write_planned(session: SessionRow, zone: tzinfo) -> str:
    """Return the day of a session, with its hour where it was planned: "Sep 14, 2026, 2:30 PM"."""
    write = write_date if session.day.planned_at is None else write_date_and_time
    return write(session.begins_at, zone)


def write_when(session: SessionRow, zone: tzinfo) -> str:
    return write_planned(session, zone) + (", canceled" if session.is_canceled else "")


def write_hours(session: SessionRow, *, none: str = "") -> str:
    """Return how long a session was: measured, or as somebody typed it with what was measured beside it."""
    measured = "" if session.measured_hours is None else f"{session.measured_hours:g} h measured"
    if session.stood_s:
        measured = f"{measured or 'not measured'}, without a pause of {write_time(session.stood_s)}"
    if session.typed_hours is None:
        return measured or none
    typed = f"{session.typed_hours:g} h entered by {session.typed_by or NOBODY}"
    return f"{typed} ({measured or 'not measured'})"


def write_attendance(session: SessionRow, guest: InvitedRow) -> str:
    """Return whether somebody came to a session; who was present and began no drill is told from who did."""
    told = "present, no drill" if session.is_without_drill(guest) else ATTENDANCE[guest.attendance]
    return write_late(told, session.count_late_minutes(guest))


def write_phase(result: Result, record: Record) -> str:
    """Return which side of the training a drill was given for, and why it does not count where it does not."""
    words, trainings = PHASE_WORDS.get(result.phase, result.phase), record.trainings
    is_trained = any(find_trained_at(each, result.person_id, trainings) is not None for each in trainings)
    if result.phase in LATER and not is_trained:
        words = f"{words} (no training is recorded)"
    why = record.not_counted.get(result.attempt_id)
    return f"{words}. {why}" if why else words


def write_remarks(result: Result) -> str:
    return " ".join(list_remarks(result.doubts))


def write_result(result: Result) -> str:
    ended = "" if result.state == "submitted" else f", {STATE_WORDS.get(result.state, result.state)}"
    return PASSED_WORDS[result.passed] + ended


def _add_remarks(words: str, result: Result) -> str:
    return f"{words}. {write_remarks(result)}" if write_remarks(result) else words


def make_session_table(sessions: Sequence[SessionRow], zone: tzinfo) -> TextTable:
    return make_table(
        "session-list",
        zip(sorted(sessions, key=lambda each: each.begins_at, reverse=True), strict=True),
        {
            "Session": lambda session: KIND_WORDS[session.kind],
            "Day": lambda session: write_when(session, zone),
            "Place": lambda session: session.place or "-",
            "Invited": lambda session: str(len(session.guests)),
            **COUNTS,
            "Not known yet": lambda session: str(len(session.list_who(Attendance.INVITED))),
        },
    )


# How many came to a session and did a drill, or can still do one; were present without one; were absent.
COUNTS: Final[Mapping[str, Callable[[SessionRow], str]]] = {
    "Took part": lambda session: str(len(session.list_who(Attendance.PRESENT)) - len(session.list_without_drill())),
    "Present, no drill": lambda session: str(len(session.list_without_drill())),
    "Did not come": lambda session: str(len(session.list_who(Attendance.ABSENT))),
    "Made up later": lambda session: str(len(session.list_who(Attendance.MADE_UP))),
}


def _name(record: Record, tell: Callable[..., str] = attrgetter("name")) -> dict[str, Callable[..., str]]:
    """Return the column that says whose each row is, in the record of a team."""
    return {} if record.is_of_one else {"Name": tell}


def make_result_table(record: Record, zone: tzinfo) -> TextTable:
    return make_table(
        "drills",
        zip(reversed(record.results)),
        {
            **_name(record),
            "Began": lambda result: write_date_and_time(result.began_at, zone),
            "Drill": lambda result: f"{result.form_title} (version {result.form_version[:8]})",
            "Given for": lambda result: write_phase(result, record),
            "Result": lambda result: _add_remarks(write_result(result), result),
            "Parts of the pass rule": lambda result: write_parts(result) or (HELD if result.parts else "-"),
            "Time": write_used,
            "How known": lambda result: say_known(result.known_by),
        },
    )


def write_used(each: Result) -> str:
    return say_time(AttemptState(each.state), each.used_s)


def make_unscored_table(record: Record, zone: tzinfo) -> TextTable:
    return make_table(
        "unscored",
        zip(reversed(record.unscored)),
        {
            **_name(record),
            "Began": lambda each: write_date_and_time(each.began_at, zone),
            "What": write_what_was_done,
            "Result": lambda each: _add_remarks(write_outcome(each), each),
            "Time": write_used,
            "How known": lambda each: say_known(each.known_by),
        },
    )


def write_what_was_done(each: Result) -> str:
    """Return what it was: "Team exercise: Trace D, as Lead, 2 people"."""
    if each.kind == LedgerKind.FAMILIARIZATION:
        return "Getting to know the console"
    return f"Team exercise: {each.form_title}, as {each.role}, {each.members} people"


def write_outcome(each: Result) -> str:
    """Return what came of it: "18 of 18 steps", "partly, 3 of 18 steps"; of a team exercise the team's result."""
    ended = STATE_WORDS.get(each.state, each.state)
    if each.kind == LedgerKind.TEAM_EXERCISE:
        return f"{PASSED_WORDS[each.passed]} as a team, {ended}"
    if each.steps_done is None:
        return f"{ended}; its steps were not kept"
    steps = f"{each.steps_done} of {each.steps} steps"
    return steps if each.steps_done == each.steps and each.state == "submitted" else f"partly, {steps}"


def make_training_table(record: Record, zone: tzinfo) -> TextTable:
    return make_table(
        "trainings",
        sorted(record.expected, key=lambda each: each[0].begins_at, reverse=True),
        {
            "When": lambda training, _: (
                write_date_and_time(training.begins_at, zone)
                + (", canceled" if training.state is TrainingState.CANCELED else "")
            ),
            "Training": lambda training, _: (
                training.title + (f", version {training.version}" if training.version else "")
            ),
            "Length": lambda training, _: write_length(training, zone),
            **own_columns(none="-", Instructor="taught_by", Meets="standard"),
            "Attendance": lambda training, person: write_attendee(training, person, zone),
        },
    )


def make_own_sessions(record: Record, zone: tzinfo) -> TextTable:
    return make_table(
        "sessions",
        sorted(record.invited, key=lambda each: each[0].begins_at, reverse=True),
        {
            "Day": lambda session, _: write_when(session, zone),
            "Content": lambda session, _: (
                f"{session.content}, version {session.content_version}. Need: {session.need or NOT_ENTERED}"
            ),
            "Length": lambda session, _: write_hours(session, none="-"),
            "Place": lambda session, _: session.place or NOT_ENTERED,
            "Instructor": lambda session, _: write_instructor(session),
            # "came; signed in with a PIN"
            "Attendance": lambda session, guest: join_parts(write_attendance(session, guest), write_guest_known(guest)),
        },
    )


def write_instructor(session: SessionRow) -> str:
    return ", ".join(part for part in (session.instructor or NOT_ENTERED, session.qualification) if part)


def join_parts(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def make_gap_table(gaps: Sequence[Gap], zone: tzinfo) -> TextTable:
    def write_closed(gap: Gap) -> str:
        if gap.closed_at is None:
            return "still open"
        return f"{write_date(gap.closed_at, zone)}, by {'the re-drill' if gap.closed_by == gap.redrill else 'a drill'}"

    closed = {"Closed": write_closed} if any(gap.closed_at is not None for gap in gaps) else {}
    columns = {
        "To practice": lambda gap: name_skill(gap.key),
        "Open since": lambda gap: write_date(gap.opened_at, zone),
    }
    return make_table("gaps", zip(gaps, strict=True), columns | closed)


def make_gap_history(
    record: Record, zone: tzinfo, *, write_day: Callable[[datetime, tzinfo], str] = write_date
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
            closed = ", which closed it" if gap.closed_by == gap.redrill else ""
            done.append(f"re-drill given on {write_day(gap.redrill_at, zone)}{closed}")
        return "; ".join(done)

    return make_table(
        "gaps",
        zip(record.gaps),
        {
            **_name(record),
            "To practice": lambda gap: name_skill(gap.key),
            "Open since": lambda gap: write_day(gap.opened_at, zone),
            "Closed": lambda gap: "" if gap.closed_at is None else write_day(gap.closed_at, zone),
            "What was done": write_done,
        },
    )


def make_note_table(record: Record, zone: tzinfo) -> TextTable:
    return make_table(
        "notes",
        [
            (note,)
            for note in reversed(record.notes)
            # the words of an acknowledgement without a remark only name the entry that was seen
            if note.kind == LedgerKind.REMEDIATION or not note.data["words"].startswith("read up to entry ")
        ],
        {
            **_name(record, lambda note: note.data["name"]),
            "Day": lambda note: write_date(read_moment(note.at), zone),
            "Kind": lambda note: "Done" if note.kind == LedgerKind.REMEDIATION else "Remark",
            "What was said": lambda note: note.data["words"],
            "By": lambda note: note.by or NOBODY,
        },
    )


def write_attendee(training: Training, person: Attendee, zone: tzinfo) -> str:
    if training.state is TrainingState.CANCELED:
        return "-"
    is_open = training.state is not TrainingState.HELD
    came = write_came_as(training, person) + (", training not closed" if is_open else "")
    return join_parts(came, write_presence(training, person, zone))
