"""Which links a source's patterns let through."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import re2


def any_found(patterns: tuple[str, ...], texts: Iterable[str]) -> bool:
    """Whether one of the RE2 ``patterns`` is found in one of ``texts``."""
    # Bytes: a stray half of a surrogate pair has no UTF-8 form, and RE2 takes nothing else.
    encoded = [text.encode("utf-8", "replace") for text in texts]
    return any(found.search(text) for found in _compiled(patterns) for text in encoded)


@lru_cache(maxsize=1024)
def _compiled(patterns: tuple[str, ...]) -> tuple[Any, ...]:
    # One by one: joined with |, an open \Q of the first would quote the others.
    return tuple(re2.compile(pattern) for pattern in patterns)
