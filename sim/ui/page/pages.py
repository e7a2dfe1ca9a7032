"""Every page, and to whom it is open. A page that is not here is open to nobody."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sim.services.accounts.viewer import Duty, Viewer, may


class Open(StrEnum):
    """Whom a page is open to, where that is no duty."""

    ANYONE = "anyone"
    LINK = "anyone who holds a signed link, and the person it is about"
    SIGNED_IN = "anyone who is signed in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page.

    Attributes:
        file: in `screens`.
        title: in the navigation.
        path: in the address.
        opens_to: a duty, or one of `Open`.
        is_listed: it is in the navigation of whom it is open to.
        of_accounts: it is listed only for somebody with an account.
        of_people: it is listed only for somebody of the roster.
        of_team: it is about a team, which stands in its address.
    """

    file: str
    title: str
    path: str
    opens_to: Duty | Open
    is_listed: bool = True
    of_accounts: bool = False
    of_people: bool = False
    of_team: bool = False


PAGES: Final = (
    Page(file="start", title="Start", path="start", opens_to=Open.ANYONE),
    Page(file="mine", title="My drills", path="mine", opens_to=Duty.SEE_OWN, of_people=True),
    Page(file="team", title="Team", path="team", opens_to=Duty.TRAIN, of_team=True),
    Page(file="programme", title="Program", path="programme", opens_to=Duty.TRAIN, of_team=True),
    Page(file="board", title="Board", path="board", opens_to=Duty.TRAIN, of_team=True),
    Page(file="session", title="Session", path="session", opens_to=Duty.TRAIN, of_team=True),
    Page(file="records", title="Records", path="records", opens_to=Duty.READ_RECORD, of_team=True),
    Page(file="district", title="District", path="district", opens_to=Duty.TRAIN),
    Page(file="library", title="Library", path="library", opens_to=Duty.TRAIN),
    Page(file="new_drill", title="New drill", path="new-drill", opens_to=Duty.MAKE_DRILLS),
    Page(file="own_school", title="Our school", path="our-school", opens_to=Duty.MAKE_DRILLS),
    Page(
        file="accounts",
        title="Accounts",
        path="accounts",
        opens_to=Duty.MANAGE_ACCOUNTS,
        of_accounts=True,
    ),
    Page(
        file="import_people",
        title="Import people",
        path="import-people",
        opens_to=Duty.IMPORT_ROSTER,
        is_listed=False,
    ),
    Page(file="stored", title="What is stored", path="stored", opens_to=Open.ANYONE, is_listed=False),
    Page(file="join", title="Join", path="join", opens_to=Open.LINK, is_listed=False),
    Page(file="training", title="Training", path="training", opens_to=Duty.READ_RECORD, is_listed=False),
    Page(file="training_sign_in", title="Sign in", path="training-sign-in", opens_to=Open.LINK, is_listed=False),
    Page(file="person", title="Person", path="person", opens_to=Duty.READ_RECORD, is_listed=False),
    Page(file="record", title="Record", path="record", opens_to=Open.LINK, is_listed=False),
    Page(file="drill", title="Drill", path="drill", opens_to=Open.LINK, is_listed=False),
    Page(file="team_exercise", title="Team exercise", path="team-drill", opens_to=Open.LINK, is_listed=False),
)


def find_page(path: str) -> Page | None:
    """Return the page of a path, if there is one."""
    return next((page for page in PAGES if page.path == path), None)


def is_open(page: Page | None, viewer: Viewer) -> bool:
    """Return whether somebody may open a page; a page of links looks at the link itself."""
    if page is None:
        return False
    if isinstance(page.opens_to, Duty):
        return may(viewer, page.opens_to)
    return page.opens_to is not Open.SIGNED_IN or viewer.role is not None


def is_shown(page: Page, viewer: Viewer) -> bool:
    """Return whether a page is in somebody's navigation."""
    if not page.is_listed or (page.of_accounts and viewer.account_id is None):
        return False
    return is_open(page, viewer) and not (page.of_people and viewer.person_id is None)
