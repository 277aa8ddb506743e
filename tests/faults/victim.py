"""A monitor that makes one pass and dies at a named step, as if somebody had pulled the plug.

    python -m tests.faults.victim CONFIG_FOLDER "story stored" 2 600

dies the second time that a story was stored, with a clock that is ten minutes ahead. Nothing in the
product knows of the steps: they are wrapped around its functions here.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor import app as house
from monitor import outbox as sending
from monitor.config import load_config
from monitor.models import DeliveryStatus
from monitor.outbox import Outbox, Wanted
from monitor.pipeline import pages
from monitor.store import ways
from monitor.store.outbox import Outcome
from monitor.work.once import run_once


def _whatever(*_: Any) -> bool:
    return True


def _of_acceptance(_box: Outbox, entries: Sequence[Outcome | Wanted]) -> bool:
    return any(isinstance(one, Outcome) and one.status is DeliveryStatus.SENT for one in entries)


def _of_a_claim(_box: Outbox, entries: Sequence[Outcome | Wanted]) -> bool:
    return any(isinstance(one, Wanted) for one in entries)


def _of_a_bundle(_tx: Any, _alert: int, way: Any, *_: Any) -> bool:
    return any(one.bundle for one in way)


@dataclass(frozen=True, slots=True)
class Step:
    """A call of a function, and whether death comes before or after it."""

    where: Any
    name: str
    when: str
    which: Callable[..., bool] = _whatever


STEPS: dict[str, Step] = {
    "links stored": Step(pages, "_waiting", "before"),
    "page parsed": Step(pages, "file_story", "before"),
    "alert dispatched": Step(pages, "dispatched", "after"),
    "bundle joined": Step(ways, "send", "after", _of_a_bundle),
    "story stored": Step(pages, "file_story", "after"),
    "delivery claimed": Step(Outbox, "_write_down", "after", _of_a_claim),
    "claim read": Step(Outbox, "_read", "after"),
    "before it is sent": Step(Outbox, "_send", "before"),
    "receiver accepted": Step(Outbox, "_write_down", "before", _of_acceptance),
    "acceptance recorded": Step(Outbox, "_write_down", "after", _of_acceptance),
}
SENDING = list(STEPS)[5:]  # meanwhile other channels may be between acceptance and record


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def deadly(whole: Callable[..., Any], step: Step, time: int) -> Callable[..., Any]:
    """``whole``, in whose call number ``time`` of the kind that counts the process dies."""
    left = [time]

    def run(*args: Any, **more: Any) -> Any:
        left[0] -= step.which(*args)
        last = left[0] <= 0 and step.which(*args)
        if last and step.when == "before":
            die()
        result = whole(*args, **more)
        if last:
            die()
        return result

    return run


async def make_a_pass(directory: Path, ahead: timedelta) -> None:
    app = house.build(load_config(directory, {}), clock=lambda: datetime.now(UTC) + ahead)
    try:
        await run_once(app, app.config.sources, early=True)
    finally:
        await app.close()


async def serve(directory: Path) -> None:
    """Send whatever waits, until somebody ends this."""
    app = house.build(load_config(directory, {}))
    await app.outbox.serve()


def main(directory: str, step: str = "", time: str = "1", ahead: str = "0") -> None:
    if step == "serve":  # with a lease of so many seconds
        sending.DEADLINE, sending.LEASE = float(time) / 2, timedelta(seconds=float(time))
        asyncio.run(serve(Path(directory)))
        return
    if step:
        one = STEPS[step]
        setattr(one.where, one.name, deadly(getattr(one.where, one.name), one, int(time)))
    asyncio.run(make_a_pass(Path(directory), timedelta(seconds=float(ahead))))


if __name__ == "__main__":
    main(*sys.argv[1:])
