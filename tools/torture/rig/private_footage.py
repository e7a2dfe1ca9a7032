"""A rig with a recording that measures: the one that comes with the program under another name, told to be private."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sim.drill.attempt import Phase
from sim.drill.forms import Origin
from sim.footage.recording.recording import MANIFEST_NAME
from sim.services.app.form_files import KnownForm
from sim.services.app.wiring import App
from sim.services.team import given_drills, team
from tools.torture.rig.rig import Rig, open_rig

NAME = "kept-for-measuring"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredTeam:
    """Somebody who has a measured drill on private footage, not begun.

    Attributes:
        rig: where.
        known: the form of that drill.
        attempt_id: the drill.
    """

    rig: Rig
    known: KnownForm
    attempt_id: str


@contextmanager
def open_private(rig: Rig) -> Iterator[Rig]:
    """Open a rig of its own that has private footage."""
    inside = rig.make_folder("measured")
    with open_rig(
        library=None,
        description=rig.description,
        seed=rig.rng.randrange(2**32),
        is_short=rig.is_short,
        until=rig.until,
        inside=inside,
    ) as apart:
        lay_out_private(apart.app, apart.data)
        yield apart


@contextmanager
def open_measured(rig: Rig) -> Iterator[MeasuredTeam]:
    """Open a rig of its own with private footage, a team, and a measured drill that waits for one of its people."""
    with open_private(rig) as apart:
        app = apart.app
        person_id = team.add_person(app, team.add_team(app, "Front office"), "Heron")
        attempt_id = given_drills.create_attempt(app, person_id, Phase.BEFORE)
        with app.store.read() as work:
            known = app.catalog.get_form(work.attempts.get(attempt_id).form_id)
        yield MeasuredTeam(rig=apart, known=known, attempt_id=attempt_id)


def lay_out_private(app: App, data: Path) -> None:
    """Put a recording that measures into a data folder: the files of the first one under another name.

    No symbolic links: the server refuses files that lead out of a recording's folder.
    """
    source = app.catalog.get_recording(app.catalog.list_forms()[0].recording_id)
    old = source.manifest.recording_id
    folder = data / "recordings" / NAME
    for path in (each for each in source.folder.rglob("*") if each.is_file()):
        place = folder / path.relative_to(source.folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.name != MANIFEST_NAME:
            _put_there(path, place)
    manifest = json.loads((source.folder / MANIFEST_NAME).read_text(encoding="utf-8"))
    (folder / MANIFEST_NAME).write_text(json.dumps({**manifest, "recording_id": NAME}), encoding="utf-8")
    forms = _find_forms(app.settings.forms, old).read_text(encoding="utf-8")
    forms = forms.replace(old, NAME).replace(f"origin: {Origin.PUBLIC}", f"origin: {Origin.PRIVATE}")
    (data / "forms").mkdir(parents=True, exist_ok=True)
    (data / "forms" / f"{NAME}.yaml").write_text(forms, encoding="utf-8")


def _put_there(path: Path, place: Path) -> None:
    """Give a file a second name, or copy it where the disk cannot."""
    try:
        place.hardlink_to(path.resolve())
    except OSError:
        shutil.copyfile(path, place)


def _find_forms(folders: tuple[Path, ...], recording_id: str) -> Path:
    return next(path for folder in folders if (path := folder / f"{recording_id}.yaml").is_file())
