"""Backups of what the app has stored, and what they do not hold."""

from dataclasses import dataclass
from pathlib import Path

from sim.drill.instant import Clock
from sim.records import backup as records
from sim.records.store import open_store
from sim.services.app.wiring import Settings
from sim.services.ledger.heads import set_heads_aside


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A backup that was made.

    Attributes:
        path: of the file.
        size: in bytes.
        beside: folders with own recordings and forms, which are not in it.
    """

    path: Path
    size: int
    beside: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What is in the database after a restore.

    Attributes:
        kept: the database before, if any.
        heads: where the heads that were noted of it lie now, if there were any: entries after the backup are not in it.
    """

    teams: int
    people: int
    kept: Path | None
    heads: Path | None


def save_backup(settings: Settings, path: Path) -> Backup:
    """Copy the database to a file, also while the app runs. Raises StoreError."""
    size = records.save_backup(settings.database_url, path)
    own = [folder for folder in (*settings.recordings, *settings.forms) if folder.is_relative_to(settings.data)]
    return Backup(path=path, size=size, beside=tuple(folder for folder in own if folder.is_dir()))


def restore_backup(settings: Settings, clock: Clock, path: Path) -> Restored:
    """Put a backup back and bring it up to date. Raises StoreError, NewerSchemaError."""
    now = clock.read().wall
    kept = records.restore_backup(path, settings.database_url, now=now)
    heads = set_heads_aside(settings.data, now=now)
    store = open_store(settings.database_url)
    try:
        with store.read() as work:
            teams = work.teams.list_teams()
            people = sum(len(work.teams.list_people(team.team_id)) for team in teams)
    finally:
        store.close()
    return Restored(teams=len(teams), people=people, kept=kept, heads=heads)
