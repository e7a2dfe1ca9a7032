"""What stands before every page: whom it lets in, how many, and with what."""

import base64
import hashlib
import re
from collections import Counter
from functools import cache, partial
from pathlib import Path
from typing import Final

import streamlit
from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnected
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from sim.app.wiring import GetApp
from sim.errors import StoreError
from sim.rules.lockout import address_subject
from sim.rules.sessions import find_viewer, is_set_up
from sim.rules.viewer import Duty, may
from sim.ui.http.plain_pages import show_page
from sim.ui.http.slow_clients import PromptBodies
from sim.ui.page import wording as page_wording
from sim.ui.page.request_origin import LOCAL, PEER_HEADER, OriginStamp, is_own_site, read_peer
from sim.ui.parts import account_wording as wording

_REFUSED_CODE: Final = 1008
UPLOADS_FOR: Final = (Duty.IMPORT_ROSTER, Duty.TRAIN, Duty.KEEP_RECORD)
"""Of the pages that ask for files: lists of people, photos and materials of trainings, pictures of a walk."""
SHUT: Final = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
"""Routes of Streamlit that nobody here needs; whatever lies below them neither."""
MESSAGES: Final = frozenset({"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"})


OF_ONE_ADDRESS: Final = 600
IN_ALL: Final = 1200


class StreamlitGuard:
    """Lets in what the pages here send, from pages of this very site.

    Streamlit lets pages of `localhost`, on any port, and of the machine's own addresses use the socket; to know those
    it asks a server on the internet while every other request waits. Any visitor may have it forget what all pages
    share, and anyone who has a page open may send files, as many as they like. It tells anybody how many pages are open
    and how much memory they take, and describes an interface for programs. None of that is wanted here.

    Every open page is a socket and, once it is drawn, a session that Streamlit keeps in memory: about 0.1 MB of the
    start page, as docs/security.md says. When there are too many, new ones are refused; those that are open stay. A
    school is one address, so one address may have half of them.
    """

    def __init__(self, app: ASGIApp, get_app: GetApp, *, of_one: int = OF_ONE_ADDRESS, in_all: int = IN_ALL) -> None:
        self._app = app
        self._bodies = PromptBodies(app)
        self._get_app = get_app
        self._of_one = of_one
        self._in_all = in_all
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            if is_own_site(Headers(scope=scope)):
                # judged here: with no origin to judge, Streamlit asks nobody about it
                kept = [(name, value) for name, value in scope["headers"] if name.lower() != b"origin"]
                await self._open_socket({**scope, "headers": kept}, receive, send)
            else:
                await receive()
                await send({"type": "websocket.close", "code": _REFUSED_CODE})
        elif scope["type"] == "http" and _is_shut(scope["path"]):
            await PlainTextResponse("Not Found", 404)(scope, receive, send)
        elif (
            scope["type"] == "http"
            and "/_stcore/upload_file/" in scope["path"]
            and not await self._takes_file(Request(scope))
        ):
            await JSONResponse(
                {"error": "files are taken from people who bring in rosters, train or keep the record"}, 403
            )(scope, receive, send)
        else:
            await self._bodies(scope, receive, send)

    async def _open_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        address = address_subject(client[0] if client else "unknown")
        if self._open[address] >= self._of_one or self._open.total() >= self._in_all:
            await receive()
            # code of a socket that is refused at this moment; the browser tries again automatically
            await send({"type": "websocket.close", "code": 1013})
            return
        self._open[address] += 1
        try:
            first = _FirstRun()
            await self._app(scope, partial(first.receive, receive), partial(first.send, send))
        except WebSocketDisconnected:
            pass  # the page went away while something was sent to it; Streamlit then closes what is closed
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]

    async def _takes_file(self, request: Request) -> bool:
        peer = read_peer(request.headers, request.cookies)
        try:
            viewer = await run_sync(partial(find_viewer, self._get_app(), peer.cookie, is_local=peer.is_local))
        except StoreError:
            return False
        return is_own_site(request.headers) and any(may(viewer, duty) for duty in UPLOADS_FOR)


def _is_shut(path: str) -> bool:
    """Return whether a path is one of those shut, however many slashes are in it."""
    plain = "/" + "/".join(part for part in path.split("/") if part)
    return any(plain == shut or plain.startswith(f"{shut}/") for shut in SHUT)


