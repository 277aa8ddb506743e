"""Names of elements as feedparser has them: in lower case, with one prefix for each namespace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from lxml import etree

from monitor.discover.feeddoubts import Doubt, UnsureError

Attributes = Mapping[str, str]
NONE: Attributes = {}
_PREFIXES = {
    # Formats of feeds themselves have none.
    "": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://purl.org/atom/ns#": "",
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/rss/1.0/modules/rss091#": "",
    # Modules that say something of a story.
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/mrss/": "media",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
}
_LONGEST_NAME = 200
_USERLAND = "backend.userland.com/rss"  # of any version
_WELL_KNOWN = set(_PREFIXES.values()) - {""}


def name_of(element: etree._Element) -> str:
    """``title``, ``dc_title`` …; "" of an entity that nobody declared.

    Raises UnsureError where feedparser goes by the prefix.
    """
    return _name(element.tag, element.prefix)


@lru_cache(maxsize=1024)
def _name(tag: object, own_prefix: str | None) -> str:
    if not isinstance(tag, str):
        return ""
    if len(tag) > _LONGEST_NAME:
        raise UnsureError(Doubt.NAME)  # and stays out of the cache
    namespace, _, local = tag.lower().removeprefix("{").rpartition("}")
    prefix = (own_prefix or "").lower()
    known = "" if _USERLAND in namespace else _PREFIXES.get(namespace)
    if known is None:
        if not prefix or prefix in _WELL_KNOWN:
            raise UnsureError(Doubt.NAMESPACE)
        known = prefix
    elif prefix in _WELL_KNOWN and prefix != known:
        raise UnsureError(Doubt.NAMESPACE)
    return f"{known}_{local}" if known else local


_XML = "{http://www.w3.org/XML/1998/namespace}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_MOST_ATTRIBUTES = 50  # lxml's time grows with their square
_QUALIFIED = {f"{_XML}lang": "xml:lang", f"{_RDF}about": "rdf:about"}


def attributes_of(element: etree._Element) -> Attributes:
    """Attributes by name in lower case; of qualified ones only those that count."""
    names = element.keys()
    if not names:
        return NONE
    if len(names) > _MOST_ATTRIBUTES:
        raise UnsureError(Doubt.SIZE)
    values: Sequence[Any] = element.values()
    return dict(zip(_short(tuple(names)), values, strict=True))


@lru_cache(maxsize=256)
def _short(names: tuple[Any, ...]) -> tuple[str, ...]:
    if max(map(len, names)) > _LONGEST_NAME:
        raise UnsureError(Doubt.NAME)
    short = tuple(_QUALIFIED.get(name) or name.lower() for name in names)
    if "base" in short:  # feedparser takes it for an xml:base
        raise UnsureError(Doubt.ADDRESS)
    return short


def language_in(said: Attributes, around: str | None) -> str | None:
    """The language that an element with these attributes is in, as BCP 47 writes it."""
    if not said:
        return around
    own = said.get("xml:lang", said.get("lang"))
    return around if own is None else own.replace("_", "-") or None
