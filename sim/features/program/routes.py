"""Turning reminders off by the link in one of them.

Mail programs and scanners open every link in a message, so opening it changes nothing: a page asks, and what mail
programs post themselves is taken.
"""

from functools import partial
from typing import Final

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sim.app.signed import MAIL_STOP_PATH
from sim.app.wiring import App, GetApp
from sim.errors import RateLimitError, SimError
from sim.ui.http.plain_pages import show_page

TITLE: Final = "Reminders by mail"
ASKED_A_MINUTE: Final = 120


def make_mail_routes(get_app: GetApp) -> list[BaseRoute]:
    async def answer(request: Request) -> Response:
        app, token, is_pressed = get_app(), request.query_params.get("t", ""), request.method == "POST"
        try:
            app.rate_limit.note("mail-stop", now_s=app.clock.read().steady_s, most=ASKED_A_MINUTE)
            await run_sync(partial(_stop_mail, app, token, is_pressed=is_pressed))
        except RateLimitError as error:
            return show_page("refused", 429, problem=error.on_screen, title=TITLE)
        except SimError as error:
            return show_page("refused", 403, problem=error.on_screen, title=TITLE)
        return show_page("mail_stop", title=TITLE, is_done=is_pressed)

    return [Route(MAIL_STOP_PATH, answer, methods=["GET", "POST"])]


def _stop_mail(app: App, token: str, *, is_pressed: bool) -> None:
    from sim.features.program.mail import read_stop, stop_mail  # noqa: PLC0415 - programs are not needed for a start

    if is_pressed:
        stop_mail(app, token)
    else:
        read_stop(app, token)
