"""Who comes in from a learning system, what becomes of their results, and drills chosen for a course."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from joserfc import jwt
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sim.db.lti import PlatformRow
from sim.errors import SimError
from sim.services.accounts.sessions import find_viewer
from sim.services.accounts.sign_in import make_account
from sim.services.accounts.viewer import AT_THIS_MACHINE, Role
from sim.services.app.asking import Answer
from sim.services.app.wiring import App
from sim.services.learning_systems import launch
from sim.services.learning_systems import platforms as registration
from sim.services.learning_systems.keys import KEY_NAME, PlatformKeys
from sim.services.learning_systems.platforms import list_platforms, remove_platform
from sim.services.team import team
from sim.ui.http.lti_routes import make_lti_routes
from sim.ui.page.request_origin import COOKIE
from tests.support.fake_clock import FakeClock
from tests.support.lti_platform import (
    CLAIM,
    CLIENT_ID,
    DEPLOYMENT,
    DL,
    INSTRUCTOR,
    LEARNER,
    MEMBER,
    User,
)
from tests.support.lti_school import PASSPHRASE, TOOL, School, read_problem, run_school


@pytest.fixture
def school(drill_app: App, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[School]:
    monkeypatch.setattr(launch, "_platform_keys", PlatformKeys())
    with run_school(drill_app, clock) as running:
        yield running


def test_people_of_the_roster_are_known_by_address_or_id_where_that_is_trusted(school: School) -> None:
    team_id = team.add_team(school.app, "Office")
    by_email, by_id = team.add_person(school.app, team_id, "A. Lopez"), team.add_person(school.app, team_id, "Ira C.")
    with school.app.store.write() as work:
        rows = [work.teams.get_person(by_email), work.teams.get_person(by_id)]
        changed = [replace(rows[0], email="ana@school.example"), replace(rows[1], external_id="S-7")]
        work.roster.save_people(changed)
    school.platform.users["ira"].sourced_id = "S-7"
    school.change(takes_in=False)
    assert "on no list here" in read_problem(school.launch())
    school.change(trusts_email=True)
    known = [find_viewer(school.app, school.launch(sub).cookies[COOKIE], is_local=False) for sub in ("ana", "ira")]
    assert [viewer.person_id for viewer in known] == [by_email, by_id]
    school.platform.users["eve"] = User("eve", "Eve", "ana@school.example")
    assert "on no list here" in read_problem(school.launch("eve")), "the address is somebody's who came in before"


def test_who_may_do_more_than_a_trainee_signs_in_here(school: School) -> None:
    team_id = team.add_team(school.app, "Office")
    person_id = team.add_person(school.app, team_id, "Ana Lopez")
    with school.app.store.write() as work:
        work.roster.save_people([replace(work.teams.get_person(person_id), email="ana@school.example")])
        row = make_account(
            school.app, name="Ana", secret=PASSPHRASE, roles=frozenset({Role.TRAINER}), person_id=person_id
        )
        work.accounts.add(row)
    school.change(trusts_email=True)
    answer = school.launch()
    assert "more here than a trainee" in read_problem(answer)
    assert COOKIE not in answer.headers.get("set-cookie", "")


def test_who_has_left_or_is_closed_does_not_get_in(school: School) -> None:
    school.launch()
    with school.app.store.write() as work:
        (person,) = work.teams.list_everybody()
        work.roster.save_people([replace(person, left_at=school.app.clock.read().wall)])
    assert "no longer on a team" in read_problem(school.launch())


AGS_CLAIM = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"


@pytest.mark.parametrize(
    ("endpoint", "roles", "is_told"),
    [
        ({"lineitem": "https://lms.example/7", "scope": [SCORE]}, [LEARNER], True),
        ({"lineitem": "https://lms.example/7", "scope": [SCORE]}, [INSTRUCTOR], False),
        ({"lineitem": "https://lms.example/7", "scope": []}, [LEARNER], False),
        ({"lineitem": "http://lms.example/7", "scope": [SCORE]}, [LEARNER], False),
        ({"lineitem": "https://[", "scope": [SCORE]}, [LEARNER], False),
        ({"lineitem": f"https://lms.example/{'x' * 1000}", "scope": [SCORE]}, [LEARNER], False),
        ({"lineitem": 7, "scope": SCORE}, [LEARNER], False),
        ("x", [LEARNER], False),
    ],
)
def test_a_result_is_kept_for_a_learner_s_column_that_takes_scores(
    school: School, endpoint: object, roles: list[str], is_told: bool
) -> None:
    school.platform.change = lambda claims: {**claims, AGS_CLAIM: endpoint, f"{CLAIM}roles": roles}
    attempt_id = school.launch().headers["location"].rsplit("attempt=", 1)[1]
    with school.app.store.read() as work:
        assert (work.lti.find_result(attempt_id) is not None) is is_told


def test_two_people_of_one_name_are_two_and_a_name_that_cannot_be_used_is_replaced(school: School) -> None:
    for number, name in enumerate(("Ana Lopez", "=cmd()", "")):
        school.platform.users[f"u{number}"] = User(f"u{number}", name)
        assert school.launch(f"u{number}").status_code == 303
    assert school.launch("ana").status_code == 303
    with school.app.store.read() as work:
        names = {person.name for person in work.teams.list_everybody()}
    assert names == {"Ana Lopez", "Ana Lopez 2", "Course member", "Course member 2"}


def test_in_a_frame_a_launch_is_a_link_that_opens_a_window(school: School) -> None:
    answer = school.begin("ana", **{"sec-fetch-dest": "iframe"})
    assert answer.status_code == 200 and "set-cookie" not in answer.headers
    assert 'target="_blank"' in answer.text and "login?iss=" in answer.text
    assert "frame-ancestors *" in answer.headers["content-security-policy"]


def test_an_instructor_chooses_a_drill_in_the_frame_and_the_course_gets_it(school: School) -> None:
    begun = school.begin("ira", deep=True, **{"sec-fetch-dest": "iframe"})
    assert begun.status_code == 303, "choosing needs no window of its own"
    message = school.make_message("ira", deep=True)
    school.client.cookies.clear()
    page = school.client.post("/lti/launch", data=message)
    assert page.status_code == 200 and COOKIE not in page.headers.get("set-cookie", "")
    found = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert found is not None and f'value="{school.drill}"' in page.text and 'value="given"' in page.text
    back = school.client.post("/lti/select", data={"ticket": found[1], "drill": school.drill})
    token = re.search(r'name="JWT" value="([^"]+)"', back.text)
    assert token is not None and f'action="{school.platform.url}/deep_links"' in back.text
    assert school.platform.tool_keys is not None
    said = jwt.decode(token[1], school.platform.tool_keys, algorithms=["RS256"]).claims
    assert said["iss"] == CLIENT_ID and said["aud"] == [school.platform.url] and said["exp"] > said["iat"]
    assert said[f"{DL}data"].startswith("csrftoken:") and said[f"{CLAIM}deployment_id"] == DEPLOYMENT
    (item,) = said[f"{DL}content_items"]
    assert item["type"] == "ltiResourceLink" and item["custom"] == {"drill": school.drill}
    assert item["url"] == f"{TOOL}/lti/launch" and item["lineItem"]["scoreMaximum"] == 1
    assert "list" in read_problem(school.client.post("/lti/select", data={"ticket": found[1], "drill": "nothing"}))
    assert "not valid" in read_problem(school.client.post("/lti/select", data={"ticket": "x", "drill": school.drill}))


def test_a_learner_chooses_no_drill_for_the_course(school: School) -> None:
    assert "by its instructors" in read_problem(school.launch("ana", deep=True))
    school.platform.users["ana"].roles = (f"{MEMBER}Learner", "Instructor")
    assert school.launch("ana", deep=True).status_code == 200, "short names of roles count too"


def test_our_key_is_published_without_its_secret_and_stays(school: School) -> None:
    answer = school.client.get("/lti/keys")
    (key,) = answer.json()["keys"]
    assert key["kty"] == "RSA" and key["alg"] == "RS256" and key["kid"] and not {"d", "p", "q"} & set(key)
    assert (school.app.settings.data / KEY_NAME).stat().st_mode & 0o077 == 0
    assert school.client.get("/lti/keys").json() == answer.json()


def test_what_canvas_is_set_up_with_names_our_addresses(school: School) -> None:
    found = school.client.get("/lti/config.json").json()
    assert found["oidc_initiation_url"] == f"{TOOL}/lti/login" and found["public_jwk_url"] == f"{TOOL}/lti/keys"
    assert len(found["scopes"]) == 2


def ask_for(school: School, code: str) -> dict[str, str]:
    address = f"{school.platform.url}/.well-known/openid-configuration"
    return {"code": code, "openid_configuration": address, "registration_token": "once"}


@pytest.fixture
def trial(school: School) -> Iterator[tuple[App, TestClient]]:
    """The same installation as a trial at this machine, where the learning system's double is."""
    app = replace(school.app, settings=replace(school.app.settings, address="http://127.0.0.1:8501"))
    with TestClient(Starlette(routes=make_lti_routes(lambda: app)), base_url=TOOL) as client:
        yield app, client


