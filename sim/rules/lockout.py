"""Guessing gets slow: after a few failures a name from one address must wait longer and longer.

First the pair of a name and an address waits, so that nobody elsewhere shuts a name's owner out. A name from all
addresses together waits too, after more failures, which bounds a guess from many places; and an address, whatever the
name. A browser in which the owner signed in before has a count of its own, see `browsers`, and waits for no one else's
failures: neither a pupil behind the school's one address nor a thousand machines keep an administrator out.

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

from sim.attempt.attempt import Instant
from sim.db.store import Transaction
from sim.db.teams import FailureRow
from sim.errors import RateLimitError


class Kind(StrEnum):
    PAIR = "pair"
    BROWSER = "browser"
    CODE = "code"
    NAME = "name"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    free: int  # so many failures cost nothing
    first_s: float  # the wait after the next; it doubles with every further one
    most_s: float  # the longest wait
    leaks_s: float = 0.0  # every so many seconds without a failure one is forgotten; 0 for never

    def wait_s(self, failures: int) -> float:
        if failures <= self.free:
            return 0.0
        return float(min(self.first_s * 2.0 ** min(failures - self.free - 1, 40), self.most_s))


POLICIES: Final = {
    Kind.PAIR: Policy(free=3, first_s=15.0, most_s=3600.0),
    Kind.BROWSER: Policy(free=3, first_s=15.0, most_s=3600.0),
    Kind.CODE: Policy(free=3, first_s=15.0, most_s=3600.0),
    Kind.NAME: Policy(free=20, first_s=30.0, most_s=3600.0),
    Kind.ADDRESS: Policy(free=60, first_s=30.0, most_s=900.0, leaks_s=300.0),
}
"""A school's people may all come from one address: it is let fail more often, and forgets while it is used."""
_NAME_SIGNS: Final = 40
_OTHER_SIGNS: Final = 24


def name_subject(sign_in_key: str) -> str:
    """Return what the failures of a name are counted under: a hash, as somebody may type a passphrase there."""
    return f"{Kind.NAME}:{_hash(sign_in_key)}"


def pair_subject(sign_in_key: str, address: str) -> str:
    """Return what the failures of a name from one address are counted under."""
    return f"{_pair_prefix(Kind.PAIR, sign_in_key)}{_hash(address_subject(address))[:_OTHER_SIGNS]}"


def browser_subject(sign_in_key: str, browser: str) -> str:
    """Return what the failures of a name in a browser that knows it are counted under."""
    return f"{_pair_prefix(Kind.BROWSER, sign_in_key)}{_hash(browser)[:_OTHER_SIGNS]}"


def code_subject(sign_in_key: str) -> str:
    """Return what wrong codes of a name's second step are counted under, from everywhere."""
    return _pair_prefix(Kind.CODE, sign_in_key)


def _pair_prefix(kind: Kind, sign_in_key: str) -> str:
    return f"{kind}:{_hash(sign_in_key)[:_NAME_SIGNS]}:"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def address_subject(address: str) -> str:
    """Return what the failures of an address are counted under; of IPv6 the network of 64 bits."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return f"{Kind.ADDRESS}:{address[:60]}"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if isinstance(parsed, ipaddress.IPv6Address):
        return f"{Kind.ADDRESS}:{ipaddress.ip_network(f'{parsed}/64', strict=False).network_address}"
    return f"{Kind.ADDRESS}:{parsed}"


def count_try(work: Transaction, now: Instant, subjects: tuple[str, ...]) -> float:
    """Count one try under every subject; it counts as failed until `count_success`.

    Return 0, or where one of them has to wait, how long, seconds; nothing is counted then.
    """
    found = {subject: _find(work, now, subject) for subject in subjects}
    wait_s = max((_left_s(row, now) for row in found.values() if row is not None), default=0.0)
    if not wait_s:
        for subject, row in found.items():
            count = 1 if row is None else _leak(row, now) + 1
            work.put(FailureRow(subject=subject, count=count, at=now.wall, steady_s=now.steady_s, epoch=now.epoch))
    return wait_s


def refuse(wait_s: float) -> None:
    if wait_s:
        raise RateLimitError(
            f"there were too many wrong tries: the next one is possible in {write_wait(wait_s)}",
            todo="wait, then type the right PIN or passphrase. If you do not know it, your trainer can give you a new "
            "PIN, and an administrator can unlock the account",
        )


def count_success(work: Transaction, subjects: tuple[str, ...]) -> None:
    """The try just counted was right: the first subject starts again, and the others forget what it had failed."""
    first, *others = subjects
    row = work.by_key(FailureRow, first)
    forgiven = 1 if row is None else row.count
    work.delete(FailureRow, FailureRow.subject == first)
    for subject in others:
        row = work.by_key(FailureRow, subject)
        if row is not None and row.count > forgiven:
            work.put(replace(row, count=row.count - forgiven))
        else:
            work.delete(FailureRow, FailureRow.subject == subject)


def find_wait_s(work: Transaction, now: Instant, sign_in_key: str) -> float:
    """Return how long a name has to wait, seconds, wherever it has to wait longest; 0 when it need not."""
    return max((_left_s(row, now) for row in _list_of_name(work, sign_in_key)), default=0.0)


def forget_name(work: Transaction, sign_in_key: str) -> None:
    """Forget a name's failures from everywhere; those of addresses stay."""
    for row in _list_of_name(work, sign_in_key):
        work.delete(FailureRow, FailureRow.subject == row.subject)


def _list_of_name(work: Transaction, sign_in_key: str) -> list[FailureRow]:
    prefixes = (
        name_subject(sign_in_key),
        _pair_prefix(Kind.PAIR, sign_in_key),
        _pair_prefix(Kind.BROWSER, sign_in_key),
        code_subject(sign_in_key),
    )
    return [
        row
        for prefix in prefixes
        for row in work.list_rows(FailureRow, FailureRow.subject.startswith(prefix, autoescape=True))
    ]


def _find(work: Transaction, now: Instant, subject: str) -> FailureRow | None:
    row = work.by_key(FailureRow, subject)
    if row is None:
        return None
    if row.epoch != now.epoch and row.at > now.wall:
        row = replace(row, at=now.wall, steady_s=now.steady_s, epoch=now.epoch)
        work.put(row)
    if _passed_s(row, now) >= timedelta(hours=24).total_seconds():
        return None
    return row


def _left_s(row: FailureRow, now: Instant) -> float:
    return max(0.0, _find_policy(row).wait_s(row.count) - _passed_s(row, now))


def _find_policy(row: FailureRow) -> Policy:
    return POLICIES[Kind(row.subject.partition(":")[0])]


def _leak(row: FailureRow, now: Instant) -> int:
    leaks_s = _find_policy(row).leaks_s
    return row.count if not leaks_s else max(0, row.count - int(_passed_s(row, now) / leaks_s))


def _passed_s(row: FailureRow, now: Instant) -> float:
    if row.epoch == now.epoch:
        return max(0.0, now.steady_s - row.steady_s)
    return max(0.0, (now.wall - row.at).total_seconds())


def write_wait(seconds: float) -> str:
    whole = math.ceil(seconds)
    if whole < 60:
        return f"{whole} seconds"
    minutes = math.ceil(whole / 60)
    return "one minute" if minutes == 1 else f"{minutes} minutes"
