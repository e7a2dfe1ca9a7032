"""What the server sends of a page to anyone who opens it: all of it, as bytes, without a browser."""

from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tools.bench.server.page_request import encode_page_request
from tools.torture.rig.outcome import ServerError

DRAWN_WITHIN_S = 120.0
QUIET_S = 2.0


def read_page(url: str, page: str, *, query: str = "", until: str) -> str:
    """Return everything that is sent of a page, until some words are there and nothing more comes.

    Raises:
        ServerError: those words never come.
    """
    heard: list[bytes] = []
    with connect(
        f"ws{url.removeprefix('http')}/_stcore/stream", subprotocols=[Subprotocol("streamlit")], max_size=None
    ) as session:
        session.send(encode_page_request(query=query, page=page))
        is_there = False
        while True:
            try:
                heard.append(session.recv(timeout=QUIET_S if is_there else DRAWN_WITHIN_S, decode=False))
            except TimeoutError as error:
                if is_there:
                    return b"\n".join(heard).decode("utf-8", "replace")
                raise ServerError(f"the page {page or 'start'} was not drawn within {DRAWN_WITHIN_S:.0f} s") from error
            is_there = is_there or until.encode() in heard[-1]
