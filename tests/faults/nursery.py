"""Victims without the wait: a process that has loaded everything, and forks one at a word.

async with nursery() as nest:
    pid = await nest.begin(folder, "story stored")
    assert await nest.end_of(pid) == -signal.SIGKILL
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import traceback
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass
class Nest:
    process: Process

    async def begin(self, *arguments: object) -> int:
        """Start a victim with these arguments; its process id."""
        return await self._ask([*map(str, arguments)])

    async def end_of(self, pid: int) -> int:
        """Its exit status; a signal's number is negative."""
        return await self._ask(pid)

    async def _ask(self, what: list[str] | int) -> int:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(what).encode() + b"\n")
        return int(await self.process.stdout.readline())


@asynccontextmanager
async def nursery() -> AsyncIterator[Nest]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.nursery", stdin=PIPE, stdout=PIPE, cwd=ROOT
    )
    try:
        yield Nest(process)
    finally:
        process.kill()
        await process.wait()


def main() -> None:
    import aiosmtplib  # noqa: F401 - loaded with the first mail, otherwise in each victim

    from monitor.deliver.templating import _built_in
    from monitor.parse import preload
    from tests.faults import victim

    preload()
    built_in = _built_in()
    for template in built_in.list_templates():
        built_in.get_template(template)
    for line in sys.stdin:
        asked: Any = json.loads(line)
        if isinstance(asked, int):
            _, status = os.waitpid(asked, 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
        elif pid := os.fork():
            print(pid, flush=True)
        else:
            _live(victim.main, asked)


def _live(life: Any, arguments: list[str]) -> None:
    os.dup2(2, 1)  # the pipe to the test is not the victim's
    status = 1
    try:
        life(*arguments)
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it is, it ends here
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
