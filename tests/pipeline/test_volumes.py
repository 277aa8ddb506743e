"""Rules on how many stories come: what is counted, and who is told when, on either database."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.errors import DeliveryError
from monitor.models import ChangeKind, Severity, StoryKind, VolumeAlert, VolumeKind, When
from monitor.pipeline import volumes as judging
from monitor.pipeline.kit import Kit
from monitor.store import Store, outbox, overview, silences, volumes
from tests.builders import Clock, rule
from tests.contracts.race import race
from tests.pipeline.desk import DAY, HOUR, Desk, counting, silent, spiking
from tests.pipeline.test_spread import Wire

# --- an alert, once an episode -------------------------------------------------------------------


async def test_no_story_alone_raises_an_alert_and_so_many_raise_one(
    store: Store, clock: Clock
) -> None:
    desk = Desk(store, clock, counting())
    assert (desk.story(2), desk.alerts()) == (0, [])
    assert desk.story() == 1
    (alert,) = desk.told()
    told = alert.told
    assert (told.kind, told.condition, told.number, told.more) == (
        *(VolumeKind.COUNT, ">= 3 in 24h"),
        *(3, 0),
    )
    assert told.reason == "count: 3 stories in 24 h"
    assert told.since == clock() - DAY
    assert [one.title for one in told.stories] == ["Train 3", "Train 2", "Train 1"]
    assert [one.url for one in told.stories] == [f"https://a.example/{n}" for n in (3, 2, 1)]
    assert alert.deliveries == (("mail", "pending"),)
    assert desk.alerts() == []  # on single stories


async def test_an_episode_is_told_once_and_the_next_one_again(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, counting())
    assert desk.story(3) == 1
    assert desk.story(5) + desk.judge() == 0
    clock.pass_(hours=25)
    assert desk.judge() == 0
    assert desk.story(3) == 0  # within the calm: the same episode
    clock.pass_(hours=25)
    desk.judge()
    clock.pass_(hours=7)
    desk.judge()
    assert desk.story(3) == 1
    assert len(desk.told()) == 2


async def test_at_most_twenty_stories_are_listed(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, counting(">= 23 in 24h"))
    assert desk.story(23) == 1
    (alert,) = desk.told()
    assert (len(alert.told.stories), alert.told.more, alert.told.number) == (20, 3, 23)


async def test_two_processes_that_judge_at_once_alert_once(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, silent())
    desk.days(9)
    clock.pass_(days=20)
    kits = [desk.make_kit((silent(),)) for _ in range(4)]
    assert sum(race(4, lambda number: judging.judge_all(kits[number]))) == 1
    assert len(desk.told()) == 1


async def test_stories_that_come_at_once_alert_once(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, counting())
    desk.story(2)

    def file(number: int) -> int:
        said: dict[str, Any] = {"title": f"Train X{number}", "body": (f"No. X{number}",)}
        return desk.carry("a.example", path=f"x{number}", **said)[1]

    assert sorted(race(4, file)) == [0, 0, 0, 1]


async def test_a_restart_does_not_tell_again(store: Store, clock: Clock) -> None:
    Desk(store, clock, counting()).story(3)
    again = Desk(store, clock, counting())
    assert again.judge() == 0
    assert len(again.told()) == 1


async def test_nothing_is_left_where_the_transaction_fails(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The episode is written with the alert, or not at all."""
    desk = Desk(store, clock, counting())
    desk.story(2)

    def fail(*_: object, **__: object) -> None:
        raise DeliveryError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(volumes, "write_alert", fail)
        with pytest.raises(DeliveryError):
            desk.story()
    assert desk.told() == []
    assert desk.story() == 1


# --- a spike and a silence, over weeks -----------------------------------------------------------


async def test_a_spike_waits_for_a_week_of_history(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, spiking())
    assert desk.story(10) == 0
    assert desk.days(7) + desk.story(20) == 0
    assert desk.days(9) == 0
    assert desk.story(20) == 1
    assert desk.reasons()[0].startswith("spike: ")
    assert desk.reasons()[0].endswith(" expected")


