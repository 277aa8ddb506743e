"""When the owners of a channel hear of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.health.channels import PATIENCE, Seen, judge
from monitor.models import Health
from tests.builders import NOW

HOUR = timedelta(hours=1)
WAITS = Seen(waits_since=NOW - PATIENCE, waits_error="HTTP 500")


@pytest.mark.parametrize(
    ("seen", "health", "said"),
    [
        (Seen(closed_by="HTTP 410"), Health.GONE, "monitor channel enable hook"),
        (Seen(closed_by="HTTP 410", lost=3, lost_error="x"), Health.GONE, "HTTP 410"),
        (Seen(lost=1, lost_error="HTTP 403"), Health.FAILING, "an alert was given up: HTTP 403"),
        (Seen(lost=2, lost_error="x"), Health.FAILING, "2 alerts were given up: x"),
        (WAITS, Health.FAILING, "nothing was taken for a day"),
        (replace(WAITS, taken_at=NOW - PATIENCE), Health.FAILING, "HTTP 500"),
    ],
)
def test_it_is_ill(seen: Seen, health: Health, said: str) -> None:
    verdict = judge("hook", seen, NOW)
    assert verdict is not None
    assert (verdict.health, verdict.recovered) == (health, False)
    assert said in verdict.detail


@pytest.mark.parametrize(
    "seen",
    [
        Seen(),
        Seen(taken_at=NOW - 30 * PATIENCE),
        replace(WAITS, waits_since=NOW - PATIENCE + HOUR),
        replace(WAITS, taken_at=NOW - HOUR),
    ],
)
def test_it_is_not(seen: Seen) -> None:
    assert judge("hook", seen, NOW) is None


@pytest.mark.parametrize(
    "seen",
    [
        Seen(closed_by="HTTP 410"),
        Seen(lost=5, lost_error="x"),
        WAITS,
        Seen(),
        Seen(taken_at=NOW - 2 * HOUR),
        Seen(taken_at=NOW, closed_by="HTTP 410"),
    ],
)
def test_its_owners_are_told_once_and_not_before_something_is_taken(seen: Seen) -> None:
    assert judge("hook", replace(seen, ill_since=NOW - HOUR), NOW) is None


def test_it_recovers_when_something_is_taken() -> None:
    seen = Seen(taken_at=NOW - HOUR, ill_since=NOW - 2 * HOUR, was=Health.GONE)
    verdict = judge("hook", seen, NOW)
    assert verdict is not None
    assert (verdict.health, verdict.recovered) == (Health.GONE, True)
