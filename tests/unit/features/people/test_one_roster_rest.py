import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from sim.app.asking import OutsideError
from sim.app.settings import Api, read_api
from sim.app.wiring import App
from sim.errors import MachineError, RosterError, StoreError
from sim.features.people import one_roster_rest
from sim.features.people.apply import Applied
from sim.features.people.one_roster_rest import STATE_NAME, Choice, apply_sync, fetch_roster, prepare_sync
from sim.rules.viewer import AT_THIS_MACHINE
from tests.support.given import make_team, set_email
from tests.support.local_server import LocalServer
from tests.unit.features.people.test_apply_roster import people as list_people

Record = dict[str, Any]
CLIENT, SECRET = "sightline", "a secret"
TOKEN = "b25jZQ"
CHANGED = "2026-09-01T00:00:00.000Z"
SCOPES = {
    "v1p1": "https://purl.imsglobal.org/spec/or/v1p1/scope/roster-core.readonly",
    "v1p2": "https://purl.imsglobal.org/spec/or/v1p2/scope/roster-core.readonly",
}


def make_org(sourced_id: str, name: str, *, kind: str = "school", parent: str = "") -> Record:
    record: Record = {
        "sourcedId": sourced_id,
        "status": "active",
        "dateLastModified": CHANGED,
        "name": name,
        "type": kind,
        "identifier": sourced_id,
    }
    return record | ({"parent": {"href": "", "sourcedId": parent, "type": "org"}} if parent else {})


def make_user(
    sourced_id: str,
    given: str,
    family: str,
    *,
    org: str = "s1",
    role: str = "teacher",
    email: str = "",
    status: str = "active",
    changed: str = CHANGED,
    version: str = "v1p2",
) -> Record:
    user: Record = {
        "sourcedId": sourced_id,
        "status": status,
        "dateLastModified": changed,
        "enabledUser": "true" if version == "v1p2" else True,
        "username": given.lower(),
        "givenName": given,
        "familyName": family,
        "email": email,
        "phone": "555 0100",
    }
    org_ref = {"href": f"orgs/{org}", "sourcedId": org, "type": "org"}
    if version == "v1p1":
        return user | {"role": role, "orgs": [org_ref]}
    return user | {"roles": [{"roleType": "primary", "role": role, "org": org_ref}], "primaryOrg": org_ref}


@dataclass
class OneRosterService:
    version: str = "v1p2"
    orgs: list[Record] = field(default_factory=list)
    users: list[Record] = field(default_factory=list)
    most: int = 1000
    fails_at: int = 0  # the page of users, from 1 on, that is answered with `status`, or cut short where that is 0
    status: int = 500
    has_links: bool = True  # pages are chained by a Link header
    total: int | None = None  # of `X-Total-Count`; None for the right one, -1 for no such header
    asked: list[dict[str, str]] = field(default_factory=list)  # the parameters of each request for users

    def __post_init__(self) -> None:
        self._server = LocalServer(_make_handler(self))
        self.host = f"127.0.0.1:{self._server.port}"
        self.base = f"/ims/oneroster/{'rostering/' if self.version == 'v1p2' else ''}{self.version}"
        self.environ = {
            "SIGHTLINE_ONEROSTER": f"http://{CLIENT}:{SECRET.replace(' ', '%20')}@{self.host}{self.base}",
            "SIGHTLINE_ONEROSTER_TOKEN": f"http://{self.host}/oauth/token",
        }

    def __enter__(self) -> "OneRosterService":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()


def _keep(records: list[Record], wanted: str) -> list[Record] | None:
    for part in filter(None, wanted.split(" AND ")):
        found = re.fullmatch(r"(\w+)(!=|>|=)'([^']*)'", part)
        if found is None:
            return None
        name, sign, value = found.groups()
        compare = {"!=": lambda a, b: a != b, ">": lambda a, b: a > b, "=": lambda a, b: a == b}[sign]
        records = [each for each in records if compare(str(each.get(name, "")), value)]
    return records


