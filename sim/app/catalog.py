"""Recordings and forms on this machine, every value of a form checked, and each truth: found once, then kept."""

import copy
import threading
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import yaml

from sim.app.score import load_truth_index
from sim.checked import check, read_yaml, write_file
from sim.errors import RecordingError, SimError, TaskError
from sim.footage.recording.open import TRUTH_FILE, Recording, load_people, open_recording
from sim.footage.recording.recording import MANIFEST_NAME
from sim.forms.difficulty import compute_outfit_distances, find_look_alikes
from sim.forms.forms import FORM_SCHEMA, LESSON_SCHEMA, Form, FormSet, Lesson, LessonTry, Origin, check_course
from sim.site.drawn_plan import make_plan
from sim.site.model import Site
from sim.site.next_camera import describe_links
from sim.tasks import get_task_type
from sim.tasks.common.task import check_place, check_start
from sim.tasks.setup import WRONG_NAMES
from sim.truth.index import TruthIndex, check_cameras, keep_cameras
from sim.truth.window import TruthWindow, cut_window
from sim.truth.worn_clothes import Worn, put_in_screen_words, read_first_worn


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
            KnownForm(form=form, recording_id=form_set.recording_id, version=make_version(form), origin=form_set.origin)
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


def make_shown_plan(recording: Recording, camera_ids: Collection[str] | None = None) -> dict[str, Any]:
    """Return the plan with the names that the recorder knows, wrong ones too, of `camera_ids` alone where given."""
    shown = {camera.camera_id: camera.name for camera in recording.manifest.cameras}
    plan = make_plan(recording.site.keep_cameras(camera_ids))
    cameras = [camera | {"name": shown.get(camera["camera_id"], camera["name"])} for camera in plan["cameras"]]
    return plan | {"cameras": cameras}


def find_wrong_names(form: Form) -> Mapping[str, str]:
    """Return what a drill's console calls cameras that bear another name in their picture, by camera_id."""
    names: Mapping[str, str] = form.params.get(WRONG_NAMES, {})
    return names


def write_right_names(recording: Recording, form: Form | None = None) -> dict[str, str]:
    """Return the right name of each camera by its camera_id, with the wrong one where the drill showed that."""
    names = {}
    wrong = {} if form is None else find_wrong_names(form)
    for camera in recording.manifest.cameras:
        right = recording.site.get_camera(camera.camera_id).name
        shown = wrong.get(camera.camera_id, camera.name)
        names[camera.camera_id] = right if right == shown else f"{right} (misnamed {shown})"
    return names


T = TypeVar("T")
Cameras = tuple[str, ...] | None
"""Part of a site; None for all cameras."""


