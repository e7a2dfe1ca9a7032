"""Signing in with the school's own account: by OpenID Connect, or by a proxy in front that speaks SAML.

The browser's talk with an OpenID service is Streamlit's; here are its settings, its claims, and the account they open.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sim.app.wiring import App
from sim.checked import parse_toml, read_file
from sim.db.store import Transaction
from sim.db.teams import AccountRow, PersonRow
from sim.errors import AccessError, StoreError
from sim.features.accounts.manage import find_or_create, keep_an_admin
from sim.rules.sessions import SCHOOL, AccountChange, note_account, open_session
from sim.rules.viewer import Role

SETTINGS_NAME: Final = "secrets.toml"
HOW: Final = "school"
FRESH_FOR: Final = timedelta(minutes=10)
"""A sign-in is turned into a session here at once; an older one is somebody else's leftover."""
CLOCKS_APART: Final = timedelta(minutes=5)
_NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
FEWEST_SECRET_SIGNS: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolSettings:
    path: Path  # the file it is set in, which Streamlit reads too
    label: str  # of the button
    group_claim: str  # the claim that lists groups, "" for none
    roles: Mapping[str, Role]  # what members of a group may do here
    trusts_email: bool  # the service says nothing of verified addresses, but gives only its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody is at the sign-in service; `email` only where it may be trusted, in small letters."""

    external_id: str
    name: str
    email: str | None
    groups: frozenset[str]


def read_school_settings(folder: Path) -> SchoolSettings | None:
    path = folder / SETTINGS_NAME
    data = parse_toml(read_file(path, fault=StoreError), source=str(path), fault=StoreError) if path.is_file() else {}
    auth = data.get("auth")
    if auth is None:
        return None
    ours = data.get("sign_in", {})
    if not isinstance(auth, dict) or not isinstance(ours, dict):
        raise StoreError(f"{path}: [auth] and [sign_in] are no sections", expected="sections as in docs/sign-in.md")
    missing = next((name for name in _NEEDED if not isinstance(auth.get(name), str) or not auth[name]), None)
    if missing is not None:
        raise StoreError(f"{path}: [auth] lacks {missing}", expected=", ".join(_NEEDED), todo="see docs/sign-in.md")
    if len(auth["cookie_secret"]) < FEWEST_SECRET_SIGNS:
        raise StoreError(f"{path}: cookie_secret is too short", expected=f"{FEWEST_SECRET_SIGNS} random characters")
    return SchoolSettings(
        path=path,
        label=str(ours.get("label", "Sign in with your school account")),
        group_claim=str(ours.get("group_claim", "")),
        roles=read_roles(ours.get("roles", {}), path),
        trusts_email=ours.get("trust_email", False) is True,
    )


