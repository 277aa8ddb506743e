"""As many processes as there are cores, started when a page finds none idle."""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
from collections.abc import Callable
from typing import Concatenate, Generic, ParamSpec, TypeVar

from monitor.apart.process import DiedError, Worker, start
from monitor.apart.worker import Answer, Bounds
from monitor.errors import ParseError

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

LONGEST_START = 60.0  # seconds, on a machine that is busy with other things
REST = 300.0  # seconds that a process may be idle before it is ended

Function = Callable[Concatenate[bytes, str, P], T]


def cores() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Pool(Generic[P, T]):
    """``function``, awaited: it runs in one of ``size`` processes, or in a thread if that is 0.

    ``function`` stands in a module, and takes a page, its address, and what can be pickled; it is
    sent to a process once, the rest with every page. In a thread nothing is bounded.
    """

    def __init__(
        self, function: Function[P, T], *, size: int = 0, bounds: Bounds | None = None
    ) -> None:
        self._function, self._size, self._bounds = function, size, bounds or Bounds()
        self._hello = pickle.dumps(self._bounds) + pickle.dumps(function)
        self._places = asyncio.Semaphore(max(size, 1))
        self._workers: set[Worker] = set()
        self._idle: dict[Worker, asyncio.TimerHandle] = {}  # the last that was asked stands last

    @property
    def pids(self) -> set[int]:
        """Of the processes that live."""
        return {worker.pid for worker in self._workers if worker.alive}

    async def __call__(self, html: bytes, url: str, /, *args: P.args, **more: P.kwargs) -> T:
        """What ``function`` returns.

        Raises ParseError: that of ``function``, or that the page takes too long or too much memory,
        or ends the process that reads it, and the next one too; ``retryable`` where there is none.
        """
        if not self._size:
            return await asyncio.to_thread(self._function, html, url, *args, **more)
        async with self._places:
            call = pickle.dumps((html, url, args, more), pickle.HIGHEST_PROTOCOL)
            answer = await self._twice(call, url)
        if answer.error is not None:
            raise answer.error
        value: T = answer.value
        return value

    async def aclose(self) -> None:
        """End all processes; pages in hand are lost."""
        for timer in self._idle.values():
            timer.cancel()
        self._idle.clear()
        await asyncio.gather(*(worker.close() for worker in self._workers))
        self._workers.clear()

    async def _twice(self, call: bytes, url: str) -> Answer:
        """Somebody else may have ended the process: the page is blamed for the second one."""
        try:
            return await self._ask(call)
        except DiedError as error:
            log.warning("%s: its process ended (%s), reading it in a new one", url, error)
        try:
            return await self._ask(call, await self._new())
        except DiedError as error:
            raise ParseError(f"ends the process that parses it ({error})") from error

    async def _ask(self, call: bytes, worker: Worker | None = None) -> Answer:
        worker = worker or self._rested() or await self._new()
        try:
            async with asyncio.timeout(self._bounds.seconds):
                return await worker.ask(call)
        except TimeoutError:
            seconds = self._bounds.seconds
            raise ParseError(f"takes longer than {seconds:g} s to parse") from None
        finally:
            self._put_back(worker)

    def _rested(self) -> Worker | None:
        """The idle process whose memory is the warmest."""
        while self._idle:
            worker, timer = self._idle.popitem()
            timer.cancel()
            if worker.fit:
                return worker
        return None

    async def _new(self) -> Worker:
        self._workers = {worker for worker in self._workers if worker.alive}
        try:
            worker = await start()
            self._workers.add(worker)
            await self._greet(worker)
        except (OSError, DiedError) as error:  # TimeoutError is an OSError
            message = f"no process to parse it in: {error or 'it does not start'}"
            raise ParseError(message, retryable=True) from error
        return worker

    async def _greet(self, worker: Worker) -> None:
        try:
            async with asyncio.timeout(LONGEST_START):
                await worker.ask(self._hello)
        finally:
            if not worker.fit:
                worker.kill()

    def _put_back(self, worker: Worker) -> None:
        if worker.fit:
            later = asyncio.get_running_loop().call_later
            self._idle[worker] = later(REST, self._dismiss, worker)
        else:
            worker.kill()

    def _dismiss(self, worker: Worker) -> None:
        self._idle.pop(worker, None)
        worker.hang_up()