def _make_handler(service: OneRosterService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def _send(self, status: int, found: object = None, headers: dict[str, str] | None = None) -> None:
            content = b"" if found is None else json.dumps(found).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            asked = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            is_right = (
                self.path == "/oauth/token"
                and self.headers["Authorization"] == f"Basic {basic}"
                and asked == {"grant_type": "client_credentials", "scope": SCOPES[service.version]}
            )
            told = {"access_token": TOKEN, "token_type": "bearer", "expires_in": 3600}
            self._send(200 if is_right else 401, told if is_right else {"error": "invalid_client"})

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = dict(parse_qsl(parts.query))
            what = parts.path.removeprefix(f"{service.base}/")
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                return self._send(401)
            if what not in ("orgs", "users") or not asked["limit"].isdigit() or not asked["offset"].isdigit():
                return self._send(404)
            kept = _keep(service.users if what == "users" else service.orgs, asked.get("filter", ""))
            if kept is None:
                return self._send(400, {"imsx_codeMajor": "failure"})
            offset, limit = int(asked["offset"]), min(int(asked["limit"]), service.most)
            shown = sorted(kept, key=lambda each: str(each["sourcedId"]))[offset : offset + limit]
            if what == "users":
                service.asked.append(asked)
                if service.fails_at == len(service.asked):
                    if service.status:
                        return self._send(service.status)
                    shown = shown[:-1]
            headers = {}
            if service.has_links:
                more = urlencode({**asked, "offset": offset + limit})
                next_page = (
                    f'<http://{service.host}{parts.path}?{more}>; rel="next", ' if offset + limit < len(kept) else ""
                )
                headers["Link"] = f'{next_page}<http://{service.host}{self.path}>; rel="first"'
            if service.total != -1:
                headers["X-Total-Count"] = str(len(kept) if service.total is None else service.total)
            return self._send(200, {what: shown}, headers)

    return Handler


TODAY = date(2026, 9, 14)
ORGS = [
    make_org("d", "Cedar District", kind="district"),
    make_org("s1", "Maple Ridge", parent="d"),
    make_org("o1", "Front Office", kind="department", parent="s1"),
]
USERS = [
    make_user("u1", "Ana", "Lopez", email="Ana.Lopez@cedar.example"),
    make_user("u2", "Ben", "Hill", org="o1", role="aide"),
    make_user("u3", "Cy", "Park"),
    make_user("k1", "Little", "Student", role="student"),
    make_user("u9", "Gone", "Person", status="tobedeleted"),
]


@pytest.fixture
def service() -> Iterator[OneRosterService]:
    with OneRosterService(orgs=list(ORGS), users=list(USERS), most=2) as running:
        yield running


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_roster_rest, "PAGE", 2)


def sync(app: App, api: Api, *, is_full: bool = False, choice: Choice | None = None) -> Applied:
    wish = choice or Choice()
    prepared = prepare_sync(app, AT_THIS_MACHINE, api, choice=wish, is_full=is_full)
    return apply_sync(app, AT_THIS_MACHINE, api, prepared, choice=wish)


@pytest.mark.parametrize("has_links", [True, False])
@pytest.mark.parametrize("total", [None, -1])
def test_all_pages_of_staff_come_in_and_no_student(
    drill_app: App, service: OneRosterService, has_links: bool, total: int | None
) -> None:
    service.has_links, service.total = has_links, total
    sync(drill_app, read_api(service.environ))
    people = list_people(drill_app)
    assert set(people) == {"Ana Lopez", "Ben Hill", "Cy Park"}
    ana = people["Ana Lopez"]
    assert (ana.email, ana.external_id, ana.roster_source) == ("ana.lopez@cedar.example", "u1", "oneroster")
    with drill_app.store.read() as work:
        teams = {each.team_id: (each.name, each.school, each.external_id) for each in work.teams.list_all()}
    assert teams[people["Ben Hill"].team_id] == ("Front Office", "Maple Ridge", "o1")
    assert [asked["offset"] for asked in service.asked] == ["0", "2", "4"]
    assert "phone" not in service.asked[0]["fields"] and "familyName" in service.asked[0]["fields"]


def test_version_1_1_with_one_role_and_several_schools(drill_app: App) -> None:
    users = [
        make_user("u1", "Ana", "Lopez", role="administrator", version="v1p1"),
        make_user("k1", "Little", "Student", role="student", version="v1p1"),
    ]
    users[0]["orgs"].append({"sourcedId": "o1"})
    with OneRosterService(version="v1p1", orgs=list(ORGS), users=users) as service:
        sync(drill_app, read_api(service.environ))
        assert service.asked[0]["filter"] == "role!='student'", "students are not even asked for"
    person = list_people(drill_app)["Ana Lopez"]
    with drill_app.store.read() as work:
        assert work.teams.get(person.team_id).name == "Maple Ridge"


