"""Every page, and to whom it is open. A page that is not here is open to nobody."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from sim.app.wiring import App
from sim.rules.viewer import Duty, Viewer, limit_app, may

FEATURES: Final = Path(__file__).parents[2] / "features"


class Place(StrEnum):
    """The places of the menu; a page in none of them is reached from the name at the top right, or by a link."""

    HOME = "home"
    TEAM = "team"
    SESSION = "session"
    DRILLS = "drills"
    RECORDS = "records"
    OWN = "own"


class Open(StrEnum):
    ANYONE = "anyone"
    LINK = "anyone who holds a signed link, and the person it is about"
    SIGNED_IN = "anyone who is signed in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    path: str  # in the address
    file: str  # the script, in `sim/features`
    title: str  # in the menu, and of the browser's tab
    opens_to: Duty | Open
    place: Place | None = None  # where in the menu it is, if anywhere
    is_entry: bool = False  # it is what its place opens with
    tab: str = ""  # its name among the pages of its place, "" where it is not chosen there
    in_name_menu: bool = False  # it is listed under the name of the person who is signed in
    of_accounts: bool = False  # it is listed only for somebody with an account
    of_team: bool = False  # it is about the team at the top of the page, which stands in its address

    @property
    def script(self) -> str:
        return str(FEATURES / f"{self.file}.py")


PAGES: Final = (
    Page(path="start", file="course/page", title="Home", opens_to=Open.ANYONE, place=Place.HOME, is_entry=True),
    Page(
        path="team",
        file="people/page",
        title="Team",
        tab="People",
        opens_to=Duty.SEE_TEAMS,
        place=Place.TEAM,
        is_entry=True,
        of_team=True,
    ),
    Page(
        path="plan",
        file="program/page",
        title="Plan",
        tab="Plan",
        opens_to=Duty.SEE_TEAMS,
        place=Place.TEAM,
        of_team=True,
    ),
    Page(
        path="results",
        file="team/page_results",
        title="Results",
        tab="Results",
        opens_to=Duty.SEE_TEAMS,
        place=Place.TEAM,
        of_team=True,
    ),
    Page(
        path="exercises",
        file="exercise/page",
        title="Team exercises",
        tab="Team exercises",
        opens_to=Duty.TRAIN,
        place=Place.TEAM,
        of_team=True,
    ),
    Page(
        path="session",
        file="session/page",
        title="Session",
        opens_to=Duty.TRAIN,
        place=Place.SESSION,
        is_entry=True,
        of_team=True,
    ),
    Page(
        path="drills",
        file="course/page_drills",
        title="Drills",
        tab="Library",
        opens_to=Open.ANYONE,
        place=Place.DRILLS,
        is_entry=True,
    ),
    Page(
        path="new-drill",
        file="library/page_new_drill",
        title="New drill",
        tab="New drill",
        opens_to=Duty.MAKE_DRILLS,
        place=Place.DRILLS,
    ),
    Page(
        path="our-school",
        file="own_school/page",
        title="Our school",
        tab="Our school",
        opens_to=Duty.MAKE_DRILLS,
        place=Place.DRILLS,
    ),
    Page(
        path="our-clips",
        file="own_clips/page",
        title="Our footage",
        tab="Our footage",
        opens_to=Duty.MAKE_DRILLS,
        place=Place.DRILLS,
    ),
    Page(
        path="give",
        file="team/page_give",
        title="Give a drill",
        tab="Give a drill",
        opens_to=Duty.TRAIN,
        place=Place.DRILLS,
        of_team=True,
    ),
    Page(
        path="records",
        file="record/page",
        title="Training records",
        opens_to=Duty.READ_RECORD,
        place=Place.RECORDS,
        is_entry=True,
        of_team=True,
    ),
    Page(
        path="mine", file="drill/page_mine", title="My results", opens_to=Duty.SEE_OWN, place=Place.OWN, is_entry=True
    ),
    Page(
        path="accounts",
        file="accounts/page",
        title="Accounts",
        opens_to=Duty.MANAGE_ACCOUNTS,
        in_name_menu=True,
        of_accounts=True,
    ),
    Page(
        path="learning-systems",
        file="learning_systems/page",
        title="Learning systems",
        opens_to=Duty.MANAGE_ACCOUNTS,
        in_name_menu=True,
        of_accounts=True,
    ),
    Page(
        path="import-people",
        file="people/page_import",
        title="Import people",
        opens_to=Duty.IMPORT_ROSTER,
        in_name_menu=True,
    ),
    Page(path="stored", file="privacy/page", title="What is stored", opens_to=Open.ANYONE, in_name_menu=True),
    Page(path="join", file="session/page_join", title="Join", opens_to=Open.LINK),
    Page(path="training", file="training/page", title="Training", opens_to=Duty.READ_RECORD, place=Place.RECORDS),
    Page(path="training-sign-in", file="training/page_sign_in", title="Sign in", opens_to=Open.LINK),
    Page(path="record", file="record/page_person", title="Record", opens_to=Open.LINK, place=Place.RECORDS),
    Page(path="drill", file="drill/page", title="Drill", opens_to=Open.LINK),
    Page(path="team-drill", file="exercise/page_one", title="Team exercise", opens_to=Open.LINK),
)


def find_page(path: str) -> Page | None:
    return next((page for page in PAGES if page.path == path), None)


def find_script(path: str) -> str:
    return next(page.script for page in PAGES if page.path == path)


def is_open(page: Page | None, viewer: Viewer) -> bool:
    """Return whether somebody may open a page; a page of links looks at the link itself."""
    if page is None:
        return False
    if isinstance(page.opens_to, Duty):
        return may(viewer, page.opens_to)
    return page.opens_to is not Open.SIGNED_IN or viewer.role is not None


def limit(app: App, page: Page | None, viewer: Viewer) -> App:
    """Return the services with that of somebody's schools; pages about one person or session judge that themselves."""
    if page is not None and page.opens_to in (Open.LINK, Duty.SEE_OWN):
        return app
    return limit_app(app, viewer, is_practice=page is not None and page.opens_to is Open.ANYONE)


def find_entry(place: Place | None) -> Page | None:
    return next((page for page in PAGES if page.is_entry and page.place is place), None)


def is_shown(page: Page, viewer: Viewer) -> bool:
    if not page.is_entry or not is_open(page, viewer):
        return False
    return page.place is not Place.OWN or (viewer.person_id is not None and not may(viewer, Duty.TRAIN))


def list_tabs(page: Page, viewer: Viewer) -> tuple[Page, ...]:
    found = tuple(each for each in PAGES if each.tab and each.place is page.place and is_open(each, viewer))
    return found if page in found and len(found) > 1 else ()


def list_under_name(viewer: Viewer) -> tuple[Page, ...]:
    found = [page for page in PAGES if page.in_name_menu and is_open(page, viewer)]
    own = find_entry(Place.OWN)
    if own is not None and viewer.person_id is not None and not is_shown(own, viewer):
        found.insert(0, own)
    return tuple(page for page in found if viewer.account_id is not None or not page.of_accounts)
