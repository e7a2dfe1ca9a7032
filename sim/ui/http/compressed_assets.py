"""Streamlit's own scripts and styles, sent compressed, and its fonts without what nobody draws.

Streamlit sends them as they are and leaves compressing to a proxy. Few schools have one, and at 3 Mbit/s the page then
takes ten seconds. Each file is compressed once and kept, so a request costs less than reading the whole file does. The
icon font has 3,800 icons, of which pages draw a hundred; that of the text has Greek, Cyrillic and small capitals.
"""

import gzip
from functools import lru_cache
from pathlib import Path
from typing import Final

import streamlit
from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOLDER: Final = Path(streamlit.__file__).parent / "static"
ADDRESS: Final = "/static/"
TYPES: Final = {".js": "text/javascript", ".css": "text/css"}
LEVEL: Final = 6
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


class CompressedAssets:
    """Answers requests for scripts and styles by browsers that take gzip; all others are passed on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the compressed file, or pass the request on."""
        font = list_fonts().get(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        if font is not None:
            await _send_font(font, scope, receive, send)
            return
        path = find_asset(scope) if scope["type"] == "http" else None
        if path is None:
            is_asset = scope["type"] == "http" and scope["path"] in list_assets()
            await self._app(scope, receive, _tell_caches(send) if is_asset else send)
            return
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
        await answer(scope, receive, send)


def _tell_caches(send: Send) -> Send:
    """Return a `send` whose answer says that browsers which take gzip get another one."""

    async def send_with_vary(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).add_vary_header(VARY)
        await send(message)

    return send_with_vary


async def _send_font(font: Path, scope: Scope, receive: Receive, send: Send) -> None:
    # its address is that of Streamlit's whole font, which says nothing of ours: a new one is seen a day later
    headers = {"Cache-Control": "public, max-age=86400"}
    await Response(await run_sync(_read_font, font), media_type="font/woff2", headers=headers)(scope, receive, send)


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
    """Return a file's content, compressed by gzip."""
    return gzip.compress(path.read_bytes(), compresslevel=LEVEL, mtime=0)
