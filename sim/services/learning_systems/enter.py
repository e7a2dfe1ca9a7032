"""From a launch that was checked to the drill it names: who it is, their session, and the attempt."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from sim.db.lti import ResultRow
from sim.db.rows import PersonRow
from sim.drill.attempt import ENDED, Mode
from sim.errors import AccessError
from sim.services.app.wiring import App
from sim.services.course.learner import Learner, create_drill
from sim.services.learning_systems import claims as names
from sim.services.learning_systems.launch import Launch
from sim.services.learning_systems.people import is_kept_url, note_course, sign_in_person
from sim.services.learning_systems.practice import check_practice

GIVEN: Final = "given"
"""Instead of a drill's id: the next drill that the person's trainer has given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """The secret for the cookie of the session, and the page to open."""

    cookie: str
    to: str


def enter(app: App, launch: Launch, *, instead_of: str = "") -> Entered:
    """Sign in the person of a launch and open its drill; its result will be told where the link has a grade column.

    A drill of theirs that was opened before and has not ended goes on.
    """
    if not launch.drill:
        raise AccessError(
            "this link names no drill",
            expected="a custom parameter such as drill=given",
            todo="ask the person who made the link to choose a drill for it",
        )
    if launch.drill != GIVEN:
        check_practice(app, launch.drill)
    cookie, person = sign_in_person(app, launch, note_course(app, launch), instead_of=instead_of)
    attempt_id = _find_attempt(app, person, launch.drill)
    if is_kept_url(launch.line_item) and names.has_role(launch.roles, names.LEARNER):
        with app.store.write() as work:
            if work.lti.find_result(attempt_id) is None:
                work.lti.save_result(
                    ResultRow(
                        attempt_id=attempt_id,
                        platform_id=launch.platform.platform_id,
                        subject=launch.subject,
                        line_item=launch.line_item,
                        created_at=app.clock.read().wall,
                    )
                )
    return Entered(cookie=cookie, to=f"drill?{urlencode({'attempt': attempt_id})}")


def _find_attempt(app: App, person: PersonRow, drill: str) -> str:
    with app.store.read() as work:
        own = work.attempts.list_of_person(person.person_id)
    for row in own:
        is_meant = row.mode is Mode.ASSESSMENT if drill == GIVEN else row.mode is Mode.PRACTICE and row.form_id == drill
        if is_meant and row.timing.state not in ENDED:
            return row.timing.attempt_id
    if drill == GIVEN:
        raise AccessError("no drill is waiting for you", todo="ask your trainer whether you have done all of them")
    return create_drill(app, Learner(person_id=person.person_id, browser_sha256=None), form_id=drill)
