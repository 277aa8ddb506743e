"""What a profile picks out of a page's tree, before the walk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from monitor.parse.found import FIELDS, data_of, search, texts_of
from monitor.parse.layouts import layout_of
from monitor.parse.profile import Layout, Profile
from monitor.parse.selector import is_bounded, select

_MOST_PARAGRAPHS = 2_000


@dataclass(slots=True)
class Picked:
    """By field, the texts that a profile found, as printed; and the elements of the story."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    story: frozenset[etree._Element] = frozenset()
    dates: str = "dmy"

    def __getitem__(self, name: str) -> list[str]:
        return self.texts.get(name, [])


def pick(root: etree._Element, profile: Profile, url: str = "") -> Picked:
    """Take out what ``profile`` drops, and pick what it selects.

    A page that is too large or too deep for selectors gives nothing, nor does one of a time for
    which the profile has no layout.
    """
    if not is_bounded(root):
        return Picked()
    layout = layout_of(root, profile, url)
    if layout is None:
        return Picked()
    for selector in layout.drop:
        for element in select(root, selector):
            element.tag = "template"  # which the walk skips; the text behind it stays
    data = data_of(root, layout)
    texts = {name: texts_of(root, layout, data, name, profile.timezone) for name in FIELDS}
    return Picked(texts, frozenset(_story(root, layout, data)), layout.dates)


def _story(root: etree._Element, layout: Layout, data: Any) -> list[etree._Element]:
    if paragraphs := search(data, getattr(layout.data, "body", None)):
        return [_written(root, paragraphs)]
    return select(root, layout.body) if layout.body else []


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
