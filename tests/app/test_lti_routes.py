"""Launches from a learning system over the app's own routes: the way in, and each part of a message forged."""

import base64
import hmac
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Barrier
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from sim.app.asking import Answer
from sim.app.wiring import App
from sim.attempt.attempt import Mode
from sim.db.lti import PlatformRow, ResultRow
from sim.errors import SimError
from sim.features.accounts.sign_in import make_account, set_up
from sim.features.learning_systems import launch
from sim.features.learning_systems import platforms as registration
from sim.features.learning_systems.launch import KEY_NAME, LASTS, PlatformKeys
from sim.features.learning_systems.people import list_new
from sim.features.learning_systems.platforms import list_platforms, remove_platform
from sim.features.learning_systems.routes import make_lti_routes
from sim.features.team import team
from sim.rules.sessions import find_viewer
from sim.rules.viewer import AT_THIS_MACHINE, Role
from sim.ui.http.guards import SafeRequests
from sim.ui.page.request_origin import COOKIE
from tests.support.fake_clock import FakeClock
from tests.support.lti_course import connect, run_platform
from tests.support.lti_platform import (
    CLAIM,
    CLIENT_ID,
    DEPLOYMENT,
    DL,
    INSTRUCTOR,
    LEARNER,
    MEMBER,
    Claims,
    LtiPlatform,
    User,
)

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


@pytest.fixture
def school(drill_app: App, clock: FakeClock, quick_hash: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[School]:
    monkeypatch.setattr(launch, "_platform_keys", PlatformKeys())
    with run_school(drill_app, clock) as running:
        yield running


def test_the_way_in_is_as_openid_connect_has_it(school: School) -> None:
    begun = school.begin()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.headers["location"]).query).items()}
    fixed = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none"}
    assert fixed.items() <= asked.items()
    assert asked["client_id"] == CLIENT_ID and asked["login_hint"] == "ana" and asked["lti_message_hint"] == "link"
    assert asked["redirect_uri"] == f"{TOOL}/lti/launch"
    cookie = begun.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("samesite=none", "secure", "httponly", "path=/lti", "max-age=600"))


def test_a_launch_signs_in_and_opens_the_drill_and_a_second_one_goes_on_with_it(school: School) -> None:
    first = school.launch()
    assert first.status_code == 303, first.text
    viewer = find_viewer(school.app, first.cookies[COOKIE], is_local=False)
    assert viewer.name == "Ana Lopez" and viewer.roles == {Role.TRAINEE}
    second = school.launch()
    assert second.headers["location"] == first.headers["location"]
    with school.app.store.read() as work:
        (row,) = work.attempts.list_all(person_id=viewer.person_id or "")
        person = work.people.get(viewer.person_id or "")
        on = work.teams.get(person.team_id)
    assert (row.form_id, row.mode) == (school.drill, Mode.PRACTICE)
    assert first.headers["location"] == f"../drill?attempt={row.timing.attempt_id}"
    assert list_new(school.app, person.team_id) == ("Ana Lopez",), "the trainer sees who came in"
    assert (on.name, on.school, person.roster_source, person.email) == ("Camera training", "Maple Ridge", "lti", None)


def test_a_launch_opens_once_also_after_the_browser_got_the_page_again(school: School) -> None:
    message = school.make_message()
    kept = {str(each.name): str(each.value) for each in school.client.cookies.jar}
    assert school.client.post("/lti/launch", data=message).status_code == 303
    assert not any(each.name in kept for each in school.client.cookies.jar), "the cookie of the launch goes"
    for name, value in kept.items():
        school.client.cookies.set(name, value)
    again = school.client.post("/lti/launch", data=message)
    assert again.status_code == 403
    assert "used before" in read_problem(again)
    assert COOKIE not in again.headers.get("set-cookie", "")


