"""Pages that are made to hurt, up to 10 MB each: the time and the memory that one takes.

Each is parsed in a process of its own, after an ordinary page, so that what it adds can be read
off. The goal is less than half a second and 300 MB, with an Article or a ParseError.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from monitor.errors import ParseError
from monitor.parse import parse_article

LARGEST = 10 * 1024 * 1024
LONGEST, MOST_MEMORY = 0.5, 300  # seconds of CPU, MiB
_HEAD = b"<h1>Bridge opens after two years</h1>"
_TEXT = b"A sentence that says something, and a little more of it. "
_ORDINARY = _HEAD + b"<p>" + _TEXT * 8
_ROOM = LARGEST - 1000


def _filled(piece: bytes) -> bytes:
    return _HEAD + piece * (_ROOM // len(piece))


def _many_attributes(tag: bytes) -> bytes:
    """As many as libxml2 is given of one tag, in as many tags as there is room for."""
    attributes = b" ".join(b"a%d=1" % n for n in range(1_100))
    return (b"<" + tag + b" " + attributes + b">x</" + tag + b">") * 1_300


PAGES: dict[str, Callable[[], bytes]] = {
    "100,000 nested divs": lambda: _HEAD + b"<div>" * 100_000 + _TEXT,
    "nested divs, as many as are read": lambda: _HEAD + b"<div>" * 44_000 + _TEXT,
    "one text node": lambda: _HEAD + b"<p>" + _TEXT * (_ROOM // len(_TEXT)),
    "text, as much as is read": lambda: _HEAD + b"<p>" + _TEXT * (2_900_000 // len(_TEXT)),
    "one word": lambda: _HEAD + b"<p>" + b"x" * _ROOM,
    "Chinese text": lambda: _filled("中国老挝，".encode()),
    "1,000,000 attributes": lambda: (
        _HEAD + b"<p " + b" ".join(b"a%d=1" % n for n in range(1_000_000)) + b">" + _TEXT
    ),
    "tags with attributes": lambda: _HEAD + b"".join(b"<b a%d=1>x" % n for n in range(44_000)),
    "tags of many attributes": lambda: _HEAD + _many_attributes(b"b"),
    "an aside of many attributes": lambda: _HEAD + b"<nav>" + _many_attributes(b"i") + b"<p>",
    "properties": lambda: _HEAD + (b"<i itemprop='" + b"name " * 3_000 + b"'>x") * 690,
    "names": lambda: _HEAD + b"".join(b"<div class='c%d share'>x</div>" % n for n in range(11_900)),
    "nested sides": lambda: _HEAD + b"<aside>" * 200 + (b"<p>" + _TEXT) * 14_000,
    "an aside that is read at its end": lambda: (
        _HEAD + b"<nav>" + b"<a href=/x>Another headline</a>" * 22_000 + b"<p>" + _TEXT
    ),
    "asides in asides": lambda: _HEAD + (b"<nav>x" * 1000 + b"<p>" + b"</nav>" * 1000) * 20,
    "ends of nothing": lambda: _HEAD + b"<font>" * 22_000 + b"</b>" * 22_000,
    "nothing closed": lambda: _HEAD + (b"<table><tr><td><ul><li><b><p>" + _TEXT) * 6_000,
    "paragraphs": lambda: _HEAD + (b"<p>" + _TEXT + b"</p>") * 19_000,
    "paragraphs, as many as are read": lambda: (
        _HEAD + b"".join(b"<p>" + _TEXT + b"%d</p>" % n for n in range(11_900))
    ),
    "Chinese paragraphs": lambda: (
        _HEAD + "".join(f"<p>第{n}次列车从万象开出，前往昆明。" for n in range(11_900)).encode()
    ),
    "lines": lambda: _HEAD + b"<div>" + b"".join(b"Line no. %d<br>" % n for n in range(11_900)),
    "lines of one paragraph": lambda: (
        _HEAD + b"<p>" + "".join(f"第{n}次列车<br>" for n in range(44_000)).encode()
    ),
    "lines of plain text": lambda: _HEAD + b"<pre>" + b"One more line of it.\n" * 11_900,
    "lines without number": lambda: _HEAD + b"<pre>" + b"\n" * _ROOM,
    "names of reporters": lambda: _HEAD + b"<p>" + "新华社记者、".encode() * 40_000,
    "lines of credits": lambda: _HEAD + b"<p>Source: Xinhua | Updated: 2021-01-22</p>" * 11_900,
    "headings": lambda: _HEAD + b"<h1>One - two | three</h1>" * 11_900,
    "teasers": lambda: _HEAD + b"<li><a href=/x>Another headline</a><p>Of it...</p>" * 7_400,
    "rows": lambda: _HEAD + b"<table>" + b"<tr><td>x<td>y" * 7_400,
    "nul bytes": lambda: _filled(b"\0a"),
    "UTF-16 without a mark": lambda: (_HEAD + b"<p>" + _TEXT * 50_000).decode().encode("utf-16-le"),
    "entities": lambda: _filled(b"&amp;"),
    "entities, as many as are read": lambda: _HEAD + b"<p>" + b"&lt" * 490_000,
    "carriage returns": lambda: _HEAD + b"<p>" + b"a\r" * (_ROOM // 2),
    "opening signs": lambda: _filled(b"<"),
    "comments": lambda: _filled(b"<!--"),
    "one tag's name": lambda: _HEAD + b"<" + b"a" * _ROOM,
    "a title of dashes": lambda: b"<title>" + b"a - " * (_ROOM // 4),
    "strings in a script": lambda: _HEAD + b"<script>" + b'"<p>' * 45_000 + b'"' * (_ROOM // 2),
    "data": lambda: (
        b"<script type='application/ld+json'>" + b"[" * (_ROOM // 2) + b"]" * (_ROOM // 2)
    ),
    "nested JSON-LD": lambda: b"<script type='application/ld+json'>" + b"[" * _ROOM,
    "random bytes": lambda: random.Random(1).randbytes(_ROOM),
    "random letters": lambda: bytes(32 + byte % 95 for byte in random.Random(2).randbytes(_ROOM)),
}


@dataclass(frozen=True, slots=True)
class Cost:
    seconds: float
    memory: int  # MiB that it added to the most that the process held
    outcome: str

    @property
    def is_bounded(self) -> bool:
        return self.seconds < LONGEST and self.memory < MOST_MEMORY


def main() -> int:
    """Parse every page and print; the exit status is 1 where one is over its bounds."""
    if len(sys.argv) > 1:
        print(*_measured(PAGES[sys.argv[1]]()), sep="\t")
        return 0
    worst = 0
    for name in PAGES:
        cost = measure(name)
        worst += not cost.is_bounded
        mark = " " if cost.is_bounded else "!"
        print(f"{mark} {name:34}{cost.seconds:6.2f} s {cost.memory:4d} MB  {cost.outcome}")
    return int(worst > 0)


def measure(name: str) -> Cost:
    """In a process of its own."""
    command = [sys.executable, "-m", "tests.bench.hostile", name]
    told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    seconds, memory, outcome = told.stdout.rstrip("\n").split("\t")
    return Cost(float(seconds), int(memory), outcome)


def _measured(html: bytes) -> tuple[float, int, str]:
    outcome = _parsed(_ORDINARY)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    outcome = _parsed(html)
    seconds = time.process_time() - start
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(seconds, 3), (after - before) // 1024, outcome


def _parsed(html: bytes) -> str:
    try:
        article = parse_article(html, "https://news.example/story")
    except ParseError as error:
        return str(error)
    return f"{len(article.body)} paragraphs"


if __name__ == "__main__":
    sys.exit(main())
