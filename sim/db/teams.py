"""Teams, their people, and accounts and signing in, in the database."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import count
from typing import Final

from sqlalchemy import func, select

from sim.db.columns import Col, Row, cascade, column, metadata, several, told
from sim.db.rows import RowsOf, whole
from sim.errors import StoreError


class TeamRow(Row, table="team", of="school", sorted_by="is_demo name team_id"):
    """Teams."""

    unknown = partial(StoreError, "this team does not exist", todo="go back to the list of teams")
    team_id: Col[str] = column(32, primary_key=True)
    name: Col[str] = column(120)
    school: Col[str] = column(120, default="")  # "" where its own name is the school
    is_demo: Col[bool] = column()  # its people and results are invented, and can be removed whole
    created_at: Col[datetime] = column()
    external_id: Col[str | None] = column(255, default=None, unique=True, index=True)  # that roster files know it by
    last_number: Col[int] = column(default=0)  # the highest that a person of it was given
    chosen_by: Col[str] = column(32, default="")  # how its people were chosen, see `sim.columns.CHOSEN_BY`


Teams = str | tuple[str, ...]  # the id of one team, or of several


class PersonRow(Row, table="person", of="team", sorted_by="name person_id", audit="person {}"):
    """People on the list. Who is on which team, as someone typed it or a roster file brought it."""

    unknown = partial(StoreError, "this person is not on any team", todo="go back to the list of teams")
    person_id: Col[str] = column(32, primary_key=True)
    team_id: Col[str] = told("team", 32, cascade("team.team_id"), index=True)
    name: Col[str] = told("name or pseudonym", 120)
    created_at: Col[datetime] = told("since when on the list")
    left_at: Col[datetime | None] = told("since when no longer there")  # what they did before stays
    number: Col[int] = told("number that the pseudonym is made of", default=0)  # never given twice in a team
    external_id: Col[str | None] = told("id in the school's own lists", 255, default=None, unique=True, index=True)
    email: Col[str | None] = told("sign-in name", 254, default=None, unique=True, index=True)
    group: Col[str] = told("group, where two groups are compared", 16, default="", name="training_group")
    roster_role: Col[str] = told("role in the roster file", 16, default="")
    roster_source: Col[str] = told("kind of file that brought them", 16, default="")
    joined_at: Col[datetime | None] = told("since when on this team, where that is later", default=None)
    mail_stopped_at: Col[datetime | None] = told("since when no mail is wanted", default=None, loose=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    schools: frozenset[str] | None = None  # whose teams and people they see, None for all
    may_write: bool = True  # they may change something


NO_LIMITS: Final = Limits()


class PeopleTable(RowsOf[PersonRow]):
    def list_names(self, person_ids: Collection[str]) -> dict[str, str]:
        """Return what some people are called, of whatever school: sessions go on under these names everywhere."""
        chosen = select(PersonRow.person_id, PersonRow.name).where(PersonRow.person_id.in_(person_ids))
        known = {person_id: name for person_id, name in self.connection.execute(whole(chosen))}  # noqa: C416
        return {person_id: known.get(person_id, "someone who was deleted") for person_id in person_ids}

    def remove(self, person_id: str, *, at: datetime, is_kept: bool = False) -> None:
        """Take a person off: gone, or as having left where there is an attempt, an invitation or `is_kept`."""
        records = (metadata.tables[name].c.person_id == person_id for name in ("attempt", "session_person"))
        if is_kept or any(self.connection.scalar(whole(select(func.count()).where(own))) for own in records):
            self.change(PersonRow, PersonRow.person_id == person_id, left_at=at)
        else:
            self.delete(PersonRow, PersonRow.person_id == person_id)

    def add(self, *rows: PersonRow) -> None:
        self.insert(*self._number(rows))

    def save(self, rows: Sequence[PersonRow]) -> None:
        """Store known people as they are now, so that two may swap names; number 0 gets the team's next."""
        self.save_row(*(replace(row, external_id=None, email=None) for row in rows))
        self.save_row(*self._number(rows))

    def _number(self, rows: Sequence[PersonRow]) -> list[PersonRow]:
        """Return rows with the next numbers of their teams, none of which is ever given again."""
        following: dict[str, Iterator[int]] = {}
        for team_id, people in Counter(row.team_id for row in rows if not row.number).items():
            if not self.change(TeamRow, TeamRow.team_id == team_id, last_number=TeamRow.last_number + people):
                raise TeamRow.unknown()
            (last,) = self.list_values(TeamRow.last_number, TeamRow.team_id == team_id)
            following[team_id] = count(last - people + 1)
        return [row if row.number else replace(row, number=next(following[row.team_id])) for row in rows]


class AccountRow(
    Row,
    table="account",
    of="person",
    sorted_by="display_name account_id",
    kept="until the account or its person is deleted",
):
    """Accounts. Who may sign in, and what they may do. Of a passphrase or PIN only a hash is kept."""

    unknown = partial(StoreError, "this account does not exist", todo="go back to the list of accounts")
    account_id: Col[str] = column(32, primary_key=True)
    sign_in_name: Col[str] = told("name to sign in with", 120)  # as it was given
    sign_in_key: Col[str] = column(240, unique=True)  # the same in the form that is compared
    display_name: Col[str] = told("name as others see it", 120)  # as it is written beside what they did
    secret_hash: Col[str | None] = told("hash of the passphrase or PIN", 200, secret=True)  # None: signs in elsewhere
    secret_source: Col[str] = told("who chose it: given by the trainer, chosen in a session", 16, default="")
    roles: Col[frozenset[str]] = told("what they may do", several(frozenset))
    schools: Col[frozenset[str] | None] = told(
        "the schools that they may do it for; empty for all", several(frozenset, between="\n"), default=None
    )
    person_id: Col[str | None] = told("who of the list it is", 32, cascade("person.person_id"), unique=True)
    created_at: Col[datetime] = told("since when")
    disabled_at: Col[datetime | None] = told("since when closed", default=None)
    mail_stopped_at: Col[datetime | None] = told("since when no mail is wanted", default=None)  # of nobody on a list


