"""http:// without a proxy, by aiohttp: a sixth of the processor time that httpcore takes."""

from __future__ import annotations

import asyncio
import re
import socket
from collections import OrderedDict
from contextlib import AbstractAsyncContextManager
from functools import lru_cache
from types import TracebackType

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from monitor.fetch.exchange import (
    KEEPALIVE,
    MAX_IDLE,
    Exchange,
    Headers,
    RawHeaders,
    Request,
    Response,
)
from monitor.fetch.faults import failure
from monitor.fetch.gate import KNOWN, parse_address
from monitor.fetch.names import Names
from monitor.fetch.url import Url

LONGEST_FIELD = 32 * 1024  # bytes of one header; some policies of content security are so long
LARGEST_BODY = 2**20  # bytes; aiohttp warns that a larger one would hold up the event loop
_WRITTEN = re.compile(rb"[\t\x20-\x7e]*")  # what aiohttp puts in a header
_OURS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")  # aiohttp would add its own


class Plain:
    """HTTP/1.1 in clear text. Belongs to one event loop from its first request on."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._session: aiohttp.ClientSession | None = None
        self._kept = OrderedDict[bytes, float]()  # host and port -> kept until, by the loop's time

    def send(self, request: Request) -> Exchange | None:
        """None where aiohttp would not send exactly this.

        Raises FetchError where the gate refuses an address; names are looked up in the block.
        """
        url, headers = _address(request.url), _written(request.headers)
        if url is None or headers is None or len(request.body) > LARGEST_BODY:
            return None
        host, origin = request.url.host, request.url.netloc
        if parse_address(host):  # aiohttp asks no resolver about it
            self._names.checked(host, [host])
        kept, stays = self._upkeep(origin)
        if not stays:
            headers.append(("Connection", "close"))
        asked = self._opened().request(
            request.method,
            url,
            headers=headers,
            data=request.body or None,
            allow_redirects=False,
            middlewares=() if kept else (_once,),
        )
        return _Sent(asked)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        """The session; it can be made only where an event loop runs."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=_Checked(self._names),
                    use_dns_cache=False,
                    limit=0,  # the caller bounds what runs at once
                    keepalive_timeout=KEEPALIVE,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=_OURS,
                auto_decompress=False,
                trust_env=False,  # a proxy from the environment would go round the gate
                timeout=aiohttp.ClientTimeout(total=None),  # the caller has a deadline for it all
                max_field_size=LONGEST_FIELD,
            )
        return self._session

    def _upkeep(self, origin: bytes) -> tuple[bool, bool]:
        """Whether a connection to ``origin`` was kept, and whether one shall be.

        aiohttp keeps every one for KEEPALIVE seconds; a pass over thousands of hosts would run
        out of file descriptors.
        """
        now = asyncio.get_running_loop().time()
        while self._kept and next(iter(self._kept.values())) < now:
            del self._kept[next(iter(self._kept))]
        kept = self._kept.pop(origin, None) is not None
        stays = kept or len(self._kept) < MAX_IDLE
        if stays:
            self._kept[origin] = now + KEEPALIVE
        return kept, stays


class _Sent:
    """A block with aiohttp's answer, as all others have it."""

    __slots__ = ("_asked",)

    def __init__(self, asked: AbstractAsyncContextManager[aiohttp.ClientResponse]) -> None:
        self._asked = asked

    async def __aenter__(self) -> Response:
        response = await self._asked.__aenter__()
        given = Headers(response.raw_headers)
        return Response(response.status, given, response.content.iter_any())

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        return await self._asked.__aexit__(kind, error, trace)


@lru_cache(maxsize=KNOWN)
def _address(target: Url) -> URL | None:
    """``target`` for aiohttp, which parses it again, as text; None where that makes another."""
    if target.scheme != "http":
        return None
    url = URL(target.text, encoded=True)
    same = url.raw_host == target.raw_host and url.raw_path_qs.encode() == target.raw_path
    return url if same else None


def _written(headers: RawHeaders) -> list[tuple[str, str]] | None:
    """``headers`` for aiohttp, which writes text; None where it would write other bytes."""
    if not _WRITTEN.fullmatch(b"".join(value for _, value in headers)):
        return None
    return [(name.decode("ascii"), value.decode("ascii")) for name, value in headers]


async def _once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from asking again at once, as it does when a connection breaks.

    That is right only for one that was kept, and may be closed by the server at any moment.
    """
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise failure(request.url.raw_host or "", error) from error


class _Checked(AbstractResolver):
    """Gives aiohttp addresses that passed the gate, and no others to dial."""

    def __init__(self, names: Names) -> None:
        self._names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in await self._names.addresses(host, port)
        ]

    async def close(self) -> None:
        """Nothing of its own to close."""
