"""The OpenAPI description against the routes themselves, and against the specification."""

import json
import re

import pytest
from starlette.routing import Route

from sim.app.wiring import App
from sim.commands import routes as command
from sim.features.accounts.routes import make_account_routes
from sim.features.drill.routes import make_routes
from sim.features.learning_systems.routes import make_lti_routes
from sim.features.program.routes import make_mail_routes
from sim.server.route_description import describe_routes
from sim.ui.http.page_head import make_installable_routes

METHODS = {"get", "post", "put", "patch", "delete"}


def list_served() -> set[tuple[str, str]]:
    found = set()

    def get_none() -> App:
        pytest.fail("no request was made")

    pages = (
        *make_account_routes(get_none),
        *make_mail_routes(get_none),
        *make_lti_routes(get_none),
        *make_installable_routes(),
    )
    for route in (*make_routes(get_none), *pages):
        assert isinstance(route, Route)
        path = re.sub(r"{(\w+):\w+}", r"{\1}", route.path)
        found |= {(path, method.lower()) for method in route.methods or () if method != "HEAD"}
    return found


def test_every_route_is_described_and_nothing_else() -> None:
    described = describe_routes()["paths"]
    assert {(path, method) for path in described for method in METHODS & described[path].keys()} == list_served()


def test_every_route_of_a_drill_wants_its_token() -> None:
    for path, methods in describe_routes()["paths"].items():
        for method in METHODS & methods.keys():
            assert bool(methods[method].get("security")) is ("{attempt_id}" in path)


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(None) == 0  # type: ignore[arg-type]
    assert json.loads(capsys.readouterr().out) == describe_routes()
