"""Which keys of a JSON file list stories, where nobody has said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from monitor.discover.datadates import data_moment
from monitor.discover.text import http_url

_DEEPEST, _LOOKED_AT = 4, 5  # levels down to a list; items of it
_PLAIN = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_LIKELY = {  # parts of the names of keys, the likeliest first
    "link": ("url", "link", "href", "uri", "path"),  # and permalink
    "title": ("title", "headline", "subject", "name"),
    "date": ("publish", "date", "time", "created"),
    "summary": ("summary", "description", "abstract", "brief"),
}


def guessed_keys(data: Any, base: str) -> dict[str, str] | None:
    """The keys of a JsonSource that read the longest list of stories in ``data``."""
    readings = (
        (len(items), {"items": path, **keys})
        for path, items in _lists(data, "", 0)
        if (keys := _keys(items[:_LOOKED_AT], base))
    )
    return max(readings, key=lambda reading: reading[0], default=(0, None))[1]


def _lists(data: Any, path: str, depth: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if isinstance(data, list) and data and all(isinstance(item, dict) for item in data):
        yield path or "@", data
    elif isinstance(data, dict) and depth < _DEEPEST:
        for key, value in data.items():
            yield from _lists(value, f"{path}.{_quoted(key)}".lstrip("."), depth + 1)


def _quoted(key: str) -> str:
    return key if _PLAIN.fullmatch(key) else json.dumps(key)


def _keys(items: list[dict[str, Any]], base: str) -> dict[str, str] | None:
    def is_address(value: Any) -> bool:
        return isinstance(value, str) and "/" in value and http_url(base, value) is not None

    def is_text(value: Any) -> bool:
        return isinstance(value, str) and bool(value.strip())

    checks = {
        "link": is_address,
        "title": is_text,
        "date": lambda value: data_moment(value, None) is not None,
        "summary": is_text,
    }
    found = {name: _first(items, _LIKELY[name], check) for name, check in checks.items()}
    if found["link"] is None or found["title"] is None:
        return None
    return {name: _quoted(key) for name, key in found.items() if key is not None}


def _first(items: list[dict[str, Any]], likely: tuple[str, ...], check: Any) -> str | None:
    """The key of the likeliest name under which all ``items`` hold what they should."""
    for part in likely:
        for key in sorted(items[0], key=len):  # url before imageUrl
            if part in key.lower() and all(check(item.get(key)) for item in items):
                return key
    return None
