"""What Home shows: one next step, the course, drills as cards, and what this learner has done."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

import pandas as pd

from sim.app.wiring import App
from sim.attempt.attempt import AttemptState, Mode
from sim.console.footage_access import list_kept_apart, list_measuring
from sim.errors import SimError
from sim.features.library import library
from sim.features.library.library import (
    COVER_COLUMNS,
    DemoScene,
    FormCard,
    get_demo_search,
    list_kept_out,
    list_new_this_week,
)
from sim.footage.recording.open import load_truth_columns
from sim.footage.video.still import load_still, write_small_jpeg
from sim.rules.learner import (
    Learner,
    LessonProgress,
    Practiced,
    choose_lesson,
    find_playable,
    find_running,
    fold_progress,
    has_ended,
    has_passed,
    list_practiced,
)
from sim.tasks import name_task_type
from sim.text.times import write_minutes

FEW = 3
"""So many cards Home shows; Drills has them all."""
DIFFICULTIES = ("Easy", "Medium", "Hard")


class StepKind(StrEnum):
    RESUME = "resume"
    LESSON = "lesson"
    DRILL = "drill"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    kind: StepKind
    about: str = ""  # the attempt, lesson or form that it opens, by its id; "" for none
    title: str = ""  # of the lesson or drill
    number: int = 0  # of the lesson, 0 for none
    minutes: str = ""  # how long it takes at most, in words; "" where something goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillCard:
    form_id: str
    title: str
    name: str  # the title, with the place where another drill has it too
    question: str
    place: str
    kind: str  # its task type in words
    minutes: str  # how long it takes at most, in words
    difficulty: str  # one of `DIFFICULTIES`
    is_short: bool  # a search on few cameras, for somebody who has just begun
    is_weekly: bool  # the drill of the week
    is_new: bool  # on a recording made on this computer within the last seven days
    is_tried: bool  # ended before
    best: str  # the best time in which it was passed, as a clock shows it; "" where it was not

    @property
    def group(self) -> str:
        """What it is one of where one of each is shown: short searches are a group of their own, of whatever kind."""
        return "short" if self.is_short else self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneDrill:
    attempt_id: str
    title: str
    ended_on: date
    result: str
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    won: str  # what was passed last, where that was the last thing done: "Lesson 1: passed in 4:42."
    step: NextStep
    lessons: tuple[LessonProgress, ...]  # those that can be played; why others cannot stands in `course_problem`
    weekly: DrillCard | None
    weeks: int  # so many in a row something was done, up to this one or the last
    cards: tuple[DrillCard, ...]  # all drills to choose
    few: tuple[DrillCard, ...]  # those for Home; for somebody who has done something, without that of the week
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
    course = fold_progress(app.catalog.get_course(), practiced)
    problem = ""
    cards: tuple[DrillCard, ...] = ()
    demo: tuple[DemoScene, ...] = ()
    still: library.Cover | None = None
    try:
        cards = _list_cards(app, learner, practiced, today=today)
        demo = get_demo_search(app)
        still = None if demo else library.get_cover(app)
        if not cards and not playable.kept_apart:
            problem = "There is no drill to play: no recording with drills was found."
    except SimError as error:
        problem = error.on_screen
    ended = [each for each in practiced if has_ended(each) and each.row.mode is Mode.PRACTICE]
    weekly = next((card for card in cards if card.is_weekly), None)
    last_id = next((each.known.lesson_id for each in reversed(practiced) if each.known.lesson_id), None)
    lesson = choose_lesson(course, playable=playable.lesson_ids, last_id=last_id)
    step = _choose_step(app, practiced, lesson, cards, last_attempt_id=last_attempt_id)
    return HomeView(
        won=_write_won(app, ended[-1], course) if ended and has_passed(ended[-1]) else "",
        step=step,
        lessons=tuple(each for each in course if each.lesson.lesson_id in playable.lesson_ids),
        weekly=weekly,
        weeks=count_weeks([_find_day(each, zone) for each in ended], today=today),
        cards=cards,
        few=choose_few([card for card in cards if card.form_id != step.about and not (ended and card.is_weekly)]),
        done=tuple(_describe(app, each, zone=zone) for each in reversed(ended[-12:])),
        problem=problem,
        course_problem=" ".join(playable.problems),
        demo=demo,
        still_jpeg=still.jpeg if still else None,
        still_caption=still.caption if still else "",
    )


def _list_cards(app: App, learner: Learner, practiced: Sequence[Practiced], *, today: date) -> tuple[DrillCard, ...]:
    apart = list_kept_apart(app, learner.person_id)
    with app.store.read() as work:
        measuring = list_measuring(app, work)
        new = list_new_this_week(app, now=app.clock.read().wall) - measuring - apart
    practice = library.list_practice_drills(app, new=new)
    places = {known.form.form_id: known.recording_id for known in app.catalog.list_forms()}
    shipped = [
        card
        for card in library.list_forms(app)
        if card not in practice
        and places[card.form_id] not in measuring
        and not library.is_made_here(app, places[card.form_id])
    ]
    drills = [card for card in (*practice, *shipped) if places[card.form_id] not in apart]
    # kinds of drill that take about two minutes
    quick = [
        card.form_id for card in drills if card.type in ("pull-up", "locate", "event", "alarm") and not card.is_short
    ]
    year, week, _ = today.isocalendar()
    weekly = quick[(year * 53 + week) % len(quick)] if quick else None
    titles = Counter(card.title for card in drills)
    made = []
    for card in drills:
        own = [each for each in practiced if each.row.form_id == card.form_id and has_ended(each)]
        passed = [each.row.timing.used_s or 0.0 for each in own if has_passed(each)]
        made.append(
            DrillCard(
                form_id=card.form_id,
                title=card.title,
                name=card.title if titles[card.title] == 1 else f"{card.title}, {card.place}",
                question=card.question,
                place=card.place,
                kind=name_task_type(card.type),
                minutes=write_minutes(card.limit_s),
                difficulty=_name_difficulty(card),
                is_short=card.is_short,
                is_weekly=card.form_id == weekly,
                is_new=places[card.form_id] in new,
                is_tried=bool(own),
                best=_write_time(min(passed)) if passed else "",
            )
        )
    return tuple(
        sorted(
            made,
            key=lambda card: (
                not card.is_weekly,
                not card.is_new,
                not card.is_short,
                DIFFICULTIES.index(card.difficulty),
            ),
        )
    )


def _name_difficulty(card: FormCard) -> str:
    """Return how hard a drill is, in a word, by its kind: a measured index would tell whose student is on no camera."""
    if card.is_short or card.type in ("pull-up", "locate", "event"):
        return "Easy"
    return "Hard" if card.type in ("encounter", "export", "setup") else "Medium"


def choose_few(cards: Sequence[DrillCard]) -> tuple[DrillCard, ...]:
    """Return drills for who does not choose: what they lost, the next short search, easy ones; no two of a kind."""
    ranked = sorted(
        cards,
        key=lambda card: (
            bool(card.best),
            not (card.is_tried or card.is_weekly or card.is_new),
            not card.is_short,
            DIFFICULTIES.index(card.difficulty),
            card.name != card.title,
        ),
    )
    first_of_group = {card.group: card for card in reversed(ranked)}
    firsts = [card for card in ranked if first_of_group[card.group] is card]
    return tuple([*firsts, *(card for card in ranked if card not in firsts)][:FEW])


def count_weeks(days: Sequence[date], *, today: date) -> int:
    """Return in how many weeks in a row something was done, up to this week or, while it is not over, the last."""
    weeks = {day - timedelta(days=day.weekday()) for day in days}
    week = today - timedelta(days=today.weekday())
    if week not in weeks:
        week -= timedelta(days=7)
    count = 0
    while week - timedelta(days=7 * count) in weeks:
        count += 1
    return count


def _choose_step(
    app: App,
    practiced: tuple[Practiced, ...],
    lesson: LessonProgress | None,
    cards: Sequence[DrillCard],
    *,
    last_attempt_id: str | None,
) -> NextStep:
    running = find_running(practiced)
    running_id = running.row.timing.attempt_id if running else _find_running(app, last_attempt_id)
    if running_id is not None:
        return NextStep(kind=StepKind.RESUME, about=running_id, title=_name(app, running) if running else "")
    if lesson is not None:
        return NextStep(
            kind=StepKind.LESSON,
            about=lesson.lesson.lesson_id,
            title=lesson.lesson.title,
            number=lesson.lesson.number,
            minutes=write_minutes(lesson.lesson.limit_s),
        )
    if not cards:
        return NextStep(kind=StepKind.NONE)
    drill = cards[0] if cards[0].is_weekly and not cards[0].best else choose_few(cards)[0]
    return NextStep(kind=StepKind.DRILL, about=drill.form_id, title=drill.name, minutes=drill.minutes)


def _find_running(app: App, attempt_id: str | None) -> str | None:
    """Return an attempt of nobody whose clock still runs: of somebody's own, their own page tells."""
    if attempt_id is None:
        return None
    with app.store.read() as work:
        row = work.attempts.find_all([attempt_id]).get(attempt_id)
    if row is None or row.person_id is not None:
        return None
    return attempt_id if row.timing.state is AttemptState.RUNNING else None


