"""The mail server (SMTP) that reminders are sent through, and who they are from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from sim.errors import MachineError

FORM: Final = "smtps://user:password@mail.example.org?from=drills@example.org"


class Secured(StrEnum):
    """How the line to the mail server is secured: from the first byte, after STARTTLS, or not."""

    TLS = "smtps"
    STARTTLS = "smtp+starttls"
    PLAIN = "smtp"


PORTS: Final = {Secured.TLS: 465, Secured.STARTTLS: 587, Secured.PLAIN: 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """A mail server."""

    # host, port: where it listens
    host: str
    port: int
    secured: Secured  # how the line is secured
    sender: str  # the address that mail is from
    # user, password: to sign in with, "" for none
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """The server as it is shown and noted: without name and password."""
        return f"{self.secured.value}://{self.host}:{self.port}"


def read_mail(environ: Mapping[str, str], name: str) -> MailSettings | None:
    """Return the mail server of `smtps://user:password@mail.example.org?from=drills@example.org`; None without one.

    `smtps` is TLS from the first byte, `smtp+starttls` demands STARTTLS, `smtp` is plain: for a relay that takes mail
    from this machine without a password.
    """
    text = environ.get(name, "").strip()
    if not text:
        return None
    try:
        parts = urlsplit(text)
        secured = Secured(parts.scheme)
        port = parts.port or PORTS[secured]
        sender = parse_qs(parts.query).get("from", [""])[0]
        Address(addr_spec=sender)
    except (ValueError, IndexError) as error:
        raise MachineError(f"{name} is no address of a mail server", expected=FORM) from error
    if not parts.hostname or "@" not in sender:
        raise MachineError(f"{name} names no server, or not who mail is from", expected=FORM)
    if secured is Secured.PLAIN and parts.password:
        raise MachineError(
            f"{name} would send its password over a line that anyone can read",
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