def test_a_learning_system_registers_itself_with_a_link_of_the_administrator(
    school: School, trial: tuple[App, TestClient], clock: FakeClock
) -> None:
    app, client = trial
    forged = client.get("/lti/register", params=ask_for(school, "x"))
    assert "not valid here" in read_problem(forged)
    code = registration.make_code(app, AT_THIS_MACHINE)
    taken = client.get("/lti/register", params=ask_for(school, code))
    assert taken.status_code == 502, "it is here already"
    remove_platform(app, AT_THIS_MACHINE, school.platform_id)
    school.platform.registered.clear()
    again = client.get("/lti/register", params=ask_for(school, code))
    assert (again.status_code, "used before" in read_problem(again)) == (403, True), "a link that failed is used too"
    code = registration.make_code(app, AT_THIS_MACHINE)
    done = client.get("/lti/register", params=ask_for(school, code))
    assert done.status_code == 200 and "org.imsglobal.lti.close" in done.text
    (card,) = list_platforms(app, AT_THIS_MACHINE)
    row: PlatformRow = card.row
    assert (row.issuer, row.client_id, row.deployments) == (school.platform.url, CLIENT_ID, (DEPLOYMENT,))
    assert school.platform.registered[0]["redirect_uris"] == ["http://127.0.0.1:8501/lti/launch"]
    remove_platform(app, AT_THIS_MACHINE, card.row.platform_id)
    again = client.get("/lti/register", params=ask_for(school, code))
    assert (again.status_code, "used before" in read_problem(again)) == (403, True)
    assert len(school.platform.registered) == 1, "nobody was asked a second time"
    late = registration.make_code(app, AT_THIS_MACHINE)
    clock.pass_s(timedelta(hours=1).total_seconds() + 1)
    assert "expired" in read_problem(client.get("/lti/register", params=ask_for(school, late)))


