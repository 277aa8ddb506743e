"""What a first look alerts on, what a gap is filled with, and what a title keeps out."""

from __future__ import annotations

import html
from datetime import timedelta
from email.utils import format_datetime

import pytest

from monitor.discover import FeedSource, SitemapSource
from monitor.match import Concept, Concepts, RuleSet
from monitor.match.written import name
from monitor.rhythm import Rhythm
from monitor.settings import MonitorFile
from monitor.store import history, links
from tests.newsroom import FEED
from tests.pipeline.conftest import NewsDesk
from tests.servers import answer

HOUR = timedelta(hours=1)


def publish(desk: NewsDesk, slug: str, title: str) -> None:
    desk.site.publish(slug, title)


def dated_feed(desk: NewsDesk, ages: dict[str, timedelta]) -> bytes:
    """The stories by slug, each as old as that."""
    items = "".join(
        f"<item><title>{html.escape(desk.site.titles[slug])}</title>"
        f"<link>{desk.site.base}/{slug}</link>"
        f"<pubDate>{format_datetime(desk.clock() - age)}</pubDate></item>"
        for slug, age in ages.items()
    )
    body = f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'
    return answer(body.encode(), headers={"Content-Type": "application/rss+xml"})


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (0, set()),
        (2, {"Train 1", "Train 2"}),
        (99, {"Train 1", "Train 2", "Train 30"}),
        (timedelta(days=1), {"Train 1", "Train 2"}),
        (timedelta(minutes=30), set()),
    ],
    ids=["none", "2", "99", "1d", "30m"],
)
@pytest.mark.parametrize("where", ["monitor.yaml", "its source"])
async def test_a_first_look_alerts_on_as_much_as_is_asked(
    desk: NewsDesk, asked: int | timedelta, told: set[str], where: str
) -> None:
    ages = {"train-30": 30 * HOUR, "train-1": HOUR, "train-2": 2 * HOUR}
    for slug in ages:
        publish(desk, slug, slug.replace("-", " ").capitalize())
    desk.clock.pass_(hours=-2)  # which looking passes
    source = desk.site.source()
    settings = MonitorFile()
    if where == "monitor.yaml":
        settings = MonitorFile(alert_backlog=asked)
    else:
        source = source.model_copy(update={"alert_backlog": asked})
    desk.clock.pass_(hours=2)
    desk.site.answers[FEED] = dated_feed(desk, ages)
    desk.clock.pass_(hours=-2)
    report = await desk.look(source, settings=settings)
    assert report.first
    assert {title for _, title, _ in desk.alerts()} == told
    assert len(desk.stories()) == 3, "all are stored and matched"


@pytest.mark.parametrize("asked", [timedelta(days=2), 1])
async def test_a_first_look_does_not_believe_dates_of_the_future(
    desk: NewsDesk, asked: int | timedelta
) -> None:
    for slug in ("fair", "train"):
        publish(desk, slug, f"A train to the {slug}")
    desk.site.answers[FEED] = dated_feed(desk, {"fair": -720 * HOUR, "train": HOUR})
    await desk.look(settings=MonitorFile(alert_backlog=asked))
    assert [title for _, title, _ in desk.alerts()] == ["A train to the train"]


async def test_stories_without_dates_count_in_their_source_s_order(desk: NewsDesk) -> None:
    for number in range(4):
        publish(desk, f"train-{number}", f"Train {number}")
    await desk.look(settings=MonitorFile(alert_backlog=1))
    assert [title for _, title, _ in desk.alerts()] == ["Train 3"], "the feed's first"


async def test_what_scrolled_by_between_two_looks_is_a_gap(desk: NewsDesk) -> None:
    publish(desk, "a", "Train A")
    publish(desk, "b", "Train B")
    desk.site.answers[FEED] = dated_feed(desk, {"a": HOUR})
    await desk.look()
    before = desk.clock()
    desk.clock.pass_(days=2)
    desk.site.answers[FEED] = dated_feed(desk, {"b": HOUR})
    oldest = (desk.clock() - HOUR).replace(microsecond=0)
    await desk.look()
    with desk.store.read() as tx:
        (found,) = history.gaps_of(tx, "laostimes")
    assert (found.since, found.until, found.filled_at) == (before, oldest, None)
    desk.clock.pass_(hours=3)
    desk.site.answers[FEED] = dated_feed(desk, {"b": 6 * HOUR, "a": 60 * HOUR})
    await desk.look()
    with desk.store.read() as tx:
        assert len(history.gaps_of(tx)) == 1, "what it knew is still there: no gap"


