"""Sending footage: which bytes of a range, never too many at once; or the file's place, for a proxy that sends it.

The place is told by `X-Accel-Redirect` of nginx, with docs/nginx/sightline.conf: the app checks who asks, nginx reads
the file. The address of such a place is internal: nginx takes it from an answer of the app and from nobody else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from starlette.responses import PlainTextResponse, Response

from sim.app.health import FOOTAGE_PROBE_NAME
from sim.app.settings import Settings
from sim.ui.http.guards import NEVER_STORED, SECURITY_HEADERS

SLICE_BYTES = 1_500_000
"""A range gets at most this much: a browser reads what it got from Content-Range and asks again, and no socket stays
busy for a whole clip. Chromium, once it knows the size, asks for `bytes=n-LAST` instead of `bytes=n-`, so that closed
ranges are bounded too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteSpan:
    """Bytes first..last, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class UnsatisfiableRangeError(ValueError):
    """The range lies outside the file."""


def parse_range(header: str | None, *, size: int, most: int | None = None) -> ByteSpan | None:
    """Return at most `most` (SLICE_BYTES) bytes to send, None for the whole file: no range, several, or an odd one."""
    found = re.match(r"^bytes=(\d{0,18})-(\d{0,18})$", header.strip()) if header else None
    if found is None or found.group(0) == "bytes=-":
        return None
    low, high = found.groups()
    if not low:
        length = min(int(high), size)
        if length == 0:
            raise UnsatisfiableRangeError(header)
        return _bound(size - length, size - 1, most)
    first = int(low)
    if first >= size:
        raise UnsatisfiableRangeError(header)
    last = min(int(high), size - 1) if high else size - 1
    return _bound(first, last, most) if last >= first else None


def compute_sent(header: str | None, *, size: int) -> tuple[int, int]:
    """Return the first and last byte that a file server of its own sends for a range: all that was asked for."""
    try:
        span = parse_range(header, size=size, most=size)
    except UnsatisfiableRangeError:
        return 0, -1
    return (span.first, span.last) if span is not None else (0, size - 1)


def _bound(first: int, last: int, most: int | None) -> ByteSpan:
    return ByteSpan(first=first, last=min(last, first + (most or SLICE_BYTES) - 1))


def send_by_proxy(settings: Settings, path: Path, *, headers: Mapping[str, str], kind: str) -> Response:
    """Return the answer that lets nginx send a file, whole or the ranges that the browser asked it for."""
    place = f"{settings.accel}{quote(path.resolve().as_posix())}"
    return Response(headers={**headers, "X-Accel-Redirect": place}, media_type=kind)


def send_probe(settings: Settings) -> Response:
    path = settings.data / "recordings" / FOOTAGE_PROBE_NAME
    if not settings.accel or not path.is_file():
        return PlainTextResponse("nothing to send", 404, headers={**SECURITY_HEADERS, **NEVER_STORED})
    return send_by_proxy(settings, path, headers={**SECURITY_HEADERS, **NEVER_STORED}, kind="text/plain")
