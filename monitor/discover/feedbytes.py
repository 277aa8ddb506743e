"""The body of a feed as UTF-8, in whatever usual way it was written."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator

from monitor.charset import WESTERN, codec, decode, guess
from monitor.discover.feeddoubts import Doubt, UnsureError

_CHUNK = 2**16
_DECLARATION = re.compile(rb"""<\?xml[^>\n]*?encoding=["']([^"'\n]*)["']""")
_CODECS = {"utf-8", "ascii", "gb18030", "gbk", "big5", "iso8859-1", "cp1252", "cp874"}
_WEAK = {"ascii", "iso8859-1", "cp1252"}  # the labels that servers put on anything
_NO_TEXT = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}
_WIDE = (  # the byte order mark, or the first "<"
    *((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32")),
    *((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")),
    *((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be")),
    *((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be")),
)
_FOREIGN = re.compile("[\u0800-\U0010ffff]")  # no two bytes of another encoding look like these
_REFERENCE = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:#?\w+;)?", re.DOTALL)


def codec_of(body: bytes, charset: str | None) -> tuple[str, bytes]:
    """How a body is written, and the body without its mark.

    As in feedparser, HTTP's word counts before the feed's own. Raises UnsureError for odd ways.
    """
    name, text = _meant(body, charset)
    if name not in _CODECS:
        raise UnsureError(Doubt.ENCODING)
    return name, text


def _meant(body: bytes, charset: str | None) -> tuple[str, bytes]:
    """The same for any body; "" where nobody knows the label."""
    text = body.removeprefix(codecs.BOM_UTF8)
    if text is not body:
        return "utf-8", text
    declared = _DECLARATION.match(text)
    name = _named(charset or (declared[1].decode("latin-1") if declared else "utf-8"))
    return (name if name == "utf-8" or text.isascii() else _shown(text, name)), text


def _named(label: str) -> str:
    """Python's name for what a label means, to Python or to browsers."""
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        name = codec(label) or ""
    if name.startswith(("utf-16", "utf-32")):
        return "utf-8"  # of a declaration that could be read, byte by byte
    return {"gb2312": "gb18030"}.get(name, "" if name in _NO_TEXT else name)


def _shown(text: bytes, name: str) -> str:
    """``name``, unless the bytes show that it lies."""
    try:
        found = text.decode()
    except UnicodeDecodeError:
        likely = guess(text) if name in _WEAK else WESTERN
        return name if likely == WESTERN else likely
    return "utf-8" if name in _WEAK or _FOREIGN.search(found) else name


def settled(body: bytes, charset: str | None) -> bytes:
    """UTF-8 of a body in any encoding, with U+FFFD where a few bytes are broken."""
    if wide := next((name for mark, name in _WIDE if body.startswith(mark)), None):
        return body.decode(wide, "replace").encode()
    name, text = _meant(body, charset)
    try:
        return text.decode(name).encode() if name else decode(body, charset).encode()
    except (UnicodeError, LookupError):  # LookupError: hex and the like are no encodings of text
        return decode(body, charset).encode()


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
