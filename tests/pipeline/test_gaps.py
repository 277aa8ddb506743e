"""What scrolled by between two looks: when a gap is seen, and what it is filled with."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from monitor.discover import FeedSource, PageSource, Source
from monitor.store import history, links
from monitor.store.history import Gap
from tests.newsroom import FEED, page
from tests.pipeline.conftest import NewsDesk
from tests.servers import Request, answer

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Wire:
    """A site with a story a minute; ``top`` is its newest, which is as old as a minute."""

    def __init__(self, desk: NewsDesk, *, dated: bool = True) -> None:
        self.desk, self.base, self.dated = desk, desk.site.base, dated
        self.top = self.of_sitemap = 100
        self.edited: dict[int, datetime] = {}
        desk.site.answers[FEED] = lambda _: _one(self.feed())
        for number in range(1, 40):
            desk.site.answers[f"/list?page={number}"] = self._listing
        self.began = desk.clock()
        for number in range(50, 160):
            desk.site.pages[f"/news/{number}"] = page(f"Story {number}", (f"Word {number}. " * 30,))
        self.shown = 10

    def publish(self, number: int) -> None:
        self.top += number
        self.desk.clock.pass_(minutes=number)

    def at(self, number: int) -> datetime:
        return self.began + (number - 101) * MINUTE

    def feed(self) -> bytes:
        items = "".join(map(self._item, range(self.top, self.top - self.shown, -1)))
        return f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()

    def _item(self, number: int) -> str:
        date = f"<pubDate>{format_datetime(self.at(number))}</pubDate>" if self.dated else ""
        return f"<item><title>S {number}</title><link>{self.base}/news/{number}</link>{date}</item>"

    def _listing(self, request: Request) -> Any:
        number = int(request.target.rpartition("=")[2])
        first = self.top - (number - 1) * 10
        items = "".join(
            f'<li><a href="/news/{n}">The story of the number {n}</a></li>'
            for n in range(first, first - 10, -1)
        )
        on = f'<a rel="next" href="/list?page={number + 1}">older</a>'
        return _one(f"<html><body><ul>{items}</ul>{on}</body></html>".encode(), "text/html")

    def sitemap(self) -> None:
        entries = "".join(
            f"<url><loc>{self.base}/news/{number}</loc>"
            f"<lastmod>{self.edited.get(number, self.at(number)).isoformat()}</lastmod></url>"
            for number in range(51, self.of_sitemap + 1)
        )
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        body = f'<urlset xmlns="{space}">{entries}</urlset>'.encode()
        self.desk.site.answers["/sitemap.xml"] = answer(body)

    # --- what the monitor made of it -------------------------------------------------------------

    def source(self, **keys: Any) -> FeedSource:
        return FeedSource(id="laostimes", kind="feed", url=self.base + FEED, **keys)

    async def look(self, source: Source) -> None:
        self.desk.clock.pass_(hours=-2)  # which looking passes
        await self.desk.look(source, early=True)

    def known(self) -> set[int]:
        with self.desk.store.read() as tx:
            seen = links.latest(tx, "laostimes", 999)
        return {int(link.url.rpartition("/")[2]) for link in seen}

    def gaps(self) -> list[Gap]:
        with self.desk.store.read() as tx:
            return history.gaps_of(tx, "laostimes")


def _one(body: bytes, content_type: str = "application/rss+xml") -> Any:
    async def parts() -> Any:
        yield answer(body, headers={"Content-Type": content_type})

    return parts()


@pytest.fixture
def wire(desk: NewsDesk) -> Wire:
    return Wire(desk)


def numbers(first: int, last: int) -> set[int]:
    return set(range(first, last + 1))


# --- when one is seen ----------------------------------------------------------------------------


@pytest.mark.parametrize("dated", [True, False])
async def test_a_feed_that_is_one_shorter_than_before_has_gaps_too(
    desk: NewsDesk, dated: bool
) -> None:
    wire = Wire(desk, dated=dated)
    await wire.look(wire.source())
    wire.publish(20)
    wire.shown = 9
    await wire.look(wire.source())
    assert len(wire.gaps()) == 1


@pytest.mark.parametrize("include", [("0$", "[6-9]$"), ("12[0-9]$",), ("1[0-2]5$",)])
@pytest.mark.parametrize("dated", [True, False])
async def test_what_patterns_keep_out_hides_no_gap(
    desk: NewsDesk, dated: bool, include: tuple[str, ...]
) -> None:
    wire = Wire(desk, dated=dated)
    source = wire.source(include=include)
    await wire.look(source)
    wire.publish(30)
    await wire.look(source)
    assert len(wire.gaps()) == 1


@pytest.mark.parametrize("dated", [True, False])
async def test_what_patterns_keep_out_makes_no_gap(desk: NewsDesk, dated: bool) -> None:
    wire = Wire(desk, dated=dated)
    source = wire.source(include=("1$",))
    await wire.look(source)
    wire.publish(5)
    await wire.look(source)
    assert wire.known() == {91, 101}
    assert wire.gaps() == []


async def test_patterns_that_are_new_make_no_gap(desk: NewsDesk) -> None:
    wire = Wire(desk, dated=False)
    await wire.look(wire.source(include=("nothing",)))
    wire.publish(5)
    await wire.look(wire.source())
    await wire.look(wire.source(exclude=("/news/",)))
    assert wire.gaps() == []


# --- what it is filled with ----------------------------------------------------------------------


@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize("new", [43, 45, 50])
async def test_a_listing_is_read_back_to_what_was_known_before(
    desk: NewsDesk, dated: bool, new: int
) -> None:
    wire = Wire(desk, dated=dated)
    source = wire.source(archive=f"{wire.base}/list?page=1")
    await wire.look(source)
    wire.publish(new)
    await wire.look(source)
    assert wire.known() == numbers(91, wire.top), "and nothing older"
    assert [gap.filled_with for gap in wire.gaps()] == [new - 10]
    assert wire.gaps()[0].filled_at is not None


async def test_a_page_may_be_its_own_archive(wire: Wire) -> None:
    url = f"{wire.base}/list?page=1"
    source = PageSource(id="laostimes", kind="page", url=url, archive=url)
    await wire.look(source)
    wire.publish(35)
    await wire.look(source)
    assert wire.known() == numbers(91, 135)
    assert [gap.filled_with for gap in wire.gaps()] == [25]


async def test_a_story_that_was_edited_after_the_gap_is_still_of_it(wire: Wire) -> None:
    source = wire.source(archive=f"{wire.base}/sitemap.xml")
    await wire.look(source)
    wire.publish(45)
    wire.of_sitemap = wire.top
    wire.edited = {120: wire.desk.clock(), 60: wire.desk.clock() - 2 * HOUR}
    wire.sitemap()
    await wire.look(source)
    assert wire.known() == numbers(91, 145)


async def test_a_gap_stays_open_for_an_archive_that_is_behind(wire: Wire) -> None:
    source = wire.source(archive=f"{wire.base}/sitemap.xml")
    await wire.look(source)
    wire.publish(45)
    wire.of_sitemap = 110
    wire.sitemap()
    await wire.look(source)
    assert wire.known() == numbers(91, 110) | numbers(136, 145)
    (gap,) = wire.gaps()
    assert (gap.filled_at, gap.filled_with) == (None, 10)
    wire.of_sitemap = wire.top
    wire.sitemap()
    wire.desk.clock.pass_(hours=3)
    await wire.look(source)  # its feed is as it was
    assert wire.known() == numbers(91, 145)
    (gap,) = wire.gaps()
    assert gap.filled_at == wire.desk.clock()
    assert gap.filled_with == 35


async def test_an_archive_that_stays_behind_is_given_a_day(wire: Wire) -> None:
    source = wire.source(archive=f"{wire.base}/sitemap.xml")
    await wire.look(source)
    wire.publish(45)
    wire.of_sitemap = 110
    wire.sitemap()
    await wire.look(source)
    wire.desk.clock.pass_(hours=25)
    asked = wire.desk.site.asked("/sitemap.xml")
    await wire.look(source)
    assert wire.desk.site.asked("/sitemap.xml") == asked, "nothing is new that was worth it"
    wire.publish(1)
    await wire.look(source)
    (gap,) = wire.gaps()
    assert (gap.filled_at, gap.filled_with) == (wire.desk.clock(), 10)


async def test_an_archive_that_was_down_is_tried_again_though_its_feed_is_as_it_was(
    wire: Wire,
) -> None:
    source = wire.source(archive=f"{wire.base}/sitemap.xml")
    await wire.look(source)
    wire.publish(45)
    await wire.look(source)
    assert [gap.filled_at for gap in wire.gaps()] == [None]
    wire.of_sitemap = wire.top
    wire.sitemap()
    await wire.look(source)
    assert wire.known() == numbers(91, 145)


async def test_pinned_stories_do_not_cut_an_archive_short(wire: Wire) -> None:
    source = wire.source(archive=f"{wire.base}/list?page=1")
    await wire.look(source)
    wire.publish(100)
    pinned = '<li><a href="/news/95">The story of the number 95</a></li>'
    listed = "".join(
        f'<li><a href="/news/{n}">The story of the number {n}</a></li>' for n in range(159, 149, -1)
    )
    body = f"<html><body><ul>{pinned}{listed}</ul></body></html>".encode()
    wire.desk.site.answers["/list?page=1"] = answer(body, headers={"Content-Type": "text/html"})
    wire.top, wire.dated = 145, False
    await wire.look(source)
    assert wire.known() >= numbers(150, 159)
