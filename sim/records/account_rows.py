"""What the store gives back about accounts: typed, frozen rows."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """One account.

    Attributes:
        sign_in_name: what is typed to sign in, as it was given.
        sign_in_key: the same in the form that is compared; no two accounts have the same.
        display_name: as it is written beside what they did.
        secret_hash: argon2id of the passphrase or PIN; None for anyone who signs in elsewhere.
        secret_source: how they came by it, "" where that is not known.
        roles: the names of their roles.
        person_id: who of the roster this is, or None; a person has one account at most.
        disabled_at: since when nobody may sign in with it.
        schools: whose teams it is for, None for those of all schools.
    """

    account_id: str
    sign_in_name: str
    sign_in_key: str
    display_name: str
    secret_hash: str | None
    roles: frozenset[str]
    person_id: str | None
    created_at: datetime
    disabled_at: datetime | None = None
    secret_source: str = ""
    schools: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSessionRow:
    """One time of being signed in, in one browser.

    Attributes:
        secret_sha256: of the cookie's secret, which is stored nowhere.
        how: "local" with a passphrase or PIN, else the name of the service that vouched.
        used_at: when a page was last asked for.
        expires_at: it ends then whatever is done.
        ended_at: when it was ended before that.
    """

    secret_sha256: str
    account_id: str
    how: str
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureRow:
    """How often signing in failed lately for one name or one address.

    Attributes:
        subject: which; names are kept as a hash.
        count: failures one after the other.
        at: wall time of the last.
        steady_s, epoch: the steady clock of the process that saw it.
    """

    subject: str
    count: int
    at: datetime
    steady_s: float
    epoch: str
