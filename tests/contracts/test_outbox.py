"""Every store: deliveries, claimed under a lease and settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from monitor.alert import thread_id
from monitor.models import DeliveryStatus, Health, Match, Message, Notice, Rule
from monitor.routing import Door
from monitor.store import Store, history, outbox, overview, stories
from monitor.store.history import Event
from monitor.store.outbox import FAILED, PENDING, SENT, Claim, Outcome
from monitor.store.overview import Delivery
from tests.builders import NOW, article, batch, correction, match, rule
from tests.contracts.race import race

LEASE = timedelta(minutes=3)
LATER = NOW + timedelta(hours=1)


def file(store: Store, *rules: Rule, name: str = "1", now: datetime = NOW) -> int:
    """A story on which each rule alerts; its id."""
    story = article(url=f"https://laostimes.example/{name}", title=f"The train {name}")
    with store.write() as tx:
        return stories.write(tx, batch(story, *(rules or [rule()]), now=now))[0]


def claim(store: Store, channel: str = "mail", now: datetime = NOW) -> Claim | None:
    with store.write() as tx:
        taken = outbox.claim(tx, channel, now, LEASE)
        return next(iter(outbox.read(tx, taken)), None)


def claimed(store: Store, channel: str = "mail", now: datetime = NOW) -> Claim:
    taken = claim(store, channel, now)
    assert taken is not None
    return taken


def said(store: Store, now: datetime = NOW) -> Message:
    """The alert that is claimed next."""
    message = claimed(store, now=now).message
    assert isinstance(message, Message)
    return message


def succeed(store: Store, taken: Claim, now: datetime = NOW) -> None:
    with store.write() as tx:
        outbox.record(tx, [outcome(taken, SENT, answer="250 taken")], now)


def outcome(taken: Claim, status: DeliveryStatus, **more: Any) -> Outcome:
    return Outcome(taken.message.id, taken.attempt, status, **more)


def settle(store: Store, taken: Claim, error: str, next_at: datetime | None) -> None:
    status = FAILED if next_at is None else PENDING
    with store.write() as tx:
        outbox.record(tx, [outcome(taken, status, error=error, next_at=next_at)], NOW)


def delivery(store: Store, channel: str = "mail") -> Delivery:
    with store.read() as tx:
        (found,) = [one for one in overview.list_deliveries(tx) if one.channel == channel]
    return found


def test_a_claim_holds_the_whole_message(store: Store) -> None:
    number = file(store)
    story = article(url="https://laostimes.example/1", title="The train 1")
    taken = claimed(store)
    assert taken == Claim(
        Message(
            id=delivery(store).id,
            rule="railway",
            label="Railway",
            reason="new story",
            correction=False,
            first_id=None,
            story=number,
            revision=1,
            source="The Lao Times",
            article=story,
            match=match(story=story),
            created_at=NOW,
            thread=thread_id("https://laostimes.example/1"),
        ),
        attempt=1,
    )
    assert delivery(store).status == DeliveryStatus.SENDING
    assert delivery(store, "hook").status == DeliveryStatus.PENDING


def test_nothing_to_claim(store: Store) -> None:
    assert claim(store) is None
    file(store, now=LATER)
    assert claim(store) is None, "not due yet"
    assert claim(store, "other", LATER) is None, "not for this channel"


def test_the_oldest_alert_goes_first(store: Store) -> None:
    file(store, name="young", now=NOW + timedelta(minutes=1))
    file(store, name="old-a")
    file(store, name="old-b")
    titles = [said(store, LATER).article.title for _ in range(3)]
    assert titles == ["The train old-a", "The train old-b", "The train young"]


def test_a_claimed_delivery_is_left_alone_until_its_lease_ends(store: Store) -> None:
    file(store)
    first = claimed(store)
    assert claim(store, now=NOW + LEASE - timedelta(seconds=1)) is None
    again = claimed(store, now=NOW + LEASE)
    assert (again.message, again.attempt) == (first.message, 2)


def test_sent_is_sent_even_after_the_lease_was_lost(store: Store) -> None:
    file(store)
    first = claimed(store)
    second = claimed(store, now=NOW + LEASE)
    succeed(store, first, LATER)
    done = delivery(store)
    assert (done.status, done.sent_at, done.answer) == (DeliveryStatus.SENT, LATER, "250 taken")
    settle(store, second, "answers 500", LATER)
    assert delivery(store) == done, "the other's failure changes nothing"
    assert claim(store, now=LATER) is None


def test_a_failure_is_tried_again_at_its_time(store: Store) -> None:
    file(store)
    settle(store, claimed(store), "answers 503", LATER)
    failed = delivery(store)
    assert (failed.status, failed.error, failed.next_at, failed.attempts) == (
        DeliveryStatus.PENDING,
        "answers 503",
        LATER,
        1,
    )
    assert claim(store) is None
    assert claimed(store, now=LATER).attempt == 2


def test_the_error_is_forgotten_once_it_is_sent(store: Store) -> None:
    file(store)
    settle(store, claimed(store), "answers 503", NOW)
    succeed(store, claimed(store))
    assert delivery(store).error is None


def test_the_failure_of_a_stale_claim_is_ignored(store: Store) -> None:
    file(store)
    stale = claimed(store)
    claimed(store, now=NOW + LEASE)
    settle(store, stale, "answers 500", None)
    assert delivery(store).status == DeliveryStatus.SENDING


def test_what_was_broken_off_is_due_at_once(store: Store) -> None:
    file(store)
    taken = claimed(store)
    with store.write() as tx:
        outbox.record(tx, [outcome(taken, PENDING)], NOW)
    assert claimed(store).attempt == 2


def test_a_stale_claim_is_not_put_back(store: Store) -> None:
    file(store)
    stale = claimed(store)
    claimed(store, now=NOW + LEASE)
    with store.write() as tx:
        outbox.record(tx, [outcome(stale, PENDING)], NOW)
    assert delivery(store).status == DeliveryStatus.SENDING


def test_given_up_until_somebody_asks_for_it(store: Store) -> None:
    file(store)
    settle(store, claimed(store), "answers 410", None)
    assert delivery(store).status == DeliveryStatus.FAILED
    assert claim(store, now=LATER) is None
    mail, hook = delivery(store).id, delivery(store, "hook").id
    with store.write() as tx:
        assert outbox.retry(tx, LATER, hook) == 0, "not given up"
        assert outbox.retry(tx, LATER, mail) == 1
    assert claim(store) is None
    assert claimed(store, now=LATER).attempt == 1, "with a new schedule"


def test_all_that_was_given_up_can_be_retried_at_once(store: Store) -> None:
    file(store)
    for channel in ("mail", "hook"):
        settle(store, claimed(store, channel), "down", None)
    with store.write() as tx:
        assert outbox.retry(tx, LATER) == 2
    for channel in ("mail", "hook"):
        succeed(store, claimed(store, channel, LATER))
    with store.write() as tx:
        assert outbox.retry(tx, LATER) == 0


def test_what_waits_for_its_next_attempt_can_be_hurried(store: Store) -> None:
    file(store)
    file(store, name="untried")
    settle(store, claimed(store), "down", LATER)
    with store.write() as tx:
        assert outbox.retry(tx, NOW) == 1, "what has not been tried is not late"
    assert claimed(store).attempt == 2, "its schedule goes on"


def test_what_waits_for_a_channel_that_is_gone(store: Store) -> None:
    file(store)
    succeed(store, claimed(store, "hook"))
    file(store, name="later", now=LATER)
    with store.write() as tx:
        assert outbox.orphans(tx, ["mail", "hook"]) == {}
        assert outbox.orphans(tx, ["hook"]) == {"mail": 2}
        assert outbox.give_up_orphans(tx, ["hook"], LATER) == 1
        assert outbox.orphans(tx, ["hook"]) == {"mail": 1}
        (given_up,) = overview.list_deliveries(tx, status=DeliveryStatus.FAILED)
    assert given_up.error == "the channel is not in monitor.yaml"


def test_when_the_next_delivery_is_due(store: Store) -> None:
    def due(channel: str = "mail") -> datetime | None:
        with store.read() as tx:
            return outbox.next_due(tx, channel)

    assert due() is None
    file(store, name="late", now=LATER)
    assert due() == LATER
    file(store)
    assert due() == NOW
    taken = claimed(store)
    assert due() == NOW + LEASE
    succeed(store, taken)
    assert (due(), due("hook"), due("other")) == (LATER, NOW, None)


def test_of_many_claimants_one_gets_a_delivery(store: Store) -> None:
    file(store, rule(channels=("mail",)))
    won = [taken for taken in race(4, lambda _: claim(store)) if taken]
    assert [taken.attempt for taken in won] == [1]


def test_many_claimants_share_many_deliveries(store: Store) -> None:
    for name in "abcd":
        file(store, name=name)
    won = race(4, lambda _: claim(store))
    assert len({taken.message.id for taken in won if taken}) == 4


def test_a_correction_names_the_message_that_it_corrects(store: Store) -> None:
    number = file(store, rule("railway"), rule("debt", channels=("hook",)))
    first = claimed(store)
    assert isinstance(first.message, Message)
    assert first.message.first_id is None
    changed = article(url="https://laostimes.example/1", title="The train, corrected")
    told = [rule("railway"), rule("debt")]
    with store.write() as tx:
        stories.write(tx, correction(number, changed, *told, now=LATER))
    succeed(store, first)
    second, third = said(store, LATER), said(store, LATER)
    assert (second.rule, second.correction, second.revision) == ("railway", True, 2)
    assert second.first_id == first.message.id
    assert second.id != first.message.id
    assert (third.rule, third.first_id) == ("debt", None), "its first word to this channel"


def test_a_message_stays_as_it_was_when_the_story_moves_on(store: Store) -> None:
    number = file(store)
    before = claimed(store).message
    changed = article(url="https://laostimes.example/1", title="Another title, no match")
    with store.write() as tx:
        stories.write(tx, correction(number, changed))
    assert claimed(store, now=NOW + LEASE).message == before


def test_deliveries_are_listed_with_what_they_are_about(store: Store) -> None:
    file(store, name="old")
    file(store, name="new", now=LATER)
    succeed(store, claimed(store))
    with store.read() as tx:
        listed = overview.list_deliveries(tx)
        assert [(one.title, one.channel, one.status) for one in listed] == [
            ("The train new", "hook", "pending"),
            ("The train new", "mail", "pending"),
            ("The train old", "hook", "pending"),
            ("The train old", "mail", "sent"),
        ]
        assert [one.title for one in overview.list_deliveries(tx, status=DeliveryStatus.SENT)] == [
            "The train old"
        ]
        assert overview.list_deliveries(tx, limit=1) == listed[:1]


def test_deliveries_are_counted_by_channel_and_status(store: Store) -> None:
    file(store, name="1")
    file(store, name="2")
    succeed(store, claimed(store))
    with store.read() as tx:
        assert overview.count_by_status(tx) == {
            "hook": {"pending": 2},
            "mail": {"pending": 1, "sent": 1},
        }


def test_alerts_are_listed_with_the_story_as_it_was_then(store: Store) -> None:
    number = file(store)
    changed = article(url="https://laostimes.example/1", title="The train, corrected")
    with store.write() as tx:
        stories.write(tx, correction(number, changed, rule()))
    with store.read() as tx:
        newest, oldest = overview.list_alerts(tx)
        assert overview.list_alerts(tx, limit=1) == [newest]
    assert (oldest.article.title, newest.article.title) == ("The train 1", "The train, corrected")
    assert (oldest.correction, newest.correction, newest.story) == (False, True, number)
    assert isinstance(newest.match, Match)
    assert newest.label == "Railway"


# --- notices of how sources are ------------------------------------------------------------------

FELL_ILL = Event(
    source="kpl",
    name="KPL",
    url="https://kpl.example/rss",
    health=Health.FROZEN,
    recovered=False,
    detail="its newest item is of 2018",
    since=NOW,
    created_at=NOW,
)


def tell(store: Store, event: Event = FELL_ILL, *channels: str) -> None:
    with store.write() as tx:
        history.tell(tx, event, map(Door, channels or ("mail", "hook", "mail")))


def test_a_notice_waits_like_an_alert(store: Store) -> None:
    tell(store)
    taken = claimed(store)
    assert taken.message == Notice(
        id=delivery(store).id,
        source="kpl",
        name="KPL",
        url="https://kpl.example/rss",
        health=Health.FROZEN,
        recovered=False,
        detail="its newest item is of 2018",
        since=NOW,
        created_at=NOW,
    )
    assert claim(store) is None, "each channel once"
    succeed(store, taken)
    sent = delivery(store)
    assert (sent.status, sent.rule, sent.story) == (DeliveryStatus.SENT, None, None)
    assert sent.title == "KPL: source is frozen"
    assert delivery(store, "hook").status == DeliveryStatus.PENDING


def test_alerts_and_notices_share_a_channel_in_the_order_of_time(store: Store) -> None:
    file(store, now=NOW + timedelta(minutes=1))
    tell(store)
    first, second = claimed(store, now=LATER).message, claimed(store, now=LATER).message
    assert (type(first), type(second)) == (Notice, Message)


def test_the_history_of_a_source(store: Store) -> None:
    recovery = replace(FELL_ILL, recovered=True, created_at=LATER)
    tell(store)
    tell(store, recovery)
    tell(store, replace(FELL_ILL, source="other"))
    with store.read() as tx:
        assert history.events(tx, "kpl") == [recovery, FELL_ILL]
        assert history.events(tx, "kpl", limit=1) == [recovery]


def test_gaps_are_kept_until_they_are_filled(store: Store) -> None:
    with store.write() as tx:
        history.open_gap(tx, "kpl", NOW - LEASE, NOW, LATER)
        history.open_gap(tx, "kpl", NOW, LATER, LATER)
        history.open_gap(tx, "other", NOW, LATER, LATER)
        history.fill_gap(tx, "kpl", NOW, LATER, 3)
    with store.read() as tx:
        filled, still_open = history.gaps_of(tx, "kpl")
        assert len(history.gaps_of(tx)) == 3
    assert (filled.since, filled.until, filled.filled_with) == (NOW, LATER, 3)
    assert (still_open.since, still_open.filled_at) == (NOW - LEASE, None)
