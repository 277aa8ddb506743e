"""A new rule looks back only when it is asked to, and tells of what it finds as one."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.errors import DeliveryError
from monitor.models import Collection, Rule, Severity, StoryKind, When
from monitor.pipeline import backfill
from monitor.settings import MonitorFile
from monitor.store import Store, backfills, outbox, overview, silences
from monitor.store.messages import Told
from tests.builders import Clock, rule
from tests.contracts.race import race
from tests.pipeline.desk import DAY, Desk

ELSE = rule("ships", "ship")


def asking(query: str = "train", *, days: int = 7, **changes: Any) -> Rule:
    return rule("trains", query, **{"channels": ("mail",), "backfill": days * DAY} | changes)


def look_back(desk: Desk, *rules: Rule) -> int:
    """These rules from now on, as after a change of rules.yaml."""
    desk.take(*rules)
    return backfill.look_back(desk.kit)


def titles(desk: Desk) -> list[str]:
    """Of the stories that somebody is told of, the oldest first."""
    with desk.store.read() as tx:
        return [alert.article.title for alert in overview.list_alerts(tx)[::-1]]


def sent(desk: Desk, channel: str = "mail") -> list[Told]:
    """What goes out on a channel now."""
    with desk.store.write() as tx:
        taken = outbox.claim(tx, channel, desk.clock(), DAY, limit=50)
        return [one.message for one in outbox.read(tx, taken)]


async def test_without_the_key_nobody_is_told_of_the_archive(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, ELSE)
    desk.story(3)
    assert look_back(desk, asking(backfill=None)) == 0
    assert titles(desk) == []


async def test_what_it_finds_goes_out_as_one(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, ELSE)
    desk.story(3)
    assert look_back(desk, asking()) == 3
    (told,) = sent(desk)
    assert isinstance(told, Collection)
    assert told.kind == "backfill"
    assert [one.article.title for one in told.alerts] == ["Train 1", "Train 2", "Train 3"]
    assert {one.reason for one in told.alerts} == {"found looking back 1w"}
    assert [span.text for one in told.alerts for span in one.match.spans][:1] == ["Train"]


async def test_very_much_is_written_in_portions_and_told_of_once(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "PORTION", 2)
    desk = Desk(store, clock, ELSE)
    desk.story(5)
    assert look_back(desk, asking()) == 5
    assert sorted(titles(desk)) == [f"Train {number}" for number in range(1, 6)]
    assert look_back(desk, asking()) == 0


async def test_what_dies_between_two_portions_goes_on_where_it_was(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "PORTION", 2)
    desk = Desk(store, clock, ELSE)
    desk.story(5)
    alerts_of, calls = backfills.told_of, 0

    def dies_at_the_second(*of: Any) -> set[tuple[str, int]]:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise DeliveryError("power cut")
        return alerts_of(*of)

    with monkeypatch.context() as patch:
        patch.setattr(backfills, "told_of", dies_at_the_second)
        with pytest.raises(DeliveryError):
            look_back(desk, asking())
    assert len(titles(desk)) == 2
    assert look_back(desk, asking()) == 3
    assert len(set(titles(desk))) == 5


async def test_a_single_one_goes_out_as_it_would_by_itself(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, ELSE)
    desk.story()
    assert look_back(desk, asking()) == 1
    (told,) = sent(desk)
    assert not isinstance(told, Collection)


async def test_it_looks_back_once(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, ELSE)
    desk.story(2)
    assert look_back(desk, asking()) == 2
    assert look_back(desk, asking(name="Other words of its name")) == 0
    assert look_back(desk, ELSE) == 0
    assert look_back(desk, asking()) == 0, "taken out, and put back"
    assert len(titles(desk)) == 2


async def test_with_another_query_it_tells_of_what_it_has_not_told_of(
    store: Store, clock: Clock
) -> None:
    desk = Desk(store, clock, ELSE)
    desk.story(2)
    desk.story(title="A bus", body=("No train.",))
    desk.story(title="A tram", body=("Rails in the city.",))
    look_back(desk, asking("bus"))
    assert look_back(desk, asking("bus OR tram")) == 1
    assert titles(desk) == ["A bus", "A tram"]


async def test_what_a_rule_told_of_as_it_came_is_not_told_again(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, asking(backfill=None))
    desk.story(2)
    assert look_back(desk, asking()) == 0
    assert len(titles(desk)) == 2


@pytest.mark.parametrize("known", [False, True], ids=["the rule is new", "it matched then"])
async def test_what_a_first_look_found_is_told_of_if_it_is_not_old(
    store: Store, clock: Clock, known: bool
) -> None:
    desk = Desk(store, clock, *[asking(backfill=None)] * known)
    desk.story(baseline=True, published=clock() - 2 * DAY, updated=None)
    desk.story(baseline=True, published=clock() - 20 * DAY, updated=None)
    desk.story(baseline=True, title="A train without a date", published=None, updated=None)
    assert titles(desk) == []
    assert look_back(desk, asking()) == 2
    assert titles(desk) == ["Train 1", "A train without a date"]


async def test_it_looks_back_as_far_as_is_said(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, ELSE)
    for _ in range(12):
        desk.story(published=clock())
        clock.pass_(days=1)
    short, long_ = asking(days=3), rule("long", "train", backfill=9 * DAY, channels=("mail",))
    assert look_back(desk, short, long_) == 3 - 1 + 9 - 1, "a minute more has passed at each"


async def test_nothing_old_by_the_rule_s_own_measure(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, ELSE)
    desk.story(published=clock() - 2 * DAY, updated=None)
    assert look_back(desk, asking(max_age=DAY)) == 0
    with store.read() as tx:
        (alert,) = overview.list_alerts(tx)
    assert alert.withheld is not None
    assert alert.withheld.startswith("older than 1d")


async def test_a_silenced_rule_tells_nobody(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, ELSE)
    desk.story(2)
    with store.write() as tx:
        silences.add(tx, "trains", clock() + DAY, "we know", clock())
    assert look_back(desk, asking()) == 0
    assert sent(desk) == []


async def test_copies_are_told_of_once_and_galleries_never(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, ELSE)
    for site in ("a.example", "b.example", "c.example"):
        desk.carry(site, title="One train for all")
    desk.story(kind=StoryKind.GALLERY)
    assert look_back(desk, asking()) == 1


async def test_a_rule_that_counts_sites_holds_of_as_many_as_there_are(
    store: Store, clock: Clock
) -> None:
    desk = Desk(store, clock, ELSE)
    for site in ("a.example", "b.example", "c.example"):
        desk.carry(site, title="One train for all")
    assert look_back(desk, asking("train AND carried >= 4")) == 0
    assert look_back(desk, asking("train AND carried >= 3")) == 1


async def test_an_urgent_rule_and_one_of_a_digest(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, ELSE)
    desk.story(2)
    urgent = asking(severity=Severity.URGENT)
    later = rule("later", "train", channels=("mail",), backfill=7 * DAY, when=When.DIGEST)
    assert look_back(desk, urgent, later) == 4
    with store.read() as tx:
        waiting = overview.list_deliveries(tx)
    assert {one.held for one in waiting} == {
        "digest, daily at 07:00",
        "goes out with all that the rule finds in the archive",
    }
    (told,) = sent(desk)
    assert isinstance(told, Collection)
    assert told.kind == "backfill"


async def test_quiet_hours_hold_it_back(sqlite_store: Store, clock: Clock) -> None:
    desk = Desk(sqlite_store, clock, ELSE)
    hours = {"kind": "console", "quiet": "00:00-23:59", "timezone": "UTC"}
    settings = MonitorFile.model_validate({"channels": {"mail": hours}})
    desk.story(2)
    desk.take(asking())
    object.__setattr__(desk.kit, "settings", settings)
    assert backfill.look_back(desk.kit) == 2
    assert sent(desk) == []
    clock.pass_(hours=24)
    assert len(sent(desk)) == 1


async def test_two_processes_tell_once(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, ELSE)
    desk.story(3)
    kits = [desk.make_kit((asking(),)) for _ in range(4)]
    assert sum(race(4, lambda number: backfill.look_back(kits[number]))) == 3
    assert len(titles(desk)) == 3


async def test_a_story_that_comes_meanwhile_is_told_of_once(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, ELSE)
    desk.story(2)
    desk.take(asking())
    came = False

    def going() -> bool:
        nonlocal came
        if not came:
            came = True
            desk.story()
        return True

    assert backfill.look_back(desk.kit, going=going) == 2
    assert sorted(titles(desk)) == ["Train 1", "Train 2", "Train 3"]


async def test_nothing_is_half_told(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(store, clock, ELSE)
    desk.story(2)

    def fail(*_: object) -> None:
        raise DeliveryError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(backfills, "finish", fail)
        with pytest.raises(DeliveryError):
            look_back(desk, asking())
    assert titles(desk) == []
    assert look_back(desk, asking()) == 2


async def test_what_is_told_to_stop_tells_nothing_and_begins_anew(
    store: Store, clock: Clock
) -> None:
    desk = Desk(store, clock, ELSE)
    desk.story(2)
    desk.take(asking())
    assert backfill.look_back(desk.kit, going=lambda: False) == 0
    assert titles(desk) == []
    assert backfill.look_back(desk.kit) == 2


async def test_a_rule_of_an_empty_archive_has_looked_back(store: Store, clock: Clock) -> None:
    """As at the first start: what the first look then finds is a baseline."""
    desk = Desk(store, clock, ELSE)
    assert look_back(desk, asking()) == 0
    desk.story(3, baseline=True)
    assert look_back(desk, asking()) == 0


@pytest.mark.parametrize("days", [1, 7])
async def test_its_deliveries_bear_the_ids_that_a_second_time_would_give(
    sqlite_store: Store, clock: Clock, days: int
) -> None:
    """A backup that was taken before is restored: who was told knows the id."""
    desk = Desk(sqlite_store, clock, ELSE)
    desk.story(2)
    look_back(desk, asking(days=days))
    first = [one.id for one in sent(desk)]
    with sqlite_store.write() as tx:
        for table in ("bundle_items", "deliveries", "bundles", "alerts", "matches", "backfills"):
            tx.exec_driver_sql(f"DELETE FROM {table}")
    clock.pass_(hours=1)
    look_back(desk, asking(days=days))
    assert [one.id for one in sent(desk)] == first
    assert len(first) == 1
