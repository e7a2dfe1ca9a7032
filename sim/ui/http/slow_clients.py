"""Clients that send slowly, or heads without an end, on purpose or by accident: dropped, to hold nothing for long.

A head must be there within 20 s of the connection's begin, or of its first byte on a line that is used again, and has
at most 64 KB. A body may take 30 s, and a second more for every 8 KB that have come.
"""

import asyncio
import contextlib
import json

import httptools
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_WITHIN_S = 20.0
MOST_HEAD_BYTES = 64 * 1024
BODY_WITHIN_S = 30.0
BODY_BYTES_PER_S = 8192
TOO_LARGE = "The request's head is too large."
TOO_SLOW = (
    b"HTTP/1.1 408 Request Timeout\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 20\r\n"
    b"connection: close\r\n\r\nthe request is late\n"
)


class PromptHeads(HttpToolsProtocol):
    """Uvicorn's HTTP protocol, which waits for a request's head for 20 s at most and takes 64 KB of it at most."""

    _late: asyncio.TimerHandle | None = None
    _has_spoken = False
    _is_in_head = False
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Read on, and wait for a head only while one is due; a byte more gives no more time."""
        self._has_spoken = True
        super().data_received(data)
        if self._is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response(TOO_LARGE)
        if self._is_head_due():
            self._wait_for_head()
        else:
            self._stop_waiting()

    def on_message_begin(self) -> None:
        """Begin to count: the parser itself has no end."""
        super().on_message_begin()
        self._is_in_head, self._head_bytes = True, 0

    def on_headers_complete(self) -> None:
        """Take the head, unless it is too large, came it in one piece or in many."""
        self._is_in_head = False
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > MOST_HEAD_BYTES:
            raise httptools.HttpParserError(TOO_LARGE)
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """An idle line has its own, shorter limit, which is uvicorn's; a head on it is timed from its start."""
        self._has_spoken = False
        super().on_response_complete()

    def _is_head_due(self) -> bool:
        is_upgraded = self.transport.get_protocol() is not self
        return not is_upgraded and (self.cycle is None or self.cycle.response_complete)

    def _wait_for_head(self) -> None:
        if self._late is None:
            self._late = asyncio.get_running_loop().call_later(HEAD_WITHIN_S, self._drop)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _drop(self) -> None:
        self._late = None
        if self.transport.is_closing() or not self._is_head_due():
            return
        if self._has_spoken:
            self.transport.write(TOO_SLOW)
        self.transport.close()


class _BodyIsLateError(Exception):
    """The rest of a body did not come in time."""


class PromptBodies:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        until = asyncio.get_running_loop().time() + BODY_WITHIN_S
        is_complete = has_answered = is_late = False

        async def receive_in_time() -> Message:
            nonlocal until, is_complete, is_late
            if is_complete:
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError as error:
                is_late = True
                raise _BodyIsLateError from error
            until += len(message.get("body", b"")) / BODY_BYTES_PER_S
            is_complete = not message.get("more_body", False)
            return message

        async def send_noted(message: Message) -> None:
            nonlocal has_answered
            has_answered = True
            await send(message)

        with contextlib.suppress(_BodyIsLateError):
            await self._app(scope, receive_in_time, send_noted)
        if is_late and not has_answered:
            await _send_too_slow(send)


async def _send_too_slow(send: Send) -> None:
    body = json.dumps({"error": "the request's body did not come in time. Send it again."}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 408, "headers": headers})
    await send({"type": "http.response.body", "body": body})
