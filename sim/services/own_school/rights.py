"""Who confirmed that plans and pictures of real schools may be used here; before that none is taken in."""

from typing import Final

from sim.errors import AccessError
from sim.records.ledger_rows import NO_SUBJECTS, Draft, LedgerKind
from sim.services.accounts.viewer import Duty, Viewer, require
from sim.services.app.wiring import App

STATEMENT: Final = (
    "We have the right to use plans and camera pictures of our schools for training here. The people who answer for "
    "the security of these buildings agreed. Pictures are of empty views; anyone who is left in one is painted out."
)
SCHOOL_STATEMENT: Final = "The person who answers for this building's security agreed"


def is_confirmed(app: App) -> bool:
    """Return whether an administrator confirmed the rights."""
    with app.store.read() as work:
        return work.ledger.has(LedgerKind.SCHOOL_RIGHTS, NO_SUBJECTS)


def require_confirmed(app: App) -> None:
    """Go on only where rights are confirmed. Raises AccessError."""
    if not is_confirmed(app):
        raise AccessError(
            "plans and pictures of real schools are off here", todo="ask your administrator to turn them on"
        )


def confirm(app: App, viewer: Viewer) -> None:
    """Note who confirmed the rights, when, and in which words; once is enough. Raises AccessError: not their duty."""
    require(viewer, Duty.MANAGE_ACCOUNTS)
    if not is_confirmed(app):
        _note(app, viewer, {"statement": STATEMENT})


def note_school(app: App, viewer: Viewer, school_id: str) -> None:
    """Note who began a school with whose word; its name is not in the line."""
    _note(app, viewer, {"school": school_id, "statement": SCHOOL_STATEMENT})


def _note(app: App, viewer: Viewer, data: dict[str, str]) -> None:
    with app.store.write() as work:
        work.ledger.append(
            Draft(
                kind=LedgerKind.SCHOOL_RIGHTS,
                at=app.clock.read().wall,
                by=viewer.name or "someone at this machine",
                data=data,
            )
        )
