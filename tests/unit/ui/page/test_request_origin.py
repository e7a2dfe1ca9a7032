import logging

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from sim.app.settings import read_trusted_proxies
from sim.ui.http.guards import SafeRequests
from sim.ui.page.request_origin import PEER_HEADER, REMOTE, UNBELIEVED


async def tell(request: Request) -> PlainTextResponse:
    assert request.client is not None
    return PlainTextResponse(f"{request.client.host} {request.headers[PEER_HEADER]}")


def ask(proxies: str, *, times: int = 2, network: str = "203.0.113") -> str:
    app = SafeRequests(Starlette(routes=[Route("/", tell)]))
    believing = ProxyHeadersMiddleware(app, trusted_hosts=read_trusted_proxies({"FORWARDED_ALLOW_IPS": proxies}))
    with TestClient(believing, client=("127.0.0.1", 50000), base_url="http://127.0.0.1") as client:
        answers = [client.get("/", headers={"X-Forwarded-For": f"{network}.{n}"}).text for n in range(times)]
    return answers[-1]


def test_whoever_pretends_to_be_a_proxy_keeps_their_own_address(caplog: pytest.LogCaptureFixture) -> None:
    """The attack: a new address in `X-Forwarded-For` with each wrong PIN, so that no wait ever holds."""
    with caplog.at_level(logging.WARNING, logger="sightline"):
        assert ask("") == f"127.0.0.1 {REMOTE}"
    assert [record.getMessage() for record in caplog.records] == [UNBELIEVED]


def test_a_browser_at_this_machine_behind_a_named_proxy_warns_of_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="sightline"):
        assert ask("127.0.0.1", network="127.0.0") == f"127.0.0.1 {REMOTE}"
    assert not caplog.records


def test_a_proxy_that_is_named_is_believed(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="sightline"):
        assert ask("127.0.0.1") == f"203.0.113.1 {REMOTE}"
    assert not caplog.records
