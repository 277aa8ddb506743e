"""A monitor that makes one pass and dies at a named step, as if somebody had pulled the plug.

    python -m tests.faults.victim CONFIG_FOLDER "story stored"

Nothing in the product knows of the steps: they are wrapped around its functions here.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from monitor import app as house
from monitor.config import load_config
from monitor.outbox import Outbox
from monitor.pipeline import pages
from monitor.work.once import run_once

# The function, and whether death comes before it or after it.
STEPS: dict[str, tuple[Any, str, str]] = {
    "links stored": (pages, "_waiting", "before"),
    "page parsed": (pages, "file_story", "before"),
    "story stored": (pages, "file_story", "after"),
    "delivery claimed": (Outbox, "_send", "before"),
    "receiver accepted": (Outbox, "_record_success", "before"),
    "acceptance recorded": (Outbox, "_record_success", "after"),
}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def deadly(whole: Callable[..., Any], when: str) -> Callable[..., Any]:
    def run(*args: Any, **more: Any) -> Any:
        if when == "before":
            die()
        result = whole(*args, **more)
        die()
        return result

    return run


async def make_a_pass(directory: Path) -> None:
    app = house.build(load_config(directory, {}))
    try:
        await run_once(app, app.config.sources, early=True)
    finally:
        await app.close()


def main(directory: str, step: str = "") -> None:
    if step:
        where, name, when = STEPS[step]
        setattr(where, name, deadly(getattr(where, name), when))
    asyncio.run(make_a_pass(Path(directory)))


if __name__ == "__main__":
    main(*sys.argv[1:])
