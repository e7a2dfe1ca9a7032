"""A page that is closed to who looks at it while it stands: it says so in the words of a closed page."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sim.drill.session_day import SessionKind, Starting
from sim.services.accounts import manage
from sim.services.accounts.sessions import find_viewer
from sim.services.accounts.sign_in import Origin, set_up, sign_in
from sim.services.accounts.viewer import Role, Viewer
from sim.services.app.settings import read_settings
from sim.services.app.wiring import App, open_app, system_clock
from sim.services.session_day import opening
from sim.services.team import team
from sim.ui.page.request_origin import COOKIE
from sim.ui.parts import account_wording
from tests.support.server_process import ServerProcess

PHRASE = "blue ladder quiet 9"
NORTH, SOUTH = "North High", "South High"


@dataclass(frozen=True, kw_only=True)
class District:
    """A server with two schools, a session in the first, and a trainer of the first."""

    app: App
    server: ServerProcess
    admin: Viewer
    trainer_id: str
    session_id: str

    def open(self, page: Page, **query: str) -> None:
        """Open the session's page as the trainer."""
        cookie = sign_in(self.app, name="Ola Berg", secret=PHRASE, origin=Origin(address="192.0.2.1"))
        page.context.add_cookies([{"name": COOKIE, "value": cookie, "url": self.server.url}])
        named = "&".join(f"{name}={value}" for name, value in {"session": self.session_id, **query}.items())
        page.goto(f"{self.server.url}/session?{named}")


@pytest.fixture
def district(tiny_library: Path, tmp_path: Path) -> Iterator[District]:
    data = tmp_path / "data"
    shutil.copytree(tiny_library, data)
    app = open_app(read_settings({"SIGHTLINE_DATA": str(data)}), system_clock())
    admin = find_viewer(app, set_up(app, name="Kim Lee", secret=PHRASE), is_local=False)
    teams = [team.add_team(app, f"{school} office", school=school) for school in (NORTH, SOUTH)]
    people = tuple(team.add_person(app, teams[0], name) for name in ("Ana Lopez", "Ben Hill"))
    plan = opening.Plan(
        team_id=teams[0], kind=SessionKind.FAMILIARIZATION, starting=Starting.TOGETHER, person_ids=people
    )
    session_id = opening.open_session(app, plan)
    trainer_id = manage.add_account(
        app, admin, name="Ola Berg", secret=PHRASE, roles=frozenset({Role.TRAINER}), schools=frozenset({NORTH})
    )
    with ServerProcess(data) as server:
        yield District(app=app, server=server, admin=admin, trainer_id=trainer_id, session_id=session_id)
        assert "Ana" not in server.output
        assert "traceback" not in server.output.lower()
    app.close()


def lose_the_school(district: District) -> None:
    manage.set_schools(district.app, district.admin, district.trainer_id, frozenset({SOUTH}))


def lose_the_role(district: District) -> None:
    manage.set_roles(district.app, district.admin, district.trainer_id, frozenset({Role.TRAINEE}))


@pytest.mark.parametrize("show", ["", "room"])
@pytest.mark.parametrize("lose", [lose_the_school, lose_the_role])
def test_the_session_closes_under_the_trainer_who_may_not_see_it_any_more(
    district: District, page: Page, lose: Callable[[District], None], show: str
) -> None:
    district.open(page, **({"show": show} if show else {}))
    expect(page.locator(".sl-join-code")).to_be_visible()
    lose(district)
    expect(page.get_by_text(account_wording.CLOSED_WHY)).to_be_visible()
    expect(page.get_by_text(account_wording.SIGN_OUT)).to_be_visible()
    expect(page.locator(".sl-join-code")).to_have_count(0)
    expect(page.locator("[data-testid=stException], [data-testid=stAlert]")).to_have_count(0)
    for words in ("Ask Google", "Ask ChatGPT", "Traceback"):
        expect(page.get_by_text(words)).to_have_count(0)
