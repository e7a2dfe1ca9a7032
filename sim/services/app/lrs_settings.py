"""The address of this installation, and the learning record store (LRS) that the training record is sent to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

from sim.errors import MachineError


@dataclass(frozen=True, slots=True, kw_only=True)
class LrsSettings:
    """A learning record store.

    Attributes:
        url: of its statements, without name and password: it is shown, and noted in the database.
        user, password: for HTTP basic authentication, "" for none.
    """

    url: str
    user: str = ""
    password: str = field(default="", repr=False)


def read_address(environ: Mapping[str, str], name: str) -> str:
    """Return an address without its last slash, "" where none is set. Raises MachineError: it is none."""
    text = environ.get(name, "").strip().rstrip("/")
    if text and not _is_web(text):
        raise MachineError(f"{name} is {text[:60]!r}", expected="an address that begins with https://")
    return text


def read_lrs(environ: Mapping[str, str], name: str) -> LrsSettings | None:
    """Return the store of `https://user:password@lrs.example.org/xapi`; None where none is set.

    The address is that of the xAPI endpoint; its statements lie in `statements` below.

    Raises:
        MachineError: it is no such address.
    """
    text = environ.get(name, "").strip()
    if not text:
        return None
    if not _is_web(text):
        raise MachineError(
            f"{name} is no address of a learning record store", expected="https://user:password@lrs.example.org/xapi"
        )
    parts = urlsplit(text)
    host = parts.netloc.rpartition("@")[2]
    path = parts.path.rstrip("/").removesuffix("/statements")
    return LrsSettings(
        url=urlunsplit((parts.scheme, host, f"{path}/statements", "", "")),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _is_web(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