def _write_won(app: App, each: Practiced, course: Sequence[LessonProgress]) -> str:
    number = next((lesson.lesson.number for lesson in course if lesson.lesson.lesson_id == each.known.lesson_id), None)
    name = _name(app, each) if number is None else f"Lesson {number}"
    return f"{name}: passed in {_write_time(each.row.timing.used_s or 0.0)}."


def _find_day(each: Practiced, zone: tzinfo) -> date:
    return (each.row.timing.ended_at or each.row.timing.created_at).astimezone(zone).date()


def _describe(app: App, each: Practiced, *, zone: tzinfo) -> DoneDrill:
    if each.row.score_json is None:
        result = "No result"
    elif has_passed(each):
        result = f"Passed in {_write_time(each.row.timing.used_s or 0.0)}"
    else:
        result = "Out of time" if each.row.timing.state is AttemptState.TIMED_OUT else "Not passed"
    return DoneDrill(
        attempt_id=each.row.timing.attempt_id,
        title=_name(app, each),
        ended_on=_find_day(each, zone),
        result=result,
        passed=has_passed(each),
    )


def _write_time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _name(app: App, each: Practiced) -> str:
    if each.row.mode is Mode.FAMILIARIZATION:
        return "Get to know the console"
    try:
        return app.catalog.get_form(each.row.form_id).form.title
    except SimError:
        return each.row.form_id


