"""Changes of accounts in the training record: who could read and change what, and since when. Never a secret."""

from datetime import datetime
from enum import StrEnum

from sim.db.accounts import AccountRow
from sim.db.chain import Json
from sim.db.ledger import Draft, LedgerKind, Subjects
from sim.db.store import Transaction
from sim.services.accounts.viewer import Role

SCHOOL = "the school's sign-in service"


class AccountChange(StrEnum):
    MADE = "made"
    ROLES = "roles"
    CLOSED = "closed"
    OPENED = "opened"
    SECRET = "secret"
    SECOND_STEP_ON = "second-step-on"
    SECOND_STEP_OFF = "second-step-off"
    SCHOOLS = "schools"


def note_account(
    work: Transaction,
    account: AccountRow,
    change: AccountChange,
    *,
    at: datetime,
    by: str,
    was: frozenset[str] | None = None,
) -> None:
    """Record a change of an account, in the transaction that makes it.

    Accounts of trainees that are made are left out: they give no right over anybody else.
    """
    if change is AccountChange.MADE and account.roles <= {Role.TRAINEE.value}:
        return
    data: dict[str, Json] = {
        "name": account.display_name,
        "change": change.value,
        "roles": list[Json](sorted(account.roles)),
        "was": None if was is None else list[Json](sorted(was)),
    }
    if change is AccountChange.SCHOOLS or account.schools is not None:
        data["schools"] = None if account.schools is None else list[Json](sorted(account.schools))
    work.ledger.append(
        Draft(kind=LedgerKind.ACCOUNT_CHANGED, at=at, by=by, subjects=_find_subjects(work, account), data=data)
    )


def _find_subjects(work: Transaction, account: AccountRow) -> Subjects:
    if account.person_id is None:
        return Subjects()
    return Subjects(person_id=account.person_id, team_id=work.teams.get_person(account.person_id).team_id)
