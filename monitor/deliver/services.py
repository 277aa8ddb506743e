"""Chat services by Apprise, whose requests take our way out: the gate, no redirects, bounds.

Its plugins call ``requests.post`` and the like, of a module that each of them has imported, and say
True or False. In the place of that module they get one of ours, which keeps what was answered.
"""

from __future__ import annotations

import logging
import re
import socket
import sys
import warnings
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

import apprise
import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError
from urllib3.util.connection import create_connection

from monitor.errors import FetchError
from monitor.text import one_line

LARGEST_ANSWER = 256 * 1024  # bytes; an answer says yes or no
_DOCS = "https://appriseit.com/services/"

for _noisy in ("apprise", "urllib3", "requests", "oauthlib", "requests_oauthlib"):
    logging.getLogger(_noisy).setLevel(logging.CRITICAL + 1)  # they log addresses: secrets

with warnings.catch_warnings():  # of its mail service, on Python 3.11 and 3.12
    warnings.simplefilter("ignore", DeprecationWarning)
    apprise.Apprise.instantiate("json://localhost")  # which loads all services


@dataclass(slots=True)
class Exchange:
    """One message on its way: what it goes by, and what came of it."""

    addresses: Callable[[str, int], Sequence[str]]  # that may be dialled; raises FetchError
    proxy: str | None
    ends: float  # of ``time.monotonic``'s clock, which the event loop has, too
    clock: Callable[[], float]
    status: int | None = None
    said: str = ""
    retry_after: str | None = None
    fault: FetchError | None = None


_now: ContextVar[Exchange] = ContextVar("exchange")


def plugin_of(url: str) -> Any:
    """The service that an address of Apprise means. Raises ValueError, which repeats none of it."""
    asset = apprise.AppriseAsset(http_redirects=False, allow_templates=False)
    plugin = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if plugin is None:
        raise ValueError(f"not the address of a chat service, allowed: slack://…, see {_DOCS}")
    modules = [sys.modules[each.__module__] for each in type(plugin).__mro__]
    asking = [module for module in modules if hasattr(module, "requests")]
    if not asking or not hasattr(sys.modules[type(plugin).__module__], "requests"):
        raise ValueError(f"not a service that is reached by HTTP, allowed: slack://…, see {_DOCS}")
    for module in asking:
        vars(module)["requests"] = _REQUESTS
    return plugin


def hand_over(plugin: Any, title: str, body: str, exchange: Exchange) -> bool:
    """Send in this thread; whether the service took it. ``exchange`` knows more."""
    _now.set(exchange)
    return bool(plugin.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT))


def without_secrets(said: str, url: str) -> str:
    """What a service answers, without the pieces of its address that it may repeat."""
    pieces = {piece for piece in re.split(r"[/:@?&=,]+", url) if len(piece) > 5}
    for piece in sorted(pieces | {unquote(piece) for piece in pieces}, key=len, reverse=True):
        said = said.replace(piece, "…")
    return one_line(said, 200)


class _Requests:
    """The module ``requests`` as plugins see it."""

    def __getattr__(self, name: str) -> Any:
        if name in ("delete", "get", "head", "options", "patch", "post", "put"):
            return partial(self.request, name.upper())
        return getattr(requests, name)

    def request(self, method: str, url: str, **said: Any) -> requests.Response:
        """One request, and what came of it written down. Raises RequestException."""
        exchange = _now.get()
        try:
            return _asked(exchange, method, url, said)
        except FetchError as error:
            exchange.fault = error
            raise requests.RequestException from error
        except requests.RequestException as error:
            exchange.fault = FetchError(_reason(url, error))
            raise


_REQUESTS = _Requests()


def _asked(exchange: Exchange, method: str, url: str, said: dict[str, Any]) -> requests.Response:
    left = exchange.ends - exchange.clock()
    if left <= 0:
        raise requests.Timeout
    with requests.Session() as session:
        session.trust_env = False  # no proxy and no password of the environment
        session.headers["Accept-Encoding"] = "identity"
        adapter = HTTPAdapter()
        if exchange.proxy:
            session.proxies = {"http": exchange.proxy, "https": exchange.proxy}
            parts = urlsplit(url)
            exchange.addresses(parts.hostname or "", parts.port or 443)
        else:
            adapter.poolmanager.pool_classes_by_scheme = _POOLS
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        ours = {"allow_redirects": False, "stream": True, "timeout": left}
        response = session.request(method, url, **{**said, **ours})
        _read(response, exchange)
    exchange.status = response.status_code
    exchange.said = f"{response.text}" if response.status_code != 204 else ""
    exchange.retry_after = response.headers.get("Retry-After")
    return response


def _read(response: requests.Response, exchange: Exchange) -> None:
    """Its body, as far as its bounds and the deadline allow."""
    read = bytearray()
    for chunk in response.iter_content(8_192):
        read += chunk
        if len(read) > LARGEST_ANSWER or exchange.clock() > exchange.ends:
            break
    # Where requests keeps a body that was read: ``response.content`` gives it.
    vars(response).update(_content=bytes(read[:LARGEST_ANSWER]), _content_consumed=True)


def _reason(url: str, error: requests.RequestException) -> str:
    """In words of ours: theirs repeat the address."""
    host = urlsplit(url).hostname
    if isinstance(error, requests.Timeout):
        return f"{host} gives no whole answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return f"{host}: its certificate is not trusted"
    if isinstance(error, requests.ConnectionError):
        return f"{host}: no connection"
    return f"{host}: {type(error).__name__}"


class _Checked:
    """A connection that dials only what passed the gate: what was checked is what is dialled."""

    def _new_conn(self: Any) -> socket.socket:
        problem: OSError | None = None
        for address in _now.get().addresses(self.host, self.port):
            place = (address, self.port)
            try:
                return create_connection(place, self.timeout, socket_options=self.socket_options)
            except OSError as error:
                problem = error
        raise NewConnectionError(self, "no connection") from problem


class _Http(_Checked, urllib3.connection.HTTPConnection):
    pass


class _Https(_Checked, urllib3.connection.HTTPSConnection):
    pass


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Https


_POOLS = {"http": _HttpPool, "https": _HttpsPool}
