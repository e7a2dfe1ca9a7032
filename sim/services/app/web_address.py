"""The address of this installation, as its settings give it."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from sim.errors import MachineError


def read_address(environ: Mapping[str, str], name: str) -> str:
    """Return an address without its last slash, "" where none is set. Raises MachineError: it is none."""
    text = environ.get(name, "").strip().rstrip("/")
    if text and not _is_web(text):
        raise MachineError(f"{name} is {text[:60]!r}", expected="an address that begins with https://")
    return text


def _is_web(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
