"""Stories that a page holds in its scripts alone, for the browser to show.

Only asked where a page shows no body: the longest text with paragraphs among the strings of its
scripts and the templates in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from monitor.parse.letters import weigh

_STRING = re.compile(r'(?<!\\)"((?:[^"\\\n]|\\.){400,}+)"')
_TEMPLATE = re.compile(
    r"<script[^<>]{1,200}text/(?:template|html|x-[a-z-]+)[^<>]{0,200}>", re.IGNORECASE
)
_PARAGRAPH = re.compile(r"<p[\s>]|<br|\n\n", re.IGNORECASE)
_MARKED = re.compile(r"(?:<|\\u003c)(?:p|br)\b|\\n\\n", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,2000}>")
_FEWEST = 2  # paragraphs
_LONGEST = 3_000_000  # characters of a page
_MOST = 50  # strings that are looked at


def find_scripted(text: str) -> str | None:
    """The HTML of the story in the scripts of a page, None where there is none."""
    found = [html for html in _strings(text[:_LONGEST]) if len(_PARAGRAPH.findall(html)) >= _FEWEST]
    return max(found, key=lambda html: weigh(_TAG.sub("", html)), default=None)


def _strings(text: str) -> Iterator[str]:
    for opening in islice(_TEMPLATE.finditer(text), _MOST):
        end = text.find("</script", opening.end())
        yield text[opening.end() : end if end > 0 else None]
    for said in _quoted(text):
        # A string may be data itself, as what Next.js pushes piece by piece.
        yield from _quoted(said) or [said]


def _quoted(text: str) -> list[str]:
    """The long strings in ``text`` that have paragraphs."""
    texts = []
    written = (found[0] for found in _STRING.finditer(text) if _MARKED.search(found[0]))
    for string in islice(written, _MOST):
        with suppress(ValueError):
            texts.append(json.loads(string, strict=False))
    return texts
