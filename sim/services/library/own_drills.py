"""Drills that were made on this computer, for anyone who wants to play one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sim.crowd.generator.levels import AIMS, Level
from sim.drill.forms import Origin
from sim.footage.recording.recording import MANIFEST_NAME, RECORDINGS
from sim.services.app.wiring import App
from sim.services.attempt.kept_apart import list_measuring
from sim.text.times import write_minutes

NEW_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDrill:
    """One drill of a recording that was made here."""

    form_id: str
    recording_id: str
    title: str  # of the recording, as its maker wrote it
    place: str  # the site
    number: int  # which drill of the recording, from 1, the easier ones first
    level: Level | None  # by its measured difficulty; None for practice
    index: float | None  # that difficulty; None for practice, where it would tell whose student is on no camera at all
    shown: int  # photos of the student
    limit: str  # time limit in words


def list_own_drills(app: App) -> tuple[OwnDrill, ...]:
    """Return every drill of measured difficulty of the recordings in the data folder, the newest recording first.

    Of recordings that measure somebody only those for practice, and of private ones none: what measures stays unseen.
    """
    drills: dict[str, list[OwnDrill]] = {}
    with app.store.read() as work:
        measuring = list_measuring(app, work)
    for known in app.catalog.list_forms():
        if known.origin is not Origin.PUBLIC or (known.form.use == "parallel" and known.recording_id in measuring):
            continue
        recording = app.catalog.get_recording(known.recording_id)
        difficulty = known.form.difficulty
        if difficulty is None or not is_made_here(app, known.recording_id):
            continue
        is_measured = known.form.use == "parallel"
        found = drills.setdefault(known.recording_id, [])
        found.append(
            OwnDrill(
                form_id=known.form.form_id,
                recording_id=known.recording_id,
                title=recording.manifest.title,
                place=recording.site.name,
                number=len(found) + 1,
                level=name_level(difficulty.index) if is_measured else None,
                index=difficulty.index if is_measured else None,
                shown=known.form.photo_count,
                limit=write_minutes(known.form.limit_s),
            )
        )
    newest = sorted(drills, key=lambda name: (app.settings.data / RECORDINGS / name).stat().st_mtime, reverse=True)
    return tuple(drill for name in newest for drill in drills[name])


def list_new_this_week(app: App, *, now: datetime) -> frozenset[str]:
    """Return the recordings made on this computer within the last seven days, for the mark "New this week"."""
    since = (now - timedelta(days=NEW_DAYS)).timestamp()
    made = (app.settings.data / RECORDINGS).glob(f"*/{MANIFEST_NAME}")
    return frozenset(path.parent.name for path in made if path.stat().st_mtime >= since)


def is_made_here(app: App, recording_id: str) -> bool:
    """Return whether a recording was made on this computer. Raises RecordingError."""
    return app.catalog.get_recording(recording_id).folder.parent == app.settings.data / RECORDINGS


def name_level(index: float) -> Level:
    """Return the level whose range an index lies in, or the one below the gap between two."""
    return next(level for level in (Level.HARD, Level.MEDIUM, Level.EASY) if index >= AIMS[level].index[0])
