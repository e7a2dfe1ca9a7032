"""Where a staged walk lies: one folder in the data folder, named by chance, so that no record names it.

`walk.json` says what it is; `clips/` has the blurred clips; `clocks.json` and `track.jsonl` what was entered;
`recording/` the recording on one clock that is drawn on. Nothing in it was ever stored unblurred.
"""

import os
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from sim.checked import describe_first
from sim.clips.model import WALK_SCHEMA, BlurMode, Neighbor, Rights, Walk
from sim.db.ledger import Draft, LedgerKind
from sim.errors import NewerSchemaError, StoreError
from sim.footage.stills.person_detector import MODEL
from sim.services.app.wiring import App
from sim.services.library.generate.generate import find_sites

Model = TypeVar("Model", bound=BaseModel)

WALKS: Final = "walks"
WALK_FILE: Final = "walk.json"
CLIPS: Final = "clips"
CLOCKS_FILE: Final = "clocks.json"
TRACK_FILE: Final = "track.jsonl"
WORKING: Final = "recording"
PHOTO_FILE: Final = "photo.webp"
DETECTOR_VARIABLE: Final = "SIGHTLINE_PERSON_MODEL"
_DIGITS = "23456789abcdefghjkmnpqrstuvwxyz"
_LETTERS = 6
_changing = threading.RLock()


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkCard:
    """A walk in the list: how many clips it has, and the drill's recording, "" before there is one."""

    walk_id: str
    name: str
    clips: int
    recording_id: str


def get_detector() -> Path | None:
    """Return the model that finds people: the one that comes along, or the file named; None where there is none."""
    named = os.environ.get(DETECTOR_VARIABLE, "").strip()
    path = Path(named) if named else MODEL
    return path if path.is_file() else None


def find_blur_mode(app: App, rights: Rights, *, blurs: bool = True) -> BlurMode:
    """Return what will be blurred: nothing only where everyone has signed and it was asked for."""
    if rights.all_signed and not blurs:
        return BlurMode.NONE
    return BlurMode.HEADS if get_detector() is not None else BlurMode.MOVING


def check_rights(rights: Rights, blur: BlurMode) -> None:
    """Raise StoreError where what must be confirmed is not."""
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
    """Make an empty walk and return its id; a line in the ledger says who confirmed what."""
    mode = find_blur_mode(app, rights) if blur is None else blur
    check_rights(rights, mode)
    if mode is BlurMode.HEADS and get_detector() is None:
        raise StoreError("the person detector is not installed here", todo="choose to blur all that moves")
    if site_id is not None and site_id not in find_sites(app.settings.data):
        raise StoreError("this school is not here any more", todo="choose another one")
    walk_id = f"walk-{draw_letters()}"
    folder = app.settings.data / WALKS / walk_id
    create(folder, Walk(walk_id=walk_id, name=" ".join(name.split())[:60], rights=rights, blur=mode, site_id=site_id))
    with app.store.write() as work:
        work.ledger.append(
            Draft(
                kind=LedgerKind.WALK_IMPORTED,
                at=app.clock.read().wall,
                by=by,
                data={"walk": walk_id, "rights": rights.model_dump(), "blur": mode.value},
            )
        )
    return walk_id


def draw_letters() -> str:
    """Return letters and digits drawn by chance that are easy to tell apart."""
    return "".join(secrets.choice(_DIGITS) for _ in range(_LETTERS))


def create(folder: Path, walk: Walk) -> None:
    """Make the folder of a walk. Raises StoreError."""
    if not walk.name:
        raise StoreError("Enter a name for the walk (1 to 60 characters)")
    try:
        folder.mkdir(parents=True, mode=0o700)
        (folder / CLIPS).mkdir(mode=0o700)
    except OSError as error:
        raise tell_full(error) from error
    save_walk(folder, walk)


def get_folder(app: App, walk_id: str) -> Path:
    """Return the folder of a walk. Raises StoreError: there is none of that id."""
    folder = app.settings.data / WALKS / walk_id
    if not walk_id.isascii() or not walk_id.replace("-", "").isalnum() or not (folder / WALK_FILE).is_file():
        raise StoreError("this walk is not here any more", todo="go back to the list of clips")
    return folder


def list_walks(app: App) -> tuple[WalkCard, ...]:
    """Return the walks that were imported here, by name; one that cannot be read is left out."""
    found = []
    for path in sorted((app.settings.data / WALKS).glob(f"*/{WALK_FILE}")):
        with suppress(StoreError, NewerSchemaError):
            walk = read_walk(path.parent)
            card = WalkCard(walk_id=walk.walk_id, name=walk.name, clips=len(walk.clips), recording_id=walk.recording_id)
            found.append(card)
    return tuple(sorted(found, key=lambda card: (card.name.casefold(), card.walk_id)))


def load_walk(app: App, walk_id: str) -> Walk:
    """Return a walk. Raises StoreError."""
    return read_walk(get_folder(app, walk_id))


def set_neighbors(app: App, walk_id: str, neighbors: Sequence[Neighbor]) -> Walk:
    """Say which cameras one walks between, and how far it is. Raises StoreError: a camera is not there."""
    folder = get_folder(app, walk_id)

    def change(walk: Walk) -> Walk:
        known = {camera.camera_id for camera in walk.cameras}
        for each in neighbors:
            if not {each.a, each.b} <= known:
                raise StoreError("a neighbor is no camera of this walk", todo="choose among its cameras")
        return walk.model_copy(update={"neighbors": tuple(neighbors)})

    return change_walk(folder, change)


def read_walk(folder: Path) -> Walk:
    """Read `walk.json`. Raises StoreError, NewerSchemaError."""
    return read_model(Walk, folder / WALK_FILE)


def save_walk(folder: Path, walk: Walk) -> None:
    """Write `walk.json`. Raises StoreError."""
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
    """Return what to tell where something cannot be stored."""
    return StoreError(f"this could not be stored: {error.strerror}", todo="free some space on the server's disk")
