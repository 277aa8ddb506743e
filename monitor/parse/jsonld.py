"""schema.org data of the story in a page's JSON-LD (https://schema.org/NewsArticle)."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

_STORY = re.compile(r"(?:Article|BlogPosting|SocialMediaPosting|Report)$")
_PAGE = re.compile(r"(?:WebPage|ItemPage|AboutPage)$")
_LIMIT = 2_000_000  # characters; larger blocks are catalogues
_OPENING = re.compile(r"<!--|(?://\s*)?<!\[CDATA\[")
_CLOSING = re.compile(r"(?:-->|(?://\s*)?\]\]>)$")
_LOOSE = " \t\r\n;"


def find_story(scripts: Iterable[str]) -> dict[str, Any]:
    """The first object that is an Article or a kind of it; ``{}`` where there is none.

    Its authors who are named elsewhere in the data are put in; under ``page`` stands the first
    object that is the page it stands on.
    """
    story: dict[str, Any] = {}
    page: dict[str, Any] = {}
    named: dict[str, dict[str, Any]] = {}
    for script in scripts:
        for node in _nodes(_load(script)):
            kinds = texts(node.get("@type"))
            if not story and any(_STORY.search(name) for name in kinds):
                story = node
            elif not page and any(_PAGE.search(name) for name in kinds):
                page = node
            if isinstance(node.get("@id"), str) and node.get("name"):
                named.setdefault(node["@id"], node)
    found = {**story, "author": _resolved(story["author"], named)} if "author" in story else story
    return {**found, "page": page} if page else found


def _resolved(value: Any, named: dict[str, dict[str, Any]]) -> Any:
    """``value`` with the objects that its references lead to."""
    if isinstance(value, list):
        return [_resolved(item, named) if isinstance(item, dict) else item for item in value[:100]]
    if isinstance(value, dict) and not value.get("name"):
        return named.get(str(value.get("@id")), value)
    return value


def texts(value: Any) -> list[str]:
    """The strings of a value that may be a string, an object with a name, or a list of either."""
    found = []
    for item in value if isinstance(value, list) else [value]:
        text = item.get("name") if isinstance(item, dict) else item
        if isinstance(text, str) and text.strip():
            found.append(" ".join(text.split()))
    return found


def link(value: Any) -> str | None:
    """The address of an image that may be a string, an ImageObject, or a list of either."""
    item = value[0] if isinstance(value, list) and value else value
    if isinstance(item, dict):
        item = item.get("url") or item.get("contentUrl")
    return item.strip() if isinstance(item, str) and item.strip() else None


def _load(script: str) -> Any:
    try:
        # Raw line breaks within strings are common.
        return json.loads(_unwrapped(script[:_LIMIT]), strict=False)
    except (ValueError, RecursionError):
        return None


def _unwrapped(script: str) -> str:
    """Without the comment or CDATA marks that hide a script from old browsers."""
    script = script.strip(_LOOSE)
    if opening := _OPENING.match(script):
        script = script[opening.end() :]
    closing = _CLOSING.search(script, max(0, len(script) - 20))
    return script[: closing.start()] if closing else script


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    """Every object that may describe the page: top level, lists, ``@graph``, ``mainEntity``."""
    waiting = deque([data])
    while waiting:
        item = waiting.popleft()
        if isinstance(item, list):
            waiting.extend(item[:100])
        elif isinstance(item, dict):
            yield item
            waiting.extend(
                item[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in item
            )