def test_the_next_time_only_changes_are_read(drill_app: App, service: OneRosterService) -> None:
    api = read_api(service.environ)
    sync(drill_app, api)
    service.asked.clear()
    later = "2026-09-10T08:00:00.000Z"
    service.users = [
        *USERS[1:2],
        make_user("u1", "Ana", "Lopez-Hill", changed=later),
        make_user("u3", "Cy", "Park", status="tobedeleted", changed=later),
        make_user("u4", "Dee", "Moss", changed=later),
        make_user("k2", "Other", "Student", role="student", changed=later),
    ]
    done = sync(drill_app, api)
    assert service.asked[0]["filter"] == "dateLastModified>'2026-08-31T23:50:00.000Z'"
    assert sum(done.people.values()) == 3
    people = list_people(drill_app)
    assert set(people) == {"Ana Lopez-Hill", "Ben Hill", "Cy Park", "Dee Moss"}, "who did not change stays"
    assert {name for name, person in people.items() if person.left_at is not None} == {"Cy Park"}
    assert not sync(drill_app, api).people, "again, nothing changes"
    service.users = [each for each in service.users if each["sourcedId"] != "u2"]
    sync(drill_app, api)
    assert list_people(drill_app)["Ben Hill"].left_at is None, "a missing one shows in a full reading alone"
    sync(drill_app, api, is_full=True)
    assert list_people(drill_app)["Ben Hill"].left_at is not None


def test_one_that_fails_half_way_changes_nothing(drill_app: App, service: OneRosterService) -> None:
    service.fails_at = 2
    for service.status, said in ((500, "answered 500 in place of page 2"), (401, "401"), (0, "said 5 users")):
        service.asked.clear()
        with pytest.raises(OutsideError, match=said):
            sync(drill_app, read_api(service.environ))
        assert list_people(drill_app) == {} and not (drill_app.settings.data / STATE_NAME).exists()
    service.fails_at = 0
    sync(drill_app, read_api(service.environ))
    assert len(list_people(drill_app)) == 3


def test_many_who_leave_are_asked_about_first(drill_app: App, service: OneRosterService) -> None:
    service.users = [make_user(f"u{number:02}", "Ana", f"Lopez {number}") for number in range(12)]
    api = read_api(service.environ)
    sync(drill_app, api)
    service.users = service.users[:2]
    with pytest.raises(RosterError, match="10 of 12 people would be marked as having left"):
        sync(drill_app, api, is_full=True)
    assert all(person.left_at is None for person in list_people(drill_app).values())
    sync(drill_app, api, is_full=True, choice=Choice(takes_many_leaving=True))
    assert sum(person.left_at is not None for person in list_people(drill_app).values()) == 10


def test_known_people_alone_on_the_team_they_have(drill_app: App, service: OneRosterService) -> None:
    team_id, (person_id,) = make_team(drill_app, "A. Lopez")
    set_email(drill_app, person_id, "ana.lopez@cedar.example")
    sync(drill_app, read_api(service.environ), choice=Choice(known_only=True, keeps_teams=True))
    (person,) = list_people(drill_app).values()
    assert (person.name, person.team_id, person.external_id) == ("Ana Lopez", team_id, "u1")


def test_a_wrong_secret_a_wrong_filter_and_a_next_page_elsewhere_are_said(service: OneRosterService) -> None:
    api = read_api(service.environ)
    with pytest.raises(OutsideError, match=r"gave no token .answer 401"):
        fetch_roster(replace(api, secret="x"), today=TODAY)
    with pytest.raises(OutsideError, match="answered 400"):
        fetch_roster(api, today=TODAY, since="it's")
    assert "a secret" not in repr(api)
    service.host = "localhost:1"
    with pytest.raises(RosterError, match="at another address"):
        fetch_roster(api, today=TODAY)


def test_wrong_records_and_a_state_damaged_or_of_another_service(drill_app: App, service: OneRosterService) -> None:
    service.users.append(make_user("u5", "Eve", "", role="wizard"))
    api, path = read_api(service.environ), drill_app.settings.data / STATE_NAME
    with pytest.raises(RosterError, match="roles, record"):
        sync(drill_app, api)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="delete it"):
        sync(drill_app, api)
    path.write_text('{"schema_version": 1, "address": "https://other.example", "latest": "2030-01-01T00:00:00Z"}')
    service.asked.clear()
    sync(drill_app, api, choice=Choice(skips_wrong=True))
    assert "Ana Lopez" in list_people(drill_app), "wrong records held up nothing else"
    assert "filter" not in service.asked[0]
    assert service.base in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "address", ["", "https://sis.example/v1p2", "http://a:b@sis.example/v1p2", "https://a:b@[", "ftp://a:b@sis.example"]
)
def test_an_address_without_client_or_https_is_refused(address: str) -> None:
    with pytest.raises(MachineError, match=r"SIGHTLINE_ONEROSTER|OneRoster address"):
        read_api({"SIGHTLINE_ONEROSTER": address})
