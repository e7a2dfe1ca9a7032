"""An installation with a learning system in front, over the app's own routes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from sim.app.wiring import App
from sim.features.accounts.sign_in import set_up
from sim.features.learning_systems.routes import make_lti_routes
from sim.ui.http.guards import SafeRequests
from tests.support.fake_clock import FakeClock
from tests.support.lti_course import connect, run_platform
from tests.support.lti_platform import INSTRUCTOR, LtiPlatform, User

TOOL = "https://testserver"
PASSPHRASE = "four words that wander about"


@dataclass
class School:
    app: App
    platform: LtiPlatform
    client: TestClient
    platform_id: str
    drill: str

    def begin(self, sub: str = "ana", *, deep: bool = False, **headers: str) -> Any:
        return self.client.get(self.platform.write_login(sub, deep=deep), headers=headers)

    def make_message(self, sub: str = "ana", *, deep: bool = False) -> dict[str, str]:
        begun = self.begin(sub, deep=deep)
        assert begun.status_code == 303, begun.text
        asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.headers["location"]).query).items()}
        claims = self.platform.make_claims(sub, asked["nonce"], deep=deep)
        return {"id_token": self.platform.sign(claims), "state": asked["state"]}

    def launch(self, sub: str = "ana", *, deep: bool = False) -> Any:
        return self.client.post("/lti/launch", data=self.make_message(sub, deep=deep))

    def change(self, **changes: Any) -> None:
        with self.app.store.write() as work:
            work.put(replace(work.lti.get(self.platform_id), **changes))


@contextmanager
def run_school(app: App, clock: FakeClock) -> Iterator[School]:
    set_up(app, name="Kim", secret=PASSPHRASE)
    routes = make_lti_routes(lambda: app)
    served = Starlette(routes=routes, middleware=[Middleware(SafeRequests)])
    drill = app.catalog.list_forms()[0].form.form_id
    users = {"ana": User("ana", "Ana Lopez", "ana@school.example"), "ira": User("ira", "Ira Cole", roles=(INSTRUCTOR,))}
    with (
        run_platform(app, clock, users, tool_url=TOOL, custom={"drill": drill}) as platform,
        TestClient(served, base_url=TOOL, follow_redirects=False) as client,
    ):
        platform_id = connect(app, platform, takes_in=True, school="Maple Ridge")
        yield School(app=app, platform=platform, client=client, platform_id=platform_id, drill=drill)


def read_problem(answer: Any) -> str:
    found = re.search(r'role="alert">([^<]*)<', answer.text)
    assert found is not None, answer.text
    return found[1]
