"""What goes over the wire and what comes back, whichever library carries it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from monitor.fetch.url import Url

RawHeaders = list[tuple[bytes, bytes]]

KEEPALIVE = 5.0  # seconds; long enough for the next page of the same host
MAX_IDLE = 256  # connections that are kept so long; a process may have 1,024 files open


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``headers`` are sent as they are, to the byte; Host and length are added."""

    method: str
    url: Url  # as check_url gives it
    headers: RawHeaders
    body: bytes = b""


class Headers:
    """The headers of an answer, by names in whatever case."""

    __slots__ = ("_values", "raw")

    def __init__(self, raw: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self.raw = tuple(raw)
        self._values: dict[bytes, list[bytes]] = {}
        for name, value in self.raw:
            self._values.setdefault(name.lower(), []).append(value)

    def first(self, name: str) -> str | None:
        """The first of that name, its bytes as Latin-1, so that it can be echoed whole."""
        values = self._values.get(name.lower().encode())
        return (values[0].strip(b" \t").decode("latin-1") or None) if values else None

    def get(self, name: str) -> str:
        """All of that name as one (RFC 9110 §5.3), as text; "" where there is none."""
        values = self._values.get(name.lower().encode())
        return ", ".join(map(_text, values)) if values else ""


def _text(value: bytes) -> str:
    """Most speak ASCII, some UTF-8; Latin-1 takes whatever is left."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


@dataclass(frozen=True, slots=True)
class Response:
    """The head of an answer; ``chunks`` are its body, still packed and still on the wire."""

    status: int
    headers: Headers
    chunks: AsyncIterator[bytes]


Exchange = AbstractAsyncContextManager[Response, bool | None]
