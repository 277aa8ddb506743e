"""Mails as a browser shows them: headless Chromium, which takes a picture or tells what it made of
a page."""

from __future__ import annotations

import base64
import shutil
import struct
import subprocess
import zlib
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import pytest

from monitor.deliver.base import DigestSettings
from monitor.deliver.render import Look, rendered
from monitor.models import Collection, Message

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_browser = pytest.mark.skipif(
    CHROMIUM is None,
    reason="no chromium: apt-get install chromium fonts-noto-core fonts-noto-cjk",
)
DARK, LIGHT = 0, 1  # Chromium's numbers


def page(told: Message | Collection, folder: Path, **digest: str) -> Path:
    """The HTML of a mail as a file, its pictures inside."""
    mail = rendered(told, Look(digest=DigestSettings.model_validate(digest)), "desk.example")
    html = mail.html
    for name, image in mail.images.items():
        data = base64.b64encode(image).decode()
        html = html.replace(f"cid:{name}", f"data:image/png;base64,{data}")
    path = folder / "mail.html"
    path.write_text(html, "utf-8")
    return path


def _call(folder: Path, *arguments: str) -> str:
    assert CHROMIUM is not None
    quiet = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    done = subprocess.run(
        [CHROMIUM, "--headless", *quiet, f"--user-data-dir={folder}/chromium", *arguments],
        capture_output=True,
        check=True,
        timeout=120,
    )
    return done.stdout.decode()


def dom(path: Path) -> str:
    """The page when its scripts, if it has any, have run."""
    return _call(path.parent, "--dump-dom", f"file://{path}")


@dataclass(frozen=True, slots=True)
class Picture:
    """Rows of pixels, three or four bytes each."""

    path: Path
    width: int
    rows: list[bytes]
    depth: int

    def colour(self, x: int, y: int) -> tuple[int, ...]:
        return tuple(self.rows[y][x * self.depth : x * self.depth + 3])

    @property
    def colours(self) -> set[tuple[int, ...]]:
        starts = range(0, self.width * self.depth, self.depth)
        return {tuple(row[start : start + 3]) for row in self.rows for start in starts}


def picture(path: Path, scheme: int, *, width: int = 760, height: int = 1000) -> Picture:
    shot = path.with_name(f"{path.stem}-{scheme}-{width}.png")
    size = f"--window-size={width},{height}"
    scheme_ = f"--blink-settings=preferredColorScheme={scheme}"
    _call(path.parent, size, scheme_, f"--screenshot={shot}", f"file://{path}")
    return _read(shot)


def _read(path: Path) -> Picture:
    """https://www.w3.org/TR/png-3/, as far as Chromium writes it: 8 bits, colour, no interlace."""
    png, at, data = path.read_bytes(), 8, b""
    width, depth = 0, 0
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        if kind == b"IHDR":
            width, _, bits, colour = struct.unpack_from(">IIBB", png, at + 8)
            assert bits == 8
            depth = {2: 3, 6: 4}[colour]
        if kind == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += length + 12
    return Picture(path, width, _unfiltered(zlib.decompress(data), width * depth, depth), depth)


def _unfiltered(raw: bytes, stride: int, depth: int) -> list[bytes]:
    rows: list[bytes] = []
    above = bytes(stride)
    for start in range(0, len(raw), stride + 1):
        above = _row(raw[start], raw[start + 1 : start + 1 + stride], above, depth)
        rows.append(above)
    return rows


def _row(kind: int, row: bytes, above: bytes, depth: int) -> bytes:
    if kind == 0:
        return row
    if kind == 2:
        return bytes((one + up) & 255 for one, up in zip(row, above, strict=True))
    done = bytearray(row)
    if kind == 1:
        for channel in range(depth):
            added = accumulate(row[channel::depth], lambda left, one: (left + one) & 255)
            done[channel::depth] = bytes(added)
        return bytes(done)
    for i in range(len(row)):
        left, corner = (done[i - depth], above[i - depth]) if i >= depth else (0, 0)
        done[i] = (row[i] + _guess(kind, left, above[i], corner)) & 255
    return bytes(done)


def _guess(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 3:
        return (left + up) // 2
    plane = left + up - corner  # Paeth: the neighbour nearest to their plane
    return min((left, up, corner), key=lambda side: abs(plane - side))
