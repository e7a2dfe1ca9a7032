"""Addresses of earlier versions, and `/start`, which people guess: each leads to where its page is now.

Home itself lies at the root, where Streamlit has its first page; it knows no other name of it and would say that the
page was not found.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sim.ui.page.pages import OLD_PATHS

LEADS_TO: Final[Mapping[str, str]] = MappingProxyType({"start": "", **OLD_PATHS})


def make_old_routes() -> list[BaseRoute]:
    """Return a route for each of them."""
    return [Route(f"/{path}", _lead_on, methods=["GET"]) for path in LEADS_TO]


async def _lead_on(request: Request) -> Response:
    """Answer with the way to the page's address now, query and all; from below a proxy's path too."""
    path, _, own = LEADS_TO[request.url.path.rsplit("/", 1)[-1]].partition("?")
    query = "&".join(part for part in (own, request.url.query) if part)
    to = f"./{path}?{query}" if query else f"./{path}"
    return RedirectResponse(to, 303, headers={"Cache-Control": "no-store"})
