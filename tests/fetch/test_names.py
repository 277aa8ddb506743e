"""Where connections go: names, addresses and redirects before the gate, over both transports."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading

import pytest

from monitor.errors import FetchError
from monitor.fetch import AddressPolicy
from monitor.fetch.names import LOOKUPS, MAX_ADDRESSES, Names, SystemResolver
from tests.fetch.tools import body, certified, make_fetcher, refused
from tests.servers import LOOPBACK, Request, answer, pages, redirect, serve

Tls = ssl.SSLContext | None


class NameServer:
    """Answers each question with the next of its answers."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append((host, port))
        return self.answers.pop(0)


def named(url: str, host: str = "news.example") -> str:
    return url.replace(LOOPBACK, host)


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["64:ff9b::7f00:1"], ["fec0::1"], ["no address"]],
)
async def test_a_name_that_leads_inside_is_refused(addresses: list[str], tls: Tls) -> None:
    seen: list[Request] = []
    names = NameServer(addresses, addresses)
    async with (
        serve(pages({}), seen=seen, tls=tls) as url,
        make_fetcher(policy=AddressPolicy(), resolve=names) as fetcher,
    ):
        error = await refused(fetcher, named(url))
        with pytest.raises(FetchError, match=r"refused to connect to news.example"):
            await fetcher.post(named(url), body=b"", headers={})
    assert f"resolves to {addresses[-1]}: not a public address" in str(error)
    assert not error.retryable
    assert not seen


@pytest.mark.parametrize("headers", [{}, {"X-Odd": "\xff"}])
async def test_an_address_that_leads_inside_is_refused(headers: dict[str, str], tls: Tls) -> None:
    """Also where httpcore carries http://, as it does for headers that aiohttp would change."""
    seen: list[Request] = []
    async with (
        serve(pages({}), seen=seen, tls=tls) as url,
        make_fetcher(policy=AddressPolicy()) as fetcher,
    ):
        with pytest.raises(FetchError, match=r"refused to connect to 127.0.0.1: not a public"):
            await fetcher.post(url, body=b"", headers=headers)
    assert not seen


async def test_the_address_checked_is_the_address_dialled(tls: Tls) -> None:
    """DNS rebinding: a second answer of the name server is never asked for."""
    names = NameServer(["127.0.0.1"], ["127.0.0.2"])
    seen: list[Request] = []
    async with (
        serve(pages({"/": answer(b"here")}), seen=seen, tls=tls) as url,
        make_fetcher(resolve=names) as fetcher,
    ):
        assert await body(fetcher, f"{named(url)}/") == b"here"
        assert names.asked == [("news.example", port_of(url))]
        assert seen[0].headers["host"] == f"news.example:{port_of(url)}"
        error = await refused(fetcher, f"{named(url)}/")
    assert "resolves to 127.0.0.2" in str(error)
    assert len(seen) == 1


async def test_a_host_that_the_operator_allows(tls: Tls) -> None:
    policy = AddressPolicy(["news.example"])
    async with (
        serve(pages({"/": answer(b"here")}), tls=tls) as url,
        make_fetcher(policy=policy, resolve=NameServer([LOOPBACK], [LOOPBACK])) as fetcher,
    ):
        assert await body(fetcher, f"{named(url)}/") == b"here"
        error = await refused(fetcher, named(url, "other.internal"))
    assert "fetch.allow" in str(error)


async def test_the_next_address_is_tried(tls: Tls) -> None:
    policy = AddressPolicy(["127.0.0.0/8"])
    async with serve(pages({"/": answer(b"here")}), tls=tls) as url:
        names = NameServer(["127.0.0.3", "127.0.0.3", LOOPBACK])
        async with make_fetcher(policy=policy, resolve=names) as fetcher:
            assert await body(fetcher, f"{named(url)}/") == b"here"


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback")
async def test_an_address_of_ipv6(tls: Tls) -> None:
    seen: list[Request] = []
    policy = AddressPolicy(["::1"])
    server = certified("::1") if tls else None
    async with (
        serve(pages({"/": answer(b"here")}), seen=seen, tls=server, host="::1") as url,
        make_fetcher(policy=policy) as fetcher,
    ):
        assert await body(fetcher, f"{url}/") == b"here"
    assert seen[0].headers["host"] == f"[::1]:{port_of(url)}"


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.2:9/",
        "https://127.0.0.2:9/",
        "http://[::1]:9/",
        "https://[::ffff:7f00:2]:9/",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0:9/",
        "http://127.2:9/",
        "https://127.2:9/",
        "http://2130706434:9/",
        "http://0x7f000002:9/",
        "http://localhost:9/",
        "https://localhost:9/",
        "file:///etc/passwd",
        "http://x:99999/",
        "http://x:port/",
        "http://good\\@bad/",
        "http://user:secret@x/",
        "http://ｅx./",
        "http://[x/",
        "\xff\xfe",
    ],
)
async def test_a_redirect_leads_nowhere_else(location: str, tls: Tls) -> None:
    async with (
        serve(pages({"/": redirect(location)}), tls=tls) as url,
        make_fetcher() as fetcher,
    ):
        error = await refused(fetcher, f"{url}/")
    assert "secret" not in str(error)


