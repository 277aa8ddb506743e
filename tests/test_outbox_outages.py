"""The outbox while the database is away, and with leases that would not last."""

from __future__ import annotations

import pytest

from monitor import outbox as sending
from monitor.deliver import Outlets
from monitor.deliver.base import Told
from monitor.outbox import LEASE
from monitor.store import Store, outbox
from tests.builders import Clock
from tests.deliver.tools import webhook
from tests.servers import Request, answer
from tests.test_outbox import PENDING, SENT, Scripted, office_of, rename, serving
from tests.waiting import until


async def test_what_was_taken_is_written_down_when_the_database_is_back(
    sqlite_store: Store,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(sending, "RECORD_PAUSE", 0.01)

    asked: list[Request] = []

    def taken(request: Request) -> bytes:
        asked.append(request)
        if len(asked) == 1:
            rename(sqlite_store, "deliveries", "away")
        return answer()

    async with office_of(sqlite_store, clock, taken) as (office, base):
        office.file("a", "b")
        async with serving(office.outbox(hook=webhook(base))):
            await until(lambda: "trying again to write down what was sent" in caplog.text)
            rename(office.store, "away", "deliveries")
            await until(lambda: office.statuses("hook") == [SENT, SENT])
        assert len(asked) == 2, "nothing twice"


async def test_what_could_outlast_its_lease_is_put_back_untried(
    sqlite_store: Store, clock: Clock
) -> None:
    class Slow(Scripted):
        async def send(self, told: Told, out: Outlets, *, recipient: str = "") -> str:
            clock.pass_(seconds=50)
            return await super().send(told, out)

    async with office_of(sqlite_store, clock) as (office, _):
        office.file(*"abcd")
        box, ends = office.outbox(mail=Slow()), clock() + LEASE
        with sqlite_store.write() as tx:
            taken = outbox.claim(tx, "mail", clock(), LEASE, 4)
        assert await box._work_off("mail", taken, ends) == 2
        assert office.statuses() == [SENT, SENT, PENDING, PENDING]
        assert [one.attempts for one in office.deliveries()] == [1, 1, 0, 0]
