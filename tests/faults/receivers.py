"""Receivers that refuse, fail, hang or lie; the clock is passed in, so three days take none."""

from __future__ import annotations

import asyncio
import io
import random
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import trustme

from monitor.deliver import Channel
from monitor.models import DeliveryStatus
from monitor.outbox import Outbox
from monitor.store import Store, channels, connect, outbox, overview, stories, upgrade
from tests.builders import NOW, Clock, article, batch, rule
from tests.deliver.tools import email, webhook
from tests.faults.ledger import Arrived, Verdict, judge
from tests.fetch.tools import certified, make_fetcher
from tests.mailserver import DROP, MailServer
from tests.servers import Handler, Request, answer, hang, redirect, serve

STORIES = 4
PATIENCE = 40  # passes after which everything must have been sent
RETRY_AFTER = 7_200
HASTE = 0.3  # seconds after which what hangs is given up

Trial = Callable[[int, random.Random, Path], Coroutine[Any, Any, Verdict]]
Way = Callable[[random.Random, Arrived], AbstractAsyncContextManager[tuple[Channel, Channel]]]


def _trial(way: Way) -> Trial:
    """Each run: alerts wait; the channel is broken, for a while, then well."""

    async def trial(runs: int, dice: random.Random, folder: Path) -> Verdict:
        whole = Verdict()
        for number in range(runs):
            whole.add(await _run(way, dice, folder / f"{number}.db"))
        return whole

    return trial


async def _run(way: Way, dice: random.Random, path: Path) -> Verdict:
    clock, arrived = Clock(), Arrived()
    store = Store(connect(f"sqlite:///{path}", Path("/")))
    upgrade(store.engine, NOW)
    titles = [f"The train {number}" for number in range(STORIES)]
    for title in titles:
        story = article(title=title, url=f"https://laostimes.example/{title}")
        with store.write() as tx:
            stories.write(tx, batch(story, rule(channels=("way",)), now=clock()))
    async with way(dice, arrived) as (broken, well), make_fetcher() as http:

        def box(channel: Channel) -> Outbox:
            return Outbox(
                store=store,
                channels={"way": channel},
                http=http,
                console=io.StringIO(),
                home=Path("/"),
                clock=clock,
                rng=dice,
            )

        for _ in range(dice.randint(1, 3)):
            await box(broken).drain()
            clock.now = _next(store, clock)
        for _ in range(PATIENCE):
            await box(well).drain()
            if not _left(store):
                break
            clock.now = _next(store, clock)
    store.close()
    return judge([arrived], titles)


def _left(store: Store) -> set[str]:
    with store.read() as tx:
        return {one.status for one in overview.list_deliveries(tx)} - {DeliveryStatus.SENT}


def _next(store: Store, clock: Clock) -> datetime:
    """The time of the next attempt; as an operator would, a closed channel is opened, and what was
    given up is sent again."""
    with store.write() as tx:
        channels.open_(tx, "way")
        failed = overview.list_deliveries(tx, status=DeliveryStatus.FAILED)
        assert all(one.error for one in failed), "it says why"
        for one in failed:
            outbox.retry(tx, clock(), one.id)
        return max(clock(), outbox.next_due(tx, "way") or clock())


# --- webhooks ------------------------------------------------------------------------------------


def _http(bad: Callable[[], bytes | AsyncIterator[bytes]]) -> Way:
    """A server half of whose first answers are ``bad``."""

    @asynccontextmanager
    async def way(dice: random.Random, arrived: Arrived) -> AsyncIterator[tuple[Channel, Channel]]:
        left = [dice.randint(1, 6)]

        def answered(request: Request) -> bytes | AsyncIterator[bytes]:
            if left[0] and dice.random() < 0.5:
                left[0] -= 1
                return bad()
            arrived.hook(request)
            return answer(status=dice.choice((200, 202, 204)))

        async with serve(answered) as base:
            channel = webhook(base + "/way", timeout=HASTE)
            yield channel, channel

    return way


def _taking(arrived: Arrived) -> Handler:
    def taken(request: Request) -> bytes:
        arrived.hook(request)
        return answer()

    return taken


@asynccontextmanager
async def _refused(
    _dice: random.Random, arrived: Arrived
) -> AsyncIterator[tuple[Channel, Channel]]:
    async with serve(_taking(arrived)) as base:
        yield webhook(f"http://127.0.0.1:{_closed_port()}"), webhook(base)


@asynccontextmanager
async def _untrusted(
    _dice: random.Random, arrived: Arrived
) -> AsyncIterator[tuple[Channel, Channel]]:
    stranger = certified("127.0.0.1", authority=trustme.CA())
    async with (
        serve(_taking(arrived), tls=stranger) as bad,
        serve(_taking(arrived), tls=certified("127.0.0.1")) as good,
    ):
        yield webhook(bad), webhook(good)


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- mail ----------------------------------------------------------------------------------------


def _smtp(bad: Callable[[], MailServer]) -> Way:
    @asynccontextmanager
    async def way(_dice: random.Random, arrived: Arrived) -> AsyncIterator[tuple[Channel, Channel]]:
        async with bad() as broken, MailServer() as well:
            yield email(broken.port, timeout=HASTE), email(well.port)
            arrived.mails([*broken.mails, *well.mails], [f"The train {n}" for n in range(STORIES)])

    return way


@asynccontextmanager
async def _no_server(
    _dice: random.Random, arrived: Arrived
) -> AsyncIterator[tuple[Channel, Channel]]:
    async with MailServer() as well:
        yield email(_closed_port()), email(well.port)
        arrived.mails(well.mails, [f"The train {n}" for n in range(STORIES)])


def _silent() -> MailServer:
    return MailServer(hold=asyncio.Event())


RECIPIENT = "analyst@embassy.example"
_WAYS: dict[str, Way] = {
    "webhook: refused": _refused,
    "webhook: 500": _http(lambda: answer(status=500)),
    "webhook: 429, Retry-After": _http(
        lambda: answer(status=429, headers={"Retry-After": str(RETRY_AFTER)})
    ),
    "webhook: 410": _http(lambda: answer(status=410)),
    "webhook: hangs": _http(lambda: hang()),
    "webhook: 302": _http(lambda: redirect("http://127.0.0.1:1/")),
    "webhook: certificate": _untrusted,
    "SMTP: refused": _no_server,
    "SMTP: 4xx": _smtp(lambda: MailServer(DATA="451 try later")),
    "SMTP: 5xx": _smtp(lambda: MailServer(DATA="554 not that")),
    "SMTP: recipient 5xx": _smtp(lambda: MailServer(RCPT={RECIPIENT: "550 nobody here"})),
    "SMTP: dropped after DATA": _smtp(lambda: MailServer(DATA=DROP)),
    "SMTP: hangs": _smtp(_silent),
}
TRIALS: dict[str, tuple[Trial, bool]] = {name: (_trial(way), False) for name, way in _WAYS.items()}
