"""Bytes to text, in the order of the Encoding Standard, and past labels that lie.

https://encoding.spec.whatwg.org/ maps labels (gb2312 and gbk mean gb18030) and puts a byte order
mark before HTTP before ``<meta>``. Labels on news sites are wrong often enough that a label is
kept only while the bytes agree with it.
"""

from __future__ import annotations

import codecs
import re

import webencodings

# Browsers look at 1,024 bytes; pages with long inline scripts put the declaration later.
_PRESCAN = 8192
_SAMPLE = 200_000
_META = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w:.-]{2,40})", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufeff\ud800-\udfff]")
# The commonest characters of running text tell apart encodings that all decode without error.
_COMMON = {
    "gb18030": "的一是在不了有和人这中大为上国我以要他时来用们年月日者对发会经部地",
    "big5": "的一是在不了有和人這中大為上國我以要他時來用們年月日者對發會經部地",
    "shift_jis": "のにはをたがでてとしれさいるなもかあ",
    "euc-jp": "のにはをたがでてとしれさいるなもかあ",
    "euc-kr": "이다의는에을가고를한은지로하사기",
}
_FEW_ERRORS = 0.05


def decode(html: bytes, charset: str | None = None) -> str:
    """The page's text, without byte order mark, NULs and other control characters.

    ``charset`` is the label of the HTTP header, if any. Never fails: bytes that fit no encoding
    become U+FFFD.
    """
    return _CONTROLS.sub("", _decode(html, charset))


def _decode(html: bytes, charset: str | None) -> str:
    for bom, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if html.startswith(bom):
            return html[len(bom) :].decode(name, "replace")
    if wide := _utf16(html):
        return html.decode(wide, "replace")
    try:
        text = html.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(html, charset)
    labelled = _codec(charset) or _declared(html)
    if labelled in {"gb18030", "big5"} and not text.isascii() and not _wide(text):
        # Two-byte UTF-8 alone is also what a few Chinese characters look like.
        return html.decode(labelled, "replace")
    return text


def _not_utf8(html: bytes, charset: str | None) -> str:
    """Text of bytes that are not strictly UTF-8: the first label that fits, else a guess."""
    for name in (_codec(charset), _declared(html)):
        if name and not name.startswith("utf-16"):
            text = html.decode(name, "replace")
            if _fits(text, name):
                return text
    guess = _guess(html)
    text = html.decode("utf-8", "replace")
    return text if _fits(text, "utf-8") else html.decode(guess, "replace")


def _fits(text: str, name: str) -> bool:
    """Whether a decoding shows few errors; single-byte encodings always fit."""
    foreign = len(re.findall(r"[^\x00-\x7f]", text[:_SAMPLE]))
    errors = text.count("\ufffd", 0, _SAMPLE)
    return errors <= _FEW_ERRORS * foreign and not (name == "gb18030" and _private(text, foreign))


def _private(text: str, foreign: int) -> bool:
    """GB18030 decodes almost anything; wrong text lands in rare and private characters."""
    rare = len(re.findall(r"[\ue000-\uf8ff]", text[:_SAMPLE]))
    return rare > _FEW_ERRORS * foreign


def _guess(html: bytes) -> str:
    """The East Asian encoding whose common characters show up, else windows-1252."""
    sample = html[:_SAMPLE]
    best, best_share = "cp1252", 0.08  # running text is at least a tenth common characters
    for name, common in _COMMON.items():
        text = sample.decode(name, "replace")
        foreign = [char for char in text if char > "\x7f"]
        hits = sum(char in common for char in foreign) - text.count("\ufffd")
        if foreign and hits / len(foreign) > best_share:
            best, best_share = name, hits / len(foreign)
    return best


def _utf16(html: bytes) -> str | None:
    """UTF-16 without a byte order mark: markup is ASCII, so every other byte is NUL."""
    head = html[:256]
    even, odd = head[::2].count(0), head[1::2].count(0)
    most = 0.4 * len(head) / 2
    # A few NULs on the other side are characters such as U+4E00.
    if odd > most and even < odd / 4:
        return "utf-16-le"
    return "utf-16-be" if even > most and odd < even / 4 else None


def _wide(text: str) -> bool:
    return re.search("[\u0800-\U0010ffff]", text) is not None


def _declared(html: bytes) -> str | None:
    head = html[:_PRESCAN]
    found = _META.search(head) or _XML.search(head)
    return _codec(found.group(1).decode("ascii", "replace")) if found else None


def _codec(label: str | None) -> str | None:
    """Python's codec for a label of the Encoding Standard, None for an unknown label."""
    encoding = webencodings.lookup(label) if label else None
    if encoding is None or encoding.name in {"x-user-defined", "replacement"}:
        return None
    return "gb18030" if encoding.name in {"gbk", "gb18030"} else encoding.codec_info.name
