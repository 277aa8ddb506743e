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
    (b"ID3", "an MP3 file"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript document"),
    (b"OggS", "an Ogg file"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"wOF", "a font"),
)
_JSON = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\d\]])")
_CONTROLS, _MOST_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1f\x7f]"), 0.05
_JSONP = re.compile(rb"\s*[\w.$]{1,60}\(\s*(?:\{\s*[\"}]|\[\s*[\[{\"])")
_FEED = re.compile(rb"<(rss|feed|rdf:RDF|urlset|sitemapindex|opml)[\s>]")
_PROLOG = (
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--[^>]{0,400}-->\s*)?(?:<!DOCTYPE svg[^>]{0,300}>\s*)?"
)
_SVG = re.compile(_PROLOG + rb"<svg[\s>]")
_FILM = re.compile(rb".{4}ftyp(avif|heic)?", re.DOTALL)


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
    if film := _FILM.match(head):
        raise ParseError("not HTML: an image" if film[1] else "not HTML: a video")
    if len(_CONTROLS.findall(head)) > _MOST_CONTROLS * len(head):
        raise ParseError("not HTML: binary data")
    if _SVG.match(head):
        raise ParseError("not HTML: an SVG image")
    if _JSON.match(head) or _JSONP.match(head):
        raise ParseError("not HTML: JSON")
    if found := _FEED.search(head):
        raise ParseError(f"not HTML: an XML document <{found[1].decode()}>")
