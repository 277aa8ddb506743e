"""What a body is, before any parser sees it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from w3lib.encoding import html_to_unicode

from monitor.discover.text import http_url
from monitor.errors import DiscoverError

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

MONSTER = re.compile(rb"<\0?[a-zA-Z][^<>]{65536,}>?")  # a tag of attributes without end
_HEAD = 64 * 1024
_PROLOG = re.compile(
    rb"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!DOCTYPE[^\[>]*(?:\[[^\]]*\]\s*)?(?:>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_ROOT = re.compile(rb"<(?:[a-z_][\w.-]*:)?([a-z_][\w.-]*)", re.IGNORECASE)
_ENTITY = re.compile(
    rb"<!ENTITY\s+(%\s+)?\S+\s+(PUBLIC\b|SYSTEM\b|\"[^\"]*\"|'[^']*'|)", re.IGNORECASE
)
_MOST_ENTITIES = 500  # HTML has 253
_LONGEST_ENTITY = 100  # bytes; feeds declare names of characters and little else


def root_element(body: bytes) -> str:
    """The first element's name in lower case, without prefix; "" where there is none.

    UTF-16 and UTF-32 are read as the ASCII in them. A doctype does not count: it may lie.
    """
    head = _PROLOG.sub(b"", body[:_HEAD].replace(b"\0", b""))
    found = _ROOT.search(head)
    return found[1].decode("ascii").lower() if found else ""


def refuse_entities(body: bytes) -> None:
    """Raise DiscoverError for entities that grow or reach outside: XML bombs, files, addresses.

    Plain short ones pass, and so does a public set of character names, which nobody loads.
    """
    text = body.replace(b"\0", b"")
    lower = text.lower()
    if b"<!doctype" not in lower or b"<!entity" not in lower:
        return
    for number, entity in enumerate(_ENTITY.finditer(text)):
        if number == _MOST_ENTITIES:
            raise DiscoverError(
                f"the XML declares more than {_MOST_ENTITIES} entities: refused as an attack"
            )
        is_parameter, value = bool(entity[1]), entity[2]
        if is_parameter and value.upper() == b"PUBLIC":
            continue
        literal = value[1:-1] if value[:1] in (b'"', b"'") else None
        grows = (
            literal is None or re.search(rb"&(?!#)|%\w", literal) or len(literal) > _LONGEST_ENTITY
        )
        if grows or is_parameter:
            raise DiscoverError(
                "the XML declares an entity made of others or of a file: refused as an attack"
            )


def html_soup(body: bytes, charset: str | None) -> BeautifulSoup:
    """An HTML page as a tree. Its encoding is the byte order mark's, HTTP's, meta's, or UTF-8.

    Labels mean what they mean to browsers: gb2312 is read as gb18030. Raises DiscoverError where
    there is no markup at all.
    """
    from bs4 import BeautifulSoup  # slow to load, and feeds need none of it

    header = f"text/html; charset={charset}" if charset else None
    text = str(html_to_unicode(header, body)[1]).lstrip()
    if text.startswith("<?xml"):  # of no more use, and Beautiful Soup warns of it
        text = text.partition("?>")[2]
    if "<" not in text:
        raise DiscoverError("the answer holds no HTML")
    return BeautifulSoup(text, "lxml")


def advertised_feed(body: bytes, url: str) -> str | None:
    """The address of the feed that an HTML page names in its head."""
    for link in html_soup(body[:_HEAD], None).select("link[rel~=alternate][href]"):
        if re.search(r"application/(?:rss|atom|feed)\+(?:xml|json)", str(link.get("type"))):
            return http_url(url, str(link["href"]))
    return None
