"""Whether the answer of a measured drill is held back, until when, and what its result says of itself.

Who is done first could otherwise tell the others where the student goes. Asked by whatever shows somebody their own
drill: debrief, replay, expert, results, record, exports, and the debrief of a room. What makes a result doubtful has
the same words everywhere; nothing is said of extended time: who has it is nobody's to read.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sim.app.wiring import App
from sim.attempt.arrivals import SILENT_S, is_clean
from sim.attempt.attempt import AttemptState, Mode
from sim.console.footage_access import list_open_measured
from sim.db.attempts import AttemptRow
from sim.db.programs import ProgramRow
from sim.db.store import Transaction
from sim.rules.counts import find_done, list_given, load_judged
from sim.rules.viewer import AT_THIS_MACHINE, Duty, Viewer, limit_app, may
from sim.text.tables import write_time

WAITS_AT_MOST: Final = timedelta(days=14)
"""So long a drill that was given keeps back the answers of others: a link to it that nobody opens must not for ever."""
TELLS_NOTHING: Final = frozenset(
    {"appearance_recall", "completion_time_s", "search_economy", "rewatch_share", "mean_speed"}
)
"""Measures by which nobody finds out which of several marks, or which place, was right."""
ALSO_TOLD: Final = frozenset({"passed", "schema_version", "versions"})


def sees_answers(app: App, viewer: Viewer, person_id: str | None, *, is_asked: bool = True) -> bool:
    """Return whether no answer of somebody's drills is held back from a viewer, None for a drill of nobody.

    Who looks after the results of that school sees them, but for what they are measured on themselves. Where nobody
    signs in whoever did the drill may be the one who looks: then its trainer sees them once they have asked.
    """
    if viewer == AT_THIS_MACHINE and not is_asked:
        return False
    if not may(viewer, Duty.READ_RECORD) or (person_id is not None and person_id == viewer.person_id):
        return False
    if person_id is None:
        return True
    with limit_app(app, viewer).store.read() as work:
        return work.people.find(person_id=person_id) is not None


def list_held(app: App, rows: Sequence[AttemptRow]) -> dict[str, datetime]:
    """Return until when the answer of drills is held back at the latest, by attempt; nothing of those shown now.

    That of a measured drill is, while another one on its recording waits for somebody of the team or runs, 14 days from
    when it was given at most; and in a program until the last day of its steps on that recording that somebody of the
    team still has to do. Teams of one plan are one team here.
    """
    now = app.clock.read().wall
    measured = [row for row in rows if row.mode is Mode.ASSESSMENT and not row.is_demo]
    until: dict[tuple[str | None, str], datetime | None] = {}
    held: dict[str, datetime] = {}
    with app.unrestricted().store.read() as work:  # a plan is of several schools: of the others a day alone is told
        for row in measured:
            place = (None if row.person_id is None else work.people.get(row.person_id).team_id, row.recording_id)
            if place not in until:
                until[place] = max(_list_ends(app, work, *place, now=now), default=None)
            end = until[place]
            if end is not None:
                held[row.timing.attempt_id] = end
    return held


def redact_score(score: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a score may be told while its answer is held back."""
    return {key: value for key, value in score.items() if key in TELLS_NOTHING | ALSO_TOLD}


def list_together(work: Transaction, team_id: str) -> tuple[str, ...]:
    """Return a team, and those that may be seen whose latest program is of the same plan as its own latest."""
    plan_of = {row.team_id: row.plan_id for row in work.programs.list_all()}
    own = plan_of.pop(team_id, None)
    return (team_id, *(each for each, plan_id in plan_of.items() if plan_id == own))


def _list_ends(
    app: App, work: Transaction, team_id: str | None, recording_id: str, *, now: datetime
) -> Iterator[datetime]:
    together = None if team_id is None else list_together(work, team_id)
    given = list_open_measured(work, recording_id, team_id=together)
    yield from (at + WAITS_AT_MOST for at in given if at + WAITS_AT_MOST > now)
    for program in work.programs.list_all(team_id=together) if together else ():
        if program.closed_at is None and recording_id in program.recordings:
            yield from _list_step_ends(app, work, program, now=now)


def _list_step_ends(app: App, work: Transaction, program: ProgramRow, *, now: datetime) -> Iterator[datetime]:
    """Return when the steps of a program are over that somebody still has to do, the last day of each gone by."""
    zone = ZoneInfo(program.time_zone)
    people = [person for person in work.people.list_all(team_id=program.team_id) if person.left_at is None]
    given = list_given(work, team_id=program.team_id)
    judged = load_judged(app, work, given, team_id=program.team_id)
    for step in work.programs.list_steps([program.program_id]):
        end = datetime.combine(step.due_to + timedelta(days=1), datetime.min.time(), zone)
        if step.kind.phase is None or step.dropped_at is not None or end <= now:
            continue
        asked = [person for person in people if (person.joined_at or person.created_at) < end]
        own = {person.person_id: [row for row in given if row.person_id == person.person_id] for person in asked}
        if any(find_done(step, rows, judged, now=now) is None for rows in own.values()):
            yield end


def list_remarks(doubts: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a sentence for everything unusual in what `sim.ledger.record.find_doubts` found."""
    return tuple(_list(doubts))


def _list(doubts: Mapping[str, Any]) -> Iterator[str]:
    if not is_clean(stall_s := doubts.get("stall_s")):
        yield f"The connection cost about {stall_s:.0f} seconds, so this time may not be comparable."
    if (unheard_s := doubts.get("unheard_s", 0.0)) > SILENT_S:
        yield f"Nothing was heard from the browser for {unheard_s:.0f} seconds."
    if late := doubts.get("late_events"):
        what = "1 action arrived" if late == 1 else f"{late} actions arrived"
        its = "its time is" if late == 1 else "their times are"
        yield f"{what} more than {SILENT_S:.0f} seconds late, so {its} the browser's own."
    if (tabs := doubts.get("mark_tabs", 1)) > 1:
        yield f"Marks came from {tabs} browser tabs or devices."
    if unopened := doubts.get("unopened_marks"):
        yield f"{_count_marks(unopened)} a camera that was not opened."
    if unsent := doubts.get("unsent_marks"):
        yield f"{_count_marks(unsent)} a picture that was never sent to the browser."
    if doubts.get("unwatched"):
        yield "No footage was played."
    if paused_s := doubts.get("paused_s"):
        yield f"The clock was stopped for {write_time(paused_s)}, which is not part of the time."
    if actions := doubts.get("paused_actions"):
        yield f"{write_paused(actions)} What is done in a pause does not count."


_UNTOLD: Final = {
    AttemptState.SUBMITTED: "within the time allowed",
    AttemptState.TIMED_OUT: "ran out of time",
    AttemptState.ABANDONED: "given up",
}
"""What is said of a time that would tell that somebody has extended time, or that is none."""


def say_time(state: AttemptState, told_s: float | None) -> str:
    """Return what may be told of an ended drill's time; `told_s` is what `find_told_s` gives."""
    return _UNTOLD.get(state, "-") if told_s is None else write_time(told_s)


def _count_marks(count: int) -> str:
    return "1 mark is on" if count == 1 else f"{count} marks are each on"


def write_paused(actions: int) -> str:
    """Return how many actions came while the clock was stopped, as a sentence."""
    return f"{actions:,} {'action' if actions == 1 else 'actions'} came while the drill was paused."
