"""What a page of ours has in its head, and its files: links, icons, a manifest, compressed scripts and fonts."""

import gzip
import re
import secrets
from functools import cache, lru_cache
from html import escape
from http.cookies import CookieError, SimpleCookie
from pathlib import Path, PurePosixPath
from typing import Final

import streamlit
from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from sim.app.wiring import GetApp
from sim.rules.learner import KEY_BYTES, is_key
from sim.ui.page import theme, wording
from sim.ui.page.request_origin import ENTER_PATH, LEARNER_COOKIE

MANIFEST_PATH = "/app.webmanifest"
ICON_PATH = "/icons/{name}"
SCRIPT_FILE = "every_page.js"
SCRIPT_PATH = f"/{SCRIPT_FILE}"
ICON_FOLDER = Path(__file__).parent / "installable"
KEPT_A_DAY = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
ICONS = {
    "icon-192.png": ("192x192", "any"),
    "icon-512.png": ("512x512", "any"),
    "icon-maskable-512.png": ("512x512", "maskable"),
    "apple-touch-icon.png": ("180x180", "any"),
    "favicon.png": ("64x64", "any"),
}


def make_installable_routes() -> list[BaseRoute]:
    manifest = {
        "id": "/",
        "name": wording.APP,
        "short_name": wording.APP,
        "description": wording.TAGLINE,
        "lang": "en",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": theme.LIGHT.page,
        "theme_color": theme.LIGHT.accent,
        "icons": [
            {"src": ICON_PATH.format(name=name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, (sizes, purpose) in ICONS.items()
            if name.startswith("icon")
        ],
    }

    async def show_manifest(_: Request) -> Response:
        return JSONResponse(manifest, headers=KEPT_A_DAY, media_type="application/manifest+json")

    async def show_icon(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in ICONS:
            return JSONResponse({"error": "there is no such icon"}, 404, headers=KEPT_A_DAY)
        return FileResponse(ICON_FOLDER / name, headers=KEPT_A_DAY, media_type="image/png")

    async def show_script(_: Request) -> Response:
        return FileResponse(ICON_FOLDER / SCRIPT_FILE, headers=KEPT_A_DAY, media_type="text/javascript")

    return [
        Route(SCRIPT_PATH, show_script, methods=["GET"]),
        Route(MANIFEST_PATH, show_manifest, methods=["GET"]),
        Route(ICON_PATH, show_icon, methods=["GET"]),
    ]


FOLDER: Final = Path(streamlit.__file__).parent / "static"
ADDRESS: Final = "/static/"
TYPES: Final = {".js": "text/javascript", ".css": "text/css"}
_FONTS: Final = Path(__file__).parent / "fonts"
ICON_FONT: Final = _FONTS / "icons.woff2"
"""Material Symbols Rounded, by Google, Apache-2.0; made by `python -m tests.support.page_fonts`, as is the other."""
TEXT_FONT: Final = _FONTS / "text.woff2"
"""From Source Sans, by Adobe, under the SIL Open Font License 1.1, which lets only the whole be called by that name."""
FONTS: Final = {ICON_FONT: "MaterialSymbols-Rounded.*.woff2", TEXT_FONT: "SourceSansVF-Upright.*.woff2"}
"""Each font of ours and what Streamlit calls the one it stands for."""
VARY: Final = "Accept-Encoding"
KEPT: Final = 256
"""Files kept compressed: a page needs about 90 of them, 0.8 MB in all."""


def _tell_caches(send: Send) -> Send:
    """Return a `send` whose answer says that browsers which take gzip get another one."""

    async def send_with_vary(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).add_vary_header(VARY)
        await send(message)

    return send_with_vary


def find_whole_font(font: Path) -> Path | None:
    """Return where Streamlit has the font that one of `FONTS` stands for; None where it has none of that name."""
    return next((FOLDER / "static" / "media").glob(FONTS[font]), None)


@lru_cache(maxsize=1)
def list_fonts() -> dict[str, Path]:
    """Return our fonts by the path that pages ask for Streamlit's by; where that has no such font, it sends its own."""
    return {f"{ADDRESS}media/{whole.name}": font for font in FONTS if (whole := find_whole_font(font))}


@lru_cache(maxsize=len(FONTS))
def _read_font(font: Path) -> bytes:
    return font.read_bytes()


def find_asset(scope: Scope) -> Path | None:
    """Return the file that a request may be answered with, compressed; None where Streamlit has to answer."""
    headers = Headers(scope=scope)
    takes = {part.partition(";")[0].strip() for part in headers.get("accept-encoding", "").split(",")}
    if scope["method"] != "GET" or "gzip" not in takes or "range" in headers:
        return None
    return list_assets().get(scope["path"])


@lru_cache(maxsize=1)
def list_assets() -> dict[str, Path]:
    """Return Streamlit's scripts and styles by the path that they are asked for by: no other file can be reached."""
    found = (path for path in (FOLDER / ADDRESS.strip("/")).rglob("*") if path.suffix in TYPES)
    return {"/" + path.relative_to(FOLDER).as_posix(): path for path in found}


@lru_cache(maxsize=KEPT)
def compress(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=6, mtime=0)


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
FIRST_DRAWN = ("Html", "purify.es", "Button")
"""Scripts of Streamlit's that it asks for once it has to draw such a part: on a slow line a second after the others."""
SCRIPT = f'<script type="module" src="{SCRIPT_PATH}"></script>'.encode()
"""For Streamlit's page alone: ours say themselves what they say, and allow no script. A module keeps its names."""
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


class PageFiles:
    """Sends what a page is made of: the page with our head and a key for the browser, its scripts, styles and fonts.

    Streamlit sends scripts as they are and leaves compressing to a proxy. Few schools have one, and at 3 Mbit/s the
    page then takes ten seconds. Each file is compressed once and kept, so a request costs less than reading the whole
    file does. The icon font has 3,800 icons, of which pages draw a hundred; that of the text has Greek, Cyrillic and
    small capitals. Streamlit has no setting for the head of its page, and browsers look only at the page as it is
    delivered: it is completed on its way out. Nothing of Streamlit's own files is changed.

    Scripts cannot read the browser's key, other sites' forms do not send it, and it lasts as long as practice is kept,
    from the last visit on. Anyone who is signed in has it too: two names that are taken with one browser are told,
    whoever signed in between. A browser that comes back from the sign-in service is sent to where its session begins.
    """

    def __init__(self, app: ASGIApp, *, get_app: GetApp) -> None:
        self._app = app
        self._get_app = get_app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            is_asset = scope["type"] == "http" and scope["path"] in list_assets()
            await self._app(scope, receive, _tell_caches(send) if is_asset else send)
            return
        if scope["path"] == "/" and USER_COOKIE_NAME in Request(scope).cookies:
            answer: ASGIApp = RedirectResponse(ENTER_PATH, 303, headers={"Cache-Control": "no-store"})
        elif font := list_fonts().get(scope["path"]):
            # its address is that of Streamlit's whole font, which says nothing of ours: a new one is seen a day later
            headers = {"Cache-Control": "public, max-age=86400"}
            answer = Response(await run_sync(_read_font, font), media_type="font/woff2", headers=headers)
        elif path := find_asset(scope):
            answer = Response(
                await run_sync(compress, path),
                media_type=TYPES[path.suffix],
                headers={
                    "Content-Encoding": "gzip",
                    "Vary": VARY,
                    # the name of a file holds a hash of what is in it
                    "Cache-Control": "public, immutable, max-age=31536000",
                },
            )
        else:
            # browsers alone name HTML, and scripts, footage and posts do not
            answer = self._send_page if "text/html" in Headers(scope=scope).get("accept", "") else self._app
            send = _tell_caches(send) if scope["path"] in list_assets() else send
        await answer(scope, receive, send)

    async def _send_page(self, scope: Scope, receive: Receive, send: Send) -> None:
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
            headers.append("Set-Cookie", self._write_key(scope))
            await send(start)
            await send({"type": "http.response.body", "body": page})

        plain = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in _CONDITIONS]}
        await self._app(plain, receive, send_completed)

    def _write_key(self, scope: Scope) -> str:
        kept = read_cookies(Headers(scope=scope).get("cookie", "")).get(LEARNER_COOKIE, "")
        key = kept if is_key(kept) else secrets.token_urlsafe(KEY_BYTES)
        age_s = self._get_app().settings.practice_days * 24 * 3600
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        return f"{LEARNER_COOKIE}={key}; Max-Age={age_s}; Path=/; HttpOnly; SameSite=Lax{secure}"


def read_cookies(header: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


_CONDITIONS = frozenset({b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"})
"""What would make the page come compressed, in part or not at all."""


def complete(page: bytes) -> bytes:
    if _HEAD_END not in page or len(page) > MOST_BYTES:
        return page
    links = SCRIPT + write_preloads() + LINKS if _THEIR_TITLE in page else LINKS
    for theirs, ours in (
        (b'<link rel="shortcut icon" href="./favicon.png" />', b""),
        (_THEIR_TITLE, f"<title>{escape(wording.APP)}</title>".encode()),
    ):
        page = page.replace(theirs, ours, 1)
    page = _VIEWPORT.sub(_OUR_VIEWPORT, _PRELOAD.sub(b"", page))
    return page.replace(_HEAD_END, links + _HEAD_END, 1)


@cache
def write_preloads() -> bytes:
    """Return the links by which the scripts of `FIRST_DRAWN` come with the others; none for one of another name."""
    found = [path for path in list_assets() if PurePosixPath(path).name.rsplit(".", 2)[0] in FIRST_DRAWN]
    return "".join(f'<link rel="modulepreload" crossorigin href=".{path}">' for path in found).encode()


def _is_page(message: Message) -> bool:
    headers = Headers(raw=message["headers"])
    kind = headers.get("content-type", "")
    return message["status"] == 200 and kind.startswith("text/html") and "content-encoding" not in headers
