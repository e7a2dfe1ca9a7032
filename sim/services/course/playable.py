"""Which lessons somebody can play here and now, and what is wrong with the others."""

from dataclasses import dataclass

from sim.errors import SimError
from sim.services.app.wiring import App
from sim.services.attempt.kept_apart import list_kept_apart
from sim.services.course.learner import Learner

KEPT_APART = "Your team is measured on this recording. So that those drills count, you don't practice on it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Playable:
    """The lessons that can be played."""

    lesson_ids: frozenset[str]
    kept_apart: frozenset[str]  # those left out only because their recording measures the learner's team
    problems: tuple[str, ...]  # what is wrong with the others, and with files of lessons, a sentence each


def find_playable(app: App, learner: Learner) -> Playable:
    """Return the lessons of the course that a learner can play; none where the drills cannot be read."""
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
