"""Send what waits: claim deliveries under a lease, hand each to its channel, record the outcome.

At least once: a process that dies between the three steps leaves leases that run out, and what was
in hand is claimed again under the ids it always had. Only what the receiver took in the moment
before, and was not yet written down, goes out twice.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TextIO, TypeVar

from monitor import schedule
from monitor.batch import Batcher
from monitor.deliver import Channel, Outlets
from monitor.deliver.base import Poster
from monitor.deliver.templating import BUILT_IN, Templates
from monitor.errors import DeliveryError, StoreError, contained
from monitor.models import DeliveryStatus
from monitor.store import Store, Transaction, channels, outbox
from monitor.store.outbox import Claim, Outcome, Taken

log = logging.getLogger(__name__)

T = TypeVar("T")

DEADLINE = 120.0  # seconds for one attempt, whatever its channel does
LEASE = timedelta(seconds=DEADLINE + 60)  # longer than any attempt of a living process
CLOSED = "the channel is closed: its receiver wants no more"
SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 15.0  # seconds between two looks at an empty outbox

THREADS = 4  # for the database
MOST_CLAIMED = 64  # deliveries at once; fewer where a channel does not send so many in a second
LINGER = 0.005  # seconds in which what was taken on all channels is gathered, to be written down
MOST_UNRECORDED = 16  # of a channel, that were taken and are still to be written down
RECORD_PAUSE = 0.5  # seconds between two tries to write down, where the database is away
RECORD_PATIENCE = 60.0  # seconds; then a single pass gives up


@dataclass(frozen=True, slots=True)
class Wanted:
    """A channel can take so many deliveries."""

    channel: str
    number: int


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
    _serving: bool = False
    _sizes: dict[str, int] = field(default_factory=dict)  # how many a channel takes at once
    _wakers: dict[str, asyncio.Event] = field(default_factory=dict)
    # Its own: the loop's may all wait with stories that are filed, and alerts are in more haste.
    _threads: Executor = field(default_factory=lambda: ThreadPoolExecutor(THREADS, "outbox"))
    _ledger: Batcher[Outcome | Wanted, list[Taken]] = field(init=False)

    def __post_init__(self) -> None:
        self._ledger = Batcher(
            self._write_down, linger=LINGER, enough=MOST_CLAIMED, threads=self._threads
        )

    async def drain(self) -> int:
        """Send all that is due, the channels side by side, each in order; how many were sent."""
        work = (self._drain(name) for name in self.channels)
        return sum(whole(await asyncio.gather(*work, return_exceptions=True)))

    async def serve(self) -> None:
        """Send whatever comes due, until ``stop``; one channel that hangs delays no other."""
        self._serving = True
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
                pause = await self._in_thread(self._pause, name)
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
        sent, more = 0, False  # whether more are due, as after as many as were wanted
        loop = asyncio.get_running_loop()
        while not self.stopping and (more or await self._in_thread(self._is_due, name)):
            size, until = self._sizes.get(name, 1), self.clock() + LEASE
            taken = await self._ledger.put(Wanted(name, size))
            began = loop.time()
            sent += await self._work_off(name, taken, until)
            more = len(taken) == size
            # What a channel sends in a second: a process that dies keeps no more waiting.
            if loop.time() - began > 1:
                self._sizes[name] = max(size // 2, 1)
            elif more:
                self._sizes[name] = min(2 * size, MOST_CLAIMED)
        return sent

    async def _in_thread(self, work: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    def _is_due(self, name: str) -> bool:
        with self.store.read() as tx:  # to look costs no lock
            at = outbox.next_due(tx, name)
        return at is not None and at <= self.clock()

    async def _work_off(self, name: str, taken: Sequence[Taken], until: datetime) -> int:
        """Send what is ``taken`` in order, and write down meanwhile what comes of it; how many were
        sent.

        None is begun whose attempt could last longer than the lease, ``until`` when they are ours:
        those are put back, as are all others after ``stop``.
        """
        left, sent = deque(taken), 0
        begun: Taken | None = None
        written: deque[asyncio.Task[None]] = deque()
        try:
            for claim in await self._in_thread(self._read, taken):
                if self._must_put_back(until):
                    break
                begun = left[0]
                outcome = await self._attempt(name, claim)
                left.popleft()
                sent += outcome.status is DeliveryStatus.SENT
                written.append(asyncio.create_task(self._record(outcome)))
                if outcome.closes:
                    break
                if len(written) >= MOST_UNRECORDED:
                    await asyncio.wait([written[0]])
                    written.popleft().result()
        finally:
            for one in left:
                tried = one is begun
                unsent = Outcome(one.id, one.attempt, DeliveryStatus.PENDING, tried=tried)
                written.append(asyncio.create_task(self._record(unsent)))
            whole(await asyncio.gather(*written, return_exceptions=True))
        return sent

    def _must_put_back(self, until: datetime) -> bool:
        return self.stopping or self.clock() + timedelta(seconds=DEADLINE) > until

    def _read(self, taken: Sequence[Taken]) -> list[Claim]:
        with self.store.read() as tx:
            return outbox.read(tx, taken)

    async def _attempt(self, name: str, claim: Claim) -> Outcome:
        try:
            answer = await self._send(self.channels[name], claim)
        except DeliveryError as error:
            return self._failed(name, claim, error)
        if claim.attempt > 1:
            log.info("%s: alert %s sent at attempt %d", name, claim.message.id, claim.attempt)
        return Outcome(claim.message.id, claim.attempt, DeliveryStatus.SENT, answer=answer)

    async def _send(self, channel: Channel, claim: Claim) -> str:
        now = self.clock()
        outlets = Outlets(self.http, self.console, self.home, now, self.templates)
        try:
            async with asyncio.timeout(DEADLINE):
                with contained(DeliveryError, f"delivery {claim.message.id}"):
                    return await channel.send(claim.message, outlets, recipient=claim.recipient)
        except TimeoutError as error:
            raise DeliveryError(f"no answer within {DEADLINE:.0f} s") from error

    def _failed(self, name: str, claim: Claim, error: DeliveryError) -> Outcome:
        now, again, what = self.clock(), None, "given up"
        if error.retryable:
            again = schedule.retry_delivery(now, claim.attempt, error.retry_after, self.rng)
        if again is not None:
            what = f"next attempt {again.astimezone():%Y-%m-%d %H:%M:%S %z}"
        log.warning("%s: alert %s not sent: %s; %s", name, claim.message.id, error, what)
        status = DeliveryStatus.FAILED if again is None else DeliveryStatus.PENDING
        closes = name if error.gone else None
        return Outcome(
            claim.message.id, claim.attempt, status, error=str(error), next_at=again, closes=closes
        )

    async def _record(self, outcome: Outcome) -> None:
        """Write it down, however long the database is away: what is forgotten is sent again.

        Raises StoreError once there is no more time.
        """
        loop = asyncio.get_running_loop()
        began = loop.time()
        while True:
            try:
                await self._ledger.put(outcome)
            except StoreError as error:
                if self.stopping or not (self._serving or loop.time() - began < RECORD_PATIENCE):
                    raise
                log.error("%s; trying again to write down what was sent", error)
                await asyncio.sleep(RECORD_PAUSE)
            else:
                return

    def _write_down(self, entries: Sequence[Outcome | Wanted]) -> list[list[Taken]]:
        """What came of deliveries, and which are taken next: one transaction for all channels.

        SQLite's writers get in each other's way, so there is one of them here.
        """
        now = self.clock()
        with self.store.write() as tx:
            outcomes = [one for one in entries if isinstance(one, Outcome)]
            outbox.record(tx, outcomes, now)
            for one in outcomes:
                if one.closes:
                    channels.close(tx, one.closes, self._place(one.closes), one.error or "", now)
            return [self._claim(tx, one, now) if isinstance(one, Wanted) else [] for one in entries]

    def _claim(self, tx: Transaction, wanted: Wanted, now: datetime) -> list[Taken]:
        if channels.is_closed(tx, wanted.channel, self._place(wanted.channel)):
            outbox.give_up_due(tx, wanted.channel, now, CLOSED)
            return []
        return outbox.claim(tx, wanted.channel, now, LEASE, wanted.number)

    def _place(self, channel: str) -> str:
        return self.channels[channel].place()


def whole(results: Iterable[T | BaseException]) -> list[T]:
    """What ``asyncio.gather`` brought, once all is done; raises the first error among it."""
    done = []
    for result in results:
        if isinstance(result, BaseException):
            raise result
        done.append(result)
    return done
