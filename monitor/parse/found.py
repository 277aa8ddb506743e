"""What one selector or expression of a profile finds in a page's tree, as text."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import jmespath
from lxml import etree

from monitor.parse.dateformat import as_iso
from monitor.parse.dates import fixed
from monitor.parse.hints import INLINE, SKIP
from monitor.parse.profile import Layout
from monitor.parse.selector import select

DATES = ("published", "updated")
FIELDS = ("title", *DATES, "source", "author", "section")

_STATED = {"meta": "content", "time": "datetime"}
_LONGEST, _MOST_NODES = 1_000, 400  # of one text: characters, elements
_MILLISECONDS = 10**11  # a number above it counts them: in seconds it would be the year 5138


def texts_of(
    root: etree._Element, layout: Layout, data: Any, name: str, zone: str | None
) -> list[str]:
    """What ``layout`` finds for the field ``name``; ``data`` is that of its script.

    A date in one of the layout's own forms comes out in ISO 8601.
    """
    stated = search(data, getattr(layout.data, name, None))
    if name in DATES:
        stated = [_time(value, zone) for value in stated]
    found = [_collapsed(value) for value in stated if isinstance(value, str)]
    selector = getattr(layout, name)
    found += [text_of(element) for element in select(root, selector)] if selector else []
    if name in DATES and layout.date_formats:
        found = [as_iso(text, layout.date_formats) or text for text in found]
    return [text for text in found if text]


# --- from elements -----------------------------------------------------------------------------


def text_of(element: etree._Element) -> str:
    """What an element says: the content of a <meta>, the time of a <time>, else its text."""
    attribute = _STATED.get(element.tag)
    stated = element.get(attribute) if attribute else None
    return _collapsed("".join(_pieces(element)) if stated is None else stated)


def _pieces(element: etree._Element) -> Iterator[str]:
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, node in islice(walker, _MOST_NODES):
        if event == "start" and node.tag in SKIP:
            walker.skip_subtree()
        elif event == "start":
            yield ("" if node.tag in INLINE else " ") + (node.text or "")
        elif node is not element:
            yield node.tail or ""


def _collapsed(text: str) -> str:
    return " ".join(text[: 10 * _LONGEST].split())[:_LONGEST]


# --- from JSON ---------------------------------------------------------------------------------


def data_of(root: etree._Element, layout: Layout) -> Any:
    """The JSON of the first of the layout's scripts that can be read."""
    for script in select(root, layout.data.script) if layout.data else ():
        try:
            return json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
    return None


def search(data: Any, expression: str | None) -> list[Any]:
    """What ``expression`` finds, as a list; nothing where it does not fit the data."""
    if data is None or expression is None:
        return []
    try:
        found = jmespath.search(expression, data)
    except (ValueError, TypeError, ArithmeticError, RecursionError):  # a function's own too
        return []
    return found if isinstance(found, list) else [found]


def _time(value: Any, zone: str | None) -> Any:
    """A number as the time that it is in seconds or milliseconds since 1970; else ``value``."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    place = (fixed(zone) if zone else None) or dt.UTC
    try:
        seconds = value / 1000 if value > _MILLISECONDS else value
        return dt.datetime.fromtimestamp(seconds, place).isoformat()
    except (ValueError, OverflowError, OSError):  # beyond the year 9999
        return None
