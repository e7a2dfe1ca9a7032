"""The manifest, the icons, and what a page says without its server; anybody may have them."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sim.ui.page import theme, wording

MANIFEST_PATH = "/app.webmanifest"
ICON_PATH = "/icons/{name}"
SCRIPT_FILE = "server_away.js"
SCRIPT_PATH = f"/{SCRIPT_FILE}"
ICON_FOLDER = Path(__file__).parent
KEPT = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
ICONS = {
    "icon-192.png": ("192x192", "any"),
    "icon-512.png": ("512x512", "any"),
    "icon-maskable-512.png": ("512x512", "maskable"),
    "apple-touch-icon.png": ("180x180", "any"),
    "favicon.png": ("64x64", "any"),
}


def make_manifest() -> dict[str, object]:
    """Return the web app manifest (https://www.w3.org/TR/appmanifest/)."""
    listed = [
        {"src": ICON_PATH.format(name=name), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for name, (sizes, purpose) in ICONS.items()
        if name.startswith("icon")
    ]
    return {
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
        "icons": listed,
    }


def make_installable_routes() -> list[BaseRoute]:
    manifest = make_manifest()

    async def show_manifest(_: Request) -> Response:
        return JSONResponse(manifest, headers=KEPT, media_type="application/manifest+json")

    async def show_icon(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in ICONS:
            return JSONResponse({"error": "there is no such icon"}, 404, headers=KEPT)
        return FileResponse(ICON_FOLDER / name, headers=KEPT, media_type="image/png")

    async def show_script(_: Request) -> Response:
        return FileResponse(ICON_FOLDER / SCRIPT_FILE, headers=KEPT, media_type="text/javascript")

    return [
        Route(SCRIPT_PATH, show_script, methods=["GET"]),
        Route(MANIFEST_PATH, show_manifest, methods=["GET"]),
        Route(ICON_PATH, show_icon, methods=["GET"]),
    ]