def write_weekly_reminder(app: App, *, today: date, address: str, key: str) -> bytes:
    from icalendar import Alarm, Calendar, Event  # noqa: PLC0415 - loaded when first needed

    first = today + timedelta(days=7 - today.weekday())
    begins = datetime.combine(first, time(8, 0))
    event = Event()
    event.add("uid", f"practice-{key}@sightline")
    event.add("dtstamp", app.clock.read().wall.replace(microsecond=0))
    event.add("summary", "Camera search practice (2 to 5 minutes)")
    event.add("description", f"Your next lesson or drill: {address}")
    event.add("url", address)
    event.add("dtstart", begins)
    event.add("dtend", begins + timedelta(minutes=10))
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


WIDTH_PX = 400


def get_card_picture(app: App, form_id: str, *, place: int, width_px: int = WIDTH_PX) -> bytes | None:
    """Return a JPEG for a card, None without one; nobody whom a drill seeks is in it, and its camera says no answer."""
    recording_id = app.catalog.get_form(form_id).recording_id
    frames = app.catalog.keep(
        ("card-frames", recording_id),
        lambda: find_quiet_frames(
            load_truth_columns(app.catalog.get_recording(recording_id), COVER_COLUMNS),
            hidden=list_kept_out(app, recording_id),
        ),
    )
    if not frames:
        return None
    camera_id, frame = frames[place % len(frames)]
    return app.catalog.keep(
        ("card-picture", recording_id, camera_id, width_px),
        lambda: write_small_jpeg(
            load_still(app.catalog.get_recording(recording_id), camera_id, frame), width_px=width_px
        ),
    )


def make_first_pictures(app: App) -> None:
    forms = {known.recording_id: known.form.form_id for known in app.catalog.list_practice_forms()}
    for place in range(FEW + 1):
        for form_id in forms.values():
            get_card_picture(app, form_id, place=place)


def find_quiet_frames(rows: pd.DataFrame, *, hidden: frozenset[str]) -> tuple[tuple[str, int], ...]:
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
