"""From an alert to its ways: what the rule wants, and what the channel allows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.hours import Hours, parse_days, parse_quiet
from monitor.models import Severity, When
from monitor.routing import Bundle, BundleKind, Edition, Policy, Way, too_old, way
from tests.builders import article, rule

VIENTIANE = ZoneInfo("Asia/Vientiane")
NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)  # a Friday, 12:00 in Vientiane
NIGHT = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # 23:00 there
MORNING = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # 06:30 there, of Saturday
OPEN = Policy(Hours(VIENTIANE))
QUIET = Policy(Hours(VIENTIANE, parse_quiet("22:00-06:30")))


def never(channel: str, moment: datetime) -> Sequence[datetime]:
    return []


def sent(*times: datetime) -> Any:
    return lambda channel, moment: [at for at in times if at > moment]


def the_way(policy: Policy, now: datetime, sent_after: Any = never, **of_rule: Any) -> Way:
    return way(rule(**of_rule), "mail", policy, now, sent_after)


def test_at_once_where_nothing_stands_against_it() -> None:
    assert the_way(OPEN, NOON) == Way("mail", ("",), NOON)


def test_quiet_hours_hold_it_until_they_end() -> None:
    assert the_way(QUIET, NIGHT) == Way("mail", ("",), MORNING, "quiet hours 22:00-06:30")
    assert the_way(QUIET, NOON) == Way("mail", ("",), NOON)


def test_a_day_off_holds_it_until_the_next_working_day() -> None:
    policy = Policy(Hours(VIENTIANE, days=parse_days("sun-thu")))
    held = the_way(policy, NOON)
    assert (held.at, held.held) == (datetime(2026, 11, 21, 17, tzinfo=UTC), "no working day")


@pytest.mark.parametrize(
    "policy",
    [QUIET, Policy(Hours(VIENTIANE, days=parse_days("mon"))), Policy(Hours(VIENTIANE), throttle=1)],
)
def test_what_is_urgent_goes_out_at_once(policy: Policy) -> None:
    busy = sent(NIGHT - timedelta(minutes=1))
    found = the_way(policy, NIGHT, busy, severity=Severity.URGENT, group=timedelta(hours=1))
    assert found == Way("mail", ("",), NIGHT)


def test_each_recipient_has_a_delivery() -> None:
    policy = Policy(Hours(VIENTIANE), recipients=("a@desk.example", "b@desk.example"))
    assert the_way(policy, NOON).recipients == ("a@desk.example", "b@desk.example")


def test_a_rule_may_wait_for_the_digest() -> None:
    weekly = Policy(Hours(VIENTIANE), edition=Edition(time(7), parse_days("mon")))
    due = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    found = the_way(weekly, NOON, when=When.DIGEST)
    assert found.bundle == Bundle(BundleKind.DIGEST, "", due, VIENTIANE.key)
    assert (found.at, found.held) == (due, "digest, mon at 07:00")
    daily = the_way(OPEN, NOON, when=When.DIGEST)
    assert (daily.at, daily.held) == (
        datetime(2026, 11, 21, 0, 0, tzinfo=UTC),
        "digest, daily at 07:00",
    )


def test_a_digest_keeps_the_hours_of_its_channel() -> None:
    policy = Policy(Hours(VIENTIANE, parse_quiet("22:00-08:00"), parse_days("mon-fri")))
    found = the_way(policy, NOON, when=When.DIGEST)
    monday = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08:00 in Vientiane
    assert (found.at, found.held) == (monday, "digest, daily at 07:00")


def test_a_window_in_which_a_rules_alerts_go_out_as_one() -> None:
    found = the_way(OPEN, NOON, group=timedelta(minutes=10))
    due = NOON + timedelta(minutes=10)
    assert found.bundle == Bundle(BundleKind.GROUP, "railway", due, VIENTIANE.key)
    assert (found.at, found.held) == (due, "goes out with what follows in 10m")


def test_a_window_that_ends_in_quiet_hours_lasts_until_they_end() -> None:
    late = NIGHT - timedelta(hours=1, minutes=5)
    assert the_way(QUIET, late, group=timedelta(minutes=10)).at == MORNING


def test_the_surplus_of_an_hour_waits_for_the_next() -> None:
    policy = Policy(Hours(VIENTIANE), throttle=2)
    first, second = NOON - timedelta(minutes=50), NOON - timedelta(minutes=20)
    assert the_way(policy, NOON, sent(first)).bundle is None
    found = the_way(policy, NOON, sent(first, second))
    due = first + timedelta(hours=1)
    assert found.bundle == Bundle(BundleKind.SURPLUS, "", due, VIENTIANE.key)
    assert (found.at, found.held) == (due, "2 an hour at most")
    long_ago = NOON - timedelta(hours=1)
    assert the_way(policy, NOON, sent(long_ago, second)).bundle is None


def test_the_morning_is_no_flood() -> None:
    """What quiet hours hold counts in the hour in which it goes out."""
    policy = Policy(Hours(VIENTIANE, parse_quiet("22:00-06:30")), throttle=2)
    found = the_way(policy, NIGHT, sent(MORNING, MORNING))
    assert found.bundle == Bundle(
        BundleKind.SURPLUS, "", MORNING + timedelta(hours=1), VIENTIANE.key
    )
    assert the_way(policy, NIGHT, sent(MORNING)).at == MORNING


@pytest.mark.parametrize(
    ("dates", "days", "told"),
    [
        ({"updated": date(2026, 11, 16), "published": None}, 2, False),
        ({"updated": date(2026, 11, 17), "published": None}, 2, True),
        ({"updated": None, "published": datetime(2026, 11, 18, 4, tzinfo=UTC)}, 2, False),
        ({"updated": None, "published": datetime(2026, 11, 18, 6, tzinfo=UTC)}, 2, True),
        ({"updated": date(2026, 11, 20), "published": date(2020, 1, 1)}, 2, True),
        ({"updated": None, "published": None}, 2, True),
        ({"updated": date(2001, 1, 1), "published": None}, None, True),
        ({"updated": datetime.fromisoformat("2026-11-01T06:00"), "published": None}, 2, False),
    ],
)
def test_nobody_is_told_of_what_is_too_old(
    dates: dict[str, Any], days: int | None, told: bool
) -> None:
    limit = None if days is None else timedelta(days=days)
    why = too_old(rule(max_age=limit), article(**dates), NOON)
    assert (why is None) == told
    if why:
        assert why.startswith("older than 2d: it is of 2026-11-")
