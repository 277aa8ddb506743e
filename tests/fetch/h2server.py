"""A real HTTP/2 server on loopback (h2 over TLS, ALPN), for what tests.servers cannot speak.

async with H2Server(lambda request: Reply(b"<rss/>")) as server:
    ...
assert server.connections == 1
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

import h2.config
import h2.connection
import h2.events
import h2.exceptions

from tests.fetch.tools import certified
from tests.servers import LOOPBACK, Request


@dataclass(frozen=True, slots=True)
class Reply:
    """``raw`` goes over the wire instead of frames that h2 would make."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[bytes, bytes], ...] = ()
    raw: bytes | None = None


@dataclass
class H2Server:
    handler: Callable[[Request], Reply]
    protocols: tuple[str, ...] = ("h2", "http/1.1")
    seen: list[Request] = field(default_factory=list)
    connections: int = 0
    url: str = ""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        tls = certified(LOOPBACK, "news.example", "h2")
        tls.set_alpn_protocols(list(self.protocols))
        self._server = await asyncio.start_server(self._connected, LOOPBACK, 0, ssl=tls)
        self.url = f"https://{LOOPBACK}:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._tasks.add(asyncio.create_task(_Conversation(self, reader, writer).run()))


class _Conversation:
    """One connection."""

    def __init__(
        self, server: H2Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server, self._reader, self._writer = server, reader, writer
        config = h2.config.H2Configuration(client_side=False, header_encoding="latin-1")
        self._h2 = h2.connection.H2Connection(config)
        self._headers: dict[int, dict[str, str]] = {}
        self._received: dict[int, bytes] = {}
        self._unsent: dict[int, memoryview] = {}

    async def run(self) -> None:
        with suppress(OSError, ssl.SSLError, h2.exceptions.H2Error):
            self._h2.initiate_connection()
            await self._flush()
            while data := await self._reader.read(2**16):
                for event in self._h2.receive_data(data):
                    self._heed(event)
                self._go_on()
                await self._flush()
        self._writer.close()

    async def _flush(self) -> None:
        self._writer.write(self._h2.data_to_send())
        await self._writer.drain()

    def _heed(self, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.RequestReceived):
            self._headers[event.stream_id] = {str(n): str(v) for n, v in event.headers}
            self._received[event.stream_id] = b""
        elif isinstance(event, h2.events.DataReceived):
            self._received[event.stream_id] += event.data
            self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            self._answer(event.stream_id)

    def _answer(self, stream: int) -> None:
        headers = self._headers[stream]
        request = Request(headers[":method"], headers[":path"], headers, self._received[stream])
        self._server.seen.append(request)
        reply = self._server.handler(request)
        if reply.raw is not None:
            self._writer.write(reply.raw)
            return
        given = [(b":status", b"%d" % reply.status), *reply.headers]
        self._h2.send_headers(stream, given, end_stream=not reply.body)
        if reply.body:
            self._unsent[stream] = memoryview(reply.body)

    def _go_on(self) -> None:
        """Send as much as the client's windows take."""
        for stream, body in list(self._unsent.items()):
            while size := min(
                self._h2.local_flow_control_window(stream),
                self._h2.max_outbound_frame_size,
                len(body),
            ):
                self._h2.send_data(stream, bytes(body[:size]), end_stream=size == len(body))
                body = body[size:]
            self._unsent[stream] = body
            if not body:
                del self._unsent[stream]
