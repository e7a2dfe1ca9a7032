"""Where a request comes from: this very machine, or elsewhere. Pages and routes read it from one header.

The header is written here, over whatever a caller sent under its name. Anyone who comes through a proxy comes from
elsewhere, and so does anyone who calls this machine by another name than its own: a page of another site that had its
name point here.
"""

import ipaddress
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from starlette.types import Scope

PEER_HEADER: Final = "x-sightline-peer"
LOCAL: Final = "local"
REMOTE: Final = "remote"
COOKIE: Final = "sightline_session"
BROWSER_COOKIE: Final = "sightline_browser"
"""By which a browser is known to those who signed in with it; it opens nothing."""
LEARNER_COOKIE: Final = "sightline_learner"
"""By which a browser without sign-in finds its own practice again; it opens nothing else."""
ENTER_PATH: Final = "/account/school-enter"
"""Where a browser that comes back from the school's sign-in service gets its session."""
UNBELIEVED: Final = (
    "a proxy at this machine passes requests on and is not believed: everybody behind it shares one address. If it is "
    "yours, set FORWARDED_ALLOW_IPS=127.0.0.1 and start again"
)
_log = logging.getLogger("sightline")
_OF_PROXIES: Final = frozenset(
    {b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip", b"via"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Who asks: whether from this very machine, the secret of their cookie, and their browser's key, "" for none."""

    is_local: bool
    cookie: str
    learner_key: str = ""


class OriginStamp:
    """Writes into each request where it comes from; says once that a proxy is not believed."""

    def __init__(self) -> None:
        self._has_warned = False

    def __call__(self, scope: Scope) -> Scope:
        name = PEER_HEADER.encode()
        kept = [(key, value) for key, value in scope["headers"] if key.lower() != name]
        marked = (name, (LOCAL if is_from_here(scope) else REMOTE).encode())
        if not self._has_warned and has_unbelieved_proxy(scope):
            self._has_warned = True
            _log.warning(UNBELIEVED)
        return {**scope, "headers": [*kept, marked]}


def read_peer(headers: Mapping[str, str], cookies: Mapping[str, str]) -> Peer:
    """Return who asks, from a request's headers and cookies; without the header they are elsewhere."""
    return Peer(
        is_local=headers.get(PEER_HEADER) == LOCAL,
        cookie=cookies.get(COOKIE, ""),
        learner_key=cookies.get(LEARNER_COOKIE, ""),
    )


def is_own_site(headers: Mapping[str, str]) -> bool:
    """Return whether a request is from a page of this very site, or from no page: a browser says which in `Origin`."""
    origin, host = headers.get("origin"), headers.get("host", "")
    try:
        return origin is None or (bool(host) and urlsplit(origin).netloc.lower() == host.lower())
    except ValueError:
        return False


def is_from_here(scope: Scope) -> bool:
    client = scope.get("client")
    if not client or not _is_loopback(client[0]):
        return False
    headers = [(key.lower(), value) for key, value in scope["headers"]]
    if any(key in _OF_PROXIES for key, _ in headers):
        return False
    hosts = [value.decode("latin-1") for key, value in headers if key == b"host"]
    return len(hosts) == 1 and _is_own_name(hosts[0])


def has_unbelieved_proxy(scope: Scope) -> bool:
    """Return whether a request comes from this machine, and says that it passes on another's: nobody named that proxy.

    Where it is named, the server has put the other's address in the place of the proxy's: for a browser at this machine
    that is this machine's again, and says nothing.
    """
    client = scope.get("client")
    if not client or not _is_loopback(client[0]):
        return False
    passed_on = [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == b"x-forwarded-for"]
    return any(not _is_loopback(value.rpartition(",")[2].strip()) for value in passed_on)


def _is_own_name(host: str) -> bool:
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return name.lower().rstrip(".") == "localhost" or _is_loopback(name)


@lru_cache(maxsize=1_000)
def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
