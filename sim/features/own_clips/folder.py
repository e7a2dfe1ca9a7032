"""Where a staged walk lies: one folder in the data folder, named by chance, so that no record names it.

`walk.json` says what it is; `clips/` has the blurred clips; `clocks.json` and `track.jsonl` what was entered;
`recording/` the recording on one clock that is drawn on. Nothing in it was ever stored unblurred.
"""

import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from sim.app.own_folders import WALKS, append_line, begin_folder, is_own, require_own
from sim.app.settings import read_detector
from sim.app.wiring import App
from sim.checked import describe_first
from sim.clips.model import FPS, WALK_SCHEMA, BlurMode, Keyframe, Neighbor, Rights, Track, Walk
from sim.db.ledger import LedgerKind
from sim.errors import NewerSchemaError, StoreError
from sim.features.library.sites import find_sites
from sim.footage.stills.person_detector import MODEL

Model = TypeVar("Model", bound=BaseModel)
WALK_FILE: Final = "walk.json"
CLIPS: Final = "clips"
CLOCKS_FILE: Final = "clocks.json"
TRACK_FILE: Final = "track.jsonl"
WORKING: Final = "recording"
PHOTO_FILE: Final = "photo.webp"
_DIGITS = "23456789abcdefghjkmnpqrstuvwxyz"
_LETTERS = 6
_changing = threading.RLock()
MOST_STEPS = 50_000
MOST_KEPT = 8
_Place = tuple[str, int]
"""A clip, and the frame of it at ten a second."""


def get_detector() -> Path | None:
    """Return the model that finds people: the one that comes along, or the file named; None where there is none."""
    path = read_detector(os.environ, MODEL)
    return path if path.is_file() else None


def find_blur_mode(app: App, rights: Rights, *, blurs: bool = True) -> BlurMode:
    """Return what will be blurred: nothing only where everyone has signed and it was asked for."""
    if rights.all_signed and not blurs:
        return BlurMode.NONE
    return BlurMode.HEADS if get_detector() is not None else BlurMode.MOVING


def check_rights(rights: Rights, blur: BlurMode) -> None:
    if not (rights.may_use and rights.everyone_agreed):
        raise StoreError(
            "importing clips needs both confirmations",
            expected="the school may use the footage, and those who act in it agreed",
            todo="confirm both, or don't import these clips",
        )
    if blur is BlurMode.NONE and not rights.all_signed:
        raise StoreError(
            "blurring can be off only when everyone who can be seen has signed", todo="confirm that, or blur"
        )


def make_walk(
    app: App, name: str, *, rights: Rights, blur: BlurMode | None = None, site_id: str | None = None, by: str
) -> str:
    mode = find_blur_mode(app, rights) if blur is None else blur
    check_rights(rights, mode)
    if mode is BlurMode.HEADS and get_detector() is None:
        raise StoreError("the person detector is not installed here", todo="choose to blur all that moves")
    if site_id is not None and (site_id not in find_sites(app.settings.data) or not is_own(app, site_id)):
        raise StoreError("this school is not here any more", todo="choose another one")
    walk_id = f"walk-{draw_letters()}"
    folder = app.settings.data / WALKS / walk_id
    walk = Walk(walk_id=walk_id, name=" ".join(name.split())[:60], rights=rights, blur=mode, site_id=site_id)
    create(folder, walk, app=app)
    with app.store.write() as work:
        work.ledger.note(
            LedgerKind.WALK_IMPORTED,
            at=app.clock.read().wall,
            by=by,
            data={"walk": walk_id, "rights": rights.model_dump(), "blur": mode.value},
        )
    return walk_id


def draw_letters() -> str:
    """Return letters and digits drawn by chance that are easy to tell apart."""
    return "".join(secrets.choice(_DIGITS) for _ in range(_LETTERS))


def create(folder: Path, walk: Walk, *, app: App | None = None) -> None:
    """Make the folder of a walk; where it is one of an installation's, it has a note of whose it is."""
    if not walk.name:
        raise StoreError("Enter a name for the walk (1 to 60 characters)")
    try:
        if app is None:
            folder.mkdir(parents=True, mode=0o700)
        else:
            begin_folder(app, folder)
        (folder / CLIPS).mkdir(mode=0o700)
    except OSError as error:
        raise tell_full(error) from error
    save_walk(folder, walk)


def get_folder(app: App, walk_id: str) -> Path:
    folder = app.settings.data / WALKS / walk_id
    if not walk_id.isascii() or not walk_id.replace("-", "").isalnum() or not (folder / WALK_FILE).is_file():
        raise StoreError("this walk is not here any more", todo="go back to the list of clips")
    require_own(app, walk_id)
    return folder


def list_walks(app: App) -> tuple[Walk, ...]:
    found = []
    for path in sorted((app.settings.data / WALKS).glob(f"*/{WALK_FILE}")):
        with suppress(StoreError, NewerSchemaError):
            if is_own(app, path.parent.name):
                found.append(read_walk(path.parent))
    return tuple(sorted(found, key=lambda walk: (walk.name.casefold(), walk.walk_id)))


def load_walk(app: App, walk_id: str) -> Walk:
    return read_walk(get_folder(app, walk_id))


def set_neighbors(app: App, walk_id: str, neighbors: Sequence[Neighbor]) -> Walk:
    folder = get_folder(app, walk_id)

    def change(walk: Walk) -> Walk:
        known = {camera.camera_id for camera in walk.cameras}
        for each in neighbors:
            if not {each.a, each.b} <= known:
                raise StoreError("a neighbor is no camera of this walk", todo="choose among its cameras")
        return walk.model_copy(update={"neighbors": tuple(neighbors)})

    return change_walk(folder, change)


