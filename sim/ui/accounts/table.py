"""One account as a row of texts."""

from sim.services.accounts.lockout import write_wait
from sim.services.accounts.manage import AccountCard
from sim.ui.parts import account_wording as wording
from sim.ui.parts.local_time import write_day


def write_row(card: AccountCard) -> tuple[str, ...]:
    """Return name, roles, schools, team, last seen and state."""
    return (
        card.sign_in_name,
        ", ".join(wording.SHORT_ROLES[role.value] for role in sorted(card.roles)),
        wording.SCHOOLS_ALL if card.schools is None else ", ".join(sorted(card.schools)),
        card.team,
        wording.NEVER if card.last_seen is None else write_day(card.last_seen),
        write_state(card),
    )


def write_state(card: AccountCard) -> str:
    """Return how an account stands, in words."""
    if card.is_disabled:
        return wording.STATE_DISABLED
    if card.wait_s:
        return wording.STATE_LOCKED.format(wait=write_wait(card.wait_s))
    if not card.has_secret:
        return wording.STATE_ELSEWHERE if card.elsewhere else wording.STATE_NO_SECRET
    return wording.STATE_OPEN
