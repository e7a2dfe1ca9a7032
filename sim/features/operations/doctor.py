"""All that is looked at, in order; what cannot be looked at is a finding, too."""

import ipaddress
import secrets
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sim.app.health import FOOTAGE_PROBE_NAME, FOOTAGE_PROBE_PATH
from sim.app.settings import (
    ACCEL_VARIABLE,
    ADDRESS_VARIABLE,
    PROJECT,
    Settings,
    read_log_settings,
    read_metrics_token,
    read_settings,
    read_trusted_proxies,
)
from sim.errors import SimError, StoreError
from sim.features.accounts.school import BELIEVED_HEADER, PROXY_PATH, read_proxy_settings
from sim.features.operations.doctor_content import (
    check_browser,
    check_codecs,
    check_database,
    check_fonts,
    check_footage,
    check_forms,
    check_ledger,
    check_schools,
    find_recordings,
)
from sim.features.operations.doctor_machine import (
    PRIVATE_NAME,
    SHARED_NAME,
    Finding,
    State,
    answers_as_sightline,
    check_clock,
    check_data_folder,
    check_disk,
    check_memory,
    check_packages,
    check_port,
    check_private_files,
    check_proxy,
    check_python,
    check_shared_folder,
    ok,
    warn,
    wrong,
)

ANSWER_WITHIN_S: Final = 10.0
ACCEL_HEADER: Final = "X-Accel-Redirect"
BY_PROXY_NAME: Final = "footage by proxy"

_CONF: Final = "take the locations for footage of docs/nginx/sightline.conf"


def check_sent_by_proxy(settings: Settings, *, trust: ssl.SSLContext | None = None) -> list[Finding]:
    """Return whether nginx sends a file of the data folder, asked for as browsers ask; nothing where the app sends."""
    if not settings.accel:
        return []
    if not settings.address:
        text = (
            f"{ACCEL_VARIABLE} is set, and {ADDRESS_VARIABLE} is not, so nobody can see whether the proxy sends footage"
        )
        return [warn(BY_PROXY_NAME, text, todo=f"set {ADDRESS_VARIABLE} to the address that browsers open")]
    folder = settings.data / "recordings"
    folder.mkdir(parents=True, exist_ok=True)
    probe, said = folder / FOOTAGE_PROBE_NAME, secrets.token_hex(16)
    probe.write_text(said, encoding="ascii")
    try:
        return [_ask_footage(settings, said, trust)]
    finally:
        with suppress(OSError):
            probe.unlink()


def _ask_footage(settings: Settings, said: str, trust: ssl.SSLContext | None) -> Finding:
    request = urllib.request.Request(settings.address + FOOTAGE_PROBE_PATH, headers={"Range": "bytes=0-"})
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_WITHIN_S, context=trust) as answer:
            is_passed_on, body = answer.headers.get(ACCEL_HEADER) is not None, answer.read(1000)
    except urllib.error.HTTPError as error:
        if error.code == 404 and error.headers.get("X-Request-Id") and not error.headers.get("ETag"):
            text = f"{settings.address} answers without {ACCEL_VARIABLE}, or has another data folder"
            return wrong(BY_PROXY_NAME, text, todo="start the server with the same settings as this command")
        text = f"the proxy cannot send a file of {settings.data / 'recordings'} ({error.code})"
        return wrong(BY_PROXY_NAME, text, todo=f"let its user read that folder, and {_CONF}")
    except (OSError, ValueError) as error:
        text = f"{settings.address} does not answer: {getattr(error, 'reason', error)}"
        return warn(BY_PROXY_NAME, text, todo="start the server and its proxy, then look again")
    if is_passed_on:
        text = f"the proxy passes {ACCEL_HEADER} on and sends no footage: pictures stay black"
        return wrong(BY_PROXY_NAME, text, todo=f"{_CONF}, or unset {ACCEL_VARIABLE}; the app then sends footage itself")
    if body != said.encode():
        return wrong(BY_PROXY_NAME, "the proxy sends another file than the one it was told", todo=_CONF)
    return ok(BY_PROXY_NAME, "the proxy sends it")


