"""This project, as ``monitor once --all`` has it: ``CONFIG``, the folder of its configuration."""

from __future__ import annotations

import gc

gc.disable()  # while modules load: monitor/__main__.py has it so

# ruff: noqa: E402
import asyncio
import sys
from pathlib import Path
from unittest.mock import patch

from monitor.app import App, build, settle
from monitor.config import load_config
from monitor.work.once import run_once
from tests.bench.clients import say_ready

gc.freeze()
gc.enable()


async def run(config: Path) -> None:
    app = build(load_config(config, env={}))
    settle()
    try:
        say_ready()
        await poll(app)
    finally:
        await app.close()


async def poll(app: App) -> None:
    """Look at every source, due or not; of stories, which readers of feeds do not fetch, none."""

    def none_wait(*_: object) -> bool:
        return False

    with (
        patch("monitor.pipeline.check.pages_wait", none_wait),
        patch("monitor.pipeline.look.pages_wait", none_wait),
    ):
        await run_once(app, app.config.sources, early=True)


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1])))
