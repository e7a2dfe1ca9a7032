"""Ending links: of one person all at once, so that whatever was sent to them or left lying about opens nothing."""

from dataclasses import replace
from datetime import datetime

from sim.db.store import Transaction
from sim.errors import AccessError
from sim.services.accounts.drill_access import LINK_SHOWS_RESULT
from sim.services.accounts.viewer import Duty, Viewer, require
from sim.services.app.codes import RETURN_DIGITS, draw_code
from sim.services.app.wiring import App


def end_links(work: Transaction, person_id: str, *, at: datetime) -> int:
    """End every link of a person, their seats in sessions and the codes they come back with; return how many.

    A name that they took in a session stays theirs: the trainer hands over the new link to it.
    """
    ended = work.links.end_of_person(person_id, at=at)
    for invited in work.sessions.list_of_person(person_id):
        if invited.joined_at is None or at >= work.sessions.get(invited.session_id).day.expires_at + LINK_SHOWS_RESULT:
            continue
        taken = {each.return_code for each in work.sessions.list_invited(invited.session_id)}
        while (code := draw_code(RETURN_DIGITS)) in taken:
            pass
        work.sessions.save_invited(replace(invited, seat=invited.seat + 1, return_code=code))
        ended += 1
    return ended


def end_all_of(app: App, viewer: Viewer, person_id: str) -> int:
    """End every link of a person; return how many worked."""
    require(viewer, Duty.TRAIN)
    with app.store.write() as work:
        work.teams.get_person(person_id)
        return end_links(work, person_id, at=app.clock.read().wall)


def end_one(app: App, viewer: Viewer, link_id: str) -> None:
    """End one link. Raises AccessError: the viewer may not, or there is no such link."""
    require(viewer, Duty.TRAIN)
    with app.store.write() as work:
        if work.links.find(link_id) is None:
            raise AccessError("this link does not exist", todo="reload the page")
        work.links.end(link_id, at=app.clock.read().wall)
