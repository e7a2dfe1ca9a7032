"""Guessing gets slow: after a few failures a name, and an address, must wait longer and longer.

Counted before a secret is looked at, so that a hundred guesses sent at once are a hundred guesses. A name that does not
exist is counted like one that does. Waiting is measured by the server's steady clock while one process runs, and by the
wall clock only across a restart, so that setting the clock opens nothing.
"""

import hashlib
import ipaddress
import math
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sim.drill.instant import Instant
from sim.errors import PaceError
from sim.records.account_rows import FailureRow
from sim.records.store import Work


class Kind(StrEnum):
    """What is counted."""

    NAME = "name"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How long is waited after how many failures.

    Attributes:
        free: so many failures cost nothing.
        first_s: the wait after the next; it doubles with every further one.
        most_s: the longest wait.
    """

    free: int
    first_s: float
    most_s: float

    def wait_s(self, failures: int) -> float:
        """Return how long to wait after so many failures, seconds."""
        if failures <= self.free:
            return 0.0
        return float(min(self.first_s * 2.0 ** min(failures - self.free - 1, 40), self.most_s))


POLICIES: Final = {
    Kind.NAME: Policy(free=3, first_s=15.0, most_s=3600.0),
    Kind.ADDRESS: Policy(free=60, first_s=30.0, most_s=900.0),
}
"""A school's people may all come from one address: it is let fail more often than a name."""
FORGOTTEN_AFTER: Final = timedelta(hours=24)


def name_subject(sign_in_key: str) -> str:
    """Return what the failures of a name are counted under: a hash, as somebody may type a passphrase there."""
    return f"{Kind.NAME}:{hashlib.sha256(sign_in_key.encode()).hexdigest()}"


def address_subject(address: str) -> str:
    """Return what the failures of an address are counted under; of IPv6 the network of 64 bits.

    A server that listens on IPv6 sees an IPv4 address within one, which is all that sets it apart.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return f"{Kind.ADDRESS}:{address[:60]}"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if isinstance(parsed, ipaddress.IPv6Address):
        return f"{Kind.ADDRESS}:{ipaddress.ip_network(f'{parsed}/64', strict=False).network_address}"
    return f"{Kind.ADDRESS}:{parsed}"


def count_try(work: Work, now: Instant, subjects: tuple[str, ...]) -> float:
    """Count one try for a name and an address; it counts as failed until `count_success`.

    Return 0, or where one of them has to wait, how long, seconds; nothing is counted then.
    """
    found = {subject: _find(work, now, subject) for subject in subjects}
    wait_s = max((_left_s(row, now) for row in found.values() if row is not None), default=0.0)
    if not wait_s:
        for subject, row in found.items():
            count = 1 if row is None else row.count + 1
            work.accounts.save_failures(
                FailureRow(subject=subject, count=count, at=now.wall, steady_s=now.steady_s, epoch=now.epoch)
            )
    return wait_s


def refuse(wait_s: float) -> None:
    """Go on only if there is nothing to wait for. Raises PaceError, which says how long."""
    if wait_s:
        raise PaceError(
            f"there were too many wrong tries: the next one is possible in {write_wait(wait_s)}",
            todo="wait, then type the right PIN or passphrase. If you do not know it, your trainer can give you a new "
            "PIN, and an administrator can unlock the account",
        )


def count_success(work: Work, *, name: str, address: str) -> None:
    """The try just counted was right: the name starts anew, the address has one failure less."""
    work.accounts.forget_failures(name)
    row = work.accounts.find_failures(address)
    if row is not None and row.count > 1:
        work.accounts.save_failures(replace(row, count=row.count - 1))
    else:
        work.accounts.forget_failures(address)


def find_wait_s(work: Work, now: Instant, subject: str) -> float:
    """Return how long a name or address has to wait, seconds; 0 when it need not."""
    row = work.accounts.find_failures(subject)
    return 0.0 if row is None else _left_s(row, now)


def _find(work: Work, now: Instant, subject: str) -> FailureRow | None:
    row = work.accounts.find_failures(subject)
    if row is None:
        return None
    if row.epoch != now.epoch and row.at > now.wall:
        row = replace(row, at=now.wall, steady_s=now.steady_s, epoch=now.epoch)
        work.accounts.save_failures(row)
    if _passed_s(row, now) >= FORGOTTEN_AFTER.total_seconds():
        return None
    return row


def _left_s(row: FailureRow, now: Instant) -> float:
    return max(0.0, POLICIES[Kind(row.subject.partition(":")[0])].wait_s(row.count) - _passed_s(row, now))


def _passed_s(row: FailureRow, now: Instant) -> float:
    if row.epoch == now.epoch:
        return max(0.0, now.steady_s - row.steady_s)
    return max(0.0, (now.wall - row.at).total_seconds())


def write_wait(seconds: float) -> str:
    """Return a wait in words, rounded up."""
    whole = math.ceil(seconds)
    if whole < 60:
        return f"{whole} seconds"
    minutes = math.ceil(whole / 60)
    return "one minute" if minutes == 1 else f"{minutes} minutes"
