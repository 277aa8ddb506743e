"""The near end of a worker: start it, ask it, end it."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from typing import cast

from monitor.apart.worker import LENGTH, Answer

LONGEST_ANSWER = 2**30  # bytes; what is not read would keep a pipe from being closed
LONGEST_END = 3.0  # seconds that a worker has to end by itself


class DiedError(Exception):
    """A worker ended in the midst of a page. The message says how."""


class Worker:
    """A process that answers one call at a time.

    ``fit`` while it can be asked: not while it is being asked, nor after an answer that failed to
    come, nor after the last one.
    """

    def __init__(self, process: Process, calls: StreamWriter, answers: StreamReader) -> None:
        self._process, self._calls, self._answers = process, calls, answers
        self._asked = False
        self._last = False

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    @property
    def fit(self) -> bool:
        return self.alive and not self._asked and not self._last

    async def ask(self, call: bytes) -> Answer:
        """Raises DiedError. Whoever does not wait for the answer has to kill it."""
        self._asked = True
        try:
            self._calls.write(call)
            await self._calls.drain()
            head = await self._answers.readexactly(LENGTH.size)
            said = await self._answers.readexactly(*LENGTH.unpack(head))
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise DiedError(_how(await self._ended())) from error
        answer: Answer = pickle.loads(said)  # noqa: S301 - from a process of ours
        self._asked, self._last = False, answer.last
        return answer

    async def _ended(self) -> int:
        """Its exit status; it may have closed its pipe and live on, though not for long."""
        try:
            async with asyncio.timeout(LONGEST_END):
                return await self._process.wait()
        except TimeoutError:
            self.kill()
            return await self._process.wait()

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()

    def hang_up(self) -> None:
        """It ends as soon as it waits to be asked."""
        self._calls.close()

    async def close(self) -> None:
        """End it: in order where it waits to be asked, at once where it does not."""
        if not self.fit:
            self.kill()
        self.hang_up()
        await self._ended()


async def start() -> Worker:
    """A new process, which has still to be told what to do. Raises OSError.

    It finds modules where this one does, with no folder of somebody's before them (``-P``), and is
    in a process group of its own: Ctrl-C is not for it.
    """
    paths = os.pathsep.join(path or "." for path in sys.path)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "monitor.apart"),
        stdin=PIPE,
        stdout=PIPE,
        limit=LONGEST_ANSWER,
        env=os.environ | {"PYTHONPATH": paths},
        process_group=0,
    )
    calls, answers = cast("StreamWriter", process.stdin), cast("StreamReader", process.stdout)
    return Worker(process, calls, answers)


def _how(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:  # a real-time signal
        return f"signal {-status}"
