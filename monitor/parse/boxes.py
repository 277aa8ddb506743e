"""From an element and its attributes to a box."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

from monitor.parse.hints import (
    CENTERED,
    DROP_ROLES,
    DROP_TAGS,
    HEADINGS,
    HIDDEN,
    KINDS,
    NO_HINTS,
    read_names,
)
from monitor.parse.page import Box

Attributes: TypeAlias = Mapping[str, str]
NAMES = 400  # characters of class and id, or of style, that are looked at
PICKED = "picked "  # by the profile: of tags and attributes; names that pages write have no space
_WHOLE = frozenset({"html", "body"})
_FIGURED = frozenset({"cell", "blockquote"})  # what a <figure> may hold that is no caption


@lru_cache(maxsize=4096)
def place(tag: str, above: str) -> tuple[str, bool]:
    """The kind of a box in one of the kind ``above``, and whether its tag calls it a side matter.

    A <div> in a list's item is of the item.
    """
    side = tag in DROP_TAGS or ("-" in tag and read_names(tag[:NAMES])[0])  # <x-navigation>
    return _kind(KINDS.get(tag, "div"), above), side


def _kind(own: str, above: str) -> str:
    if above == "div" or own == "caption":
        return own
    if above in HEADINGS:
        return own if own == "p" else above
    if above in {"caption", "li"}:
        return own if above == "caption" and own in _FIGURED else above
    return above if own == "div" and above in {"p", "blockquote"} else own


def judge(box: Box, says: Attributes) -> None:
    """Set the box's hints from its attributes; a page's <html> and <body> say nothing of a part."""
    if PICKED in says:
        box.story = True
    if box.tag in _WHOLE:
        return
    box.names = names = says.get("class", "")
    if "id" in says or "itemprop" in says:
        names = f"{names} {says.get('id', '')} {says.get('itemprop', '')}"
    if names and (found := read_names(names[:NAMES])) is not NO_HINTS:
        side, box.comment, box.body, box.meta = found
        box.drop = box.drop or side
    if "role" in says and says["role"] in DROP_ROLES:
        box.drop = True
    if "hidden" in says:
        box.hidden = True
    if "align" in says and says["align"].lower() == "center":
        box.centered = True
    if "style" in says:
        style = says["style"]
        box.hidden = box.hidden or HIDDEN.search(style, 0, NAMES) is not None
        box.centered = box.centered or CENTERED.search(style, 0, NAMES) is not None
