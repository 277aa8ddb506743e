"""A receiver of webhooks in a process of its own: it takes everything, and says when, and what.

    python -m tests.bench.receiver

It prints its port. ``GET /told`` at it is answered with what came: a JSON list of id and time.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

from tests.bench.measure import ROOT

TAKEN = b"HTTP/1.1 204 No Content\r\n\r\n"


class Receiver(asyncio.Protocol):
    """One connection; it is kept. Just as much of HTTP as a client of ours speaks."""

    def __init__(self, told: list[tuple[str, float]]) -> None:
        self._told, self._rest = told, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while (end := self._rest.find(b"\r\n\r\n")) >= 0:
            head = self._rest[:end].decode("latin-1")
            fields = dict(_field(line) for line in head.split("\r\n")[1:])
            whole = end + 4 + int(fields.get("content-length", "0"))
            if len(self._rest) < whole:
                return
            body, self._rest = self._rest[end + 4 : whole], self._rest[whole:]
            self._transport.write(self.answered(head, fields, body))

    def answered(self, head: str, fields: dict[str, str], _body: bytes) -> bytes:
        """The bytes of the answer to a request."""
        if head.startswith("POST"):
            self._told.append((fields["webhook-id"], time.time()))
            return TAKEN
        told = json.dumps(self._told).encode()
        self._told.clear()
        return f"HTTP/1.1 200 OK\r\nContent-Length: {len(told)}\r\n\r\n".encode() + told


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(": ")
    return name.lower(), value


@contextmanager
def receiving(module: str = "tests.bench.receiver", *arguments: str) -> Iterator[int]:
    """Its port, on every address of 127.0.0.0/8, as long as the block lasts."""
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout
    with process.stdout:
        port = int(process.stdout.readline())
        try:
            yield port
        finally:
            process.kill()
            process.wait()


def told(port: int) -> list[tuple[str, float]]:
    """What came since the last time that this was asked: ids, and when."""
    with urlopen(f"http://127.0.0.1:{port}/told") as answer:
        return [(one, at) for one, at in json.load(answer)]


async def _serve() -> None:
    came: list[tuple[str, float]] = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Receiver(came), "0.0.0.0", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
