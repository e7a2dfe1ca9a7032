"""The forms on this computer: read from their files, and read again once one was changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.drill.forms import Form, Origin
from sim.errors import SimError
from sim.footage.recording.open import Recording
from sim.services.app.forms import check_form_set, load_form_set, make_version


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownForm:
    """A form with the recording it belongs to.

    `version` names exactly this wording, target, window and limit. `origin` is the recording's: a private one measures,
    and nobody practices on it.
    """

    form: Form
    recording_id: str
    version: str
    origin: Origin = Origin.PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A form file whose forms are in no list."""

    path: Path  # of the file
    why: SimError  # what is wrong with it or its recording
    form_ids: tuple[str, ...]  # its forms, () of a file that cannot be read
    recording_id: str  # their recording; of a file that cannot be read the one that it is named like
    is_private: bool  # they measure, or may: of a file that cannot be read nobody knows


class FormFiles:
    """Folders of form files. A good file is read once as long as it stays so; of one that is left out `left_out` tells.

    Args:
        folders: the first of an id wins.
        get_recording: opens the recording that forms belong to; raises SimError where it cannot.
    """

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
