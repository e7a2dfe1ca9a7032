"""Settings of the footage store, from the environment."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sim.errors import MachineError
from sim.typed_path import read_path

URL_VARIABLE = "SIGHTLINE_FOOTAGE"
OPTIONS_VARIABLE = "SIGHTLINE_FOOTAGE_OPTIONS"
CACHE_VARIABLE = "SIGHTLINE_FOOTAGE_CACHE"
LIMIT_VARIABLE = "SIGHTLINE_FOOTAGE_CACHE_GB"
CACHE_FOLDER = "footage-cache"
LIMIT_GB = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FootageSettings:
    """A footage store and the cache in front of it.

    Attributes:
        url: as fsspec reads it.
        options: what fsspec's file system takes beside it; may hold keys, so it is never shown.
        cache: folder of the cache.
        cache_bytes: what it may hold.
    """

    url: str
    options: Mapping[str, Any]
    cache: Path
    cache_bytes: int

    def __repr__(self) -> str:
        return f"FootageSettings(cache={self.cache})"


def read_footage_settings(environ: Mapping[str, str], data: Path) -> tuple[FootageSettings | None, tuple[Path, ...]]:
    """Return the store that SIGHTLINE_FOOTAGE names, or the folder, when it names one: that needs no cache.

    SIGHTLINE_FOOTAGE_OPTIONS is a JSON object for fsspec, SIGHTLINE_FOOTAGE_CACHE the cache's folder (default
    `footage-cache` in the data folder), SIGHTLINE_FOOTAGE_CACHE_GB its limit (default 20).

    Raises:
        MachineError: a setting cannot be used.
    """
    url = environ.get(URL_VARIABLE, "").strip()
    if not url:
        return None, ()
    if "://" not in url:
        return None, (read_path(url, variable=URL_VARIABLE),)
    if url.startswith("file://"):
        return None, (Path(unquote(urlsplit(url).path)),)
    folder = environ.get(CACHE_VARIABLE, "").strip()
    return FootageSettings(
        url=url,
        options=read_options(environ),
        cache=read_path(folder, variable=CACHE_VARIABLE) if folder else data / CACHE_FOLDER,
        cache_bytes=_read_limit(environ.get(LIMIT_VARIABLE, "").strip()),
    ), ()


def read_options(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return what SIGHTLINE_FOOTAGE_OPTIONS holds, {} for nothing. Raises MachineError, without showing the text."""
    text = environ.get(OPTIONS_VARIABLE, "").strip()
    try:
        options = json.loads(text) if text else {}
    except ValueError:
        options = None
    if not isinstance(options, dict):
        raise MachineError(
            f"{OPTIONS_VARIABLE} is no JSON object",
            expected='for example {"endpoint_url": "https://store.example.org"}',
            todo="correct it, or leave it out and use the store's usual environment variables",
        )
    return options


def _read_limit(text: str) -> int:
    try:
        gigabytes = float(text) if text else LIMIT_GB
    except ValueError:
        gigabytes = float("nan")
    if not 0 < gigabytes < 1e6:
        raise MachineError(
            f"{LIMIT_VARIABLE} is {text!r}", expected="gigabytes, for example 20", todo="correct it or leave it out"
        )
    return int(gigabytes * 1e9)
