"""Bytes that are no HTML page, recognised by name before anything is parsed."""

from __future__ import annotations

import re

from monitor.errors import ParseError

LARGEST = 10 * 1024 * 1024
_HEAD = 1024
_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a WebP image or another RIFF file"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x1f\x8b", "gzip data that was not decoded"),
    (b"\x00\x00\x00\x18ftyp", "a video"),
    (b"ID3", "an MP3 file"),
)
_JSON = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\d\]])")
_CONTROLS, _MOST_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1f\x7f]"), 0.05
_FEED = re.compile(rb"<(rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]")


def refuse(html: bytes) -> None:
    """Raise ParseError where ``html`` is empty, too large, or something other than HTML."""
    head = html[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if not html.strip():
        raise ParseError("not HTML: the page is empty")
    if len(html) > LARGEST:
        raise ParseError(f"the page has {len(html):,} bytes; at most {LARGEST:,} are parsed")
    for magic, name in _MAGIC:
        if head.startswith(magic):
            raise ParseError(f"not HTML: {name}")
    if len(_CONTROLS.findall(head)) > _MOST_CONTROLS * len(head):
        raise ParseError("not HTML: binary data")
    if _JSON.match(head):
        raise ParseError("not HTML: JSON")
    if found := _FEED.search(head):
        raise ParseError(f"not HTML: an XML document <{found[1].decode()}>")
