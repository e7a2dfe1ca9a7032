"""Forms of a recording: chosen by program, kept in a YAML file, read back with every value checked."""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import yaml

from sim.checked import check, read_yaml, write_file
from sim.errors import SimError, TaskError
from sim.footage.recording.open import TRUTH_FILE, Recording
from sim.forms.forms import FORM_SCHEMA, LESSON_SCHEMA, Form, FormSet, Lesson, LessonTry, Origin, check_course
from sim.tasks.common.task import check_place
from sim.truth.index import check_cameras


def make_version(form: Form) -> str:
    return sha256(form.model_dump_json().encode()).hexdigest()[:16]


def load_form_set(path: Path) -> FormSet:
    data = read_yaml(path, fault=TaskError)
    return check(FormSet, data, source=str(path), newest=FORM_SCHEMA, fault=TaskError, todo="choose the forms again")


def find_origin(path: Path, recording_id: str) -> Origin:
    """Return what a form file about to be replaced says of its recording; public without one that says so."""
    old = None
    if path.exists():
        with suppress(SimError):
            old = load_form_set(path)
    return old.origin if old is not None and old.recording_id == recording_id else Origin.PUBLIC


def check_form_set(forms: FormSet, recording: Recording) -> None:
    manifest = recording.manifest
    if forms.recording_id != manifest.recording_id:
        raise TaskError(
            f"the forms belong to {forms.recording_id}", expected=manifest.recording_id, todo="use that recording"
        )
    if forms.truth_sha256 != manifest.files[TRUTH_FILE]:
        raise TaskError(
            f"the forms of {forms.recording_id} were chosen on another truth than this recording's",
            expected=f"truth with sha256 {forms.truth_sha256[:12]}...",
            todo="choose them again with `python -m sim forms choose`",
        )
    if (manifest.staged is not None) is not (forms.origin is Origin.STAGED):
        raise TaskError(
            f"the forms of {forms.recording_id} say that it is {forms.origin}",
            expected="staged" if manifest.staged is not None else "public or private",
            todo="real footage is for practice alone: make its drill again under Our footage",
        )
    for form in forms.forms:
        _check_start(form, recording)


def _check_start(form: Form, recording: Recording) -> None:
    """Hold a form's cameras and last sighting to the manifest; what truth says is asked when it is given."""
    manifest, known = recording.manifest, form.known
    cameras = [camera.camera_id for camera in manifest.cameras]
    own = cameras if form.cameras is None else list(form.cameras)
    try:
        check_cameras(own, cameras)
        if known is not None:
            check_place(
                known,
                camera_ids=own,
                zone_ids=[space.zone_id for space in recording.site.spaces],
                duration_s=manifest.duration_s,
                window_s=form.window_s,
            )
    except TaskError as error:
        raise TaskError(f"the form {form.form_id}: {error.what}", expected=error.expected, todo=error.todo) from error


def write_form_set(forms: FormSet, path: Path) -> None:
    """Write a form file; a failure leaves what was there before. Raises SimError when it cannot be written."""
    text = yaml.safe_dump(forms.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=120)
    write_file(path, text.encode("utf-8"), fault=SimError)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownForm:
    form: Form
    recording_id: str
    version: str
    origin: Origin = Origin.PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    path: Path  # of the file
    why: SimError  # what is wrong with it or its recording
    form_ids: tuple[str, ...]  # its forms, () of a file that cannot be read
    recording_id: str  # their recording; of a file that cannot be read the one that it is named like
    is_private: bool  # they measure, or may: of a file that cannot be read nobody knows


class FormFiles:
    """Folders of form files, the first of an id wins; of a file that is left out `left_out` tells."""

    def __init__(self, folders: Sequence[Path], *, get_recording: Callable[[str], Recording]) -> None:
        self.left_out: tuple[LeftOut, ...] = ()
        self._folders = tuple(folders)
        self._get_recording = get_recording
        self._good: dict[Path, tuple[int, tuple[KnownForm, ...]]] = {}
        self._kept: tuple[object, tuple[KnownForm, ...]] | None = None

    def read(self) -> tuple[KnownForm, ...]:
        """Return every form, practice forms first; while a file is left out it is looked at each time."""
        paths = [path for folder in self._folders for path in sorted(folder.glob("*.yaml"))]
        stamp = tuple((path, path.stat().st_mtime_ns) for path in paths)
        kept = self._kept
        if kept is None or kept[0] != stamp:
            found, left_out = self._read_all(stamp)
            kept = (stamp, found)
            self._kept, self.left_out = (None if left_out else kept), left_out
        return kept[1]

    def _read_all(self, stamp: Sequence[tuple[Path, int]]) -> tuple[tuple[KnownForm, ...], tuple[LeftOut, ...]]:
        found: dict[str, KnownForm] = {}
        left_out = []
        good: dict[Path, tuple[int, tuple[KnownForm, ...]]] = {}
        for path, changed_ns in stamp:
            kept = self._good.get(path)
            forms = kept[1] if kept is not None and kept[0] == changed_ns else self._read_file(path)
            if isinstance(forms, LeftOut):
                left_out.append(forms)
                continue
            good[path] = (changed_ns, forms)
            for known in forms:
                found.setdefault(known.form.form_id, known)
        self._good = good
        missing = tuple(each for each in left_out if not each.form_ids or not found.keys() >= set(each.form_ids))
        return tuple(sorted(found.values(), key=lambda known: known.form.use != "practice")), missing

    def _read_file(self, path: Path) -> tuple[KnownForm, ...] | LeftOut:
        form_set = None
        try:
            form_set = load_form_set(path)
            check_form_set(form_set, self._get_recording(form_set.recording_id))
        except SimError as error:
            return LeftOut(
                path=path,
                why=error,
                form_ids=tuple(form.form_id for form in form_set.forms) if form_set is not None else (),
                recording_id=form_set.recording_id if form_set is not None else path.stem,
                is_private=form_set is None or form_set.origin is Origin.PRIVATE,
            )
        return tuple(
            KnownForm(
                form=form,
                recording_id=form_set.recording_id,
                version=make_version(form),
                origin=form_set.origin,
            )
            for form in form_set.forms
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLesson:
    lesson: Lesson
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTry:
    known: KnownLesson
    chosen: LessonTry
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    lessons: tuple[KnownLesson, ...]  # in the order of the course
    problems: tuple[str, ...]  # why files were left out, a sentence each
    tries: Mapping[str, KnownTry]  # by form_id, the examples too


def load_lesson(path: Path) -> Lesson:
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
    """The lessons of some folders, the first of a name wins. Safe to share between threads."""

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