def sign_with_public_key_as_secret(platform: LtiPlatform, claims: Claims) -> str:
    said = b".".join(_encode(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": platform.key.kid}, claims))
    signature = hmac.digest(platform.key.as_pem(private=False), said, "sha256")
    return b".".join((said, _encode(signature))).decode()


def _encode(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def change_after_signing(platform: LtiPlatform, claims: Claims) -> str:
    head, _, signature = platform.sign(claims).split(".")
    _, other, _ = platform.sign({**claims, "sub": "ira"}).split(".")
    return f"{head}.{other}.{signature}"


FORGED: dict[str, Callable[[LtiPlatform, Claims], str]] = {
    "other key": lambda platform, claims: platform.sign(claims, key=RSAKey.generate_key(2048, auto_kid=True)),
    "same kid": lambda own, claims: own.sign(claims, key=RSAKey.generate_key(2048, {"kid": own.key.kid})),
    "public key as secret": sign_with_public_key_as_secret,
    "none": lambda platform, claims: f"eyJhbGciOiJub25lIn0.{platform.sign(claims).split('.')[1]}.",
    "changed": change_after_signing,
    "garbage": lambda platform, claims: "garbage",
    "letters": lambda platform, claims: "é" * 10,
    "long": lambda platform, claims: platform.sign({**claims, "x": "y" * 40_000}),
}


def test_a_message_that_the_learning_system_did_not_sign_is_refused(school: School) -> None:
    for name, forge in FORGED.items():
        asked = parse_qs(urlsplit(school.begin().headers["location"]).query)
        claims = school.platform.make_claims("ana", asked["nonce"][0])
        message = {"id_token": forge(school.platform, claims), "state": asked["state"][0]}
        answer = school.client.post("/lti/launch", data=message)
        assert answer.status_code == 403, name
        assert "not signed by Course system" in read_problem(answer), name
        assert COOKIE not in answer.headers.get("set-cookie", "")


def without(name: str) -> Callable[[Claims], Claims]:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


def having(name: str, value: Any) -> Callable[[Claims], Claims]:
    return lambda claims: {**claims, name: value}


def later(name: str, seconds: float) -> Callable[[Claims], Claims]:
    return lambda claims: {**claims, name: claims[name] + seconds}


CHANGED: list[tuple[Callable[[Claims], Claims], str]] = [
    (having("iss", "https://elsewhere.example"), "of another learning system"),
    (having("aud", "another-tool"), "for another tool"),
    (having("aud", []), "for another tool"),
    (without("aud"), "for another tool"),
    (having("azp", "another-tool"), "for another tool"),
    (lambda claims: {**without("azp")(claims), "aud": [CLIENT_ID, "another-tool"]}, "for another tool"),
    (having(f"{CLAIM}deployment_id", "9"), "deployment &#39;9&#39; of Course system"),
    (without(f"{CLAIM}deployment_id"), "deployment &#39;None&#39;"),
    (having("nonce", "made up"), "made for another one"),
    (without("nonce"), "made for another one"),
    (later("iat", 6 * 60), "clock is 6 minutes ahead"),
    (later("exp", -16 * 60), "6 minutes old, or the two clocks differ"),
    (later("iat", -16 * 60), "16 minutes old"),
    (without("exp"), "when it was made"),
    (having("iat", "now"), "when it was made"),
    (having("exp", float(10**15)), "when it was made"),
    (having(f"{CLAIM}version", "1.1"), "of LTI &#39;1.1&#39;"),
    (having(f"{CLAIM}message_type", "LtiSubmissionReviewRequest"), "LtiSubmissionReviewRequest"),
    (without(f"{CLAIM}message_type"), "of the kind &#39;None&#39;"),
    (without(f"{CLAIM}roles"), "does not list roles"),
    (having(f"{CLAIM}roles", [7]), "does not list roles"),
    (without("sub"), "does not say who opens the link"),
    (having("sub", "x" * 256), "does not say who opens the link"),
    (having(f"{CLAIM}resource_link", {}), "which link was opened"),
    (having(f"{CLAIM}resource_link", "7"), "which link was opened"),
    (without(f"{CLAIM}target_link_uri"), "which link was opened"),
    (having(f"{CLAIM}custom", {}), "names no drill"),
    (having(f"{CLAIM}custom", {"drill": "nothing"}), "no practice drill"),
    (having(f"{CLAIM}custom", {"drill": "given"}), "no drill is waiting"),
]


def test_each_part_of_a_message_is_checked(school: School) -> None:
    for change, said in CHANGED:
        school.platform.change = change
        answer = school.launch()
        assert answer.status_code == 403, said
        assert said.casefold() in read_problem(answer).casefold()
        assert COOKIE not in answer.headers.get("set-cookie", "")
    school.platform.change = lambda claims: claims
    assert school.launch().status_code == 303, "what was refused spoils nothing"


def test_clocks_up_to_five_minutes_apart_do_not_matter(school: School) -> None:
    for seconds in (-4 * 60, 4 * 60):
        school.platform.change = lambda claims, by=seconds: later("exp", by - 500)(later("iat", by)(claims))  # type: ignore[misc]
        assert school.launch().status_code == 303


def test_a_launch_of_another_browser_and_a_forged_or_old_state_open_nothing(school: School, clock: FakeClock) -> None:
    message = school.make_message()
    school.client.cookies.clear()
    assert "in a new window" in read_problem(school.client.post("/lti/launch", data=message))
    message = school.make_message()
    assert "not valid here" in read_problem(school.client.post("/lti/launch", data={**message, "state": "x.y"}))
    other = school.make_message()
    assert "another one" in read_problem(school.client.post("/lti/launch", data={**message, "state": other["state"]}))
    late = school.make_message()
    clock.pass_s(LASTS.total_seconds() + 1)
    assert "expired" in read_problem(school.client.post("/lti/launch", data=late))


def test_who_is_not_registered_and_garbage_begin_nothing_and_in_a_frame_a_launch_opens_a_window(school: School) -> None:
    asked = dict(parse_qs(urlsplit(school.platform.write_login("ana")).query))
    for change, said in (
        ({"iss": "https://elsewhere.example"}, "not registered here"),
        ({"client_id": "other"}, "not registered here"),
        ({"login_hint": ""}, "no launch of a learning system"),
        ({"iss": "https://[", "target_link_uri": "https://["}, "not registered here"),
    ):
        answer = school.client.post("/lti/login", data=asked | change)
        assert (answer.status_code, said in read_problem(answer)) == (403, True), change
        assert "location" not in answer.headers

    assert school.client.post("/lti/launch", content=b"{}", headers={"content-type": "text/plain"}).status_code == 403
    large = school.client.post("/lti/launch", data={"id_token": "x" * 70_000})
    assert large.status_code == 403 and "too large" in read_problem(large)
    many = "&".join(f"a{number}=1" for number in range(60))
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert school.client.post("/lti/launch", content=many, headers=kind).status_code == 403
    answer = school.client.post("/lti/launch", data={"error": "login_required\nWARNING <b>", "state": "x"})
    assert "login_requiredWARNING &lt;b&gt;" in read_problem(answer), "what the learning system refuses is told"

    answer = school.begin("ana", **{"sec-fetch-dest": "iframe"})
    assert answer.status_code == 200 and "set-cookie" not in answer.headers
    assert 'target="_blank"' in answer.text and "login?iss=" in answer.text
    assert "frame-ancestors *" in answer.headers["content-security-policy"]


def test_after_it_was_removed_a_learning_system_lets_nobody_in(school: School) -> None:
    message = school.make_message()
    remove_platform(school.app, AT_THIS_MACHINE, school.platform_id)
    assert school.client.post("/lti/launch", data=message).status_code == 503
    assert "not registered" in read_problem(school.begin())


def test_keys_that_cannot_be_fetched_are_said_and_fetched_again_when_new(school: School, clock: FakeClock) -> None:
    school.platform.fails = {"/jwks": 500}
    answer = school.launch()
    assert answer.status_code == 502 and "keys answered 500" in read_problem(answer)
    school.platform.fails = {}
    assert school.launch().status_code == 303
    school.platform.key = RSAKey.generate_key(2048, auto_kid=True)
    clock.pass_s(31)
    assert school.launch().status_code == 303, "a key that was changed is fetched"


def test_nobody_gets_in_before_sign_in_is_set_up(drill_app: App) -> None:
    with TestClient(Starlette(routes=make_lti_routes(lambda: drill_app))) as client:
        assert "not set up" in read_problem(client.post("/lti/launch", data={"id_token": "x"}))


def test_people_of_the_roster_are_known_by_address_or_id_where_that_is_trusted(school: School) -> None:
    team_id = team.add_team(school.app, "Office")
    by_email, by_id = team.add_person(school.app, team_id, "A. Lopez"), team.add_person(school.app, team_id, "Ira C.")
    with school.app.store.write() as work:
        rows = [work.people.get(by_email), work.people.get(by_id)]
        changed = [replace(rows[0], email="ana@school.example"), replace(rows[1], external_id="S-7")]
        work.people.save(changed)
    school.platform.users["ira"].sourced_id = "S-7"
    school.change(takes_in=False)
    assert "on no list here" in read_problem(school.launch())
    school.change(trusts_email=True)
    known = [find_viewer(school.app, school.launch(sub).cookies[COOKIE], is_local=False) for sub in ("ana", "ira")]
    assert [viewer.person_id for viewer in known] == [by_email, by_id]
    school.platform.users["eve"] = User("eve", "Eve", "ana@school.example")
    assert "on no list here" in read_problem(school.launch("eve")), "the address is somebody's who came in before"


def test_who_may_do_more_than_a_trainee_or_has_left_does_not_get_in(school: School) -> None:
    person_id = team.add_person(school.app, team.add_team(school.app, "Office"), "Ana Lopez")
    with school.app.store.write() as work:
        work.people.save([replace(work.people.get(person_id), email="ana@school.example")])
        roles = frozenset({Role.TRAINER})
        work.accounts.add(make_account(school.app, name="Ana", secret=PASSPHRASE, roles=roles, person_id=person_id))
    school.change(trusts_email=True)
    answer = school.launch()
    assert "more here than a trainee" in read_problem(answer)
    assert COOKIE not in answer.headers.get("set-cookie", "")
    school.platform.users["cy"] = User("cy", "Cy Park")
    school.launch("cy")
    with school.app.store.write() as work:
        (person,) = (each for each in work.people.list_all() if each.name == "Cy Park")
        work.people.save([replace(person, left_at=school.app.clock.read().wall)])
    assert "no longer on a team" in read_problem(school.launch("cy"))


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
def test_a_result_is_kept_for_a_score_column(school: School, endpoint: object, roles: list[str], is_told: bool) -> None:
    school.platform.change = lambda claims: {**claims, AGS_CLAIM: endpoint, f"{CLAIM}roles": roles}
    attempt_id = school.launch().headers["location"].rsplit("attempt=", 1)[1]
    with school.app.store.read() as work:
        assert (work.by_key(ResultRow, attempt_id) is not None) is is_told


def test_two_people_of_one_name_are_two_and_a_name_that_cannot_be_used_is_replaced(school: School) -> None:
    for number, name in enumerate(("Ana Lopez", "=cmd()", "")):
        school.platform.users[f"u{number}"] = User(f"u{number}", name)
        assert school.launch(f"u{number}").status_code == 303
    assert school.launch("ana").status_code == 303
    with school.app.store.read() as work:
        names = {person.name for person in work.people.list_all()}
    assert names == {"Ana Lopez", "Ana Lopez 2", "Course member", "Course member 2"}


def test_an_instructor_and_no_learner_chooses_a_drill_in_the_frame_and_the_course_gets_it(school: School) -> None:
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

    assert "by its instructors" in read_problem(school.launch("ana", deep=True))
    school.platform.users["ana"].roles = (f"{MEMBER}Learner", "Instructor")
    assert school.launch("ana", deep=True).status_code == 200, "short names of roles count too"
    for settings, said in (({}, "where the chosen"), ({"deep_link_return_url": "http://lms.example/"}, "not https")):
        school.platform.change = having(f"{DL}deep_linking_settings", settings)
        assert said in read_problem(school.launch("ira", deep=True))


def test_our_key_is_published_without_its_secret_and_stays_and_canvas_gets_our_addresses(school: School) -> None:
    answer = school.client.get("/lti/keys")
    (key,) = answer.json()["keys"]
    assert key["kty"] == "RSA" and key["alg"] == "RS256" and key["kid"] and not {"d", "p", "q"} & set(key)
    assert (school.app.settings.data / KEY_NAME).stat().st_mode & 0o077 == 0
    assert school.client.get("/lti/keys").json() == answer.json()
    found = school.client.get("/lti/config.json").json()
    assert found["oidc_initiation_url"] == f"{TOOL}/lti/login" and found["public_jwk_url"] == f"{TOOL}/lti/keys"
    assert len(found["scopes"]) == 2


def ask_for(school: School, code: str) -> dict[str, str]:
    address = f"{school.platform.url}/.well-known/openid-configuration"
    return {"code": code, "openid_configuration": address, "registration_token": "once"}


@pytest.fixture
def trial(school: School) -> Iterator[tuple[App, TestClient]]:
    app = replace(school.app, settings=replace(school.app.settings, address="http://127.0.0.1:8501"))
    with TestClient(Starlette(routes=make_lti_routes(lambda: app)), base_url=TOOL) as client:
        yield app, client


def test_a_learning_system_registers_itself(school: School, trial: tuple[App, TestClient], clock: FakeClock) -> None:
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


def test_of_two_who_use_a_registration_link_at_once_one_gets_in(school: School, trial: tuple[App, TestClient]) -> None:
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


def test_only_https_addresses_are_asked(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    code = registration.make_code(school.app, AT_THIS_MACHINE)

    def refuse(address: str, said: str = "no https address", status: int = 502) -> None:
        params = {**ask_for(school, code), "openid_configuration": address}
        refused = school.client.get("/lti/register", params=params)
        assert (refused.status_code, said in read_problem(refused)) == (status, True), address

    wrong = ["http://127.0.0.1:9/", "http://localhost/", "http://lms.example/", "ftp://lms.example/", "https://a@b/"]
    wrong += ["https://127.0.0.1:8501/", "https://localhost/x", "https://[::1]/", "https://169.254.169.254/latest"]
    for address in [*wrong, ""] * 2:
        refuse(address)
    names = ("registration_endpoint", "authorization_endpoint", "token_endpoint", "jwks_uri", "issuer")
    asked: list[str] = []
    for name in names:
        code = registration.make_code(school.app, AT_THIS_MACHINE)
        found = {each: f"https://lms.example/{each}" for each in names} | {"issuer": "https://lms.example"}
        found[name] = f"{school.platform.url}/register"

        def answer(url: str, *, data: dict[str, str] = found, **_: object) -> Answer:
            asked.append(url)
            return Answer(status=200, data=data)

        monkeypatch.setattr(registration, "ask", answer)
        said, status = ("than its issuer", 403) if name == "issuer" else ("no https address", 502)
        refuse("https://lms.example/configuration", said, status)
    assert asked == ["https://lms.example/configuration"] * len(names)
