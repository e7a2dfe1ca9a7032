"""Who practices: somebody of the roster who is signed in, or else a browser, known by a random key of its own.

Of the key only a hash is kept. It opens nothing but what was begun in that browser.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from sim.db.learners import LearnerRow
from sim.db.rows import AttemptRow
from sim.drill.attempt import ENDED, AttemptState, Mode
from sim.drill.options import PRACTICE_OPTIONS, Options
from sim.drill.profile import ProfileName
from sim.errors import SimError
from sim.services.accounts.viewer import Viewer
from sim.services.app.wiring import App
from sim.services.attempt import attempts, familiarization
from sim.services.attempt.drill_options import list_offered
from sim.services.attempt.scores import SCORED, bring_up, settle

KEY_BYTES = 32
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
"""What `secrets.token_urlsafe` makes of so many bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """Who practices; one of both is None."""

    person_id: str | None
    browser_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Practiced:
    """One attempt of a learner as it is now, and what is known of it besides."""

    row: AttemptRow
    known: LearnerRow


def is_key(key: str) -> bool:
    """Return whether this can be the key of a browser."""
    return _KEY.fullmatch(key) is not None


def find_learner(viewer: Viewer, key: str) -> Learner:
    """Return who practices: the person who is signed in, else the browser of a key."""
    if viewer.person_id is not None:
        return Learner(person_id=viewer.person_id, browser_sha256=None)
    return Learner(person_id=None, browser_sha256=sha256(key.encode()).hexdigest())


def create_drill(
    app: App,
    learner: Learner,
    *,
    form_id: str,
    profile: ProfileName = ProfileName.CLASSIC,
    options: Options = PRACTICE_OPTIONS,
    known: LearnerRow | None = None,
    address: str | None = None,
) -> str:
    """Make a practice attempt of a learner; return its id. `known` says which lesson it belongs to.

    Of the options those are left out that a drill of its type cannot have.
    """
    task_type = app.catalog.get_form(form_id).form.type
    offered = {card.name for card in list_offered(mode=Mode.PRACTICE, task_type=task_type)}
    if learner.person_id is None:
        attempts.note_anonymous(app, address)
    row = attempts.make_row(
        app,
        form_id=form_id,
        mode=Mode.PRACTICE,
        person_id=learner.person_id,
        phase=None,
        profile=profile,
        options=options & offered,
        extra_time=1.0,
        is_demo=False,
        step_id=None,
    )
    attempt_id = row.timing.attempt_id
    lesson = known or LearnerRow(attempt_id=attempt_id)
    with app.store.write() as work:
        attempts.add_row(work, row)
        work.learners.note(
            LearnerRow(
                attempt_id=attempt_id,
                browser_sha256=learner.browser_sha256,
                lesson_id=lesson.lesson_id,
                is_helped=lesson.is_helped,
                is_easier=lesson.is_easier,
            )
        )
    return attempt_id


def create_familiarization(app: App, learner: Learner, *, address: str | None = None) -> str:
    """Make a learner's familiarization drill and start it; return its id. Raises as `familiarization.create`."""
    attempt_id = familiarization.create(app, person_id=learner.person_id, address=address)
    with app.store.write() as work:
        work.learners.note(LearnerRow(attempt_id=attempt_id, browser_sha256=learner.browser_sha256))
    return attempt_id


def list_practiced(app: App, learner: Learner) -> tuple[Practiced, ...]:
    """Return what a learner has begun, in the order it was made, scored as far as it can be."""
    with app.store.read() as work:
        if learner.person_id is not None:
            found = work.learners.list_of_person(learner.person_id)
        else:
            found = work.learners.list_of_browser(learner.browser_sha256 or "")
    return tuple(Practiced(row=_bring_up(app, row), known=known) for row, known in found)


def find_running(practiced: tuple[Practiced, ...]) -> Practiced | None:
    """Return what a learner is in the middle of, the newest; None for nothing."""
    running = (each for each in reversed(practiced) if each.row.timing.state is AttemptState.RUNNING)
    return next(running, None)


def is_going_on(each: Practiced) -> bool:
    """Return whether an attempt waits for its start, or runs."""
    return each.row.timing.state in (AttemptState.ASSIGNED, AttemptState.BRIEFED, AttemptState.RUNNING)


def forget_browser(app: App, learner: Learner) -> int:
    """Delete everything that was begun in a browser, with the logs; return how many attempts that were."""
    if learner.browser_sha256 is None:
        return 0
    with app.store.write() as work:
        found = work.learners.forget_browser(learner.browser_sha256)
        deleted = work.personal.delete_attempts(found) if found else 0
    if deleted:
        app.store.forget()
    return deleted


def _bring_up(app: App, row: AttemptRow) -> AttemptRow:
    """Return an attempt as it is now, scored; one whose drill or recording is gone waits without a score."""
    is_done = row.timing.state in ENDED and row.timing.sealed
    if is_done and (row.score_json is not None or row.timing.state not in SCORED or row.mode is Mode.FAMILIARIZATION):
        return row
    try:
        return settle(app, row.timing.attempt_id)
    except SimError:
        return bring_up(app, row.timing.attempt_id)
