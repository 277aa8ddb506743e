"""An API or a data file in JSON: its stories, found by JMESPath (https://jmespath.org)."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, Literal

import jmespath
import webencodings
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions
from pydantic import AfterValidator, Field

from monitor.discover.base import FIRST_LOOK, Get, Past, Source
from monitor.discover.datadates import data_moment
from monitor.discover.text import collapse, http_url, plain_text, url_date
from monitor.errors import DiscoverError
from monitor.models import Fetched, Link

_LONGEST_EXPRESSION = 300  # characters: one of doublings grows with two to the power of its length
_MOST_VALUES = 500_000  # of one answer: each takes some hundred bytes
_SHOWN = 10  # keys that a message names


def _compiles(expression: str) -> str:
    try:
        parsed = jmespath.compile(expression).parsed
    except JMESPathError as error:
        reason = str(error).partition("\n")[0].rstrip(":. ")
        raise ValueError(f"not a JMESPath expression: {reason}") from error
    if unknown := next(_unknown_functions(parsed), None):
        known = ", ".join(sorted(Functions.FUNCTION_TABLE))
        raise ValueError(f"JMESPath has no function {unknown}(), allowed: {known}")
    return expression


def _unknown_functions(node: Any) -> Iterator[str]:
    if node["type"] == "function_expression" and node["value"] not in Functions.FUNCTION_TABLE:
        yield node["value"]
    for child in node.get("children", ()):
        if isinstance(child, dict):
            yield from _unknown_functions(child)


Expression = Annotated[
    str, Field(min_length=1, max_length=_LONGEST_EXPRESSION), AfterValidator(_compiles)
]


class JsonSource(Source):
    """An API or a data file that lists stories."""

    kind: Literal["json"] = "json"
    items: Expression = Field(
        description="JMESPath of the list of stories: datasource, data.list, or '@' for the whole"
    )
    link: Expression = Field(
        description="JMESPath of a story's address in its item: url,"
        " join('', ['/news/', to_string(id)])"
    )
    title: Expression = Field(description="JMESPath of its headline in its item: title")
    date: Expression | None = Field(
        default=None,
        description="JMESPath of its day or time in its item: ISO 8601, RFC 5322,"
        " 2026-11-03 10:00:00, or seconds or milliseconds since 1970",
    )
    summary: Expression | None = Field(
        default=None, description="JMESPath of its summary in its item"
    )
    guid: Expression | None = Field(
        default=None, description="JMESPath of an id in its item that stays when all else changes"
    )

    async def links(self, page: Fetched, get: Get, past: Past = FIRST_LOOK) -> list[Link]:
        return await asyncio.to_thread(self._read, page)

    def _read(self, page: Fetched) -> list[Link]:
        data = parse_json(page.body, page.charset)
        items = _found(self.items, data)
        if not isinstance(items, list):
            raise DiscoverError(f"items: {self.items!r} gives no list; {_inside(data)}")
        links = [link for item in items if (link := self._link(item, page.url))]
        if items and not links:
            raise DiscoverError(self._nothing(items))
        return _each_once(links)

    def _link(self, item: Any, base: str) -> Link | None:
        address, title = _text(self.link, item), _text(self.title, item)
        url = http_url(base, address) if address else None
        if url is None or title is None:
            return None
        return Link(
            url=url,
            title=title,
            guid=_text(self.guid, item),
            published=data_moment(_found(self.date, item), self.zone) or url_date(url),
            summary=_text(self.summary, item),
            language=self.language,
        )

    def _nothing(self, items: list[Any]) -> str:
        lacking = "title" if any(_text(self.link, item) for item in items) else "link"
        expression = getattr(self, lacking)
        return f"{lacking}: {expression!r} gives nothing in {len(items)} items; {_inside(items[0])}"


def parse_json(body: bytes, charset: str | None) -> Any:
    """The data of ``body``; ``name(…);`` and ``var name = …;`` around it are taken off.

    Raises DiscoverError for anything else, and for more than may be held in memory.
    """
    if sum(map(body.count, (b",", b"[", b"{"))) > _MOST_VALUES:
        raise DiscoverError(f"the answer holds more than {_MOST_VALUES:,} values")
    codec = webencodings.lookup(charset) if charset else None
    text = webencodings.decode(body, codec or webencodings.UTF8)[0]
    if text.lstrip().startswith("<"):
        raise DiscoverError("the answer is HTML or XML, not JSON: set kind: page or kind: feed")
    start = _WRAPPER.match(text)
    try:
        data, end = json.JSONDecoder().raw_decode(text, start.end() if start else 0)
    except ValueError as error:
        raise DiscoverError(f"the answer is broken JSON: {error}") from error
    except RecursionError as error:
        raise DiscoverError("the answer is JSON nested too deep") from error
    if not _WRAPPER_END.fullmatch(text, end):
        raise DiscoverError(f"the answer is broken JSON: more than one value, at character {end}")
    return data


_WRAPPER = re.compile(
    r"\s*(?:/\*\*/\s*)?(?:(?:(?:var|let|const)\s+)?[A-Za-z_$][\w.$]*\s*(?:=\s*|\()\s*)?"
)
_WRAPPER_END = re.compile(r"\s*+\)?\s*+;?\s*+")


def _found(expression: str | None, data: Any) -> Any:
    """What ``expression`` finds in ``data``; None where it fits it not at all."""
    if expression is None:
        return None
    try:
        return jmespath.search(expression, data)
    except (ValueError, TypeError, ArithmeticError, RecursionError):  # a function's own too
        return None


def _text(expression: str | None, item: Any) -> str | None:
    """A text or a number as plain text; markup in it goes."""
    value = _found(expression, item)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    text = str(value)
    return (plain_text(text) if "<" in text or "&" in text else collapse(text)) or None


def _inside(data: Any) -> str:
    """What one might have meant."""
    if isinstance(data, dict):
        keys = ", ".join(collapse(str(key))[:40] for key in list(data)[:_SHOWN])
        return f"there are the keys {keys}" if keys else "there is an empty object"
    return f"there is a list of {len(data)}" if isinstance(data, list) else "there is one value"


def _each_once(links: list[Link]) -> list[Link]:
    """Each address once, and no guid that several of them bear."""
    once: dict[str, Link] = {}
    for link in links:
        once.setdefault(link.url, link)
    bearers = Counter(link.guid for link in once.values())
    return [link if bearers[link.guid] == 1 else replace(link, guid=None) for link in once.values()]
