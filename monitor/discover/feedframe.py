"""What stands around the items of a feed, and what it says of them."""

from __future__ import annotations

from lxml import etree

from monitor.discover.feeddoubts import Doubt, UnsureError
from monitor.discover.feedentry import is_harmless
from monitor.discover.feedfaults import mended
from monitor.discover.feednames import attributes_of, language_in, name_of

_ROOTS = {"rss", "rdf_rdf", "feed", "channel"}
_ITEMS = {"item", "entry"}
_LANGUAGE = {"language", "dc_language"}
_NAMES_LANGUAGE = {"channel", "feed"}


def language_around(parent: etree._Element | None) -> str | None:
    """The language of the items in ``parent``: a feed, or a channel, which may be in others.

    Raises UnsureError where it is none of these.
    """
    language = None
    for element in [] if parent is None else [*reversed(list(parent.iterancestors())), parent]:
        if name_of(element) not in _ROOTS:
            raise UnsureError(Doubt.PLACE)
        language = language_in(attributes_of(element), language)
    return language


def language_of(root: etree._Element, items: int) -> str | None:
    """The language that a feed of so many items names for itself.

    Raises UnsureError for what is no feed, and where feedparser finds more that concerns items.
    """
    kind = name_of(root)
    if kind not in _ROOTS:
        raise UnsureError(Doubt.ROOT)
    if not items:
        raise UnsureError(Doubt.EMPTY)
    found, language = _look_around(root)
    if found != items:  # <iTem>
        raise UnsureError(Doubt.PLACE)
    if language is None and kind in ("rss", "feed"):
        language = language_in(attributes_of(root), None)
    return language or None


def _look_around(root: etree._Element) -> tuple[int, str | None]:
    """How many items stand where they belong, and the language that a channel names last."""
    items, language = 0, None
    holders = [root]
    for holder in holders:  # which grows
        kind = name_of(holder)
        for child in holder.iterchildren():
            name = name_of(child)
            if name in _ITEMS:
                items += 1
            elif name == "channel" and kind not in _NAMES_LANGUAGE:
                holders.append(child)
            elif name in _LANGUAGE and kind in _NAMES_LANGUAGE and not len(child):
                language = mended((child.text or "").strip())
            elif not is_harmless(child):
                raise UnsureError(Doubt.PLACE)
    return items, language
