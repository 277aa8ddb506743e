"""``monitor demo``"""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from monitor.errors import MonitorError


def demo(
    stay: Annotated[
        bool,
        typer.Option("--stay", help="Leave the sites and the service up until Ctrl-C."),
    ] = False,
) -> None:
    """See it work: sample news sites, a mail server and a webhook receiver, all on this machine.

    Takes well under a minute and leaves nothing behind.
    """
    try:
        from monitor.demo.play import play
    except ModuleNotFoundError as error:
        raise MonitorError(
            f"the demo needs {error.name}: pip install 'china-laos-monitor[demo]'"
        ) from error
    asyncio.run(play(stay=stay))
