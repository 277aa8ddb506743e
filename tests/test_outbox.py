"""Sending what waits: through real channels to real receivers."""

from __future__ import annotations

import asyncio
import io
import logging
import random
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

from monitor import outbox as sending
from monitor.deliver import Channel, Outlets
from monitor.deliver.base import Told
from monitor.errors import StoreError
from monitor.models import DeliveryStatus, Message, Rule
from monitor.outbox import LEASE, Outbox, whole
from monitor.store import Store, outbox, overview, stories
from monitor.store.overview import Delivery
from tests.builders import Clock, article, batch, rule
from tests.deliver.tools import email, webhook
from tests.fetch.tools import make_fetcher
from tests.mailserver import MailServer
from tests.servers import Handler, Request, answer, hang, serve
from tests.waiting import until

PENDING, SENDING = DeliveryStatus.PENDING, DeliveryStatus.SENDING
SENT, FAILED = DeliveryStatus.SENT, DeliveryStatus.FAILED


class Scripted(Channel):
    """A channel that does what a test says, in this process."""

    kind: Literal["scripted"] = "scripted"
    raises: type[Exception] | None = None
    hangs: bool = False

    async def send(self, told: Told, out: Outlets, *, recipient: str = "") -> str:
        if self.hangs:
            await asyncio.Event().wait()
        if self.raises:
            raise self.raises("as scripted")
        assert isinstance(told, Message)
        out.console.write(f"{told.article.title}\n")
        return "written"


class Office:
    """An outbox, what waits in it, and the HTTP receiver of its webhooks."""

    def __init__(self, store: Store, clock: Clock, http: Any, seen: list[Request]) -> None:
        self.store, self.clock, self.http, self.seen = store, clock, http, seen
        self.screen = io.StringIO()

    def outbox(self, **channels: Channel) -> Outbox:
        return Outbox(
            store=self.store,
            channels=channels,
            http=self.http,
            console=self.screen,
            home=Path("/"),
            clock=self.clock,
            rng=random.Random(7),
        )

    def file(self, *names: str, to: tuple[str, ...] = ("mail", "hook")) -> None:
        """A story by each name, on which one rule alerts."""
        one: Rule = rule(channels=to)
        for name in names:
            story = article(title=f"The train {name}", url=f"https://laostimes.example/{name}")
            with self.store.write() as tx:
                stories.write(tx, batch(story, one, now=self.clock()))

    def deliveries(self, channel: str = "mail") -> list[Delivery]:
        """The oldest first."""
        with self.store.read() as tx:
            return [one for one in reversed(overview.list_deliveries(tx)) if one.channel == channel]

    def statuses(self, channel: str = "mail") -> list[str]:
        return [one.status for one in self.deliveries(channel)]


@asynccontextmanager
async def office_of(
    store: Store, clock: Clock, handler: Handler = lambda _: answer()
) -> AsyncIterator[tuple[Office, str]]:
    seen: list[Request] = []
    async with make_fetcher() as http, serve(handler, seen=seen) as base:
        yield Office(store, clock, http, seen), base


@pytest.fixture
async def office(sqlite_store: Store, clock: Clock) -> AsyncIterator[Office]:
    async with office_of(sqlite_store, clock) as (office, _):
        yield office


@asynccontextmanager
async def serving(box: Outbox) -> AsyncIterator[asyncio.Task[None]]:
    """``box`` at work, asked to stop at the end."""
    task = asyncio.create_task(box.serve())
    try:
        yield task
    finally:
        box.stop()
        await task


SCRIPTED = Scripted()


async def test_all_that_is_due_is_sent_in_order_and_recorded(store: Store, clock: Clock) -> None:
    async with office_of(store, clock) as (office, base), MailServer() as mails:
        office.file("a", "b", "c")
        box = office.outbox(mail=email(mails.port), hook=webhook(base))
        assert await box.drain() == 6
        assert [mail.message["Subject"][-11:] for mail in mails.mails] == [
            "The train a",
            "The train b",
            "The train c",
        ]
        done = office.deliveries()
        assert [request.headers["webhook-id"] for request in office.seen] == [
            one.id for one in office.deliveries("hook")
        ]
        assert {(one.status, one.answer, one.attempts, one.error) for one in done} == {
            (SENT, "taken", 1, None)
        }
        assert {one.sent_at for one in done} == {clock()}
        assert await box.drain() == 0


async def test_what_is_not_due_waits(office: Office) -> None:
    office.file("a")
    office.clock.pass_(hours=-1)
    assert await office.outbox(mail=SCRIPTED).drain() == 0
    assert office.statuses() == [PENDING]


