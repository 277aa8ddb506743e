"""Bytes to text, as browsers do it, and past labels that lie.

https://encoding.spec.whatwg.org/ maps labels (gb2312 and gbk mean gb18030) and puts a byte order
mark before HTTP before ``<meta>``. Labels on news sites are wrong often enough that one counts
only while the bytes agree with it; after that, what they look like decides.
"""

from __future__ import annotations

import codecs
import re

import webencodings

# Browsers look at 1,024 bytes; pages with long inline scripts put the declaration later.
_PRESCAN = 64 * 1024
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)  # one without an end holds the rest
_META = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w:.-]{2,40})", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufeff\ud800-\udfff]+")
CONTROL_BYTES = bytes({*range(32)} - {9, 10, 13})
_BOM = "\ufeff"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# The commonest characters of running text tell apart encodings that all decode without error.
_COMMON = {
    "gb18030": re.compile("[的一是在不了有和人这中大为上国我以要他时来用们年月日者对发会经部地]"),
    "big5hkscs": re.compile("[的一是在不了有和人這中大為上國我以要他時來用們年月日者對發會經部地]"),
    "cp932": re.compile("[のにはをたがでてとしれさいるなもかあ]"),
    "euc_jp": re.compile("[のにはをたがでてとしれさいるなもかあ]"),
    "cp949": re.compile("[이다의는에을가고를한은지로하사기]"),
}
WESTERN = "cp1252"
_DOUBTFUL = {*_COMMON, WESTERN}  # the labels that servers and editors put on anything
_SHARE = 0.08  # running text holds at least a tenth
_SAMPLE = 20_000  # bytes that are not ASCII: enough to tell by
_PROOF = 10  # characters that are not ASCII, to prove a label wrong
_FEW_ERRORS = 0.05  # of what is not ASCII
_FEW = 6  # Chinese characters that may all look like UTF-8
_SHIFT, _ISO_2022_JP = b"\x1b$", "iso2022_jp"  # from here on, two bytes a character
_RUN = re.compile(rb"(?:[\x80-\xff][\x30-\xff]?+){1,5000}+")  # bounded: it may be all of a body
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_WIDE = re.compile("[\u0800-\U0010ffff]")


def decode(body: bytes, charset: str | None = None) -> str:
    """The text of a page, feed or data file, without byte order mark, NULs and other controls.

    ``charset`` is the label of the HTTP header, if any. Never fails: bytes that fit no encoding
    become U+FFFD.
    """
    text, _ = _decode(body, charset)
    clean = len(body.translate(None, CONTROL_BYTES)) == len(body) and _BOM not in text
    return text if clean else _CONTROLS.sub("", text)


def to_utf8(body: bytes, charset: str | None = None) -> bytes:
    """What ``decode`` gives, in UTF-8 and with its controls: the body itself where it is that."""
    text, is_utf8 = _decode(body, charset)
    if is_utf8 and _BOM not in text:
        return body
    return text.replace(_BOM, "").encode("utf-8", "replace")


def codec(label: str | None) -> str | None:
    """Python's codec for a label of the Encoding Standard, None for an unknown label."""
    encoding = webencodings.lookup(label) if label else None
    if encoding is None or encoding.name in {"x-user-defined", "replacement"}:
        return None
    return "gb18030" if encoding.name in {"gbk", "gb18030"} else encoding.codec_info.name


def _decode(body: bytes, charset: str | None) -> tuple[str, bool]:
    """The text, and whether ``body`` is the same in UTF-8."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace"), False
    if wide := _utf16(body):
        return body.decode(wide, "replace"), False
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(body, [codec(charset), _declared(body)]), False
    other = _not_meant(body, text, charset)
    return (body.decode(other, "replace"), False) if other else (text, True)


def _not_meant(body: bytes, text: str, charset: str | None) -> str | None:
    """The codec of a ``body`` that is something else, though it is the UTF-8 of ``text``."""
    if (
        _SHIFT[0] in body and _SHIFT in body and _ISO_2022_JP in (codec(charset), _declared(body))
    ):  # in ASCII, all of it
        return _ISO_2022_JP
    longer = len(body) - len(text)  # by as many bytes as there are characters of two
    if 0 < longer <= _FEW and not _WIDE.search(text):
        # Two-byte UTF-8 alone is also what a few Chinese characters look like.
        label = codec(charset) or _declared(body)
        return label if label in {"gb18030", "big5hkscs"} else None
    return None


def _utf16(body: bytes) -> str | None:
    """UTF-16 without a byte order mark: markup is ASCII, so every other byte is NUL."""
    head = body[:256]
    even, odd = head[::2].count(0), head[1::2].count(0)
    most = 0.4 * len(head) / 2
    # A few NULs on the other side are characters such as U+4E00.
    if odd > most and even < odd / 4:
        return "utf-16-le"
    return "utf-16-be" if even > most and odd < even / 4 else None


def _declared(body: bytes) -> str | None:
    """The codec that the page or the XML declaration names."""
    head = _COMMENT.sub(b"", body[:_PRESCAN])
    found = _META.search(head) or _XML.search(head)
    name = codec(found[1].decode("ascii", "replace")) if found else None
    return None if name and name.startswith("utf-16") else name  # it could be read, so it is not


def _not_utf8(body: bytes, labels: list[str | None]) -> str:
    """Text of bytes that are not strictly UTF-8: the first label that fits, else a guess."""
    looks_like = None
    for name in labels:
        if name is None or name.startswith("utf-16"):
            continue
        text = body.decode(name, "replace")
        if not _fits(text, name):
            continue
        if name not in _DOUBTFUL:
            return text
        looks_like = looks_like or guess(body)
        if looks_like in (name, WESTERN):
            return text
    text = body.decode("utf-8", "replace")
    return text if _fits(text, "utf-8") else body.decode(looks_like or guess(body), "replace")


def _fits(text: str, name: str) -> bool:
    """Whether a decoding shows few errors; single-byte encodings always fit."""
    # GB18030 decodes almost anything; wrong text lands in characters of private use.
    rare = len(_PRIVATE.findall(text)) if name == "gb18030" else 0
    return max(text.count("\ufffd"), rare) <= _FEW_ERRORS * _foreign(text)


def guess(body: bytes) -> str:
    """UTF-8 with few errors, the encoding whose common characters show up, else windows-1252."""
    sample = _sample(body)
    if _fits(sample.decode("utf-8", "replace"), "utf-8"):
        return "utf-8"
    shares = {name: _share(sample.decode(name, "replace"), name) for name in _COMMON}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] > _SHARE else WESTERN


def _sample(body: bytes) -> bytes:
    """The runs of ``body`` that are not ASCII; the second byte of a character may look so."""
    runs, size = [], 0
    for run in _RUN.finditer(body):
        runs.append(run[0])
        size += len(run[0])
        if size > _SAMPLE:
            break
    return b" ".join(runs)


def _share(text: str, name: str) -> float:
    """How much of what is not ASCII in ``text`` is common in the language of encoding ``name``."""
    foreign = _foreign(text)
    found = len(_COMMON[name].findall(text)) - text.count("\ufffd")
    return found / foreign if foreign >= _PROOF else 0.0


def _foreign(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))
