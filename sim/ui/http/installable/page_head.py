"""The links to manifest, icons, one script and what every page of ours draws first, in the head of Streamlit's page.

Streamlit has no setting for them, and browsers look only at the page as it is delivered: the head is completed on its
way out. Nothing of Streamlit's own files is changed.
"""

import re
from functools import cache
from html import escape
from pathlib import PurePosixPath

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sim.ui.http.compressed_assets import list_assets
from sim.ui.http.installable.routes import ICON_PATH, MANIFEST_PATH, SCRIPT_PATH
from sim.ui.page import theme, wording

MOST_BYTES = 200_000
_HEAD_END = b"</head>"
_THEIR_TITLE = b"<title>Streamlit</title>"
_PRELOAD = re.compile(rb'<link\s+rel="preload"[^>]*as="font"[^>]*/>')
"""The font of the text comes after the scripts: until then the text stands in a font of the machine."""
_VIEWPORT = re.compile(rb'<meta\s+name="viewport"[^>]*/>')
_OUR_VIEWPORT = (
    b'<meta name="viewport" '
    b'content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">'
)
"""The page lies under a phone's notch and bars, its parts clear of them, and gets lower when the keyboard comes."""
_THEIRS = (
    (b'<link rel="shortcut icon" href="./favicon.png" />', b""),
    (_THEIR_TITLE, f"<title>{escape(wording.APP)}</title>".encode()),
)
FIRST_DRAWN = ("Html", "purify.es", "Button")
"""Scripts of Streamlit's that it asks for once it has to draw such a part: on a slow line a second after the others."""
SCRIPT = f'<script defer src="{SCRIPT_PATH}"></script>'.encode()
"""For Streamlit's page alone: ours say themselves what they say, and allow no script."""
LINKS = "".join(
    (
        f'<link rel="manifest" href="{MANIFEST_PATH}">',
        f'<link rel="icon" type="image/png" href="{ICON_PATH.format(name="favicon.png")}">',
        f'<link rel="apple-touch-icon" href="{ICON_PATH.format(name="apple-touch-icon.png")}">',
        '<meta name="color-scheme" content="light dark">',
        f'<meta name="theme-color" content="{theme.LIGHT.accent}">',
        f'<meta name="apple-mobile-web-app-title" content="{escape(wording.APP)}">',
        '<meta name="apple-mobile-web-app-capable" content="yes">',
        '<meta name="mobile-web-app-capable" content="yes">',
    )
).encode()


class PageHead:
    """Completes the head of HTML pages; everything else passes as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and complete the page that answers it."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _wants_page(scope):
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = bytearray()

        async def send_completed(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
                return
            if start is None or message["type"] != "http.response.body":
                await send(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body", False):
                return
            page = complete(bytes(body))
            headers = MutableHeaders(scope=start)
            headers["Content-Length"] = str(len(page))
            for stale in ("ETag", "Last-Modified"):
                if stale in headers:
                    del headers[stale]
            await send(start)
            await send({"type": "http.response.body", "body": page})

        plain = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in _CONDITIONS]}
        await self._app(plain, receive, send_completed)


_CONDITIONS = frozenset({b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"})
"""What would make the page come compressed, in part or not at all."""


def complete(page: bytes) -> bytes:
    """Return a page with the links in its head; one without a head as it is."""
    if _HEAD_END not in page or len(page) > MOST_BYTES:
        return page
    links = SCRIPT + write_preloads() + LINKS if _THEIR_TITLE in page else LINKS
    for theirs, ours in _THEIRS:
        page = page.replace(theirs, ours, 1)
    page = _VIEWPORT.sub(_OUR_VIEWPORT, _PRELOAD.sub(b"", page))
    return page.replace(_HEAD_END, links + _HEAD_END, 1)


@cache
def write_preloads() -> bytes:
    """Return the links by which the scripts of `FIRST_DRAWN` come with the others; none for one of another name."""
    found = [path for path in list_assets() if PurePosixPath(path).name.rsplit(".", 2)[0] in FIRST_DRAWN]
    return "".join(f'<link rel="modulepreload" crossorigin href=".{path}">' for path in found).encode()


def _wants_page(scope: Scope) -> bool:
    """Return whether a browser asks for a page: they alone name HTML, and scripts, footage and posts do not."""
    return "text/html" in Headers(scope=scope).get("accept", "")


def _is_page(message: Message) -> bool:
    headers = Headers(raw=message["headers"])
    kind = headers.get("content-type", "")
    return message["status"] == 200 and kind.startswith("text/html") and "content-encoding" not in headers
