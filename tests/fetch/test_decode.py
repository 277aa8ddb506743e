"""Bodies in their content codings: whole, broken, and made to fill the memory."""

from __future__ import annotations

import subprocess
import sys
import zlib
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import FetchError
from monitor.fetch.decode import MAX_PARTS, read_body
from tests.builders import gzipped

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LIMIT = 10 * 2**20
TEXT = "老挝 Lao PDR ".encode() * 5_000


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def with_window(data: bytes, bits: int) -> bytes:
    """``data`` in zstd, made for readers that remember so much."""
    options: dict[int, int] = {zstd.CompressionParameter.window_log: bits}
    packer = zstd.ZstdCompressor(options=options)
    return bytes(packer.compress(data) + packer.flush())


PACKERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzipped),
    "deflate": ("deflate", zlib.compress),
    "raw": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstd.compress),
}
SKIPPED = b"\x50\x2a\x4d\x18\x04\0\0\0abcd"  # a skippable frame, RFC 8878 §3.1.2


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
        ("GZIP", gzipped(TEXT)),
        ("x-gzip", gzipped(TEXT)),
        ("gzip, identity", gzipped(TEXT)),
        ("gzip", gzipped(TEXT[:100]) + gzipped(b"") + gzipped(TEXT[100:])),
        ("gzip", gzipped(TEXT) + b"\0\0\0 junk \x1f"),
        ("deflate", zlib.compress(TEXT) + b"\x1f junk"),
        ("br", brotli.compress(TEXT, lgwin=23)),
        ("zstd", zstd.compress(TEXT[:100]) + SKIPPED + zstd.compress(TEXT[100:])),
        ("zstd", with_window(TEXT, 23) + b"junk"),
        *((encoding, pack(TEXT)) for encoding, pack in PACKERS.values()),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 10**6])
async def test_one_coding_is_undone_however_it_is_cut(
    encoding: str, data: bytes, size: int
) -> None:
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    assert await read(pieces, encoding) == TEXT


@given(st.binary(max_size=3_000), st.sampled_from(sorted(PACKERS)), st.data())
async def test_round_trip(text: bytes, coding: str, data: st.DataObject) -> None:
    encoding, pack = PACKERS[coding]
    packed = pack(text)
    cut = data.draw(st.integers(0, len(packed)))
    assert await read([packed[:cut], b"", packed[cut:]], encoding) == text


@given(st.sampled_from(sorted(PACKERS)), st.data())
async def test_whatever_is_broken_is_a_fetch_error(coding: str, data: st.DataObject) -> None:
    encoding, pack = PACKERS[coding]
    packed = bytearray(pack(TEXT[:2_000]))
    for _ in range(data.draw(st.integers(1, 4))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = str(len(await read(bytes(packed), encoding)))
    except FetchError as error:
        found = str(error).removeprefix("news.example ")
    assert found.isprintable()
    assert "news.example" not in found


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate", "br", "zstd"])
async def test_an_empty_body_is_empty(encoding: str) -> None:
    assert await read([], encoding) == b""


@pytest.mark.parametrize(
    "encoding", ["compress", "gzip, gzip", "deflate, gzip", "br, br", "gzip, zstd", "utf-8", "x\ny"]
)
async def test_other_codings_are_refused(encoding: str) -> None:
    with pytest.raises(FetchError, match=r"news.example sends Content-Encoding.*gzip") as caught:
        await read(b"x", encoding)
    assert str(caught.value).isprintable()
    assert not caught.value.retryable


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gzip", b"<html>not packed at all"),
        ("gzip", gzipped(TEXT)[:-8] + b"\0" * 8),
        ("gzip", gzipped(TEXT) + b"\x1f junk"),
        ("deflate", b"<html>not packed at all"),
        ("deflate", b"\x78\xff"),
        ("br", b"<html>not packed at all"),
        ("zstd", b"<html>not packed at all"),
        ("zstd", zstd.compress(TEXT) + b"\x28 junk"),
    ],
)
async def test_a_broken_body(encoding: str, data: bytes) -> None:
    with pytest.raises(FetchError, match=f"^news.example sends a broken {encoding} body: ") as e:
        await read(data, encoding)
    assert e.value.retryable


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gzip", gzipped(TEXT)[:-4]),
        ("gzip", gzipped(TEXT)[:11]),
        ("br", brotli.compress(TEXT)[:-4]),
        ("zstd", zstd.compress(TEXT)[:-4]),
        ("zstd", zstd.compress(TEXT)[:3]),
    ],
)
async def test_a_body_that_ends_too_early(encoding: str, data: bytes) -> None:
    with pytest.raises(FetchError, match=f"ends its {encoding} body too early"):
        await read(data, encoding)


