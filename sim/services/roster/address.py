"""The mail address of one person, typed or corrected by hand."""

from sim.errors import RosterError
from sim.services.accounts.viewer import Role
from sim.services.app.wiring import App
from sim.services.roster.cells import read_email
from sim.services.roster.entry import MAX_EMAIL


def get_address(app: App, person_id: str) -> str:
    """Return where mail to a person goes, "" for nowhere. Raises StoreError: unknown person."""
    with app.store.read() as work:
        return work.teams.get_person(person_id).email or ""


def set_address(app: App, person_id: str, typed: str) -> str:
    """Change where mail to a person goes, and what they sign in with at the school's own page; return it as kept."""
    wanted = _read(typed.strip())
    with app.store.write() as work:
        person = work.teams.get_person(person_id)
        if wanted == (person.email or ""):
            return wanted
        account = work.accounts.find_by_person(person_id)
        if account is not None and not account.roles <= {Role.TRAINEE.value}:
            raise RosterError(
                f"{person.name} has an account with further roles, and signs in with this address. "
                "Ask an administrator to take these roles away first."
            )
        other = work.roster.find_by_email(wanted) if wanted else None
        if other is not None and other.person_id != person_id:
            raise RosterError("This address is someone else's. Enter another one.")
        work.teams.set_email(person_id, wanted or None)
    return wanted


def _read(text: str) -> str:
    if not text:
        return ""
    try:
        return read_email(text)
    except RosterError as error:
        raise RosterError(
            f"Enter a mail address such as name@school.example (up to {MAX_EMAIL} characters)."
        ) from error
