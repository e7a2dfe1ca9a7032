"""Where the parts are put together: settings from the environment, and one `App` that everything is called with."""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from platformdirs import user_data_path

from sim.db.engine import make_sqlite_url
from sim.db.store import Store, open_store
from sim.db.teams import NO_LIMITS
from sim.drill.instant import Clock
from sim.errors import MachineError, StoreError
from sim.footage.recording.recording import FORMS, RECORDINGS
from sim.services.app.catalog import Catalog
from sim.services.app.clock import SystemClock
from sim.services.app.footage_token import SECRET_VARIABLE, Access, check_secret, load_secret
from sim.services.app.mail_settings import MailSettings, read_mail
from sim.services.app.rate_limit import RateLimit
from sim.services.app.web_address import read_address
from sim.typed_path import read_path

__all__ = ["App", "Settings", "open_app", "read_settings", "system_clock"]

PROJECT = Path(__file__).resolve().parents[3]
DATA_VARIABLE = "SIGHTLINE_DATA"
DATABASE_VARIABLE = "DATABASE_URL"
DATABASE_NAME = "sightline.db"
CONSOLES = "consoles"
FOOTAGE_VARIABLE = "SIGHTLINE_FOOTAGE"
PRACTICE_VARIABLE = "SIGHTLINE_PRACTICE_DAYS"
PRACTICE_DAYS = 90
RECORD_VARIABLE = "SIGHTLINE_RECORD_DAYS"
DISTRICT_VARIABLE = "SIGHTLINE_DISTRICT"
ADDRESS_VARIABLE = "SIGHTLINE_ADDRESS"
MAIL_VARIABLE = "SIGHTLINE_SMTP"
ACCEL_VARIABLE = "SIGHTLINE_ACCEL"
MOST_DISTRICT = 120
OPEN_VARIABLE = "SIGHTLINE_OPEN_TO_NETWORK"
RECORD_DAYS = 5 * 365 + 2
MOST_DAYS = {PRACTICE_VARIABLE: 3650, RECORD_VARIABLE: 36500}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where everything lies."""

    data: Path  # the folder that this program writes to: database, secret, own recordings and forms
    database_url: str  # as SQLAlchemy reads it
    recordings: tuple[Path, ...]  # folders that hold recording folders
    forms: tuple[Path, ...]  # folders that hold form files
    lessons: tuple[Path, ...] = ()  # folders that hold lesson files
    consoles: tuple[Path, ...] = ()  # folders that hold console files
    footage: Path | None = None  # a shared folder with further recordings and forms; None without one
    practice_days: int = PRACTICE_DAYS  # how long practice attempts and their logs are kept
    record_days: int = RECORD_DAYS  # how long the content of the training record is kept, at least
    # signs every link and token; "" for the one in the data folder, made on first use
    secret: str = field(default="", repr=False)
    open_to_network: bool = False  # other machines are let in before signing in is set up
    district: str = ""  # name of the district, on records and certificates; "" for none
    address: str = ""  # of this installation, as others open it, without a last slash; "" where nobody said
    mail: MailSettings | None = None  # the mail server that reminders are sent through; None for none
    # the internal address below which the proxy in front reads files; "" where the app sends footage itself
    accel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Everything a use case needs. One a process; safe to share between threads.

    `giving` is held while a session gives out a drill; see `alone`.
    """

    settings: Settings
    clock: Clock
    store: Store
    access: Access
    catalog: Catalog
    rate_limit: RateLimit = field(default_factory=RateLimit)
    giving: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def exclusive(self, name: str) -> Iterator[None]:
        """Do something over several transactions that nobody else does meanwhile, in no process. Raises StoreError.

        Never one inside another.
        """
        with self.giving, self.store.hold(name):
            yield

    def unrestricted(self) -> "App":
        """Return the same without limits, for what is done for nobody in particular: scoring what has ended."""
        return self if self.store.limits == NO_LIMITS else replace(self, store=replace(self.store, limits=NO_LIMITS))

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings.

    SIGHTLINE_DATA names another data folder, DATABASE_URL another database, SIGHTLINE_FOOTAGE a folder of further
    recordings and forms, SIGHTLINE_PRACTICE_DAYS how many days practice is kept, SIGHTLINE_RECORD_DAYS how many the
    training record, SIGHTLINE_SECRET what several servers without a common data folder sign with,
    SIGHTLINE_OPEN_TO_NETWORK=1 lets other machines in before signing in is set up, SIGHTLINE_DISTRICT names the
    district on records, SIGHTLINE_ADDRESS is where this installation is opened, SIGHTLINE_SMTP the mail server that
    reminders go through, SIGHTLINE_ACCEL where nginx in front reads files that the app lets it send (X-Accel-Redirect).
    """
    chosen = environ.get(DATA_VARIABLE, "").strip()
    data = read_path(chosen, variable=DATA_VARIABLE) if chosen else user_data_path("sightline", appauthor=False)
    shared = environ.get(FOOTAGE_VARIABLE, "").strip()
    footage = read_path(shared, variable=FOOTAGE_VARIABLE) if shared else None
    folders = (data,) if footage is None else (data, footage)
    return Settings(
        data=data,
        database_url=environ.get(DATABASE_VARIABLE, "").strip() or make_sqlite_url(data / DATABASE_NAME),
        recordings=(PROJECT / "sample_footage", *(folder / RECORDINGS for folder in folders)),
        forms=(PROJECT / "scenarios" / FORMS, *(folder / FORMS for folder in folders)),
        lessons=(PROJECT / "scenarios" / "lessons", data / "lessons"),
        consoles=(data / CONSOLES, PROJECT / "scenarios" / CONSOLES),
        footage=footage,
        practice_days=_read_days(environ, PRACTICE_VARIABLE, usual=PRACTICE_DAYS),
        record_days=_read_days(environ, RECORD_VARIABLE, usual=RECORD_DAYS),
        secret=environ.get(SECRET_VARIABLE, "").strip(),
        open_to_network=environ.get(OPEN_VARIABLE, "").strip() == "1",
        district=" ".join(environ.get(DISTRICT_VARIABLE, "").split())[:MOST_DISTRICT],
        address=read_address(environ, ADDRESS_VARIABLE),
        mail=read_mail(environ, MAIL_VARIABLE),
        accel=_read_accel(environ),
    )


def _read_days(environ: Mapping[str, str], name: str, *, usual: int) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return usual
    if not text.isdecimal() or not 1 <= int(text) <= MOST_DAYS[name]:
        raise StoreError(f"{name} is {text[:20]!r}", expected=f"days, 1 to {MOST_DAYS[name]}")
    return int(text)


def _read_accel(environ: Mapping[str, str]) -> str:
    text = environ.get(ACCEL_VARIABLE, "").strip().rstrip("/")
    if text and not re.fullmatch(r"(/[A-Za-z0-9_-]+)+", text):
        raise MachineError(
            f"{ACCEL_VARIABLE} is {text[:60]!r}",
            expected="the start of an internal address of nginx, such as /_footage",
        )
    return text


def system_clock() -> Clock:
    return SystemClock()


def open_app(settings: Settings, clock: Clock) -> App:
    """Open the data folder and the database, making both on first use. Recordings are looked at when asked for."""
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"the data folder {settings.data} cannot be made: {error.strerror}",
            expected="a folder that this user may write to",
            todo=f"set {DATA_VARIABLE} to such a folder",
        ) from error
    return App(
        settings=settings,
        clock=clock,
        store=open_store(settings.database_url),
        access=Access(secret=check_secret(settings.secret) if settings.secret else load_secret(settings.data)),
        catalog=Catalog(
            recording_folders=settings.recordings,
            form_folders=settings.forms,
            lesson_folders=settings.lessons,
        ),
    )
