"""The address `/start`, which people guess: Start itself lies at the root, where Streamlit has its first page.

Streamlit knows no other name of its first page and would say that the page was not found.
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

START_PATH = "/start"


async def lead_to_start(request: Request) -> Response:
    """Answer with the way to the root, query and all; from below a proxy's path too."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"./{query}", 303, headers={"Cache-Control": "no-store"})
