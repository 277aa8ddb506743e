"""What rules and channels say of the ways of alerts holds for stories that come in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.match import RuleSet
from monitor.models import Severity, When
from monitor.settings import MonitorFile
from monitor.store import overview, silences
from monitor.store.overview import AlertRow, Delivery
from tests.builders import Clock, rule
from tests.pipeline.conftest import NewsDesk

# The first look is at 10:00 UTC, the second at 12:00: 19:00 in Vientiane.
EVENING = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MAIL = {"kind": "email", "host": "mail.example", "sender": "m@x.example", "security": "none"}


def settings(**of_mail: Any) -> MonitorFile:
    mail = MAIL | {"to": ["desk@x.example"]} | of_mail
    return MonitorFile.model_validate({"channels": {"mail": mail}})


async def told(
    desk: NewsDesk, titles: str | tuple[str, ...] = "A train", of_mail: Any = None, **of_rule: Any
) -> tuple[list[AlertRow], list[Delivery]]:
    """What becomes of stories that come at EVENING; the oldest first."""
    one = rule(query="train", channels=("mail",), **of_rule)
    kit: dict[str, Any] = {"rules": RuleSet.compile([one]), "settings": settings(**(of_mail or {}))}
    await desk.look(**kit)
    for number, title in enumerate((titles,) if isinstance(titles, str) else titles):
        desk.site.publish(f"new-{number}", title)
    await desk.look(**kit)
    with desk.store.read() as tx:
        return overview.list_alerts(tx)[::-1], overview.list_deliveries(tx)[::-1]


async def test_each_recipient_of_a_mail_has_a_delivery(desk: NewsDesk) -> None:
    _, waiting = await told(desk, of_mail={"to": ["a@x.example", "b@x.example"]})
    assert {one.recipient for one in waiting} == {"a@x.example", "b@x.example"}
    assert {one.next_at for one in waiting} == {EVENING}


async def test_quiet_hours_are_meant_in_the_time_zone_of_the_file(desk: NewsDesk) -> None:
    _, (waiting,) = await told(desk, of_mail={"quiet": "19:00-06:00"})
    assert (waiting.next_at, waiting.held) == (
        datetime(2026, 11, 20, 23, 0, tzinfo=UTC),
        "quiet hours 19:00-06:00",
    )


async def test_a_channel_may_have_a_time_zone_of_its_own(desk: NewsDesk) -> None:
    berlin = {"quiet": "19:00-06:00", "timezone": "Europe/Berlin"}
    _, (waiting,) = await told(desk, of_mail=berlin)
    assert (waiting.next_at, waiting.held) == (EVENING, None)


async def test_what_is_urgent_breaks_through(desk: NewsDesk) -> None:
    of_mail = {"quiet": "19:00-06:00", "days": "sun", "throttle": 1}
    (alert,), (waiting,) = await told(desk, of_mail=of_mail, severity=Severity.URGENT)
    assert (alert.severity, waiting.next_at, waiting.held) == (Severity.URGENT, EVENING, None)


async def test_a_rule_whose_alerts_wait_for_the_digest(desk: NewsDesk) -> None:
    alerts, (waiting,) = await told(desk, ("A train", "B train"), when=When.DIGEST)
    assert len(alerts) == 2
    assert (waiting.title, waiting.held) == ("digest of 2 alerts", "digest, daily at 07:00")
    assert waiting.next_at == datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


async def test_a_window_of_a_rule(desk: NewsDesk) -> None:
    _, (waiting,) = await told(desk, ("A train", "B train"), group=timedelta(minutes=10))
    assert (waiting.title, waiting.next_at) == (
        "group of 2 alerts",
        EVENING + timedelta(minutes=10),
    )


async def test_the_surplus_of_an_hour_goes_out_as_one(desk: NewsDesk) -> None:
    names = tuple(f"{letter} train" for letter in "ABCDE")
    alerts, waiting = await told(desk, names, of_mail={"throttle": 2})
    assert len(alerts) == 5
    by_time = sorted(waiting, key=lambda one: one.next_at)
    assert [one.next_at for one in by_time] == [EVENING, EVENING, EVENING + timedelta(hours=1)]
    assert (by_time[2].title, by_time[2].held) == ("surplus of 3 alerts", "2 an hour at most")


async def test_nobody_hears_of_a_rule_that_is_silenced(desk: NewsDesk, clock: Clock) -> None:
    with desk.store.write() as tx:
        silences.add(tx, "railway", clock() + timedelta(days=1), "we know", clock())
    (alert,), waiting = await told(desk)
    assert waiting == []
    assert alert.withheld == "silenced until 2026-11-21 08:00 UTC: we know"


async def test_nobody_hears_of_what_is_too_old(desk: NewsDesk) -> None:
    desk.clock.pass_(days=30)
    (alert,), waiting = await told(desk, max_age=timedelta(days=7))
    assert waiting == []
    assert alert.withheld is not None
    assert alert.withheld.startswith("older than 1w: it is of 2026-11-")


async def test_a_channel_that_a_reload_has_not_brought_yet_loses_nothing(desk: NewsDesk) -> None:
    one = RuleSet.compile([rule(query="train", channels=("new",))])
    await desk.look(rules=one)
    desk.site.publish("new", "A train")
    await desk.look(rules=one)
    with desk.store.read() as tx:
        assert [delivery.channel for delivery in overview.list_deliveries(tx)] == ["new"]