class _FirstRun:
    """Until a page was drawn once on a socket, a press in a part of it draws the whole.

    After a server has started again Streamlit does not know the parts of a page that is still open, and drops a press
    in one of them without a word.
    """

    def __init__(self) -> None:
        self._is_over = False

    async def receive(self, receive: Receive) -> Message:
        message = await _receive_known(receive)
        if not self._is_over and message.get("bytes"):
            found = BackMsg.FromString(message["bytes"])
            if found.rerun_script.fragment_id and not found.rerun_script.is_auto_rerun:
                found.rerun_script.fragment_id = ""
                return {**message, "bytes": found.SerializeToString()}
        return message

    async def send(self, send: Send, message: Message) -> None:
        if not self._is_over and message.get("bytes"):
            self._is_over = ForwardMsg.FromString(message["bytes"]).WhichOneof("type") == "script_finished"
        await send(message)


async def _receive_known(receive: Receive) -> Message:
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
        return found.backend_operation_request.WhichOneof("payload") in ("deferred_file", "dataframe_chunk")
    return kind in MESSAGES


class OnlyThisMachine:
    """Refuses anyone who comes from elsewhere while nobody has set up signing in, where that was not chosen.

    Nobody is known by then: a drill's result would be anyone's on the network. Only how the server is doing is told to
    others, which names nobody.
    """

    def __init__(self, app: ASGIApp, get_app: GetApp) -> None:
        self._app = app
        self._get_app = get_app
        self._is_open = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or await self._lets_in(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": _REFUSED_CODE})
        else:
            page = show_page("refused", 403, problem=wording.ONLY_THIS_MACHINE, title=page_wording.APP)
            await page(scope, receive, send)

    async def _lets_in(self, scope: Scope) -> bool:
        if (
            self._is_open
            or Headers(scope=scope).get(PEER_HEADER) == LOCAL
            or scope["path"] in ("/healthz", "/healthz/live")
        ):
            return True
        app = self._get_app()
        try:
            # it does not go back: the last administrator cannot be removed
            self._is_open = app.settings.open_to_network or await run_sync(is_set_up, app)
        except StoreError:
            return False
        return self._is_open


NEVER_STORED = {"Cache-Control": "no-store"}
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
}
"""Of answers that are no pages."""
PAGE_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_INLINE_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_HOST: Final = re.compile(r"[A-Za-z0-9.\-]+(:[0-9]{1,5})?|\[[0-9a-fA-F:.]+\](:[0-9]{1,5})?")


@cache
def read_inline_scripts() -> tuple[str, ...]:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(page))
    return tuple(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def make_page_policy(host: str, *, is_secure: bool) -> str:
    socket = f" {'wss' if is_secure else 'ws'}://{host}" if _HOST.fullmatch(host) else ""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' blob: 'wasm-unsafe-eval' {' '.join(read_inline_scripts())}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self' blob: data:{socket}",
            "media-src 'self' blob:",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "frame-src 'self'",
            "base-uri 'self'",
            "form-action 'self'",
            "object-src 'none'",
            "frame-ancestors 'self'",
        )
    )


class SafeRequests:
    """Stamps where each request comes from, over what a caller sent; adds what an answer lacks.

    No guessing of types, no frames of other sites, no address told to other sites.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._stamp = OriginStamp()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(self._stamp(scope) if scope["type"] == "websocket" else scope, receive, send)
            return
        is_secure = scope.get("scheme") == "https"
        host = Headers(scope=scope).get("host", "")

        async def send_completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # only over TLS: on a school's plain http address a browser must not be told to ask for https
                for name, value in (
                    PAGE_HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if is_secure else {})
                ).items():
                    headers.setdefault(name, value)
                # downloads, results of people among them: not to be kept by browsers that several people use
                if scope["path"].startswith("/media/"):
                    headers.setdefault("Cache-Control", "no-store")
                if "Content-Security-Policy" not in headers:
                    headers["Content-Security-Policy"] = make_page_policy(host, is_secure=is_secure)
            await send(message)

        await self._app(self._stamp(scope), receive, send_completed)
