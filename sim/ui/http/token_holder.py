"""Who may use the token of a drill: anyone who has it, or only somebody signed in, if it was handed to them."""

from functools import partial

from anyio.to_thread import run_sync
from starlette.requests import Request

from sim.errors import AccessError
from sim.services.accounts.sessions import find_viewer, note_use
from sim.services.app.footage_token import Grant
from sim.services.app.wiring import App
from sim.ui.page.request_origin import read_peer


async def authorise(app: App, request: Request) -> Grant:
    """Return what a request's token allows; one handed to somebody signed in is nothing without their cookie."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise AccessError("the request carries no token", todo="open the drill's page again")
    grant = app.access.read(token.strip(), now=app.clock.read().wall)
    if grant.attempt_id != request.path_params["attempt_id"]:
        raise AccessError("the token is for another attempt", todo="open the drill's page again")
    cookie = await _require_holder(app, grant, request)
    if grant.account_id:  # a drill that goes on is a use
        await run_sync(note_use, app, cookie)
    return grant


async def require_own_footage(app: App, request: Request) -> Grant:
    """Return what a request's token allows; refuse anyone who only has its address, where it was handed to somebody."""
    grant = app.access.read(request.path_params["token"], now=app.clock.read().wall)
    await _require_holder(app, grant, request)
    return grant


async def _require_holder(app: App, grant: Grant, request: Request) -> str:
    """Refuse anyone who is not signed in as the one whose page got the token; return their cookie."""
    cookie = read_peer(request.headers, request.cookies).cookie
    if grant.account_id:
        viewer = await run_sync(partial(find_viewer, app, cookie, is_local=False))
        if viewer.account_id != grant.account_id:
            raise AccessError("you are not signed in here any more", todo="sign in and open the drill's page again")
    return cookie
