"""Whether the proxy in front sends the footage that the app lets it send."""

import secrets
import ssl
import urllib.error
import urllib.request
from contextlib import suppress
from typing import Final

from sim.services.app.wiring import ACCEL_VARIABLE, ADDRESS_VARIABLE, Settings
from sim.services.operations.doctor.finding import Finding, ok, warn, wrong

FOOTAGE_PROBE_PATH: Final = "/api/probe/footage"
FILE_NAME: Final = ".sent-by-proxy"
ACCEL_HEADER: Final = "X-Accel-Redirect"
NAME: Final = "footage by proxy"
ANSWER_WITHIN_S: Final = 10.0
_CONF: Final = "take the locations for footage of docs/nginx/sightline.conf"


def check_sent_by_proxy(settings: Settings, *, trust: ssl.SSLContext | None = None) -> list[Finding]:
    """Return whether nginx sends a file of the data folder, asked for as browsers ask; nothing where the app sends.

    `trust` is for a certificate that this machine does not know.
    """
    if not settings.accel:
        return []
    if not settings.address:
        text = (
            f"{ACCEL_VARIABLE} is set, and {ADDRESS_VARIABLE} is not, so nobody can see whether the proxy sends footage"
        )
        return [warn(NAME, text, todo=f"set {ADDRESS_VARIABLE} to the address that browsers open")]
    folder = settings.data / "recordings"
    folder.mkdir(parents=True, exist_ok=True)
    probe, said = folder / FILE_NAME, secrets.token_hex(16)
    probe.write_text(said, encoding="ascii")
    try:
        return [_ask(settings, said, trust)]
    finally:
        with suppress(OSError):
            probe.unlink()


def _ask(settings: Settings, said: str, trust: ssl.SSLContext | None) -> Finding:
    request = urllib.request.Request(settings.address + FOOTAGE_PROBE_PATH, headers={"Range": "bytes=0-"})
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_WITHIN_S, context=trust) as answer:
            is_passed_on, body = answer.headers.get(ACCEL_HEADER) is not None, answer.read(1000)
    except urllib.error.HTTPError as error:
        if error.code == 404 and error.headers.get("X-Request-Id") and not error.headers.get("ETag"):
            text = f"{settings.address} answers without {ACCEL_VARIABLE}, or has another data folder"
            return wrong(NAME, text, todo="start the server with the same settings as this command")
        text = f"the proxy cannot send a file of {settings.data / 'recordings'} ({error.code})"
        return wrong(NAME, text, todo=f"let its user read that folder, and {_CONF}")
    except (OSError, ValueError) as error:
        text = f"{settings.address} does not answer: {getattr(error, 'reason', error)}"
        return warn(NAME, text, todo="start the server and its proxy, then look again")
    if is_passed_on:
        text = f"the proxy passes {ACCEL_HEADER} on and sends no footage: pictures stay black"
        return wrong(NAME, text, todo=f"{_CONF}, or unset {ACCEL_VARIABLE}; the app then sends footage itself")
    if body != said.encode():
        return wrong(NAME, "the proxy sends another file than the one it was told", todo=_CONF)
    return ok(NAME, "the proxy sends it")
