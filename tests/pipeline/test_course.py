"""A source's way through the house when all goes well."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from monitor.dedupe import LONGEST_KEY, story_key
from monitor.match import RuleSet
from monitor.pipeline import check_source
from monitor.pipeline.kit import Report
from monitor.settings import FetchSettings, MonitorFile
from monitor.store import Store, overview, stories
from tests.builders import Clock
from tests.fetch.tools import make_fetcher
from tests.newsroom import FEED, PARAGRAPHS, Site
from tests.pipeline.conftest import COPY, NEW, REVISED, SAME, NewsDesk
from tests.servers import answer


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
        assert {one.channel for one in overview.list_deliveries(tx)} == {"mail", "hook"}


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
    few = MonitorFile(fetch=FetchSettings(per_run=2))
    counts = [sum((await desk.look(settings=few)).stories.values()) for _ in range(4)]
    assert counts == [2, 2, 1, 0]
    assert len(desk.stories()) == 5
    assert desk.alerts() == [], "all of it was there at the first look"
    assert desk.site.asked(FEED) == 4


async def test_surplus_waits_even_while_the_source_is_not_due(desk: NewsDesk) -> None:
    for number in range(3):
        desk.site.publish(f"{number}", f"Story {number} of the day")
    few = MonitorFile(fetch=FetchSettings(per_run=2))
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
    start = "https://laostimes.example/" + "x" * 3_000
    keys = {story_key(start), story_key(start + "a"), story_key(start + "b")}
    assert len(keys) == 3
    assert max(map(len, keys)) <= LONGEST_KEY + 33
    assert story_key(start) == story_key(start + "#top")
    assert story_key("https://laostimes.example/a") == "https://laostimes.example/a"
