"""All that is looked at, in order; what cannot be looked at is a finding, too."""

import importlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import SimError
from sim.services.operations.doctor import (
    browser,
    content,
    forged_sign_in,
    machine,
    packages,
    plain_http,
    private_files,
    sent_by_proxy,
    shared_folder,
)
from sim.services.operations.doctor.finding import Finding, State, wrong

if TYPE_CHECKING:
    from sim.services.app.wiring import Settings

PROJECT = Path(__file__).resolve().parents[4]


def examine(environ: Mapping[str, str], *, host: str, port: int, with_browser: bool = True) -> Iterator[Finding]:
    """Yield a finding for each thing as soon as it is known.

    Nothing is changed, and nothing leaves the machine but questions to the database.
    """
    yield packages.check_python()
    broken = packages.check_packages(PROJECT / "requirements.txt")
    yield from broken
    if any(finding.text == "is not installed" for finding in broken):
        return
    wiring = importlib.import_module("sim.services.app.wiring")
    try:
        settings = wiring.read_settings(environ)
    except SimError as error:
        yield _tell_setting(error)
        return
    yield from _try("settings", lambda: check_served(environ, settings))
    yield from _try("data folder", lambda: machine.check_data_folder(settings.data))
    yield from _try(private_files.NAME, lambda: private_files.check_private_files(settings.data))
    yield from _try("disk", lambda: machine.check_disk(settings.data))
    yield from _try("memory", machine.check_memory)
    newest: list[datetime | None] = []

    def look_at_database() -> list[Finding]:
        findings, latest = content.check_database(settings.database_url)
        newest.append(latest)
        return findings

    yield from _try("database", look_at_database)
    yield from _try("ledger", lambda: content.check_ledger(settings.database_url, settings.data))
    now = datetime.now(UTC)
    yield from _try("clock", lambda: machine.check_clock(newest=newest[0] if newest else None, now=now))
    yield from _try("footage", lambda: content.check_footage(settings.recordings))
    yield from _try("forms", lambda: content.check_forms(settings))
    yield from _try("schools", lambda: content.check_schools(settings.data))
    if settings.footage is not None:
        yield from _try(shared_folder.NAME, partial(shared_folder.check_shared_folder, settings.footage))
    clip = find_clip(settings.recordings)
    if clip is not None:
        yield from _try("codecs", lambda: content.check_codecs(clip))
    yield from _try("fonts", content.check_fonts)
    yield from _try("port", lambda: machine.check_port(host, port))
    yield from _try("proxy", lambda: machine.check_proxy(environ))
    yield from _try(plain_http.NAME, lambda: plain_http.check_plain_http(settings, host=host, port=port))
    yield from _try(forged_sign_in.NAME, lambda: forged_sign_in.check_forged_sign_in(settings))
    yield from _try(sent_by_proxy.NAME, lambda: sent_by_proxy.check_sent_by_proxy(settings))
    if clip is not None and with_browser:
        yield from _try("browser", lambda: browser.check_browser(clip))


def check_served(environ: Mapping[str, str], settings: "Settings") -> list[Finding]:
    """Read what only a server reads, as it does when it starts; say nothing of what is right."""
    from sim.services.accounts.proxy_sign_in import read_proxy_settings  # noqa: PLC0415 - packages may be missing
    from sim.services.accounts.school import read_school_settings  # noqa: PLC0415 - as above
    from sim.services.app.footage_token import SECRET_NAME, check_secret, load_secret  # noqa: PLC0415
    from sim.services.app.logs.setup import check_log_file, read_log_settings  # noqa: PLC0415
    from sim.services.app.served_settings import read_metrics_token, read_trusted_proxies  # noqa: PLC0415

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
    """Return a clip of the first recording, None where there is none."""
    for recording in content.find_recordings(folders):
        clips = sorted((recording / "main").glob("*.mp4"))
        if clips:
            return clips[0]
    return None


def is_fit(findings: list[Finding]) -> bool:
    """Return whether drills can be run: nothing is wrong, whatever is doubtful."""
    return all(finding.state is not State.WRONG for finding in findings)


def _try(name: str, check: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return check()
    except Exception as error:
        return [wrong(name, f"could not be looked at ({type(error).__name__}: {error})", todo="report this line")]