async def test_a_silence_is_told_on_the_schedule_with_the_last_stories(
    store: Store, clock: Clock
) -> None:
    desk = Desk(store, clock, silent())
    assert desk.days(28, each=2) == 0
    last = clock()
    clock.pass_(days=4.9)
    assert desk.judge() == 0
    clock.pass_(days=0.2)
    assert (desk.judge(), desk.judge()) == (1, 0)
    (alert,) = desk.told()
    assert (alert.told.number, alert.told.since, alert.told.more) == (0, last, 0)
    assert alert.told.reason.startswith("silence: no story in 5.1 days, ")
    assert [one.title for one in alert.told.stories] == ["Train 56", "Train 55", "Train 54"]
    assert desk.story() + desk.judge() == 0  # it is over
    clock.pass_(days=30)
    assert (desk.judge(), desk.judge()) == (1, 0)  # another one
    assert len(desk.told()) == 2


async def test_a_story_that_ends_a_silence_lets_the_next_one_begin(
    store: Store, clock: Clock
) -> None:
    desk = Desk(store, clock, silent())
    desk.days(14)
    clock.pass_(days=8)
    assert desk.judge() == 1
    desk.story()
    clock.pass_(hours=7)
    desk.judge()
    clock.pass_(days=12)
    assert desk.judge() == 1


# --- what is counted -----------------------------------------------------------------------------


async def test_a_story_counts_once_however_many_sites_carry_it(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, counting())
    for site in ("a.example", "b.example", "c.example", "d.example"):
        assert desk.carry(site)[1] == 0
    assert desk.carry("a.example", title="Train late")[0] is ChangeKind.REVISED
    assert len(desk.counted()) == 1


async def test_what_a_first_look_brings_is_no_news(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, counting())
    assert desk.story(5, baseline=True) == 0
    assert desk.carry("c.example", baseline=True)[0] is ChangeKind.NEW
    desk.carry("b.example")  # a copy of what was there
    assert desk.counted() == []


async def test_galleries_old_stories_and_other_matters_do_not_count(
    store: Store, clock: Clock
) -> None:
    desk = Desk(store, clock, counting(max_age=DAY))
    desk.story(kind=StoryKind.GALLERY)
    desk.story(updated=clock() - 3 * DAY, published=None)
    desk.story(title="A ship", body=("On a river",))
    assert desk.counted() == []
    desk.story(updated=clock())
    assert len(desk.counted()) == 1


async def test_a_story_that_meets_the_rule_only_when_corrected_counts_then(
    store: Store, clock: Clock
) -> None:
    desk = Desk(store, clock, counting())
    desk.carry("a.example", title="A ship", body=("On a river",))
    clock.pass_(hours=5)
    desk.carry("a.example", title="A train", body=("On a river",))
    assert desk.counted() == [clock()]


# --- a rule that is new --------------------------------------------------------------------------


async def test_a_new_rule_counts_the_archive_and_can_judge_at_once(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "BATCH", 3)
    desk = Desk(store, clock, rule("other", "ship"))
    desk.first_look()
    desk.days(10)
    for site in ("b.example", "c.example"):
        desk.carry(site)
    desk.take(spiking())
    assert desk.story() == 0  # not yet counted: nothing is judged
    assert judging.prepare(store, [spiking()], desk.kit.held.rules.concepts, clock()) == ["trains"]
    assert len(desk.counted()) == 10 + 1 + 1
    assert judging.prepare(store, [spiking()], desk.kit.held.rules.concepts, clock()) == []
    assert desk.story(15) == 1


async def test_the_archive_is_counted_to_the_same_end_by_two_at_once(
    store: Store, clock: Clock
) -> None:
    desk = Desk(store, clock, rule("other", "ship"))
    desk.story(12)
    concepts = desk.kit.held.rules.concepts
    race(4, lambda _: judging.prepare(store, [counting()], concepts, clock()))
    assert len(desk.counted()) == 12


