"""Parsing ordinary feeds, beside feedparser and fastfeedparser, on the same bodies in the same run.

In every round each reader takes each feed three times in a row; its figure is the CPU time of the
fastest, since whatever else the machine does only adds to it. The readers make different things of
a feed: ours links as plain text, feedparser all that it knows, fastfeedparser dictionaries.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

import feedparser

from monitor.discover import parse_feed
from tests.bench import newsstand
from tests.bench.report import Row, table

URL = "https://www.site-0.example/feed.xml"
BASE = datetime(2026, 11, 3, tzinfo=UTC)
PEER = "fastfeedparser"  # pip install fastfeedparser
Reader = Callable[[bytes], Sequence[object]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status is 1 where a reader found other than all items."""
    options = _options(arguments)
    bodies, readers = feeds(), dict(_readers())
    wrong = [
        f"{name} finds {found} items in {feed}, not {newsstand.ITEMS}"
        for feed, body in bodies.items()
        for name, read in readers.items()
        if (found := len(read(body))) != newsstand.ITEMS
    ]
    best = measured(bodies, readers, options.rounds)
    rows = [_row(feed, len(body), best[feed]) for feed, body in bodies.items()]
    if options.json:
        print(json.dumps({**_machine(), "feeds": rows, "wrong": wrong}, indent=2))
    else:
        print(*(f"{key}: {value}" for key, value in _machine().items()), "", sep="\n")
        print(table(rows), *wrong, sep="\n")
    return int(bool(wrong))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.feeds", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="of which the fastest counts (20)")
    parser.add_argument("--json", action="store_true", help="figures for programs")
    return parser.parse_args(arguments)


def _readers() -> Iterator[tuple[str, Reader]]:
    yield "ours", lambda body: parse_feed(body, URL)
    yield "feedparser", lambda body: _entries(feedparser.parse(BytesIO(body)))
    # As we call it for odd feeds: only text is wanted.
    yield "without sanitising", lambda body: _entries(_unsanitised(body))
    if find_spec(PEER):
        peer = import_module(PEER)
        yield PEER, lambda body: _entries(peer.parse(body))


def _entries(feed: Any) -> Sequence[object]:
    return list(feed.entries)


def _unsanitised(body: bytes) -> Any:
    return feedparser.parse(BytesIO(body), resolve_relative_uris=False, sanitize_html=False)


def feeds() -> dict[str, bytes]:
    """Feeds of as many items each: of all three languages, with summaries and whole stories."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        newsstand.publish(Path(folder), range(2 * len(newsstand.TONGUES)), 0, BASE)
        short = [path.read_bytes() for path in sorted(Path(folder).iterdir())]
    names = [
        f"{form} {tongue.language}" for tongue in newsstand.TONGUES for form in ("Atom", "RSS")
    ]
    return {
        **dict(zip(names, short, strict=True)),
        "RSS en, whole": _written(_WHOLE, "Customs at Boten", "lorem ipsum dolor sit amet, " * 12),
        "RSS zh, guid": _written(
            _GUID, "中老铁路", "新华社万象电 中老铁路自开通以来累计发送旅客。" * 3
        ),
        "RDF lo": _written(_RDF, "ທາງລົດໄຟລາວ-ຈີນ", "ດ່ານບໍ່ເຕັນ ຂົນສົ່ງສິນຄ້າຂ້າມແດນ " * 3),
        "RSS en, plain": _written(_GUID, "Customs at Boten", "More trucks than ever.\n" * 60),
    }


# Head, item and foot.
_WHOLE = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel><title>N</title>'
    '<atom:link href="https://a.example/feed/" rel="self" type="application/rss+xml"/>'
    "<link>https://a.example</link><description>D</description><language>en-US</language>",
    "<item><title>{title} {n} &#8211; more</title><link>https://a.example/2026/11/{n}/</link>"
    "<dc:creator><![CDATA[KPL]]></dc:creator><pubDate>Tue, 03 Nov 2026 02:{n:02}:00 +0000</pubDate>"
    '<category><![CDATA[Trade]]></category><guid isPermaLink="false">https://a.example/?p={n}</guid>'
    '<description><![CDATA[<p>{title} {n} &#8230;</p> <p>The post <a href="https://a.example/{n}/">'
    "{title}</a> appeared first.</p>]]></description><content:encoded><![CDATA["
    '<p>{text}<a href="https://a.example/x">link</a> <strong>{title}</strong></p>\n'
    '<figure><img src="https://a.example/{n}.jpg" alt="{title}"/></figure>\n<p>{text}</p>]]>'
    "</content:encoded><slash:comments>0</slash:comments></item>\n",
    "</channel></rss>",
)
_GUID = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>N</title>'
    "<link>https://a.example</link><description>D</description>",
    "<item><title>{title} {n}</title><link>https://a.example/n1/2026/1103/c1-{n}.html</link>"
    "<guid>https://a.example/n1/2026/1103/c1-{n}.html</guid><author>新华社</author>"
    "<pubDate>Tue, 03 Nov 2026 09:{n:02}:00 +0800</pubDate>"
    "<description>{text}</description></item>",
    "</channel></rss>",
)
_RDF = (
    '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    '<channel rdf:about="https://a.example/"><title>N</title><dc:language>lo</dc:language></channel>',
    '<item rdf:about="https://a.example/{n}"><title>{title} {n}</title>'
    "<link>https://a.example/{n}</link><description>{text}</description>"
    "<dc:creator>ຂປລ</dc:creator><dc:date>2026-11-03T09:{n:02}:00+07:00</dc:date></item>",
    "</rdf:RDF>",
)


def _written(form: tuple[str, str, str], title: str, text: str) -> bytes:
    head, item, foot = form
    said = {"title": escape(title), "text": escape(text)}
    return "".join(
        (head, *(item.format(n=n, **said) for n in range(newsstand.ITEMS)), foot)
    ).encode()


def measured(
    bodies: dict[str, bytes], readers: dict[str, Reader], rounds: int
) -> dict[str, dict[str, float]]:
    """Milliseconds of CPU time, by feed and by reader."""
    best = {feed: dict.fromkeys(readers, float("inf")) for feed in bodies}
    for _ in range(rounds):
        for feed, body in bodies.items():
            for name, read in readers.items():
                best[feed][name] = min(best[feed][name], *(_cost(read, body) for _ in range(3)))
    return best


def _cost(read: Reader, body: bytes) -> float:
    began = time.process_time()
    read(body)
    return (time.process_time() - began) * 1_000


def _row(feed: str, size: int, best: dict[str, float]) -> Row:
    ours = best["ours"]
    peers = {name: took for name, took in best.items() if name != "ours"}
    times = {f"{name} ms": took for name, took in best.items()}
    return {"feed": feed, "kB": size // 1_000, **times} | {
        f"{name} / ours": took / ours for name, took in peers.items()
    }


def _machine() -> Row:
    versions = (f"{name} {importlib.metadata.version(name)}" for name in _installed())
    return {
        "date": f"{datetime.now().astimezone():%d %B %Y, %H:%M %Z}",
        "machine": f"{os.cpu_count()} × {_processor()}, {platform.system()} {platform.release()}",
        "load": "1, 5, 15 minutes: " + ", ".join(f"{load:.1f}" for load in os.getloadavg()),
        "versions": ", ".join((*versions, f"Python {platform.python_version()}")),
    }


def _installed() -> Iterator[str]:
    yield from ("feedparser", "lxml")
    if find_spec(PEER):
        yield PEER


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text("utf-8").splitlines() if told.exists() else []
    models = (line.partition(": ")[2] for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


if __name__ == "__main__":
    sys.exit(main())
