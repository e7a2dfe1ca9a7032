"""Taking a name from a list, in a session or at a training: whoever has an account signs in to take theirs."""

from dataclasses import dataclass
from typing import Final

from sim.db.accounts import AccountRow
from sim.db.store import Transaction
from sim.errors import AccessError
from sim.services.accounts.viewer import KnownBy, Role, Viewer

_ELSEWHERE: Final = ("oidc:", "saml:")
"""How ids begin by which someone is known at the school's own sign-in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFirst:
    """How somebody signs in before their name can be taken: the name to sign in with, and whether by a PIN here."""

    name: str
    has_secret: bool


def find_account(work: Transaction, person_id: str) -> AccountRow | None:
    """Return the account with which a person can sign in here; None where they have none, or no way into it.

    An account that a roster or a learning system brought, without a PIN, opens to nobody here: they go on as people
    without one.
    """
    account = work.accounts.find_by_person(person_id)
    if account is None or not work.accounts.has_role(Role.ADMIN.value):
        return None
    if account.secret_hash is not None:
        return account
    known = work.accounts.list_identities(account.account_id)
    return account if any(each.startswith(_ELSEWHERE) for each in known) else None


def list_sign_ins(work: Transaction, person_ids: list[str]) -> dict[str, SignInFirst]:
    """Return those of some people who sign in to take their name, by person_id."""
    found = {person_id: find_account(work, person_id) for person_id in person_ids}
    return {
        person_id: SignInFirst(name=account.sign_in_name, has_secret=account.secret_hash is not None)
        for person_id, account in found.items()
        if account is not None
    }


def judge_known(work: Transaction, viewer: Viewer, person_id: str, *, by_code: KnownBy) -> KnownBy:
    """Return how it is known who takes a name; `by_code` where it is the code alone."""
    if viewer.account_id is not None:
        if viewer.person_id != person_id:
            raise AccessError(
                f"you are signed in as {viewer.name} and can take no other name",
                todo="sign out first, let them use their own device, or mark them as present on your page",
            )
        return viewer.known_by or by_code
    if find_account(work, person_id) is not None:
        raise AccessError("this name belongs to someone with a PIN or passphrase", todo="choose it again and type that")
    return by_code
