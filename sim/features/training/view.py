"""A training event as its page and the record show it, in words."""

from datetime import datetime, tzinfo
from typing import Final

from sim.db.sessions import BY_LIST, USUAL_SHARE, Attendee, Certified, Training, TrainingState
from sim.features.training.events import count_clock_minutes
from sim.program.session_day import CAME, Attendance
from sim.rules.drill_access import NOBODY, say_known
from sim.text.tables import TextTable, make_table
from sim.text.times import write_date_and_time, write_time_of_day
from sim.text.words import write_count

UNCLOSED: Final = "Not closed yet: it counts once someone closes it"
ATTENDANCE: Final = {
    Attendance.PRESENT: "came",
    Attendance.ABSENT: "did not come",
    Attendance.MADE_UP: "made it up later",
    Attendance.INVITED: "not known yet",
}
CERTIFIED: Final = {
    Certified.NOTHING: "No certificate",
    Certified.ATTENDED: "For attending",
    Certified.PASSED: "For attending, and passing a drill after it",
}


def write_state(training: Training, now: datetime) -> str:
    """Return how far a training is: "Held", "Not closed yet: it counts once someone closes it"."""
    if training.state is TrainingState.PLANNED and training.begins_at <= now:
        return UNCLOSED
    return "Sign-in is open" if training.state is TrainingState.OPEN else training.state.value.capitalize()


def write_length(training: Training, zone: tzinfo) -> str:
    """Return the length as it was typed, by whom, and beside it how long signing in was open."""
    is_held = training.state is TrainingState.HELD
    typed = f"{training.minutes} min, {write_entered(training)}" if is_held else f"{training.minutes} min planned"
    if training.sign_in_at is None:
        return typed
    ended = training.sign_out_at
    until = "now" if ended is None else write_time_of_day(ended.astimezone(zone))
    return f"{typed}; sign-in was open {write_time_of_day(training.sign_in_at.astimezone(zone))} to {until}"


def write_entered(training: Training) -> str:
    """Return who entered the minutes, and why these are more than the clock allowed where they are."""
    said = f"entered by {training.minutes_by or NOBODY}"
    if not training.why_longer or training.closed_at is None:
        return said
    passed = count_clock_minutes(training, training.closed_at)
    return f"{said} (closed {passed:,} min after it began: {training.why_longer})"


PRESENCE: Final = (
    "Came: signed in with the code, or marked by the person named. Anyone who signed in more than 10 minutes after "
    "sign-in could begin, or signed out more than 10 minutes before the end, has the minutes between; anyone else the "
    "whole training, unless someone entered their minutes."
)


def write_came_as(training: Training, person: Attendee) -> str:
    return "partly attended" if training.is_partly(person) else ATTENDANCE[person.attendance]


def write_came(training: Training) -> str:
    """Return how many of those expected came or made it up: "7 of 8, 1 of them partly"."""
    partly = sum(map(training.is_partly, training.attendees))
    said = f"{len(training.list_who(*CAME))} of {len(training.attendees)}"
    return f"{said}, {partly} of them partly" if partly else said


def write_approval(training: Training, zone: tzinfo) -> str:
    """Return who approved a training as it was closed, and when, or that this was withdrawn; "" where nobody did."""
    if training.approved_at is None:
        return ""
    said = f"{training.approved_by}, principal, {write_date_and_time(training.approved_at, zone)}"
    if training.withdrawn_at is None:
        return said
    return f"withdrawn on {write_date_and_time(training.withdrawn_at, zone)}, as the training was corrected: {said}"


def write_sheets(training: Training, zone: tzinfo) -> str:
    """Return the pictures of the signed paper, a line each, those too that were taken away."""
    told = []
    for each in training.sheets:
        added = f"added by {each.added_by or NOBODY}, {write_date_and_time(each.added_at, zone)}"
        told.append(f"{each.name} ({each.size:,} bytes, SHA-256 {each.sha256}), {added}")
        if each.removed_at:
            removed = f"{each.removed_by or NOBODY}, {write_date_and_time(each.removed_at, zone)}"
            told[-1] += f"; removed by {removed}: {each.why_removed}"
    return "\n".join(told)


def write_known(person: Attendee) -> str:
    """Return how it was known that someone came: "signed in with a PIN", "entered by R. Hall"."""
    if person.attendance not in CAME:
        return ""
    return say_known(person.known_by or BY_LIST, by=person.by, same_device=person.same_device)


