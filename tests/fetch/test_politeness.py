"""One request at a time to a host, a pause between two, and no host in another's way."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from monitor.fetch import check_url
from monitor.fetch.politeness import KEPT, Host, Hosts, Table, host_key
from tests.fetch.tools import Clock, body, make_fetcher, refused
from tests.servers import Request, answer, pages, redirect, serve

DELAY = 4.0


class Gate:
    """A handler that counts the requests in hand and lets them go one by one."""

    def __init__(self) -> None:
        self.in_hand = self.most = self.served = 0
        self.arrived = asyncio.Event()
        self.open = asyncio.Event()

    async def __call__(self, request: Request) -> AsyncIterator[bytes]:
        self.in_hand += 1
        self.most = max(self.most, self.in_hand)
        self.arrived.set()
        await self.open.wait()
        self.in_hand -= 1
        self.served += 1
        yield answer(b"ok")


async def test_one_request_at_a_time_to_a_host() -> None:
    gate = Gate()
    async with serve(gate) as url, make_fetcher() as fetcher:
        tasks = [asyncio.create_task(body(fetcher, f"{url}/{n}")) for n in range(5)]
        await gate.arrived.wait()
        gate.open.set()
        assert await asyncio.gather(*tasks) == [b"ok"] * 5
    assert (gate.most, gate.served) == (1, 5)


async def test_a_busy_host_holds_up_no_other() -> None:
    gate = Gate()
    async with (
        serve(gate) as busy,
        serve(pages({"/": answer(b"free")})) as free,
        make_fetcher() as fetcher,
    ):
        waiting = asyncio.create_task(body(fetcher, busy))
        await gate.arrived.wait()
        assert await body(fetcher, free) == b"free"
        assert not waiting.done()
        gate.open.set()
        assert await waiting == b"ok"


async def test_the_pause_between_two_requests_to_a_host() -> None:
    clock = Clock()
    times: list[float] = []

    def note(request: Request) -> bytes:
        times.append(clock())
        return redirect("/end") if request.target == "/start" else answer(b"ok")

    async with (
        serve(note) as url,
        serve(note) as other,
        make_fetcher(clock, delay=DELAY) as fetcher,
    ):
        for path in ("/a", "/missing", "/start"):
            await fetcher.get(url + path)
        assert len(clock.slept) == 3  # not before the first, and once more for the redirect
        await fetcher.get(other)
        assert len(clock.slept) == 3
        clock.time += 100
        await fetcher.get(url)
        assert len(clock.slept) == 3
    assert all(DELAY <= pause <= DELAY * 1.25 for pause in clock.slept)
    assert len(set(clock.slept)) == 3  # jitter
    gaps = [later - sooner for sooner, later in pairwise(times[:4])]
    assert min(gaps) >= DELAY


async def test_a_failure_is_followed_by_a_pause_too() -> None:
    clock = Clock()
    async with serve(pages({})) as url, make_fetcher(clock, delay=DELAY) as fetcher:
        await refused(fetcher, url)
        await refused(fetcher, url)
    assert len(clock.slept) == 1


async def test_a_request_given_up_while_waiting_frees_its_host() -> None:
    clock = Clock()
    sleeping = asyncio.Event()

    async def for_ever(seconds: float) -> None:
        sleeping.set()
        await asyncio.Event().wait()

    hosts = Hosts(DELAY, clock, for_ever, random.Random(1))
    url = check_url("http://news.example/")
    async with hosts.turn(url):
        pass

    async def visit() -> None:
        async with hosts.turn(url):
            pytest.fail("its turn came")

    task = asyncio.create_task(visit())
    await sleeping.wait()
    task.cancel()
    assert isinstance((await asyncio.gather(task, return_exceptions=True))[0], BaseException)
    clock.time += 60
    async with hosts.turn(url):
        pass


@pytest.mark.parametrize(
    ("crawl_delay", "least"), [(None, 4.0), (2.0, 4.0), (10.0, 10.0), (3600.0, 30.0)]
)
async def test_the_longer_delay_counts_up_to_30_seconds(
    crawl_delay: float | None, least: float
) -> None:
    clock = Clock()
    hosts = Hosts(DELAY, clock, clock.sleep, random.Random(1))
    url = check_url("http://news.example/")
    hosts.slow_down(url, crawl_delay)
    for _ in range(2):
        async with hosts.turn(url):
            pass
    assert least <= clock.slept[-1] <= least * 1.25
    assert len(clock.slept) == 1 + (least > DELAY)  # also after the robots file that said so


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://news.example/a", "news.example"),
        ("https://news.example./b", "news.example"),
        ("https://news.example:443/b", "news.example"),
        ("http://news.example:443/b", "news.example:443"),
        ("http://127.0.0.1:8000/", "127.0.0.1:8000"),
    ],
)
def test_host_key(url: str, key: str) -> None:
    assert host_key(check_url(url)) == key


def test_the_table_forgets_the_least_recently_used() -> None:
    table = Table(Host, limit=3)
    first = table["a"]
    table["b"]
    busy = table["c"]
    busy.wanted = 1
    assert table["a"] is first
    for key in "defgh":
        table[key]
    assert len(table) == 3
    assert table["c"] is busy
    assert table["a"] is not first


def test_the_table_grows_rather_than_forget_a_busy_entry() -> None:
    table = Table(Host, limit=2)
    entries = {key: table[key] for key in "ab"}
    for entry in entries.values():
        entry.wanted = 1
    table["c"]
    assert len(table) == 3
    assert all(table[key] is entry for key, entry in entries.items())
    for entry in entries.values():
        entry.wanted = 0
    table["d"]
    assert len(table) == 2


async def test_hosts_are_not_remembered_without_bound() -> None:
    hosts = Hosts(0.0, Clock(), asyncio.sleep, random.Random(1))
    for number in range(KEPT + 500):
        async with hosts.turn(check_url(f"http://h{number}.example/")):
            pass
    assert len(hosts._hosts) == KEPT


def test_http_and_https_have_a_crawl_delay_each_and_the_longer_counts() -> None:
    clock, table = Clock(), Table(Host)
    hosts = Hosts(1.0, clock, clock.sleep, random.Random(7), table)
    hosts.slow_down(check_url("http://a.example/robots.txt"), 20.0)
    hosts.slow_down(check_url("https://a.example/robots.txt"), None)
    assert table["a.example"].crawl_delay == 20
    hosts.slow_down(check_url("http://a.example/robots.txt"), None)
    assert table["a.example"].crawl_delay == 0


async def test_two_ways_out_take_turns_with_each_other() -> None:
    """At a reload the old one is still at work."""
    gate = Gate()
    async with serve(gate) as url, make_fetcher() as old, make_fetcher(known=old.known) as new:
        tasks = [asyncio.create_task(body(each, url)) for each in (old, new, old, new)]
        await gate.arrived.wait()
        gate.open.set()
        assert await asyncio.gather(*tasks) == [b"ok"] * 4
    assert gate.most == 1


async def test_a_new_way_out_knows_the_robots_files_of_the_old() -> None:
    seen: list[Request] = []
    site = {"/robots.txt": answer(b"User-agent: *\nDisallow: /a\n"), "/b": answer(b"x")}
    async with (
        serve(pages(site), seen=seen) as url,
        make_fetcher() as old,
        make_fetcher(known=old.known) as new,
    ):
        await body(old, f"{url}/b", robots=True)
        assert "forbids" in str(await refused(new, f"{url}/a", robots=True))
    assert [request.target for request in seen] == ["/robots.txt", "/b"]
