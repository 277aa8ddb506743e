"""Everything that goes wrong on the wire becomes one line."""

from __future__ import annotations

import aiohttp
import h2.exceptions
import httpcore
import pytest

from monitor.errors import FetchError
from monitor.fetch.faults import wire


@pytest.mark.parametrize(
    ("raised", "line"),
    [
        (httpcore.ReadTimeout(""), "news.example gives no whole answer within 10 s"),
        (TimeoutError(), "news.example gives no whole answer within 10 s"),
        (aiohttp.ServerTimeoutError(), "news.example gives no whole answer within 10 s"),
        (httpcore.ReadError(""), "news.example: the connection broke off"),
        (aiohttp.ServerDisconnectedError(), "news.example: the connection broke off"),
        (aiohttp.ClientPayloadError("<dump>"), "news.example: the connection broke off"),
        (httpcore.RemoteProtocolError("illegal\r\nheader"), "news.example: illegal header"),
        (httpcore.ConnectError(""), "news.example: no connection: refused"),
        (httpcore.ConnectError("[Errno 9] odd"), "news.example: no connection: [Errno 9] odd"),
        (httpcore.ProxyError("407 Who?"), "news.example: the proxy refuses: 407 Who?"),
        (h2.exceptions.ProtocolError("bad frame"), "news.example: bad frame"),
        (OSError(24, "Too many open files"), "news.example: [Errno 24] Too many open files"),
        (UnicodeError("label too long"), "news.example: label too long"),
        (ValueError(), "news.example: ValueError"),
    ],
)
def test_whatever_the_wire_raises(raised: Exception, line: str) -> None:
    with pytest.raises(FetchError) as caught, wire("news.example", 10.0):
        raise raised
    assert str(caught.value) == line
    assert caught.value.retryable
    assert caught.value.status is None
    assert caught.value.__cause__ is raised


def test_what_the_gate_says_is_not_said_again() -> None:
    refusal = FetchError("refused", retryable=False)
    with pytest.raises(FetchError) as caught, wire("news.example", 10.0):
        raise refusal
    assert caught.value is refusal


def test_a_fault_of_our_own_is_not_hidden() -> None:
    with pytest.raises(AttributeError), wire("news.example", 10.0):
        raise AttributeError
