"""This project, as ``monitor once --all`` has it: ``CONFIG``, the folder of its configuration."""

from __future__ import annotations

import gc
import os

gc.disable()  # while modules load: monitor/__main__.py has both so
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

# ruff: noqa: E402
import asyncio
import sys
from importlib import import_module
from pathlib import Path

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

    for module in ("monitor.pipeline.check", "monitor.pipeline.look"):
        vars(import_module(module))["pages_wait"] = none_wait
    await run_once(app, app.config.sources, early=True)


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1])))
