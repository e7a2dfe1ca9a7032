"""Deleting a school of one's own with all that was made of it; practice that a legal hold keeps stays."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sim.app.own_folders import OWN_SITES, require_own
from sim.app.wiring import App
from sim.builds.kinds import DRILL, FRESH, MEASURED
from sim.builds.queue import forget_builds
from sim.console.footage_access import list_measuring
from sim.db.builds import OPEN
from sim.db.ledger import LedgerKind
from sim.errors import StoreError
from sim.features.library.library import remove_recording
from sim.features.library.sites import SCENARIOS
from sim.features.own_school.editing import forget_log
from sim.features.own_school.folder import list_schools
from sim.features.own_school.traced import FOLDER as FOLDER_TRACED
from sim.features.own_school.traced import cancel
from sim.footage.build.workfolder import remove_tree
from sim.footage.recording.recording import MANIFEST_NAME, RECORDINGS
from sim.ledger.holds import delete_attempts_on
from sim.site.model import SITE_FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    recordings: int
    attempts: int


def find_school(app: App, name: str) -> str:
    folders = [path.parent for path in sorted((app.settings.data / OWN_SITES).glob(f"*/{SITE_FILE}"))]
    if name in {folder.name for folder in folders}:
        return name
    drawn = [school.school_id for school in list_schools(app) if name in (school.school_id, school.name)]
    if len(drawn) == 1:
        return drawn[0]
    raise StoreError(
        f"{len(drawn) or 'no'} schools here are called {name!r}",
        expected="one of "
        + ", ".join([*(folder.name for folder in folders), *(s.name for s in list_schools(app))][:20]),
    )


def list_recordings(data: Path, school_id: str) -> tuple[str, ...]:
    found = []
    for path in sorted((data / RECORDINGS).glob(f"*/{MANIFEST_NAME}")):
        try:
            site_id = json.loads(path.read_bytes()).get("site_id")
        except (OSError, ValueError, AttributeError):
            site_id = school_id if path.parent.name.startswith(f"{school_id}-") else None
        if site_id == school_id:
            found.append(path.parent.name)
    return tuple(found)


def list_kept(data: Path) -> Iterator[Path]:
    schools = {path.name for path in (data / OWN_SITES).glob("*") if path.is_dir()}
    yield data / OWN_SITES
    for school_id in sorted(schools):
        yield from (data / RECORDINGS / recording_id for recording_id in list_recordings(data, school_id))
        yield from _list_scenarios(data, school_id)


def _list_scenarios(data: Path, school_id: str) -> Iterator[Path]:
    for path in sorted((data / SCENARIOS).glob("*.yaml")):
        if f"/{school_id}" in path.read_text(encoding="utf-8"):
            yield path


def delete_school(app: App, school_id: str, *, by: str) -> Removed:
    folder = app.settings.data / OWN_SITES / school_id
    if not school_id or "/" in school_id or "\\" in school_id or school_id.startswith(".") or not folder.is_dir():
        raise StoreError("there is no such school here", todo="reload the page")
    require_own(app, school_id)
    recordings = list_recordings(app.settings.data, school_id)
    _refuse_in_use(app, school_id, recordings)
    if (folder / FOLDER_TRACED).is_dir():
        cancel(app, school_id)
    for recording_id in recordings:
        remove_recording(app, recording_id)
    app.catalog.forget(school_id)
    try:
        # half made too, and its scenarios
        forget_builds(app, school_id)
        for path in _list_scenarios(app.settings.data, school_id):
            path.unlink()
        remove_tree(folder)
    except OSError as error:
        raise StoreError(
            f"{error.filename} cannot be deleted: {error.strerror}", todo="close whatever has the file open"
        ) from error
    forget_log(folder)
    with app.unrestricted().store.write() as work:
        attempts = delete_attempts_on(work, recordings)
        work.ledger.note(
            LedgerKind.SCHOOL_DELETED,
            at=app.clock.read().wall,
            by=by,
            data={"school": school_id, "recordings": len(recordings), "practice": attempts},
        )
    app.store.forget()
    return Removed(recordings=len(recordings), attempts=attempts)


def _refuse_in_use(app: App, school_id: str, recordings: tuple[str, ...]) -> None:
    with app.store.read() as work:
        if work.builds.list_all(owner=school_id, kind=(MEASURED, DRILL, FRESH), state=OPEN):
            raise StoreError("a drill on this school is being made", todo="cancel it on the page New drill first")
    with app.store.read() as work:
        under_way = work.attempts.list_under_way()
        measuring = list_measuring(app, work)
    if under_way.intersection(recordings):
        raise StoreError("a drill on this school is under way", todo="wait until it has ended, then delete the school")
    if any(recording_id in measuring for recording_id in recordings):
        raise StoreError(
            "drills on this school measure people, and their results need it", todo="end that program first"
        )
