"""A parent that is to be killed.

    python -m tests.apart.parent hang

has that page and others read, prints the ids of its processes, and never ends.
"""

from __future__ import annotations

import asyncio
import json
import sys

from monitor.apart.pool import Pool
from monitor.apart.worker import Bounds
from tests.apart.pages import URL, read


async def show(act: str) -> None:
    pool = Pool(read, size=2, bounds=Bounds(seconds=3))
    slow = asyncio.create_task(pool(act.encode(), URL))
    await asyncio.gather(pool(b"", URL), pool(b"", URL))
    print(json.dumps(sorted(pool.pids)), flush=True)
    await asyncio.gather(slow, asyncio.Event().wait())


if __name__ == "__main__":
    asyncio.run(show(sys.argv[1]))