@pytest.mark.parametrize(
    ("encoding", "data", "reason"),
    [
        ("br", brotli.compress(TEXT, lgwin=24), "a window of more than 8 MiB"),
        ("zstd", with_window(TEXT, 24), "too much memory"),
    ],
)
async def test_a_window_of_more_than_8_mib(encoding: str, data: bytes, reason: str) -> None:
    with pytest.raises(
        FetchError, match=f"^news.example sends a broken {encoding} body: .*{reason}"
    ):
        await read([data[:1], data[1:]], encoding)


@pytest.mark.parametrize(("encoding", "part"), [("gzip", gzipped(b"")), ("zstd", SKIPPED)])
async def test_too_many_parts(encoding: str, part: bytes) -> None:
    data = part * (MAX_PARTS + 1)
    with pytest.raises(FetchError, match=f"sends a {encoding} body of more than 1000 parts"):
        await read(
            [data[start : start + 65_536] for start in range(0, len(data), 65_536)], encoding
        )


@pytest.mark.parametrize(("size", "fits"), [(1000, True), (1001, False)])
@pytest.mark.parametrize("coding", ["", *PACKERS])
async def test_the_limit_is_exact(size: int, fits: bool, coding: str) -> None:
    data = b"x" * size
    encoding, pack = PACKERS.get(coding, ("", bytes))
    packed = pack(data)
    if fits:
        assert await read(packed, encoding, limit=1000) == data
    else:
        with pytest.raises(FetchError, match=r"news.example sends more than 1,000 bytes"):
            await read(packed, encoding, limit=1000)
    beginning = await read_body(stream([packed]), encoding, 1000, host="news.example", cut=True)
    assert beginning == data[:1000]


async def test_packed_bytes_count_as_well() -> None:
    data = gzipped(b"") * 900
    with pytest.raises(FetchError, match="sends more than 10,000 bytes"):
        await read(data, "gzip", limit=10_000)


BOMBS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    **PACKERS,
    "br": ("br", lambda data: bytes(brotli.compress(data, quality=5, lgwin=23))),
    "zstd": ("zstd", lambda data: with_window(data, 23)),
}

DEFUSE = """
import asyncio, pathlib, sys
from monitor.errors import FetchError
from monitor.fetch.decode import read_body

async def chunks():
    yield packed

def kib(line: str) -> int:
    status = pathlib.Path("/proc/self/status").read_text()
    return int(status.partition(line)[2].split()[0])

encoding, packed = sys.argv[1], sys.stdin.buffer.read()
before = kib("VmRSS:")
try:
    asyncio.run(read_body(chunks(), encoding, 10 * 2**20, host="news.example"))
except FetchError as error:
    print(error, kib("VmHWM:") - before, sep="|")
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux about its memory")
@pytest.mark.parametrize("coding", BOMBS)
def test_a_bomb_fills_no_memory(coding: str) -> None:
    """Measured from outside: what C libraries take, Python does not see."""
    encoding, pack = BOMBS[coding]
    packed = pack(bytes(32 * 2**20))
    ended = subprocess.run(
        [sys.executable, "-c", DEFUSE, encoding], input=packed, capture_output=True, check=True
    )
    said, _, grown = ended.stdout.decode().partition("|")
    assert said == "news.example sends more than 10 MiB"
    assert int(grown) < 20 * 2**10  # KiB
