"""The lessons on this computer: read from their files, and read again once one was changed."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.checked import check, read_yaml
from sim.drill.forms import Form
from sim.drill.lessons import LESSON_SCHEMA, Lesson, LessonTry, check_course
from sim.errors import SimError, TaskError


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLesson:
    """A lesson, and the name of the file it is from."""

    lesson: Lesson
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTry:
    """One try of a lesson, or its example, as a form."""

    known: KnownLesson
    chosen: LessonTry
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    lessons: tuple[KnownLesson, ...]  # in the order of the course
    problems: tuple[str, ...]  # why files were left out, a sentence each
    tries: Mapping[str, KnownTry]  # by form_id, the examples too


def load_lesson(path: Path) -> Lesson:
    """Read a lesson file."""
    data = read_yaml(path, fault=TaskError)
    return check(
        Lesson, data, source=path.name, newest=LESSON_SCHEMA, fault=TaskError, todo="correct the file, or restore it"
    )


def load_course(paths: Sequence[Path]) -> Course:
    """Read lesson files; one that is wrong is left out and told, the others stay."""
    lessons: list[KnownLesson] = []
    problems: list[str] = []
    for path in paths:
        try:
            found = KnownLesson(lesson=load_lesson(path), source=path.name)
            check_course((*(known.lesson for known in lessons), found.lesson))
        except SimError as error:
            problems.append(error.on_screen)
            continue
        lessons.append(found)
    lessons.sort(key=lambda known: known.lesson.number)
    tries = [
        KnownTry(known=known, chosen=chosen, form=known.lesson.make_form(chosen))
        for known in lessons
        for chosen in known.lesson.questions
    ]
    return Course(lessons=tuple(lessons), problems=tuple(problems), tries={each.form.form_id: each for each in tries})


class LessonFiles:
    """The lessons of some folders. Safe to share between threads.

    Args:
        folders: folders that hold lesson files; one of a name in a later folder does not replace an earlier one's.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._lock = threading.Lock()
        self._read: tuple[object, Course] | None = None

    def read(self) -> Course:
        paths = [path for folder in self._folders for path in sorted(folder.glob("*.yaml"))]
        stamp = tuple((str(path), path.stat().st_mtime_ns) for path in paths)
        with self._lock:
            if self._read is None or self._read[0] != stamp:
                self._read = (stamp, load_course(paths))
            return self._read[1]
