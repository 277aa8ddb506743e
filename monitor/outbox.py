"""Send what waits: claim a delivery under a lease, hand it to its channel, record what came of it.

At least once: a process that dies between the three steps leaves a lease that runs out, and the
delivery is claimed again under the id it always had.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO, TypeVar

from monitor import schedule
from monitor.deliver import Channel, Outlets
from monitor.deliver.base import Poster
from monitor.deliver.templating import BUILT_IN, Templates
from monitor.errors import DeliveryError, StoreError, contained
from monitor.store import Store, outbox

log = logging.getLogger(__name__)

T = TypeVar("T")

DEADLINE = 120.0  # seconds for one attempt, whatever its channel does
LEASE = timedelta(seconds=DEADLINE + 60)  # longer than any attempt of a living process
SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 15.0  # seconds between two looks at an empty outbox


@dataclass(slots=True)
class Outbox:
    """The sending side of one process."""

    store: Store
    channels: Mapping[str, Channel]
    http: Poster
    console: TextIO
    home: Path
    clock: Callable[[], datetime]
    rng: random.Random
    templates: Templates = BUILT_IN
    stopping: bool = False
    _wakers: dict[str, asyncio.Event] = field(default_factory=dict)

    async def drain(self) -> int:
        """Send all that is due, the channels side by side, each in order; how many were sent."""
        work = (self._drain(name) for name in self.channels)
        return sum(whole(await asyncio.gather(*work, return_exceptions=True)))

    async def serve(self) -> None:
        """Send whatever comes due, until ``stop``; one channel that hangs delays no other."""
        async with asyncio.TaskGroup() as group:
            for name in self.channels:
                self._wakers[name] = asyncio.Event()
                group.create_task(self._serve(name), name=f"outbox {name}")

    def wake(self) -> None:
        """Something new waits."""
        for waker in self._wakers.values():
            waker.set()

    def stop(self) -> None:
        """Finish what is in hand, claim no more."""
        self.stopping = True
        self.wake()

    async def _serve(self, name: str) -> None:
        waker = self._wakers[name]
        while not self.stopping:
            waker.clear()
            try:
                await self._drain(name)
                pause = await asyncio.to_thread(self._pause, name)
            except StoreError as error:  # the database restarts, or its disk is full
                log.error("%s: %s; trying again in %.0f s", name, error, LONGEST_PAUSE)
                pause = LONGEST_PAUSE
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await waker.wait()

    def _pause(self, name: str) -> float:
        """Seconds until something is due on a channel; never too long to see what others wrote."""
        with self.store.read() as tx:
            at = outbox.next_due(tx, name)
        wait = LONGEST_PAUSE if at is None else (at - self.clock()).total_seconds()
        return min(max(wait, SHORTEST_PAUSE), LONGEST_PAUSE)

    async def _drain(self, name: str) -> int:
        sent = 0
        while not self.stopping:
            claim = await asyncio.to_thread(self._claim, name)
            if claim is None:
                break
            sent += await self._attempt(name, claim)
        return sent

    def _claim(self, name: str) -> outbox.Claim | None:
        with self.store.write() as tx:
            return outbox.claim(tx, name, self.clock(), LEASE)

    async def _attempt(self, name: str, claim: outbox.Claim) -> bool:
        try:
            answer = await self._send(self.channels[name], claim)
        except DeliveryError as error:
            await asyncio.to_thread(self._record_failure, name, claim, error)
            return False
        except asyncio.CancelledError:
            await asyncio.to_thread(self._put_back, claim)
            raise
        await asyncio.to_thread(self._record_success, claim, answer)
        if claim.attempt > 1:
            log.info("%s: alert %s sent at attempt %d", name, claim.message.id, claim.attempt)
        return True

    async def _send(self, channel: Channel, claim: outbox.Claim) -> str:
        now = self.clock()
        outlets = Outlets(self.http, self.console, self.home, now, self.templates)
        try:
            async with asyncio.timeout(DEADLINE):
                with contained(DeliveryError, f"delivery {claim.message.id}"):
                    return await channel.send(claim.message, outlets, recipient=claim.recipient)
        except TimeoutError as error:
            raise DeliveryError(f"no answer within {DEADLINE:.0f} s") from error

    def _record_success(self, claim: outbox.Claim, answer: str) -> None:
        with self.store.write() as tx:
            outbox.sent(tx, claim, self.clock(), answer)

    def _record_failure(self, name: str, claim: outbox.Claim, error: DeliveryError) -> None:
        now = self.clock()
        again = None
        if error.retryable:
            again = schedule.retry_delivery(now, claim.attempt, error.retry_after, self.rng)
        with self.store.write() as tx:
            outbox.not_sent(tx, claim, str(error), again)
        what = "given up"
        if again is not None:
            what = f"next attempt {again.astimezone():%Y-%m-%d %H:%M:%S %z}"
        log.warning("%s: alert %s not sent: %s; %s", name, claim.message.id, error, what)

    def _put_back(self, claim: outbox.Claim) -> None:
        with self.store.write() as tx:
            outbox.put_back(tx, claim)


def whole(results: Iterable[T | BaseException]) -> list[T]:
    """What ``asyncio.gather`` brought, once all is done; raises the first error among it."""
    done = []
    for result in results:
        if isinstance(result, BaseException):
            raise result
        done.append(result)
    return done
