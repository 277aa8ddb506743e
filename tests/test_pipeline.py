"""One source's way through the house, on a site that publishes, corrects and fails."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from monitor import pipeline
from monitor.discover import FeedSource
from monitor.errors import StoreError
from monitor.fetch import AddressPolicy, Fetcher
from monitor.match import RuleSet
from monitor.models import ChangeKind, SourceState
from monitor.pipeline import LONGEST_KEY, MOST_TROUBLES, Kit, Report, check_source, story_key
from monitor.settings import FetchSettings
from monitor.store import Store, outbox, sources, stories
from tests.builders import Clock, rule
from tests.fetch.tools import make_fetcher
from tests.newsroom import FEED, PARAGRAPHS, Site
from tests.servers import answer, hang

NEW, REVISED, SAME, COPY = ChangeKind.NEW, ChangeKind.REVISED, ChangeKind.SAME, ChangeKind.COPY
RULES = (rule("railway", "train OR trains"), rule("debt", "debt OR loan"))
DAY = timedelta(days=1)


class NewsDesk:
    """A site, a store, and what looks from one to the other."""

    def __init__(self, site: Site, store: Store, clock: Clock, fetcher: Fetcher) -> None:
        self.site, self.store, self.clock, self.fetcher = site, store, clock, fetcher
        self.filed = 0

    def kit(self, **changes: Any) -> Kit:
        def filed() -> None:
            self.filed += 1

        said: dict[str, Any] = {
            "store": self.store,
            "fetcher": self.fetcher,
            "rules": RuleSet.compile(RULES),
            "topic": None,
            "settings": FetchSettings(),
            "clock": self.clock,
            "rng": random.Random(7),
            "filed": filed,
        }
        return Kit(**(said | changes))

    async def look(self, source: FeedSource | None = None, **changes: Any) -> Report:
        """Look again, an interval later."""
        self.clock.pass_(hours=2)
        return await check_source(source or self.site.source(), self.kit(**changes))

    def state(self, name: str = "laostimes") -> SourceState:
        with self.store.read() as tx:
            found = sources.state(tx, name)
        assert found is not None
        return found

    def stories(self) -> dict[str, stories.Story]:
        """By title."""
        with self.store.read() as tx:
            return {story.article.title: story for story in stories.listing(tx)}

    def alerts(self) -> list[tuple[str, str, str]]:
        """Rule, title and reason, the oldest first."""
        with self.store.read() as tx:
            listed = outbox.alert_listing(tx)
        return [(one.rule, one.article.title, one.reason) for one in reversed(listed)]

    def backlog(self, name: str = "laostimes") -> sources.Backlog:
        with self.store.read() as tx:
            return sources.backlogs(tx).get(name, sources.Backlog())


@pytest.fixture
async def desk(sqlite_store: Store, clock: Clock) -> AsyncIterator[NewsDesk]:
    loopback = AddressPolicy(["127.0.0.0/8"])
    async with Site() as site, make_fetcher(timeout=0.3, policy=loopback) as fetcher:
        yield NewsDesk(site, sqlite_store, clock, fetcher)


# --- what works --------------------------------------------------------------------------------


async def test_the_first_look_is_a_baseline_and_alerts_nobody(desk: NewsDesk) -> None:
    desk.site.publish("old", "An old train story")
    report = await desk.look()
    assert (report.outcome, report.announced, report.stories) == ("looked", 1, Counter({NEW: 1}))
    assert (report.alerts, desk.alerts(), desk.filed) == (0, [], 0)
    story = desk.stories()["An old train story"]
    assert story.article.source == "Xinhua"
    with desk.store.read() as tx:
        assert [match.rule for match in stories.matches_of(tx, story.id)] == ["railway"]


async def test_what_comes_after_is_alerted(desk: NewsDesk) -> None:
    await desk.look()
    desk.site.publish("new", "A new train leaves")
    report = await desk.look()
    assert (report.alerts, desk.filed) == (1, 1)
    assert desk.alerts() == [("railway", "A new train leaves", "new story")]
    with desk.store.read() as tx:
        assert {one.channel for one in outbox.listing(tx)} == {"mail", "hook"}


async def test_each_rule_that_matches_alerts_and_no_other(desk: NewsDesk) -> None:
    await desk.look()
    desk.site.publish("a", "Train debt put off", ("Nothing said here at all, " * 9,) * 3)
    desk.site.publish("b", "Football on Sunday", ("Eleven men ran after a ball. " * 9,) * 3)
    report = await desk.look()
    assert (report.alerts, report.stories[NEW]) == (2, 2)
    assert {name for name, _, _ in desk.alerts()} == {"railway", "debt"}


async def test_unchanged_sources_answer_304_and_no_page_is_read(desk: NewsDesk) -> None:
    desk.site.publish("a", "A train leaves")
    await desk.look()
    before, asked = desk.state(), desk.site.asked("/a")
    report = await desk.look()
    assert report == Report("laostimes", "not modified")
    after = desk.state()
    assert (after.links, after.validators) == (before.links, before.validators)
    assert after.next_at is not None
    assert after.next_at >= desk.clock() + timedelta(hours=1)
    assert desk.site.asked("/a") == asked


async def test_a_restart_does_not_ask_again_within_the_interval(desk: NewsDesk) -> None:
    await desk.look()
    asked = desk.site.asked()
    report = await check_source(desk.site.source(), desk.kit())
    assert (report.outcome, desk.site.asked()) == ("not due", asked)
    early = await check_source(desk.site.source(), desk.kit(), early=True)
    assert early.outcome == "not modified", "unless it is told to"


async def test_a_source_s_own_interval_counts(desk: NewsDesk) -> None:
    source = desk.site.source().model_copy(update={"interval": timedelta(hours=12)})
    await desk.look(source)
    assert (await desk.look(source)).outcome == "not due"
    desk.clock.pass_(hours=12)
    assert (await desk.look(source)).outcome == "not modified"


async def test_what_does_not_fit_into_one_look_is_read_at_the_next(desk: NewsDesk) -> None:
    for number in range(5):
        desk.site.publish(f"{number}", f"Story {number} of the day")
    few = FetchSettings(per_run=2)
    counts = [sum((await desk.look(settings=few)).stories.values()) for _ in range(4)]
    assert counts == [2, 2, 1, 0]
    assert len(desk.stories()) == 5
    assert desk.alerts() == [], "all of it was there at the first look"
    assert desk.site.asked(FEED) == 4


async def test_surplus_waits_even_while_the_source_is_not_due(desk: NewsDesk) -> None:
    for number in range(3):
        desk.site.publish(f"{number}", f"Story {number} of the day")
    few = FetchSettings(per_run=2)
    await desk.look(settings=few)
    report = await check_source(desk.site.source(), desk.kit(settings=few))
    assert (report.outcome, sum(report.stories.values())) == ("not due", 1)


async def test_a_correction_is_alerted_to_whoever_was_told(desk: NewsDesk) -> None:
    await desk.look()
    desk.site.publish("a", "Ten trains a day")
    await desk.look()
    desk.site.publish("a", "CORRECTED: Nine trains a day")
    report = await desk.look()
    assert report.stories == Counter({REVISED: 1})
    assert desk.alerts()[1:] == [
        ("railway", "CORRECTED: Nine trains a day", "corrected: title changed")
    ]
    assert desk.stories()["CORRECTED: Nine trains a day"].revision == 2


async def test_a_correction_of_what_nobody_was_told_alerts_nobody(desk: NewsDesk) -> None:
    desk.site.publish("a", "Ten trains a day")
    await desk.look()
    desk.site.publish("a", "Nine trains a day")
    assert (await desk.look()).stories == Counter({REVISED: 1})
    assert desk.alerts() == []


async def test_a_correction_may_bring_a_rule_its_first_match(desk: NewsDesk) -> None:
    desk.site.publish("a", "Ten trains a day")
    await desk.look()
    desk.site.publish("a", "Ten trains a day, on a loan")
    await desk.look()
    assert desk.alerts() == [
        ("debt", "Ten trains a day, on a loan", "matches only now: title changed")
    ]


async def test_an_announcement_may_change_without_its_story(desk: NewsDesk) -> None:
    await desk.look()
    desk.site.publish("a", "A train leaves")
    await desk.look()
    desk.site.titles["a"] = "A train leaves!"
    report = await desk.look()
    assert (report.stories, report.alerts) == (Counter({SAME: 1}), 0)


async def test_a_wire_story_alerts_once_and_counts_its_carriers(desk: NewsDesk) -> None:
    async with Site(host="127.0.0.2") as other:
        mine, theirs = desk.site.source(), other.source("mekongwire")
        await desk.look(mine)
        await desk.look(theirs)
        desk.site.publish("a", "A train leaves", PARAGRAPHS)
        other.publish("b", "Train sets out, agency says", PARAGRAPHS)
        assert (await desk.look(mine)).stories == Counter({NEW: 1})
        assert (await desk.look(theirs)).stories == Counter({COPY: 1})
    assert desk.alerts() == [("railway", "A train leaves", "new story")]
    told = desk.stories()
    assert told["A train leaves"].carried_by == 2
    copy = told["Train sets out, agency says"]
    assert copy.copy_of == told["A train leaves"].id
    assert "carries the wire story of 127.0.0.1" in copy.reason


async def test_a_story_two_sources_announce_is_read_once(desk: NewsDesk) -> None:
    desk.site.publish("a", "A train leaves")
    await desk.look()
    report = await desk.look(desk.site.source("again"))
    assert (report.announced, report.stories) == (0, Counter())
    assert desk.site.asked("/a") == 1


async def test_the_topic_marks_a_story(desk: NewsDesk) -> None:
    desk.site.publish("a", "A train leaves")
    desk.site.publish("b", "Football on Sunday", ("Eleven men ran after a ball. " * 9,) * 3)
    await desk.look(topic=RuleSet.compile({"topic": "train"}))
    assert {title: story.on_topic for title, story in desk.stories().items()} == {
        "A train leaves": True,
        "Football on Sunday": False,
    }


async def test_what_a_page_does_not_say_is_taken_from_its_announcement(desk: NewsDesk) -> None:
    desk.site.publish("a", "1 2 3", ("4 5 6 7 8 9 0, 1 2 3 4 5 6 7 8 9 0. " * 9,) * 3)
    desk.site.pages["/a"] = (
        desk.site.pages["/a"].replace(b' lang="en"', b"").replace(b"Updated: 2026-11-20", b"")
    )
    body = desk.site.feed().replace(
        b"</item>", b"<pubDate>Fri, 20 Nov 2026 07:00:00 +0700</pubDate></item>"
    )
    desk.site.answers[FEED] = answer(body, headers={"Content-Type": "application/rss+xml"})
    source = desk.site.source().model_copy(update={"language": "lo"})
    await desk.look(source)
    (story,) = desk.stories().values()
    assert str(story.article.published) == "2026-11-20 07:00:00+07:00"
    assert story.article.language == "lo"


# --- what goes wrong ---------------------------------------------------------------------------


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


async def test_a_page_is_given_up_in_the_end(desk: NewsDesk) -> None:
    desk.site.publish("bad", "A train nobody can read of")
    desk.site.answers["/bad"] = answer(status=500)
    for _ in range(20):
        desk.clock.pass_(days=2)
        await desk.look()
    assert (desk.backlog().given_up, desk.site.asked("/bad")) == (1, 8)


@pytest.mark.parametrize("broken", ["parse_article", "file_story"])
async def test_a_fault_of_our_own_costs_one_page(
    desk: NewsDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, broken: str
) -> None:
    await desk.look()
    desk.site.publish("bad", "A train that breaks us")
    desk.site.publish("good", "A train leaves")
    whole = getattr(pipeline, broken)

    def choke(what: Any, *args: Any, **more: Any) -> Any:
        if "breaks us" in str(what):
            raise RecursionError("too deep")
        return whole(what, *args, **more)

    monkeypatch.setattr(pipeline, broken, choke)
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
        patch.setattr(pipeline, "_waiting", die)
        patch.setattr(pipeline, "_release", lambda *_: None)
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


# --- on every database -------------------------------------------------------------------------


async def test_the_whole_way_on_every_database(store: Store, clock: Clock) -> None:
    async with Site() as site, make_fetcher() as fetcher:
        desk = NewsDesk(site, store, clock, fetcher)
        await desk.look()
        site.publish("a", "Ten trains a day")
        site.publish("b" * 5_000, "A train with a very long address", ("ລົດໄຟ " * 50,) * 3)
        assert (await desk.look()).alerts == 2
        site.publish("a", "Nine trains a day")
        report = await desk.look()
    assert (report.errors, report.alerts) == ([], 1)
    assert [reason for _, _, reason in desk.alerts()][2:] == ["corrected: title changed"]


def test_a_very_long_address_keeps_its_identity() -> None:
    start = "https://laostimes.example/" + "x" * 10_000
    keys = {story_key(start), story_key(start + "a"), story_key(start + "b")}
    assert len(keys) == 3
    assert max(map(len, keys)) <= LONGEST_KEY + 33
    assert story_key(start) == story_key(start + "#top")
    assert story_key("https://laostimes.example/a") == "https://laostimes.example/a"
