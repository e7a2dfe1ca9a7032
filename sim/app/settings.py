"""What the environment sets: every variable that this program reads, with what is said of a value that cannot be.

Nothing heavy is loaded here: the log is set up from this before packages make their loggers.
"""

import ipaddress
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

from platformdirs import user_data_path

from sim.app.asking import is_safe_url
from sim.errors import MachineError, StoreError

PROJECT: Final = Path(__file__).resolve().parents[2]

DATA_VARIABLE: Final = "SIGHTLINE_DATA"
DATABASE_VARIABLE: Final = "DATABASE_URL"
FOOTAGE_VARIABLE: Final = "SIGHTLINE_FOOTAGE"
PRACTICE_VARIABLE: Final = "SIGHTLINE_PRACTICE_DAYS"
RECORD_VARIABLE: Final = "SIGHTLINE_RECORD_DAYS"
SECRET_VARIABLE: Final = "SIGHTLINE_SECRET"
OPEN_VARIABLE: Final = "SIGHTLINE_OPEN_TO_NETWORK"
DISTRICT_VARIABLE: Final = "SIGHTLINE_DISTRICT"
ADDRESS_VARIABLE: Final = "SIGHTLINE_ADDRESS"
MAIL_VARIABLE: Final = "SIGHTLINE_SMTP"
ACCEL_VARIABLE: Final = "SIGHTLINE_ACCEL"
LOG_VARIABLE: Final = "SIGHTLINE_LOG"
LEVEL_VARIABLE: Final = "SIGHTLINE_LOG_LEVEL"
PROXIES_VARIABLE: Final = "FORWARDED_ALLOW_IPS"
METRICS_VARIABLE: Final = "SIGHTLINE_METRICS_TOKEN"
ROSTER_VARIABLE: Final = "SIGHTLINE_ONEROSTER"
ROSTER_TOKEN_VARIABLE: Final = "SIGHTLINE_ONEROSTER_TOKEN"
DETECTOR_VARIABLE: Final = "SIGHTLINE_PERSON_MODEL"

PRACTICE_DAYS: Final = 90
RECORD_DAYS: Final = 5 * 365 + 2
MOST_DISTRICT: Final = 120
LEAST_TOKEN: Final = 16
LEVELS: Final = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


class Secured(StrEnum):
    TLS = "smtps"
    STARTTLS = "smtp+starttls"
    PLAIN = "smtp"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """The mail server (SMTP) that reminders are sent through, and who they are from."""

    host: str
    port: int
    secured: Secured
    sender: str  # the address that mail is from
    user: str = ""  # to sign in with, "" for none
    password: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """The server as it is shown and noted: without name and password."""
        return f"{self.secured.value}://{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    data: Path  # the folder that this program writes to: database, secret, own recordings and forms
    database_url: str  # as SQLAlchemy reads it
    recordings: tuple[Path, ...]  # folders that hold recording folders
    forms: tuple[Path, ...]  # folders that hold form files
    lessons: tuple[Path, ...] = ()  # folders that hold lesson files
    consoles: tuple[Path, ...] = ()  # folders that hold console files
    footage: Path | None = None  # a shared folder with further recordings and forms; None without one
    practice_days: int = PRACTICE_DAYS  # how long practice attempts and their logs are kept
    record_days: int = RECORD_DAYS  # how long the content of the training record is kept, at least
    # signs every link and token, of several servers alike; "" for the one in the data folder, made on first use
    secret: str = field(default="", repr=False)
    open_to_network: bool = False  # other machines are let in before signing in is set up
    district: str = ""  # name of the district, on records and certificates; "" for none
    address: str = ""  # of this installation, as others open it, without a last slash; "" where nobody said
    mail: MailSettings | None = None
    # the internal address below which nginx in front reads files (X-Accel-Redirect); "" where the app sends footage
    accel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    file: Path | None
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A OneRoster service: its base address up to the version, where its tokens are, and our name and secret there."""

    url: str
    token_url: str
    client_id: str
    secret: str = field(repr=False)

    @property
    def version(self) -> str:
        return "v1p1" if "/v1p1" in urlsplit(self.url).path else "v1p2"


def read_settings(environ: Mapping[str, str]) -> Settings:
    data = _read_path(environ, DATA_VARIABLE) or user_data_path("sightline", appauthor=False)
    footage = _read_path(environ, FOOTAGE_VARIABLE)
    folders = (data,) if footage is None else (data, footage)
    return Settings(
        data=data,
        database_url=_read(environ, DATABASE_VARIABLE) or f"sqlite:///{data / 'sightline.db'}",
        recordings=(PROJECT / "sample_footage", *(folder / "recordings" for folder in folders)),
        forms=(PROJECT / "scenarios" / "forms", *(folder / "forms" for folder in folders)),
        lessons=(PROJECT / "scenarios" / "lessons", data / "lessons"),
        consoles=(data / "consoles", PROJECT / "scenarios" / "consoles"),
        footage=footage,
        practice_days=_read_days(environ, PRACTICE_VARIABLE, usual=PRACTICE_DAYS, most=3650),
        record_days=_read_days(environ, RECORD_VARIABLE, usual=RECORD_DAYS, most=36500),
        secret=_read(environ, SECRET_VARIABLE),
        open_to_network=_read(environ, OPEN_VARIABLE) == "1",
        district=" ".join(environ.get(DISTRICT_VARIABLE, "").split())[:MOST_DISTRICT],
        address=_read_address(environ),
        mail=_read_mail(environ),
        accel=_read_accel(environ),
    )


def read_log_settings(environ: Mapping[str, str]) -> LogSettings:
    level = _read(environ, LEVEL_VARIABLE).lower() or "warning"
    if level not in LEVELS:
        raise MachineError(
            f"{LEVEL_VARIABLE} is {level!r}", expected=f"one of {', '.join(LEVELS)}", todo="correct the setting"
        )
    return LogSettings(file=read_log_file(environ), level=level)


def read_log_file(environ: Mapping[str, str]) -> Path | None:
    """Return the file that the log goes to, None for stderr. Raises MachineError: it is under no user's folder."""
    return _read_path(environ, LOG_VARIABLE)


