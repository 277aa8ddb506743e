"""The body of a feed as UTF-8, in whatever usual way it was written."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator

from monitor.discover.feeddoubts import Doubt, UnsureError

_CHUNK = 2**16
_DECLARATION = re.compile(rb"""<\?xml[^>\n]*?encoding=["']([^"'\n]*)["']""")
_CODECS = {"utf-8", "ascii", "gb18030", "gbk", "big5", "iso8859-1", "cp1252", "cp874"}
_REFERENCE = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:#?\w+;)?", re.DOTALL)


def codec_of(body: bytes, charset: str | None) -> tuple[str, bytes]:
    """How a body is written, and the body without its mark.

    As in feedparser, HTTP's word counts before the feed's own. Raises UnsureError for odd ways.
    """
    text = body.removeprefix(codecs.BOM_UTF8)
    declared = _DECLARATION.match(text)
    label = charset or (declared[1].decode("latin-1") if declared else "utf-8")
    try:
        codec = codecs.lookup(label).name
    except (LookupError, ValueError):
        codec = ""
    codec = "gb18030" if codec == "gb2312" else codec  # as browsers take it
    if codec not in _CODECS or (text is not body and codec != "utf-8"):
        raise UnsureError(Doubt.ENCODING)
    return codec, text


def in_utf8(text: bytes, codec: str) -> bytes:
    """Raises UnicodeError."""
    return text if codec == "utf-8" else text.decode(codec).encode()  # libxml2 checks UTF-8


def pieces(text: bytes, codec: str) -> Iterator[bytes]:
    """The same, piece by piece."""
    chunks = (text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK))
    if codec == "utf-8":
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder(codec)()
    for chunk in chunks:
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()


def mended_body(body: bytes, codec: str) -> bytes:
    """UTF-8 with whole characters, and with references that libxml2 does not lose."""
    return _REFERENCE.sub(_in_figures, body.decode(codec, "replace")).encode()


def _in_figures(found: re.Match[str]) -> str:
    """A reference by name as one by number: past an error, libxml2 drops all others."""
    printed = found[0]
    if printed.startswith(("<", "&#")):
        return printed
    return "".join(f"&#{ord(character)};" for character in html.unescape(printed))


def holds_latin(text: bytes) -> bool:
    """Whether there may be characters from U+0080 to U+00FF in it."""
    return b"\xc2" in text or b"\xc3" in text or (b"#" in text and b"&#" in text)
