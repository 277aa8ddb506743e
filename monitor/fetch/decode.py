"""Read a body of bounded size: neither an endless one nor a decompression bomb fills the memory."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator

from monitor.errors import FetchError
from monitor.text import one_line

PIECE = 64 * 1024  # bytes decoded at a time: what a bomb may cost beyond the limit
MAX_MEMBERS = 1_000  # of one gzip stream; each costs a fresh decoder, however little it holds
ACCEPTED = "gzip, deflate"

_ALIASES = {"x-gzip": "gzip", "identity": "", "none": ""}
_GZIP, _ZLIB, _RAW = 31, 15, -15  # zlib's wbits
_GZIP_MAGIC, _ZLIB_METHOD = 0x1F, 8


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
                return bytes(body[:limit])
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
        if named not in ([], ["gzip"], ["deflate"]):
            raise FetchError(
                f"{host} sends Content-Encoding {one_line(encoding, 60)!r},"
                f" understood: one of {ACCEPTED}",
                retryable=False,
            )
        self._coding = named[0] if named else ""
        self._host = host
        self._inflate: zlib._Decompress | None = None
        self._members = 0
        self._over = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what ``data`` decodes to, in pieces of at most PIECE bytes if it is compressed."""
        if not self._coding:
            yield data
            return
        try:
            yield from self._inflated(data)
        except zlib.error as error:
            raise FetchError(f"{self._host} sends a broken {self._coding} body") from error

    def finish(self) -> None:
        """Raise where the body ended too early. An empty body is whole, whatever its coding."""
        if self._inflate is not None:
            raise FetchError(f"{self._host} ends its {self._coding} body too early")

    def _inflated(self, data: bytes) -> Iterator[bytes]:
        while data and not self._over:
            inflate = self._inflate = self._inflate or self._open(data[0])
            if inflate is None:
                return
            piece = inflate.decompress(data, PIECE)
            while piece:  # the decoder may hold more than it was allowed to give
                yield piece
                piece = inflate.decompress(inflate.unconsumed_tail, PIECE)
            data = inflate.unused_data
            if inflate.eof:
                self._inflate = None

    def _open(self, first: int) -> zlib._Decompress | None:
        """A decoder for the stream that begins with byte ``first``; None for junk after the end."""
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise FetchError(f"{self._host} sends a gzip body of more than {MAX_MEMBERS} parts")
        if self._coding == "gzip" and (self._members == 1 or first == _GZIP_MAGIC):
            return zlib.decompressobj(_GZIP)
        if self._coding == "deflate" and self._members == 1:
            # RFC 9110 says zlib, some servers send raw deflate, which never begins with this.
            return zlib.decompressobj(_ZLIB if first & 0x0F == _ZLIB_METHOD else _RAW)
        self._over = True
        return None