FORGED_NAME: Final = "sign-in by proxy"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nothing: a way to the school's sign-in is an answer, and a good one."""


def check_forged_sign_in(settings: Settings, *, trust: ssl.SSLContext | None = None) -> list[Finding]:
    try:
        sign_in = read_proxy_settings(settings.data)
    except StoreError:
        return []  # told as a setting, and no server starts with it
    if sign_in is None:
        return []
    if not settings.address:
        text = f"{ADDRESS_VARIABLE} is not set, so nobody can see whether the proxy lets in who says who they are"
        return [warn(FORGED_NAME, text, todo=f"set {ADDRESS_VARIABLE} to the address that browsers open")]
    return [_ask_forged(settings.address, sign_in.user, trust)]


def _ask_forged(address: str, user_header: str, trust: ssl.SSLContext | None) -> Finding:
    guarded = address + PROXY_PATH
    asked = urllib.request.Request(guarded, headers={user_header: f"doctor-{secrets.token_hex(16)}"})
    opener = urllib.request.build_opener(_NoRedirect, urllib.request.HTTPSHandler(context=trust))
    try:
        with opener.open(asked, timeout=ANSWER_WITHIN_S) as answer:
            status, is_believed = int(answer.status), answer.headers.get(BELIEVED_HEADER) is not None
    except urllib.error.HTTPError as error:
        status, is_believed = int(error.code), error.headers.get(BELIEVED_HEADER) is not None
        error.close()
    except (OSError, ValueError) as error:
        text = f"{address} does not answer: {getattr(error, 'reason', error)}"
        return warn(FORGED_NAME, text, todo="start the server and its proxy, then look again")
    if is_believed:
        text = f"{guarded} let in a request that said itself who it is: anyone can become anyone, administrators too"
        todo = "take the location of docs/sign-in.md, which lets none of these headers through, or close the path"
        return wrong(FORGED_NAME, text, todo=todo)
    if status >= 500:
        text = f"{guarded} answered {status}, so nobody can see whether it lets in who says who they are"
        return warn(FORGED_NAME, text, todo="let the proxy and the service that it asks run, then look again")
    return ok(FORGED_NAME, f"a forged one is refused ({status})")


HTTPS_NAME: Final = "https"
LOSES: Final = "browsers step and jump through footage far more slowly there, and PINs can be read on the network"
TLS_FIRST: Final = 'put TLS in front: docs/operations.md, "Over plain http"'


def check_plain_http(settings: Settings, *, host: str, port: int) -> list[Finding]:
    address = urlsplit(settings.address)
    if address.scheme == "https":
        return [ok(HTTPS_NAME, f"pages are opened at {settings.address}")]
    if settings.address and not is_loopback(address.hostname or ""):
        return [warn(HTTPS_NAME, f"pages are opened at {settings.address}, over plain http: {LOSES}", todo=TLS_FIRST)]
    reached = host if not is_loopback(host) else next(_list_reached(port), "")
    if reached:
        text = f"other machines reach {reached}:{port} over plain http: {LOSES}"
        todo = f"{TLS_FIRST}; and set {ADDRESS_VARIABLE} to the https address that browsers open"
        return [warn(HTTPS_NAME, text, todo=todo)]
    return [ok(HTTPS_NAME, "plain http, which only this machine reaches")]


