"""What goes over the wire and what comes back, whichever library carries it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import httpx

RawHeaders = list[tuple[bytes, bytes]]

KEEPALIVE = 5.0  # seconds; long enough for the next page of the same host
MAX_IDLE = 256  # connections that are kept so long; a process may have 1,024 files open


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``headers`` are sent as they are, to the byte; Host and length are added."""

    method: str
    url: httpx.URL  # as check_url gives it
    headers: RawHeaders
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """The head of an answer; ``chunks`` are its body, still packed and still on the wire."""

    status: int
    headers: httpx.Headers
    chunks: AsyncIterator[bytes]


Exchange = AbstractAsyncContextManager[Response, bool | None]
