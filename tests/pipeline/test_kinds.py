"""What is no plain story is kept and matched, and nobody is alerted of it."""

from __future__ import annotations

from monitor.models import Health, StoryKind
from monitor.store import stories
from tests.newsroom import own_words, page
from tests.pipeline.conftest import NewsDesk

GALLERY = b"<h1>In pictures: the train</h1>" + b"".join(
    b"<p><img src=%d.jpg></p><p>Passengers wave from coach %d of the new train.</p>" % (i, i)
    for i in range(6)
)
CHECK = b"<title>Security check</title><h1>Security check</h1><p>Please verify you are human.</p>"


async def test_a_gallery_is_stored_and_not_alerted(desk: NewsDesk) -> None:
    await desk.look()
    desk.site.publish("a", "In pictures: the train")
    desk.site.pages["/a"] = GALLERY
    report = await desk.look()
    assert (report.alerts, desk.alerts()) == (0, [])
    story = desk.stories()["In pictures: the train"]
    assert story.article.kind is StoryKind.GALLERY
    with desk.store.read() as tx:
        assert [match.rule for match in stories.matches_of(tx, story.id)] == ["railway"]


async def test_a_story_where_a_gallery_was_is_alerted(desk: NewsDesk) -> None:
    await desk.look()
    desk.site.publish("a", "In pictures: the train")
    desk.site.pages["/a"] = GALLERY
    await desk.look()
    desk.site.publish("a", "The train has left")
    await desk.look()
    assert [(rule, title) for rule, title, _ in desk.alerts()] == [
        ("railway", "The train has left")
    ]


async def test_a_page_that_asks_for_a_human_is_read_again_later(desk: NewsDesk) -> None:
    await desk.look()
    for slug in "ab":
        desk.site.publish(slug, f"Train {slug}")
        desk.site.pages[f"/{slug}"] = CHECK
    report = await desk.look()
    assert all("a challenge page" in error for error in report.errors)
    assert (len(report.errors), desk.stories()) == (2, {})
    assert desk.state().health is Health.CHALLENGED
    for slug in "ab":
        desk.site.pages[f"/{slug}"] = page(f"Train {slug}", own_words(slug))
    desk.clock.pass_(days=1)
    await desk.look()
    assert desk.stories().keys() == {"Train a", "Train b"}
