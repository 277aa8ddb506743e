"""What each key of a profile finds in a page, whether or not it is used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from monitor.parse.found import FIELDS, data_of, search, text_of
from monitor.parse.layouts import layout_of
from monitor.parse.markup import read_markup
from monitor.parse.profile import Data, Layout, Profile
from monitor.parse.selector import is_bounded, select
from monitor.parse.tree import read_tree

_SELECTED = ("title", "body", "next", *FIELDS[1:])


@dataclass(frozen=True, slots=True)
class Selection:
    """``key`` of the profile's file, what stands there, how much that finds, and the first."""

    key: str
    selector: str
    count: int
    first: str | None


@dataclass(frozen=True, slots=True)
class Trial:
    """``layout``: ``""`` for the profile's own, ``layouts.0`` …; None where none holds."""

    layout: str | None
    selections: tuple[Selection, ...]
    others: tuple[Selection, ...]  # of the layouts that do not hold
    too_large: bool = False


def try_profile(html: bytes, url: str, profile: Profile, *, charset: str | None = None) -> Trial:
    """What ``profile`` finds in a page; ``url`` and ``charset`` as of ``parse_article``."""
    root = read_tree(read_markup(html, charset))
    if root is None:
        return Trial("", (), ())
    if not is_bounded(root):
        return Trial(None, (), (), too_large=True)
    holds = layout_of(root, profile, url)
    named: dict[str, Layout] = {"": profile}
    named |= {f"layouts.{i}": layout for i, layout in enumerate(profile.layouts)}
    found = {name: tuple(_tried(root, layout, name)) for name, layout in named.items()}
    chosen = next((name for name, layout in named.items() if layout is holds), None)
    others = [each for name, rows in found.items() if name != chosen for each in rows]
    return Trial(chosen, found[chosen] if chosen is not None else (), tuple(others))


def _tried(root: etree._Element, layout: Layout, name: str) -> Iterator[Selection]:
    above = f"{name}." if name else ""
    for field in _SELECTED:
        if selector := getattr(layout, field):
            yield _selection(root, above + field, selector)
    for i, selector in enumerate(layout.drop):
        yield _selection(root, f"{above}drop.{i}", selector)
    if layout.data is not None:
        yield _selection(root, f"{above}data.script", layout.data.script)
        data = data_of(root, layout)
        for field in Data.model_fields:
            expression = getattr(layout.data, field)
            if field != "script" and expression is not None:
                yield _searched(data, f"{above}data.{field}", expression)


def _selection(root: etree._Element, key: str, selector: str) -> Selection:
    elements = select(root, selector)
    return Selection(key, selector, len(elements), text_of(elements[0]) if elements else None)


def _searched(data: Any, key: str, expression: str) -> Selection:
    found = [value for value in search(data, expression) if value is not None]
    return Selection(key, expression, len(found), str(found[0])[:1_000] if found else None)
