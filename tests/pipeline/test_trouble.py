"""A source's way through the house when something fails."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from monitor.discover import FeedSource
from monitor.errors import ParseError, StoreError
from monitor.models import Article
from monitor.pipeline import check_source, pages
from monitor.pipeline.patience import MOST_TROUBLES
from monitor.schedule import PAGE_DELAYS
from monitor.store import sources
from tests.fetch.tools import make_fetcher
from tests.newsroom import FEED, Site, own_words, page
from tests.pipeline.conftest import DAY, NEW, NewsDesk
from tests.servers import answer, hang, redirect


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (answer(status=404), "404 Not Found"),
        (answer(status=500), "500"),
        (lambda _: hang(), "within 0.3 s"),
        (answer(b"<html><body>We moved</body></html>", headers={"Content-Type": "text/html"}), ""),
        (answer(bytes(range(256)) * 9), ""),
        (b"nonsense", ""),
    ],
    ids=["404", "500", "hangs", "a feed that is HTML", "garbage", "no HTTP"],
)
async def test_a_source_that_fails_says_so_and_is_tried_again(
    desk: NewsDesk, given: bytes | Callable[..., Any], said: str
) -> None:
    desk.site.publish("a", "A train leaves")
    desk.site.answers[FEED] = given
    report = await desk.look()
    (error,) = report.errors
    assert report.outcome == "failed"
    assert said in error
    assert len(error.splitlines()) == 1
    state = desk.state()
    assert (state.error, state.failures, state.baseline_at) == (error, 1, None)
    assert state.next_at is not None
    assert timedelta(hours=1) <= state.next_at - desk.clock() <= DAY
    del desk.site.answers[FEED]
    desk.clock.pass_(days=1)
    assert (await desk.look()).stories == Counter({NEW: 1})
    assert desk.alerts() == [], "only now is its first look"
    assert (desk.state().error, desk.state().failures) == (None, 0)


async def test_a_source_in_trouble_may_name_the_time_to_come_back(desk: NewsDesk) -> None:
    desk.site.answers[FEED] = answer(status=503, headers={"Retry-After": "172800"})
    await desk.look()
    state = desk.state()
    assert state.next_at is not None
    assert state.next_at >= desk.clock() + 2 * DAY


@pytest.mark.parametrize(
    ("given", "retried"),
    [
        (answer(status=404), False),
        (answer(status=500), True),
        (answer(status=304), True),
        (lambda _: hang(), True),
        (answer(bytes(range(256)) * 9, headers={"Content-Type": "text/html"}), False),
        (answer(b"<html><body></body></html>", headers={"Content-Type": "text/html"}), False),
        (answer(b"<h1>A title, no body</h1>", headers={"Content-Type": "text/html"}), False),
        (answer(b"<p>No title</p>", headers={"Content-Type": "text/html"}), False),
    ],
    ids=["404", "500", "304", "hangs", "garbage", "empty", "no body", "no title"],
)
async def test_a_page_that_fails_stops_no_other(
    desk: NewsDesk, given: bytes | Callable[..., Any], retried: bool
) -> None:
    await desk.look()
    bad = desk.site.publish("bad", "A train nobody can read of")
    desk.site.answers["/bad"] = given
    desk.site.publish("good", "A train leaves")
    report = await desk.look()
    (error,) = report.errors
    assert error.startswith(f"{bad}: ")
    assert len(error.splitlines()) == 1
    assert report.outcome == "looked"
    assert [title for _, title, _ in desk.alerts()] == ["A train leaves"]
    backlog = desk.backlog()
    assert (backlog.waiting, backlog.given_up) == ((1, 0) if retried else (0, 1))
    assert backlog.error == error
    del desk.site.answers["/bad"]
    await desk.look()
    assert len(desk.alerts()) == (2 if retried else 1), "nothing is lost that can be had"


async def test_a_site_that_is_down_is_not_asked_for_every_page(desk: NewsDesk) -> None:
    for number in range(9):
        desk.site.publish(f"{number}", f"Story {number} of the day")
        desk.site.answers[f"/{number}"] = answer(status=503)
    assert len((await desk.look()).errors) == MOST_TROUBLES
    assert desk.backlog().waiting == 9
    desk.site.answers.clear()
    assert (await desk.look()).stories == Counter({NEW: 9})


async def looks_at_once(desk: NewsDesk, times: int = 4) -> int:
    """How many pages are asked for by looks that let no time pass."""
    before = desk.site.asked() - desk.site.asked(FEED)
    for _ in range(times):
        await check_source(desk.site.source(), desk.kit())
    return desk.site.asked() - desk.site.asked(FEED) - before


async def test_nor_again_at_once(desk: NewsDesk) -> None:
    for number in range(9):
        desk.site.publish(f"{number}", f"Story {number} of the day")
        desk.site.answers[f"/{number}"] = answer(status=500)
    assert await looks_at_once(desk) == MOST_TROUBLES
    pages_at = desk.state().pages_at
    assert pages_at is not None
    assert pages_at - desk.clock() == PAGE_DELAYS[0]


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_of_a_page_holds_for_all_pages_of_its_site(
    desk: NewsDesk, status: int
) -> None:
    for number in range(12):
        desk.site.publish(f"{number}", f"Story {number} of the day")
        busy = answer(status=status, headers={"Retry-After": "3600"})
        desk.site.answers[f"/{number}"] = busy
    assert await looks_at_once(desk) == 1
    pages_at = desk.state().pages_at
    assert pages_at is not None
    assert timedelta(hours=1) <= pages_at - desk.clock() <= timedelta(hours=1, seconds=9)
    desk.site.answers.clear()
    async with make_fetcher() as fetcher:
        assert (await desk.look(fetcher=fetcher)).stories == Counter({NEW: 12})


async def test_a_site_that_wants_to_be_left_alone_holds_up_no_other(desk: NewsDesk) -> None:
    desk.site.publish("busy", "A train leaves")
    desk.site.answers["/busy"] = answer(status=503, headers={"Retry-After": "3600"})
    async with Site() as other:
        desk.site.publish("busy", "Another train leaves")
        items = "".join(
            f"<item><title>{slug}</title><link>{base}/{slug}</link></item>"
            for base, slug in [
                (desk.site.base, "busy"),
                (desk.site.base, "busy-too"),
                (other.base, "good"),
            ]
        )
        feed = f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'
        desk.site.answers[FEED] = answer(feed.encode(), headers={"Content-Type": "text/xml"})
        other.publish("good", "A train arrives")
        report = await desk.look()
    assert report.stories == Counter({NEW: 1})
    assert [desk.site.asked(path) for path in ("/busy", "/busy-too")] == [1, 0]


@pytest.mark.parametrize("status", [301, 302])
async def test_a_story_that_leads_to_the_home_page_is_none(desk: NewsDesk, status: int) -> None:
    """Two deleted stories would be one, corrected at every look."""
    await desk.look()
    desk.site.pages["/"] = page("Laos Times: the latest news", own_words("home"))
    for number in range(2):
        desk.site.publish(f"{number}", f"A train story {number} that is deleted")
        desk.site.answers[f"/{number}"] = redirect("/", status=status)
    report = await desk.look()
    assert [error.endswith("/: leads to the home page") for error in report.errors] == [True, True]
    assert (desk.stories(), desk.alerts(), desk.backlog().given_up) == ({}, [], 2)


async def test_a_page_is_given_up_in_the_end(desk: NewsDesk) -> None:
    desk.site.publish("bad", "A train nobody can read of")
    desk.site.answers["/bad"] = answer(status=500)
    for _ in range(20):
        desk.clock.pass_(days=2)
        await desk.look()
    assert (desk.backlog().given_up, desk.site.asked("/bad")) == (1, 8)


async def test_a_page_that_found_no_process_waits_and_says_nothing_of_its_source(
    desk: NewsDesk,
) -> None:
    async def full(*_: object, **__: object) -> Article:
        raise ParseError("no process to parse it in: Out of memory", retryable=True)

    desk.site.publish("old", "An old story")
    await desk.look()
    desk.site.publish("a", "A train leaves")
    before = desk.state().extraction
    report = await desk.look(parse=full)
    assert "no process to parse it in" in report.errors[0]
    assert (desk.backlog().waiting, desk.backlog().given_up) == (1, 0)
    assert desk.state().extraction == before
    await desk.look()
    assert [title for _, title, _ in desk.alerts()] == ["A train leaves"]


@pytest.mark.parametrize("broken", ["article_of", "file_story"])
async def test_a_fault_of_our_own_costs_one_page(
    desk: NewsDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, broken: str
) -> None:
    await desk.look()
    desk.site.publish("bad", "A train that breaks us")
    desk.site.publish("good", "A train leaves")
    whole = getattr(pages, broken)

    def choke(what: Any, *args: Any, **more: Any) -> Any:
        if "breaks us" in str(what):
            raise RecursionError("too deep")
        return whole(what, *args, **more)

    monkeypatch.setattr(pages, broken, choke)
    with caplog.at_level(logging.ERROR):
        report = await desk.look()
    (error,) = report.errors
    assert "the monitor broke on it: RecursionError: too deep" in error
    assert "please report this" in caplog.text
    assert [title for _, title, _ in desk.alerts()] == ["A train leaves"]
    assert desk.backlog().given_up == 1


async def test_a_fault_of_our_own_in_a_source_costs_that_look(
    desk: NewsDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def choke(*_: object) -> None:
        raise LookupError("what?")

    with monkeypatch.context() as patch:
        patch.setattr(FeedSource, "links", choke)
        report = await desk.look()
    assert report.outcome == "failed"
    assert "the monitor broke on it: LookupError: what?" in report.errors[0]
    assert (await desk.look()).outcome == "looked"


async def test_a_death_between_links_and_pages_loses_nothing(
    desk: NewsDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.look()
    desk.site.publish("a", "A train leaves")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pages, "_waiting", die)
        patch.setattr(sources, "release", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            await desk.look()
    report = await desk.look()
    assert (report.outcome, report.stories) == ("not modified", Counter({NEW: 1}))
    assert len(desk.alerts()) == 1


async def test_a_source_somebody_else_has_in_hand_is_left_alone(desk: NewsDesk) -> None:
    asked = asyncio.Event()
    go_on = asyncio.Event()

    async def slow(_: object) -> AsyncIterator[bytes]:
        asked.set()
        await go_on.wait()
        yield answer(desk.site.feed(), headers={"Content-Type": "application/rss+xml"})

    desk.site.answers[FEED] = slow
    async with make_fetcher() as fetcher:
        patient = desk.kit(fetcher=fetcher)
        first = asyncio.create_task(check_source(desk.site.source(), patient))
        await asked.wait()
        assert (await check_source(desk.site.source(), patient)).outcome == "busy"
        go_on.set()
        assert (await first).outcome == "looked"
    assert desk.site.asked(FEED) == 1


async def test_a_look_that_is_broken_off_is_put_back(desk: NewsDesk) -> None:
    asked = asyncio.Event()

    def silent(_: object) -> AsyncIterator[bytes]:
        asked.set()
        return hang()

    desk.site.answers[FEED] = silent
    async with make_fetcher() as fetcher:
        look = asyncio.create_task(desk.look(fetcher=fetcher))
        await asked.wait()
        look.cancel()
        with pytest.raises(asyncio.CancelledError):
            await look
    del desk.site.answers[FEED]
    assert (await check_source(desk.site.source(), desk.kit())).outcome == "looked"


async def test_a_database_that_cannot_be_written_is_said(desk: NewsDesk) -> None:
    await desk.look()
    desk.site.publish("a", "A train leaves")
    with desk.store.write() as tx:
        tx.exec_driver_sql("ALTER TABLE revisions RENAME TO gone")
    with pytest.raises(StoreError, match="no such table: revisions"):
        await desk.look()
    with desk.store.write() as tx:
        tx.exec_driver_sql("ALTER TABLE gone RENAME TO revisions")
    assert (await desk.look()).alerts == 1, "nothing is lost"
