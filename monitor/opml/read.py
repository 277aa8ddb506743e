"""From the outlines of a list to its feeds."""

from __future__ import annotations

import re
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from monitor.errors import Problem
from monitor.fields import HttpAddress
from monitor.opml import ENABLED, ID, Subscription
from monitor.opml.outlines import LONGEST_NAME, Outline, outlines
from monitor.text import one_line
from monitor.urls import canonical_url

_SHOWN = 100  # characters of an address that a message repeats
_address = TypeAdapter[str](HttpAddress)


def read_opml(body: bytes, file: str) -> tuple[list[Subscription], list[Problem]]:
    """The feeds of a list, each address once, and the outlines that fail to name one.

    A feed that stands in several folders has the tags of all. Raises ConfigError for what is no
    OPML.
    """
    feeds: dict[str, Subscription] = {}
    problems: list[Problem] = []
    for outline in outlines(body, file):
        try:
            feed = _subscription(outline)
        except ValueError as error:
            problems.append(Problem(file, outline.line, outline.name, str(error)))
            continue
        if feed is not None:
            key = canonical_url(feed.url)
            first = feeds.get(key, feed)
            feeds[key] = replace(first, tags=_each_once((*first.tags, *feed.tags)))
    return list(feeds.values()), problems


def _subscription(outline: Outline) -> Subscription | None:
    """The feed of an outline; None for a folder or a remark. Raises ValueError, in words."""
    said = outline.attributes
    url = _http(said.get("xmlurl", ""))
    if not url:
        _explain(outline)
        return None
    try:
        _address.validate_python(url)
    except ValidationError as error:
        reason = error.errors()[0]["ctx"]["error"]
        raise ValueError(f"{_shown(url)}: {reason}") from error
    categories = re.split(r"[,/]", said.get("category", ""))
    return Subscription(
        url=url,
        name=outline.name or url,
        tags=_each_once((*outline.folders, *(one_line(name, LONGEST_NAME) for name in categories))),
        language=_language(said.get("language", "")),
        site=said.get("htmlurl") or None,
        id=said.get(ID) or None,
        enabled=said.get(ENABLED) != "false",
    )


def _explain(outline: Outline) -> None:
    """Raise ValueError where an outline names no feed, but seems to mean one."""
    said = outline.attributes
    kind, page = said.get("type", "").lower(), said.get("htmlurl") or said.get("url", "")
    shown = _shown(page)
    if kind in ("include", "link") and page:
        raise ValueError(f"leads to {shown}, which is not read")
    if outline.is_leaf and (page or kind):
        hint = f"; `monitor source add {shown}` looks for its feed" if page else ""
        raise ValueError(f"xmlUrl is missing{hint}")


def _shown(address: str) -> str:
    """Without the user's name and password."""
    return one_line(re.sub(r"//[^/?#]*@", "//", address, count=1), _SHOWN)


def _http(address: str) -> str:
    """``feed://site/`` and ``feed:https://site/``, as some readers write them, as web addresses."""
    bare = re.sub(r"^feed:(//)?(?=https?:)", "", address, flags=re.IGNORECASE)
    return re.sub(r"^feed://", "http://", bare, flags=re.IGNORECASE)


def _language(tag: str) -> str | None:
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", tag) else None


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
