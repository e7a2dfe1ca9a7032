"""Real sockets against uvicorn: answers at once, and slow clients, with the limits cut to fractions of a second."""

import asyncio
import contextlib
import json
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sim.server.serve import bind, make_config
from sim.ui.http import slow_clients
from sim.ui.http.slow_clients import PromptBodies

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Scene = Callable[[Callable[[], Awaitable[Streams]]], Awaitable[None]]
LATE_S = 0.3


async def _length(request: Request) -> JSONResponse:
    return JSONResponse({"bytes": len(await request.body())})


def play(monkeypatch: pytest.MonkeyPatch, scene: Scene, *, head_s: float = LATE_S) -> None:
    monkeypatch.setattr(slow_clients, "HEAD_WITHIN_S", head_s)
    monkeypatch.setattr(slow_clients, "BODY_WITHIN_S", LATE_S)

    async def live() -> None:
        app = Starlette(routes=[Route("/", _length, methods=["POST"])], middleware=[Middleware(PromptBodies)])
        server = uvicorn.Server(make_config(app))
        with bind("127.0.0.1", 0) as listening:
            port = listening.getsockname()[1]
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            while not server.started:
                await asyncio.sleep(0.01)
            writers: list[asyncio.StreamWriter] = []

            async def connect() -> Streams:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writers.append(writer)
                return reader, writer

            try:
                await scene(connect)
            finally:
                for writer in writers:
                    writer.close()
                    with contextlib.suppress(ConnectionError):
                        await writer.wait_closed()
                server.should_exit = True
                await serving

    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(asyncio.run, live()).result(timeout=60)


async def ask(streams: Streams, body: bytes) -> bytes:
    reader, writer = streams
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    head = await reader.readuntil(b"\r\n\r\n")
    return await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))


def test_a_head_that_trickles_in_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await connect()
        writer.write(b"POST / HTTP/1.1\r\n")
        sent, has_ended = 0, False
        while sent < 40 and not has_ended:
            writer.write(b"X")
            sent += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(reader.read(1), timeout=LATE_S / 4)
                has_ended = True
        assert sent < 40, "a byte more gives no more time"

    play(monkeypatch, scene)


def test_a_line_that_says_nothing_is_closed_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, _ = await connect()
        assert await reader.read() == b""

    play(monkeypatch, scene)


def test_a_second_head_on_a_line_that_is_used_again_is_timed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await connect()
        assert json.loads(await ask((reader, writer), b"abc")) == {"bytes": 3}
        await asyncio.sleep(LATE_S * 2)
        assert json.loads(await ask((reader, writer), b"abcd")) == {"bytes": 4}, "idle is not late"
        writer.write(b"POST / HT")
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")

    play(monkeypatch, scene)


def test_a_body_that_trickles_in_is_answered_408(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await connect()
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        await asyncio.sleep(LATE_S / 4)
        writer.write(b"X")
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"did not come in time" in answer

    play(monkeypatch, scene)


def test_a_large_body_at_a_fair_rate_has_the_time_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await connect()
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 16384\r\n\r\n")
        for _ in range(8):
            await asyncio.sleep(LATE_S / 4)
            writer.write(b"X" * 2048)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 ")

    play(monkeypatch, scene)


@pytest.mark.parametrize(
    "head",
    [
        b"GET /?" + b"x" * 300_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 40_000 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"y" * 70_000,
        b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"y" * 70_000 + b"\r\n\r\n",
    ],
    ids=["a long address", "many headers", "a header without an end", "a long header"],
)
@pytest.mark.parametrize("piece", [1_000, 400_000])
def test_a_head_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch, head: bytes, piece: int) -> None:
    async def scene(connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await connect()
        with contextlib.suppress(ConnectionError):
            for at in range(0, len(head), piece):
                writer.write(head[at : at + piece])
                await writer.drain()
        answer = b""
        with contextlib.suppress(ConnectionError):
            answer = await asyncio.wait_for(reader.read(), timeout=10)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")

    play(monkeypatch, scene, head_s=60.0)


def test_a_head_of_a_usual_size_passes_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await connect()
        for _ in range(2):  # what a line has had before does not count
            head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nX-A: " + b"y" * 40_000 + b"\r\n\r\nabc"
            for at in range(0, len(head), 9_000):
                writer.write(head[at : at + 9_000])
                await writer.drain()
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
            await reader.readexactly(len(b'{"bytes":3}'))

    play(monkeypatch, scene, head_s=60.0)


def test_answers_do_not_wait_for_the_browsers_receipt() -> None:
    async def accept_one() -> int:
        accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def meet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            own: socket.socket = writer.get_extra_info("socket")
            accepted.set_result(own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listening = bind("127.0.0.1", 0)
        async with await asyncio.start_server(meet, sock=listening):
            _, writer = await asyncio.open_connection(*listening.getsockname()[:2])
            found = await asyncio.wait_for(accepted, timeout=30.0)
            writer.close()
        return found

    with ThreadPoolExecutor(max_workers=1) as pool:
        assert pool.submit(asyncio.run, accept_one()).result() == 1
