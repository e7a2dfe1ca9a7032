"""Who practices: somebody of the roster who is signed in, or else a browser, known by a random key of its own.

Of the key only a hash is kept. It opens nothing but what was begun in that browser.
"""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sim.app.catalog import Course
from sim.app.wiring import App
from sim.attempt.attempt import AttemptState, Mode
from sim.attempt.options import PRACTICE_OPTIONS, Options, ProfileName
from sim.console import attempts, familiarization
from sim.console.console_profiles import list_offered
from sim.console.footage_access import list_kept_apart
from sim.console.scores import settle_row
from sim.db.attempts import AttemptRow, LearnerRow
from sim.db.store import Transaction
from sim.errors import SimError
from sim.forms.forms import Lesson, LessonTry, make_form_id
from sim.ledger.holds import delete_attempts
from sim.rules.viewer import Viewer

KEY_BYTES = 32
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
"""What `secrets.token_urlsafe` makes of so many bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    person_id: str | None
    browser_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Practiced:
    """One attempt of a learner as it is now, and what is known of it besides."""

    row: AttemptRow
    known: LearnerRow


def is_key(key: str) -> bool:
    return _KEY.fullmatch(key) is not None


def find_learner(viewer: Viewer, key: str) -> Learner:
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
    """Make a practice attempt of a learner; return its id. `known` says which lesson it belongs to."""
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
        work.insert(
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
        work.insert(LearnerRow(attempt_id=attempt_id, browser_sha256=learner.browser_sha256))
    return attempt_id


def list_practiced(app: App, learner: Learner) -> tuple[Practiced, ...]:
    """Return what a learner has begun, in the order it was made, scored as far as it can be."""
    with app.store.read() as work:
        found = list_known(work, learner.person_id, browser=learner.browser_sha256)
    return tuple(Practiced(row=settle_row(app, row), known=known) for row, known in found)


def list_known(
    work: Transaction, person_id: str | None, *, browser: str | None
) -> tuple[tuple[AttemptRow, LearnerRow], ...]:
    """Return what somebody of the roster, or nobody in a browser, has practiced, in the order it was made."""
    in_browser = (LearnerRow.attempt_id == AttemptRow.attempt_id, LearnerRow.browser_sha256 == browser)
    of_person = (AttemptRow.person_id == person_id, AttemptRow.mode == Mode.PRACTICE)
    rows = work.list_rows(AttemptRow, *(in_browser if person_id is None else of_person))
    ids = [row.timing.attempt_id for row in rows]
    known = {each.attempt_id: each for each in work.list_rows(LearnerRow, LearnerRow.attempt_id.in_(ids))}
    return tuple((row, known.get(each) or LearnerRow(attempt_id=each)) for each, row in zip(ids, rows, strict=True))


def find_running(practiced: tuple[Practiced, ...]) -> Practiced | None:
    """Return what a learner is in the middle of, the newest; None for nothing."""
    running = (each for each in reversed(practiced) if each.row.timing.state is AttemptState.RUNNING)
    return next(running, None)


def is_going_on(each: Practiced) -> bool:
    return each.row.timing.state in (AttemptState.ASSIGNED, AttemptState.BRIEFED, AttemptState.RUNNING)


def forget_browser(app: App, learner: Learner) -> int:
    """Delete everything that was begun in a browser, with the logs; return how many attempts that were."""
    if learner.browser_sha256 is None:
        return 0
    with app.store.write() as work:
        own = LearnerRow.browser_sha256 == learner.browser_sha256
        found = work.list_values(LearnerRow.attempt_id, own)
        work.delete(LearnerRow, own)
        deleted = delete_attempts(work, [(attempt_id, None) for attempt_id in found])
    if deleted:
        app.store.forget()
    return deleted


KEPT_APART = "Your team is measured on this recording. So that those drills count, you don't practice on it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Playable:
    lesson_ids: frozenset[str]
    kept_apart: frozenset[str]  # those left out only because their recording measures the learner's team
    problems: tuple[str, ...]  # what is wrong with the others, and with files of lessons, a sentence each


def find_playable(app: App, learner: Learner) -> Playable:
    course = app.catalog.get_course()
    try:
        apart = list_kept_apart(app, learner.person_id)
    except SimError as error:
        return Playable(lesson_ids=frozenset(), kept_apart=frozenset(), problems=(error.on_screen,))
    found, kept, problems = set(), set(), list(course.problems)
    for known in course.lessons:
        lesson = known.lesson
        try:
            app.catalog.get_recording(lesson.recording_id)
        except SimError as error:
            problems.append(error.on_screen)
            continue
        if lesson.recording_id in apart:
            kept.add(lesson.lesson_id)
            problems.append(KEPT_APART)
        else:
            found.add(lesson.lesson_id)
    return Playable(lesson_ids=frozenset(found), kept_apart=frozenset(kept), problems=tuple(dict.fromkeys(problems)))


MOST_STARS = 2
"""So many passes without help are mastery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextTry:
    """How a lesson goes on: with or without help, and whether at an easier question."""

    is_helped: bool
    is_easier: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonProgress:
    lesson: Lesson
    tries: tuple[Practiced, ...]  # what they have done in it, in time, and that has ended
    is_passed: bool  # with help or without, at any of its questions
    stars: int  # passes without help: one is its star, `MOST_STARS` are mastery; neither locks anything
    next_try: NextTry  # how it goes on


