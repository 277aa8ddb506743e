"""Many small news sites and a receiver of webhooks in one process, which notes when each story went
out in a feed, went out as a page, and came back as an alert.

    python -m tests.bench.newswire 50

It prints its port; site n is host 127.0.2.n. ``GET /publish/N/RATE`` brings N stories, RATE a
second; ``GET /told`` is answered with the times: of each story in a feed, as a page, as an alert.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import blake2b

from tests.bench.receiver import TAKEN, Receiver
from tests.newsroom import own_words, page

SHOWN = 20  # stories of a site in its feed


@dataclass
class Wire:
    """All sites."""

    sites: int
    stories: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # by host
    times: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for site in range(self.sites):
            self.stories[host(site)].append(f"train-old-{site}")

    def note(self, slug: str, what: str) -> None:
        self.times[slug].setdefault(what, time.time())

    async def publish(self, number: int, rate: float) -> None:
        began = time.monotonic()
        for one in range(number):
            await asyncio.sleep(max(0.0, began + one / rate - time.monotonic()))
            self.stories[host(one % self.sites)].append(f"train-{one}")

    def feed(self, at: str) -> bytes:
        shown = self.stories[at.partition(":")[0]][-SHOWN:]
        for slug in shown:
            self.note(slug, "feed")
        items = "".join(
            f"<item><title>{title(slug)}</title><link>http://{at}/{slug}</link></item>"
            for slug in reversed(shown)
        )
        channel = f"<channel><title>{at}</title><link>http://{at}</link>{items}</channel>"
        return f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>'.encode()


def host(site: int) -> str:
    return f"127.0.2.{site + 1}"


def title(slug: str) -> str:
    return f"The {slug.replace('-', ' ')} leaves"


class Desk(Receiver):
    """One connection to a site, or from the alerts."""

    def __init__(self, wire: Wire) -> None:
        super().__init__([])
        self._wire = wire

    def answered(self, head: str, fields: dict[str, str], body: bytes) -> bytes:
        method, path, _ = head.partition("\r\n")[0].split(" ")
        if method == "POST":
            slug = json.loads(body)["data"]["article"]["url"].rpartition("/")[2]
            self._wire.note(slug, "alert")
            return TAKEN
        if path == "/feed":
            return self._feed(fields)
        if path == "/told":
            return _ok(json.dumps(self._wire.times).encode())
        if path.startswith("/publish/"):
            number, rate = path.split("/")[2:]
            self._wire.tasks.append(
                asyncio.ensure_future(self._wire.publish(int(number), float(rate)))
            )
            return TAKEN
        if path.startswith("/train-"):
            self._wire.note(path[1:], "page")
            return _ok(page(title(path[1:]), own_words(path)), "text/html")
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    def _feed(self, fields: dict[str, str]) -> bytes:
        body = self._wire.feed(fields["host"])
        tag = f'"{blake2b(body, digest_size=8).hexdigest()}"'
        if fields.get("if-none-match") == tag:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
        return _ok(body, "application/rss+xml", f"ETag: {tag}\r\n")


def _ok(body: bytes, kind: str = "application/json", more: str = "") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def _serve(sites: int) -> None:
    wire = Wire(sites)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Desk(wire), "0.0.0.0", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