def read_identity(claims: Mapping[str, Any], settings: SchoolSettings, *, now: datetime) -> Identity:
    issuer, subject = claims.get("iss"), claims.get("sub")
    if not isinstance(issuer, str) or not isinstance(subject, str) or not issuer or not subject:
        raise AccessError("the sign-in service did not say who this is", todo="sign in again")
    issued = claims.get("iat")
    age = now.timestamp() - issued if isinstance(issued, (int, float)) else float("inf")
    if not -CLOCKS_APART.total_seconds() <= age <= FRESH_FOR.total_seconds():
        raise AccessError("this sign-in has expired", todo="sign in again")
    email = claims.get("email") or (claims.get("preferred_username") if settings.trusts_email else None)
    is_verified = claims.get("email_verified") is True or settings.trusts_email
    groups = claims.get(settings.group_claim) if settings.group_claim else None
    name = " ".join(str(claims.get("name") or email or "").split())
    return Identity(
        external_id=f"oidc:{issuer}|{subject}",
        name=name[:80] or "Somebody",
        email=email.casefold() if isinstance(email, str) and is_verified and "@" in email else None,
        groups=frozenset(map(str, [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else ())),
    )


def enter_from_school(app: App, identity: Identity, settings: SchoolSettings, *, instead_of: str = "") -> str:
    """Sign in whom the school vouches for; return the cookie's secret. Roles are read anew but for passphrases."""
    with app.store.read() as work:
        account = work.accounts.find_by_identity(identity.external_id)
        person = _find_person(work, account, identity)
    roles = _find_roles(person, identity, settings)
    if account is not None and account.secret_hash is not None:
        roles = frozenset(Role(name) for name in account.roles)
    if not roles:
        raise AccessError(
            f"{identity.name} is known to the school, but not here",
            expected="an address on the roster, or a group that has a role here",
            todo="ask your trainer to put you on the list with this very address",
        )
    account = find_or_create(
        app,
        identity.external_id,
        name=person.name if person is not None else identity.name,
        roles=roles,
        person_id=person.person_id if person is not None else None,
    )
    if account.disabled_at is not None:
        raise AccessError("this account is closed", todo="ask your administrator")
    _keep_roles(app, account, roles)
    return open_session(app, account.account_id, how=HOW, instead_of=instead_of)


def _find_person(work: Transaction, account: AccountRow | None, identity: Identity) -> PersonRow | None:
    person: PersonRow | None
    if account is not None:
        person = work.people.get(account.person_id) if account.person_id is not None else None
    else:
        person = work.people.find(email=identity.email) if identity.email else None
        if person is not None and _is_guarded(work, person):
            return None
    return None if person is None or person.left_at is not None else person


def _is_guarded(work: Transaction, person: PersonRow) -> bool:
    account = work.accounts.find(person_id=person.person_id)
    if account is None:
        return False
    is_known = any(known.startswith(("oidc:", "saml:")) for known in work.accounts.list_identities(account.account_id))
    return is_known or account.roles != {Role.TRAINEE.value}


def _find_roles(person: PersonRow | None, identity: Identity, settings: SchoolSettings) -> frozenset[Role]:
    roles = {role for group, role in settings.roles.items() if group in identity.groups}
    if person is not None:
        roles.add(Role.TRAINEE)
        if person.roster_role:
            roles.add(Role(person.roster_role))
    return frozenset(roles)


def _keep_roles(app: App, account: AccountRow, roles: frozenset[Role]) -> None:
    names = frozenset(role.value for role in roles)
    if account.secret_hash is None and account.roles != names:
        with app.store.write() as work:
            before = work.accounts.get(account.account_id)
            changed = replace(before, roles=names)
            keep_an_admin(work, before, changed)
            work.accounts.save(changed)
            now = app.clock.read().wall
            note_account(work, changed, AccountChange.ROLES, at=now, by=SCHOOL, was=before.roles)


def read_roles(found: object, path: Path) -> dict[str, Role]:
    if not isinstance(found, dict):
        raise StoreError(f"{path}: [sign_in.roles] is no section", expected='trainer = ["a group"]')
    roles: dict[str, Role] = {}
    for name, groups in found.items():
        if name not in set(Role) or not isinstance(groups, list):
            raise StoreError(f"{path}: [sign_in.roles] has {name!r}", expected=f'{", ".join(Role)} = ["a group"]')
        roles.update({str(group): Role(name) for group in groups})
    return roles


# Only a proxy that FORWARDED_ALLOW_IPS names is believed, only at the one address that it guards
# (`page_school`), and only with the secret that it shares with this server: a proxy that passes on what a browser
# sent comes from the same address. What somebody may do comes from groups and roster, as with OpenID
# Connect.
PROXY_PATH: Final = "/account/proxy"
BELIEVED_HEADER: Final = "X-Sightline-Believed"
"""Of an answer to a request that was believed, whether its person is known here or not: the doctor looks for it."""
SECTION: Final = "proxy_sign_in"
MOST_ID: Final = 240
LEAST_SECRET: Final = 32
_OF_HTTP: Final = frozenset({"authorization", "cookie", "host", "origin", "x-forwarded-for", "x-forwarded-proto"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxySettings:
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
    path = folder / SETTINGS_NAME
    data = parse_toml(read_file(path, fault=StoreError), source=str(path), fault=StoreError) if path.is_file() else {}
    ours, roles = data.get(SECTION), data.get("sign_in", {})
    if ours is None:
        return None
    if not isinstance(ours, dict) or not isinstance(roles, dict):
        raise StoreError(f"{path}: [{SECTION}] is no section", expected="a section as in docs/sign-in.md")
    parts = ("user", "email", "name", "groups", "secret")
    named = {each: str(ours.get(f"{each}_header", "")).strip().lower() for each in parts}
    wrong = next(
        (
            each
            for each in named.values()
            if each and (not re.fullmatch(r"[A-Za-z0-9-]{1,60}", each) or each in _OF_HTTP)
        ),
        "",
    )
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
    secret = found.strip() if isinstance(found, str) else ""
    if len(secret) < LEAST_SECRET or not re.fullmatch(r"[!-~]+", secret):
        raise StoreError(
            f"{path}: [{SECTION}] has {'a secret that cannot be used' if secret else 'no secret'}",
            expected=f"{LEAST_SECRET} letters and digits or more, drawn by chance, which the proxy sends too",
            todo="make one with: python -c 'import secrets; print(secrets.token_hex(32))'",
        )
    return secret


def shows_secret(headers: Mapping[str, str], settings: ProxySettings) -> bool:
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
