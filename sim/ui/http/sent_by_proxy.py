"""Footage that the proxy sends: the app checks who asks and answers with the file's place, nginx reads the file.

`X-Accel-Redirect` of nginx, with docs/nginx/sightline.conf. The address of such a place is internal: nginx takes
it from an answer of the app and from nobody else.
"""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from starlette.responses import PlainTextResponse, Response

from sim.services.app.wiring import Settings
from sim.services.operations.doctor.sent_by_proxy import FILE_NAME
from sim.ui.http.headers import NEVER_STORED, SECURITY_HEADERS


def send_by_proxy(settings: Settings, path: Path, *, headers: Mapping[str, str], kind: str) -> Response:
    """Return the answer that lets nginx send a file, whole or the ranges that the browser asked it for."""
    place = f"{settings.accel}{quote(path.resolve().as_posix())}"
    return Response(headers={**headers, "X-Accel-Redirect": place}, media_type=kind)


def send_probe(settings: Settings) -> Response:
    """Return what the doctor laid into the data folder for the proxy to send."""
    path = settings.data / "recordings" / FILE_NAME
    if not settings.accel or not path.is_file():
        return PlainTextResponse("nothing to send", 404, headers={**SECURITY_HEADERS, **NEVER_STORED})
    return send_by_proxy(settings, path, headers={**SECURITY_HEADERS, **NEVER_STORED}, kind="text/plain")
