"""What a command costs, seen from outside: its resource usage when it has ended (getrusage(2))."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]  # where `python -m tests…` finds the clients


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one process with its children. ``start`` is the part before it said that it was ready.

    Linux counts what the bench itself has resident as the least of ``peak``: keep the bench small.
    """

    wall: float  # seconds
    cpu: float  # seconds, user and system
    peak: float  # MiB resident, of the largest process
    start_wall: float = 0.0
    start_cpu: float = 0.0


def run(command: Sequence[str], log: Path, cpu: int | None = None) -> Cost:
    """Run ``command``, on CPU number ``cpu`` alone where one is given.

    A command may print the CPU seconds of its start once it is ready (clients.say_ready). What it
    writes to stderr goes to ``log``. Raises RuntimeError where it fails.
    """
    began = time.perf_counter()
    with log.open("wb") as errors, pinned(cpu):
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT
        )
    assert process.stdout
    with process.stdout:
        said = process.stdout.readline()
        ready = time.perf_counter()
        process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    ended = time.perf_counter()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = log.read_text("utf-8", "replace").strip()[-2_000:]
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {said}")
    start = (ready - began, float(said)) if _is_mark(said) else (0.0, 0.0)
    return Cost(ended - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, *start)


def _is_mark(said: str) -> bool:
    return said.strip().replace(".", "", 1).isdigit()


@contextmanager
def pinned(cpu: int | None) -> Iterator[None]:
    """What is started in this block runs on one CPU only."""
    if cpu is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cpu})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpus() -> tuple[int | None, int | None]:
    """A CPU for the server and another for the clients, where this process may use two."""
    ours = sorted(os.sched_getaffinity(0))
    return (ours[0], ours[1]) if len(ours) > 1 else (None, None)
