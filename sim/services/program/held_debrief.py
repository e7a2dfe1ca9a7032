"""The debrief of a measured drill while others are still to be measured on its footage: the score without the answer.

Anyone who is done first could otherwise tell the others where the student goes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sim.db.rows import AttemptRow
from sim.drill.attempt import Mode
from sim.drill.resume import BoardState
from sim.scoring.judged import PartView
from sim.services.app.wiring import App
from sim.services.debrief.map import MapMark
from sim.services.debrief.page import DebriefView, get_debrief
from sim.services.program.board import get_board
from sim.services.program.school_days import get_zone, write_day

WAITS_AT_MOST = timedelta(days=14)
"""So long a drill that was given keeps back the answers of others: a link to it that nobody opens must not for ever."""
TELLS_NOTHING = frozenset({"appearance_recall", "completion_time_s", "search_economy", "rewatch_share", "mean_speed"})
"""Measures by which nobody finds out which of several marks, or which place, was right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDebriefView:
    """What a trainee sees meanwhile."""

    title: str
    passed: bool
    verdict: str
    until: str  # when the rest is shown, in a sentence
    parts: tuple[PartView, ...]  # the measures without their sentences, which may say what would have been right
    marks: tuple[MapMark, ...]  # the trainee's own, which say no more than what the trainee did
    rest: DebriefView  # of the whole debrief, for how the drill was done


def find_held_debrief(app: App, attempt_id: str) -> HeldDebriefView | None:
    """Return what of a debrief may be shown to its trainee now; None when that is all of it.

    The answer of a measured drill is kept back while a measured drill on the same recording waits for somebody of the
    same team or runs, 14 days from when it was given at most; in a program also while somebody of the team still has to
    do the same step, up to its last day.
    """
    view = get_debrief(app, attempt_id)
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
    until = find_held_until(app, row)
    if until is None:
        return None
    return HeldDebriefView(
        title=view.title,
        passed=view.passed,
        verdict="You passed this drill." if view.passed else "You have not passed this drill yet.",
        until=(
            "The student's route, the moments you missed and the pictures are shown here once everyone on your team "
            f"has finished this drill, or on {write_day(until.date())} at the latest."
        ),
        parts=tuple(
            PartView(key=part.key, label=part.label, value=part.value, sentence="", good=part.good)
            for part in view.parts
            if part.key in TELLS_NOTHING
        ),
        marks=() if view.map is None else view.map.marks_listed,
        rest=view,
    )


def find_held_until(app: App, row: AttemptRow) -> datetime | None:
    """Return when the answer is shown at the latest, a day at the school in a program; None: it is shown now."""
    if row.mode is not Mode.ASSESSMENT or row.is_demo:
        return None
    now = app.clock.read().wall
    with app.store.read() as work:
        team_id = None if row.person_id is None else work.teams.get_person(row.person_id).team_id
        given = work.attempts.list_open_measured(row.recording_id, team_id=team_id)
    waiting = [at + WAITS_AT_MOST for at in given if at + WAITS_AT_MOST > now]
    return max([*waiting, *_find_step_end(app, row, team_id)], default=None)


def _find_step_end(app: App, row: AttemptRow, team_id: str | None) -> list[datetime]:
    """Return when the step of a drill is over where somebody else of the team still has to do it, else nothing."""
    if row.step_id is None or team_id is None:
        return []
    people = get_board(app, team_id=team_id).people
    cells = [cell for person in people if person.person_id != row.person_id for cell in person.cells]
    if not any(cell.step_id == row.step_id and cell.state is BoardState.DUE for cell in cells):
        return []
    with app.store.read() as work:
        step = work.programs.get_step(row.step_id)
        zone = get_zone(work.programs.get(step.program_id).time_zone)
    after = step.due_to + timedelta(days=1)
    return [datetime(after.year, after.month, after.day, tzinfo=zone)]
