"""Who confirmed that plans and pictures of real schools may be used here, and who took that back.

Before it was confirmed none is taken in. After it was withdrawn nothing of a school of one's own is drawn or made any
more; what was made stays until somebody deletes it.
"""

from enum import StrEnum
from typing import Final

from sim.app.own_folders import OWN_SITES
from sim.app.wiring import App
from sim.builds.queue import list_builds, stop
from sim.db.builds import OPEN
from sim.db.ledger import NO_SUBJECTS, LedgerKind
from sim.db.teams import TeamRow
from sim.errors import AccessError
from sim.rules.viewer import Duty, Viewer, require

STATEMENT: Final = (
    "We have the right to use plans and camera pictures of our schools for training here. The people who answer for "
    "the security of these buildings agreed. Pictures are of empty views; anyone who is left in one is painted out."
)
SCHOOL_STATEMENT: Final = "The person who answers for this building's security agreed"
WITHDRAWN: Final = "Plans and camera pictures of our schools are no longer used for new drawings and drills here."
EXAMPLE_STEM: Final = "ex"
"""How the ids of examples begin: nothing real is in them."""


class RightsState(StrEnum):
    NEVER = "never"
    ON = "on"
    WITHDRAWN = "withdrawn"


def find_state(app: App) -> RightsState:
    kinds = (LedgerKind.SCHOOL_RIGHTS, LedgerKind.SCHOOL_RIGHTS_WITHDRAWN)
    with app.unrestricted().store.read() as work:
        entries = [each for each in work.ledger.list_of(NO_SUBJECTS, kinds=kinds) if "school" not in each.data]
    if not entries:
        return RightsState.NEVER
    return RightsState.ON if entries[-1].kind == LedgerKind.SCHOOL_RIGHTS else RightsState.WITHDRAWN


def is_confirmed(app: App) -> bool:
    return find_state(app) is RightsState.ON


def require_confirmed(app: App) -> None:
    if not is_confirmed(app):
        raise AccessError(
            "plans and pictures of real schools are off here", todo="ask your administrator to turn them on"
        )


def is_closed(app: App, school_id: str) -> bool:
    """Return whether nothing may be drawn or made on a school of one's own, because the rights were withdrawn."""
    return not school_id.startswith(f"{EXAMPLE_STEM}-") and find_state(app) is RightsState.WITHDRAWN


def require_open(app: App, school_id: str) -> None:
    if is_closed(app, school_id):
        raise AccessError(
            "plans and pictures of real schools were turned off here", todo="ask your administrator to turn them on"
        )


def confirm(app: App, viewer: Viewer) -> None:
    """Note who confirmed the rights, when, and in which words; once is enough. Raises AccessError: not their duty."""
    require(viewer, Duty.MANAGE_ACCOUNTS)
    if not is_confirmed(app):
        _note(app, viewer, LedgerKind.SCHOOL_RIGHTS, {"statement": STATEMENT})


def withdraw(app: App, viewer: Viewer) -> None:
    """Note who took them back, and stop what is being made of schools of one's own."""
    require(viewer, Duty.MANAGE_ACCOUNTS)
    if is_confirmed(app):
        _note(app, viewer, LedgerKind.SCHOOL_RIGHTS_WITHDRAWN, {"statement": WITHDRAWN})
    for row in list_builds(app):
        if row.state in OPEN and is_closed(app, row.owner) and (app.settings.data / OWN_SITES / row.owner).is_dir():
            stop(app, row, keeps=True)


def note_school(app: App, viewer: Viewer, school_id: str) -> None:
    """Note who began a school with whose word; its name is not in the line."""
    require(viewer, Duty.MAKE_DRILLS)
    _note(app, viewer, LedgerKind.SCHOOL_RIGHTS, {"school": school_id, "statement": SCHOOL_STATEMENT})


def _note(app: App, viewer: Viewer, kind: LedgerKind, data: dict[str, str]) -> None:
    with app.store.write() as work:
        work.ledger.note(kind, at=app.clock.read().wall, by=viewer.name or "someone at this machine", data=data)


def name_school(team: TeamRow) -> str:
    return team.school or team.name


def list_schools(app: App) -> tuple[str, ...]:
    with app.store.read() as work:
        teams = [team for team in work.teams.list_all() if not team.is_demo]
    return tuple(sorted({name_school(team) for team in teams}, key=str.casefold))
