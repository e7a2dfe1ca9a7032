"""Launches from a learning system over the app's own routes: the way in, and each part of a message forged."""

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sim.drill.attempt import Mode
from sim.services.accounts.sessions import find_viewer
from sim.services.accounts.viewer import AT_THIS_MACHINE, Role
from sim.services.app.wiring import App
from sim.services.learning_systems import launch
from sim.services.learning_systems.keys import PlatformKeys
from sim.services.learning_systems.launch import LASTS
from sim.services.learning_systems.people import list_new
from sim.services.learning_systems.platforms import remove_platform
from sim.ui.http.lti_routes import make_lti_routes
from sim.ui.page.request_origin import COOKIE
from tests.support.fake_clock import FakeClock
from tests.support.lti_platform import (
    CLAIM,
    CLIENT_ID,
    Claims,
    LtiPlatform,
)
from tests.support.lti_school import TOOL, School, read_problem, run_school


@pytest.fixture
def school(drill_app: App, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[School]:
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
        (row,) = work.attempts.list_of_person(viewer.person_id or "")
        person = work.teams.get_person(viewer.person_id or "")
        on = work.teams.get_team(person.team_id)
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


def sign_by(make_key: Callable[[LtiPlatform], Any]) -> Callable[[LtiPlatform, Claims], str]:
    return lambda platform, claims: platform.sign(claims, key=make_key(platform))


def make_other_key(platform: LtiPlatform) -> RSAKey:
    return RSAKey.generate_key(2048, auto_kid=True)


def make_disguised_key(platform: LtiPlatform) -> RSAKey:
    key = RSAKey.generate_key(2048, {"kid": platform.key.kid})
    assert key.kid == platform.key.kid
    return key


def sign_with_public_key_as_secret(platform: LtiPlatform, claims: Claims) -> str:
    """By hand: the library that signs here refuses to."""
    said = b".".join(_encode(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": platform.key.kid}, claims))
    signature = hmac.digest(platform.key.as_pem(private=False), said, "sha256")
    return b".".join((said, _encode(signature))).decode()


def _encode(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def sign_not_at_all(platform: LtiPlatform, claims: Claims) -> str:
    _, body, _ = platform.sign(claims).split(".")
    return f"eyJhbGciOiJub25lIn0.{body}."


def change_after_signing(platform: LtiPlatform, claims: Claims) -> str:
    head, _, signature = platform.sign(claims).split(".")
    _, other, _ = platform.sign({**claims, "sub": "ira"}).split(".")
    return f"{head}.{other}.{signature}"


@pytest.mark.parametrize(
    "forge",
    [
        sign_by(make_other_key),
        sign_by(make_disguised_key),
        sign_with_public_key_as_secret,
        sign_not_at_all,
        change_after_signing,
        lambda platform, claims: "garbage",
        lambda platform, claims: "é" * 10,
        lambda platform, claims: platform.sign({**claims, "x": "y" * 40_000}),
    ],
    ids=["other key", "same kid", "public key as secret", "none", "changed", "garbage", "letters", "long"],
)
def test_a_message_that_the_learning_system_did_not_sign_is_refused(
    school: School, forge: Callable[[LtiPlatform, Claims], str]
) -> None:
    asked = parse_qs(urlsplit(school.begin().headers["location"]).query)
    claims = school.platform.make_claims("ana", asked["nonce"][0])
    message = {"id_token": forge(school.platform, claims), "state": asked["state"][0]}
    answer = school.client.post("/lti/launch", data=message)
    assert answer.status_code == 403
    assert "not signed by Course system" in read_problem(answer)
    assert COOKIE not in answer.headers.get("set-cookie", "")


def without(name: str) -> Callable[[Claims], Claims]:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


def having(name: str, value: Any) -> Callable[[Claims], Claims]:
    return lambda claims: {**claims, name: value}


def later(name: str, seconds: float) -> Callable[[Claims], Claims]:
    return lambda claims: {**claims, name: claims[name] + seconds}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (having("iss", "https://elsewhere.example"), "of another learning system"),
        (having("aud", "another-tool"), "for another tool"),
        (having("aud", []), "for another tool"),
        (without("aud"), "for another tool"),
        (having("azp", "another-tool"), "for another tool"),
        (lambda claims: {**without("azp")(claims), "aud": [CLIENT_ID, "another-tool"]}, "for another tool"),
        (having(f"{CLAIM}deployment_id", "9"), "deployment &#x27;9&#x27; of Course system"),
        (without(f"{CLAIM}deployment_id"), "deployment &#x27;None&#x27;"),
        (having("nonce", "made up"), "made for another one"),
        (without("nonce"), "made for another one"),
        (later("iat", 6 * 60), "clock is 6 minutes ahead"),
        (later("exp", -16 * 60), "6 minutes old, or the two clocks differ"),
        (later("iat", -16 * 60), "16 minutes old"),
        (without("exp"), "when it was made"),
        (having("iat", "now"), "when it was made"),
        (having("exp", float(10**15)), "when it was made"),
        (having(f"{CLAIM}version", "1.1"), "of LTI &#x27;1.1&#x27;"),
        (having(f"{CLAIM}message_type", "LtiSubmissionReviewRequest"), "LtiSubmissionReviewRequest"),
        (without(f"{CLAIM}message_type"), "of the kind &#x27;None&#x27;"),
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
    ],
)
def test_each_part_of_a_message_is_checked(school: School, change: Callable[[Claims], Claims], said: str) -> None:
    school.platform.change = change
    answer = school.launch()
    assert answer.status_code == 403
    assert said.casefold() in read_problem(answer).casefold()
    assert COOKIE not in answer.headers.get("set-cookie", "")
    school.platform.change = lambda claims: claims
    assert school.launch().status_code == 303, "what was refused spoils nothing"


@pytest.mark.parametrize("seconds", [-4 * 60, 4 * 60])
def test_clocks_up_to_five_minutes_apart_do_not_matter(school: School, seconds: int) -> None:
    school.platform.change = lambda claims: later("exp", seconds - 500)(later("iat", seconds)(claims))
    assert school.launch().status_code == 303


def test_another_browser_s_launch_opens_nothing(school: School) -> None:
    message = school.make_message()
    school.client.cookies.clear()
    assert "in a new window" in read_problem(school.client.post("/lti/launch", data=message))
    other = school.make_message()
    assert "another one" in read_problem(school.client.post("/lti/launch", data={**message, "state": other["state"]}))


def test_a_state_that_is_old_or_forged_opens_nothing(school: School, clock: FakeClock) -> None:
    message = school.make_message()
    assert "not valid here" in read_problem(school.client.post("/lti/launch", data={**message, "state": "x.y"}))
    clock.pass_s(LASTS.total_seconds() + 1)
    assert "expired" in read_problem(school.client.post("/lti/launch", data=message))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"iss": "https://elsewhere.example"}, "not registered here"),
        ({"client_id": "other"}, "not registered here"),
        ({"login_hint": ""}, "no launch of a learning system"),
        ({"iss": "https://[", "target_link_uri": "https://["}, "not registered here"),
    ],
)
def test_a_launch_begins_only_for_who_is_registered(school: School, change: dict[str, str], said: str) -> None:
    asked = dict(parse_qs(urlsplit(school.platform.write_login("ana")).query)) | change
    answer = school.client.post("/lti/login", data=asked)
    assert answer.status_code == 403
    assert said in read_problem(answer)
    assert "location" not in answer.headers


