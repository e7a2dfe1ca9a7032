"""A browser's session with Streamlit, without the browser: asks for a page and reads until it is drawn."""

from collections.abc import Iterator
from contextlib import contextmanager

from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tools.bench.server.page_request import encode_page_request

DRAWN_WITHIN_S = 60.0


@contextmanager
def open_page(url: str, page: str, query: str, *, until: str) -> Iterator[None]:
    """Open a page of the server at `url` and keep its session; raises TimeoutError when `until` never comes."""
    address = f"ws{url.removeprefix('http')}/_stcore/stream"
    with connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None) as session:
        session.send(encode_page_request(query=query, page=page))
        while until.encode() not in session.recv(timeout=DRAWN_WITHIN_S, decode=False):
            pass
        yield