def read_walk(folder: Path) -> Walk:
    return read_model(Walk, folder / WALK_FILE)


def save_walk(folder: Path, walk: Walk) -> None:
    write_model(walk, folder / WALK_FILE)


def change_walk(folder: Path, change: Callable[[Walk], Walk]) -> Walk:
    """Read a walk, change it and write it, while nobody else of this server does. Raises StoreError."""
    with exclusive():
        walk = change(read_walk(folder))
        save_walk(folder, walk)
    return walk


@contextmanager
def exclusive() -> Iterator[None]:
    """Change a walk's files while nobody else of this server does."""
    with _changing:
        yield


def read_model(model: type[Model], path: Path) -> Model:
    """Read a JSON file of a walk. Raises StoreError: damaged; NewerSchemaError: of a newer version."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise StoreError(
            f"{path.name} cannot be read: {error.strerror}", todo="go back to the list of clips"
        ) from error
    try:
        found = model.model_validate_json(text)
    except ValidationError as error:
        raise StoreError(describe_first(error, source=path.name), todo="restore it, or delete the walk") from error
    if getattr(found, "schema_version", 0) > WALK_SCHEMA:
        raise NewerSchemaError("this walk was imported by a newer version", todo="update Sightline")
    return found


def write_model(model: BaseModel, path: Path) -> None:
    """Write a JSON file of a walk; a failure leaves what was there. Raises StoreError."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_text(model.model_dump_json(indent=1), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise tell_full(error) from error


def tell_full(error: OSError) -> StoreError:
    return StoreError(f"this could not be stored: {error.strerror}", todo="free some space on the server's disk")


@dataclass(slots=True)
class _Replay:
    """Steps taken one after the other: what is there now, and what each step that can be taken back replaced."""

    found: dict[_Place, Keyframe] = field(default_factory=dict)
    replaced: list[dict[_Place, Keyframe | None]] = field(default_factory=list)
    steps: int = 0

    def take(self, step: Mapping[str, object]) -> None:
        self.steps += 1
        if "undo" in step:
            for key, before in (self.replaced.pop() if self.replaced else {}).items():
                self._set(key, before)
            return
        changes: dict[_Place, Keyframe | None] = {
            (str(gone[0]), int(gone[1])): None
            for gone in step.get("drop", ())  # type: ignore[attr-defined]
        }
        for each in step.get("set", ()):  # type: ignore[attr-defined]
            keyframe = Keyframe.model_validate(each)
            changes[(keyframe.clip_id, int(keyframe.clip_s * FPS + 1e-6))] = keyframe
        self.replaced.append({key: self.found.get(key) for key in changes})
        for key, after in changes.items():
            self._set(key, after)

    def make_track(self) -> Track:
        return Track(revision=self.steps, keyframes=tuple(self.found[key] for key in sorted(self.found)))

    def _set(self, key: _Place, keyframe: Keyframe | None) -> None:
        if keyframe is None:
            self.found.pop(key, None)
        else:
            self.found[key] = keyframe


_kept: dict[Path, tuple[tuple[int, int, int] | None, _Replay]] = {}
"""Logs that were read, by path: what told of their state then, and the steps taken. Changed by one at a time alone."""


def read_track(folder: Path) -> Track:
    """Return the keyframes; a last line that a crash cut off is left out. Raises StoreError: they are damaged."""
    with exclusive():
        return _load(folder).make_track()


def _load(folder: Path) -> _Replay:
    """Return the steps taken; those of a log that has not changed since are not read again."""
    path = folder / TRACK_FILE
    state = _find_state(path)
    kept = _kept.get(path)
    if kept is not None and kept[0] == state:
        return kept[1]
    done = _Replay()
    try:
        for step in _read_steps(folder):
            done.take(step)
    except (ValidationError, TypeError, ValueError, IndexError) as error:
        raise StoreError("the marks of this walk are damaged", todo="restore the walk from a backup") from error
    _keep(path, state, done)
    return done


def _find_state(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns)


def _keep(path: Path, state: tuple[int, int, int] | None, done: _Replay) -> None:
    _kept.pop(path, None)
    while len(_kept) >= MOST_KEPT:
        del _kept[next(iter(_kept))]
    _kept[path] = (state, done)


def _read_steps(folder: Path) -> list[dict[str, object]]:
    path = folder / TRACK_FILE
    if not path.is_file():
        return []
    try:
        lines = path.read_bytes().split(b"\n")
        return [dict(json.loads(line)) for line in lines[:-1]]
    except (OSError, ValueError, TypeError) as error:
        raise StoreError("the marks of this walk are damaged", todo="restore the walk from a backup") from error


def change_track(
    folder: Path,
    *,
    base: int,
    put: Sequence[Keyframe] = (),
    drop: Sequence[tuple[str, float]] = (),
    is_undo: bool = False,
) -> Track:
    with exclusive():
        path = folder / TRACK_FILE
        done = _load(folder)
        if base != done.steps:
            raise StoreError("the marks were changed in another window meanwhile", todo="reload the page")
        if done.steps >= MOST_STEPS:
            raise StoreError("this walk has too many steps", todo="make the drill, or import the walk again")
        if is_undo:
            if not done.replaced:
                raise StoreError("there is no step to undo")
            step: dict[str, object] = {"undo": True}
        else:
            step = {
                "set": [each.model_dump(mode="json", exclude_none=True) for each in put],
                "drop": [[clip_id, int(clip_s * FPS + 1e-6)] for clip_id, clip_s in drop],
            }
        _kept.pop(path, None)
        done.take(step)
        try:
            append_line(path, step)
        except OSError as error:
            raise tell_full(error) from error
        _keep(path, _find_state(path), done)
        return done.make_track()