class IdentityRow(Row, table="account_identity", of="account", kept="until the account is deleted"):
    """Who an account is at the school's sign-in. The id by which Google, Microsoft or another sign-in service knows an
    account. No password comes here.
    """

    external_id: Col[str] = told("sign-in service and id there", 255, primary_key=True)
    account_id: Col[str] = column(32, cascade("account.account_id"), index=True)


class AccountSessionRow(Row, table="account_session", of="account", kept="30 days after its end"):
    """Being signed in. When someone signed in and was last active, so that a forgotten browser is signed out."""

    secret_sha256: Col[str] = column(64, primary_key=True, secret=True)  # of the cookie's secret, stored nowhere
    account_id: Col[str] = column(32, cascade("account.account_id"), index=True)
    how: Col[str] = told("with what", 40)  # "local" with a passphrase or PIN, else the name of the service that vouched
    created_at: Col[datetime] = told("when signed in")
    used_at: Col[datetime] = told("when last active")  # when a page was last asked for
    expires_at: Col[datetime] = column()  # it ends then whatever is done
    ended_at: Col[datetime | None] = told("when signed out", default=None)  # before that


class FailureRow(Row, table="sign_in_failure", of="", kept="until signing in works, 30 days at most"):
    """Failed tries to sign in. How often it failed for a name (kept as a hash) or network address, to slow guessing."""

    subject: Col[str] = told("hashes of the name and of where from, or the network address", 80, primary_key=True)
    count: Col[int] = told("how often")  # failures one after the other
    at: Col[datetime] = told("when last")
    steady_s: Col[float] = column()  # by the clock of the process that saw it
    epoch: Col[str] = column(32)


class SecondStep(Row, table="account_totp", of="account", kept="until it is turned off, or the account is deleted"):
    """Second step of signing in. That an account asks for a code of an app besides the passphrase. The app's key itself
    is not kept: it is worked out from this and the server's own key. Of recovery codes only hashes are kept.
    """

    account_id: Col[str] = column(32, cascade("account.account_id"), primary_key=True)
    nonce: Col[str] = column(64)  # from which, with the server's own key, the app's key is worked out
    confirmed_at: Col[datetime | None] = told("since when", default=None)  # None until a first code was typed
    last_step: Col[int] = column(default=0)  # the latest step of time whose code was used, so that none is used twice
    recovery: Col[tuple[str, ...]] = told(
        "hashes of recovery codes that were not used", several(tuple), default=(), server_default=""
    )


class AccountsTable(RowsOf[AccountRow]):
    def add(self, row: AccountRow) -> None:
        self._refuse_taken(row)
        if row.person_id is not None and self.find(person_id=row.person_id) is not None:
            raise StoreError("this person has an account already", todo="change that one")
        self.insert(row)

    def save(self, row: AccountRow) -> None:
        self._refuse_taken(row)
        if not self.save_row(row):
            raise AccountRow.unknown()

    def _refuse_taken(self, row: AccountRow) -> None:
        same = self.find_by_key(row.sign_in_key)
        if same is not None and same.account_id != row.account_id:
            raise StoreError(f"the sign-in name {row.sign_in_name!r} is taken", todo="choose another one")

    def find_by_key(self, sign_in_key: str) -> AccountRow | None:
        """Return the account that signs in with a name, of whatever school: none is given twice."""
        found = self.read(AccountRow, whole(select(AccountRow.table).where(AccountRow.sign_in_key == sign_in_key)))
        return found[0] if found else None

    def find_by_identity(self, external_id: str) -> AccountRow | None:
        ids = select(IdentityRow.account_id).where(IdentityRow.external_id == external_id)
        return self.find_row(AccountRow, AccountRow.account_id.in_(ids))

    def add_identity(self, account_id: str, external_id: str) -> None:
        found = self.find_by_identity(external_id)
        if found is None:
            self.insert(IdentityRow(external_id=external_id, account_id=account_id))
        elif found.account_id != account_id:
            raise StoreError("this identity belongs to another account", todo="ask your administrator")

    def list_identities(self, account_id: str) -> tuple[str, ...]:
        own = IdentityRow.account_id == account_id
        return self.list_values(IdentityRow.external_id, own, order_by=(IdentityRow.external_id,))

    def has_role(self, role: str) -> bool:
        chosen = select(AccountRow.account_id).where(AccountRow.roles.contains(role)).limit(1)
        return self.connection.scalar(whole(chosen)) is not None  # whoever asks, of some schools or of none

    def end_sessions(self, account_id: str, *, at: datetime, but: str = "") -> int:
        """End every session of an account, but the one of a secret's hash; return how many there were."""
        open_ones = (AccountSessionRow.ended_at.is_(None), AccountSessionRow.secret_sha256 != but)
        return self.change(AccountSessionRow, AccountSessionRow.account_id == account_id, *open_ones, ended_at=at)
