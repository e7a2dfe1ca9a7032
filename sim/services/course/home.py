"""What Home shows: one next step, the course, drills as cards, and what this learner has done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from enum import StrEnum

from sim.drill.attempt import AttemptState, Mode
from sim.errors import SimError
from sim.services.app.wiring import App
from sim.services.attempt.kept_apart import list_kept_apart, list_measuring
from sim.services.course.learner import Learner, Practiced, find_running, list_practiced
from sim.services.course.playable import find_playable
from sim.services.course.progress import LessonProgress, LessonState, fold_progress, has_ended, has_passed
from sim.services.library import library
from sim.services.library.demo_search import DemoScene, get_demo_search
from sim.services.library.form_card import FormCard
from sim.services.library.own_drills import list_new_this_week
from sim.tasks import name_task_type
from sim.text.times import write_minutes

WEEKLY_TYPES = ("pull-up", "locate", "event", "alarm")
"""Kinds of drill that take about two minutes."""
MOST_DONE = 12
_HARD_TYPES = frozenset({"encounter", "export", "setup"})
_EASY_TYPES = frozenset({"pull-up", "locate", "event"})


class StepKind(StrEnum):
    """What somebody does next."""

    RESUME = "resume"
    LESSON = "lesson"
    WEEKLY = "weekly"
    DRILL = "drill"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """The one thing to do next."""

    kind: StepKind
    about: str = ""  # the attempt, lesson or form that it opens, by its id; "" for none
    title: str = ""  # of the lesson or drill
    note: str = ""  # its rule or question, in a sentence
    number: int = 0  # of the lesson, 0 for none
    minutes: str = ""  # how long it takes at most, in words; "" where something goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonCard:
    """One lesson in the list; `in_a_row` of the tries without help that open the next one.

    `opens_after` is the number of the lesson that opens it, None for the first.
    """

    lesson_id: str
    number: int
    title: str
    rule: str
    minutes: str
    state: LessonState
    in_a_row: int
    opens_after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillCard:
    """One drill to choose."""

    form_id: str
    title: str
    question: str
    place: str
    kind: str  # its task type in words
    minutes: str  # how long it takes at most, in words
    difficulty: str  # in words
    is_done: bool  # passed before
    is_weekly: bool  # the drill of the week
    is_new: bool  # on a recording made on this computer within the last seven days
    best: str  # the best result so far, in words; "" where it was never finished


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneDrill:
    """One drill that has ended, the day it was done in UTC, and how it went."""

    attempt_id: str
    title: str
    ended_on: date
    result: str
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """The page."""

    step: NextStep
    lessons: tuple[LessonCard, ...]  # the course; empty where it cannot be played, for the reason in `course_problem`
    cards: tuple[DrillCard, ...]  # drills to choose
    done: tuple[DoneDrill, ...]  # what was done before, the newest first
    problem: str  # why no drill can be played, "" where some can
    course_problem: str  # what is wrong with the lessons, "" for nothing
    demo: tuple[DemoScene, ...]  # what a search is, in pictures; () where no recording can show one
    # still_jpeg, still_caption: else a picture from the footage; None where there is none
    still_jpeg: bytes | None
    still_caption: str


def get_home(
    app: App, learner: Learner, *, today: date, zone: tzinfo = UTC, last_attempt_id: str | None = None
) -> HomeView:
    """Return the page for a learner; a missing or broken recording becomes its `problem`, never a failure."""
    practiced = list_practiced(app, learner)
    playable = find_playable(app, learner)
    course = fold_progress(app.catalog.get_course(), practiced, playable=playable.lesson_ids)
    problem = ""
    cards: tuple[DrillCard, ...] = ()
    demo: tuple[DemoScene, ...] = ()
    still: library.Cover | None = None
    try:
        cards = _list_cards(app, learner, practiced, today=today)
        demo = get_demo_search(app)
        still = None if demo else library.get_cover(app)
        if not cards:
            problem = "There is no drill to play: no recording with drills was found."
    except SimError as error:
        problem = error.on_screen
    lessons = _list_lessons(course, playable.lesson_ids)
    return HomeView(
        step=_choose_step(app, practiced, lessons, cards, last_attempt_id=last_attempt_id),
        lessons=lessons,
        cards=cards,
        done=_list_done(app, practiced, zone=zone),
        problem=problem,
        course_problem=" ".join(playable.problems),
        demo=demo,
        still_jpeg=still.jpeg if still else None,
        still_caption=still.caption if still else "",
    )


def _list_lessons(course: Sequence[LessonProgress], playable: Collection[str]) -> tuple[LessonCard, ...]:
    return tuple(
        LessonCard(
            lesson_id=each.lesson.lesson_id,
            number=each.lesson.number,
            title=each.lesson.title,
            rule=each.lesson.rule,
            minutes=write_minutes(each.lesson.limit_s),
            state=each.state,
            in_a_row=each.in_a_row,
            opens_after=each.opens_after,
        )
        for each in course
        if each.lesson.lesson_id in playable
    )


def _list_cards(app: App, learner: Learner, practiced: Sequence[Practiced], *, today: date) -> tuple[DrillCard, ...]:
    """Return the drills for practice: that of the week, then those that are new this week, then all others."""
    apart = list_kept_apart(app, learner.person_id)
    with app.store.read() as work:
        new = list_new_this_week(app, now=app.clock.read().wall) - list_measuring(app, work) - apart
    cards = library.list_practice_drills(app, new=new)
    found = {card: app.catalog.get_form(card.form_id).recording_id for card in cards}
    drills = {card: recording_id for card, recording_id in found.items() if recording_id not in apart}
    short = [card.form_id for card in drills if card.type in WEEKLY_TYPES]
    year, week, _ = today.isocalendar()
    weekly = short[(year * 53 + week) % len(short)] if short else None
    made = [
        _make_card(card, practiced, is_weekly=card.form_id == weekly, is_new=recording_id in new)
        for card, recording_id in drills.items()
    ]
    return tuple(sorted(made, key=lambda card: (not card.is_weekly, not card.is_new)))


def _make_card(card: FormCard, practiced: Sequence[Practiced], *, is_weekly: bool, is_new: bool) -> DrillCard:
    own = [each for each in practiced if each.row.form_id == card.form_id and has_ended(each)]
    passed = [each.row.timing.used_s or 0.0 for each in own if has_passed(each)]
    unfinished = "Not passed yet" if own else ""
    return DrillCard(
        form_id=card.form_id,
        title=card.title,
        question=card.question,
        place=card.place,
        kind=name_task_type(card.type),
        minutes=write_minutes(card.limit_s),
        difficulty=_name_difficulty(card),
        is_done=bool(passed),
        is_weekly=is_weekly,
        is_new=is_new,
        best=f"Passed in {_write_time(min(passed))}" if passed else unfinished,
    )


def _name_difficulty(card: FormCard) -> str:
    """Return how hard a drill is, in a word, by its kind: a measured index would tell whose student is on no camera."""
    if card.type in _EASY_TYPES:
        return "Easy"
    return "Hard" if card.type in _HARD_TYPES else "Medium"


def _choose_step(
    app: App,
    practiced: tuple[Practiced, ...],
    lessons: Sequence[LessonCard],
    cards: Sequence[DrillCard],
    *,
    last_attempt_id: str | None,
) -> NextStep:
    running = find_running(practiced)
    running_id = running.row.timing.attempt_id if running else _find_running(app, last_attempt_id)
    if running_id is not None:
        return NextStep(kind=StepKind.RESUME, about=running_id, title=_name(app, running) if running else "")
    lesson = next((each for each in lessons if each.state in (LessonState.NEW, LessonState.BEGUN)), None)
    if lesson is not None:
        return NextStep(
            kind=StepKind.LESSON,
            about=lesson.lesson_id,
            title=lesson.title,
            note=lesson.rule,
            number=lesson.number,
            minutes=lesson.minutes,
        )
    drill = next((card for card in cards if not card.is_done), cards[0] if cards else None)
    if drill is None:
        return NextStep(kind=StepKind.NONE)
    return NextStep(
        kind=StepKind.WEEKLY if drill.is_weekly else StepKind.DRILL,
        about=drill.form_id,
        title=drill.title,
        note=drill.question,
        minutes=drill.minutes,
    )


def _find_running(app: App, attempt_id: str | None) -> str | None:
    """Return an attempt of nobody whose clock still runs: of somebody's own, their own page tells."""
    if attempt_id is None:
        return None
    with app.store.read() as work:
        row = work.attempts.find_all([attempt_id]).get(attempt_id)
    if row is None or row.person_id is not None:
        return None
    return attempt_id if row.timing.state is AttemptState.RUNNING else None


