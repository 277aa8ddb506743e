"""Feeds whose bytes are not what they are said to be."""

from __future__ import annotations

import codecs

import pytest

from monitor.discover import parse_feed
from monitor.errors import DiscoverError

URL = "https://example.org/feed.xml"
ZH = [f"中老铁路开通以来第{n}列国际旅客列车从昆明站发车" for n in range(40)]
LO = [f"ທາງລົດໄຟລາວ-ຈີນ ຂະບວນທີ {n} ອອກຈາກສະຖານີ" for n in range(40)]


def feed(titles: list[str], declared: str = "") -> str:
    said = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
    items = "".join(
        f"<item><link>/{n}</link><title>{t}</title></item>" for n, t in enumerate(titles)
    )
    return f'{said}<rss version="2.0"><channel><title>N</title>{items}</channel></rss>'


def titles(body: bytes, charset: str | None = None) -> list[str | None]:
    return [link.title for link in parse_feed(body, URL, charset=charset)]


def cut(body: bytes, tail: bytes) -> bytes:
    """Without the last byte of the third title, as databases cut it."""
    parts = body.split(tail + b"</title>")
    assert parts[3]
    return (
        b"".join(
            part + (tail[:-1] if n == 2 else tail) + b"</title>"
            for n, part in enumerate(parts[:-1])
        )
        + parts[-1]
    )


@pytest.mark.parametrize("odd", ["", "<item><date/></item>"])  # which only feedparser reads
@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (cut(feed(ZH).encode(), "车".encode()), "utf-8"),
        (cut(feed(ZH).encode(), "车".encode()), None),
        (cut(feed(ZH, "gbk").encode(), "车".encode()), None),
        (cut(feed(ZH).encode("gbk"), "车".encode("gbk")), "gbk"),
        (cut(feed(ZH, "gb2312").encode("gbk"), "车".encode("gbk")), None),
        (feed(ZH).encode("gbk"), "utf-8"),
        (feed(ZH, "utf-8").encode("gbk"), None),
        (feed(ZH).encode("gbk"), None),
        (feed(ZH, "x-gbk").encode("gbk"), None),
        (feed(ZH).encode("gbk"), "x-gbk"),
        (feed(ZH).encode("gbk"), "iso-8859-1"),
        (feed(ZH, "us-ascii").encode("gbk"), None),
        (feed(ZH).encode(), "iso-8859-1"),
        (feed(ZH).encode(), "windows-1252"),
        (feed(ZH).encode(), "tis-620"),
        (feed(ZH).encode(), "hex"),
        (codecs.BOM_UTF8 + feed(ZH).encode(), "gbk"),
        (feed(ZH, "utf-16").encode(), None),  # as .NET's StringWriter has it
        (feed(ZH, "utf-16").encode("utf-16"), None),
        (feed(ZH, "utf-16").encode("utf-16"), "utf-8"),
        (feed(ZH).encode("utf-16-be"), None),
        (feed(ZH).encode("utf-32"), None),
    ],
)
def test_chinese_is_read_whatever_the_label(body: bytes, charset: str | None, odd: str) -> None:
    for wide in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-8"):
        end = "</channel>".encode(wide)
        body = body.replace(end, odd.encode(wide) + end)
    found = titles(body, charset)
    assert len(found) == 40
    assert sum(title in ZH for title in found) >= 39


def test_big5_without_a_label_is_read() -> None:
    taiwan = [f"寮國和中國的鐵路開通以來第{n}列國際列車從昆明出發" for n in range(9)]
    assert titles(feed(taiwan).encode("big5"), None) == taiwan


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", None])
def test_one_broken_byte_costs_one_character_of_lao(charset: str | None) -> None:
    broken = feed(LO).replace("ທີ 7", "ທີ 7#").encode().replace(b"#", b"\xff")
    found = titles(broken, charset)
    assert found == [*LO[:7], LO[7].replace("7", "7\ufffd"), *LO[8:]]


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", None])
def test_western_feeds_stay_western(charset: str | None) -> None:
    french = ["Le chemin de fer Laos–Chine a été inauguré à Vientiane, où l’économie s’élève"] * 9
    assert titles(feed(french).encode("cp1252"), charset) == french


def test_a_root_of_a_feed_in_a_strange_namespace_is_told() -> None:
    with pytest.raises(DiscoverError, match="<rdf>, but in a namespace or an encoding of no feed"):
        parse_feed(b"<x:rdf xmlns:x='urn:y'/>", URL)
