"""The shortest selector of an element that a site is likely to keep.

Names made by machines change with every build, and numbers name one story: ``css-1x2y3z``,
``Title_head__3fK9a``, ``post-12345``. Names of states and of columns say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from monitor.parse.selector import select

_NAME = re.compile(r"[A-Za-z_][A-Za-z_-]*\d?[A-Za-z_-]*")  # one digit: d2txtCon, info2_l
_MADE = re.compile(r"^(?:css|sc|jsx?|svelte|emotion|styled|jss|tw|data-v|ng|ember|yui|wp-image)-")
# What CSS modules make of a name: a stem, two underscores, and letters of chance.
_HASHED = re.compile(r"^([A-Za-z][A-Za-z-]*(?:_[A-Za-z-]+)*__)(?=\w*\d|\w+[A-Z])[\w-]{2,8}$")
_SAYS_NOTHING = re.compile(
    r"^(?:(?:col|row|grid|flex|span|fl|fr|cf|pull|m[bltrxy]|p[bltrxy]|whitespace|is|has|no|lg|md|sm|xs|u)(?:-.*)?"
    r"|clear(?:fix)?|wrap(?:per)?|container|inner|outer|active|current|open|first|last|odd|even"
    r"|left|right|center|hidden|visible|[a-z]+-hidden|w\d+|h\d+|lang-.*|js)$",
    re.IGNORECASE,
)
_TELLING = frozenset({"h1", "article", "main"})  # tags that name what they hold
_WHOLE = frozenset({"html", "body"})  # which hold everything, whatever they are called
_ATTRIBUTES = ("itemprop", "property", "name", "rel")
_ABOVE = 12  # elements above that are looked at for a name


def selector_for(root: etree._Element, element: etree._Element) -> str | None:
    """A selector that finds ``element`` alone in the page; None where only its place tells."""
    if element.tag in _WHOLE:
        return None
    named = list(_named(element))
    bare = [*named, element.tag]
    alone = [*named, *([element.tag] if element.tag in _TELLING else [])]
    tried = (*alone, *_below(element, bare), *_below(element, _placed(element)))
    return next((each for each in tried if select(root, each) == [element]), None)


def _named(element: etree._Element) -> Iterator[str]:
    """By its id, by each class, by two classes, by what it states; ``div.news-title``."""
    if is_kept(element.get("id") or ""):
        yield f"#{element.get('id')}"
    classes = (element.get("class") or "").split()
    kept = [name for name in classes if is_kept(name)]
    yield from (f"{element.tag}.{name}" for name in kept)
    if len(kept) > 1:
        yield f"{element.tag}.{kept[0]}.{kept[1]}"
    for name in classes:
        if hashed := _HASHED.match(name):
            yield f'{element.tag}[class*="{hashed[1]}"]'
    for attribute in _ATTRIBUTES:
        value = element.get(attribute) or ""
        if re.fullmatch(r"[A-Za-z][\w:.-]{1,60}", value):
            yield f'{element.tag}[{attribute}="{value}"]'


def _placed(element: etree._Element) -> Iterator[str]:
    if element.getprevious() is None:
        yield f"{element.tag}:first-child"
    if element.getnext() is None:
        yield f"{element.tag}:last-child"


def _below(element: etree._Element, own: list[str] | Iterator[str]) -> Iterator[str]:
    """What is ``own`` to the element, in one of the elements above it that have a name."""
    own = list(own)
    for above in islice(element.iterancestors(), _ABOVE):
        if above.tag not in _WHOLE:
            yield from (f"{name} {each}" for name in _named(above) for each in own)


def is_kept(name: str) -> bool:
    """Whether a class or id is likely to be the same on the next page and after the next build."""
    return (
        1 < len(name) <= 40
        and _NAME.fullmatch(name) is not None
        and not (_MADE.search(name) or _HASHED.match(name) or _SAYS_NOTHING.match(name))
    )
