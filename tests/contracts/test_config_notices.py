"""Every store: what is told of the configuration, once."""

from __future__ import annotations

from datetime import timedelta

from monitor.models import ConfigNotice
from monitor.routing import Door
from monitor.store import Store, confignotices, outbox, overview
from monitor.store.overview import Delivery
from tests.builders import NOW

LATER = NOW + timedelta(hours=1)
OPEN, GHOST = "rules.yaml:7: rules.railway.query: not closed", "own.yaml:3: 老挝: a ghost"
LEASE = timedelta(minutes=3)


def wrong(store: Store, *problems: str, hours: int = 0) -> bool:
    with store.write() as tx:
        now = NOW + timedelta(hours=hours)
        return confignotices.went_wrong(tx, "config", problems, now, [Door("mail")])


def right(store: Store, hours: int = 0) -> bool:
    with store.write() as tx:
        return confignotices.is_right(tx, "config", NOW + timedelta(hours=hours), [Door("mail")])


def waiting(store: Store) -> list[Delivery]:
    with store.read() as tx:
        return list(reversed(overview.list_deliveries(tx)))


def test_it_is_told_once_until_something_else_is_wrong_or_all_is_right(store: Store) -> None:
    assert not right(store), "nothing was wrong"
    assert wrong(store, OPEN)
    assert not wrong(store, OPEN, hours=1)
    assert wrong(store, OPEN, GHOST, hours=2)
    assert right(store, hours=3)
    assert not right(store, hours=4)
    assert wrong(store, OPEN, GHOST, hours=5), "again"
    assert [one.title for one in waiting(store)] == [
        "configuration: wrong",
        "configuration: wrong",
        "configuration: right again",
        "configuration: wrong",
    ]
    assert {(one.rule, one.story) for one in waiting(store)} == {(None, None)}


def test_it_is_claimed_as_it_was_written(store: Store) -> None:
    wrong(store, OPEN, GHOST)
    right(store, hours=1)
    told = []
    with store.write() as tx:
        for _ in range(2):
            (claim,) = outbox.read(tx, outbox.claim(tx, "mail", LATER, LEASE))
            told.append(claim.message)
    problems = (OPEN, GHOST)
    ids = [one.id for one in waiting(store)]
    assert told == [
        ConfigNotice(ids[0], "config", False, problems, since=NOW, created_at=NOW),
        ConfigNotice(ids[1], "config", True, problems, since=NOW, created_at=LATER),
    ]