def fold_progress(course: Course, practiced: Sequence[Practiced]) -> tuple[LessonProgress, ...]:
    found = []
    for known in course.lessons:
        own = [each for each in practiced if each.known.lesson_id == known.lesson.lesson_id and has_ended(each)]
        found.append(
            LessonProgress(
                lesson=known.lesson,
                tries=tuple(own),
                is_passed=any(map(has_passed, own)),
                stars=count_stars(own),
                next_try=choose_next_try(own),
            )
        )
    return tuple(found)


def choose_lesson(
    course: Sequence[LessonProgress], *, playable: Collection[str], last_id: str | None
) -> LessonProgress | None:
    """Return the lesson to do next: the one begun last until it is passed, then the first after it that is not.

    After the end it is the first that was skipped; None when all that can be played are passed.
    """
    last = next((each.lesson.number for each in course if each.lesson.lesson_id == last_id), 0)
    missing = [each for each in course if not each.is_passed and each.lesson.lesson_id in playable]
    return next((each for each in missing if each.lesson.number >= last), missing[0] if missing else None)


def has_ended(each: Practiced) -> bool:
    """Return whether a drill has ended, one too whose time is over and whose page nobody has opened since."""
    return each.row.timing.state in (AttemptState.SUBMITTED, AttemptState.TIMED_OUT)


def has_passed(each: Practiced) -> bool:
    return each.row.score_json is not None and json.loads(each.row.score_json).get("passed") is True


def count_stars(tries: Sequence[Practiced]) -> int:
    """Return how many tries earn a star: passed without help, none easier, none at the question just answered."""
    earned = [
        each
        for before, each in zip((None, *tries), tries, strict=False)
        if has_passed(each)
        and not (each.known.is_helped or each.known.is_easier)
        and (before is None or before.row.form_id != each.row.form_id)
    ]
    return min(len(earned), MOST_STARS)


def choose_next_try(tries: Sequence[Practiced]) -> NextTry:
    """Return how a lesson goes on: first with help, then without; after a failed try at an easier question."""
    if not tries:
        return NextTry(is_helped=True, is_easier=False)
    if not has_passed(tries[-1]):
        return NextTry(is_helped=tries[-1].known.is_helped, is_easier=True)
    return NextTry(is_helped=False, is_easier=False)


def choose_try(lesson: Lesson, tries: Sequence[Practiced], wanted: NextTry) -> LessonTry:
    """Return the question of the next try: one not met yet, else the one met longest ago, in the order of the file."""
    met = {each.row.form_id: number for number, each in enumerate(tries)}
    fitting = [each for each in lesson.tries if each.is_easier is wanted.is_easier]
    return min(fitting, key=lambda each: met.get(make_form_id(lesson.lesson_id, each.try_id), -1))
