"""A news site in the hands of a test: it publishes, corrects, fails, and counts who asks.

async with Site() as site:
    site.publish("night-train", "First night train leaves Vientiane")
    source = site.source()
"""

from __future__ import annotations

import hashlib
import html
import random
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Self

from monitor.discover import FeedSource
from tests.servers import LOOPBACK, Handler, Request, answer, serve

FEED = "/feed"
PARAGRAPHS = (
    "VIENTIANE, Nov. 20 (Xinhua) -- The railway company said on Friday that the service between "
    "the two capitals would run every day of the week from the first of next month.",
    "Passengers may buy tickets at every station along the line, and on the telephone as well, "
    "up to fifteen days before they travel, a spokesman told reporters in the Lao capital.",
    "The border police of both countries will check passports on board, so that nobody has to "
    "leave the carriages at night, he added, and the journey becomes two hours shorter.",
)
_WORDS = " ".join(PARAGRAPHS).lower().replace(",", "").split()


@dataclass
class Site:
    """``answers`` go before pages: bytes, or a handler of tests.servers."""

    host: str = LOOPBACK
    titles: dict[str, str] = field(default_factory=dict)  # by slug, the newest last
    pages: dict[str, bytes] = field(default_factory=dict)  # by path
    answers: dict[str, bytes | Handler] = field(default_factory=dict)  # by path
    seen: list[Request] = field(default_factory=list)
    base: str = ""
    _running: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> Self:
        self.base = await self._running.enter_async_context(
            serve(self._answer, seen=self.seen, host=self.host)
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._running.aclose()

    def source(self, name: str = "laostimes", path: str = FEED) -> FeedSource:
        return FeedSource(id=name, kind="feed", url=self.base + path)

    def publish(self, slug: str, title: str, paragraphs: tuple[str, ...] = ()) -> str:
        """Put a story on the site and in its feed, or correct it there; its address.

        Without ``paragraphs`` it says what no other story says.
        """
        self.titles.pop(slug, None)
        self.titles[slug] = title
        self.pages[f"/{slug}"] = page(title, paragraphs or own_words(slug))
        return f"{self.base}/{slug}"

    def asked(self, path: str | None = None) -> int:
        """How often ``path`` was asked for; without it, all but robots.txt."""
        paths = [request.target for request in self.seen if request.target != "/robots.txt"]
        return len(paths) if path is None else paths.count(path)

    def feed(self) -> bytes:
        items = "".join(
            f"<item><title>{html.escape(title)}</title><link>{self.base}/{slug}</link></item>"
            for slug, title in reversed(self.titles.items())
        )
        channel = f"<channel><title>Laos Times</title><link>{self.base}</link>{items}</channel>"
        return f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>'.encode()

    def _answer(self, request: Request) -> bytes:
        given = self.answers.get(request.target)
        if given is not None:
            return given if isinstance(given, bytes) else given(request)  # type: ignore[return-value]
        if request.target == FEED:
            return self._current_feed(request)
        if request.target in self.pages:
            return answer(self.pages[request.target], headers={"Content-Type": "text/html"})
        return answer(status=404)

    def _current_feed(self, request: Request) -> bytes:
        body = self.feed()
        etag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
        if request.headers.get("if-none-match") == etag:
            return answer(status=304, headers={"ETag": etag})
        return answer(body, headers={"ETag": etag, "Content-Type": "application/rss+xml"})


def own_words(slug: str) -> tuple[str, ...]:
    """Three paragraphs on nothing in particular, the same for the same ``slug``."""
    rng = random.Random(slug)
    return tuple(" ".join(rng.choices(_WORDS, k=40)).capitalize() + "." for _ in range(3))


def page(title: str, paragraphs: tuple[str, ...]) -> bytes:
    """A story in the plainest layout there is."""
    text = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs)
    heading = html.escape(title)
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{heading}</title></head><body><h1>{heading}</h1>"
        f"<p>Source: Xinhua Updated: 2026-11-20</p>{text}</body></html>"
    ).encode()
