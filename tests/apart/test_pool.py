"""Real processes that crash, hang and grow; everything else goes on."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from monitor.apart import pool as module
from monitor.apart.pool import Pool, cores
from monitor.apart.worker import MIB, Bounds
from monitor.errors import ParseError
from tests.apart.pages import URL, read
from tests.waiting import until

ROOT = Path(__file__).parents[2]
Reader = Pool[..., tuple[int, str]]


def gone(pid: int) -> bool:
    """Ended, though perhaps not yet waited for by whoever took it over."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


@asynccontextmanager
async def reading(size: int = 1, **bounds: Any) -> AsyncIterator[Reader]:
    """A pool, after which no process is left."""
    pool = Pool(read, size=size, bounds=Bounds(**bounds))
    seen: set[int] = set()
    try:
        yield pool
        seen = pool.pids
    finally:
        await pool.aclose()
    for pid in seen:
        with pytest.raises(ProcessLookupError):  # not even a zombie
            os.kill(pid, 0)


# --- the usual -----------------------------------------------------------------------------------


async def test_a_page_is_read_elsewhere_and_a_process_is_used_again() -> None:
    async with reading(size=2) as pool:
        assert pool.pids == set(), "nothing starts before there is a page"
        first, said = await pool(b"", URL, note="with a note")
        assert said == f"{URL} with a note"
        assert first != os.getpid()
        assert (await pool(b"", URL))[0] == first
        assert pool.pids == {first}


async def test_a_large_page_goes_through() -> None:
    async with reading() as pool:
        assert (await pool(bytes(20 * MIB), URL))[1] == URL


async def test_size_none_is_a_thread() -> None:
    async with reading(size=0) as pool:
        assert await pool(b"", URL) == (os.getpid(), URL)
        with pytest.raises(ParseError, match="a test"):
            await pool(b"refuse", URL)
        assert pool.pids == set()


async def test_pages_side_by_side_have_a_process_each_and_no_more_than_allowed() -> None:
    async with reading(size=2) as pool:
        answers = await asyncio.gather(*(pool(b"", URL) for _ in range(6)))
        assert len({pid for pid, _ in answers}) == len(pool.pids) == 2


async def test_what_is_wrong_with_a_page_is_said_in_the_same_words() -> None:
    async with reading() as pool:
        with pytest.raises(ParseError, match=r"^not HTML: a test$") as refused:
            await pool(b"refuse", URL)
        assert not refused.value.retryable
        with pytest.raises(ParseError, match=r"^the monitor broke on it: LookupError: what\?$"):
            await pool(b"break", URL)
        assert len(pool.pids) == 1


async def test_what_a_library_prints_is_no_answer(capfd: pytest.CaptureFixture[str]) -> None:
    async with reading() as pool:
        assert (await pool(b"print", URL))[1] == URL
    out, err = capfd.readouterr()
    assert (out, err) == ("", "what a library says\n")


async def test_a_traceback_of_our_own_fault_is_logged(capfd: pytest.CaptureFixture[str]) -> None:
    async with reading() as pool:
        with pytest.raises(ParseError):
            await pool(b"break", URL)
    err = capfd.readouterr().err
    assert f"{URL} broke the monitor" in err
    assert "in break_" in err


async def test_a_process_that_rested_long_enough_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REST", 0.0)
    async with reading() as pool:
        first, _ = await pool(b"", URL)
        await until(lambda: not pool.pids)
        assert (await pool(b"", URL))[0] != first


def test_there_is_a_core() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)


def test_there_is_a_core_where_nobody_tells_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert cores() == os.cpu_count()


