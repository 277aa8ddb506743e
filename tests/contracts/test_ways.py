"""Alerts that go out together, silences, and several recipients: the same on either database."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.alert import Alert
from monitor.models import Collection, DeliveryStatus, Message, Severity
from monitor.routing import Bundle, BundleKind, Way
from monitor.store import Store, outbox, overview, silences, stories, ways
from monitor.store.outbox import PENDING, SENT, Claim, Outcome
from tests.builders import NOW, alert, article, batch, match, rule

HOUR = timedelta(hours=1)
DUE = NOW + timedelta(minutes=10)
AFTER = DUE + timedelta(seconds=1)
GROUP = Bundle(BundleKind.GROUP, "railway", DUE)


def file(store: Store, name: str, *ways_: Way, now: datetime = NOW) -> None:
    story = article(url=f"https://laostimes.example/{name}", title=f"The train {name}")
    one, found = rule(), match(story=story)
    with store.write() as tx:
        raised = alert(one, found, ways=ways_)
        stories.write(tx, batch(story, one, alerts=[raised], now=now))


def grouped(store: Store, name: str, now: datetime = NOW, due: datetime = DUE) -> None:
    bundle = dataclasses.replace(GROUP, due=due)
    file(store, name, Way("mail", ("",), due, "with others", bundle), now=now)


def claim(store: Store, now: datetime = AFTER) -> Claim | None:
    with store.write() as tx:
        return next(iter(outbox.read(tx, outbox.claim(tx, "mail", now, HOUR))), None)


def outcome(taken: Claim, status: DeliveryStatus, **more: Any) -> Outcome:
    return Outcome(taken.message.id, taken.attempt, status, **more)


def titles(told: object) -> list[str]:
    assert isinstance(told, Collection)
    return [message.article.title for message in told.alerts]


def taken(store: Store, now: datetime = AFTER) -> Claim:
    found = claim(store, now)
    assert found is not None
    return found


def listed(store: Store) -> Sequence[overview.Delivery]:
    with store.read() as tx:
        return overview.list_deliveries(tx)


def test_what_waits_together_goes_out_as_one(store: Store) -> None:
    grouped(store, "a")
    grouped(store, "b", NOW + timedelta(minutes=5), DUE + timedelta(minutes=5))
    assert claim(store, NOW) is None, "not before it is due"
    (delivery,) = listed(store)
    assert (delivery.title, delivery.held) == ("group of 2 alerts", "with others")
    assert delivery.next_at == DUE, "the first says when"
    told = taken(store).message
    assert titles(told) == ["The train a", "The train b"]
    assert isinstance(told, Collection)
    assert (told.kind, told.created_at, told.due) == ("group", NOW, DUE)
    assert claim(store) is None


def test_nothing_joins_what_was_taken(store: Store) -> None:
    """Even where the clock of another host is behind."""
    grouped(store, "a")
    grouped(store, "b")
    first = taken(store)
    grouped(store, "c", now=NOW)
    with store.write() as tx:
        outbox.record(tx, [outcome(first, PENDING, error="it broke", next_at=AFTER)], AFTER)
    third, again = taken(store).message, taken(store)
    assert again.message == first.message, "the same at every attempt"
    assert titles(again.message) == ["The train a", "The train b"]
    assert isinstance(third, Message), "one alone goes as it would by itself"
    assert third.article.title == "The train c"


def test_nothing_joins_what_is_due(store: Store) -> None:
    grouped(store, "a")
    grouped(store, "b", AFTER, AFTER + HOUR)
    assert isinstance(taken(store).message, Message)
    assert claim(store) is None


def test_a_digest_of_one_is_a_digest(store: Store) -> None:
    file(store, "a", Way("mail", ("",), DUE, "digest", Bundle(BundleKind.DIGEST, "", DUE)))
    assert titles(taken(store).message) == ["The train a"]


def test_bundles_of_other_kinds_rules_and_channels_are_their_own(store: Store) -> None:
    for number, (channel, kind, key) in enumerate(
        [
            ("mail", BundleKind.GROUP, "railway"),
            ("mail", BundleKind.GROUP, "dams"),
            ("mail", BundleKind.SURPLUS, ""),
            ("hook", BundleKind.GROUP, "railway"),
        ]
    ):
        file(store, str(number), Way(channel, ("",), DUE, "x", Bundle(kind, key, DUE)))
    assert len({delivery.id for delivery in listed(store)}) == 4


def test_each_recipient_has_its_own_delivery(store: Store) -> None:
    file(store, "a", Way("mail", ("a@x.example", "b@x.example"), NOW))
    first, second = taken(store), taken(store)
    assert (first.recipient, second.recipient) == ("a@x.example", "b@x.example")
    assert first.message.id != second.message.id
    with store.write() as tx:
        taken_by_one = outcome(first, SENT, answer="250 OK")
        later = outcome(second, PENDING, error="450 later", next_at=AFTER + HOUR)
        outbox.record(tx, [taken_by_one, later], AFTER)
    statuses = {delivery.recipient: delivery.status for delivery in listed(store)}
    assert statuses == {"a@x.example": DeliveryStatus.SENT, "b@x.example": DeliveryStatus.PENDING}
    third = taken(store, AFTER + 2 * HOUR)
    assert (third.recipient, third.message) == ("b@x.example", second.message)


def test_each_recipient_of_a_bundle_gets_all_of_it(store: Store) -> None:
    for name in "ab":
        file(store, name, Way("mail", ("a@x.example", "b@x.example"), DUE, "x", GROUP))
    first, second = taken(store), taken(store)
    assert titles(first.message) == titles(second.message) == ["The train a", "The train b"]
    assert first.message.id != second.message.id


def test_an_alert_that_is_withheld_is_kept_and_tells_nobody(store: Store) -> None:
    story, one = article(), rule(severity=Severity.HIGH)
    raised = Alert(one, match(), "new story", withheld="silenced until noon: we know")
    with store.write() as tx:
        number, waiting = stories.write(tx, batch(story, one, alerts=[raised]))
        assert waiting == []
        assert stories.rules_of(tx, number) == ({"railway"}, set()), "nobody was told"
    with store.read() as tx:
        (kept,) = overview.list_alerts(tx)
    assert (kept.withheld, kept.severity) == ("silenced until noon: we know", Severity.HIGH)
    assert kept.deliveries == ()


def test_when_alerts_went_out_by_themselves(store: Store) -> None:
    file(store, "a", Way("mail", ("a@x.example", "b@x.example"), NOW))
    file(store, "b", Way("mail", ("",), NOW + HOUR), Way("hook", ("",), NOW))
    grouped(store, "c")
    with store.read() as tx:
        assert ways.sent_after(tx, "mail", NOW - HOUR) == [NOW, NOW + HOUR]
        assert ways.sent_after(tx, "mail", NOW) == [NOW + HOUR]
        assert ways.sent_after(tx, "none", NOW) == []


def test_an_alert_knows_its_ways(store: Store) -> None:
    file(store, "a", Way("mail", ("",), DUE, "with others", GROUP), Way("hook", ("",), NOW))
    with store.read() as tx:
        (one,) = overview.list_alerts(tx)
        hook, mail = overview.ways_of(tx, one.id)
    assert one.deliveries == (("hook", "pending"), ("mail", "pending"))
    assert (mail.channel, mail.at, mail.held) == ("mail", DUE, "with others")
    assert (hook.channel, hook.at, hook.held) == ("hook", NOW, None)


@pytest.mark.parametrize("which", ["railway", silences.EVERY])
def test_a_silence_holds_until_its_end(store: Store, which: str) -> None:
    with store.write() as tx:
        silences.add(tx, which, NOW + HOUR, "we know", NOW)
    with store.read() as tx:
        said = silences.why(tx, "railway", NOW)
        assert said == "silenced until 2026-11-20 09:00 UTC: we know"
        assert silences.why(tx, "railway", NOW + HOUR) is None
        assert (silences.why(tx, "dams", NOW) is None) == (which == "railway")


def test_a_silence_may_end_early(store: Store) -> None:
    with store.write() as tx:
        added = silences.add(tx, "railway", NOW + HOUR, "we know", NOW)
        assert silences.end(tx, added.id, NOW + HOUR / 2)
        assert not silences.end(tx, added.id, NOW + HOUR / 2), "it is over"
        assert not silences.end(tx, added.id + 1, NOW)
        assert silences.why(tx, "railway", NOW + HOUR / 2) is None
        assert silences.listing(tx, after=NOW + HOUR / 2) == []
        (kept,) = silences.listing(tx)
    assert (kept.until, kept.why) == (NOW + HOUR / 2, "we know")
