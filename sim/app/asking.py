"""Asking another system of the school, a learning system or a roster: JSON over https, limited in size and time."""

import ipaddress
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from sim.errors import SimError

TIMEOUT_S: Final = 20.0
MOST_BYTES: Final = 20_000_000


class OutsideError(SimError):
    """Another system did not answer, or with something that its standard does not allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What it answered: the status, the parsed JSON (None for none), the `Link` header and `X-Total-Count`."""

    status: int
    data: Any = None
    link: str = ""
    total: str = ""

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nothing: a token would go to another place than the one that was registered."""


def is_at_home(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    except ValueError:
        return False


def is_this_machine(url: str) -> bool:
    """Return whether an address leads to this very machine, by its number or by what its name stands for."""
    host = urlsplit(url).hostname or ""
    try:
        found = {each[4][0] for each in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return False
    numbers = [ipaddress.ip_address(str(each).partition("%")[0]) for each in found]
    return any(each.is_loopback or each.is_link_local or each.is_unspecified for each in numbers)


def is_safe_url(url: str, *, only_https: bool = False) -> bool:
    """Return whether an address may be asked: https without a password, or http at this machine unless `only_https`."""
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        return False
    is_safe = parts.scheme == "https" or (is_at_home(url) and not only_https)
    return has_host and url.isascii() and url.isprintable() and " " not in url and is_safe


def ask(url: str, *, what: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    """Return what an address answers to a GET, or to a POST with a body; statuses of failure are answers too."""
    if not is_safe_url(url):
        raise OutsideError(f"{what} is not asked: {url[:80]!r} is no https address")
    request = urllib.request.Request(url, data=body, headers={"Accept": "application/json", **(headers or {})})
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT_S) as answer:
            text = answer.read(MOST_BYTES + 1)
            status, link = int(answer.status), ", ".join(answer.headers.get_all("Link") or ())
            total = str(answer.headers.get("X-Total-Count", ""))
    except urllib.error.HTTPError as error:
        error.close()
        return Answer(status=int(error.code))
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        told = getattr(reason, "strerror", None) or str(reason)
        raise OutsideError(f"{what} did not answer: {told.lower()}", todo="check the address, or wait") from error
    if len(text) > MOST_BYTES:
        raise OutsideError(f"{what} answered with more than {MOST_BYTES // 1_000_000} MB")
    try:
        return Answer(status=status, data=json.loads(text) if text.strip() else None, link=link, total=total)
    except ValueError as error:
        raise OutsideError(f"{what} did not answer in JSON", todo="check its address") from error


def get_host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def find_next(link: str, *, base: str) -> str:
    """Return the address of the next page in a `Link` header (RFC 8288) of an answer from `base`, "" for none."""
    for part in link.split(","):
        address, _, rest = part.strip().partition(">")
        relation = [each.strip().removeprefix("rel=").strip('"') for each in rest.split(";")]
        if address.startswith("<") and "next" in relation:
            try:
                url = urljoin(base, address[1:])
            except ValueError:
                url = ""
            if not is_safe_url(url):
                raise OutsideError(f"the next page {address[1:80]!r} is no https address")
            return url
    return ""
