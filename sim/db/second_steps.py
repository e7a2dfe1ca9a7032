"""The second step of signing in, in the database. Every function works inside the transaction it is given."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from sim.db import tables

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
    """Second steps, on one open transaction."""

    connection: Connection

    def find(self, account_id: str) -> SecondStep | None:
        chosen = select(tables.account_totp).where(_TOTP.account_id == account_id)
        found = self.connection.execute(chosen).mappings().first()
        if found is None:
            return None
        return SecondStep(
            account_id=found[_TOTP.account_id],
            nonce=found[_TOTP.nonce],
            confirmed_at=found[_TOTP.confirmed_at],
            last_step=found[_TOTP.last_step],
            recovery=tuple(found[_TOTP.recovery].split()),
        )

    def list_confirmed(self) -> frozenset[str]:
        """Return the accounts that are asked for it."""
        return frozenset(self.connection.scalars(select(_TOTP.account_id).where(_TOTP.confirmed_at.is_not(None))))

    def save(self, row: SecondStep) -> None:
        """Write every value, whether there was one or not."""
        values = {
            "nonce": row.nonce,
            "confirmed_at": row.confirmed_at,
            "last_step": row.last_step,
            "recovery": " ".join(row.recovery),
        }
        changed = update(tables.account_totp).where(_TOTP.account_id == row.account_id).values(**values)
        if not self.connection.execute(changed).rowcount:
            self.connection.execute(insert(tables.account_totp).values(account_id=row.account_id, **values))

    def remove(self, account_id: str) -> bool:
        """Take it away; return whether there was one."""
        return self.connection.execute(delete(tables.account_totp).where(_TOTP.account_id == account_id)).rowcount == 1
