"""What a school wants of fresh school days: how many, when they are made, and how much disk they may take."""

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from sim.checked import check, read_yaml
from sim.crowd.generator.levels import Level
from sim.errors import StoreError

FRESH_SCHEMA = 1
FRESH_FOLDER = "new-drill"
SETTINGS_FILE = "fresh.yaml"
BEGUN_FILE = "fresh-begun.yaml"
MOST_READY = 10
NIGHT_H = (20, 6)
"""Local hours between which it is night: after the last meeting, before the first teacher."""


class When(StrEnum):
    NIGHT = "night"
    IDLE = "idle"


class FreshSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: int = FRESH_SCHEMA
    is_on: bool = False  # whether the server makes any by itself
    ready: int = Field(default=2, ge=1, le=MOST_READY)  # recordings that nobody has played, kept for each school
    schools: tuple[str, ...] = ()  # names of the sites; none: every site there is
    level: Level = Level.EASY  # difficulty of their drills
    minutes: float = Field(default=3.0, ge=1.0, le=10.0)  # length of each
    when: When = When.NIGHT  # at night, or whenever nobody has done a drill for a while
    disk_gb: float = Field(default=2.0, ge=0.1, le=1000.0)  # room that all of them together may take, 1 GB = 10^9 bytes


class _Begun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: int = FRESH_SCHEMA
    recordings: tuple[str, ...]


def load_fresh_settings(data: Path) -> FreshSettings:
    path = data / FRESH_FOLDER / SETTINGS_FILE
    if not path.exists():
        return FreshSettings()
    found: FreshSettings = check(
        FreshSettings,
        read_yaml(path, fault=StoreError),
        source=str(path),
        newest=FRESH_SCHEMA,
        fault=StoreError,
        todo="correct the value, or delete the file and choose again on the page New drill",
    )
    return found


def save_fresh_settings(data: Path, settings: FreshSettings) -> None:
    """Write the file at once, so that nobody reads half of it. Raises StoreError: it cannot be written."""
    _write_file(data / FRESH_FOLDER / SETTINGS_FILE, settings)


def change_settings(settings: FreshSettings, **changes: object) -> FreshSettings:
    wanted = settings.model_dump() | {name: value for name, value in changes.items() if value is not None}
    changed: FreshSettings = check(
        FreshSettings, wanted, source="the choice", newest=FRESH_SCHEMA, fault=StoreError, todo="choose another value"
    )
    return changed


def load_begun(data: Path) -> tuple[str, ...]:
    """Return the recordings that were begun as fresh school days, the oldest first. Raises StoreError."""
    path = data / FRESH_FOLDER / BEGUN_FILE
    if not path.exists():
        return ()
    found: _Begun = check(
        _Begun,
        read_yaml(path, fault=StoreError),
        source=str(path),
        newest=FRESH_SCHEMA,
        fault=StoreError,
        todo="delete the file; its recordings stay and are no longer deleted automatically",
    )
    return found.recordings


def save_begun(data: Path, recordings: Sequence[str]) -> None:
    _write_file(data / FRESH_FOLDER / BEGUN_FILE, _Begun(recordings=tuple(recordings)))


def is_night(local: datetime) -> bool:
    """Return whether a local time lies in the night: 20:00 is the first hour of it, 05:59 the last minute."""
    return local.hour >= NIGHT_H[0] or local.hour < NIGHT_H[1]


def _write_file(path: Path, model: BaseModel) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(yaml.safe_dump(model.model_dump(mode="json"), sort_keys=False), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise StoreError(
            f"{path} cannot be written: {error.strerror}", todo="free some space, then try again"
        ) from error
