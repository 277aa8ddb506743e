"""Stories that come under another address, told by the guids of their feed."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.models import ChangeKind
from tests.newsroom import FEED, own_words, page
from tests.pipeline.conftest import NEW, REVISED, NewsDesk
from tests.servers import answer

DATE = "Fri, 20 Nov 2026 08:00:00 GMT"


@dataclass(frozen=True)
class Item:
    slug: str
    title: str
    guid: str | None
    date: str = DATE
    words: str = ""  # of which slug


def show(desk: NewsDesk, *items: Item) -> None:
    """The feed as it is now, and the pages of its stories."""
    written = ""
    for item in items:
        body = page(item.title, own_words(item.words or item.slug))
        desk.site.pages[f"/{item.slug}"] = body
        guid = f'<guid isPermaLink="false">{item.guid}</guid>' if item.guid else ""
        written += (
            f"<item><title>{item.title}</title><link>{desk.site.base}/{item.slug}</link>{guid}"
            f"<pubDate>{item.date}</pubDate></item>"
        )
    feed = f'<rss version="2.0"><channel><title>x</title>{written}</channel></rss>'
    desk.site.answers[FEED] = answer(feed.encode(), headers={"Content-Type": "text/xml"})


OLD = Item("old", "An old story", "tag:1")
STORY = Item("train-leaves", "A train leaves", "tag:2")
RENAMED = Item("train-is-late", "A train is late", "tag:2", words="train-leaves")


async def changes(desk: NewsDesk) -> dict[ChangeKind, int]:
    return dict((await desk.look()).stories)


async def test_an_address_that_changes_with_the_headline_is_a_correction(desk: NewsDesk) -> None:
    show(desk, OLD)
    await desk.look()
    show(desk, STORY, OLD)
    assert await changes(desk) == {NEW: 1}
    show(desk, RENAMED, OLD)
    assert await changes(desk) == {REVISED: 1}
    assert [reason for _, _, reason in desk.alerts()] == ["new story", "corrected: title changed"]
    assert set(desk.stories()) == {"An old story", "A train is late"}
    assert desk.site.asked("/train-is-late") == 1
    show(desk, Item("other", "Another story", "tag:3"), RENAMED, OLD)
    assert await changes(desk) == {NEW: 1}, "it is known from now on"
    assert desk.site.asked("/train-is-late") == 1


async def test_an_address_alone_that_changes_is_no_news(desk: NewsDesk) -> None:
    show(desk, STORY, OLD)
    await desk.look()
    show(desk, Item("2026/train-leaves", STORY.title, STORY.guid), OLD)
    assert await changes(desk) == {}
    assert desk.site.asked("/2026/train-leaves") == 0


async def test_places_in_a_list_are_no_names(desk: NewsDesk) -> None:
    show(desk, Item("a", "Story a", "1"), Item("b", "Story b", "2"), Item("c", "Story c", "3"))
    await desk.look()
    show(desk, Item("d", "Story d", "1"), Item("a", "Story a", "2"), Item("b", "Story b", "3"))
    assert await changes(desk) == {NEW: 1}
    show(desk, *(Item(each, f"Story {each}", f"{n}") for n, each in enumerate("xyz", 1)))
    assert await changes(desk) == {NEW: 3}, "not one of them is known"


async def test_nor_are_guids_of_another_day(desk: NewsDesk) -> None:
    show(desk, STORY, OLD)
    await desk.look()
    other = "Sat, 21 Nov 2026 08:00:00 GMT"
    show(desk, Item("ship", "A ship leaves", "tag:2", date=other), OLD)
    assert await changes(desk) == {NEW: 1}


async def test_a_guid_that_changes_with_the_headline_does_no_harm(desk: NewsDesk) -> None:
    show(desk, STORY, OLD)
    await desk.look()
    show(desk, Item(STORY.slug, "A train is late", "tag:3", words="x"), OLD)
    assert await changes(desk) == {REVISED: 1}
    show(desk, Item(STORY.slug, "A train is gone", "tag:4", words="y"), OLD)
    assert await changes(desk) == {REVISED: 1}


async def test_a_guid_that_two_bear_says_nothing(desk: NewsDesk) -> None:
    show(desk, STORY, OLD)
    await desk.look()
    show(desk, Item("a", "Story a", STORY.guid), Item("b", "Story b", STORY.guid), OLD)
    assert await changes(desk) == {NEW: 2}


async def test_one_guid_for_all_and_none_at_all_say_nothing(desk: NewsDesk) -> None:
    for number, guid in enumerate(("same", None, "")):
        show(desk, *(Item(f"{number}-{n}", f"Story {number} {n}", guid) for n in range(3)))
        await desk.look()
    assert len(desk.stories()) == 9
