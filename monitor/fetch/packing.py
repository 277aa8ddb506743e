"""One packed stream, undone piece by piece: no piece, and no window, larger than we allow."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PIECE = 64 * 1024  # bytes unpacked at a time: what a bomb may cost beyond the limit
# What a stream may make its reader remember, in bits: 8 MiB, as RFC 9659 has it for zstd. Brotli
# knows one larger size, 24 bits, which a stream declares in its first four bits (RFC 7932 §9.1).
WINDOW = 23
_BROTLI_24 = 0x0F

_GZIP, _ZLIB, _RAW = 31, 15, -15  # zlib's wbits
_ZLIB_METHOD = 8


class WindowError(ValueError):
    """The stream would have its reader remember more than WINDOW allows."""


ERRORS = (zlib.error, brotli.error, zstd.ZstdError, WindowError)


class Unpacker(Protocol):
    """``rest`` is what came behind the end, once the stream has ``ended``."""

    @property
    def ended(self) -> bool: ...

    @property
    def rest(self) -> bytes: ...

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """What ``data`` unpacks to, about PIECE bytes at a time. Raises one of ERRORS."""


class _Zlib:
    def __init__(self, wbits: int) -> None:
        self._stream = zlib.decompressobj(wbits)

    @property
    def ended(self) -> bool:
        return self._stream.eof

    @property
    def rest(self) -> bytes:
        return self._stream.unused_data

    def pieces(self, data: bytes) -> Iterator[bytes]:
        # The stream may hold more than it was allowed to give.
        while piece := self._stream.decompress(data, PIECE):
            yield piece
            data = self._stream.unconsumed_tail


class _Brotli:
    rest = b""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    @property
    def ended(self) -> bool:
        return bool(self._stream.is_finished())

    def pieces(self, data: bytes) -> Iterator[bytes]:
        yield self._stream.process(data, output_buffer_limit=PIECE)
        while not self._stream.can_accept_more_data():
            yield self._stream.process(b"", output_buffer_limit=PIECE)


class _Zstd:
    def __init__(self) -> None:
        limit: dict[int, int] = {zstd.DecompressionParameter.window_log_max: WINDOW}
        self._stream = zstd.ZstdDecompressor(options=limit)

    @property
    def ended(self) -> bool:
        return bool(self._stream.eof)

    @property
    def rest(self) -> bytes:
        return bytes(self._stream.unused_data)

    def pieces(self, data: bytes) -> Iterator[bytes]:
        yield self._stream.decompress(data, PIECE)
        while not (self._stream.eof or self._stream.needs_input):
            yield self._stream.decompress(b"", PIECE)


def _deflate(first: int) -> Unpacker:
    # RFC 9110 says zlib, some servers send raw deflate, which never begins with this.
    return _Zlib(_ZLIB if first & 0x0F == _ZLIB_METHOD else _RAW)


def _brotli(first: int) -> Unpacker:
    if first & 0x0F == _BROTLI_24:
        raise WindowError("it needs a window of more than 8 MiB")
    return _Brotli()


# How a stream of each coding is opened, by its first byte.
CODINGS: dict[str, Callable[[int], Unpacker]] = {
    "gzip": lambda _: _Zlib(_GZIP),
    "deflate": _deflate,
    "br": _brotli,
    "zstd": lambda _: _Zstd(),
}
# The bytes with which a further stream of the same body may begin (RFC 1952 §2.2, RFC 8878 §3.1).
FURTHER: dict[str, frozenset[int]] = {
    "gzip": frozenset({0x1F}),
    "zstd": frozenset({0x28, *range(0x50, 0x60)}),
}
