"""Whether a source works, held against a site that misbehaves in every way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from monitor.discover import FeedSource, PageSource, Source
from monitor.fetch import AddressPolicy
from monitor.settings import FetchSettings, MonitorFile
from monitor.verify import Finding, verify, verify_all
from tests.builders import NOW
from tests.fetch.tools import make_fetcher
from tests.newsroom import Site, page
from tests.servers import answer, redirect

POLICY = AddressPolicy(["127.0.0.0/8"])
HTML = {"Content-Type": "text/html"}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as site:
        site.publish("night-train", "First night train leaves Vientiane")
        yield site


async def found(source: Source, **settings: Any) -> Finding:
    async with make_fetcher(policy=POLICY) as fetcher:
        return await verify(source, fetcher, MonitorFile(**settings), NOW)


def feed(site: Site, **keys: Any) -> FeedSource:
    return FeedSource(id="laostimes", kind="feed", url=f"{site.base}/feed", **keys)


async def test_a_source_that_works_shows_what_it_has(site: Site) -> None:
    seen = await found(feed(site, language="en"))
    assert (seen.works, seen.links, seen.dated, seen.robots) == (True, 1, 0, "allows")
    assert seen.story is not None
    assert seen.story.title == "First night train leaves Vientiane"
    assert seen.notes == ()
    assert site.asked() == 2  # the feed, and one story


async def test_its_newest_item_tells_whether_it_is_frozen(site: Site) -> None:
    story = f"<link>{site.base}/night-train</link><title>Night train</title>"
    item = f"<item>{story}<pubDate>%s</pubDate></item>"
    body = f'<rss version="2.0"><channel>{item}</channel></rss>'
    day = "Wed, 18 Nov 2026 08:00:00 GMT"
    site.answers["/feed"] = answer((body % day).encode())
    seen = await found(feed(site))
    assert (seen.works, seen.dated, str(seen.newest)) == (True, 1, "2026-11-18 08:00:00+00:00")
    site.answers["/feed"] = answer((body % "Wed, 03 Jan 2018 08:00:00 GMT").encode())
    assert (await found(feed(site))).problems == ("frozen: its newest item is of 2018-01-03",)
    assert (await found(feed(site, max_age="5000d"))).works
    seen = await found(feed(site), health={"max_age": timedelta(days=5000)})
    assert seen.works


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (answer(status=404), "127.0.0.1 answers 404"),
        (answer(status=410), "127.0.0.1 answers 410"),
        (answer(b"<rss version='2.0'><channel/></rss>"), "the feed holds no links"),
        (
            answer(b"<html><title>Just a moment...</title></html>", headers=HTML),
            "127.0.0.1 shows a challenge page (Cloudflare)",
        ),
        (
            answer(
                b"<html><head><link rel='alternate' type='application/rss+xml' href='/rss'></head>"
                b"<body></body></html>",
                headers=HTML,
            ),
            "the answer is an HTML page, not a feed: set kind: page or give the feed's address, "
            "http://127.0.0.1:",
        ),
    ],
)
async def test_what_is_no_working_feed_says_why(site: Site, body: bytes, problem: str) -> None:
    site.answers["/feed"] = body
    seen = await found(feed(site))
    assert not seen.works
    assert len(seen.problems) == 1
    assert seen.problems[0].startswith(problem)


async def test_a_source_that_moved_works_and_says_where(site: Site) -> None:
    site.answers["/feed"] = redirect("/new-feed", 301)
    site.answers["/new-feed"] = answer(site.feed())
    seen = await found(feed(site))
    assert seen.works
    assert seen.notes == (f"has moved for good: set url: {site.base}/new-feed",)


async def test_include_may_leave_nothing(site: Site) -> None:
    seen = await found(feed(site, include=("debt",)))
    assert seen.problems == ("include and exclude let none of its 1 links through",)


ROBOTS = b"User-agent: *\nDisallow: /\n"


async def test_robots_txt_holds_for_pages(site: Site) -> None:
    site.answers["/robots.txt"] = answer(ROBOTS)
    listing = PageSource(id="list", kind="page", url=f"{site.base}/list")
    seen = await found(listing)
    assert (seen.robots, seen.works) == ("forbids", False)
    assert site.asked() == 0
    seen = await found(feed(site))
    assert (seen.robots, seen.links, seen.works) == ("forbids", 1, False)
    assert seen.problems[0].startswith("its stories cannot be read: robots.txt of 127.0.0.1")
    site.answers["/robots.txt"] = answer(status=503)
    assert (await found(listing)).robots == "cannot be read"


async def test_the_first_story_that_can_be_read_counts(site: Site) -> None:
    for slug in ("older", "gone", "broken"):
        site.publish(slug, f"A story that is {slug}")
    site.pages["/broken"] = b"%PDF-1.7"
    del site.pages["/gone"]
    seen = await found(feed(site))
    assert seen.story is not None
    assert seen.story.title == "A story that is older"
    for slug in ("older", "newest"):
        site.publish(slug, slug)
        del site.pages[f"/{slug}"]
    seen = await found(feed(site))
    assert seen.story is None
    assert seen.problems == ("its stories cannot be read: not HTML: a PDF document",)


async def test_what_is_odd_about_a_story_is_noted(site: Site) -> None:
    site.pages["/night-train"] = page("Short", ("Too few words.",)).replace(b"2026-11-20", b"")
    seen = await found(feed(site, language="lo"))
    assert seen.works
    assert seen.notes == (
        "its first story has 14 characters only",
        "its first story has no date",
        "its first story is in en, not in lo",
    )


async def test_hosts_are_asked_side_by_side_and_each_in_turn() -> None:
    async with Site() as one, Site() as two, make_fetcher(policy=POLICY) as fetcher:
        for site in (one, two):
            site.publish("a", "A story of its own")
        sources = [feed(one).model_copy(update={"id": "1"}), feed(two), feed(one, cookies=True)]
        heard: list[str] = []
        settings = MonitorFile(fetch=FetchSettings(concurrency=2))
        every = await verify_all(
            sources, fetcher, settings, NOW, lambda finding: heard.append(finding.source)
        )
    assert [finding.source for finding in every] == ["1", "laostimes", "laostimes"]
    assert sorted(heard) == ["1", "laostimes", "laostimes"]
    assert all(finding.works for finding in every)
