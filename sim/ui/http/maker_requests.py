"""What routes for people who make drills have in common: who may ask, bodies of a bounded size, failures in words."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from anyio.to_thread import run_sync
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from sim.errors import AccessError, SimError, SiteError, StoreError
from sim.services.accounts.sessions import find_viewer
from sim.services.accounts.viewer import Duty, Viewer, require
from sim.services.app.wiring import App
from sim.ui.http.headers import NEVER_STORED, SECURITY_HEADERS
from sim.ui.page.request_origin import is_own_site, read_peer

GetApp = Callable[[], App]
Handler = Callable[[Request], Awaitable[Response]]
HEADERS: Final = {**SECURITY_HEADERS, **NEVER_STORED}


async def let_in(app: App, request: Request, *, page: str) -> tuple[App, Viewer]:
    """Return who asks, if they may; `page` is where such requests come from. Raises AccessError."""
    if not is_own_site(request.headers):
        raise AccessError("this comes from another site", todo=f"open the page {page} here")
    peer = read_peer(request.headers, request.cookies)
    viewer = await run_sync(partial(find_viewer, app, peer.cookie, is_local=peer.is_local))
    require(viewer, Duty.MAKE_DRILLS)
    return app, viewer


async def read_body(request: Request, *, most_bytes: int) -> bytes:
    """Return the body. Raises SiteError: it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise SiteError("this step is too large", todo="make it in smaller steps")
    return bytes(body)


def guard(handler: Handler) -> Handler:
    """Turn expected failures into an answer that says what went wrong."""

    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except ClientDisconnect:
            return answer({"error": "The connection closed early."}, 400)
        except AccessError as error:
            return answer({"error": error.on_screen}, 403)
        except StoreError as error:
            return answer({"error": error.on_screen}, 409)
        except SimError as error:
            return answer({"error": error.on_screen}, 422)

    return guarded


def answer(content: dict[str, Any], status: int = 200) -> Response:
    """Return plain JSON that no browser keeps."""
    return JSONResponse(content, status_code=status, headers=HEADERS)
