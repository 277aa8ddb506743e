"""What each client runs in a process of its own: its start, then one look at every source."""

from __future__ import annotations

import time


def say_ready() -> None:
    """Tell the bench that the start is over, and how much CPU time, in seconds, it took."""
    print(time.process_time(), flush=True)
