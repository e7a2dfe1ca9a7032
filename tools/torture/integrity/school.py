"""A school that signs in, with a server of its own, for attacks on who somebody is."""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from urllib.parse import urlencode

from sim.db.engine import make_sqlite_url
from sim.services.accounts import roster_accounts, sessions
from sim.services.accounts.sign_in import set_up
from sim.services.accounts.viewer import Viewer
from sim.services.app.wiring import App, open_app, read_settings, system_clock
from sim.services.team import team
from tools.torture.rig.rig import DATABASE, Rig
from tools.torture.rig.server import Server

ADMIN = "Kim Lee"
PHRASE = "blue ladder quiet 9"
PERSON = "Ana Lopez"
PIN = "482915"
ASK_WITHIN_S = 60.0
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server said; `cookies` as it wants them sent back."""

    status: int
    text: str
    headers: Mapping[str, str]
    cookies: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """A server with an administrator, and a team of one who has a PIN and one who has none."""

    app: App
    url: str
    admin: Viewer
    team_id: str
    with_pin: str
    without: str

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        form: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        address: str = "",
    ) -> Answer:
        """Ask the server, as a browser at another address does through a proxy where one is named."""
        host = self.url.removeprefix("http://")
        headers = {"Origin": self.url, "Content-Type": FORM}
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        if address:
            headers["X-Forwarded-For"] = address
        line = HTTPConnection(host, timeout=ASK_WITHIN_S)
        try:
            line.request(method, path, body=urlencode(form) if form is not None else None, headers=headers)
            answer = line.getresponse()
            set_now = [value.partition(";")[0].partition("=") for value in answer.headers.get_all("Set-Cookie", [])]
            return Answer(
                status=answer.status,
                text=answer.read().decode("utf-8", "replace"),
                headers={name.lower(): value for name, value in answer.headers.items()},
                cookies={name: value for name, _, value in set_now},
            )
        finally:
            line.close()

    def sign_in(self, name: str, secret: str, *, address: str = "", cookies: Mapping[str, str] | None = None) -> Answer:
        """Send the form of the sign-in page."""
        form = {"name": name, "secret": secret}
        return self.ask("/account/sign-in", method="POST", form=form, address=address, cookies=cookies)


@contextmanager
def open_school(rig: Rig, *, proxies: str = "127.0.0.1") -> Iterator[School]:
    """Make a school in a folder of its own and start its server, which believes the proxies named and nobody else."""
    data = rig.folder / f"school-{secrets.token_hex(4)}"
    settings = replace(read_settings(os.environ), data=data, database_url=make_sqlite_url(data / DATABASE))
    app = open_app(settings, system_clock())
    try:
        admin = sessions.find_viewer(app, set_up(app, name=ADMIN, secret=PHRASE), is_local=False)
        team_id = team.add_team(app, "North")
        with_pin, without = (team.add_person(app, team_id, name) for name in (PERSON, "Ben Hill"))
        roster_accounts.set_pin(app, admin, with_pin, PIN)
        server = Server(data, rig.folder / f"{data.name}.log", environ={"FORWARDED_ALLOW_IPS": proxies})
        try:
            yield School(app=app, url=server.url, admin=admin, team_id=team_id, with_pin=with_pin, without=without)
        finally:
            server.stop()
    finally:
        app.close()
