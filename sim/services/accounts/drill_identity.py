"""How it is known who does a drill: noted while its page is open before its start, for the training record."""

from typing import Final

from sim.db.rows import AttemptRow
from sim.drill.attempt import AttemptState, Mode
from sim.services.accounts.drill_access import ALONE, WayIn, has_seat
from sim.services.accounts.viewer import KnownBy, Viewer
from sim.services.app.wiring import App

_OPEN: Final = (AttemptState.ASSIGNED, AttemptState.BRIEFED)
_RECORDED: Final = (Mode.ASSESSMENT, Mode.FAMILIARIZATION, Mode.TEAM_EXERCISE)


def note_identity(app: App, viewer: Viewer, attempt_id: str, way_in: WayIn = ALONE) -> None:
    """Note how the person at a drill's page is known; of one that has begun without a note too, and never after that.

    The page must be open to them, see `judge_access`. The last one before the start counts: that is who starts it.
    """
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
        if row.person_id is None or row.mode not in _RECORDED or not _is_to_note(row):
            return
        is_seated = viewer.person_id != row.person_id and has_seat(app, work, row, way_in.seat)
    known = _judge(viewer, row, is_seated=is_seated)
    if row.known_by != known:
        with app.store.write() as work:
            work.attempts.note_known_by(attempt_id, known.value)


def _is_to_note(row: AttemptRow) -> bool:
    is_begun = row.timing.state is AttemptState.RUNNING
    return row.timing.state in _OPEN or (is_begun and row.known_by is None)


def _judge(viewer: Viewer, row: AttemptRow, *, is_seated: bool) -> KnownBy:
    if viewer.person_id == row.person_id and viewer.known_by is not None:
        return viewer.known_by
    if is_seated:
        return KnownBy.SEAT
    return KnownBy.LINK if viewer.role is None else KnownBy.TRAINER
