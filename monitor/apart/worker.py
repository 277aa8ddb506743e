"""One process: a page comes in, what it says goes out, until the pipe is closed.

In: a ``Bounds``, the function, then a call a page, each one pickle. Out: after the function was
read and after each call, the length of a pickle in eight bytes and the pickle, an ``Answer``.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from struct import Struct
from typing import Any, BinaryIO

from monitor.errors import MonitorError, ParseError, contained

LENGTH = Struct("!Q")
MIB = 2**20
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one page may cost."""

    seconds: float = 20.0  # forty times what the worst page is meant to take
    worn: int = 500 * MIB  # resident after a page: the process is replaced
    most: int = 1024 * MIB  # of data, at any moment: the page is given up


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a page."""

    value: Any = None
    error: MonitorError | None = None
    last: bool = False  # the process ends after it


def main() -> None:
    """Serve standard input until it is closed: the other side is done, or dead."""
    answers = _for_answers_alone()
    for number in _SIGNALS:  # sent to all, they are meant for the one who closes the pipe
        signal.signal(number, signal.SIG_IGN)
    try:
        _serve(sys.stdin.buffer, answers)
    except (EOFError, pickle.UnpicklingError, BrokenPipeError):
        return


def _for_answers_alone() -> BinaryIO:
    """Standard output; whatever else is printed goes to standard error from now on."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _serve(calls: BinaryIO, answers: BinaryIO) -> None:
    bounds: Bounds = pickle.load(calls)  # noqa: S301 - from the process that started this one
    _bound_data(bounds.most)
    function: Callable[..., Any] = pickle.load(calls)  # noqa: S301
    gc.freeze()
    first = True
    _send(answers, Answer())
    while not _serve_one(function, bounds, calls, answers):
        if first:  # it may have loaded what it needs
            gc.freeze()
            first = False


def _serve_one(
    function: Callable[..., Any], bounds: Bounds, calls: BinaryIO, answers: BinaryIO
) -> bool:
    """Whether it was the last one."""
    html, url, args, more = pickle.load(calls)  # noqa: S301
    with _alarm(1.25 * bounds.seconds):
        answer = _answer(lambda: function(html, url, *args, **more), url, bounds)
        _send(answers, answer)
    return answer.last


def _send(answers: BinaryIO, answer: Answer) -> None:
    said = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    answers.write(LENGTH.pack(len(said)) + said)
    answers.flush()


def _answer(call: Callable[[], Any], url: str, bounds: Bounds) -> Answer:
    """A fault of our own is logged here, where its traceback is."""
    value, error = None, None
    try:
        with contained(ParseError, url), _memory(bounds.most):
            value = call()
    except MonitorError as found:
        error = found
    return Answer(value, error, last=_resident() > bounds.worn)


@contextmanager
def _memory(most: int) -> Iterator[None]:
    try:
        yield
    except MemoryError:
        raise ParseError(f"takes more than {most // MIB} MiB of memory to parse") from None


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """The kernel ends this process after ``seconds``, if whoever should have is gone."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _bound_data(most: int) -> None:
    """RLIMIT_DATA counts what is allocated; RLIMIT_AS also what a library only reserves."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard == resource.RLIM_INFINITY or most < hard:
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def _resident() -> int:
    """Bytes in memory now. Not ru_maxrss: on Linux a child begins with its parent's."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:  # no Linux; on macOS ru_maxrss is in bytes, and the child's own
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return pages * resource.getpagesize()
