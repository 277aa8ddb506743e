"""Digests that are opened ahead, and what is kept with them: the same on either database."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from sqlalchemy import insert, update

from monitor.alert import digest_id
from monitor.background import DAYS
from monitor.models import Change, ChangeKind, Collection, DeliveryStatus, Health
from monitor.routing import Bundle, BundleKind, Way
from monitor.store import Store, backgrounds, editions, outbox, overview, stories
from monitor.store.outbox import Claim
from monitor.store.tables import alerts, sources
from tests.builders import NOW, alert, article, batch, match, rule

HOUR = timedelta(hours=1)
DUE = NOW + timedelta(hours=10)
BUNDLE = Bundle(BundleKind.DIGEST, "", DUE, "Asia/Vientiane")
EDITION = Way("mail", ("a@x.example", "b@x.example"), DUE, "digest, daily at 07:00", BUNDLE)


def opened(store: Store, way: Way = EDITION) -> bool:
    with store.write() as tx:
        return editions.open_ahead(tx, way, NOW)


def file(
    store: Store, name: str, site: str = "laostimes.example", copy_of: int | None = None
) -> int:
    """A story, on which the digest is alerted unless it is a copy."""
    story = article(url=f"https://{site}/{name}", title=f"The train {name}", site=site)
    one, found = rule(), match(story=story)
    raised = [] if copy_of else [alert(one, found, ways=(EDITION,))]
    change = Change(ChangeKind.COPY, "a copy", copy_of) if copy_of else None
    more = {"change": change} if change else {}
    with store.write() as tx:
        number, _ = stories.write(tx, batch(story, one, alerts=raised, **more))
        return number


def taken(store: Store) -> Claim:
    with store.write() as tx:
        (found,) = outbox.read(tx, outbox.claim(tx, "mail", DUE, HOUR))
    return found


def told(store: Store) -> Collection:
    message = taken(store).message
    assert isinstance(message, Collection)
    return message


def listed(store: Store) -> list[overview.Delivery]:
    with store.read() as tx:
        return overview.list_deliveries(tx)


def test_nothing_was_found_and_it_goes_out(store: Store) -> None:
    assert opened(store)
    assert {one.title for one in listed(store)} == {"digest of 0 alerts"}
    first, second = told(store), told(store)
    assert first.alerts == second.alerts == ()
    assert (first.kind, first.due, first.background.zone) == ("digest", DUE, "Asia/Vientiane")
    assert first.id == digest_id("mail", DUE, "a@x.example")


def test_an_edition_is_opened_once(store: Store) -> None:
    assert opened(store)
    assert not opened(store)
    assert len(listed(store)) == 2
    for _ in range(2):
        taken(store)
    assert not opened(store), "not even when it was sent"
    later = DUE + timedelta(days=1)
    next_ = dataclasses.replace(EDITION, at=later, bundle=dataclasses.replace(BUNDLE, due=later))
    assert opened(store, next_)


def test_alerts_join_what_is_open(store: Store) -> None:
    opened(store)
    file(store, "a")
    assert len(listed(store)) == 2
    assert [each.article.title for each in told(store).alerts] == ["The train a"]


def test_none_is_opened_beside_one_that_alerts_brought(store: Store) -> None:
    file(store, "a")
    assert not opened(store)


def test_an_empty_one_is_taken_back_and_no_other(store: Store) -> None:
    opened(store)
    with store.write() as tx:
        editions.take_back(tx, ["mail"])
    assert len(listed(store)) == 2, "it is still wanted"
    with store.write() as tx:
        editions.take_back(tx, [])
    assert listed(store) == []
    file(store, "a")
    with store.write() as tx:
        editions.take_back(tx, [])
    assert len(listed(store)) == 2, "there is something in it"


def test_one_that_was_taken_is_not_taken_back(store: Store) -> None:
    opened(store)
    taken(store)
    with store.write() as tx:
        editions.take_back(tx, [])
    assert len(listed(store)) == 2


# --- what is kept with it -----------------------------------------------------------------------


def test_what_surrounds_it_is_the_same_at_every_attempt(store: Store) -> None:
    first = file(store, "a")
    file(store, "a", "xinhua.example", copy_of=first)
    with store.write() as tx:
        values = {"id": "kpl", "url": "https://kpl.example/", "watched": True}
        condition = {"health": "failing", "since": NOW.isoformat(), "detail": "down"}
        ill = {"health": Health.FAILING, "condition": condition}
        tx.execute(insert(sources).values(values | ill))
    claim = taken(store)
    assert isinstance(claim.message, Collection)
    background = claim.message.background
    carried = background.carried[first]
    assert [(each.site, each.url) for each in carried.carriers] == [
        ("laostimes.example", "https://laostimes.example/a"),
        ("xinhua.example", "https://xinhua.example/a"),
    ]
    assert [(each.name, each.health, each.since, each.detail) for each in background.ill] == [
        ("kpl", "failing", NOW, "down")
    ]
    assert background.watched == 1
    file(store, "a", "pasaxon.example", copy_of=first)
    with store.write() as tx:
        tx.execute(update(sources).values(health=Health.OK))
        broke = outbox.Outcome(claim.message.id, claim.attempt, DeliveryStatus.PENDING, next_at=DUE)
        outbox.record(tx, [broke], DUE)
    again, other = told(store), told(store)
    assert again.background == background
    assert other.background == background, "each recipient is shown the same"


def test_alerts_are_counted_by_the_days_of_the_channel(store: Store) -> None:
    """The 20th begins in Vientiane at 17:00 UTC of the 19th."""
    file(store, "a")
    for name, hours in {"b": 16, "c": 15, "d": 24 * 30}.items():
        number = file(store, name)
        with store.write() as tx:
            mine = update(alerts).where(alerts.c.story_id == number)
            tx.execute(mine.values(created_at=NOW - timedelta(hours=hours)))
    (volume,) = told(store).background.volumes
    assert volume.rule == "railway"
    assert volume.days == (*[0] * (DAYS - 3), 1, 2, 0), "the last day is that of the edition"


def test_what_nobody_was_told_of_is_not_counted(store: Store) -> None:
    number = file(store, "a")
    with store.write() as tx:
        tx.execute(update(alerts).where(alerts.c.story_id == number).values(withheld="silenced"))
    assert told(store).background.volumes == ()


def test_one_story_alone_is_surrounded_for_a_preview(store: Store) -> None:
    number = file(store, "a")
    with store.read() as tx:
        background = backgrounds.now(tx, number, DUE, "Asia/Vientiane")
    assert background.carried.keys() == {number}
    assert sum(background.volumes[0].days) == 1
