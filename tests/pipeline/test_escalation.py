"""An alert that a channel has not taken in time goes on to a second one, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from monitor.models import (
    Collection,
    DeliveryStatus,
    Escalation,
    Message,
    Rule,
    Severity,
    VolumeAlert,
    When,
)
from monitor.outbox import LEASE
from monitor.pipeline import escalation
from monitor.settings import MonitorFile
from monitor.store import Store, channels, outbox, tables, ways
from monitor.store.messages import Told
from monitor.store.outbox import FAILED, PENDING, SENT, Outcome
from tests.builders import Clock, rule
from tests.contracts.race import race
from tests.pipeline.desk import DAY, Desk, counting

HALF = Escalation(after=timedelta(minutes=30), to=("chat",))


def trains(**changes: Any) -> Rule:
    return rule("trains", "train", **{"channels": ("mail",), "escalate": HALF} | changes)


def sent(desk: Desk, channel: str = "chat") -> list[Told]:
    """What goes out on a channel now, and is taken."""
    with desk.store.write() as tx:
        taken = outbox.claim(tx, channel, desk.clock(), LEASE, limit=50)
        told = outbox.read(tx, taken)
        done = [Outcome(one.id, one.attempt, SENT, answer="250 OK") for one in taken]
        outbox.record(tx, done, desk.clock())
    return [one.message for one in told]


def after(desk: Desk, minutes: float = 31) -> int:
    desk.clock.pass_(minutes=minutes)
    return escalation.escalate(desk.kit)


def only(told: list[Told]) -> Message:
    (one,) = told
    return message_of(one)


async def test_what_was_taken_goes_nowhere_else(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, trains())
    desk.story()
    assert len(sent(desk, "mail")) == 1
    assert after(desk) == 0
    assert sent(desk) == []


async def test_what_was_not_goes_on_once_and_says_why(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, trains())
    desk.story()
    assert after(desk, 29) == 0
    assert after(desk, 1) == 1
    told = only(sent(desk))
    assert told.reason == "new story; not taken by mail within 30m"
    assert after(desk) == 0
    assert sent(desk) == []
    assert only(sent(desk, "mail")).reason == "new story", "it still goes there, too"


@pytest.mark.parametrize("how", ["tried in vain", "under way", "given up"])
async def test_however_it_was_not_taken(store: Store, clock: Clock, how: str) -> None:
    desk = Desk(store, clock, trains())
    desk.story()
    with store.write() as tx:
        (taken,) = outbox.claim(tx, "mail", clock(), DAY)
        if how != "under way":
            status = PENDING if how == "tried in vain" else FAILED
            failed = Outcome(taken.id, 1, status, error="421", next_at=clock() + DAY)
            outbox.record(tx, [failed], clock())
    assert after(desk) == 1


async def test_many_that_are_late_go_on_as_one(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, trains())
    desk.story(3)
    assert after(desk) == 3
    (told,) = sent(desk)
    assert isinstance(told, Collection)
    assert told.kind == "escalation"
    assert {one.reason for one in told.alerts} == {"new story; not taken by mail within 30m"}


async def test_quiet_hours_of_the_first_channel_are_no_delay(
    sqlite_store: Store, clock: Clock
) -> None:
    desk = Desk(sqlite_store, clock, trains())
    opens = clock() + timedelta(hours=2)
    hours = {"kind": "console", "quiet": f"00:00-{opens:%H:%M}", "timezone": "UTC"}
    said = {"channels": {"mail": hours}}
    object.__setattr__(desk.kit, "settings", MonitorFile.model_validate(said))
    desk.story()
    assert after(desk, 90) == 0
    assert after(desk, 62) == 1


@pytest.mark.parametrize(("severity", "number"), [(Severity.NORMAL, 0), (Severity.URGENT, 1)])
async def test_the_second_channel_has_its_hours_but_for_the_urgent(
    sqlite_store: Store, clock: Clock, severity: Severity, number: int
) -> None:
    desk = Desk(sqlite_store, clock, trains(severity=severity))
    hours = {"kind": "console", "quiet": "00:00-23:59", "timezone": "UTC"}
    said = {"channels": {"chat": hours}}
    object.__setattr__(desk.kit, "settings", MonitorFile.model_validate(said))
    desk.story()
    assert after(desk) == 1
    assert len(sent(desk)) == number


async def test_digests_and_groups_go_on_too(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, trains(when=When.DIGEST))
    desk.story(2)
    assert after(desk, 60) == 0, "it is not due yet"
    assert after(desk, 24 * 60) == 2
    (told,) = sent(desk)
    assert isinstance(told, Collection)


async def test_an_alert_on_how_many_stories_come_goes_on(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, counting(escalate=HALF))
    desk.story(3)
    assert after(desk) == 1
    (told,) = sent(desk)
    assert isinstance(told, VolumeAlert)
    assert told.reason == "count: 3 stories in 24 h; not taken by mail within 30m"


async def test_what_goes_there_anyway_does_not_go_twice(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, trains(channels=("mail", "chat")))
    desk.story()
    assert after(desk) == 0
    assert len(sent(desk)) == 1


async def test_a_channel_that_is_dead_for_long_is_known_and_floods_no_other(
    store: Store, clock: Clock
) -> None:
    desk = Desk(store, clock, trains(escalate=None))
    desk.story(5)
    clock.pass_(days=10)
    desk.take(trains())
    assert after(desk) == 0


async def test_two_processes_let_it_go_on_once(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, trains())
    desk.story(2)
    clock.pass_(hours=1)
    kits = [desk.make_kit((trains(),)) for _ in range(4)]
    assert sum(race(4, lambda number: escalation.escalate(kits[number]))) == 2
    assert len(sent(desk)) == 1


@pytest.mark.parametrize("channels", [("mail", "chat"), ("chat", "mail")])
async def test_who_is_told_anyway_keeps_it_from_no_other(
    store: Store, clock: Clock, channels: tuple[str, ...]
) -> None:
    both = Escalation(after=timedelta(minutes=30), to=("chat", "phone"))
    desk = Desk(store, clock, trains(channels=channels, escalate=both))
    desk.story()
    assert only(sent(desk)).reason == "new story"
    assert after(desk) == 1
    assert sent(desk) == []
    assert only(sent(desk, "phone")).reason == "new story; not taken by mail within 30m"
    assert after(desk) == 0


async def test_a_channel_that_is_named_twice_hears_once(store: Store, clock: Clock) -> None:
    twice = Escalation(after=timedelta(minutes=30), to=("chat", "chat"))
    desk = Desk(store, clock, trains(escalate=twice))
    desk.story()
    assert after(desk) == 1
    assert len(sent(desk)) == 1


@pytest.mark.parametrize("status", [FAILED, SENT])
async def test_what_a_clock_that_was_ahead_gave_up_goes_on_and_what_it_sent_does_not(
    store: Store, clock: Clock, status: DeliveryStatus
) -> None:
    desk = Desk(store, clock, trains())
    clock.pass_(days=366)
    desk.story()
    with store.write() as tx:
        (taken,) = outbox.claim(tx, "mail", clock(), LEASE)
        outbox.record(tx, [Outcome(taken.id, 1, status, error="550")], clock())
    clock.pass_(days=-366)
    with store.write() as tx:
        assert outbox.clock_was_ahead(tx, clock(), lambda *_: clock()) == 0
        assert ways.sent_after(tx, "mail", clock()) == []
        assert channels.traffic(tx, "mail", clock() - DAY).taken_at in (None, clock())
    assert after(desk) == (status is FAILED)


async def test_each_says_which_channel_has_not_taken_it(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, trains(channels=("mail", "hook")))
    desk.story()
    assert len(sent(desk, "hook")) == 1
    desk.story()
    assert len(sent(desk, "mail")) == 2
    with store.write() as tx:
        tx.execute(update(tables.deliveries).where(first_mail()).values(status=PENDING))
    assert after(desk) == 2
    reasons = {told.article.title: told.reason for told in map(message_of, sent(desk))}
    assert reasons == {
        "Train 1": "new story; not taken by mail within 30m",
        "Train 2": "new story; not taken by hook within 30m",
    }


def first_mail() -> Any:
    mine = tables.deliveries.c.channel == "mail"
    first = select(func.min(tables.deliveries.c.alert_id)).scalar_subquery()
    return mine & (tables.deliveries.c.alert_id == first)


def message_of(told: Told) -> Message:
    assert isinstance(told, Message)
    return told