def _list_done(app: App, practiced: Sequence[Practiced], *, zone: tzinfo) -> tuple[DoneDrill, ...]:
    ended = [each for each in practiced if has_ended(each) and each.row.mode is Mode.PRACTICE]
    return tuple(
        DoneDrill(
            attempt_id=each.row.timing.attempt_id,
            title=_name(app, each),
            ended_on=(each.row.timing.ended_at or each.row.timing.created_at).astimezone(zone).date(),
            result=_write_result(each),
            passed=has_passed(each),
        )
        for each in reversed(ended[-MOST_DONE:])
    )


def _write_result(each: Practiced) -> str:
    """Return how an attempt went, in a few words."""
    if each.row.score_json is None:
        return "No result"
    if has_passed(each):
        return f"Passed in {_write_time(each.row.timing.used_s or 0.0)}"
    return "Out of time" if each.row.timing.state is AttemptState.TIMED_OUT else "Not passed"


def _write_time(seconds: float) -> str:
    """Return a time as a clock shows it: 61.4 gives "1:01"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _name(app: App, each: Practiced) -> str:
    """Return what an attempt is called; one whose drill is gone by the drill's id."""
    if each.row.mode is Mode.FAMILIARIZATION:
        return "Get to know the console"
    try:
        return app.catalog.get_form(each.row.form_id).form.title
    except SimError:
        return each.row.form_id
