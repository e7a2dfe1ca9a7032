"""Floods of pages: so many of one address, so many in all, and those that are open stay."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from sim.ui.http.guards import PageSockets

PATH = "/_stcore/stream"


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    async for data in socket.iter_text():
        await socket.send_text(data)


@pytest.fixture
def clients() -> Iterator[list[TestClient]]:
    """One server, asked from four addresses; the last two are of one IPv6 network."""
    middleware = [Middleware(PageSockets, of_one=3, in_all=5)]
    opened = Starlette(routes=[WebSocketRoute(PATH, echo)], middleware=middleware)
    addresses = ("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2")
    with ExitStack() as stack:
        yield [stack.enter_context(TestClient(opened, client=(address, 5))) for address in addresses]


def test_one_address_cannot_take_every_page_and_what_is_open_stays(clients: list[TestClient]) -> None:
    flooding, other = clients[0], clients[1]
    with ExitStack() as stack:
        held = [stack.enter_context(flooding.websocket_connect(PATH)) for _ in range(3)]
        for _ in range(20):
            with pytest.raises(WebSocketDisconnect), flooding.websocket_connect(PATH):
                pass
        with other.websocket_connect(PATH) as socket:
            socket.send_text("still here")
            assert socket.receive_text() == "still here"
        held[0].send_text("me too")
        assert held[0].receive_text() == "me too"
    with flooding.websocket_connect(PATH) as socket:
        socket.send_text("again")
        assert socket.receive_text() == "again"


def test_many_addresses_cannot_take_more_than_there_is_and_a_network_counts_as_one(clients: list[TestClient]) -> None:
    with ExitStack() as stack:
        for client in (clients[0], clients[0], clients[2], clients[3], clients[3]):
            stack.enter_context(client.websocket_connect(PATH))
        for client in clients:
            with pytest.raises(WebSocketDisconnect), client.websocket_connect(PATH):
                pass