def test_after_it_was_removed_a_learning_system_lets_nobody_in(school: School) -> None:
    message = school.make_message()
    remove_platform(school.app, AT_THIS_MACHINE, school.platform_id)
    assert school.client.post("/lti/launch", data=message).status_code == 503
    assert "not registered" in read_problem(school.begin())


def test_what_the_learning_system_refuses_is_told(school: School) -> None:
    answer = school.client.post("/lti/launch", data={"error": "login_required\nWARNING <b>", "state": "x"})
    assert "login_requiredWARNING &lt;b&gt;" in read_problem(answer)


def test_keys_that_cannot_be_fetched_are_said_and_fetched_again_when_new(school: School, clock: FakeClock) -> None:
    school.platform.fails = {"/jwks": 500}
    answer = school.launch()
    assert answer.status_code == 502 and "keys answered 500" in read_problem(answer)
    school.platform.fails = {}
    assert school.launch().status_code == 303
    school.platform.key = RSAKey.generate_key(2048, auto_kid=True)
    clock.pass_s(31)
    assert school.launch().status_code == 303, "a key that was changed is fetched"


def test_a_body_of_another_kind_or_size_is_refused(school: School) -> None:
    assert school.client.post("/lti/launch", content=b"{}", headers={"content-type": "text/plain"}).status_code == 403
    assert school.client.post("/lti/launch", data={"id_token": "x" * 70_000}).status_code == 403
    many = "&".join(f"a{number}=1" for number in range(60))
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert school.client.post("/lti/launch", content=many, headers=kind).status_code == 403


def test_nobody_gets_in_before_sign_in_is_set_up(drill_app: App) -> None:
    with TestClient(Starlette(routes=make_lti_routes(lambda: drill_app))) as client:
        assert "not set up" in read_problem(client.post("/lti/launch", data={"id_token": "x"}))
