"""What was handed out or shown at a training: links, and files by their fingerprint; no file is kept."""

import hashlib
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from sim.errors import LedgerError
from sim.services.ledger.trainings import Material
from sim.text.typed import clean_typed

MOST_LINK: Final = 500
MOST_NAME: Final = 120


def read_links(typed: str) -> tuple[Material, ...]:
    """Return the links of a text, one a line; a line may begin with a name: "Slides https://..."."""
    found = []
    for line in typed.splitlines():
        words = clean_typed(line, what="link", fault=LedgerError)
        if not words:
            continue
        name, _, link = words.rpartition(" ")
        parts = _split(link)
        if parts is None:
            raise LedgerError(f"Enter a link that begins with https:// on each line; “{words[:60]}” has none.")
        if len(link) > MOST_LINK or len(name) > MOST_NAME:
            raise LedgerError(f"Shorten the link “{words[:60]}” (up to {MOST_LINK} characters).")
        found.append(Material(name=name or parts, link=link))
    return tuple(found)


def write_links(materials: Iterable[Material]) -> str:
    """Return links as `read_links` reads them."""
    return "\n".join(f"{each.name} {each.link}" for each in materials if each.link)


def take_file(name: str, data: bytes) -> Material:
    """Return what is kept of a file: its name, size and SHA-256. Raises LedgerError: the name cannot be kept."""
    cleaned = clean_typed(name, what="name of the file", fault=LedgerError)
    return Material(name=cleaned[-MOST_NAME:], sha256=hashlib.sha256(data).hexdigest(), size=len(data))


def _split(link: str) -> str | None:
    """Return the host of a link, None where it is none."""
    try:
        parts = urlsplit(link)
        return parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        return None