async def test_a_sitemap_gives_what_is_new_alone_and_leaves_no_gap(desk: NewsDesk) -> None:
    publish(desk, "a", "Train A")
    publish(desk, "b", "Train B")
    url = desk.site.base + "/sitemap.xml"
    source = SitemapSource(id="laostimes", kind="sitemap", url=url)
    desk.site.answers["/sitemap.xml"] = sitemap(desk, {"a": HOUR})
    await desk.look(source)
    desk.clock.pass_(days=4)
    desk.site.answers["/sitemap.xml"] = sitemap(desk, {"b": HOUR, "a": 99 * HOUR})
    report = await desk.look(source)
    assert report.alerts == 1
    with desk.store.read() as tx:
        assert history.gaps_of(tx) == []


def sitemap(desk: NewsDesk, ages: dict[str, timedelta]) -> bytes:
    entries = "".join(
        f"<url><loc>{desk.site.base}/{slug}</loc>"
        f"<lastmod>{(desk.clock() - age).isoformat()}</lastmod></url>"
        for slug, age in ages.items()
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    body = f'<?xml version="1.0"?><urlset xmlns="{space}">{entries}</urlset>'
    return answer(body.encode(), headers={"Content-Type": "application/xml"})


async def test_a_gap_is_filled_from_the_archive(desk: NewsDesk) -> None:
    for slug in ("old", "a", "missed", "b"):
        publish(desk, slug, f"Train {slug}")
    source = desk.site.source().model_copy(update={"archive": desk.site.base + "/sitemap.xml"})
    desk.site.answers[FEED] = dated_feed(desk, {"a": HOUR})
    await desk.look(source)
    desk.clock.pass_(days=4)
    desk.site.answers[FEED] = dated_feed(desk, {"b": HOUR})
    ages = {"old": 20 * 24 * HOUR, "a": 97 * HOUR, "missed": 48 * HOUR, "b": HOUR}
    desk.site.answers["/sitemap.xml"] = sitemap(desk, ages)
    await desk.look(source)
    assert {title for _, title, _ in desk.alerts()} == {"Train b", "Train missed"}
    with desk.store.read() as tx:
        (found,) = history.gaps_of(tx, "laostimes")
    assert found.filled_with == 1


@pytest.mark.parametrize("given", [answer(status=500), answer(b"nonsense")])
async def test_a_gap_whose_archive_cannot_be_read_stays_open(desk: NewsDesk, given: bytes) -> None:
    publish(desk, "a", "Train A")
    publish(desk, "b", "Train B")
    source = desk.site.source().model_copy(update={"archive": desk.site.base + "/sitemap.xml"})
    desk.site.answers |= {FEED: dated_feed(desk, {"a": HOUR}), "/sitemap.xml": given}
    await desk.look(source)
    desk.clock.pass_(days=2)
    desk.site.answers[FEED] = dated_feed(desk, {"b": HOUR})
    report = await desk.look(source)
    assert report.alerts == 1, "what the feed shows is read all the same"
    with desk.store.read() as tx:
        assert [found.filled_at for found in history.gaps_of(tx)] == [None]


async def test_include_and_exclude_keep_links_out(desk: NewsDesk) -> None:
    for slug in ("train-a", "train-b", "football"):
        publish(desk, slug, slug)
    source = FeedSource(
        id="laostimes", kind="feed", url=desk.site.base + FEED, include=("train",), exclude=("-b$",)
    )
    report = await desk.look(source)
    assert (report.announced, list(desk.stories())) == (1, ["train-a"])


async def test_nothing_is_skipped_for_its_title_unless_its_source_says_so(desk: NewsDesk) -> None:
    await desk.look()
    publish(desk, "train", "A train leaves Vientiane for Kunming")
    publish(desk, "other", "A minister speaks")
    topic = RuleSet.compile({"topic": "Vientiane OR Laos"})
    strict = desk.site.source().model_copy(update={"prefilter": "title"})
    report = await desk.look(strict, topic=topic)
    assert (report.announced, desk.site.asked("/other")) == (1, 0)
    with desk.store.read() as tx:
        skipped = [
            seen.url for seen in links.latest(tx, "laostimes", 9) if seen.status == "skipped"
        ]
    assert skipped == [desk.site.base + "/other"]
    again = await desk.look(strict, topic=topic)
    assert again.announced == 0, "what was skipped is known"
    await desk.look(desk.site.source("broad"), topic=topic)
    assert desk.site.asked("/other") == 1, "another source does not go by titles"


@pytest.mark.parametrize(
    ("topic", "announced"),
    [
        ("lang:lo AND Vientiane", 1),
        ("lang:zh AND Vientiane", 0),
        ("both(@capital, minister)", 1),
        ("@capital AND published > 2026-01-01", 0),
        ("Laos SENTENCE minister", 0),
        ("site:127.0.0.1 AND Vientiane", 1),
    ],
)
async def test_a_title_is_held_against_all_that_a_topic_may_say(
    desk: NewsDesk, topic: str, announced: int
) -> None:
    """A feed here names no dates; its source says in which language it is."""
    publish(desk, "talks", "A minister speaks in Vientiane")
    concepts = Concepts([Concept("capital", names=(name("Vientiane"),))])
    more = {"prefilter": "title", "language": "lo"}
    strict = desk.site.source().model_copy(update=more)
    held = RuleSet.compile({"topic": topic}, concepts)
    report = await desk.look(strict, topic=held, settings=MonitorFile(alert_backlog=1))
    assert report.announced == announced


async def test_what_was_skipped_is_skipped_again_when_its_announcement_changes(
    desk: NewsDesk,
) -> None:
    publish(desk, "other", "A minister speaks")
    topic = RuleSet.compile({"topic": "Vientiane OR Laos"})
    strict = desk.site.source().model_copy(update={"prefilter": "title"})
    await desk.look(strict, topic=topic)
    publish(desk, "other", "A minister speaks again")
    report = await desk.look(strict, topic=topic)
    assert (report.outcome, report.announced, desk.site.asked("/other")) == ("looked", 0, 0)
    publish(desk, "other", "A minister speaks in Vientiane")
    report = await desk.look(strict, topic=topic)
    assert (report.announced, desk.site.asked("/other")) == (1, 1)
    publish(desk, "other", "A minister spoke")
    assert (await desk.look(strict, topic=topic)).announced == 1, "a correction of what was read"


async def test_what_fills_a_gap_is_skipped_for_its_title_as_well(desk: NewsDesk) -> None:
    for slug in ("a", "b"):
        publish(desk, slug, f"Laos {slug}")
    publish(desk, "missed", "A minister speaks")
    more = {"prefilter": "title", "archive": desk.site.base + "/archive"}
    source = desk.site.source().model_copy(update=more)
    topic = RuleSet.compile({"topic": "Vientiane OR Laos"})
    desk.site.answers[FEED] = dated_feed(desk, {"a": HOUR})
    await desk.look(source, topic=topic)
    desk.clock.pass_(days=4)
    desk.site.answers[FEED] = dated_feed(desk, {"b": HOUR})
    desk.site.answers["/archive"] = dated_feed(desk, {"b": HOUR, "missed": 48 * HOUR})
    await desk.look(source, topic=topic)
    assert desk.site.asked("/missed") == 0
    with desk.store.read() as tx:
        (found,) = history.gaps_of(tx, "laostimes")
    assert found.filled_with == 1


async def test_a_clock_that_was_ahead_and_is_put_right_costs_nothing(desk: NewsDesk) -> None:
    publish(desk, "a", "Train A")
    right = desk.clock()
    desk.clock.pass_(days=900)
    await desk.look()
    publish(desk, "b", "Train B")
    desk.site.answers["/b"] = answer(status=503)
    await desk.look()
    del desk.site.answers["/b"]
    desk.clock.now = right
    publish(desk, "c", "Train C")
    report = await desk.look()
    assert (report.outcome, len(desk.stories())) == ("looked", 3)
    state = desk.state()
    assert state.next_at is not None
    assert state.next_at < desk.clock() + timedelta(days=1)
    assert (state.checked_at, state.pages_at) == (desk.clock(), None)
    assert Rhythm.from_json(state.rhythm).at == desk.clock()
    with desk.store.read() as tx:
        assert history.gaps_of(tx) == []
    assert (await desk.look()).outcome == "not modified", "all is as ever"
