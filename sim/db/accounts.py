"""Accounts and signing in, in the database. Every function works inside the transaction it is given."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, or_, select, update
from sqlalchemy.engine import RowMapping

from sim.db import tables
from sim.db.rows import read_row, write_row
from sim.errors import StoreError


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


_ACCOUNT = tables.account.c
_IDENTITY = tables.account_identity.c
_SESSION = tables.account_session.c
_FAILURE = tables.sign_in_failure.c


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsTable:
    """Accounts, their sessions, and failures to sign in, on one open transaction."""

    connection: Connection

    def add(self, row: AccountRow) -> None:
        if self.find_by_key(row.sign_in_key) is not None:
            raise StoreError(f"the sign-in name {row.sign_in_name!r} is taken", todo="choose another one")
        if row.person_id is not None and self.find_by_person(row.person_id) is not None:
            raise StoreError("this person has an account already", todo="change that one")
        self.connection.execute(insert(tables.account).values(**_to_values(row)))

    def save(self, row: AccountRow) -> None:
        """Store an account as it is now. Raises StoreError when it does not exist or the sign-in name is taken."""
        same = self.find_by_key(row.sign_in_key)
        if same is not None and same.account_id != row.account_id:
            raise StoreError(f"the sign-in name {row.sign_in_name!r} is taken", todo="choose another one")
        chosen = _ACCOUNT.account_id == row.account_id
        if not self.connection.execute(update(tables.account).where(chosen).values(**_to_values(row))).rowcount:
            raise _make_unknown()

    def get(self, account_id: str) -> AccountRow:
        """Return one account. Raises StoreError when there is none of that id."""
        found = self._find(_ACCOUNT.account_id == account_id)
        if found is None:
            raise _make_unknown()
        return found

    def find_by_key(self, sign_in_key: str) -> AccountRow | None:
        return self._find(_ACCOUNT.sign_in_key == sign_in_key)

    def find_by_person(self, person_id: str) -> AccountRow | None:
        return self._find(_ACCOUNT.person_id == person_id)

    def find_by_identity(self, external_id: str) -> AccountRow | None:
        """Return the account of somebody known elsewhere by an id, if any."""
        ids = select(_IDENTITY.account_id).where(_IDENTITY.external_id == external_id)
        return self._find(_ACCOUNT.account_id.in_(ids))

    def add_identity(self, account_id: str, external_id: str) -> None:
        """Note by which id an account is known elsewhere. Raises StoreError when that id is another account's."""
        found = self.find_by_identity(external_id)
        if found is None:
            self.connection.execute(
                insert(tables.account_identity).values(external_id=external_id, account_id=account_id)
            )
        elif found.account_id != account_id:
            raise StoreError("this identity belongs to another account", todo="ask your administrator")

    def list_identities(self, account_id: str) -> tuple[str, ...]:
        """Return the ids by which an account is known elsewhere."""
        chosen = select(_IDENTITY.external_id).where(_IDENTITY.account_id == account_id)
        return tuple(self.connection.scalars(chosen.order_by(_IDENTITY.external_id)))

    def list_all(self) -> tuple[AccountRow, ...]:
        """Return every account by display name, the disabled ones included."""
        chosen = select(tables.account).order_by(_ACCOUNT.display_name, _ACCOUNT.account_id)
        return tuple(_to_account(found) for found in self.connection.execute(chosen).mappings())

    def has_role(self, role: str) -> bool:
        return bool(self.connection.scalar(select(exists().where(_ACCOUNT.roles.contains(role)))))

    def remove(self, account_id: str) -> None:
        """Delete an account with its sessions and identities."""
        self.connection.execute(delete(tables.account).where(_ACCOUNT.account_id == account_id))

    def add_session(self, row: AccountSessionRow) -> None:
        self.connection.execute(insert(tables.account_session).values(**write_row(row)))

    def find_session(self, secret_sha256: str) -> AccountSessionRow | None:
        chosen = select(tables.account_session).where(_SESSION.secret_sha256 == secret_sha256)
        found = self.connection.execute(chosen).mappings().first()
        return None if found is None else read_row(AccountSessionRow, found)

    def list_sessions(self, account_id: str) -> tuple[AccountSessionRow, ...]:
        """Return all sessions of an account, the newest first."""
        chosen = select(tables.account_session).where(_SESSION.account_id == account_id)
        ordered = chosen.order_by(_SESSION.created_at.desc(), _SESSION.secret_sha256)
        return tuple(read_row(AccountSessionRow, found) for found in self.connection.execute(ordered).mappings())

    def note_use(self, secret_sha256: str, *, at: datetime) -> None:
        chosen = _SESSION.secret_sha256 == secret_sha256
        self.connection.execute(update(tables.account_session).where(chosen).values(used_at=at))

    def end_session(self, secret_sha256: str, *, at: datetime) -> None:
        """End one session; one that has ended stays as it is."""
        chosen = (_SESSION.secret_sha256 == secret_sha256) & _SESSION.ended_at.is_(None)
        self.connection.execute(update(tables.account_session).where(chosen).values(ended_at=at))

    def end_sessions(self, account_id: str, *, at: datetime, but: str = "") -> int:
        """End every session of an account, but the one of a secret's hash; return how many there were."""
        chosen = (_SESSION.account_id == account_id) & _SESSION.ended_at.is_(None) & (_SESSION.secret_sha256 != but)
        return self.connection.execute(update(tables.account_session).where(chosen).values(ended_at=at)).rowcount

    def forget_sessions(self, *, before: datetime) -> int:
        """Delete the sessions that were over before a moment; return how many there were."""
        over = or_(_SESSION.expires_at < before, _SESSION.ended_at < before)
        return self.connection.execute(delete(tables.account_session).where(over)).rowcount

    def find_failures(self, subject: str) -> FailureRow | None:
        """Return how often signing in failed for a name's hash or an address, if it did."""
        chosen = select(tables.sign_in_failure).where(_FAILURE.subject == subject)
        found = self.connection.execute(chosen).mappings().first()
        return None if found is None else read_row(FailureRow, found)

    def list_failures(self, prefix: str) -> tuple[FailureRow, ...]:
        """Return the failures of every subject that begins so."""
        chosen = select(tables.sign_in_failure).where(_FAILURE.subject.startswith(prefix, autoescape=True))
        return tuple(read_row(FailureRow, found) for found in self.connection.execute(chosen).mappings())

    def save_failures(self, row: FailureRow) -> None:
        """Store how often signing in failed, in place of what was known."""
        self.forget_failures(row.subject)
        self.connection.execute(insert(tables.sign_in_failure).values(**write_row(row)))

    def forget_failures(self, subject: str) -> None:
        """Forget the failures of a name's hash or an address."""
        self.connection.execute(delete(tables.sign_in_failure).where(_FAILURE.subject == subject))

    def forget_old_failures(self, *, before: datetime) -> int:
        """Forget the failures whose last was before a moment; return how many there were."""
        return self.connection.execute(delete(tables.sign_in_failure).where(_FAILURE.at < before)).rowcount

    def _find(self, chosen: ColumnElement[bool]) -> AccountRow | None:
        found = self.connection.execute(select(tables.account).where(chosen)).mappings().first()
        return None if found is None else _to_account(found)


