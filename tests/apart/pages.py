"""Pages that do what they say to whoever reads them."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from monitor.apart.worker import MIB
from monitor.errors import ParseError

URL = "https://a.example/1"
kept: list[bytearray] = []  # nobody lets go of it


def spin() -> None:
    """Hold the interpreter for years, as a loop in C does: no thread of it goes on."""
    re.match(r"(a+)+$", "a" * 60 + "b")


def grow(more: int) -> None:
    kept.append(bytearray(more))
    kept[-1][::4096] = b"x" * len(kept[-1][::4096])


def refuse() -> None:
    raise ParseError("not HTML: a test")


def break_() -> None:
    raise LookupError("what?")


def shout() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(os.getpid(), number)


def die_once() -> None:
    """As when somebody else ends the process."""
    mark = Path(os.environ["MARK"])
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)


ACTS: dict[bytes, Callable[[], Any]] = {
    b"segfault": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    b"exit": lambda: os._exit(3),
    b"quit": lambda: sys.exit(3),
    b"die once": die_once,
    b"hang": threading.Event().wait,
    b"spin": spin,
    b"grow": lambda: grow(200 * MIB),
    b"burst": lambda: grow(4000 * MIB),
    b"refuse": refuse,
    b"break": break_,
    b"print": lambda: print("what a library says"),
    b"signals": shout,
}


def read(html: bytes, url: str, *, note: str = "") -> tuple[int, str]:
    """The process that read it, and what came with it."""
    ACTS.get(html, lambda: None)()
    return os.getpid(), f"{url} {note}".strip()