async def test_a_channel_nobody_configured_keeps_its_deliveries(office: Office) -> None:
    office.file("a")
    assert await office.outbox(mail=SCRIPTED).drain() == 1
    assert (office.statuses(), office.statuses("hook")) == ([SENT], [PENDING])


async def test_a_failure_is_tried_again_under_the_same_id(
    sqlite_store: Store, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    answers = iter([answer(b"not now", 503), answer(status=204)])
    async with office_of(sqlite_store, clock, lambda _: next(answers)) as (office, base):
        office.file("a")
        box = office.outbox(hook=webhook(base))
        with caplog.at_level(logging.WARNING):
            assert await box.drain() == 0
        (failed,) = office.deliveries("hook")
        assert (failed.status, failed.error) == (PENDING, "HTTP 503 not now")
        wait = failed.next_at - clock()
        assert timedelta(seconds=5) <= wait <= timedelta(seconds=5.5)
        assert f"hook: alert {failed.id} not sent: HTTP 503 not now; next attempt" in caplog.text
        clock.pass_(seconds=6)
        assert await box.drain() == 1
        (done,) = office.deliveries("hook")
        assert (done.status, done.attempts, done.answer) == (SENT, 2, "HTTP 204")
        ids = [request.headers["webhook-id"] for request in office.seen]
        assert ids == [done.id, done.id]
        assert office.seen[0].body == office.seen[1].body


async def test_one_that_cannot_be_sent_holds_up_no_other(office: Office) -> None:
    office.file("a", "b")

    class Picky(Scripted):
        async def send(self, told: Told, out: Outlets, *, recipient: str = "") -> str:
            if isinstance(told, Message) and told.article.title.endswith("a"):
                raise RuntimeError("not that one")
            return await super().send(told, out)

    assert await office.outbox(mail=Picky()).drain() == 1
    assert office.statuses() == [PENDING, SENT]


@pytest.mark.parametrize(
    ("status", "headers", "least"),
    [(429, {"Retry-After": "3600"}, 3_600), (503, {"Retry-After": "1"}, 5), (500, {}, 5)],
)
async def test_the_receiver_s_wish_is_heard(
    sqlite_store: Store, clock: Clock, status: int, headers: Mapping[str, str], least: int
) -> None:
    handler = lambda _: answer(status=status, headers=headers)  # noqa: E731
    async with office_of(sqlite_store, clock, handler) as (office, base):
        office.file("a")
        await office.outbox(hook=webhook(base)).drain()
        wait = office.deliveries("hook")[0].next_at - clock()
    assert least <= wait.total_seconds() <= least * 1.1


async def test_a_receiver_that_is_gone_is_left_alone(
    sqlite_store: Store, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    async with office_of(sqlite_store, clock, lambda _: answer(status=410)) as (office, base):
        office.file("a")
        await office.outbox(hook=webhook(base)).drain()
        assert office.statuses("hook") == [FAILED]
        assert "given up" in caplog.text


async def test_a_receiver_that_never_takes_it_is_given_up_after_three_days(office: Office) -> None:
    office.file("a")
    box = office.outbox(mail=Scripted(raises=RuntimeError))
    start = office.clock()
    while office.statuses() == [PENDING]:
        office.clock.now = office.deliveries()[0].next_at
        await box.drain()
    assert (office.statuses(), office.deliveries()[0].attempts) == ([FAILED], 10)
    assert timedelta(days=3) < office.clock() - start < timedelta(days=4)


async def test_a_fault_of_our_own_is_a_failed_attempt(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.file("a")
    await office.outbox(mail=Scripted(raises=LookupError)).drain()
    (failed,) = office.deliveries()
    assert failed.status == PENDING
    assert failed.error == "the monitor broke on it: LookupError: as scripted"
    assert "please report this" in caplog.text


async def test_an_attempt_takes_no_longer_than_its_deadline(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "DEADLINE", 0.01)
    office.file("a")
    await office.outbox(mail=Scripted(hangs=True)).drain()
    assert office.deliveries()[0].error == "no answer within 0 s"


async def test_a_hanging_webhook_delays_no_mail(sqlite_store: Store, clock: Clock) -> None:
    silent = office_of(sqlite_store, clock, lambda _: hang())
    async with silent as (office, base), MailServer() as mails:
        box = office.outbox(mail=email(mails.port), hook=webhook(base, timeout=60))
        office.file("a", "b", "c")
        task = asyncio.create_task(box.serve())
        await until(lambda: office.statuses() == [SENT] * 3 and office.seen)
        assert office.statuses("hook") == [SENDING, PENDING, PENDING]
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert office.statuses("hook") == [PENDING] * 3, "what was broken off is put back"


async def test_what_a_dead_process_had_in_hand_is_sent_when_its_lease_ends(office: Office) -> None:
    office.file("a")
    with office.store.write() as tx:
        (taken,) = outbox.claim(tx, "mail", office.clock(), LEASE)
    box = office.outbox(mail=SCRIPTED)
    assert await box.drain() == 0
    office.clock.now += LEASE
    assert await box.drain() == 1
    assert (office.deliveries()[0].id, office.deliveries()[0].attempts) == (taken.id, 2)


async def test_two_processes_send_each_alert_once(store: Store, clock: Clock) -> None:
    async with office_of(store, clock) as (office, base):
        names = [f"{number}" for number in range(12)]
        office.file(*names, to=("hook",))
        boxes = [office.outbox(hook=webhook(base)) for _ in range(2)]
        sent = await asyncio.gather(*(box.drain() for box in boxes))
        assert sum(sent) == 12
        assert len({request.headers["webhook-id"] for request in office.seen}) == 12
        assert len(office.seen) == 12


async def test_what_is_filed_while_it_serves_is_sent_at_once(office: Office) -> None:
    box = office.outbox(mail=SCRIPTED, hook=SCRIPTED)
    async with serving(box):
        await until(lambda: len(box._wakers) == 2)
        office.file("a")
        box.wake()
        await until(lambda: office.statuses() == [SENT])
    assert office.screen.getvalue() == "The train a\n" * 2


async def test_a_retry_comes_when_it_is_due_without_being_called(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "LONGEST_PAUSE", 0.01)
    monkeypatch.setattr(sending, "SHORTEST_PAUSE", 0.01)
    office.clock.pass_(hours=1)
    office.file("later")
    office.clock.pass_(hours=-1)
    office.file("now")
    async with serving(office.outbox(mail=SCRIPTED)):
        await until(lambda: office.statuses() == [SENT, PENDING])
        office.clock.pass_(hours=1)
        await until(lambda: office.statuses() == [SENT, SENT])


async def test_pauses_are_long_only_when_nothing_is_due(office: Office) -> None:
    box = office.outbox(mail=SCRIPTED)
    assert box._pause("mail") == sending.LONGEST_PAUSE
    office.file("a")
    assert box._pause("mail") == sending.SHORTEST_PAUSE
    office.clock.pass_(seconds=-5)
    assert box._pause("mail") == 5
    office.clock.pass_(days=-1)
    assert box._pause("mail") == sending.LONGEST_PAUSE


async def test_what_is_in_hand_is_finished_and_no_more_is_taken(
    sqlite_store: Store, clock: Clock
) -> None:
    hold = asyncio.Event()
    async with office_of(sqlite_store, clock) as (office, _), MailServer(hold=hold) as mails:
        office.file("a", "b")
        box = office.outbox(mail=email(mails.port))
        task = asyncio.create_task(box.serve())
        await mails.arrived.wait()
        box.stop()
        hold.set()
        await task
        assert office.statuses() == [SENT, PENDING]


async def test_a_database_locked_for_a_moment_costs_nothing(
    sqlite_store: Store, clock: Clock, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "monitor.db")) as other:

        def lock(_: Request) -> bytes:
            other.execute("BEGIN IMMEDIATE")
            asyncio.get_running_loop().call_later(0.05, other.rollback)
            return answer()

        async with office_of(sqlite_store, clock, lock) as (office, base):
            office.file("a")
            assert await office.outbox(hook=webhook(base)).drain() == 1
            assert office.statuses("hook") == [SENT]
            assert len(office.seen) == 1


def rename(store: Store, table: str, to: str) -> None:
    with store.write() as tx:
        tx.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {to}")


async def test_a_database_that_comes_back_is_taken_up_again(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sending, "LONGEST_PAUSE", 0.01)
    office.file("a")
    rename(office.store, "deliveries", "away")
    async with serving(office.outbox(mail=SCRIPTED)):
        await until(lambda: "no such table: deliveries; trying again" in caplog.text)
        rename(office.store, "away", "deliveries")
        await until(lambda: office.statuses() == [SENT])


async def test_a_pass_without_a_database_says_so(office: Office) -> None:
    rename(office.store, "deliveries", "away")
    with pytest.raises(StoreError, match="no such table: deliveries"):
        await office.outbox(mail=SCRIPTED, hook=SCRIPTED).drain()


def test_the_first_error_of_many_results() -> None:
    assert whole([1, 2]) == [1, 2]
    with pytest.raises(KeyError):
        whole([1, KeyError(), LookupError()])