def test_of_two_who_use_a_registration_link_at_the_same_moment_one_gets_through(
    school: School, trial: tuple[App, TestClient]
) -> None:
    app, _ = trial
    remove_platform(app, AT_THIS_MACHINE, school.platform_id)
    asked = ask_for(school, registration.make_code(app, AT_THIS_MACHINE))
    together = Barrier(2)

    def use(_: int) -> str:
        together.wait()
        try:
            address, token = asked["openid_configuration"], asked["registration_token"]
            return registration.register(app, code=asked["code"], config_url=address, token=token, base=TOOL)
        except SimError as error:
            return error.what

    with ThreadPoolExecutor(2) as both:
        said = sorted(both.map(use, range(2)))
    assert said[0].startswith("double at "), said
    assert "used before" in said[1]
    assert len(school.platform.registered) == 1


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/", "http://localhost/", "http://lms.example/", "ftp://lms.example/", "https://a@b/", ""],
)
def test_a_registration_asks_no_address_but_https_and_leaves_the_link_unused(school: School, address: str) -> None:
    code = registration.make_code(school.app, AT_THIS_MACHINE)
    asked = {**ask_for(school, code), "openid_configuration": address}
    for _ in range(2):
        refused = school.client.get("/lti/register", params=asked)
        assert (refused.status_code, "no https address" in read_problem(refused)) == (502, True)


@pytest.mark.parametrize("name", ["registration_endpoint", "authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_what_a_learning_system_names_is_asked_over_https_alone(
    school: School, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    names = ("registration_endpoint", "authorization_endpoint", "token_endpoint", "jwks_uri")
    found = {each: f"https://lms.example/{each}" for each in names} | {"issuer": "https://lms.example"}
    found[name] = f"{school.platform.url}/register"
    asked: list[str] = []

    def answer(url: str, **_: object) -> Answer:
        asked.append(url)
        return Answer(status=200, data=found)

    monkeypatch.setattr(registration, "ask", answer)
    code = registration.make_code(school.app, AT_THIS_MACHINE)
    params = {**ask_for(school, code), "openid_configuration": "https://lms.example/configuration"}
    refused = school.client.get("/lti/register", params=params)
    assert (refused.status_code, "no https address" in read_problem(refused)) == (502, True)
    assert asked == ["https://lms.example/configuration"]
