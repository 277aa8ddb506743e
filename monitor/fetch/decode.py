"""Read a body of bounded size: neither an endless one nor a decompression bomb fills the memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from monitor.errors import FetchError
from monitor.fetch.packing import CODINGS, ERRORS, FURTHER, Unpacker
from monitor.text import one_line

MAX_PARTS = 1_000  # of one body; each costs a fresh unpacker, however little it holds
ACCEPTED = ", ".join(CODINGS)

_ALIASES = {"x-gzip": "gzip", "identity": "", "none": ""}


async def read_body(
    chunks: AsyncIterator[bytes], encoding: str, limit: int, *, host: str, cut: bool = False
) -> bytes:
    """Read ``chunks``, undo their content coding (RFC 9110 §8.4.1), and return the bytes.

    ``limit`` bounds the bytes both before and after decoding. Beyond it, ``cut`` says to return
    the beginning; otherwise FetchError is raised, as for a broken or an unknown coding.
    """
    decoder = Decoder(encoding, host)
    body, received = bytearray(), 0
    async for chunk in chunks:
        received += len(chunk)
        for piece in decoder.feed(chunk):
            body += piece
            if len(body) > limit:
                break
        if max(len(body), received) > limit:
            if cut:
                return bytes(memoryview(body)[:limit])
            raise too_large(host, limit)
    decoder.finish()
    return bytes(body)


def too_large(host: str, limit: int) -> FetchError:
    size = f"{limit:,} bytes" if limit % 2**20 else f"{limit >> 20} MiB"
    return FetchError(f"{host} sends more than {size}", retryable=False)


class Decoder:
    """Undoes at most one content coding, incrementally. Raises FetchError."""

    def __init__(self, encoding: str, host: str) -> None:
        codings = [
            _ALIASES.get(name, name) for name in encoding.lower().replace(" ", "").split(",")
        ]
        named = [name for name in codings if name]
        if len(named) > 1 or not CODINGS.keys() >= set(named):
            raise FetchError(
                f"{host} sends Content-Encoding {one_line(encoding, 60)!r},"
                f" understood: one of {ACCEPTED}",
                retryable=False,
            )
        self._coding = named[0] if named else ""
        self._host = host
        self._part: Unpacker | None = None  # None: between two parts, or before the first
        self._parts = 0
        self._over = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what ``data`` decodes to, in small pieces if it is packed."""
        if not self._coding:
            yield data
            return
        try:
            while data and not self._over:
                part = self._part = self._part or self._open(data[0])
                if part is None:
                    return
                yield from part.pieces(data)
                data = part.rest if part.ended else b""
                self._part = None if part.ended else part
        except ERRORS as error:
            reason = one_line(str(error), 100)
            raise FetchError(
                f"{self._host} sends a broken {self._coding} body: {reason}"
            ) from error

    def finish(self) -> None:
        """Raise where the body ended too early. An empty body is whole, whatever its coding."""
        if self._part is not None:
            raise FetchError(f"{self._host} ends its {self._coding} body too early")

    def _open(self, first: int) -> Unpacker | None:
        """What undoes the part that begins with byte ``first``; None for junk after the end."""
        if self._parts and first not in FURTHER.get(self._coding, ()):
            self._over = True
            return None
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise FetchError(
                f"{self._host} sends a {self._coding} body of more than {MAX_PARTS} parts"
            )
        return CODINGS[self._coding](first)
