"""Stories that are cut into pages, on a site that pages well, badly, and fails."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.newsroom import Site, own_words, page
from tests.pipeline.conftest import DAY, NEW, REVISED, NewsDesk
from tests.servers import answer, redirect

TITLE, SLUG = "A loan for the line", "c_1234.htm"


def parts(site: Site, number: int) -> list[str]:
    """Publish the story on so many pages; their paths."""
    site.publish(SLUG, TITLE)
    paths = [f"/{SLUG}", *(f"/c_1234_{n}.htm" for n in range(2, number + 1))]
    for n, path in enumerate(paths):
        html = page(TITLE, own_words(f"part {n}"))
        if path != paths[-1]:
            html = lead_on(html, paths[n + 1])
        site.pages[path] = html
    return paths


def lead_on(html: bytes, href: str) -> bytes:
    link = f'<div class="pages"><a href="{href}">下一页</a></div></body>'
    return html.replace(b"</body>", link.encode())


@pytest.fixture
async def looked(desk: NewsDesk) -> NewsDesk:
    """After the first look: what comes is news."""
    desk.site.publish("old", "An old story")
    await desk.look()
    return desk


async def test_a_story_of_three_pages_is_one(looked: NewsDesk) -> None:
    paths = parts(looked.site, 3)
    last = "Two trains a day are to carry nothing but fruit, the company said on its last page."
    looked.site.pages[paths[2]] = page(TITLE, (last,))
    report = await looked.look()
    assert (report.stories, report.errors) == (Counter({NEW: 1}), [])
    story = looked.stories()[TITLE].article
    assert story.body == (*own_words("part 0"), *own_words("part 1"), last)
    assert story.url == f"{looked.site.base}/{SLUG}"
    assert [looked.site.asked(path) for path in paths] == [1, 1, 1]
    assert ("railway", TITLE, "new story") in looked.alerts()


async def test_no_circle_and_no_foreign_host_is_followed(looked: NewsDesk) -> None:
    paths = parts(looked.site, 3)
    looked.site.pages[paths[2]] = lead_on(page(TITLE, own_words("part 2")), paths[0])
    looked.site.answers[paths[1]] = redirect(paths[0])
    await looked.look()
    assert looked.stories()[TITLE].article.body == own_words("part 0")
    assert looked.site.asked(paths[2]) == 0
    async with Site(host="127.0.0.2") as other:
        other.pages[paths[1]] = page(TITLE, own_words("elsewhere"))
        looked.site.answers[paths[1]] = redirect(other.base + paths[1])
        looked.site.publish(SLUG, f"{TITLE}, corrected")
        looked.site.pages[f"/{SLUG}"] = lead_on(page(TITLE, own_words("part 0")), paths[1])
        await looked.look()
    assert looked.stories()[TITLE].article.body == own_words("part 0")


async def test_ten_pages_are_enough(looked: NewsDesk) -> None:
    paths = parts(looked.site, 12)
    await looked.look()
    assert len(looked.stories()[TITLE].article.body) == 30
    assert [looked.site.asked(path) for path in paths[9:]] == [1, 0, 0]


async def test_a_page_that_fails_costs_nobody_the_alert_and_comes_later(looked: NewsDesk) -> None:
    paths = parts(looked.site, 2)
    looked.site.answers[paths[1]] = answer(status=503)
    report = await looked.look()
    (error,) = report.errors
    assert "a further page is missing" in error
    assert report.stories == Counter({NEW: 1})
    assert len(looked.stories()[TITLE].article.body) == 3
    assert looked.backlog().waiting == 1
    del looked.site.answers[paths[1]]
    looked.clock.pass_(days=1)
    assert (await looked.look()).stories == Counter({REVISED: 1})
    assert len(looked.stories()[TITLE].article.body) == 6
    assert looked.backlog().waiting == 0


async def test_a_page_that_is_not_there_is_not_waited_for(looked: NewsDesk) -> None:
    paths = parts(looked.site, 2)
    del looked.site.pages[paths[1]]
    report = await looked.look()
    assert report.stories == Counter({NEW: 1})
    assert "404" in report.errors[0]
    looked.clock.pass_(days=1)
    await looked.look()
    assert looked.site.asked(f"/{SLUG}") == 1


async def test_the_rest_of_a_story_of_the_first_look_alerts_nobody(desk: NewsDesk) -> None:
    paths = parts(desk.site, 2)
    desk.site.answers[paths[1]] = answer(status=503)
    await desk.look()
    del desk.site.answers[paths[1]]
    desk.clock.pass_(days=DAY.days)
    assert (await desk.look()).stories == Counter({REVISED: 1})
    assert desk.alerts() == []
