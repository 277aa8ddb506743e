"""What a profile picks out of a page's tree, before the walk."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import jmespath
from lxml import etree

from monitor.parse.dates import fixed
from monitor.parse.hints import INLINE, SKIP
from monitor.parse.profile import Profile
from monitor.parse.selector import is_bounded, select

DATES = ("published", "updated")
FIELDS = ("title", *DATES, "source", "author", "section")

_STATED = {"meta": "content", "time": "datetime"}
_LONGEST, _MOST_NODES = 1_000, 400  # of one text: characters, elements
_MOST_PARAGRAPHS = 2_000
_MILLISECONDS = 10**11  # a number above it counts them: in seconds it would be the year 5138


@dataclass(slots=True)
class Picked:
    """By field, the texts that a profile found, as printed; and the elements of the story."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    story: frozenset[etree._Element] = frozenset()
    dates: str = "dmy"

    def __getitem__(self, name: str) -> list[str]:
        return self.texts.get(name, [])


def pick(root: etree._Element, profile: Profile) -> Picked:
    """Take out what ``profile`` drops, and pick what it selects.

    A page that is too large or too deep for selectors gives nothing.
    """
    if not is_bounded(root):
        return Picked()
    for selector in profile.drop:
        for element in select(root, selector):
            element.tag = "template"  # which the walk skips; the text behind it stays
    data = _data(root, profile)
    texts = {name: _texts(root, profile, data, name) for name in FIELDS}
    return Picked(texts, frozenset(_story(root, profile, data)), profile.dates)


def _texts(root: etree._Element, profile: Profile, data: Any, name: str) -> list[str]:
    stated = _search(data, getattr(profile.data, name, None))
    if name in DATES:
        stated = [_time(value, profile.timezone) for value in stated]
    found = [_collapsed(value) for value in stated if isinstance(value, str)]
    selector = getattr(profile, name)
    found += [_text(element) for element in select(root, selector)] if selector else []
    return [text for text in found if text]


def _story(root: etree._Element, profile: Profile, data: Any) -> list[etree._Element]:
    if paragraphs := _search(data, getattr(profile.data, "body", None)):
        return [_written(root, paragraphs)]
    return select(root, profile.body) if profile.body else []


# --- from elements -----------------------------------------------------------------------------


def _text(element: etree._Element) -> str:
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


def _data(root: etree._Element, profile: Profile) -> Any:
    for script in select(root, profile.data.script) if profile.data else ():
        try:
            return json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
    return None


def _search(data: Any, expression: str | None) -> list[Any]:
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


def _written(root: etree._Element, paragraphs: list[Any]) -> etree._Element:
    """The paragraphs of the data as an element of the page, which it did not have."""
    article = etree.SubElement(root, "article")
    for paragraph in paragraphs[:_MOST_PARAGRAPHS]:
        etree.SubElement(article, "p").text = "".join(_strings(paragraph))
    return article


def _strings(value: Any) -> Iterator[str]:
    stack = [value]
    while stack:
        top = stack.pop()
        if isinstance(top, str):
            yield top
        elif isinstance(top, list):
            stack.extend(reversed(top))
