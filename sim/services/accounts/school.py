"""Signing in with the school's own account (OpenID Connect): who somebody is there, and what they may do here.

The browser's talk with the service is Streamlit's; here are its settings, its claims, and the account they open.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sim.db.accounts import AccountRow
from sim.db.rows import PersonRow
from sim.db.store import Transaction
from sim.errors import AccessError, StoreError
from sim.services.accounts.manage import keep_an_admin
from sim.services.accounts.noting import SCHOOL, AccountChange, note_account
from sim.services.accounts.roster_accounts import find_or_create
from sim.services.accounts.sessions import open_session
from sim.services.accounts.viewer import Role
from sim.services.app.wiring import App

SETTINGS_NAME: Final = "secrets.toml"
HOW: Final = "school"
FRESH_FOR: Final = timedelta(minutes=10)
"""A sign-in is turned into a session here at once; an older one is somebody else's leftover."""
CLOCKS_APART: Final = timedelta(minutes=5)
_NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
FEWEST_SECRET_SIGNS: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolSettings:
    """How people sign in with the school's account."""

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
    """Return the settings of `secrets.toml` in the data folder; None where there is none, or no [auth] in it."""
    path = folder / SETTINGS_NAME
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (OSError, ValueError) as error:
        raise StoreError(f"{path} cannot be read: {error}", expected="TOML as in docs/sign-in.md") from error
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
    """Return who the claims of a sign-in are about."""
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
    """Sign in the person whom the school vouches for; return the secret for the cookie.

    Known by the id of an earlier sign-in, else by a verified address that is on the roster. What they may do comes from
    their groups and the roster, at every sign-in; an account with a passphrase here keeps the roles given here.
    """
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
    """Return who of the roster this is, unless they have left.

    An address alone opens no account that somebody else's identity, or rights given here, belong to.
    """
    person: PersonRow | None
    if account is not None:
        person = work.teams.get_person(account.person_id) if account.person_id is not None else None
    else:
        person = work.roster.find_by_email(identity.email) if identity.email else None
        if person is not None and _is_guarded(work, person):
            return None
    return None if person is None or person.left_at is not None else person


def _is_guarded(work: Transaction, person: PersonRow) -> bool:
    account = work.accounts.find_by_person(person.person_id)
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
    """Return which role members of each group have. Raises StoreError: the section is none, or has another role."""
    if not isinstance(found, dict):
        raise StoreError(f"{path}: [sign_in.roles] is no section", expected='trainer = ["a group"]')
    roles: dict[str, Role] = {}
    for name, groups in found.items():
        if name not in set(Role) or not isinstance(groups, list):
            raise StoreError(f"{path}: [sign_in.roles] has {name!r}", expected=f'{", ".join(Role)} = ["a group"]')
        roles.update({str(group): Role(name) for group in groups})
    return roles