async def test_a_changed_query_is_counted_anew(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, counting())
    assert desk.story(3) == 1
    desk.story(4, title="A ship", body=())
    desk.take(counting(query="ship"))
    assert len(desk.counted()) == 3
    assert desk.judge() == 1
    assert len(desk.counted()) == 4
    desk.take(counting(query="ship", name="trains", channels=("mail", "hook")))
    assert desk.judge() == 0  # a rule that goes elsewhere is the same


async def test_breaking_off_leaves_the_archive_to_be_counted(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, rule("other", "ship"))
    desk.story(3)
    concepts = desk.kit.held.rules.concepts
    assert judging.prepare(store, [counting()], concepts, clock(), going=lambda: False) == []
    with store.read() as tx:
        assert volumes.state(tx, "trains") is None
    assert judging.prepare(store, [counting()], concepts, clock()) == ["trains"]


async def test_of_texts_that_were_let_go_nothing_is_known(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, rule("other", "ship"))
    desk.days(10)
    with store.write() as tx:
        tx.exec_driver_sql("UPDATE stories SET pruned_at = changed_at WHERE id <= 5")
    desk.take(spiking())
    desk.judge()
    with store.read() as tx:
        state = volumes.state(tx, "trains")
        fifth = tx.exec_driver_sql("SELECT count(*) FROM counted").scalar_one()
    assert state is not None
    assert clock() - state.known_since < 6 * DAY
    assert fifth == 5


# --- its ways ------------------------------------------------------------------------------------


async def test_a_silenced_rule_is_told_to_nobody_and_kept(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, counting())
    with store.write() as tx:
        silences.add(tx, "trains", clock() + DAY, "we know", clock())
    desk.story(3)
    (alert,) = desk.told()
    assert alert.withheld is not None
    assert alert.withheld.endswith("we know")
    assert alert.deliveries == ()


async def test_it_goes_out_with_others_in_a_digest(store: Store, clock: Clock) -> None:
    rules = (
        counting(when=When.DIGEST),
        rule("each", "train", channels=("mail",), when=When.DIGEST),
    )
    desk = Desk(store, clock, *rules)
    desk.story(3)
    with store.read() as tx:
        (waiting,) = overview.list_deliveries(tx)
    assert waiting.title == "digest of 4 alerts"
    with store.write() as tx:
        (claim,) = outbox.read(tx, outbox.claim(tx, "mail", clock() + 2 * DAY, HOUR))
    told: Any = claim.message
    assert (len(told.alerts), len(told.volumes), told.size) == (3, 1, 4)


async def test_what_a_channel_is_told_is_the_same_at_every_attempt(
    store: Store, clock: Clock
) -> None:
    desk = Desk(store, clock, counting(severity=Severity.URGENT))
    desk.story(3, title="Train \x00\ud800 <b>")
    taken = list[VolumeAlert]()
    for later in (HOUR, 3 * HOUR):
        with store.write() as tx:
            (claim,) = outbox.read(tx, outbox.claim(tx, "mail", clock() + later, HOUR))
        assert isinstance(claim.message, VolumeAlert)
        taken.append(claim.message)
        desk.carry("a.example", path="1", title=f"Train, {later}")
    assert taken[0] == taken[1]
    assert taken[0].id.startswith("msg_")
    assert taken[0].severity is Severity.URGENT
    with store.read() as tx:
        (listed,) = overview.list_deliveries(tx)
    assert (listed.rule, listed.story) == ("trains", None)
    assert listed.title == "Trains: count: 3 stories in 24 h"
    assert json.dumps([one.title for one in taken[0].stories])


async def test_old_counts_are_let_go_but_for_the_last(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, counting())
    desk.story(2)
    clock.pass_(days=500)
    desk.judge()
    with store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM counted").scalar_one() == 1


def test_other_rules_are_left_alone(store: Store, clock: Clock) -> None:
    kit: Kit = Wire(store, clock, (rule(),)).kit
    assert judging.judge_all(kit) == 0
    with store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM episodes").scalar_one() == 0
