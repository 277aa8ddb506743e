"""Bodies in their content codings: whole, broken, and made to fill the memory."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import FetchError
from monitor.fetch.decode import MAX_MEMBERS, read_body

LIMIT = 10 * 2**20
TEXT = "老挝 Lao PDR ".encode() * 5_000


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


async def stream(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def read(data: bytes | Iterable[bytes], encoding: str = "", limit: int = LIMIT) -> bytes:
    chunks = [data] if isinstance(data, bytes) else data
    return await read_body(stream(chunks), encoding, limit, host="news.example")


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("", TEXT),
        ("identity", TEXT),
        (" , ", TEXT),
        ("gzip", gzip.compress(TEXT)),
        ("GZIP", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT)),
        ("gzip, identity", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT[:100]) + gzip.compress(b"") + gzip.compress(TEXT[100:])),
        ("gzip", gzip.compress(TEXT) + b"\0\0\0 junk \x1f"),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT) + b"\x1f junk"),
        ("deflate", raw_deflate(TEXT)),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 10**6])
async def test_one_coding_is_undone_however_it_is_cut(
    encoding: str, data: bytes, size: int
) -> None:
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    assert await read(pieces, encoding) == TEXT


@given(st.binary(max_size=3_000), st.sampled_from(["gzip", "deflate", "raw"]), st.data())
async def test_round_trip(text: bytes, coding: str, data: st.DataObject) -> None:
    packers: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "raw": raw_deflate,
    }
    packed = packers[coding](text)
    cut = data.draw(st.integers(0, len(packed)))
    encoding = "deflate" if coding == "raw" else coding
    assert await read([packed[:cut], b"", packed[cut:]], encoding) == text


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
async def test_an_empty_body_is_empty(encoding: str) -> None:
    assert await read([], encoding) == b""


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "deflate, gzip", "utf-8", "x\ny"])
async def test_other_codings_are_refused(encoding: str) -> None:
    with pytest.raises(FetchError, match=r"news.example sends Content-Encoding.*gzip") as caught:
        await read(b"x", encoding)
    assert str(caught.value).isprintable()
    assert not caught.value.retryable


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gzip", b"<html>not packed at all"),
        ("gzip", gzip.compress(TEXT)[:-8] + b"\0" * 8),
        ("gzip", gzip.compress(TEXT) + b"\x1f junk"),
        ("deflate", b"<html>not packed at all"),
        ("deflate", b"\x78\xff"),
    ],
)
async def test_a_broken_body(encoding: str, data: bytes) -> None:
    with pytest.raises(FetchError, match=f"^news.example sends a broken {encoding} body$") as e:
        await read(data, encoding)
    assert e.value.retryable


@pytest.mark.parametrize("packed", [gzip.compress(TEXT), gzip.compress(TEXT)[:15]])
async def test_a_body_that_ends_too_early(packed: bytes) -> None:
    with pytest.raises(FetchError, match="ends its gzip body too early"):
        await read(packed[:-4], "gzip")


async def test_too_many_parts() -> None:
    data = gzip.compress(b"") * (MAX_MEMBERS + 1)
    with pytest.raises(FetchError, match="more than 1000 parts"):
        await read([data[start : start + 65_536] for start in range(0, len(data), 65_536)], "gzip")


@pytest.mark.parametrize(("size", "fits"), [(1000, True), (1001, False)])
@pytest.mark.parametrize("encoding", ["", "gzip"])
async def test_the_limit_is_exact(size: int, fits: bool, encoding: str) -> None:
    data = b"x" * size
    packed = gzip.compress(data) if encoding else data
    if fits:
        assert await read(packed, encoding, limit=1000) == data
    else:
        with pytest.raises(FetchError, match=r"news.example sends more than 1,000 bytes"):
            await read(packed, encoding, limit=1000)
    assert (
        await read_body(stream([packed]), encoding, 1000, host="news.example", cut=True)
        == data[:1000]
    )


async def test_packed_bytes_count_as_well() -> None:
    data = gzip.compress(b"") * 900
    with pytest.raises(FetchError, match="sends more than 10,000 bytes"):
        await read(data, "gzip", limit=10_000)


def bombs() -> dict[str, tuple[str, bytes]]:
    zeros = bytes(256 * 2**20)
    return {
        "gzip": ("gzip", gzip.compress(zeros, 1)),
        "zlib": ("deflate", zlib.compress(zeros, 1)),
        "raw": ("deflate", raw_deflate(zeros)),
    }


async def test_a_bomb_fills_no_memory() -> None:
    for name, (encoding, packed) in bombs().items():
        tracemalloc.start()
        try:
            with pytest.raises(FetchError, match=r"^news.example sends more than 10 MiB$"):
                await read(packed, encoding)
            grown = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert grown < 20 * 2**20, name
