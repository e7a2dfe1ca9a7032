"""Which fresh school days there are: who was given a drill on each, how much disk they take, and throwing away."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sim.errors import StoreError
from sim.footage.recording.recording import FORMS, MANIFEST_NAME, RECORDINGS
from sim.services.app.wiring import App
from sim.services.attempt.kept_apart import list_measuring
from sim.services.library.fresh.settings import load_begun
from sim.services.library.removing import remove_recording


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshDay:
    """A fresh school day on the disk."""

    recording_id: str  # its name
    site_id: str  # the school
    made_at: datetime  # when its recording was finished, in the time zone of this computer
    size_bytes: int  # of its files
    is_played: bool  # anyone was given a drill on it
    is_assigned: bool  # it may not be thrown away: it measures somebody, belongs to a program, or a drill on it is open


def list_fresh_days(app: App) -> tuple[FreshDay, ...]:
    """Return every fresh school day, the oldest first."""
    with app.store.read() as work:
        used = work.attempts.list_used_recordings()
        measuring = list_measuring(app, work)
    found = []
    for folder in _list_folders(app):
        found.append(
            FreshDay(
                recording_id=folder.name,
                site_id=app.catalog.get_recording(folder.name).site.site_id,
                made_at=datetime.fromtimestamp((folder / MANIFEST_NAME).stat().st_mtime).astimezone(),
                size_bytes=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
                is_played=folder.name in used,
                is_assigned=folder.name in measuring or used.get(folder.name, False),
            )
        )
    return tuple(sorted(found, key=lambda day: (day.made_at, day.recording_id)))


def throw_away(app: App, day: FreshDay) -> None:
    """Delete a fresh school day; its forms go first, so that nobody starts a drill on half of it."""
    if day.is_assigned:
        raise StoreError(f"the recording {day.recording_id} is in use", todo="wait until its drills have ended")
    remove_recording(app, day.recording_id)


def _list_folders(app: App) -> list[Path]:
    data = app.settings.data
    folders = (data / RECORDINGS / name for name in load_begun(data))
    return [
        folder
        for folder in folders
        if (folder / MANIFEST_NAME).exists() and (data / FORMS / f"{folder.name}.yaml").exists()
    ]
