"""Whether others open the pages over plain http, where browsers keep parts of themselves shut."""

import ipaddress
import socket
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from sim.services.app.wiring import ADDRESS_VARIABLE, Settings
from sim.services.operations.doctor.finding import Finding, ok, warn
from sim.services.operations.doctor.machine import answers_as_sightline

NAME: Final = "https"
LOSES: Final = "browsers step and jump through footage far more slowly there, and PINs can be read on the network"
TLS_FIRST: Final = 'put TLS in front: docs/operations.md, "Over plain http"'


def check_plain_http(settings: Settings, *, host: str, port: int) -> list[Finding]:
    """Return whether anybody but this machine opens the pages without TLS."""
    address = urlsplit(settings.address)
    if address.scheme == "https":
        return [ok(NAME, f"pages are opened at {settings.address}")]
    if settings.address and not is_loopback(address.hostname or ""):
        return [warn(NAME, f"pages are opened at {settings.address}, over plain http: {LOSES}", todo=TLS_FIRST)]
    reached = host if not is_loopback(host) else next(_list_reached(port), "")
    if reached:
        text = f"other machines reach {reached}:{port} over plain http: {LOSES}"
        todo = f"{TLS_FIRST}; and set {ADDRESS_VARIABLE} to the https address that browsers open"
        return [warn(NAME, text, todo=todo)]
    return [ok(NAME, "plain http, which only this machine reaches")]


def is_loopback(host: str) -> bool:
    """Return whether a host is this very machine, for which browsers make no difference between http and https."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _list_reached(port: int) -> Iterator[str]:
    """Yield the network addresses of this machine at which Sightline answers."""
    import psutil  # noqa: PLC0415 - may be missing, and is not needed for all else

    for places in psutil.net_if_addrs().values():
        for place in places:
            is_network = place.family == socket.AF_INET and not is_loopback(place.address)
            if is_network and answers_as_sightline(place.address, port):
                yield place.address
