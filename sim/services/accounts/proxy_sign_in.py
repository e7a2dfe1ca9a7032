"""Signing in by a proxy in front that speaks SAML: which of its headers say who somebody is.

Only a proxy that FORWARDED_ALLOW_IPS names is believed, only at the one address that it guards
(`sim.ui.http.school_routes`), and only with the secret that it shares with this server: a proxy that passes on what a
browser sent comes from the same address. What somebody may do comes from groups and roster, as with OpenID Connect.
"""

import hmac
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sim.errors import AccessError, StoreError
from sim.services.accounts.school import SETTINGS_NAME, Identity, SchoolSettings, read_roles

PROXY_PATH: Final = "/account/proxy"
BELIEVED_HEADER: Final = "X-Sightline-Believed"
"""Of an answer to a request that was believed, whether its person is known here or not: the doctor looks for it."""
SECTION: Final = "proxy_sign_in"
MOST_ID: Final = 240
LEAST_SECRET: Final = 32
_HEADER: Final = re.compile(r"[A-Za-z0-9-]{1,60}")
_OF_HTTP: Final = frozenset({"authorization", "cookie", "host", "origin", "x-forwarded-for", "x-forwarded-proto"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxySettings:
    """How a proxy says who somebody is."""

    label: str  # of the button
    # user, email, name, groups: the headers' names in small letters, "" for none; groups have semicolons between
    user: str
    email: str
    name: str
    groups: str
    # secret_header, secret: what it shows beside them that no browser has
    secret_header: str
    secret: str = field(repr=False)
    school: SchoolSettings  # what members of groups may do, as for OpenID Connect


def read_proxy_settings(folder: Path) -> ProxySettings | None:
    """Return the settings of `secrets.toml` in the data folder; None where there are none of a proxy."""
    path = folder / SETTINGS_NAME
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (OSError, ValueError) as error:
        raise StoreError(f"{path} cannot be read: {error}", expected="TOML as in docs/sign-in.md") from error
    ours, roles = data.get(SECTION), data.get("sign_in", {})
    if ours is None:
        return None
    if not isinstance(ours, dict) or not isinstance(roles, dict):
        raise StoreError(f"{path}: [{SECTION}] is no section", expected="a section as in docs/sign-in.md")
    parts = ("user", "email", "name", "groups", "secret")
    named = {each: str(ours.get(f"{each}_header", "")).strip().lower() for each in parts}
    wrong = next((each for each in named.values() if each and (not _HEADER.fullmatch(each) or each in _OF_HTTP)), "")
    if wrong or not named["user"]:
        raise StoreError(
            f"{path}: [{SECTION}] names {f'the header {wrong[:60]!r}' if wrong else 'no user_header'}",
            expected='user_header = "X-Remote-User" and the like',
            todo="see docs/sign-in.md",
        )
    secret_header, secret = named.pop("secret"), _read_secret(ours.get("secret"), path)
    if not secret_header or secret_header in named.values():
        raise StoreError(
            f"{path}: [{SECTION}] names no secret_header of its own",
            expected='secret_header = "X-Sightline-Secret", in which the proxy sends the secret',
            todo="see docs/sign-in.md",
        )
    school = SchoolSettings(
        path=path, label="", group_claim="", roles=read_roles(roles.get("roles", {}), path), trusts_email=True
    )
    label = str(ours.get("label", "Sign in with your school account"))
    return ProxySettings(label=label, school=school, secret_header=secret_header, secret=secret, **named)


def _read_secret(found: object, path: Path) -> str:
    """Return the secret. Raises StoreError: there is none, it is short, or no header can hold it."""
    secret = found.strip() if isinstance(found, str) else ""
    if len(secret) < LEAST_SECRET or not re.fullmatch(r"[!-~]+", secret):
        raise StoreError(
            f"{path}: [{SECTION}] has {'a secret that cannot be used' if secret else 'no secret'}",
            expected=f"{LEAST_SECRET} letters and digits or more, drawn by chance, which the proxy sends too",
            todo="make one with: python -c 'import secrets; print(secrets.token_hex(32))'",
        )
    return secret


def shows_secret(headers: Mapping[str, str], settings: ProxySettings) -> bool:
    """Return whether a request carries the secret that only the proxy has."""
    return hmac.compare_digest(headers.get(settings.secret_header, "").encode(), settings.secret.encode())


def read_headers(headers: Mapping[str, str], settings: ProxySettings) -> Identity:
    """Return who a proxy says that somebody is; its headers are UTF-8 that arrives as Latin-1."""
    said = {each: _read(headers, getattr(settings, each)) for each in ("user", "email", "name", "groups")}
    if not 1 <= len(said["user"]) <= MOST_ID or not said["user"].isprintable():
        raise AccessError(
            "the sign-in service did not say who this is",
            expected=f"the header {settings.user}",
            todo="sign in again, or ask your administrator",
        )
    email = said["email"].casefold()
    return Identity(
        external_id=f"saml:{said['user']}",
        name=(" ".join(said["name"].split()) or email or said["user"])[:80],
        email=email if "@" in email else None,
        groups=frozenset(each.strip() for each in said["groups"].split(";") if each.strip()),
    )


def _read(headers: Mapping[str, str], name: str) -> str:
    text = headers.get(name, "") if name else ""
    try:
        return text.encode("latin-1").decode("utf-8").strip()
    except ValueError:
        return text.strip()
