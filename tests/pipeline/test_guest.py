"""How often a source is asked, and with what: the lines of politeness that are the pipeline's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.discover import FeedSource
from monitor.pipeline import check_source
from monitor.pipeline.verdict import CONFIRMED
from monitor.store import retention
from tests.newsroom import FEED
from tests.pipeline.conftest import NewsDesk
from tests.servers import Handler, Request, answer, hang, redirect

TYPE = {"Content-Type": "application/rss+xml"}
HTML = {"Content-Type": "text/html"}
SENT = {"ETag": '"a-1"', "Last-Modified": "Fri, 20 Nov 2026 08:00:00 GMT"}


def requests(desk: NewsDesk, path: str = FEED) -> list[Request]:
    return [request for request in desk.site.seen if request.target == path]


async def test_one_unconditional_get_ever(desk: NewsDesk) -> None:
    for _ in range(4):
        await desk.look()
    desk.site.publish("a", "A train leaves")
    await desk.look()
    first, *others = requests(desk)
    assert "if-none-match" not in first.headers
    assert all("if-none-match" in request.headers for request in others)


async def test_validators_are_stored_anew_after_200_and_304_alike(desk: NewsDesk) -> None:
    bodies = iter(
        [
            answer(desk.site.feed(), headers=TYPE | SENT),
            answer(desk.site.feed(), headers=TYPE | {"ETag": 'W/"b 2"'}),  # the same body
            answer(status=304, headers={"ETag": '"c,3"'}),
            answer(status=304),
        ]
    )
    desk.site.answers[FEED] = lambda _: next(bodies)
    for _ in range(4):
        await desk.look()
    asked = [
        (request.headers.get("if-none-match"), request.headers.get("if-modified-since"))
        for request in requests(desk)
    ]
    assert asked == [
        (None, None),
        (SENT["ETag"], SENT["Last-Modified"]),
        ('W/"b 2"', None),
        ('"c,3"', None),
    ]


@pytest.mark.parametrize(
    ("told", "sent"),
    [
        ("both", {"if-none-match", "if-modified-since"}),
        ("etag", {"if-none-match"}),
        ("last-modified", {"if-modified-since"}),
        ("none", set()),
    ],
)
async def test_a_source_may_be_told_to_send_one_validator_or_none(
    desk: NewsDesk, told: str, sent: set[str]
) -> None:
    desk.site.answers[FEED] = answer(desk.site.feed(), headers=TYPE | SENT)
    source = desk.site.source().model_copy(update={"validators": told})
    await desk.look(source)
    await desk.look(source)
    assert {name for name in requests(desk)[-1].headers if name.startswith("if-")} == sent


async def test_a_body_that_is_the_same_is_not_parsed(
    desk: NewsDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    whole = FeedSource.links

    async def links(*args: Any) -> Any:
        read.append(1)
        return await whole(*args)

    monkeypatch.setattr(FeedSource, "links", links)
    desk.site.publish("a", "A train leaves")
    desk.site.answers[FEED] = answer(desk.site.feed(), headers=TYPE)  # without validators
    assert [(await desk.look()).outcome for _ in range(3)] == [
        "looked",
        "not modified",
        "not modified",
    ]
    assert len(read) == 1
    other = desk.site.source().model_copy(update={"language": "lo"})
    assert (await desk.look(other)).outcome == "looked", "other keys may find other links"


async def test_a_permanent_move_is_remembered_after_repeated_confirmation(desk: NewsDesk) -> None:
    desk.site.publish("a", "A train leaves")
    desk.site.answers["/old"] = redirect(FEED, status=301)
    source = desk.site.source(path="/old")
    for _ in range(CONFIRMED + 2):
        await desk.look(source)
    assert desk.site.asked("/old") == CONFIRMED
    assert desk.site.asked(FEED) == CONFIRMED + 2
    assert desk.state().moved_to == desk.site.base + FEED
    desk.site.answers[FEED] = answer(status=404)
    desk.site.answers["/old"] = answer(desk.site.feed(), headers=TYPE)
    await desk.look(source)
    desk.clock.pass_(days=1)
    assert (await desk.look(source)).outcome == "not modified", "it has moved back"
    assert desk.state().moved_to is None


async def moved_for_good(desk: NewsDesk) -> FeedSource:
    desk.site.publish("a", "A train leaves")
    desk.site.answers["/old"] = redirect(FEED, status=301)
    source = desk.site.source(path="/old")
    for _ in range(CONFIRMED):
        await desk.look(source)
    return source


PARKED = answer(b"<html><body>This domain is for sale</body></html>", headers=HTML)


@pytest.mark.parametrize(
    "dead",
    [b"", PARKED, lambda _: hang(), answer(status=404)],
    ids=["dead", "sold", "hangs", "404"],
)
async def test_where_it_moved_to_may_die_and_its_own_address_live(
    desk: NewsDesk, dead: bytes | Handler
) -> None:
    source = await moved_for_good(desk)
    desk.site.answers[FEED] = dead
    desk.site.answers["/old"] = answer(desk.site.feed(), headers=TYPE)
    outcomes = []
    for _ in range(3):
        desk.clock.pass_(days=1)
        outcomes.append((await desk.look(source)).outcome)
    assert outcomes == ["failed", "not modified", "not modified"]


@pytest.mark.parametrize("status", [404, 410, 500])
async def test_its_own_address_may_die_and_where_it_moved_to_have_a_bad_day(
    desk: NewsDesk, status: int
) -> None:
    source = await moved_for_good(desk)
    desk.site.answers[FEED] = answer(status=500)
    desk.site.answers["/old"] = answer(status=status)
    for _ in range(3):
        desk.clock.pass_(days=1)
        assert (await desk.look(source)).outcome == "failed"
    del desk.site.answers[FEED]
    for _ in range(2):
        desk.clock.pass_(days=1)
        report = await desk.look(source)
    assert report.outcome == "not modified"


@pytest.mark.parametrize("status", [301, 302])
async def test_gone_where_a_redirect_leads_is_not_gone(desk: NewsDesk, status: int) -> None:
    desk.site.answers["/old"] = redirect(FEED, status=status)
    desk.site.answers[FEED] = answer(status=410)
    source = desk.site.source(path="/old")
    assert (await desk.look(source)).outcome == "failed"
    del desk.site.answers[FEED]
    desk.clock.pass_(days=1)
    assert (await desk.look(source)).outcome == "looked"


@pytest.mark.parametrize("status", [302, 307])
async def test_a_temporary_move_is_never_remembered(desk: NewsDesk, status: int) -> None:
    desk.site.answers["/old"] = redirect(FEED, status=status)
    source = desk.site.source(path="/old")
    for _ in range(CONFIRMED + 2):
        await desk.look(source)
    assert desk.site.asked("/old") == CONFIRMED + 2
    assert desk.state().moved_to is None


async def test_gone_where_it_moved_to_is_not_gone(desk: NewsDesk) -> None:
    desk.site.answers["/old"] = redirect(FEED, status=308)
    source = desk.site.source(path="/old")
    for _ in range(CONFIRMED):
        await desk.look(source)
    desk.site.answers[FEED] = answer(status=410)
    await desk.look(source)
    assert desk.state().next_at is not None
    assert desk.state().next_at < desk.clock() + timedelta(days=2)  # type: ignore[operator]


@pytest.mark.parametrize(("keeps", "sent"), [(True, "id=7"), (False, None)])
async def test_cookies_are_kept_for_one_look_where_a_source_asks_for_it(
    desk: NewsDesk, keeps: bool, sent: str | None
) -> None:
    desk.site.publish("a", "A train leaves")
    desk.site.answers[FEED] = lambda _: answer(
        desk.site.feed(), headers=TYPE | {"Set-Cookie": "id=7"}
    )
    source = desk.site.source().model_copy(update={"cookies": keeps})
    await desk.look(source)
    await desk.look(source)
    assert [request.headers.get("cookie") for request in requests(desk, "/a")] == [sent]
    assert [request.headers.get("cookie") for request in requests(desk)] == [None, None]


async def test_the_next_look_says_why_then(desk: NewsDesk) -> None:
    desk.site.answers[FEED] = answer(
        desk.site.feed(), headers=TYPE | {"Cache-Control": "max-age=36000"}
    )
    await desk.look()
    state = desk.state()
    assert state.next_at is not None
    assert state.next_at >= desk.clock() + timedelta(hours=10)
    assert state.why == "fresh for 10h, says the server"


async def test_what_was_pruned_stays_known_when_it_comes_back(desk: NewsDesk) -> None:
    desk.site.publish("a", "A train leaves")
    await desk.look()
    desk.clock.pass_(days=800)
    with desk.store.write() as tx:
        keep = timedelta(days=730)
        assert retention.prune(tx, desk.clock(), keep=keep, keep_off_topic=keep) == 1
    titles = dict(desk.site.titles)
    desk.site.titles.clear()
    desk.site.publish("b", "A ferry leaves")
    await desk.look()
    desk.site.titles |= titles
    report = await desk.look()
    assert (report.announced, desk.site.asked("/a")) == (0, 1)
    other = await desk.look(desk.site.source("other"))
    assert (other.announced, desk.site.asked("/a")) == (0, 1), "nor from elsewhere"


async def test_one_catch_up_after_a_long_sleep(desk: NewsDesk) -> None:
    await desk.look()
    desk.clock.pass_(days=3)
    before = desk.site.asked(FEED)
    outcomes = [(await check_source(desk.site.source(), desk.kit())).outcome for _ in range(3)]
    assert outcomes == ["not modified", "not due", "not due"]
    assert desk.site.asked(FEED) == before + 1