def write_stay(training: Training, person: Attendee, zone: tzinfo) -> str:
    """Return for how long someone was there, and how that is known: see `PRESENCE`; "" where they did not come."""
    if person.minutes is not None:
        return f"{training.count_minutes(person)} of {training.minutes} min, entered by {person.minutes_by or NOBODY}"
    if person.attendance is not Attendance.PRESENT:
        return ""
    late, early = training.find_late(person), training.find_early(person)
    told = [f"signed in {write_time_of_day(late.astimezone(zone))}"] if late is not None else []
    told += [f"signed out {write_time_of_day(early.astimezone(zone))}"] if early is not None else []
    if training.is_held is None:
        return ", ".join(told)
    minutes = training.count_minutes(person)
    left = "" if person.left_at is None else f", signed out {write_time_of_day(person.left_at.astimezone(zone))}"
    return f"{minutes} of {training.minutes} min, measured: {', '.join(told)}" if told else f"whole training{left}"


def write_presence(training: Training, person: Attendee, zone: tzinfo) -> str:
    """Return `write_stay`, and how it was known who they are, each way of knowing said once."""
    stay, known = write_stay(training, person, zone), write_known(person)
    return "; ".join(part for part in (stay, "" if known and known in stay else known) if part)


def write_rule(training: Training) -> str:
    """Return for what its certificate is given, and how long it is valid; "" where it gives none."""
    if training.certified is Certified.NOTHING:
        return ""
    if not training.valid_months:
        return f"{CERTIFIED[training.certified]}; it does not expire"
    months = write_count(training.valid_months, "month")
    again = " and passing a drill after it" if training.certified is Certified.PASSED else ""
    return f"{CERTIFIED[training.certified]}; valid for {months}, renewed by attending this training again{again}"


def list_facts(training: Training, zone: tzinfo, now: datetime) -> tuple[tuple[str, str], ...]:
    """Return everything that is recorded of a training itself, but for what was not entered."""
    materials = (
        f"{each.name}: {each.link}" if each.link else f"{each.name} ({each.size:,} bytes, SHA-256 {each.sha256})"
        for each in training.materials
    )
    share = "" if training.least_minutes else f" ({USUAL_SHARE:.0%} of its length)"
    attended = (
        f"there for at least {training.needed_minutes} of {training.minutes} minutes{share}. Anyone there for less "
        "attended partly, and gets no certificate"
    )
    told = (
        ("State", write_state(training, now)),
        ("When", write_date_and_time(training.begins_at, zone)),
        ("Length", write_length(training, zone)),
        ("Place", training.place),
        ("Why", training.need),
        ("Topics", training.topics),
        ("Version of the content", training.version),
        ("Instructor", training.taught_by),
        ("Provider or vendor", training.provider),
        ("Meets", training.standard),
        ("Materials", "\n".join(materials)),
        ("Attended means", attended),
        ("Signed sheets", write_sheets(training, zone)),
        ("Approved by", write_approval(training, zone)),
        ("Certificate", write_rule(training)),
        ("Canceled because", training.why_canceled),
    )
    return tuple((name, value) for name, value in told if value)


def list_lacking(training: Training) -> tuple[str, ...]:
    """Return what a record should have and nobody has entered: of a canceled training nothing."""
    if training.state is TrainingState.CANCELED:
        return ()
    wanted = {
        "the reason": training.need,
        "topics": training.topics,
        "the version of the content": training.version,
        "the place": training.place,
        "the instructor": training.instructor,
        "the instructor's qualification": training.qualification,
    }
    return tuple(name for name, value in wanted.items() if not value)


def make_attendance_table(training: Training, zone: tzinfo) -> TextTable:
    return make_table(
        "attendance",
        zip(training.attendees, strict=True),
        {
            "Name": lambda person: person.name,
            "Attendance": lambda person: write_came_as(training, person),
            "Noted": lambda person: (
                "-"
                if person.attendance is Attendance.INVITED or person.at is None
                else write_date_and_time(person.at, zone)
            ),
            "Present for": lambda person: write_stay(training, person, zone) or "-",
            "How known": lambda person: write_known(person) or "-",
            "Reason of a correction": lambda person: person.reason or "-",
        },
    )
