"""Everything that goes wrong on the wire, said in one line."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from monitor.errors import FetchError
from monitor.text import one_line

# What arrives here, and no more. httpx has turned the errors of httpcore, h11 and anyio into its
# own; OSError holds those of sockets, TLS and name servers, ValueError those of headers and host
# names that cannot be encoded.
WIRE_ERRORS = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError)


@contextmanager
def wire(host: str, timeout: float) -> Iterator[None]:
    """Turn whatever the wire raises into a FetchError that names ``host``."""
    try:
        yield
    except (httpx.TimeoutException, TimeoutError) as error:
        raise FetchError(f"{host} gives no whole answer within {timeout:g} s") from error
    except WIRE_ERRORS as error:
        raise FetchError(f"{host}: {_reason(error)}") from error


def _reason(error: BaseException) -> str:
    certificate = _certificate(error)
    if certificate:
        return f"its certificate is not trusted: {certificate}"
    text = one_line(str(error), 200)
    if isinstance(error, httpx.ConnectError):
        return f"no connection: {text or 'refused'}"
    if isinstance(error, httpx.HTTPError) and not text:
        return "the connection broke off"
    return text or type(error).__name__


def _certificate(error: BaseException) -> str | None:
    """Why a certificate was refused, if one was; httpx keeps the cause of its errors."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return one_line(seen.verify_message, 150)
        seen = seen.__cause__ or seen.__context__
    return None