async def _unknown(host: str, port: int) -> list[str]:
    raise OSError(-2, "Name or service not known")


async def _too_long(host: str, port: int) -> list[str]:
    raise UnicodeError("label too long")


async def _nothing(host: str, port: int) -> list[str]:
    return []


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("resolve", "reason"),
    [
        (_unknown, "news.example: the name does not resolve (Name or service not known)"),
        (_too_long, "news.example: the name does not resolve (label too long)"),
        (_nothing, "news.example: the name resolves to no address"),
    ],
)
async def test_a_name_without_address(resolve: object, reason: str, scheme: str) -> None:
    async with make_fetcher(resolve=resolve) as fetcher:
        error = await refused(fetcher, f"{scheme}://news.example/")
    assert str(error) == reason
    assert error.retryable


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_name_server_that_hangs(scheme: str) -> None:
    async def never(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    async with make_fetcher(timeout=0.1, resolve=never) as fetcher:
        error = await refused(fetcher, f"{scheme}://news.example/")
    assert str(error) == "news.example gives no whole answer within 0.1 s"


async def test_no_host_is_dialled_at_too_many_addresses() -> None:
    many = [f"8.8.8.{n}" for n in range(50)]
    names = Names(AddressPolicy(), NameServer(many))
    found = await names.addresses("news.example", 80)
    assert [str(address) for address in found] == many[:MAX_ADDRESSES]


async def test_the_system_knows_loopback() -> None:
    resolver = SystemResolver()
    found = await resolver("localhost", 80)
    assert set(found) <= {"127.0.0.1", "::1"}
    assert found
    resolver.close()


class SlowNames:
    """The system's look-up, held up until ``open`` is set."""

    def __init__(self) -> None:
        self.open, self.threads = threading.Event(), list[str]()

    def __call__(self, host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        self.threads.append(threading.current_thread().name)
        self.open.wait(10)
        if host == "gone.example":
            raise socket.gaierror(-2, "Name or service not known")
        return [(None, None, None, "", (LOOPBACK, port))]


async def test_slow_name_servers_take_no_thread_of_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = SlowNames()
    monkeypatch.setattr(socket, "getaddrinfo", slow)
    resolver = SystemResolver()
    waiting = [asyncio.create_task(resolver(f"h{n}.example", 80)) for n in range(40)]
    try:
        assert await asyncio.wait_for(asyncio.to_thread(int, "7"), 5) == 7
        slow.open.set()
        assert await asyncio.gather(*waiting) == [[LOOPBACK]] * 40
    finally:
        slow.open.set()
        resolver.close()
    assert {name.rpartition("_")[0] for name in slow.threads} == {"resolve"}


async def test_a_name_that_hangs_is_not_asked_for_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = SlowNames()
    monkeypatch.setattr(socket, "getaddrinfo", slow)
    resolver = SystemResolver()
    given_up = asyncio.create_task(resolver("gone.example", 80))
    await asyncio.sleep(0)
    given_up.cancel()
    waiting = [asyncio.create_task(resolver("gone.example", 80)) for _ in range(3)]
    await asyncio.sleep(0)
    slow.open.set()
    ended = await asyncio.gather(given_up, *waiting, return_exceptions=True)
    assert [type(end) for end in ended] == [asyncio.CancelledError, *[socket.gaierror] * 3]
    assert len(slow.threads) == 1
    assert not resolver._asked
    resolver.close()


async def test_a_look_up_that_nobody_waits_for_ends_with_the_resolver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = SlowNames()
    monkeypatch.setattr(socket, "getaddrinfo", slow)
    resolver = SystemResolver()
    waiting = [asyncio.create_task(resolver(f"h{n}.example", 80)) for n in range(LOOKUPS + 1)]
    await asyncio.sleep(0)
    resolver.close()
    slow.open.set()
    ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(ended[-1], asyncio.CancelledError)  # it had not begun
    assert len(slow.threads) == LOOKUPS


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0x7f.1", "127.0.0.1", "localhost"])
async def test_loopback_is_not_asked_under_any_name(host: str) -> None:
    seen: list[Request] = []
    async with (
        serve(lambda _: answer(b"secret"), seen=seen) as url,
        make_fetcher(policy=AddressPolicy(), timeout=3) as fetcher,
    ):
        await refused(fetcher, url.replace("127.0.0.1", host))
    assert seen == []
