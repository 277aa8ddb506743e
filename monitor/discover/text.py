"""Strangers' markup, addresses and dates, made plain."""

from __future__ import annotations

import datetime as dt
import html
import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from lxml import etree

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
_SHORT = 200  # characters, up to which to look at them one by one is fastest
_ASCII_CONTROL = bytes((*range(0x09), *range(0x0E, 0x20), 0x7F))
_BLANKS = bytes.maketrans(b"\t\n\v\f\r", b"     ")
_BLOCKS = r"(?:p|div|br|li|td|tr|h[1-6])"
_BLOCK = re.compile(rf"(</?{_BLOCKS}\b)", re.IGNORECASE)
# Tags that say where they end, of elements whose content is text like any other's.
_REST = r"""(?=[\s/>])[^<>"']*(?:"[^"<>]*"[^<>"']*|'[^'<>]*'[^<>"']*)*+>"""
_BLOCK_TAG = re.compile(rf"</?{_BLOCKS}{_REST}", re.IGNORECASE)
_INLINE_TAG = re.compile(
    rf"</?(?:a|abbr|b|blockquote|center|cite|code|em|figcaption|figure|font|hr|i|img|ol|pre|q|s|section"
    rf"|small|span|strong|sub|sup|table|tbody|thead|u|ul){_REST}",
    re.IGNORECASE,
)
_BARE = re.compile(r"<(?![a-zA-Z/!?])")
_TREE = etree.HTMLParser(encoding="utf-8")
_ANY_TAGS = re.compile(r"(?:<[^>]*>?)+")  # of a thousand in a row one blank is made, at once
_MOST_TAGS = 2_000  # of a text to be looked at closely; an attack on the parser has more
_CUT_ENTITY = re.compile(r"&#?\w*<")
_ORDINARY_URL = re.compile(
    # Nothing in it that joining would change.
    r"https?://[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*(?::\d{1,5})?"
    r"(?:/[\w!$%&'()*+,./:=@~-]*(?:\?[\w!$%&'()*+,./:;=?@~-]+)?)?",
    re.ASCII,
)

_FROM_THE_ROOT = re.compile(
    # No segment that joining would take out.
    r"(?:/[\w!$%&'()*+,:=@~-][\w!$%&'()*+,.:=@~-]*)+/?(?:\?[\w!$%&'()*+,./:;=?@~-]+)?",
    re.ASCII,
)


def collapse(text: str) -> str:
    """``text`` on one line, each run of white space one blank, without control characters."""
    if len(text) < _SHORT and text.isprintable() and "  " not in text:
        return text.strip(" ")
    if text.isascii():
        line = text.encode().translate(_BLANKS, _ASCII_CONTROL).decode().strip()
    else:
        line = text.replace("\n", " ").strip()
        if not line.isprintable():
            return " ".join(_CONTROL.sub("", text).split())
    return " ".join(line.split()) if "  " in line else line


def plain_text(markup: str, *, careful: bool = True) -> str:
    """The text of a piece of HTML, on one line: tags gone, entities decoded.

    Only ``careful``, which takes up to a hundred times as long, it lets scripts and comments go.
    """
    text, most = markup, _MOST_TAGS if careful else _MOST_TAGS // 20
    if len(text) > most and text.count("<") > most:
        text = _ANY_TAGS.sub(" ", text)
    if "<" in text:
        text = _BLOCK_TAG.sub(" ", text)
    if "<" in text and not _CUT_ENTITY.search(text):
        text = _INLINE_TAG.sub("", text)
    if "<" in text and careful:
        return _text_of_tree(markup)
    return collapse(html.unescape(_ANY_TAGS.sub(" ", text)))


def _text_of_tree(markup: str) -> str:
    # Bytes, since lxml refuses text that declares an encoding of its own.
    clean = _BARE.sub("&lt;", _CONTROL.sub("", markup))
    body = _BLOCK.sub(r" \1", clean).encode()
    root = etree.fromstring(b"<div>" + body + b"</div>", _TREE)
    etree.strip_elements(root, "script", "style", with_tail=False)
    return collapse(str(root.xpath("string()")))


def http_url(base: str, href: str) -> str | None:
    """``href`` as an absolute http(s) URL, resolved against ``base``; None where it is none."""
    if _ORDINARY_URL.fullmatch(href):
        return href
    if _FROM_THE_ROOT.fullmatch(href) and (root := _root(base)):
        return root + href
    try:
        url = urljoin(base, collapse(href).replace(" ", "%20"))
        parts = urlsplit(url)
    except ValueError:  # such as an unclosed IPv6 bracket
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return url if url.startswith("http") else parts.geturl()  # HTTP:// becomes http://


@lru_cache(maxsize=64)
def _root(base: str) -> str | None:
    """What stands before the path of addresses of a site; None where ``base`` is none of its."""
    if _ORDINARY_URL.fullmatch(base) is None:
        return None
    scheme, _, rest = base.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


_Y, _M, _D = r"(?P<y>20\d\d|19\d\d)", r"(?P<m>0[1-9]|1[0-2])", r"(?P<d>0[1-9]|[12]\d|3[01])"
_URL_DATE = re.compile(
    # /2026/11/03/ /2026-11/03/ /202611/03/ /2026/1103/ /20261103/ t20261103_ /2026-11-03-slug
    rf"(?<!\d){_Y}[/_-]?{_M}[/_-]?{_D}(?!\d)"
)
_PRINTED = (
    re.compile(
        r"(?<!\d)(?P<y>(?:19|20|25)\d\d)\s*[-/.年]\s*(?P<m>\d\d?)\s*[-/.月]\s*(?P<d>\d\d?)(?!\d)"
    ),
    # Lao and most of Europe: the day first.
    re.compile(
        r"(?<!\d)(?P<d>\d\d?)\s*[-/.]\s*(?P<m>\d\d?)\s*[-/.]\s*(?P<y>(?:19|20|25)\d\d)(?!\d)"
    ),
)


def url_date(url: str) -> dt.date | None:
    """The day that a news site puts into its addresses, if this one does."""
    parts = urlsplit(url)
    return _first_date((_URL_DATE,), f"{parts.path}?{parts.query}")


def printed_date(text: str) -> dt.date | None:
    """The first day printed in figures: 2026-11-03, 2026年11月3日, 3/11/2026 (day first)."""
    return _first_date(_PRINTED, text)


def _first_date(patterns: tuple[re.Pattern[str], ...], text: str) -> dt.date | None:
    for pattern in patterns:
        for found in pattern.finditer(text):
            year, month, day = int(found["y"]), int(found["m"]), int(found["d"])
            if year >= 2500:  # the Buddhist era, 543 years ahead
                year -= 543
            try:
                return dt.date(year, month, day)
            except ValueError:  # 31 June, or a version number
                continue
    return None
