"""A page that is closed to who looks at it while it stands: it says so in the words of a closed page."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from sim.app.wiring import App
from sim.features.accounts import manage
from sim.features.accounts.sign_in import Origin, set_up, sign_in
from sim.features.session import opening
from sim.features.team import team
from sim.program.session_day import SessionKind, Starting
from sim.rules.sessions import find_viewer
from sim.rules.viewer import Role, Viewer
from sim.ui.page.request_origin import COOKIE
from sim.ui.parts import account_wording
from tests.support.server_process import ServerProcess, open_data

PHRASE = "blue ladder quiet 9"
NORTH, SOUTH = "North High", "South High"


@dataclass(frozen=True, kw_only=True)
class District:
    app: App
    url: str
    admin: Viewer
    trainer_id: str
    session_id: str


@pytest.fixture
def district(tiny_library: Path, tmp_path: Path) -> Iterator[District]:
    data = tmp_path / "data"
    shutil.copytree(tiny_library, data)
    app = open_data(data)
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
        yield District(app=app, url=server.url, admin=admin, trainer_id=trainer_id, session_id=session_id)
        assert "Ana" not in server.output
        assert "traceback" not in server.output.lower()
    app.close()


def test_the_session_closes_under_who_may_not_see_it_any_more(district: District, context: BrowserContext) -> None:
    app, admin, trainer_id = district.app, district.admin, district.trainer_id
    for is_role_lost in (False, True):
        manage.set_schools(app, admin, trainer_id, frozenset({NORTH}))
        cookie = sign_in(app, name="Ola Berg", secret=PHRASE, origin=Origin(address="192.0.2.1"))
        context.add_cookies([{"name": COOKIE, "value": cookie, "url": district.url}])
        pages = [context.new_page() for _ in range(2)]
        for page, show in zip(pages, ("", "&show=room"), strict=True):
            page.goto(f"{district.url}/session?session={district.session_id}{show}")
            expect(page.locator(".sl-join-code")).to_be_visible()
        if is_role_lost:
            manage.set_roles(app, admin, trainer_id, frozenset({Role.TRAINEE}))
        else:
            manage.set_schools(app, admin, trainer_id, frozenset({SOUTH}))
        for page in pages:
            expect(page.get_by_text(account_wording.CLOSED_WHY)).to_be_visible()
            expect(page.get_by_text(account_wording.SIGN_OUT)).to_be_visible()
            expect(page.locator(".sl-join-code")).to_have_count(0)
            expect(page.locator("[data-testid=stException], [data-testid=stAlert]")).to_have_count(0)
            for words in ("Ask Google", "Ask ChatGPT", "Traceback"):
                expect(page.get_by_text(words)).to_have_count(0)
            page.close()
