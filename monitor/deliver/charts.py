"""Alerts a day as small bars: a PNG that stands in a mail.

Mail clients show PNG, and neither SVG nor scripts (https://www.caniemail.com). One palette image
of three colours is five chunks of https://www.w3.org/TR/png-3/, written here.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence

BAR, GAP, HEIGHT, SCALE = 8, 3, 32, 2  # pixels; drawn twice as large, for dense screens
_PALETTE = b"\x00\x00\x00\x4a\x80\xc4\xe0\x8a\x1e"  # nothing, a day, the last day
_OPACITY = b"\x00\xff\xff"  # the paper shows through, light or dark
_GROUND = 2  # pixels that a day without alerts is high


def size(days: Sequence[int]) -> tuple[int, int]:
    """Width and height at which the chart is to be shown."""
    return len(days) * (BAR + GAP) - GAP, HEIGHT


def chart(days: Sequence[int]) -> bytes:
    """Bars of ``days``, at least one of them; the highest fills the height, the last stands out."""
    width, height = (SCALE * side for side in size(days))
    rows = b"".join(b"\x00" + row for row in _rows(days))  # filter 0: none
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", _PALETTE),
            _chunk(b"tRNS", _OPACITY),
            _chunk(b"IDAT", zlib.compress(rows, 9)),
            _chunk(b"IEND", b""),
        ]
    )


def in_words(days: Sequence[int]) -> str:
    """For those who see no images."""
    return f"Alerts on each of the last {len(days)} days: {', '.join(map(str, days))}"


def _rows(days: Sequence[int]) -> Iterator[bytes]:
    highest = max(*days, 1)
    room = HEIGHT - _GROUND
    heights = [_GROUND + round(room * count / highest) for count in days]
    for row in range(HEIGHT):
        line = bytearray()
        for number, height in enumerate(heights, 1):
            colour = 0 if HEIGHT - row > height else 2 if number == len(days) else 1
            line += bytes([colour]) * BAR + bytes(GAP if number < len(days) else 0)
        wide = b"".join(bytes([pixel]) * SCALE for pixel in line)
        for _ in range(SCALE):
            yield wide


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