def is_loopback(host: str) -> bool:
    """Return whether a host is this very machine, for which browsers make no difference between http and https."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _list_reached(port: int) -> Iterator[str]:
    import psutil  # noqa: PLC0415 - may be missing, and is not needed for all else

    for places in psutil.net_if_addrs().values():
        for place in places:
            is_network = place.family == socket.AF_INET and not is_loopback(place.address)
            if is_network and answers_as_sightline(place.address, port):
                yield place.address


def examine(environ: Mapping[str, str], *, host: str, port: int, with_browser: bool = True) -> Iterator[Finding]:
    yield check_python()
    broken = check_packages(PROJECT / "requirements.txt")
    yield from broken
    if any(finding.text == "is not installed" for finding in broken):
        return
    try:
        settings = read_settings(environ)
    except SimError as error:
        yield _tell_setting(error)
        return
    yield from _try("settings", lambda: check_served(environ, settings))
    yield from _try("data folder", lambda: check_data_folder(settings.data))
    yield from _try(PRIVATE_NAME, lambda: check_private_files(settings.data))
    yield from _try("disk", lambda: check_disk(settings.data))
    yield from _try("memory", check_memory)
    newest: list[datetime | None] = []

    def look_at_database() -> list[Finding]:
        findings, latest = check_database(settings.database_url)
        newest.append(latest)
        return findings

    yield from _try("database", look_at_database)
    yield from _try("ledger", lambda: check_ledger(settings.database_url, settings.data))
    now = datetime.now(UTC)
    yield from _try("clock", lambda: check_clock(newest=newest[0] if newest else None, now=now))
    yield from _try("footage", lambda: check_footage(settings.recordings))
    yield from _try("forms", lambda: check_forms(settings))
    yield from _try("schools", lambda: check_schools(settings.data))
    if settings.footage is not None:
        yield from _try(SHARED_NAME, partial(check_shared_folder, settings.footage))
    clip = find_clip(settings.recordings)
    if clip is not None:
        yield from _try("codecs", lambda: check_codecs(clip))
    yield from _try("fonts", check_fonts)
    yield from _try("port", lambda: check_port(host, port))
    yield from _try("proxy", lambda: check_proxy(environ))
    yield from _try(HTTPS_NAME, lambda: check_plain_http(settings, host=host, port=port))
    yield from _try(FORGED_NAME, lambda: check_forged_sign_in(settings))
    yield from _try(BY_PROXY_NAME, lambda: check_sent_by_proxy(settings))
    if clip is not None and with_browser:
        yield from _try("browser", lambda: check_browser(clip))


def check_served(environ: Mapping[str, str], settings: Settings) -> list[Finding]:
    """Read what only a server reads, as it does when it starts; say nothing of what is right."""
    # packages may be missing
    from sim.app.logs import check_log_file  # noqa: PLC0415
    from sim.app.signed import SECRET_NAME, check_secret, load_secret  # noqa: PLC0415
    from sim.features.accounts.school import read_proxy_settings, read_school_settings  # noqa: PLC0415

    def read_secret() -> None:
        if settings.secret:
            check_secret(settings.secret)
        elif (settings.data / SECRET_NAME).exists():
            load_secret(settings.data)

    readers: tuple[Callable[[], object], ...] = (
        lambda: check_log_file(read_log_settings(environ).file),
        lambda: read_trusted_proxies(environ),
        lambda: read_metrics_token(environ),
        read_secret,
        lambda: (read_school_settings(settings.data), read_proxy_settings(settings.data)),
    )
    findings = []
    for read in readers:
        try:
            read()
        except SimError as error:
            findings.append(_tell_setting(error))
    return findings


def _tell_setting(error: SimError) -> Finding:
    return wrong("settings", error.what, todo=error.todo or f"set it to {error.expected}")


def find_clip(folders: tuple[Path, ...]) -> Path | None:
    for recording in find_recordings(folders):
        clips = sorted((recording / "main").glob("*.mp4"))
        if clips:
            return clips[0]
    return None


def is_fit(findings: list[Finding]) -> bool:
    return all(finding.state is not State.WRONG for finding in findings)


def _try(name: str, check: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return check()
    except Exception as error:
        return [wrong(name, f"could not be looked at ({type(error).__name__}: {error})", todo="report this line")]
