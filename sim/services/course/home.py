"""What Home shows: one next step, the course, drills as cards, and what this learner has done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

import pandas as pd

from sim.drill.attempt import AttemptState, Mode
from sim.errors import SimError
from sim.footage.recording.open import load_truth_columns
from sim.footage.video.still import load_still, write_small_jpeg
from sim.services.app.wiring import App
from sim.services.attempt.footage_access import list_kept_apart, list_measuring
from sim.services.course.learner import (
    Learner,
    LessonProgress,
    LessonState,
    Practiced,
    find_playable,
    find_running,
    fold_progress,
    has_ended,
    has_passed,
    list_practiced,
)
from sim.services.library import library
from sim.services.library.library import (
    COVER_COLUMNS,
    DemoScene,
    FormCard,
    get_demo_search,
    list_kept_out,
    list_new_this_week,
)
from sim.tasks import name_task_type
from sim.text.times import write_minutes

WEEKLY_TYPES = ("pull-up", "locate", "event", "alarm")
"""Kinds of drill that take about two minutes."""
MOST_DONE = 12
_HARD_TYPES = frozenset({"encounter", "export", "setup"})
_EASY_TYPES = frozenset({"pull-up", "locate", "event"})


class StepKind(StrEnum):
    RESUME = "resume"
    LESSON = "lesson"
    WEEKLY = "weekly"
    DRILL = "drill"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    kind: StepKind
    about: str = ""  # the attempt, lesson or form that it opens, by its id; "" for none
    title: str = ""  # of the lesson or drill
    note: str = ""  # its rule or question, in a sentence
    number: int = 0  # of the lesson, 0 for none
    minutes: str = ""  # how long it takes at most, in words; "" where something goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonCard:
    """One lesson in the list; `in_a_row` tries without help open the next, lesson `opens_after` opens this one."""

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
    attempt_id: str
    title: str
    ended_on: date
    result: str
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
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
    if each.row.mode is Mode.FAMILIARIZATION:
        return "Get to know the console"
    try:
        return app.catalog.get_form(each.row.form_id).form.title
    except SimError:
        return each.row.form_id


REMINDER_AT = time(8, 0)
REMINDER_TAKES = timedelta(minutes=10)


def write_weekly_reminder(app: App, *, today: date, address: str, key: str) -> bytes:
    """Return a calendar with one event that comes back every Monday at 8, from the next one on."""
    from icalendar import Alarm, Calendar, Event  # noqa: PLC0415 - loaded when first needed

    first = today + timedelta(days=7 - today.weekday())
    begins = datetime.combine(first, REMINDER_AT)
    event = Event()
    event.add("uid", f"practice-{key}@sightline")
    event.add("dtstamp", app.clock.read().wall.replace(microsecond=0))
    event.add("summary", "Camera search practice (2 to 5 minutes)")
    event.add("description", f"Your next lesson or drill: {address}")
    event.add("url", address)
    event.add("dtstart", begins)
    event.add("dtend", begins + REMINDER_TAKES)
    event.add("rrule", {"freq": "weekly", "byday": "mo"})
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "Camera search practice")
    alarm.add("trigger", timedelta(0))
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Sightline//Practice reminder//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


FIRST_CARDS = 6
"""So many cards Home shows before anyone asks for more."""
WIDTH_PX = 400


def get_card_picture(app: App, form_id: str, *, place: int) -> bytes | None:
    """Return a JPEG of `WIDTH_PX` for a drill's card; None without a picture that can be shown.

    It shows nobody any drill or lesson on its recording asks for, and nobody who takes part in what happens there.
    Which camera it is follows from the card's `place` on the page, from 0, so it says nothing of the answer.
    """
    recording_id = app.catalog.get_form(form_id).recording_id
    frames = app.catalog.keep(("card-frames", recording_id), lambda: _find_frames(app, recording_id))
    if not frames:
        return None
    camera_id, frame = frames[place % len(frames)]
    return app.catalog.keep(
        ("card-picture", recording_id, camera_id),
        lambda: write_small_jpeg(
            load_still(app.catalog.get_recording(recording_id), camera_id, frame), width_px=WIDTH_PX
        ),
    )


def make_first_pictures(app: App) -> None:
    """Make the pictures that Home shows at first, so that nobody waits for them. Raises as `get_card_picture`."""
    for place, known in enumerate(app.catalog.list_practice_forms()[:FIRST_CARDS]):
        get_card_picture(app, known.form.form_id, place=place)


def find_quiet_frames(rows: pd.DataFrame, *, hidden: frozenset[str]) -> tuple[tuple[str, int], ...]:
    """Return for each camera a frame that shows most people in full and nobody hidden, the busiest camera first."""
    shown = pd.DataFrame(
        {
            "camera_id": rows["camera_id"].astype(str),
            "frame": rows["frame"],
            "hidden": rows["person_id"].isin(hidden),
            "whole": (rows["visible"] > 0.9) & (rows["y2"] - rows["y1"] > 60),
        }
    )
    frames = shown.groupby(["camera_id", "frame"], sort=True, as_index=False)[["hidden", "whole"]].sum()
    frames = frames[(frames["hidden"] == 0) & (frames["whole"] > 0)]
    if frames.empty:
        return ()
    best = frames.loc[frames.groupby("camera_id")["whole"].idxmax()].sort_values(
        ["whole", "camera_id"], ascending=[False, True]
    )
    return tuple(
        (str(camera_id), int(frame)) for camera_id, frame in zip(best["camera_id"], best["frame"], strict=True)
    )


def _find_frames(app: App, recording_id: str) -> tuple[tuple[str, int], ...]:
    rows = load_truth_columns(app.catalog.get_recording(recording_id), COVER_COLUMNS)
    return find_quiet_frames(rows, hidden=list_kept_out(app, recording_id))