def _make_unknown() -> StoreError:
    return StoreError("this account does not exist", todo="go back to the list of accounts")


def _to_values(row: AccountRow) -> dict[str, object]:
    schools = None if row.schools is None else "\n".join(sorted(row.schools))
    return write_row(row, roles=" ".join(sorted(row.roles)), schools=schools)


def _to_account(found: RowMapping) -> AccountRow:
    schools = None if found[_ACCOUNT.schools] is None else frozenset(found[_ACCOUNT.schools].splitlines())
    return read_row(AccountRow, found, roles=frozenset(found[_ACCOUNT.roles].split()), schools=schools)


_TOTP = tables.account_totp.c


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStep:
    """What an account's second step is made of."""

    account_id: str
    nonce: str  # from which, with the server's own key, the app's key is worked out
    confirmed_at: datetime | None = None  # since when it is asked for; None until a first code was typed
    last_step: int = 0  # the latest step of time whose code was used
    recovery: tuple[str, ...] = ()  # hashes of recovery codes that were not used


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStepsTable:
    connection: Connection

    def find(self, account_id: str) -> SecondStep | None:
        chosen = select(tables.account_totp).where(_TOTP.account_id == account_id)
        found = self.connection.execute(chosen).mappings().first()
        if found is None:
            return None
        return read_row(SecondStep, found, recovery=tuple(found[_TOTP.recovery].split()))

    def list_confirmed(self) -> frozenset[str]:
        return frozenset(self.connection.scalars(select(_TOTP.account_id).where(_TOTP.confirmed_at.is_not(None))))

    def save(self, row: SecondStep) -> None:
        """Write every value, whether there was one or not."""
        values = write_row(row, recovery=" ".join(row.recovery))
        changed = update(tables.account_totp).where(_TOTP.account_id == row.account_id).values(**values)
        if not self.connection.execute(changed).rowcount:
            self.connection.execute(insert(tables.account_totp).values(**values))

    def remove(self, account_id: str) -> bool:
        """Take it away; return whether there was one."""
        return self.connection.execute(delete(tables.account_totp).where(_TOTP.account_id == account_id)).rowcount == 1