# --- trouble -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "how"),
    [(b"segfault", "SIGSEGV"), (b"exit", "exit status 3"), (b"quit", "exit status 3")],
)
async def test_a_crash_costs_its_page_alone(
    act: bytes, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with reading(size=2) as pool:
        others = [asyncio.create_task(pool(b"", f"{URL}{number}")) for number in range(5)]
        with pytest.raises(ParseError, match=rf"^ends the process that parses it \({how}\)$") as at:
            await pool(act, URL)
        assert not at.value.retryable
        assert [said for _, said in await asyncio.gather(*others)] == [
            f"{URL}{n}" for n in range(5)
        ]
        assert (await pool(b"", URL))[1] == URL
    assert f"{URL}: its process ended ({how}), reading it in a new one" in caplog.text


async def test_a_page_whose_process_somebody_else_ended_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARK", str(tmp_path / "mark"))
    async with reading() as pool:
        assert (await pool(b"die once", URL))[1] == URL
        (idle,) = pool.pids
        os.kill(idle, signal.SIGKILL)
        assert (await pool(b"", URL))[0] != idle


async def test_a_hang_costs_its_page_alone() -> None:
    async with reading(size=2, seconds=1.0) as pool:
        slow = asyncio.create_task(pool(b"spin", URL))
        assert (await pool(b"", URL))[1] == URL
        with pytest.raises(ParseError, match=r"^takes longer than 1 s to parse$"):
            await slow
        assert (await pool(b"", URL))[1] == URL


async def test_the_event_loop_never_waits_for_a_page() -> None:
    """In a thread of this process, this page would hold the interpreter for years."""
    async with reading(size=2) as pool:
        slow = asyncio.create_task(pool(b"spin", URL))
        pid, _ = await pool(b"", URL)
        await until(lambda: len(pool.pids) == 2)
        for _ in range(100):  # ticks
            await asyncio.sleep(0)
        assert not slow.done()
        spinning = next(iter(pool.pids - {pid}))
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        await until(lambda: gone(spinning), "for the process of a page nobody waits for")


async def test_a_process_that_has_grown_is_replaced() -> None:
    async with reading(worn=150 * MIB) as pool:
        first, said = await pool(b"grow", URL)
        assert said == URL, "its page is read all the same"
        second, _ = await pool(b"", URL)
        assert second != first
        assert (await pool(b"", URL))[0] == second


async def test_a_page_that_needs_too_much_memory_costs_itself_alone() -> None:
    async with reading(most=1024 * MIB) as pool:
        with pytest.raises(ParseError, match=r"^takes more than 1024 MiB of memory to parse$"):
            await pool(b"burst", URL)
        assert (await pool(b"", URL))[1] == URL


async def test_where_no_process_starts_the_page_can_be_read_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    async with reading() as pool:
        with pytest.raises(ParseError, match="no process to parse it in: ") as nowhere:
            await pool(b"", URL)
        assert nowhere.value.retryable
        monkeypatch.setattr(sys, "executable", "/bin/false")
        with pytest.raises(ParseError, match="no process to parse it in: exit status 1"):
            await pool(b"", URL)


# --- the end -------------------------------------------------------------------------------------


async def test_signals_to_everybody_are_not_for_the_workers() -> None:
    async with reading() as pool:
        pid, said = await pool(b"signals", URL)
        assert said == URL
        assert (await pool(b"", URL))[0] == pid
        assert os.getpgid(pid) != os.getpgid(0), "Ctrl-C does not reach it"


async def test_closing_does_not_wait_for_a_page_in_hand() -> None:
    async with reading(size=2) as pool:
        slow = asyncio.create_task(pool(b"hang", URL))
        await pool(b"", URL)
        await until(lambda: len(pool.pids) == 2)
        slow.cancel()
        pids = pool.pids
    assert all(map(gone, pids))


@pytest.mark.parametrize("act", ["", "spin"])
async def test_no_worker_outlives_a_parent_that_is_killed(act: str) -> None:
    command = [sys.executable, "-m", "tests.apart.parent", act]
    parent = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout
    pids = json.loads(await parent.stdout.readline())
    assert len(pids) == 2
    parent.kill()
    await parent.wait()
    await until(lambda: all(map(gone, pids)))