def read_trusted_proxies(environ: Mapping[str, str]) -> list[str]:
    """Return the addresses of the variable: not this machine's, where any program could pretend to be a proxy."""
    wanted = [part.strip() for part in environ.get(PROXIES_VARIABLE, "").split(",") if part.strip()]
    for part in wanted:
        try:
            ipaddress.ip_network(part, strict=False)
        except ValueError as error:
            raise MachineError(
                f"{PROXIES_VARIABLE} holds {part!r}",
                expected="addresses or networks with commas between, such as 10.0.0.5,10.1.0.0/24",
            ) from error
    return wanted


def read_metrics_token(environ: Mapping[str, str]) -> str:
    token = _read(environ, METRICS_VARIABLE)
    if token and len(token) < LEAST_TOKEN:
        raise MachineError(
            f"{METRICS_VARIABLE} has {len(token)} letters",
            expected=f"{LEAST_TOKEN} or more, by chance",
            todo='set it to what `python -c "import secrets; print(secrets.token_urlsafe())"` prints',
        )
    return token


def read_api(environ: Mapping[str, str]) -> Api:
    """Return the service of `https://client:secret@sis.example/ims/oneroster/rostering/v1p2`."""
    text = _read(environ, ROSTER_VARIABLE).rstrip("/")
    expected = f"{ROSTER_VARIABLE}=https://client:secret@sis.example/ims/oneroster/rostering/v1p2"
    try:
        parts = urlsplit(text)
        user, secret = unquote(parts.username or ""), unquote(parts.password or "")
    except ValueError as error:
        raise MachineError(f"{ROSTER_VARIABLE} is no address", expected=expected) from error
    if not text or not user or not secret:
        raise MachineError(f"{ROSTER_VARIABLE} names no service with a client and its secret", expected=expected)
    host = parts.netloc.rpartition("@")[2]
    url = urlunsplit((parts.scheme, host, parts.path, "", ""))
    token_url = _read(environ, ROSTER_TOKEN_VARIABLE) or urlunsplit((parts.scheme, host, "/token", "", ""))
    for each in (url, token_url):
        if not is_safe_url(each):
            raise MachineError(f"the OneRoster address {each[:80]!r} cannot be used", expected="https")
    return Api(url=url, token_url=token_url, client_id=user, secret=secret)


def read_detector(environ: Mapping[str, str], usual: Path) -> Path:
    named = _read(environ, DETECTOR_VARIABLE)
    return Path(named) if named else usual


def _read(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name, "").strip()


def _read_path(environ: Mapping[str, str], name: str) -> Path | None:
    text = _read(environ, name)
    try:
        return Path(text).expanduser().absolute() if text else None
    except RuntimeError as error:
        raise MachineError(
            f"{name} is {text[:60]!r}, and there is no such user here", expected="a path, such as /srv/sightline"
        ) from error


def _read_days(environ: Mapping[str, str], name: str, *, usual: int, most: int) -> int:
    text = _read(environ, name) or str(usual)
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise StoreError(f"{name} is {text[:20]!r}", expected=f"days, 1 to {most}")
    return int(text)


def _read_address(environ: Mapping[str, str]) -> str:
    text = _read(environ, ADDRESS_VARIABLE).rstrip("/")
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_web = False
    if text and not is_web:
        raise MachineError(f"{ADDRESS_VARIABLE} is {text[:60]!r}", expected="an address that begins with https://")
    return text


def _read_accel(environ: Mapping[str, str]) -> str:
    text = _read(environ, ACCEL_VARIABLE).rstrip("/")
    if text and not re.fullmatch(r"(/[A-Za-z0-9_-]+)+", text):
        raise MachineError(
            f"{ACCEL_VARIABLE} is {text[:60]!r}",
            expected="the start of an internal address of nginx, such as /_footage",
        )
    return text


def _read_mail(environ: Mapping[str, str]) -> MailSettings | None:
    """Return the mail server of `smtps://user:password@mail.example.org?from=drills@example.org`; None without one.

    `smtps` is TLS from the first byte, `smtp+starttls` demands STARTTLS, `smtp` is plain: for a relay that takes mail
    from this machine without a password.
    """
    text = _read(environ, MAIL_VARIABLE)
    if not text:
        return None
    expected = "smtps://user:password@mail.example.org?from=drills@example.org"
    from email.headerregistry import Address  # noqa: PLC0415 - takes a tenth of a second

    try:
        parts = urlsplit(text)
        secured = Secured(parts.scheme)
        port = parts.port or {Secured.TLS: 465, Secured.STARTTLS: 587, Secured.PLAIN: 25}[secured]
        sender = parse_qs(parts.query).get("from", [""])[0]
        Address(addr_spec=sender)
    except (ValueError, IndexError) as error:
        raise MachineError(f"{MAIL_VARIABLE} is no address of a mail server", expected=expected) from error
    if not parts.hostname or "@" not in sender:
        raise MachineError(f"{MAIL_VARIABLE} names no server, or not who mail is from", expected=expected)
    if secured is Secured.PLAIN and parts.password:
        raise MachineError(
            f"{MAIL_VARIABLE} would send its password over a line that anyone can read",
            expected="smtps:// or smtp+starttls:// where there is a password",
        )
    return MailSettings(
        host=parts.hostname,
        port=port,
        secured=secured,
        sender=sender,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
