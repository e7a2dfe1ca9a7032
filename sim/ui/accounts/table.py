"""One account as a row of texts."""

from sim.services.accounts.lockout import write_wait
from sim.services.accounts.manage import AccountCard
from sim.ui.parts import account_wording as words
from sim.ui.parts.local_time import write_day


def write_row(card: AccountCard) -> tuple[str, ...]:
    """Return name, roles, schools, team, last seen and state."""
    return (
        card.sign_in_name,
        ", ".join(words.SHORT_ROLES[role.value] for role in sorted(card.roles)),
        words.SCHOOLS_ALL if card.schools is None else ", ".join(sorted(card.schools)),
        card.team,
        words.NEVER if card.last_seen is None else write_day(card.last_seen),
        write_state(card),
    )


def write_state(card: AccountCard) -> str:
    """Return how an account stands, in words."""
    if card.is_disabled:
        return words.STATE_DISABLED
    if card.wait_s:
        return words.STATE_LOCKED.format(wait=write_wait(card.wait_s))
    if not card.has_secret:
        return words.STATE_ELSEWHERE if card.elsewhere else words.STATE_NO_SECRET
    return words.STATE_OPEN
