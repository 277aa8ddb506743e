"""From a host's name to the addresses that may be dialled for it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from monitor.errors import FetchError
from monitor.fetch.gate import Address, AddressPolicy, parse_address
from monitor.text import one_line

# (host, port) -> the addresses it resolves to; raises OSError or UnicodeError where it does not.
Resolve = Callable[[str, int], Awaitable[list[str]]]

MAX_ADDRESSES = 8  # of one host that are tried; no honest name needs more
LOCAL_PATIENCE = 3.0  # seconds for a look-up that only a proxy's caution asks for
LOOKUPS = 16  # names that are looked up side by side


class SystemResolver:
    """Asks the operating system (hosts file, then DNS), which orders them as RFC 6724 says.

    Its threads are its own: name servers that hang must not hold up the database, which works in
    those of the event loop. For the same reason a name that is being looked up is not asked for
    again, even when nobody waits for it any more.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="resolve")
        self._asked: dict[tuple[str, int], asyncio.Future[list[str]]] = {}

    async def __call__(self, host: str, port: int) -> list[str]:
        answer = self._asked.get((host, port))
        if answer is None:
            loop = asyncio.get_running_loop()
            answer = loop.run_in_executor(self._threads, _look_up, host, port)
            self._asked[host, port] = answer
            answer.add_done_callback(lambda done: self._answered((host, port), done))
        return await asyncio.shield(answer)

    def _answered(self, question: tuple[str, int], answer: asyncio.Future[list[str]]) -> None:
        del self._asked[question]
        if not answer.cancelled():
            answer.exception()  # seen, though everybody may have given up waiting

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


class Names:
    """Resolves a host once and refuses it where *any* of its addresses is forbidden.

    What ``addresses`` gives is what is dialled, so that a second answer of the name server (DNS
    rebinding) counts for nothing.
    """

    def __init__(self, policy: AddressPolicy, resolve: Resolve) -> None:
        self._policy, self._resolve = policy, resolve

    def of_proxy(self, host: str) -> Names:
        """Where the operator's proxy is found: its address is the operator's word."""
        return Names(AddressPolicy([host]), self._resolve)

    async def vet(self, host: str, port: int) -> None:
        """Refuse ``host``, as far as its addresses can be known here, before a proxy dials it.

        A name that only the proxy can resolve is the proxy's to judge. Raises FetchError.
        """
        try:
            async with asyncio.timeout(LOCAL_PATIENCE):
                await self.addresses(host, port)
        except TimeoutError:
            return
        except FetchError as error:
            if not error.retryable:
                raise

    async def addresses(self, host: str, port: int) -> list[Address]:
        """At least one address, in the order in which to try them. Raises FetchError."""
        if parse_address(host):
            return self.checked(host, [host])
        try:
            found = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:  # UnicodeError: a label over 63 characters
            reason = getattr(error, "strerror", None) or error
            raise FetchError(f"{host}: the name does not resolve ({reason})") from error
        if not found:
            raise FetchError(f"{host}: the name resolves to no address")
        return self.checked(host, found)

    def checked(self, host: str, texts: list[str]) -> list[Address]:
        """``texts`` as addresses, all of which may be dialled for ``host``. Raises FetchError."""
        addresses = []
        for text in dict.fromkeys(texts):
            address = parse_address(text)
            if address is None or not self._policy.permits(host, address):
                found = "" if text == host else f", which resolves to {one_line(text, 60)}"
                raise FetchError(
                    f"refused to connect to {host}{found}: not a public address"
                    " (fetch.allow can permit it)",
                    retryable=False,
                )
            addresses.append(address)
        return addresses[:MAX_ADDRESSES]
