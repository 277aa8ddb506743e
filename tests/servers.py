"""A raw HTTP server on loopback that answers whatever a test wants, well-formed or not.

    seen: list[Request] = []
    async with serve(pages({"/feed": answer(b"<rss/>")}), seen=seen) as base_url:
        ...
    assert seen[0].headers["accept"] == "*/*"

A handler gets a Request and gives the bytes of the whole answer, or an asynchronous iterator of
its pieces (to drip, to hang). One that raises ConnectionResetError has the connection reset.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came; ``headers`` by name in lower case, bytes read as Latin-1."""

    method: str
    target: str  # path and query
    headers: Mapping[str, str]
    body: bytes


Handler = Callable[[Request], bytes | AsyncIterator[bytes]]


def answer(body: bytes = b"", status: int = 200, headers: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a well-formed HTTP/1.1 answer, after which the connection is closed."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Odd"
    given = {name.lower(): value for name, value in (headers or {}).items()}
    fields = {"content-length": str(len(body)), "connection": "close", **given}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} {phrase}\r\n{head}\r\n".encode() + body


def redirect(location: str, status: int = 302) -> bytes:
    return answer(status=status, headers={"Location": location})


def pages(by_target: Mapping[str, bytes]) -> Handler:
    """A handler that gives each target its answer, and 404 to all others."""
    return lambda request: by_target.get(request.target, answer(status=404))


async def hang(*pieces: bytes) -> AsyncIterator[bytes]:
    """Send ``pieces`` and then nothing, for ever."""
    for piece in pieces:
        yield piece
    await asyncio.Event().wait()


@asynccontextmanager
async def serve(
    handler: Handler,
    *,
    seen: list[Request] | None = None,
    tls: ssl.SSLContext | None = None,
    host: str = LOOPBACK,
) -> AsyncIterator[str]:
    """Serve ``handler`` on a free port; the base URL has no slash at its end."""
    tasks: list[asyncio.Task[None]] = []

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.append(asyncio.create_task(_converse(reader, writer, handler, seen)))

    server = await asyncio.start_server(connected, host, 0, ssl=tls, limit=2**20)
    port = server.sockets[0].getsockname()[1]
    name = f"[{host}]" if ":" in host else host
    try:
        yield f"{'https' if tls else 'http'}://{name}:{port}"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
    for failure in ended:  # of a handler: an assertion in it counts
        if isinstance(failure, Exception):
            raise failure


async def _converse(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    handler: Handler,
    seen: list[Request] | None,
) -> None:
    try:
        request = await _read(reader)
        if seen is not None:
            seen.append(request)
        given = handler(request)
        if isinstance(given, bytes):
            writer.write(given)
        else:
            async for piece in given:
                writer.write(piece)
                await writer.drain()
        await writer.drain()
    except ConnectionResetError:
        _reset(writer)
    except asyncio.CancelledError:
        writer.transport.abort()
        raise
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass  # the client has had enough, or does not speak HTTP
    finally:
        writer.close()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *fields = head.removesuffix("\r\n\r\n").split("\r\n")
    method, target, _ = line.split(" ", 2)
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (f.partition(":") for f in fields)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, target, headers, body)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST: no lingering."""
    connection: socket.socket | None = writer.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
