"""When an ordinary feed is none: whatever is odd is left to feedparser."""

from __future__ import annotations

from enum import StrEnum


class Doubt(StrEnum):
    """Why our own reading of a feed might not be feedparser's: all the reasons there are."""

    XML = "it is not well-formed"
    ENCODING = "its encoding is none of the usual ones"
    DOCTYPE = "it declares entities of its own"
    ROOT = "its root is none of rss, rdf:RDF, feed and channel"
    EMPTY = "it has no items"
    NAMESPACE = "a namespace has the prefix of another one, or none"
    ADDRESS = "an address hangs on an xml:base, or stands in an odd attribute"
    PLACE = "items, titles or texts stand where they do not belong"
    MARKUP = "elements stand where text belongs"
    TYPE = "a text is of a type that is neither text nor HTML"
    NAME = "an element bears a name that feedparser keeps for itself"
    DATE = "a date is printed in no usual form"
    SIZE = "one item is larger than those of news feeds are"


class UnsureError(Exception):
    """Somebody more careful must read this feed; says why."""

    def __init__(self, doubt: Doubt) -> None:
        self.doubt = doubt
        super().__init__(doubt.value)
