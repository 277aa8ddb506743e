"""Everything that goes wrong on the wire, said in one line."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator

import aiohttp
import h2.exceptions
import httpcore

from monitor.errors import FetchError
from monitor.text import one_line

# What arrives here, and no more. The libraries turn most errors of sockets into their own; OSError
# holds the rest of them, those of TLS and of name servers, and every timeout; ValueError those of
# headers and host names that cannot be encoded. h2's show through where a body breaks its rules.
WIRE_ERRORS = (
    aiohttp.ClientError,
    h2.exceptions.H2Error,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.TimeoutException,
    OSError,
    ValueError,
)
_LOST = (httpcore.NetworkError, httpcore.ProtocolError)
_BROKEN_OFF = (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError)  # whose texts are dumps


class wire:  # noqa: N801 - a block like those of contextlib, at a third of the cost
    """Turn whatever the wire raises into a FetchError that names ``host``."""

    __slots__ = ("_host", "_timeout")

    def __init__(self, host: str, timeout: float) -> None:
        self._host, self._timeout = host, timeout

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if error is None:
            return
        if isinstance(error, httpcore.TimeoutException | TimeoutError):
            late = f"{self._host} gives no whole answer within {self._timeout:g} s"
            raise FetchError(late) from error
        if isinstance(error, WIRE_ERRORS):
            raise failure(self._host, error) from error


def failure(host: str, error: BaseException) -> FetchError:
    """What one of WIRE_ERRORS comes to, where it is not a matter of time."""
    return FetchError(f"{host}: {_reason(error)}")


def _reason(error: BaseException) -> str:
    if certificate := _certificate(error):
        return f"its certificate is not trusted: {certificate}"
    if isinstance(error, httpcore.ProxyError):
        return f"the proxy refuses: {one_line(str(error), 150)}"
    if isinstance(error, httpcore.ConnectError | aiohttp.ClientConnectorError):
        return f"no connection: {_of_system(error) or one_line(str(error), 150) or 'refused'}"
    if isinstance(error, aiohttp.ClientResponseError):  # its text repeats the whole address
        return one_line(error.message, 200)
    text = one_line(str(error), 200)
    if isinstance(error, _BROKEN_OFF) or (not text and isinstance(error, _LOST)):
        return "the connection broke off"
    return text or type(error).__name__


def _of_system(error: BaseException) -> str | None:
    """What the operating system calls the trouble, if it was its."""
    numbers = (each.errno for each in _causes(error) if isinstance(each, OSError))
    return next((os.strerror(number) for number in numbers if number), None)


def _certificate(error: BaseException) -> str | None:
    """Why a certificate was refused, if one was."""
    found = (each for each in _causes(error) if isinstance(each, ssl.SSLCertVerificationError))
    return next((one_line(each.verify_message, 150) for each in found), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """``error`` and what led to it; the libraries keep the causes of their own errors."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
