"""Every route of the server's own description: no wrong token opens it, and no made-up call gets past its words."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from sim.services.app.signed import Access
from sim.ui.http.route_description import describe_routes
from tests.support.driven_drill import TAB, Drill
from tests.support.fake_clock import FakeClock

DESCRIPTION = describe_routes()
ROUTES = {
    (method, path): each
    for path, methods in DESCRIPTION["paths"].items()
    for method, each in methods.items()
    if method in ("get", "post")
}
WITH_TOKEN = [route for route, each in ROUTES.items() if "{token}" in route[1] or each.get("security")]
TAKING = [route for route, each in ROUTES.items() if "{" in route[1] or "requestBody" in each]
DENIED = (401, 403, 404, 405)


def make_bad_tokens(drill: Drill, clock: FakeClock) -> dict[str, str]:
    own, other = drill.links.token, Drill(drill.app, drill.client).begin().links.token
    payload, _, signature = own.rpartition(".")
    what = {"attempt_id": drill.attempt_id, "recording_id": "tiny", "reference": ""}
    now = clock.read().wall
    return {
        "missing": "",
        "nonsense": "nonsense._-",
        "changed by a letter": own[:9] + ("A" if own[9] != "A" else "B") + own[10:],
        "without its signature": payload,
        "another payload under the same signature": f"{other.rpartition('.')[0]}.{signature}",
        "signed by another server": Access(secret=bytes(32)).mint(**what, since=now, now=now),
        "other people's": other,
    }


def list_parts(drill: Drill, token: str) -> dict[str, str]:
    """Return what exists for each part of a path."""
    return {
        "attempt_id": drill.attempt_id,
        "recording_id": drill.links.recording_name,
        "token": token,
        "path": drill.links.name("main/CAM-01.mp4"),
        "camera_id": "CAM-01",
        "frame": "1",
        "part": "1-1-60-60",
        "name": "x",
    }


@pytest.mark.parametrize(("method", "path"), WITH_TOKEN)
def test_no_wrong_token_opens_a_route(drill: Drill, clock: FakeClock, method: str, path: str) -> None:
    drill.begin()
    for kind, token in make_bad_tokens(drill, clock).items():
        if kind == "other people's" and "{attempt_id}" not in path:
            continue
        headers = {"Authorization": f"Bearer {token}"} if "{token}" not in path and token else {}
        body = {"tab": TAB, "events": []} if method == "post" else None
        answer = drill.client.request(method, path.format(**list_parts(drill, token)), headers=headers, json=body)
        assert answer.status_code in DENIED, kind
    assert not drill.state()["acked"]


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), TAKING)
def test_calls_made_up_from_the_description_are_answered_as_it_says(drill: Drill, method: str, path: str) -> None:
    from schemathesis import openapi  # noqa: PLC0415  a second, which other tests need not wait for

    drill.begin()
    known = list_parts(drill, drill.links.token)
    operation = openapi.from_dict(DESCRIPTION)[path][method.upper()]

    @seed(7)
    @settings(
        max_examples=5, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None
    )
    @given(case=operation.as_strategy(), is_known=st.booleans())
    def call(case: Any, is_known: bool) -> None:
        sent: Mapping[str, Any] = case.as_transport_kwargs(base_url="http://testserver")
        url = path.format(**known) if is_known else sent["url"]
        headers = {**sent["headers"], **drill.headers} if is_known else sent["headers"]
        body = {name: sent[name] for name in ("params", "json", "data", "content") if sent.get(name)}
        answer = drill.client.request(method, url, headers=headers, follow_redirects=False, **body)
        described = {*ROUTES[method, path]["responses"], "404"}
        assert answer.status_code < 500 and str(answer.status_code) in described, answer.text
        assert "Traceback" not in answer.text

    call()
