"""A source falls ill and recovers: its owners hear of each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from monitor.discover import FeedSource
from monitor.models import Health, Notice
from monitor.settings import HealthSettings, MonitorFile
from monitor.store import history, outbox
from tests.newsroom import FEED
from tests.pipeline.conftest import NewsDesk
from tests.servers import answer

ASKING = MonitorFile(health=HealthSettings(channels=("desk",), failures=2))
HUMAN = b"<html><head><title>Just a moment...</title></head><body></body></html>"


async def look(desk: NewsDesk, times: int = 1, **keys: Any) -> None:
    source = desk.site.source().model_copy(update=keys)
    for _ in range(times):
        await desk.look(source, settings=ASKING)


def notices(desk: NewsDesk) -> list[tuple[Health, bool]]:
    """What waits for the channel, taken from it."""
    found = []
    with desk.store.write() as tx:
        taken = outbox.claim(tx, "desk", desk.clock(), timedelta(days=999), limit=99)
        for claim in outbox.read(tx, taken):
            assert isinstance(claim.message, Notice)
            found.append((claim.message.health, claim.message.recovered))
    return found


def dated(desk: NewsDesk, *ages: timedelta) -> bytes:
    """A feed whose items are as old as that."""
    items = "".join(
        f"<item><title>Train {age}</title><link>{desk.site.base}/{age.total_seconds():.0f}</link>"
        f"<pubDate>{format_datetime(desk.clock() - age)}</pubDate></item>"
        for age in ages
    )
    feed = f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'
    return answer(feed.encode(), headers={"Content-Type": "application/rss+xml"})


async def test_repeated_failure_is_told_once_and_so_is_recovery(desk: NewsDesk) -> None:
    await look(desk)
    desk.site.answers[FEED] = answer(status=500)
    await look(desk)
    assert (notices(desk), desk.state().health) == ([], Health.OK), "once is no illness"
    await look(desk, times=3)
    assert notices(desk) == [(Health.FAILING, False)]
    assert desk.filed == 1, "the outbox is woken"
    assert desk.state().health is Health.FAILING
    del desk.site.answers[FEED]
    desk.clock.pass_(days=1)
    await look(desk, times=2)
    assert notices(desk) == [(Health.FAILING, True)]
    with desk.store.read() as tx:
        told = history.events(tx, "laostimes")
    assert [(event.health, event.recovered) for event in told] == [
        (Health.FAILING, True),
        (Health.FAILING, False),
    ]
    assert "500" in told[1].detail
    assert told[1].url == desk.site.base + FEED


async def test_a_source_that_is_gone_is_told_of_and_looked_at_no_more(desk: NewsDesk) -> None:
    await look(desk)
    desk.site.answers[FEED] = answer(status=410)
    await look(desk)
    assert notices(desk) == [(Health.GONE, False)]
    asked = desk.site.asked(FEED)
    desk.clock.pass_(days=30)
    await look(desk)
    assert desk.site.asked(FEED) == asked
    del desk.site.answers[FEED]
    await desk.look(early=True, settings=ASKING)
    assert notices(desk) == [(Health.GONE, True)]
    assert desk.state().health is Health.OK


async def test_a_challenge_page_is_told_of_and_never_evaded(desk: NewsDesk) -> None:
    await look(desk)
    desk.site.answers[FEED] = answer(HUMAN, status=403, headers={"Content-Type": "text/html"})
    await look(desk, times=2)
    assert notices(desk) == [(Health.CHALLENGED, False)]


async def test_a_frozen_source_is_told_of(desk: NewsDesk) -> None:
    desk.site.answers[FEED] = dated(desk, timedelta(days=40), timedelta(days=50))
    await look(desk)
    assert notices(desk) == [(Health.FROZEN, False)]
    desk.site.answers[FEED] = dated(desk, timedelta(hours=1))
    await look(desk)
    assert notices(desk) == [(Health.FROZEN, True)]


async def test_a_source_without_dates_that_shows_nothing_new_from_the_first_is_frozen(
    desk: NewsDesk,
) -> None:
    desk.site.publish("a", "A train leaves")
    await look(desk)
    desk.clock.pass_(days=29)
    await look(desk)
    assert desk.state().health is Health.OK
    desk.clock.pass_(days=1)
    await look(desk)
    assert notices(desk) == [(Health.FROZEN, False)]
    desk.site.publish("b", "A bus leaves")
    desk.clock.pass_(days=1)
    await look(desk)
    assert notices(desk) == [(Health.FROZEN, True)]


async def test_a_source_may_have_its_own_age(desk: NewsDesk) -> None:
    desk.site.answers[FEED] = dated(desk, timedelta(days=40))
    await look(desk, max_age=timedelta(days=60))
    assert notices(desk) == []
    desk.site.answers[FEED] = dated(desk, timedelta(days=3))
    await look(desk, max_age=timedelta(days=2))
    assert notices(desk) == [(Health.FROZEN, False)]


async def test_stories_that_suddenly_come_out_empty_are_told_of(desk: NewsDesk) -> None:
    for number in range(12):
        desk.site.publish(f"story-{number}", f"Train number {number} leaves for the border")
    await look(desk)
    for number in range(5):
        desk.site.publish(f"later-{number}", f"Later train {number} leaves for the border")
        desk.site.pages[f"/later-{number}"] = b"<html><body><div id=app></div></body></html>"
    await look(desk)
    assert notices(desk) == [(Health.LAYOUT, False)]
    assert "source try laostimes" in desk.state().condition["detail"]
    for number in range(3):
        desk.site.publish(f"mended-{number}", f"Mended train {number} leaves for the border")
    await look(desk)
    assert notices(desk) == [(Health.LAYOUT, True)]


async def test_pages_behind_a_challenge_are_told_of(desk: NewsDesk) -> None:
    await look(desk)
    for number in range(3):
        desk.site.publish(f"wall-{number}", f"Walled train {number} leaves for the border")
        desk.site.answers[f"/wall-{number}"] = answer(
            HUMAN, status=503, headers={"Content-Type": "text/html"}
        )
    await look(desk)
    assert notices(desk) == [(Health.CHALLENGED, False)]


@pytest.mark.parametrize("channels", [(), ("desk", "mail")])
async def test_whoever_is_named_hears_of_it(desk: NewsDesk, channels: tuple[str, ...]) -> None:
    settings = MonitorFile(health=HealthSettings(channels=channels, failures=1))
    desk.site.answers[FEED] = answer(status=500)
    await desk.look(settings=settings)
    with desk.store.read() as tx:
        waiting = outbox.orphans(tx, [])
        assert len(history.events(tx, "laostimes")) == 1, "the history knows in any case"
    assert waiting == dict.fromkeys(channels, 1)


async def test_an_address_that_was_corrected_starts_in_good_health(desk: NewsDesk) -> None:
    desk.site.answers["/old"] = answer(status=410)
    source = FeedSource(id="laostimes", kind="feed", url=desk.site.base + "/old")
    await desk.look(source, settings=ASKING)
    assert desk.state().health is Health.GONE
    moved = source.model_copy(update={"url": desk.site.base + FEED})
    assert (await desk.look(moved, settings=ASKING)).outcome == "looked"
    assert replace(desk.state(), condition=None).health is Health.OK