class Catalog:
    """What can be drilled, each thing read once; of two of one id the first folder's. Safe to share between threads."""

    def __init__(
        self, *, recording_folders: Sequence[Path], form_folders: Sequence[Path], lesson_folders: Sequence[Path] = ()
    ) -> None:
        self._recording_folders = tuple(recording_folders)
        self._forms = FormFiles(form_folders, get_recording=self.get_recording)
        self._lessons = LessonFiles(lesson_folders)
        self._is_shown: Callable[[str], bool] | None = None
        self._lock = threading.Lock()
        self._making: dict[Hashable, threading.Lock] = {}
        self._kept: dict[Hashable, Any] = {}

    def only(self, is_shown: Callable[[str], bool]) -> "Catalog":
        """Return the same with the forms of some recordings alone, by their ids, in its lists."""
        shown = copy.copy(self)
        shown._is_shown = is_shown
        return shown

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is kept under `key`, made on first use while others wait; a failure is not kept."""
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        with making:
            if key not in self._kept:
                self._kept[key] = make()
            found: T = self._kept[key]
            return found

    def has_recording(self, recording_id: str) -> bool:
        return any((each / recording_id / MANIFEST_NAME).exists() for each in self._recording_folders)

    def get_recording(self, recording_id: str) -> Recording:
        return self.keep(("recording", recording_id), lambda: self._open(recording_id))

    def get_truth(self, recording_id: str, cameras: Cameras = None) -> TruthIndex:
        """Return the truth of a recording, or of some of its cameras, read once; silhouettes when first asked for."""

        def read() -> TruthIndex:
            return load_truth_index(self.get_recording(recording_id), reads_silhouettes=False)

        if cameras is None:
            return self.keep(("truth", recording_id), read)
        key = ("truth", recording_id, cameras)
        return self.keep(key, lambda: keep_cameras(self.get_truth(recording_id), cameras))

    def read_truth(self, recording_id: str, cameras: Cameras = None) -> None:
        self.get_truth(recording_id, cameras).get_silhouettes()

    def get_window(self, form: Form) -> TruthWindow:
        key = ("window", form.recording_id, form.window_s, form.cameras)
        return self.keep(key, lambda: cut_window(self.get_truth(form.recording_id, form.cameras), form.window_s))

    def get_outfit_distances(self, recording_id: str, person_id: str) -> Mapping[str, float]:
        """Return how different everybody else is dressed, 0..1, by person. Raises RecordingError, TaskError."""
        key = ("outfits", recording_id, person_id)
        return self.keep(key, lambda: compute_outfit_distances(self._get_people(recording_id), person_id))

    def get_truth_sha256(self, recording_id: str) -> str:
        return self.get_recording(recording_id).manifest.files[TRUTH_FILE]

    def get_plan(self, recording_id: str, cameras: Cameras = None) -> dict[str, Any]:
        key = ("plan", recording_id, cameras)
        return self.keep(key, lambda: make_shown_plan(self.get_recording(recording_id), cameras))

    def get_links(self, recording_id: str, cameras: Cameras = None) -> dict[str, Any]:
        key = ("links", recording_id, cameras)
        staged = self.get_recording(recording_id).manifest.staged
        if staged is not None and not staged.has_plan:
            from sim.clips.no_plan import describe_neighbor_links  # noqa: PLC0415 - only where clips are of no plan

            pairs = [(each.a, each.b, each.meters) for each in staged.neighbors]
            names = [c.camera_id for c in self.get_site(recording_id, cameras).cameras]
            return self.keep(key, lambda: describe_neighbor_links(names, pairs))
        return self.keep(key, lambda: describe_links(self.get_site(recording_id, cameras)))

    def get_site(self, recording_id: str, cameras: Cameras = None) -> Site:
        return self.get_recording(recording_id).site.keep_cameras(cameras)

    def get_first_worn(self, recording_id: str) -> Mapping[str, Worn]:
        return self.keep(("worn", recording_id), lambda: read_first_worn(self._get_people(recording_id)))

    def get_descriptor(self, recording_id: str, person_id: str) -> str:
        people = self._get_people(recording_id)
        found = people.loc[people["person_id"] == person_id, "descriptor"]
        if found.empty:
            raise TaskError(f"person {person_id!r} is not in the recording {recording_id}")
        return str(found.iloc[0])

    def describe_target(self, recording_id: str, target: str | None) -> str:
        return "" if target is None else self.get_descriptor(recording_id, target)

    def list_look_alikes(self, recording_id: str, person_id: str | None) -> tuple[str, ...]:
        if person_id is None:
            return ()
        return self.keep(
            ("look-alikes", recording_id, person_id),
            lambda: find_look_alikes(self._get_people(recording_id), person_id),
        )

    def list_forms(self) -> tuple[KnownForm, ...]:
        """Return every form, practice forms first. Form files that were added or changed meanwhile are read again."""
        found, is_shown = self._forms.read(), self._is_shown
        return found if is_shown is None else tuple(each for each in found if is_shown(each.recording_id))

    def list_damaged(self) -> tuple[LeftOut, ...]:
        self.list_forms()
        return self._forms.left_out

    def list_practice_forms(self) -> tuple[KnownForm, ...]:
        return tuple(
            known for known in self.list_forms() if known.form.use == "practice" and known.origin is Origin.PUBLIC
        )

    def get_course(self) -> Course:
        return self._lessons.read()

    def list_public(self) -> frozenset[str]:
        return frozenset(known.recording_id for known in self._forms.read() if known.origin is Origin.PUBLIC)

    def list_private(self) -> frozenset[str]:
        """Return the recordings that measure, those whose forms are left out included."""
        private = {known.recording_id for known in self._forms.read() if known.origin is Origin.PRIVATE}
        return frozenset(private | {each.recording_id for each in self._forms.left_out if each.is_private})

    def is_private(self, recording_id: str) -> bool:
        return recording_id in self.list_private()

    def get_form(self, form_id: str) -> KnownForm:
        for known in self.list_forms():
            if known.form.form_id == form_id:
                return known
        found = self.get_course().tries.get(form_id)
        if found is not None:
            return KnownForm(form=found.form, recording_id=found.form.recording_id, version=make_version(found.form))
        for each in self._forms.left_out:
            if form_id in each.form_ids:
                raise TaskError(
                    f"the drill {form_id!r} cannot be used now: its file or its recording is damaged or missing",
                    todo="choose another drill, or ask the person who looks after this server",
                ) from each.why
        raise TaskError(
            f"the drill {form_id!r} does not exist on this computer",
            expected="one of the drills in the library",
            todo="choose another drill",
        )

    def check_holds(self, known: KnownForm) -> None:
        """Raise TaskError for a form that may not be given: its answer is not the only one. What was found is kept."""

        def check() -> bool:
            form = known.form
            index = self.get_truth(known.recording_id, form.cameras)
            check_start(form.task, index)
            get_task_type(form.type).check_task(form.task, index)
            return True

        self.keep(("holds", known.form.form_id, known.version), check)

    def forget(self, recording_id: str) -> None:
        with self._lock:
            for key in [key for key in self._kept if isinstance(key, tuple) and recording_id in key]:
                del self._kept[key]

    def find_file(self, recording_id: str, name: str) -> tuple[Path, int, str]:
        recording = self.get_recording(recording_id)
        sha256 = recording.manifest.files.get(name)
        if sha256 is None:
            raise RecordingError(f"the recording {recording_id} has no file {name!r}")
        path = recording.find_path(name)
        folder = recording.folder  # links are followed once: that takes longer than all else here
        if not self.keep(("inside", recording_id, name), lambda: path.resolve().is_relative_to(folder.resolve())):
            raise RecordingError(f"the recording {recording_id} has no file {name!r}")
        try:
            size = path.stat().st_size
        except OSError as error:
            raise RecordingError(f"{path} is missing", todo="restore the file or build the recording again") from error
        if size != recording.manifest.sizes[name]:
            raise RecordingError(f"{path} has {size} bytes", expected=f"{recording.manifest.sizes[name]} bytes")
        return path, size, sha256

    def _get_people(self, recording_id: str) -> pd.DataFrame:
        return self.keep(
            ("people", recording_id), lambda: put_in_screen_words(load_people(self.get_recording(recording_id)))
        )

    def _open(self, recording_id: str) -> Recording:
        for folder in self._recording_folders:
            place = folder / recording_id
            if (place / MANIFEST_NAME).exists():
                recording = open_recording(place)
                if recording.manifest.recording_id != recording_id:
                    raise RecordingError(
                        f"{place} holds the recording {recording.manifest.recording_id!r}",
                        expected=f"{recording_id!r}",
                        todo="name the folder like its recording",
                    )
                return recording
        looked = " or ".join(str(folder) for folder in self._recording_folders)
        raise RecordingError(
            f"the recording {recording_id!r} is not on this computer",
            expected=f"its folder in {looked}",
            todo="restore it, or build it with `python -m sim footage build`",
        )
