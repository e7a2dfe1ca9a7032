"""What the store gives back about accounts: typed, frozen rows."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    account_id: str
    sign_in_name: str  # what is typed to sign in, as it was given
    sign_in_key: str  # the same in the form that is compared; no two accounts have the same
    display_name: str  # as it is written beside what they did
    secret_hash: str | None  # argon2id of the passphrase or PIN; None for anyone who signs in elsewhere
    roles: frozenset[str]  # the names of their roles
    person_id: str | None  # who of the roster this is, or None; a person has one account at most
    created_at: datetime
    disabled_at: datetime | None = None  # since when nobody may sign in with it
    secret_source: str = ""  # how they came by it, "" where that is not known
    schools: frozenset[str] | None = None  # whose teams it is for, None for those of all schools


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSessionRow:
    """One time of being signed in, in one browser."""

    secret_sha256: str  # of the cookie's secret, which is stored nowhere
    account_id: str
    how: str  # "local" with a passphrase or PIN, else the name of the service that vouched
    created_at: datetime
    used_at: datetime  # when a page was last asked for
    expires_at: datetime  # it ends then whatever is done
    ended_at: datetime | None = None  # when it was ended before that


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureRow:
    """How often signing in failed lately for one name or one address."""

    subject: str  # which; names are kept as a hash
    count: int  # failures one after the other
    at: datetime  # wall time of the last
    # steady_s, epoch: the steady clock of the process that saw it
    steady_s: float
    epoch: str
