"""What may come in through Streamlit's own doors: its socket, and its uploads.

Streamlit lets pages of `localhost`, on any port, and of the machine's own addresses use the socket; to know those it
asks a server on the internet while every other request waits. Any visitor may have it forget what all pages share, and
anyone who has a page open may send files, as many as they like. It tells anybody how many pages are open and how much
memory they take, and describes an interface for programs. None of that is wanted here.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from anyio.to_thread import run_sync
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from sim.errors import StoreError
from sim.services.accounts.sessions import find_viewer
from sim.services.accounts.viewer import Duty, may
from sim.services.app.wiring import App
from sim.ui.page.request_origin import is_own_site, read_peer

UPLOADS: Final = "/_stcore/upload_file/"
UPLOADS_FOR: Final = Duty.IMPORT_ROSTER
"""Of the only page that asks for a file."""
SHUT: Final = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
"""Routes of Streamlit that nobody here needs; whatever lies below them neither."""
MESSAGES: Final = frozenset({"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"})
OPERATIONS: Final = frozenset({"deferred_file", "dataframe_chunk"})
_REFUSED_CODE: Final = 1008


class StreamlitGuard:
    """Lets in what the pages here send, from pages of this very site."""

    def __init__(self, app: ASGIApp, get_app: Callable[[], App]) -> None:
        self._app = app
        self._get_app = get_app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "websocket":
            if is_own_site(Headers(scope=scope)):
                # judged here: with no origin to judge, Streamlit asks nobody about it
                kept = [(name, value) for name, value in scope["headers"] if name.lower() != b"origin"]
                await self._app({**scope, "headers": kept}, partial(_receive_known, receive), send)
            else:
                await receive()
                await send({"type": "websocket.close", "code": _REFUSED_CODE})
        elif scope["type"] == "http" and _is_shut(scope["path"]):
            await PlainTextResponse("Not Found", 404)(scope, receive, send)
        elif scope["type"] == "http" and UPLOADS in scope["path"] and not await self._takes_file(Request(scope)):
            answer = JSONResponse({"error": "files are taken from people who bring in a roster, on that page"}, 403)
            await answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _takes_file(self, request: Request) -> bool:
        peer = read_peer(request.headers, request.cookies)
        try:
            viewer = await run_sync(partial(find_viewer, self._get_app(), peer.cookie, is_local=peer.is_local))
        except StoreError:
            return False
        return is_own_site(request.headers) and may(viewer, UPLOADS_FOR)


def _is_shut(path: str) -> bool:
    """Return whether a path is one of those shut, however many slashes are in it."""
    plain = "/" + "/".join(part for part in path.split("/") if part)
    return any(plain == shut or plain.startswith(f"{shut}/") for shut in SHUT)


async def _receive_known(receive: Receive) -> Message:
    """Return the next message that the pages here send; others are passed over."""
    while True:
        message = await receive()
        if message["type"] != "websocket.receive" or _is_known(message.get("bytes") or b""):
            return message


def _is_known(data: bytes) -> bool:
    try:
        found = BackMsg.FromString(data)
    except Exception:  # protobuf's own kind, of a package that is only Streamlit's to import
        return False
    kind = found.WhichOneof("type")
    if kind == "backend_operation_request":
        return found.backend_operation_request.WhichOneof("payload") in OPERATIONS
    return kind in MESSAGES
