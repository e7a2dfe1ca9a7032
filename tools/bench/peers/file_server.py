"""A plain file server with byte ranges, for the pages of other players."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".mp4": "video/mp4",
    ".m3u8": "application/vnd.apple.mpegurl",
}


@contextmanager
def serve_files(files: Mapping[str, Path]) -> Iterator[str]:
    """Serve files by their names on a free port of this machine; yield the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle(self) -> None:
            with suppress(ConnectionError):  # a browser that is closed resets its connections
                super().handle()

        def do_GET(self) -> None:
            path = files.get(self.path.strip("/"))
            if path is None:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            size = path.stat().st_size
            first, last = _read_range(self.headers.get("Range"), size)
            is_part = "Range" in self.headers
            self.send_response(HTTPStatus.PARTIAL_CONTENT if is_part else HTTPStatus.OK)
            self.send_header("Content-Type", TYPES[path.suffix])
            self.send_header("Content-Length", str(last - first + 1))
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Cache-Control", "private, max-age=43200, immutable")
            if is_part:
                self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
            self.end_headers()
            self._send(path, first, last)

        def _send(self, path: Path, first: int, last: int) -> None:
            with path.open("rb") as opened:
                opened.seek(first)
                left = last - first + 1
                try:
                    while left > 0 and (chunk := opened.read(min(left, 256 * 1024))):
                        self.wfile.write(chunk)
                        left -= len(chunk)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _read_range(header: str | None, size: int) -> tuple[int, int]:
    if header is None or not header.startswith("bytes="):
        return 0, size - 1
    first, _, last = header.removeprefix("bytes=").partition("-")
    return int(first or 0), min(int(last), size - 1) if last else size - 1
