"""What belongs to whom: drills and their results."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Final

from sim.drill.attempt import ENDED, UNSCORED, Mode
from sim.drill.forms import Form
from sim.records.rows import AttemptRow
from sim.services.accounts.viewer import Duty, Viewer, may, require
from sim.services.task_names import TASK_NAMES
from sim.services.wiring import App

LINK_SHOWS_RESULT: Final = timedelta(hours=12)
"""So long after the end a drill's own address shows its result to whoever has it and is not signed in: whoever joined
a session by a link learns from the debrief there and then, without a PIN."""


class Access(Enum):
    """Whether a drill's page opens."""

    OPEN = "open"
    RESULT_CLOSED = "the result is no longer shown by its link alone"
    OF_ANOTHER = "the drill is somebody else's"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDrill:
    """A drill that waits for somebody, or runs."""

    attempt_id: str
    title: str


def judge_access(app: App, viewer: Viewer, attempt_id: str) -> Access:
    """Return whether a drill's page opens to somebody who has its address.

    The address holds the attempt's id, 24 signs drawn by chance. A drill of nobody of the roster is open by it; one of
    somebody to them and to trainers, and until some hours after its end to whoever has the address and is not signed
    in.

    Raises:
        UnknownAttemptError: there is no such attempt.
    """
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
    if row.person_id is None or may(viewer, Duty.TRAIN) or row.person_id == viewer.person_id:
        return Access.OPEN
    if viewer.account_id is not None:
        return Access.OF_ANOTHER
    ended_at = row.timing.ended_at
    if row.timing.state in ENDED and (ended_at is None or abs(app.clock.read().wall - ended_at) >= LINK_SHOWS_RESULT):
        return Access.RESULT_CLOSED
    return Access.OPEN


def list_own_open(app: App, viewer: Viewer) -> tuple[OpenDrill, ...]:
    """Return the drills that wait for somebody or run, in the order they were given. Raises AccessError."""
    return tuple(drill for drill, is_open in _list_own(app, viewer) if is_open)


def list_own_ended(app: App, viewer: Viewer) -> tuple[OpenDrill, ...]:
    """Return somebody's own ended drills that have a result, the newest first. Raises AccessError."""
    return tuple(drill for drill, is_open in reversed(_list_own(app, viewer)) if not is_open)


def _list_own(app: App, viewer: Viewer) -> list[tuple[OpenDrill, bool]]:
    require(viewer, Duty.SEE_OWN)
    if viewer.person_id is None:
        return []
    forms = {known.form.form_id: known.form for known in app.catalogue.list_forms()}
    with app.store.read() as work:
        rows = work.attempts.list_of_person(viewer.person_id)
    return [
        (
            OpenDrill(attempt_id=row.timing.attempt_id, title=_name_drill(row, forms.get(row.form_id))),
            row.timing.state not in ENDED,
        )
        for row in rows
        if row.mode not in UNSCORED
    ]


def _name_drill(row: AttemptRow, form: Form | None) -> str:
    """Return what a drill is called: a measured one that has not ended by its kind, which does not tell who is sought.

    Of a form that is gone, its id.
    """
    if form is None:
        return row.form_id
    return TASK_NAMES[form.type] if row.mode is Mode.ASSESSMENT and row.timing.state not in ENDED else form.title
