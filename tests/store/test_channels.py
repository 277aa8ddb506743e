"""Channels that are closed or ill, and what their deliveries show."""

from __future__ import annotations

from datetime import timedelta

from monitor.errors import DeliveryError
from monitor.models import DeliveryStatus, Health
from monitor.store import Store, channels, outbox, stories
from tests.builders import NOW, article, batch, rule

HOUR = timedelta(hours=1)
LEASE = timedelta(minutes=3)


def file(store: Store, name: str) -> None:
    story = article(title=name, url=f"https://laostimes.example/{name}")
    with store.write() as tx:
        stories.write(tx, batch(story, rule(channels=("hook",))))


def attempt(store: Store, error: str | None, *, given_up: bool = False) -> None:
    """Take the next delivery and record what came of it."""
    with store.write() as tx:
        (taken,) = outbox.claim(tx, "hook", NOW + HOUR, LEASE)
        status = DeliveryStatus.SENT if error is None else DeliveryStatus.PENDING
        status, again = (DeliveryStatus.FAILED, None) if given_up else (status, NOW + 2 * HOUR)
        outcome = outbox.Outcome(taken.id, taken.attempt, status, error=error, next_at=again)
        outbox.record(tx, [outcome], NOW + HOUR)


def traffic(store: Store) -> channels.Traffic:
    with store.read() as tx:
        return channels.traffic(tx, "hook", NOW - 24 * HOUR)


def test_a_channel_that_nobody_knows_is_open(store: Store) -> None:
    with store.read() as tx:
        assert channels.condition(tx, "hook") == channels.Condition("hook")
        assert not channels.is_closed(tx, "hook", "")
        assert channels.conditions(tx) == {}


def test_it_is_closed_until_it_is_opened_or_leads_elsewhere(store: Store) -> None:
    with store.write() as tx:
        for _ in range(2):
            channels.close(tx, "hook", "here", "HTTP 410", NOW)
        assert channels.is_closed(tx, "hook", "here")
        assert not channels.is_closed(tx, "hook", "there")
        assert channels.conditions(tx)["hook"].closed_by == "HTTP 410"
        assert channels.open_(tx, "hook")
        assert not channels.open_(tx, "hook")
        assert not channels.is_closed(tx, "hook", "here")


def test_it_is_ill_until_it_recovers(store: Store) -> None:
    with store.write() as tx:
        channels.fell_ill(tx, "hook", Health.FAILING, "why", NOW)
        ill = channels.condition(tx, "hook")
        assert (ill.ill_since, ill.health, ill.detail) == (NOW, Health.FAILING, "why")
        channels.recovered(tx, "hook")
        assert channels.condition(tx, "hook") == channels.Condition("hook")


def test_what_is_due_on_a_closed_channel_is_given_up(store: Store) -> None:
    file(store, "one")
    with store.write() as tx:
        outbox.give_up_due(tx, "other", NOW, "closed")
        outbox.give_up_due(tx, "hook", NOW - HOUR, "closed")
        assert outbox.next_due(tx, "hook") == NOW
        outbox.give_up_due(tx, "hook", NOW, "closed")
        assert outbox.next_due(tx, "hook") is None
        assert outbox.retry(tx, NOW, channel="hook") == 1


def test_traffic_of_a_channel_that_works(store: Store) -> None:
    assert traffic(store) == channels.Traffic()
    file(store, "one")
    assert traffic(store) == channels.Traffic()
    attempt(store, None)
    assert traffic(store) == channels.Traffic(taken_at=NOW + HOUR)


def test_traffic_of_a_channel_that_takes_nothing(store: Store) -> None:
    for name in ("one", "two"):
        file(store, name)
    attempt(store, "HTTP 500")
    attempt(store, "HTTP 403", given_up=True)
    assert traffic(store) == channels.Traffic(
        lost=1, lost_error="HTTP 403", waits_since=NOW, waits_error="HTTP 500"
    )


def test_what_was_lost_before_something_was_taken_is_forgotten(store: Store) -> None:
    for name in ("one", "two"):
        file(store, name)
    attempt(store, "HTTP 403", given_up=True)
    attempt(store, None)
    assert traffic(store) == channels.Traffic(taken_at=NOW + HOUR)


def test_an_error_knows_whether_the_receiver_is_gone() -> None:
    assert DeliveryError("x").gone is False
    assert DeliveryError("x", retryable=False, gone=True).gone
